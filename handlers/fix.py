"""The fix comes back to everyone who reported it: before and after, under their own messages, once per round.

While a picture of it wants a look (`is_held`) the one post of the round says no more than that the department calls it
done; who looked makes the usual post of it, with its picture.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from handlers.cards.further import further, further_button
from handlers.desk import Desk, Label, Rows
from handlers.groups import group_cards
from handlers.parties import who_worked
from handlers.proof_shown import picture_of_fix
from models.card import Witness
from models.chat import Chat, Message
from models.person import Address
from models.photo import Photo
from models.ticket import Stage, Ticket, TicketEvent

Picture = dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Hearer:
    """A chat that is told, under which of its messages, in which topic."""

    chat: Chat
    under: int | None = None
    topic: str | None = None


async def post_fix(desk: Desk, ticket: Ticket, picture: Picture) -> None:
    """The second and last word in this round to the group and to all who wrote to us alone."""
    if ticket.stage not in (Stage.RESOLVED, Stage.CLOSED):
        return
    if ticket.fix_said >= ticket.round:
        if picture is not None and not ticket.is_held:
            await _edit(desk, ticket, picture)
        return
    ticket.fix_said, ticket.fix_id = ticket.round, None
    for hearer in await _hearers(desk, ticket):
        chat = hearer.chat
        fix = await desk.say(
            chat, _key(ticket, chat), purpose="fix", ticket=ticket, reply_to=hearer.under, topic=hearer.topic,
            remember=True, picture=_shown(ticket, picture), buttons=await _buttons(desk, ticket, chat),
            **await _values(desk, ticket, chat),
        )  # fmt: skip
        if ticket.fix_id is None and fix is not None:
            ticket.fix_id = fix.id


async def redraw_fix(desk: Desk, ticket: Ticket) -> None:
    """After 已解决 or 没解决 the fix says so and loses its buttons. Where it was held, it shows now what it shows."""
    await _edit(desk, ticket, None)


async def _edit(desk: Desk, ticket: Ticket, picture: Picture) -> None:
    """Wherever it was posted in this round. A picture replaces the one that is there."""
    lacks = await picture_of_fix(desk, ticket) if picture is None and ticket.stage == Stage.CLOSED else None
    if ticket.fix_id is None:
        return
    posted = select(Message).where(
        Message.ticket_id == ticket.id, Message.purpose == "fix", Message.id >= ticket.fix_id
    )
    for fix in await desk.all_of(posted.order_by(Message.id)):
        chat = await desk.session.get_one(Chat, fix.chat_id)
        shown = _shown(ticket, picture)
        if shown is None and picture is not None:
            continue
        if not fix.pictured:
            shown = shown or _shown(ticket, lacks)
        values = await _values(desk, ticket, chat)
        # What went out with its picture stays as it is, whatever comes out later.
        values["held"] = values["held"] and not fix.pictured
        desk.edit(
            fix, chat, _key(ticket, chat), ticket=ticket, picture=shown, buttons=await _buttons(desk, ticket, chat),
            **values,
        )  # fmt: skip


async def _hearers(desk: Desk, ticket: Ticket) -> list[Hearer]:
    """Where it was reported; the groups that read of it elsewhere; and whoever wrote of it to us alone."""
    report = await desk.session.get_one(Message, ticket.report_id)
    chat = await desk.session.get_one(Chat, ticket.chat_id)
    hearers = [Hearer(chat, report.id, report.topic)]
    # Of what is not public a group reads the end only where it heard the report.
    for card in [] if ticket.is_restricted else await group_cards(desk, ticket):
        hearers.append(Hearer(await desk.session.get_one(Chat, card.chat_id), card.message_id))
    told = {hearer.chat.id for hearer in hearers}
    for message in await desk.all_of(_written_alone(ticket)):
        if message.chat_id not in told:
            told.add(message.chat_id)
            hearers.append(Hearer(await desk.session.get_one(Chat, message.chat_id), message.id, message.topic))
    if ticket.is_restricted:
        # The group reads only that it is done; who told of it more, each alone.
        met = await desk.all_of(select(Witness.person_id).where(Witness.ticket_id == ticket.id).order_by(Witness.id))
        alone = [*await _private_of(desk, ticket), *await desk.all_of(Chat.private_of(met))]
        hearers += [Hearer(private) for private in dict.fromkeys(alone) if private.id not in told]
    return hearers


async def _private_of(desk: Desk, ticket: Ticket) -> list[Chat]:
    """The reporter's own."""
    if ticket.reporter_id is None:
        return []
    chats: list[Chat] = await desk.all_of(Chat.private_of([ticket.reporter_id]))
    return chats


def _written_alone(ticket: Ticket) -> Any:
    """Messages in private by which people joined it, and in groups beside its own: of what became part of it. Of what
    is not public only the first."""
    written = (
        select(Message)
        .join(Witness, Witness.message_id == Message.id)
        .join(Chat, Chat.id == Message.chat_id)
        .where(Witness.ticket_id == ticket.id)
        .order_by(Witness.id)
    )
    return written.where(Chat.kind == "private") if ticket.is_restricted else written


def _key(ticket: Ticket, chat: Chat) -> str:
    if ticket.is_restricted:
        return "fix.alone" if chat.is_private else "fix.restricted"
    return "fix.posted"


def _shown(ticket: Ticket, picture: Picture) -> Picture:
    """Of what is not public nobody is shown the officer's picture: people may be in it. Nor what wants a look."""
    return None if ticket.is_restricted or ticket.is_held else picture


async def _buttons(desk: Desk, ticket: Ticket, chat: Chat) -> Rows:
    return [*await _questions(desk, ticket, chat), *await _further(desk, ticket, chat)]


