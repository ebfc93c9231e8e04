"""The menus of commands that Telegram shows when somebody types a slash."""

from collections.abc import Sequence
from typing import Final

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError

from bot.channels.base import ChatClosed, ChatMoved, Menu, Refused
from bot.channels.telegram.drawing import cut
from bot.channels.telegram.errors import explained

DESCRIPTION_LIMIT: Final = 256
MOST_COMMANDS: Final = 100

log = structlog.get_logger(__name__)


async def show_menus(bot: Bot, menus: Sequence[Menu]) -> None:
    """A menu that cannot be shown (its chat is closed, the server knows none) stops no other. Raises SendError."""
    for menu in menus:
        try:
            await _show(bot, menu)
        except TelegramError as error:
            reason = explained(error)
            if not isinstance(reason, Refused | ChatClosed | ChatMoved):
                raise reason from None
            log.warning("menu_not_shown", kind=menu.kind, language=menu.language, reason=reason.reason)


async def _show(bot: Bot, menu: Menu) -> None:
    commands = [
        BotCommand(entry.command, cut(entry.description, DESCRIPTION_LIMIT)) for entry in menu.entries[:MOST_COMMANDS]
    ]
    language = menu.language or None
    if commands:
        await bot.set_my_commands(commands, scope=_scope(menu), language_code=language)
    else:
        await bot.delete_my_commands(scope=_scope(menu), language_code=language)


def _scope(menu: Menu) -> BotCommandScope:
    match menu.kind:
        case "private":
            return BotCommandScopeAllPrivateChats()
        case "group":
            return BotCommandScopeAllGroupChats()
        case "chat":
            return BotCommandScopeChat(int(menu.chat or "0"))
