"""What waits for a leader: to be sorted, to be told to a department that reads nothing, to be taken at a border, to be
hurried because its time is over, to be checked because nobody else does or a picture wants a look."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, false, or_, select

from models.category import Category
from models.chat import Chat
from models.grid import Grid
from models.ticket.chasing import Cause, Chasing
from models.ticket.event import TicketEvent
from models.ticket.stage import IN_HAND, OPEN, PAST, UNSETTLED, WITH_LEADER, Border, Stage

NO_TIME = timedelta()


class Waiting(Chasing):
    """The part of a ticket's life in which a person has to say whose it is."""

    __abstract__ = True

    def triage(self, *, at: datetime, files: bool = True) -> None:
        """No rule knows whose it is, or the district wants a person to say so: the leader sorts it by hand.

        files: it is a case already; else (`triage = leader`) also that is for him to say.
        """
        if files and self.stage == Stage.PENDING:
            self._move("file", None, at)
        self._tell("triaged", None, at)

    def escalate(
        self, to: Grid | None, *, at: datetime, minutes: int, cause: str = Cause.DISPATCH, belated: bool = False
    ) -> None:
        """It waited too long: the next leader up is told as well, `to` None: the administrators.

        minutes: how long the one before was given (field.md b, office limits). cause: what was not done. belated: the
        bot was away when it should have said so.
        """
        self.escalated += 1
        self._tell(
            "escalated", None, at, level=self.escalated, grid=to.id if to else None, minutes=minutes, cause=cause,
            belated=belated,
        )  # fmt: skip

    @classmethod
    def waiting_for(
        cls, rungs: Mapping[int, Sequence[int]], at: datetime | None = None, urged: timedelta = NO_TIME
    ) -> Select[Self]:
        """What waits for one leader, the most pressing first. rungs: how often a ticket must have been told further
        up before it is his -> the ids of the grids for which that is so (0: his own).

        at, urged: what is late and was urged less than `urged` ago waits for nobody. at None: whenever it was urged.
        """
        on_his_way = [and_(cls.grid_id.in_(grids), cls.escalated >= above) for above, grids in rungs.items()]
        at_border = and_(cls.border_stage.in_(UNSETTLED), cls.stage.in_(OPEN - {Stage.RESOLVED}))
        waits = or_(
            cls.stage.in_(WITH_LEADER), cls._is_unheard(), cls._turned_out_outside(), at_border,
            cls._is_late(at - urged if at is not None else None), cls._asks_for_time(),
        )  # fmt: skip
        here = and_(or_(false(), *on_his_way), waits)  # who leads nothing waits for nothing
        own = rungs.get(0, ())
        across = and_(cls.border_id.in_(own), cls.border_stage == Border.OPEN, at_border)
        # Whether it is truly mended is asked of nobody higher: many who reported never answer.
        to_check = or_(cls.late_for.is_not(None), cls.is_doubted)
        unchecked = and_(cls.grid_id.in_(own), cls.stage == Stage.RESOLVED, to_check)
        open_ = cls.ended_at.is_(None)  # said so that the database looks at nothing else
        return select(cls).where(open_, or_(here, across, unchecked)).order_by(*cls._most_pressing())

    @classmethod
    def _is_unheard(cls) -> ColumnElement[bool]:
        """Sent to a department that reads nothing here."""
        reading = select(Chat.department_id).where(Chat.department_id.is_not(None), Chat.parked_at.is_(None))
        return and_(cls.stage == Stage.DISPATCHED, cls.department_id.not_in(reading))

    @classmethod
    def _asks_for_time(cls) -> ColumnElement[bool]:
        """Its department asks for an extension or a suspension (delaying.py)."""
        return and_(cls.stage.in_(IN_HAND), cast(cls.request, String) != "{}")

    @classmethod
    def _is_late(cls, urged_before: datetime | None) -> ColumnElement[bool]:
        """Its leader was told that the time is over, and the department has not been urged since then."""
        late = and_(cls.stage.in_(IN_HAND), cls.late_for.is_not(None))
        return and_(late, or_(cls.urged_at.is_(None), cls.urged_at <= urged_before)) if urged_before else late

    @classmethod
    def _turned_out_outside(cls) -> ColumnElement[bool]:
        """Sent on its way before a location said that it lies in none of our grids; nobody has sent it anywhere or
        taken it up since."""
        said = TicketEvent.kind.in_((*PAST.values(), "placed"))
        last = select(TicketEvent.kind).where(TicketEvent.ticket_id == cls.id, said)
        newest = last.order_by(TicketEvent.seq.desc()).limit(1).scalar_subquery()
        return and_(cls.stage == Stage.DISPATCHED, cls.is_outside, newest == "placed")

    @classmethod
    def _most_pressing(cls) -> tuple[ColumnElement[int], ...]:
        urgent_kinds = select(Category.code).where(Category.is_urgent)
        danger = case((cls.is_urgent, 0), (cls.category.in_(urgent_kinds), 1), else_=2)
        to_sort = case((cls.stage.in_(WITH_LEADER), 0), else_=1)
        return danger, to_sort, cls.id.expression
