"""What the operator should know before the bot runs: whom it can reach, and what it will not see."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from telegram import Bot
from telegram.error import TelegramError

from bot.channels.base import Finding
from bot.channels.telegram.asking import ask
from bot.channels.telegram.errors import explained
from bot.channels.telegram.fields import part, whole, words

PRESENT: Final = ("creator", "administrator", "member", "restricted")


async def check(bot: Bot, chats: Sequence[str]) -> list[Finding]:
    """After the bot was opened: the token is known to be good, so nothing found here keeps it from working."""
    findings = [Finding("ok", f"Telegram knows this bot as @{bot.username}.")]
    sees_all = bool(bot.bot.can_read_all_group_messages)
    if not sees_all:
        findings.append(
            Finding(
                "warning",
                "Privacy mode is on: in groups where the bot is not an administrator it will not see photos. "
                "Make it an administrator, or turn privacy mode off with @BotFather and add it to the groups again.",
            )
        )
    findings += await _webhook(bot)
    for chat in chats:
        findings.append(await _chat(bot, chat, sees_all))
    return findings


async def _webhook(bot: Bot) -> list[Finding]:
    try:
        told = await ask(bot, "getWebhookInfo")
    except TelegramError as error:
        return [Finding("warning", f"The webhook's state could not be read: {explained(error).reason}.")]
    url = words(told, "url") if isinstance(told, dict) else ""
    if not url:
        return []
    findings = [Finding("ok", f"A webhook is set, to {urlsplit(url).hostname}; without PUBLIC_URL the bot removes it.")]
    if trouble := words(told, "last_error_message"):
        findings.append(Finding("warning", f"Telegram's last call to the webhook failed: {trouble}."))
    if waiting := whole(told, "pending_update_count"):
        findings.append(Finding("ok", f"{waiting} updates are waiting to be fetched."))
    return findings


async def _chat(bot: Bot, chat: str, sees_all: bool) -> Finding:
    try:
        told = _object(await ask(bot, "getChat", chat_id=chat))
        name = f"Chat {chat}" + (f" ({words(told, 'title')})" if words(told, "title") else "")
        if words(told, "type") == "private":
            return Finding("ok", f"{name} can be reached.")
        member = _object(await ask(bot, "getChatMember", chat_id=chat, user_id=bot.id))
    except TelegramError as error:
        return Finding("warning", f"Chat {chat} cannot be reached: {explained(error).reason}.")
    status = words(member, "status")
    if status not in PRESENT or (status == "restricted" and member.get("is_member") is not True):
        return Finding("warning", f"{name}: the bot is not a member.")
    if status in ("member", "restricted") and not sees_all:
        return Finding("warning", f"{name}: the bot is no administrator there and will not see photos.")
    if status == "restricted":
        return Finding("warning", f"{name}: the bot is restricted there and may not be able to speak.")
    return Finding("ok", f"{name}: the bot is there as {status}.")


def _object(told: Any) -> dict[str, Any]:
    return dict(part({"told": told}, "told"))
