"""The fix comes back to the group: before and after, under the reporter's own message, once per round."""

from typing import Any

from sqlalchemy import select

from handlers.desk import Desk, Label
from models.card import Witness
from models.chat import Chat, Message
from models.person import Address
from models.ticket import Stage, Ticket


async def post_fix(desk: Desk, ticket: Ticket, picture: dict[str, Any] | None) -> None:
    """The second and last word to the group in this round: under the reporter's own message,
    naming everyone who saw it."""
    if ticket.stage not in (Stage.RESOLVED, Stage.CLOSED):
        return
    chat = await desk.session.get_one(Chat, ticket.chat_id)
    values = await _fix_values(desk, ticket, chat)
    shown = None if ticket.is_restricted else picture
    if ticket.fix_said >= ticket.round:
        fix = await desk.session.get(Message, ticket.fix_id) if ticket.fix_id else None
        if fix is not None and shown is not None:
            desk.edit(fix, chat, _fix_key(ticket), ticket=ticket, picture=shown, buttons=_fix_buttons(ticket), **values)
        return
    ticket.fix_said = ticket.round
    report = await desk.session.get_one(Message, ticket.report_id)
    fix = await desk.say(
        chat, _fix_key(ticket), purpose="fix", ticket=ticket, reply_to=report.id, topic=report.topic, remember=True,
        picture=shown, buttons=_fix_buttons(ticket), **values,
    )  # fmt: skip
    ticket.fix_id = fix.id if fix else None
    if ticket.is_restricted and not chat.is_private and ticket.reporter_id is not None:
        # The group reads only that it is done; the reporter sees it.
        for private in await desk.session.scalars(Chat.private_of([ticket.reporter_id])):
            told = {**await _fix_values(desk, ticket, private), "people": []}
            await desk.say(private, "fix.posted", ticket=ticket, picture=picture, **told)


async def redraw_fix(desk: Desk, ticket: Ticket) -> None:
    """After 已解决 or 没解决 the fix says so and loses its buttons."""
    fix = await desk.session.get(Message, ticket.fix_id) if ticket.fix_id else None
    if fix is not None:
        chat = await desk.session.get_one(Chat, fix.chat_id)
        desk.edit(
            fix,
            chat,
            _fix_key(ticket),
            ticket=ticket,
            buttons=_fix_buttons(ticket),
            **await _fix_values(desk, ticket, chat),
        )


def _fix_key(ticket: Ticket) -> str:
    return "fix.restricted" if ticket.is_restricted else "fix.posted"


def _fix_buttons(ticket: Ticket) -> list[list[Label]]:
    if ticket.stage != Stage.RESOLVED:
        return []
    return [[Label("button.solved", "solved", ticket.number), Label("button.unsolved", "unsolved", ticket.number)]]


async def _fix_values(desk: Desk, ticket: Ticket, chat: Chat) -> dict[str, Any]:
    department = desk.town.departments.get(ticket.department_id or 0)
    witnesses = [witness.person_id for witness in await desk.all_of(Witness.of(ticket.id))]
    named = await desk.all_of(
        select(Address).where(Address.person_id.in_(witnesses), Address.channel == chat.channel).order_by(Address.id)
    )
    return {
        "number": ticket.number,
        "category": desk.town.category(ticket.category).name(desk.language_of(chat)),
        "place": ticket.place or desk.grid_of(ticket).name,
        "department": department.name if department else "",
        "at": ticket.resolved_at or desk.now,
        "stage": ticket.stage,
        "people": [{"id": address.external_id, "name": address.name} for address in named],
    }
