"""Which rows of the outbox may go now, and which come first: what bot/claims.py asks, put together once."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from models.chat import Chat
from models.mail import Outbox, OutboxState, Repeat
from models.types import spelled

RANKED = 10**15
"""Rank and id in one number, so that one `min` finds the next row of a chat; ids stay below it for good."""


REPLIES = 5
"""Also between chats: they wait for what nobody asked for (bot/claims.py)."""


def _rank() -> ColumnElement[int]:
    """What goes first in a chat: answers to presses, urgent news, urgent edits, news, edits, replies to commands. An
    edit that has waited for a minute counts as news; a reply does not, or who asks for much would stand before them.
    Alone with us one reads all in the order it was said.

    Nothing overtakes an elder of its own ticket: that is asked beside this. So an urgent edit goes before what is no
    danger: the word that rings for it waits behind it.
    """
    is_news = Outbox.repeat == Repeat.SPARINGLY.value
    return case(
        (Outbox.kind == "answer", 0),
        (and_(is_news, Outbox.is_urgent), 1),
        (Outbox.is_urgent, 2),
        (and_(Outbox.kind == "reply", Chat.kind == "group"), REPLIES),
        (or_(is_news, Outbox.created_at < bindparam("patient")), 3),
        else_=4,
    )


def _next() -> Select[int]:
    """Of each chat (and of its answers) the first row that may go at `now`, as rank * RANKED + id."""
    elder = aliased(Outbox)
    has_elder = exists().where(
        elder.ticket_id == Outbox.ticket_id,
        elder.chat_id == Outbox.chat_id,
        elder.state.in_(spelled(OutboxState.PENDING.value, OutboxState.SENDING.value)),
        elder.id < Outbox.id,
        elder.kind != "reply",  # it changes nothing, and news of the ticket is not to wait with it
    )
    now: BindParameter[datetime] = bindparam("now")
    return (
        select(func.min(cast(_rank(), BigInteger) * RANKED + Outbox.id))
        .join(Chat, Chat.id == Outbox.chat_id)
        .where(Outbox.is_pending(), Outbox.due_at <= now, ~has_elder)
        .where(or_(Chat.quiet_until.is_(None), Chat.quiet_until <= now))
        # Whoever pressed waits for his answer now, also where we have been shown the door, or think so.
        .where(or_(Chat.parked_at.is_(None), Outbox.kind == "answer"))
        .group_by(Outbox.chat_id, Outbox.kind == "answer")
    )


NEXT = _next()
UNDER_WAY = select(Outbox).where(Outbox.is_under_way())
LEFT = (
    # Whoever is noting at this moment how it went has it locked: then it is not left.
    select(Outbox)
    .where(Outbox.id.in_(bindparam("ids", expanding=True)), Outbox.is_under_way())
    .with_for_update(skip_locked=True)
    .execution_options(populate_existing=True)
)
THESE = (
    # Asked for again under lock: on PostgreSQL another process may have taken some of them since.
    select(Outbox, Chat)
    .join(Chat, Chat.id == Outbox.chat_id)
    .where(Outbox.id.in_(bindparam("ids", expanding=True)), Outbox.is_pending())
    .with_for_update(skip_locked=True, of=Outbox)
)
