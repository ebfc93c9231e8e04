"""应急: a whistle that rings at once, with a check-list which all who were called tick off together."""

import re

from sqlalchemy import select

from handlers import words
from handlers.calling.whistle import called, pressed
from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.routing import Router
from models.refusal import Refusal
from models.rights import may
from models.task import Response
from models.ticket import Ticket, TicketEvent
from models.ticket.convening import STEPS

router = Router()
DONE = re.compile(r"^已|(?:已?(?:完成|完毕|做好|好)了?|了)?[\s。.！!]*$")


@router.command("emergency", "leader")
async def emergency(desk: Desk) -> None:
    await called(desk, Response.EMERGENCY)


@router.button("emergency")
async def emergency_pressed(desk: Desk) -> None:
    await pressed(desk, Response.EMERGENCY)


@router.answer("emergency")
async def emergency_in_words(desk: Desk) -> None:
    await called(desk, Response.EMERGENCY)


@router.command("step", "leader", "department")
async def step(desk: Desk) -> None:
    """/step N 警戒; alone it names the steps."""
    said = desk.order.words.strip()
    if not said:
        steps = "、".join(words.plain(desk.locale, f"emergency_step.{name}") for name in STEPS)
        raise Refusal("step.which", number=desk.order.number or "", steps=steps)
    await _tick(desk, await desk.ticket(), step_named(said) or said)


def step_named(said: str) -> str | None:
    """警戒, 警戒好了。"""
    bare = DONE.sub("", said.strip().casefold())
    names = {words.plain(locale, f"emergency_step.{name}"): name for name in STEPS for locale in words.LOCALES}
    return next((name for told, name in names.items() if told.casefold() == bare), None)


async def ticked_in_words(desk: Desk, ticket: Ticket) -> bool:
    """A step typed in reply to the card of an emergency, by who may tick it; other words are talk."""
    name = step_named(desk.said.text) if ticket.response == Response.EMERGENCY else None
    held = ticket.standings(desk.me, side_of(desk.town, ticket, desk.me), await desk.task_of_mine(ticket))
    if name is None or not may("step", held):
        return False
    await _tick(desk, ticket, name)
    return True


@router.button("step")
async def step_pressed(desk: Desk) -> None:
    press = desk.said.press
    await _tick(desk, await desk.ticket(), (press.argument if press else None) or "")


async def _tick(desk: Desk, ticket: Ticket, name: str) -> None:
    told = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "stepped")
    done = {event.data["step"] for event in await desk.all_of(told) if event.data.get("round") == ticket.round}
    ticket.step(
        name, done, await desk.tasks_of(ticket), by=desk.me, at=desk.now, grid=side_of(desk.town, ticket, desk.me)
    )
    said = words.plain(desk.locale, f"emergency_step.{name}")
    await desk.answer("step.noted", ticket=ticket, number=ticket.number, step=said)
