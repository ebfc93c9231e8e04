"""A picture that proves little: somebody has to look before the ticket may close by itself (models/proof.py)."""

from collections.abc import Iterable
from datetime import datetime

from models.ticket.record import Record
from models.ticket.stage import Stage


class Proving(Record):
    __abstract__ = True

    @property
    def is_held(self) -> bool:
        """It is said to be mended, and a picture of it wants a look."""
        return self.is_doubted and self.stage == Stage.RESOLVED

    def doubt(self, photo: int, checks: Iterable[str], round_: int, *, at: datetime) -> None:
        """A picture of this round failed. Of a round that is over, and of a ticket that has ended, the record alone
        tells it: somebody looked, or nobody may undo it by a picture that came late.

        first: the leader has not heard of any such picture in this round yet.
        """
        holds = self.is_open and round_ == self.round
        first = holds and not self.is_doubted
        self.is_doubted = self.is_doubted or holds
        self._tell("doubted", None, at, photo=photo, checks=list(checks), round=round_, holds=holds, first=first)
