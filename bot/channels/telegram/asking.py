"""PTB's Bot for our use: it keeps its token to itself, and can be asked for an answer as the server gave it."""

from typing import Any

from telegram import Bot
from telegram.request import BaseRequest
from telegram.warnings import PTBUserWarning


class QuietBot(Bot):
    """PTB's own shows its token wherever it is printed, so also in a traceback that shows variables."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "QuietBot"

    @classmethod
    def _warn(cls, message: Any, category: type[Warning] = PTBUserWarning, stacklevel: int = 0) -> None:
        """Nothing: PTB's advice, at every call, to use its own methods where `ask` has a reason not to."""


async def ask(bot: Bot, method: str, *, deadline: float | None = None, **parameters: Any) -> Any:
    """The answer, not made into PTB's objects. deadline: seconds in all. Raises TelegramError.

    PTB's own methods fail for a whole page of updates when one is odd, and for a chat that lacks a field they know; and
    they look for a file's path on our own disk.
    """
    patience = BaseRequest.DEFAULT_NONE if deadline is None else deadline
    return await bot.do_api_request(method, api_kwargs=parameters, read_timeout=patience)
