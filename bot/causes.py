"""What caused what. The row of the inbox that a turn is about stands in all the turn leaves behind: its events, what it
says, the errands it asks for; and in the lines it logs, with the tickets it touched."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import object_session

from bot import counts
from handlers.desk import Desk
from models.mail import Errand, Inbox, Outbox
from models.ticket import TicketEvent

log = structlog.get_logger()

CAUSE = "cause"


class Turned:
    """One turn, while it lasts. outcome: how it ended (`counts.TURN_OUTCOMES`); None where there was nothing to do."""

    def __init__(self) -> None:
        self.outcome: str | None = None
        self._row: Inbox | None = None
        self._desk: Desk | None = None
        self._began = time.perf_counter()

    def begins(self, session: AsyncSession, row: Inbox) -> None:
        """From here on, what this session adds was caused by this row."""
        session.info[CAUSE] = row.id
        self._row = row
        structlog.contextvars.bind_contextvars(row=row.id, update=row.update)

    def is_at(self, desk: Desk) -> None:
        self._desk = desk

    def ends(self, outcome: str) -> None:
        """A turn that was refused is done all the same."""
        is_refused = outcome == "done" and self._desk is not None and self._desk.refused is not None
        self.outcome = "refused" if is_refused else outcome

    def tell(self) -> None:
        if self.outcome is None or self._row is None:
            return
        seconds = time.perf_counter() - self._began
        counts.turns.labels(self.outcome).inc()
        counts.turn_seconds.observe(seconds)
        desk = self._desk
        if self.outcome == "done" and desk is not None:
            for how in desk.reports:
                counts.reports.labels(how).inc()
        touched = tickets_of(desk) if desk is not None else []
        # Who follows a ticket reads of its turns only; of the rest a line each would be a flood.
        line = log.info if touched else log.debug
        about = {"ticket": touched} if touched else {}
        line("turn", what=self._what, outcome=self.outcome, ms=round(seconds * 1000, 1), **about)

    @property
    def _what(self) -> str:
        return str(self._row.__dict__.get("what", "")) if self._row is not None else ""


@contextmanager
def one_turn() -> Iterator[Turned]:
    """What is bound to the log's lines within it is forgotten with it."""
    before = structlog.contextvars.get_contextvars()
    turned = Turned()
    try:
        yield turned
    finally:
        turned.tell()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(**before)


def tickets_of(desk: Desk) -> list[str]:
    """Numbers of the tickets a turn touched; after a rollback some are known by their id only."""
    return list((numbers_of(desk) | (desk.refused or {})).values())


def numbers_of(desk: Desk) -> dict[int, str]:
    return {id: str(ticket.__dict__.get("number") or f"id {id}") for id, ticket in desk.tickets.items()}


def _note_cause(_mapper: Any, _connection: Any, row: Any) -> None:
    session = object_session(row)
    if session is not None and row.cause_id is None:
        row.cause_id = session.info.get(CAUSE)


for _left_behind in (Outbox, Errand, TicketEvent):
    event.listen(_left_behind, "before_insert", _note_cause)
