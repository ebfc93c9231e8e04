"""Bringing a file from the Bot API server, and from nowhere else."""

import re
from typing import Any, Final

from telegram import Bot
from telegram.error import TelegramError

from bot.channels.base import FetchFailed, Refused
from bot.channels.telegram.asking import ask
from bot.channels.telegram.errors import explained, says
from bot.channels.telegram.fields import whole, words
from bot.channels.telegram.transport import TooLarge, Wire

# Telegram's own are like photos/file_7.jpg. No scheme, host, @, %, backslash, empty segment, no dot first.
PATH: Final = re.compile(r"(?!.*\.\.)[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*){0,8}", re.ASCII)
LONGEST_PATH: Final = 255
TOO_LARGE: Final = "too_large"
TOO_BIG: Final = ("file is too big",)
"""What Telegram says of a file of more than 20 MB, which no bot gets."""


async def fetch(bot: Bot, wire: Wire, files: str, ref: str, limit: int) -> bytes:
    """`files`: the address that paths are relative to. Raises FetchFailed."""
    try:
        told = await ask(bot, "getFile", file_id=ref)
        path, size = _path(told), whole(told, "file_size")
        if size is not None and size > limit:
            raise FetchFailed(TOO_LARGE, again=False)
        status, body = await wire.download(f"{files}/{path}", limit)
    except TooLarge:
        raise FetchFailed(TOO_LARGE, again=False) from None
    except TelegramError as error:
        if says(error, TOO_BIG):
            raise FetchFailed(TOO_LARGE, again=False) from None
        reason = explained(error)
        # "wrong file_id or the file is temporarily unavailable": Telegram does not say which; it is worth another try.
        again = not isinstance(reason, Refused) or "temporarily" in error.message.lower()
        raise FetchFailed(reason.reason, again=again) from None
    if status != 200:
        # An address lives an hour: a 404 may mean a new one is due. Redirects are not followed, wherever they point.
        raise FetchFailed(f"the file server answered {status}", again=status in (404, 408, 429) or status >= 500)
    if size is not None and len(body) != size:
        raise FetchFailed("the file came with another length than was told", again=True)
    return body


def _path(told: Any) -> str:
    path = words(told, "file_path") if isinstance(told, dict) else ""
    if not path:
        raise FetchFailed("the server gave no path to the file", again=True)
    if len(path) > LONGEST_PATH or PATH.fullmatch(path) is None:
        raise FetchFailed("the server gave a path that is none of its own", again=False)
    return path
