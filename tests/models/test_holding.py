"""For any ticket exactly one who must act."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.task import Part, Task
from models.ticket import IN_HAND, OPEN, WITH_LEADER, Stage, Ticket
from models.ticket.holding import Hand, Holder, holder_of

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
ROADS, DRAINS, GAS = 1, 2, 3


def ticket(stage: Stage) -> Ticket:
    return Ticket(id=1, stage=stage, department_id=ROADS, suspended_until=NOON)


def task(department: int, part: Part = Part.JOINT, *, done: bool = False, excused: bool = False) -> Task:
    over = {"done_at": NOON if done else None, "excused_at": NOON if excused else None}
    return Task(ticket_id=1, department_id=department, part=part, called_at=NOON, **over)


WHO = {
    **dict.fromkeys(WITH_LEADER, Hand.LEADER),
    Stage.DISPATCHED: Hand.OFFERED,
    Stage.WORKING: Hand.DEPARTMENT,
    Stage.SUSPENDED: Hand.SLEEPS,
    Stage.RESOLVED: Hand.CHECKER,
    **dict.fromkeys(set(Stage) - OPEN, Hand.ENDED),
}


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_its_one(stage: Stage) -> None:
    holder = holder_of(ticket(stage))
    assert holder.hand == WHO[stage]
    assert (holder.departments == (ROADS,)) == (holder.hand in (Hand.OFFERED, Hand.DEPARTMENT))
    assert (holder.until is not None) == (holder.hand == Hand.SLEEPS)


def test_where_several_were_called_those_who_have_not_done_their_part() -> None:
    working = ticket(Stage.WORKING)
    called = [task(ROADS, Part.LEAD, done=True), task(DRAINS), task(GAS, excused=True)]
    assert holder_of(working, called) == Holder(Hand.PARTIES, (DRAINS,))
    called = [task(ROADS, Part.LEAD), task(DRAINS), task(GAS)]
    assert holder_of(working, called) == Holder(Hand.PARTIES, (ROADS, DRAINS, GAS))
    called = [task(ROADS, Part.LEAD), task(DRAINS, done=True)]
    assert holder_of(working, called) == Holder(Hand.DEPARTMENT, (ROADS,))


@given(st.sampled_from(Stage), st.lists(st.tuples(st.integers(1, 5), st.booleans(), st.booleans()), max_size=5))
def test_somebody_must_act_on_whatever_is_open_and_awake_and_nobody_on_the_rest(
    stage: Stage, called: list[tuple[int, bool, bool]]
) -> None:
    tasks = [task(department, done=done, excused=excused) for department, done, excused in called]
    holder = holder_of(ticket(stage), tasks)
    assert (holder.hand == Hand.ENDED) == (stage not in OPEN)
    assert bool(holder.departments) == (holder.hand in (Hand.OFFERED, Hand.DEPARTMENT, Hand.PARTIES))
    assert bool(holder.departments) == (stage in IN_HAND)
