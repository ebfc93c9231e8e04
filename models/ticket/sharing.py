"""Who shares a ticket and finds that his is another one; who asked for it without being its reporter."""

from datetime import datetime

from models.grid import Grid
from models.person import Person
from models.ticket.record import Record
from models.trust import Look


class Sharing(Record):
    __abstract__ = True

    def leave(self, other: int, *, by: Person, at: datetime, is_witness: bool = True) -> None:
        """不是同一件: who joined with a report says that his is another one, which now is the ticket with the id
        `other`. is_witness: he does not share this one any more."""
        self._only("leave", by)
        self._tell("left", by, at, ticket=other, witness=is_witness)

    def look_at_caller(self, *, by: Person, at: datetime, grid: Grid) -> Look:
        """来电人: who asked a leader to report it, for the leader of its grid; that he looked is kept."""
        self._only("look_at_caller", by, grid)
        return Look(person_id=by.id, ticket_id=self.id, about="caller", at=at)
