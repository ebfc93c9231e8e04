"""What is no longer kept of people: statements for the one who asks it and for the timers (field.md h, 2 and 6).

A ticket's facts stay: what, where, when, who mended it. Who told of it goes.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Delete, Select, String, Update, cast, delete, or_, select, update

from models.card import Card, Witness
from models.chat import Chat, Message
from models.draft import Draft
from models.person import Address, Role
from models.photo import Photo, PhotoState
from models.place import Whereabouts
from models.ticket import Ticket
from models.trust import Caller

Statement = Update | Delete
NOBODY = "nobody"
OF_A_PERSON = ("dropped", "asked", "gathering", "form")
"""States of drafts that became nothing."""


def tickets_of(person_id: int) -> Select[Any]:
    """Ids of those he reported or met too."""
    met = select(Witness.ticket_id).where(Witness.person_id == person_id)
    return select(Ticket.id).where(or_(Ticket.reporter_id == person_id, Ticket.id.in_(met)))


def cut_ties(tickets: Sequence[int], nobodys: int) -> tuple[Statement, ...]:
    """Nobody who told of these tickets is tied to them any more, nor who called because of them; nor a private chat in
    which they were told of: it has its owner's number. nobodys: id of the chat that is nobody's."""
    private = select(Chat.id).where(Chat.kind == "private")
    alone = Card.ticket_id.in_(tickets), Card.audience == "private", Card.chat_id.in_(private)
    return (
        *_untie(tickets),
        delete(Caller).where(Caller.ticket_id.in_(tickets)),
        update(Ticket).where(Ticket.id.in_(tickets), Ticket.chat_id.in_(private)).values(chat_id=None, report_id=None),
        update(Message).where(Message.ticket_id.in_(tickets), Message.chat_id.in_(private)).values(ticket_id=None),
        update(Card)
        .where(*alone)
        .values(chat_id=nobodys, audience="gone:" + cast(Card.id, String), message_id=None, ended=True),
    )


def chat_of_nobody() -> Select[Chat]:
    return select(Chat).where(Chat.channel == NOBODY, Chat.external_id == NOBODY)


def cut_ties_of(person_id: int, tickets: Sequence[int]) -> tuple[Statement, ...]:
    """He alone; whom he called for a leader of goes with what he reported."""
    own = select(Ticket.id).where(Ticket.id.in_(tickets), Ticket.reporter_id == person_id)
    calls = delete(Caller).where(or_(Caller.ticket_id.in_(own), Caller.by_id == person_id))
    return (calls, *_untie(tickets, person_id))


def empty_drafts_of(person_id: int) -> tuple[Statement, ...]:
    """What may yet have become a report, and where he was. The rows stay: timers may still ask for them."""
    drafts = select(Draft.id).where(Draft.person_id == person_id)
    loose = Photo.draft_id.in_(drafts), Photo.ticket_id.is_(None)
    return (
        update(Photo)
        .where(*loose)
        .values(state=PhotoState.GONE.value, ref="", key="", digest=None, likeness=None, reason="erased"),
        update(Draft).where(Draft.person_id == person_id).values(text="", form={}),
        update(Draft).where(Draft.person_id == person_id, Draft.state.in_(OF_A_PERSON)).values(state="dropped"),
        delete(Whereabouts).where(Whereabouts.person_id == person_id),
    )


def unname(people: Sequence[int]) -> tuple[Statement, ...]:
    """What channels call them; they can still be reached there, and are called anew when they next speak."""
    return (update(Address).where(Address.person_id.in_(people)).values(name="", username=None),)


def strangers(people: Sequence[int]) -> Select[Any]:
    """Those of them who hold no role and are tied to no ticket."""
    held = select(Role.person_id).where(Role.revoked_at.is_(None))
    met, told = select(Witness.person_id), select(Ticket.reporter_id).where(Ticket.reporter_id.in_(people))
    named = Address.name != ""
    return (
        select(Address.person_id)
        .where(Address.person_id.in_(people), named, Address.person_id.not_in(held))
        .where(Address.person_id.not_in(met.where(Witness.person_id.in_(people))), Address.person_id.not_in(told))
    )


def _untie(tickets: Sequence[int], person_id: int | None = None) -> tuple[Statement, ...]:
    def whose(column: Any) -> ColumnElement[bool]:
        return column.is_not(None) if person_id is None else column == person_id  # type: ignore[no-any-return]

    return (
        update(Message).where(Message.ticket_id.in_(tickets), whose(Message.person_id)).values(person_id=None),
        update(Photo).where(Photo.ticket_id.in_(tickets), whose(Photo.person_id)).values(person_id=None),
        delete(Witness).where(Witness.ticket_id.in_(tickets), whose(Witness.person_id)),
        update(Ticket).where(Ticket.id.in_(tickets), whose(Ticket.reporter_id)).values(reporter_id=None),
    )
