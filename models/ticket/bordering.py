"""Whose ground it is, where the point lies so near a border that either grid may be meant."""

from datetime import datetime
from typing import Self

from sqlalchemy import Select, select

from models.grid import Grid
from models.person import Person
from models.refusal import Refusal
from models.ticket.record import Record
from models.ticket.stage import DISPUTED, UNSETTLED, Border


class Bordering(Record):
    """归我管, 不归我管. The first leader who takes it keeps it; what they disagree about is for the map's keeper."""

    __abstract__ = True

    @property
    def sides(self) -> tuple[int, ...]:
        """Ids of the grids whose leaders may sort it: its own, and the other one while that is not settled."""
        if self.border_id is not None and self.border_stage in UNSETTLED:
            return self.grid_id, self.border_id
        return (self.grid_id,)

    def take(self, side: Grid, *, by: Person, at: datetime) -> None:
        """归我管. Where the other side has taken it already, that both want it is noted, and nothing moves."""
        self._only_side(by, side)
        if self.border_stage in UNSETTLED | {Border.UNOWNED}:
            self._settle(side, by, at)
        elif side.id == self.grid_id or self.border_stage == Border.CONTESTED:
            raise Refusal("border.settled", number=self.number)
        else:
            self.border_stage = Border.CONTESTED
            self._tell("claimed", by, at, grid=side.id)

    def disown(self, side: Grid, *, by: Person, at: datetime) -> None:
        """不归我管: it is the other side's to take. When both say so, it belongs to nobody."""
        self._only_side(by, side)
        if self.border_stage not in UNSETTLED:
            raise Refusal("border.settled", number=self.number)
        if self.border_stage == Border.HALF and side.id != self.grid_id:
            raise Refusal("border.said", number=self.number)
        if self.border_stage == Border.HALF:
            self.border_stage = Border.UNOWNED
        else:
            self.border_stage = Border.HALF
            self._lay_in(self.border_id if side.id == self.grid_id else self.grid_id)
        self._tell("disowned", by, at, grid=side.id)

    def _settle(self, side: Grid, by: Person, at: datetime) -> None:
        self._lay_in(side.id)
        self.border_stage = Border.TAKEN
        self._tell("taken", by, at, grid=side.id)

    def _lay_in(self, grid_id: int | None) -> None:
        if grid_id is not None and grid_id != self.grid_id:
            self.grid_id, self.border_id = grid_id, self.grid_id

    def _only_side(self, person: Person, side: Grid) -> None:
        """Also the side that lost it: it may still say so."""
        if side.id not in (self.grid_id, self.border_id) or not person.leads(side):
            raise Refusal("ticket.not_your_grid", number=self.number)
        if self.border_stage is None or self.border_id is None:
            raise Refusal("border.none", number=self.number)
        if not self.is_open:
            raise Refusal("ticket.not_open", number=self.number)

    @classmethod
    def disputed(cls) -> Select[Self]:
        """What two leaders disagree about, the newest first."""
        return select(cls).where(cls.border_stage.in_(DISPUTED), cls.border_id.is_not(None)).order_by(cls.id.desc())
