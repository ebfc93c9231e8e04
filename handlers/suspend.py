"""挂账: the department asks its leader to let it rest until a day; on that day it wakes by itself."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from handlers import when
from handlers.asking import ask_on_card, pressed_card, question_about, stop_asking
from handlers.cards.requested import day_told
from handlers.desk import Desk
from handlers.reasons import chosen_reason, kept_reason
from handlers.routing import Router
from models.refusal import Refusal
from models.ticket import Stage, Ticket

router = Router()
WRITTEN = "%Y%m%dT%H%M"  # UTC, as buttons carry it
USUAL = {"3d": timedelta(days=3), "7d": timedelta(days=7), "1m": None}


@router.command("suspend", "department")
async def suspend(desk: Desk) -> None:
    """挂账 12月1日 等配件; what is missing of it, the card asks."""
    ticket = await desk.ticket()
    ticket.check_may_suspend(desk.me)
    until, reason = _told(desk, desk.order.words)
    if until is None and (reason or await pressed_card(desk, ticket) is None):
        raise Refusal("suspend.when", number=ticket.number)
    await _go_on(desk, ticket, until, reason)


@router.button("suspend")
async def suspend_pressed(desk: Desk) -> None:
    """挂账, then until when, then why: what was chosen stands on the next buttons."""
    press, ticket = desk.said.press, await desk.ticket()
    ticket.check_may_suspend(desk.me)
    chosen, _, why = (press.argument or "" if press else "").partition(":")
    until = _chosen(desk, chosen) if chosen else None
    await _go_on(desk, ticket, until, chosen_reason(desk, "suspend", why) if why else "")


@router.answer("suspend")
async def until_when(desk: Desk) -> None:
    ticket = await desk.ticket()
    until, reason = _told(desk, desk.order.words)
    if until is None:
        raise Refusal("suspend.when", number=ticket.number)
    await _go_on(desk, ticket, until, reason)


@router.answer("suspend_why")
async def why(desk: Desk) -> None:
    ticket = await desk.ticket()
    asks = await question_about(desk, ticket) or ""
    await _ask(desk, ticket, _chosen(desk, asks.partition(":")[2]), desk.order.words)


@router.timer("wake")
async def its_day_has_come(desk: Desk, data: dict[str, Any]) -> None:
    """A timer of another suspension, or of one that a danger ended, does nothing."""
    ticket = await desk.ticket_by_id(data["ticket"])
    until = datetime.fromisoformat(data["until"])
    if ticket.stage == Stage.SUSPENDED and ticket.suspended_until == until:
        ticket.resume(at=desk.now, hours=desk.town.hours)


async def _go_on(desk: Desk, ticket: Ticket, until: datetime | None, reason: str) -> None:
    """To the next question, where there is a card to ask it; else as it was told."""
    if until is None:
        await ask_on_card(desk, ticket, "suspend")
        await desk.answer("suspend.ask", ticket=ticket, number=ticket.number)
    elif reason.strip() or await pressed_card(desk, ticket) is None:
        await _ask(desk, ticket, until, reason)
    else:
        ticket.check_suspension(until, desk.me, desk.now)
        await ask_on_card(desk, ticket, f"suspend_why:{until.strftime(WRITTEN)}")
        day = day_told(desk.locale, until, desk.town, desk.now)
        await desk.answer("suspend.ask_why", ticket=ticket, number=ticket.number, day=day)


async def _ask(desk: Desk, ticket: Ticket, until: datetime, reason: str) -> None:
    ticket.ask_suspension(until, kept_reason(reason), by=desk.me, at=desk.now)
    await stop_asking(desk, ticket)
    day = day_told(desk.locale, until, desk.town, desk.now)
    await desk.answer("suspend.done", ticket=ticket, number=ticket.number, day=day)


def _told(desk: Desk, text: str) -> tuple[datetime | None, str]:
    """A day without its hour begins with the first hour of work: then somebody is there whom it wakes."""
    return when.moment(text, desk.now, desk.town.zone, _begins(desk))


def _chosen(desk: Desk, text: str) -> datetime:
    """As a button carries it: how far away, or the moment itself."""
    if text in USUAL:
        away = USUAL[text]
        today = desk.now.astimezone(desk.town.zone).date()
        day = today + away if away is not None else when.months_after(today, 1)
        return datetime.combine(day, _begins(desk), desk.town.zone).astimezone(UTC)
    try:
        return datetime.strptime(text, WRITTEN).replace(tzinfo=UTC)
    except ValueError:
        raise Refusal("press.unknown") from None


def _begins(desk: Desk) -> time:
    return desk.town.hours.work[0][0]