async def _further(desk: Desk, ticket: Ticket, chat: Chat) -> Rows:
    """更多照片; of what is not public no group hears that there are any."""
    is_asked = chat.is_private and await _is_his(desk, ticket, chat)
    if ticket.is_restricted and not is_asked:
        return []
    count = len(further(await desk.all_of(Photo.of(ticket.id)), ticket, sees_all=is_asked))
    return further_button(desk.language_of(chat), ticket, count)


async def _questions(desk: Desk, ticket: Ticket, chat: Chat) -> list[list[Label]]:
    number = ticket.number
    if not await _is_his(desk, ticket, chat):
        return []
    if ticket.stage == Stage.RESOLVED:
        return [[Label("button.solved", "solved", number), Label("button.unsolved", "unsolved", number)]]
    if _objects(ticket):
        return [[Label("button.unsolved", "unsolved", number)]]
    if ticket.ended_by == "confirmed" and ticket.satisfied is None:
        return [[Label("button.satisfied", "rate", number, "yes"), Label("button.unsatisfied", "rate", number, "no")]]
    return []


def _objects(ticket: Ticket) -> bool:
    """Somebody else closed it, or nobody did: the reporter may still say that it is not fixed."""
    return ticket.stage == Stage.CLOSED and ticket.ended_by in ("verified", "lapsed")


async def _is_his(desk: Desk, ticket: Ticket, chat: Chat) -> bool:
    """Only where it was reported: in a group that did not hear the reporter buttons would lay him bare.
    What is not public he is asked alone, where that can be."""
    own = [private.id for private in await _private_of(desk, ticket)] if ticket.is_restricted else []
    return chat.id in own if own else chat.id == ticket.chat_id


async def _values(desk: Desk, ticket: Ticket, chat: Chat) -> dict[str, Any]:
    is_his, days_until = await _is_his(desk, ticket, chat), desk.town.district.days_until
    again, said = await _last_words(desk, ticket)
    return {
        "number": ticket.number,
        "category": desk.town.category(ticket.category).name(desk.language_of(chat)),
        "place": ticket.place or desk.grid_of(ticket).name,
        "department": await who_worked(desk, ticket),
        "at": ticket.resolved_at or desk.now,
        "stage": ticket.stage,
        "held": ticket.is_held,
        "asks": is_his and ticket.stage == Stage.RESOLVED,
        "objects": is_his and _objects(ticket),
        "own": chat.is_private and chat.person_id == ticket.reporter_id,
        "ended_by": ticket.ended_by,
        "satisfied": ticket.satisfied,
        "unanswered": days_until("close"),
        "reopens": days_until("reopen"),
        "reopened": again is not None and again.kind == "reopened",
        "reason": again.data.get("reason") if again else None,
        "words": said,
        "waived": await _waived(desk, ticket),
        **await _people(desk, ticket, chat),
    }


async def _last_words(desk: Desk, ticket: Ticket) -> tuple[TicketEvent | None, str]:
    """Who said last that it is not mended; and what those who mended it said in this round."""
    told = TicketEvent.kind.in_(("finished", "resolved", "unsolved", "reopened"))
    kept = await desk.all_of(TicketEvent.of(ticket.id).where(told))
    again, said = None, list[str]()
    for event in (*kept, *(event for event in ticket.news if event.kind in ("unsolved", "reopened"))):
        if event.kind in ("unsolved", "reopened"):
            again, said = event, []
        elif (told := event.data.get("words")) and told not in said:
            said.append(told)  # once: after a picture that could not be opened people say the same again
    return again, " · ".join(said)


async def _waived(desk: Desk, ticket: Ticket) -> str | None:
    """Why this round's fix has no picture."""
    after = select(Photo.id).where(Photo.ticket_id == ticket.id, Photo.role == "after", Photo.round == ticket.round)
    if not ticket.photo_waived or await desk.session.scalar(after.limit(1)) is not None:
        return None
    said = TicketEvent.of(ticket.id).where(TicketEvent.kind == "waived").order_by(None)
    last = await desk.session.scalar(said.order_by(TicketEvent.seq.desc()).limit(1))
    return last.data.get("reason") if last is not None else None


async def _people(desk: Desk, ticket: Ticket, chat: Chat) -> dict[str, Any]:
    """Whom it thanks by name: in private him alone. In a group never who told us in private, unless he agreed to it;
    who pressed 我也遇到 there was seen by all. others: how many more it was. asked: who is to say whether it is mended,
    where he is one of several who read it and may be named."""
    everybody = set(await desk.all_of(select(Witness.person_id).where(Witness.ticket_id == ticket.id)))
    met = select(Witness.person_id).where(Witness.ticket_id == ticket.id)
    if chat.is_private:
        met = met.where(Witness.person_id == chat.person_id)
    else:
        alone = select(Message.id).join(Chat, Chat.id == Message.chat_id).where(Chat.kind == "private")
        seen = or_(Witness.message_id.is_(None), Witness.message_id.not_in(alone))
        met = met.where(or_(seen, Witness.person_id == ticket.reporter_id) if ticket.is_named else seen)
    named = select(Address).where(Address.person_id.in_(met), Address.channel == chat.channel).order_by(Address.id)
    found = await desk.all_of(named)
    others = 0 if chat.is_private else len(everybody - {address.person_id for address in found})
    asked = next((one.name for one in found if one.person_id == ticket.reporter_id and not chat.is_private), None)
    people = [{"id": address.external_id, "name": address.name} for address in found]
    return {"people": people, "others": others, "asked": asked or None}
