"""Fetching updates so that none is lost: asking for the next ones confirms the last, and they are kept before that."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import structlog
from telegram import Bot
from telegram.error import Conflict, TelegramError

from bot import counts
from bot.channels.base import Keep, Raw, SendError, TokenRejected, TooFast
from bot.channels.telegram.asking import ask
from bot.channels.telegram.errors import explained, webhook_stands
from bot.channels.telegram.fields import whole
from bot.channels.telegram.line import Line
from bot.channels.telegram.transport import Broken, TooLong

ALLOWED: Final = ("message", "edited_message", "callback_query", "my_chat_member")
"""Sent with every request: Telegram remembers the last list it was given, whoever gave it."""
PAGE: Final = 100
LESS: Final = 10
FIRST_DELAY_S: Final = 0.5
LONGEST_DELAY_S: Final = 30.0
EMPTY_PAUSE_S: Final = 0.05  # a server that does not hold the poll open is not asked without a breath
GRACE_S: Final = 10.0  # beyond the long poll, for the way there and back

log = structlog.get_logger(__name__)


async def receive(
    bot: Bot, keep: Keep, *, poll_s: int, sleep: Callable[[float], Awaitable[None]], line: Line | None = None
) -> None:
    """For ever. Raises TokenRejected, and what `keep` raises: then that page was not confirmed, and comes again."""
    offset: int | None = None
    delay = FIRST_DELAY_S
    limit = PAGE
    while True:
        try:
            page = await _page(bot, offset, poll_s, limit)
        except TelegramError as error:
            # One update is half a megabyte at most, and a page full of those is too long to be taken: fewer are not.
            limit = max(1, limit // LESS) if isinstance(error, TooLong) else limit
            await sleep(await _pause(bot, error, delay, line or Line()))
            delay = min(delay * 2, LONGEST_DELAY_S)
            continue
        delay, limit = FIRST_DELAY_S, PAGE
        if page:
            await keep(page)
        else:
            await sleep(EMPTY_PAUSE_S)
        offset = _after(page)


async def _page(bot: Bot, offset: int | None, poll_s: int, limit: int = PAGE) -> Sequence[Raw]:
    asked: dict[str, Any] = {"limit": limit, "timeout": poll_s, "allowed_updates": list(ALLOWED)}
    if offset is not None:
        asked["offset"] = offset
    page = await ask(bot, "getUpdates", deadline=poll_s + GRACE_S, **asked)
    if not isinstance(page, list):
        raise Broken("getUpdates gave no list")
    updates = [update for update in page if isinstance(update, dict)]
    if page and _after(updates) is None:
        raise Broken("getUpdates gave nothing that could be confirmed")
    return updates


def _after(page: Sequence[Raw]) -> int | None:
    """The offset that confirms this page; None after an empty one.

    An empty page says that all is confirmed. After a quiet week the next id may be lower than any before: asking on
    with the old offset might hide it, asking without any does not.
    """
    numbers = [number for update in page if (number := whole(update, "update_id")) is not None and number >= 0]
    return max(numbers) + 1 if numbers else None


async def _pause(bot: Bot, error: TelegramError, delay: float, line: Line) -> float:
    """Seconds to wait before asking again. Raises TokenRejected."""
    reason: SendError = explained(error)
    counts.unfetched.labels(reason.cause).inc()
    if isinstance(reason, TokenRejected) or "does not have this method" in reason.reason:
        raise TokenRejected(reason.reason) from None
    log.warning("updates_not_fetched", reason=reason.reason, wait=delay)
    if isinstance(error, Conflict):
        line.is_shared()
    if webhook_stands(error):
        await _remove_webhook(bot)
    return reason.seconds if isinstance(reason, TooFast) else delay


async def _remove_webhook(bot: Bot) -> None:
    """Only where one is set, and only by who fetches: a removal ends another's poll, also where there was none.

    Updates that wait are kept (never drop_pending_updates). What goes wrong shows at the next request.
    """
    try:
        await bot.delete_webhook()
    except TelegramError as error:
        log.warning("webhook_not_removed", reason=explained(error).reason)
