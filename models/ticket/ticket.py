"""A ticket's verbs. Each asks who, moves by the LIFECYCLE table, leaves an event, or refuses and changes nothing."""

from datetime import datetime
from typing import Self

from models.category import Category
from models.grid import Grid
from models.person import Person
from models.refusal import Refusal
from models.spot import Spot
from models.ticket.amending import Amending
from models.ticket.checking import Checking
from models.ticket.convening import Convening
from models.ticket.delaying import Delaying
from models.ticket.minding import Minding
from models.ticket.proving import Proving
from models.ticket.sharing import Sharing
from models.ticket.sorting import Sorting
from models.ticket.stage import Border, Stage
from models.told import NOTHING_TOLD, Told


class Ticket(Amending, Minding, Sharing, Sorting, Convening, Delaying, Checking, Proving):
    """One incident, from the rider's photo to the photo of the fix."""

    __tablename__ = "tickets"

    @classmethod
    def report(
        cls,
        *,
        number: str,
        case_code: str,
        category: Category,
        grid: Grid,
        text: str,
        spot: Spot,
        by: Person | None,
        at: datetime,
        is_urgent: bool = False,
        told: Told = NOTHING_TOLD,
        border: Grid | None = None,
        is_outside: bool = False,
        is_named: bool = True,
        entry: str = "report",
    ) -> Self:
        """border: the grid on the other side, where it may be meant just as well. is_outside: it lies in none of ours.
        is_named: the reporter may be named in the group. entry: how it came in (record.py)."""
        ticket = cls(
            number=number,
            case_code=case_code,
            stage=Stage.PENDING,
            category=category.code,
            grid_id=grid.id,
            reporter_id=by.id if by else None,
            text=text,
            is_urgent=is_urgent,
            is_restricted=category.is_restricted or told.is_minor,
            told=told.as_data(),
            border_id=border.id if border else None,
            border_stage=Border.OPEN if border else None,
            is_outside=is_outside,
            is_named=is_named,
            escalated=0,
            reported_at=at,
            round=1,
            returns=0,
            last_seq=0,
            fix_said=0,
            entry=entry,
            extensions=0,
            suspensions=0,
            photo_waived=False,
            is_doubted=False,
            request={},
            counted_seq=0,
            counted={},
            place_source="grid",
        )
        ticket._woken()
        ticket._stand(spot)
        ticket._tell(
            "reported", by, at, category=category.code, grid=grid.id, text=text, spot=spot.as_data(), urgent=is_urgent,
            told=ticket.told, border=ticket.border_id, outside=is_outside, named=is_named, entry=entry,
            restricted=ticket.is_restricted,
        )  # fmt: skip
        return ticket

    def settle(self, *, by: Person, at: datetime) -> None:
        """自行处置: who found it dealt with it on the spot. Opened and closed with one photo, and counted apart."""
        self._only("settle", by)
        self._move("settle", by, at)
        self.resolved_at = at
        self.fix_said = self.round  # its own card says all there is to say
        self._end("settled", at)

    def withdraw(self, *, by: Person, at: datetime) -> None:
        """Nobody else is on it: it ends."""
        self.check_may_withdraw(by)
        self._move("withdraw", by, at)
        self.ended_at = at

    def join(self, *, by: Person, at: datetime, message: int | None = None) -> None:
        """我也遇到, or a second report of the same problem."""
        self._only("join", by)
        if self.reporter_id is not None and by.id == self.reporter_id:
            raise Refusal("join.already")
        if not self.is_open or self.stage == Stage.RESOLVED:
            raise Refusal("ticket.not_open", number=self.number)
        self._tell("joined", by, at, message=message)

    def stand_at(
        self,
        spot: Spot,
        grid: Grid,
        *,
        by: Person | None,
        at: datetime,
        border: Grid | None = None,
        is_outside: bool = False,
    ) -> bool:
        """A better-trusted place replaces a lesser one. Returns whether it did.

        What leaders have said of a border stays said.
        """
        if not spot.outranks(self.spot):
            return False
        self._stand(spot)
        was, was_border, was_outside = self.grid_id, self.border_id, self.is_outside
        self.is_outside = is_outside
        if self.border_stage in (None, Border.OPEN):
            self.grid_id = grid.id
            self.border_id, self.border_stage = (border.id, Border.OPEN) if border else (None, None)
        self._tell(
            "placed", by, at, spot=spot.as_data(), grid=self.grid_id, was=was, border=self.border_id,
            was_border=was_border, outside=is_outside, was_outside=was_outside,
        )  # fmt: skip
        return True
