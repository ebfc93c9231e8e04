"""A method's answer as the server gave it."""

import warnings
from typing import Any

from telegram import Bot
from telegram.request import BaseRequest
from telegram.warnings import PTBUserWarning

# PTB would rather be asked by its own methods. They make objects of the answer: one odd update then fails the whole
# page, a chat that lacks a newer field cannot be looked at, and a file's path is looked for on our own disk.
warnings.filterwarnings("ignore", "Please use 'Bot", PTBUserWarning)


async def ask(bot: Bot, method: str, *, deadline: float | None = None, **parameters: Any) -> Any:
    """deadline: seconds in all. Raises TelegramError."""
    patience = BaseRequest.DEFAULT_NONE if deadline is None else deadline
    return await bot.do_api_request(method, api_kwargs=parameters, read_timeout=patience)
