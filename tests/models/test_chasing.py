"""Who is told next of a deadline, and when: from the timetable and what was told already."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.deadline import CLOCKS, HOUR, OfficeHours, amount
from models.digest import digest_timer, is_worth_it, next_digest
from models.district import District
from models.limit import Limit, Limits
from models.ticket import IN_HAND, Stage, Ticket, TicketEvent
from models.ticket.chasing import Cause, Chase, Does, doubled
from models.ticket.timetable import Timetable

XIAN = ZoneInfo("Asia/Shanghai")
HOURS = OfficeHours(XIAN, ((time(8), time(12)), (time(14), time(18))), frozenset(range(1, 6)))
FRIDAY = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # 09:00 in the district
DISTRICT = District(timezone="Asia/Shanghai", hours={}, limits={})
UNITS = [unit for unit, clock in CLOCKS.items() if clock is not None]
QUARTER = Decimal("0.25")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=XIAN)


def sent(at: datetime = FRIDAY, finish: str = "4 work_hour", secure: str | None = None, **columns: object) -> Ticket:
    """A ticket a department has, with its clock running since `at`."""
    ticket = Ticket(
        id=1, stage=Stage.DISPATCHED, department_id=1, is_urgent=False, last_seq=0, escalated=0, told={}, clocks={},
        **columns,
    )  # fmt: skip
    ticket._woken()
    limits = Limits(_limit(finish), _limit(secure) if secure else None)
    ticket._tell("dispatched", None, at, to=1, limits=limits.as_data())
    ticket._reckon(HOURS)
    ticket.news = []
    return ticket


def _limit(text: str) -> Limit:
    value, unit = text.split()
    return Limit(Decimal(value), unit)


def following(ticket: Ticket, at: datetime, *, kind: bool = False) -> Chase | None:
    return ticket.next_chase(at, HOURS, DISTRICT.wakes_at, kind=kind)


def test_the_department_hears_when_a_quarter_is_left_on_the_clock_of_its_limit() -> None:
    assert following(sent(), FRIDAY) == Chase(Does.REMIND, local("2026-11-20 12:00"))
    late_on_friday = sent(local("2026-11-20 17:00"))
    assert following(late_on_friday, FRIDAY) == Chase(Does.REMIND, local("2026-11-23 10:00"))
    assert late_on_friday.due_at == local("2026-11-23 11:00")


def test_then_its_leader_at_the_deadline_and_then_ever_later() -> None:
    ticket = sent()
    ticket.remind(at=local("2026-11-20 12:00"))
    assert ticket.due_at is not None
    assert following(ticket, local("2026-11-20 12:00")) == Chase(Does.LATE, ticket.due_at)
    ticket.escalated = 2
    ticket.fall_late(at=ticket.due_at)
    assert (ticket.is_late, ticket.escalated) == (True, 0)
    up = [ticket.step_up(ticket.due_at, steps, HOURS, DISTRICT.wakes_at, kind=False) for steps in range(3)]
    assert up == [local("2026-11-20 16:00"), local("2026-11-20 17:00"), local("2026-11-23 09:00")]
    assert [event.kind for event in ticket.news] == ["reminded", "late"]
    assert {event.data["cause"] for event in ticket.news} == {Cause.FINISH}


def test_what_presses_goes_up_by_the_hour_and_through_the_night() -> None:
    ticket = sent(local("2026-11-20 21:30"), "2 urgent_hour")
    assert following(ticket, FRIDAY, kind=True) == Chase(Does.REMIND, local("2026-11-20 23:00"))
    # Whose clock runs at night, but which nobody is hurt by, rings in the morning, when it is late already.
    assert following(ticket, FRIDAY, kind=False) == Chase(Does.LATE, local("2026-11-21 07:00"))
    due = local("2026-11-20 23:30")
    up = [ticket.step_up(due, steps, HOURS, DISTRICT.wakes_at, kind=True) - due for steps in range(4)]
    assert up == [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR]


def test_to_make_it_safe_is_chased_first_and_then_to_mend_it() -> None:
    ticket = sent(finish="2 work_day", secure="2 urgent_hour")
    first = following(ticket, FRIDAY, kind=True)
    assert (ticket.cause, first) == (Cause.SECURE, Chase(Does.REMIND, FRIDAY + timedelta(minutes=90)))
    ticket.fall_late(at=FRIDAY + 2 * HOUR)
    ticket._tell("secured", None, FRIDAY + 3 * HOUR)
    ticket._reckon(HOURS)
    ticket.chase_anew(FRIDAY + 3 * HOUR, HOURS)
    assert (ticket.cause, ticket.is_late) == (Cause.FINISH, False)
    second = following(ticket, FRIDAY + 3 * HOUR, kind=True)
    assert second is not None
    assert second.does == Does.REMIND
    assert second.at == local("2026-11-23 15:00"), "four of its sixteen working hours before Tuesday 09:00"


@pytest.mark.parametrize("stage", sorted(set(Stage) - IN_HAND))
def test_what_no_department_has_in_hand_rings_nowhere(stage: Stage) -> None:
    ticket = sent()
    ticket.stage = stage
    assert following(ticket, FRIDAY) is None


def test_what_must_be_phoned_at_once_has_no_clock() -> None:
    assert following(sent(finish="1 now"), FRIDAY) is None


def test_a_new_deadline_is_told_of_anew() -> None:
    ticket = sent()
    at = local("2026-11-20 15:00")
    ticket.remind(at=at - HOUR)
    ticket.fall_late(at=at)
    ticket._tell("extended", None, at, more="4")
    ticket._reckon(HOURS)
    ticket.chase_anew(at, HOURS)
    assert not ticket.is_late
    assert following(ticket, at) == Chase(Does.REMIND, local("2026-11-20 17:00"))


def test_with_less_than_a_quarter_left_from_the_start_nobody_is_reminded_who_has_just_heard_of_it() -> None:
    at = local("2026-11-20 14:45")
    told = sent()
    told.chase_anew(at, HOURS)
    assert following(told, at) == Chase(Does.LATE, local("2026-11-20 15:00"))
    unheard = sent()
    unheard.chase_anew(at, HOURS, rings=True)
    assert following(unheard, at) == Chase(Does.REMIND, at)


def test_over_already_when_it_became_the_deadline_leaves_everybody_a_step() -> None:
    at = local("2026-11-20 16:00")
    assert following(sent(), at) == Chase(Does.LATE, local("2026-11-20 17:00"))


def test_nothing_of_a_check_goes_higher_than_its_leader() -> None:
    ticket = sent()
    ticket.stage, ticket.escalated = Stage.RESOLVED, 2
    ticket.wait_unchecked(at=FRIDAY, due=FRIDAY)
    assert (ticket.late_for, ticket.escalated, ticket.is_late) == (FRIDAY, 0, False)
    assert ticket.news[-1].data["cause"] == Cause.VERIFY


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
values = st.integers(1, 40).map(lambda tenths: Decimal(tenths) / 2)


@settings(max_examples=150, deadline=None)
@given(moments, st.sampled_from(UNITS), values, values, st.lists(st.integers(1, 5000), max_size=4))
def test_exactly_a_quarter_is_left_whatever_was_granted_and_paused(
    start: datetime, unit: str, value: Decimal, more: Decimal, minutes: list[int]
) -> None:
    clock = CLOCKS[unit]
    assert clock is not None
    moments = [start + timedelta(minutes=sum(minutes[: n + 1])) for n in range(len(minutes))]
    pauses = list(zip(moments[::2], moments[1::2], strict=False))
    limits = Limits(Limit(value, unit))
    table = Timetable(1, start, limits, extra=more, pauses=tuple(pauses))
    near, due = table.nears(QUARTER, HOURS, safe=False), table.deadline(HOURS)
    assert near is not None
    assert due is not None
    left = clock.between(near, due, HOURS)
    left -= sum((clock.between(max(a, near), min(b, due), HOURS) for a, b in pauses), timedelta())
    assert abs(left - amount((value + more) * QUARTER, clock.unit)) <= timedelta(microseconds=2)


@settings(max_examples=150, deadline=None)
@given(moments, st.sampled_from(UNITS), values, st.booleans(), st.booleans())
def test_one_after_another_ever_slower_and_never_at_night_but_for_what_presses(
    start: datetime, unit: str, value: Decimal, kind: bool, danger: bool
) -> None:
    ticket = sent(start, f"{value} {unit}")
    ticket.is_urgent = danger
    assert ticket.due_at is not None
    rings = []
    at, steps = start, 0
    chase = following(ticket, at, kind=kind)
    while chase is not None and len(rings) < 8:
        rings.append(chase.at)
        at = chase.at
        if chase.does == Does.REMIND:
            ticket.remind(at=at)
            chase = following(ticket, at, kind=kind)
            assert chase is not None
            assert chase.does == Does.LATE
            continue
        if chase.does == Does.LATE:
            assert at >= ticket.due_at
            ticket.fall_late(at=at)
        chase = Chase(Does.UP, ticket.step_up(at, steps, HOURS, DISTRICT.wakes_at, kind=kind))
        steps += 1
    assert all(a < b for a, b in pairwise(rings))
    if not (kind or danger):
        assert [DISTRICT.wakes_at(ring) for ring in rings] == rings


@given(st.integers(0, 60))
def test_each_has_twice_as_long_as_the_one_before_up_to_a_bound(steps: int) -> None:
    first = timedelta(minutes=15)
    assert doubled(first, steps + 1) in (2 * doubled(first, steps), doubled(first, steps))
    assert doubled(first, steps) <= first * 1024


def test_a_pause_that_lasts_leaves_no_moment_to_remind() -> None:
    table = Timetable.of([
        TicketEvent(kind="dispatched", at=FRIDAY, data={"to": 1, "limits": {"finish": ["4", "work_hour"]}}),
        TicketEvent(kind="suspended", at=FRIDAY, data={}),
    ])  # fmt: skip
    assert table.nears(QUARTER, HOURS, safe=False) is None


# --- digests -----------------------------------------------------------------------------------


def test_digests_come_at_half_past_seven_and_at_seven_in_the_evening_of_the_district() -> None:
    assert next_digest(local("2026-11-20 07:29"), XIAN) == local("2026-11-20 07:30")
    assert next_digest(local("2026-11-20 07:30"), XIAN) == local("2026-11-20 19:00")
    assert next_digest(local("2026-11-20 19:00"), XIAN) == local("2026-11-21 07:30")
    assert digest_timer(local("2026-11-20 23:00"), XIAN).due_at == local("2026-11-21 07:30")


@pytest.mark.parametrize(
    ("back", "worth"),
    [
        ("2026-11-20 07:30", True),
        ("2026-11-20 12:00", True),
        ("2026-11-20 18:30", False),  # the next one comes in half an hour
        ("2026-11-23 12:00", True),
    ],
)
def test_a_late_one_is_left_out_where_the_next_is_near(back: str, worth: bool) -> None:
    assert is_worth_it(local("2026-11-20 07:30"), local(back), XIAN) is worth
