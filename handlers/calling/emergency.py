"""应急: a whistle that rings at once, with a check-list which all who were called tick off together."""

from sqlalchemy import select

from handlers import words
from handlers.calling.whistle import called, pressed
from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.routing import Router
from models.task import Response
from models.ticket import Ticket, TicketEvent
from models.ticket.convening import STEPS

router = Router()


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
    """/step N 警戒"""
    ticket, said = await desk.ticket(), desk.order.words.strip()
    names = {words.plain(locale, f"emergency_step.{name}"): name for name in STEPS for locale in words.LOCALES}
    await _tick(desk, ticket, names.get(said, said))


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
