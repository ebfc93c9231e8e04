"""What a ticket adds to the figures, and what is told from them: field.md e."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median_low
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.deadline import OfficeHours
from models.figures import LEAST_TO_RANK, RATES, Figures, Rate, index, median_minutes, note_time, ranked, rate
from models.tally import Span, cover, spans_of
from models.ticket import LIFECYCLE, Stage, TicketEvent
from models.ticket.accounting import Account, Yardstick, account_of
from models.ticket.stage import PAST

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
HOURS = OfficeHours.read("Asia/Shanghai", ["08:00-12:00", "14:00-18:00"], [1, 2, 3, 4, 5])
MEASURE = Yardstick(ZoneInfo("Asia/Shanghai"), HOURS, timedelta(minutes=15), timedelta(minutes=30))
LIMITS = {"finish": ["2", "urgent_hour"], "secure": None}
ROADS, DRAINS, POLICE = 1, 2, 3
Told = tuple[str, float, dict[str, Any]]
"""An event: its kind, how many minutes after the report, and what else it holds."""

STAGES = {
    "reported": "pending", "filed": "filed", "dispatched": "dispatched", "accepted": "working", "returned": "returned",
    "resolved": "resolved", "confirmed": "closed", "verified": "closed", "lapsed": "closed", "unsolved": "dispatched",
    "reopened": "dispatched", "suspended": "suspended", "resumed": "working", "declined": "declined",
    "merged": "merged", "withdrawn": "withdrawn", "settled": "closed",
}  # fmt: skip


def story(*told: Told) -> Account:
    events, stage = [], "pending"
    first: Told = ("reported", 0, {"category": "E0505", "grid": 3, "spot": None, "told": {}, "entry": "report"})
    for seq, (kind, minutes, data) in enumerate((first, *told), start=1):
        stage = STAGES.get(kind, stage)
        held = {"stage": stage, **data}
        events.append(TicketEvent(seq=seq, kind=kind, by_id=1, at=NOON + timedelta(minutes=minutes), data=held))
    return account_of(events, MEASURE)


def sent(minutes: float = 1, to: int = ROADS) -> tuple[Told, Told]:
    return ("filed", minutes, {}), ("dispatched", minutes, {"to": to, "limits": LIMITS})


def again(kind: str, minutes: float) -> Told:
    return kind, minutes, {"limits": LIMITS}


MENDED: tuple[Told, ...] = (*sent(), ("accepted", 5, {}), ("resolved", 61, {}))


def test_the_fixture_of_the_field_has_its_138_open() -> None:
    figures = {"reported": 39601, "closed": 39463, "open": 138}
    assert str(rate(figures, "done")) == "39463/39601 = 99.65 %"
    assert figures["reported"] - figures["closed"] == figures["open"]


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (0, 0, "–"), (0, 7, "0/7 = 0.00 %"), (7, 7, "7/7 = 100.00 %"), (2, 3, "2/3 = 66.67 %"),
        (99_999, 100_000, "99999/100000 = 99.99 %"), (1, 100_000, "1/100000 = 0.01 %"),
    ],
)  # fmt: skip
def test_a_rate_shows_its_numerator_and_its_denominator(part: int, whole: int, told: str) -> None:
    assert str(Rate(part, whole)) == told


def test_the_index_weighs_three_rates_and_needs_all_of_them() -> None:
    figures = {"to_handle": 10, "handled": 8, "handled_in_time": 5, "closed": 6, "reworked": 2}
    assert index(figures) == pytest.approx(60 * 0.5 + 30 * 0.75 + 10 * 0.75)
    assert index({"to_handle": 3}) is None


def test_a_fresh_report_is_only_reported() -> None:
    account = story()
    assert account.of_all == {"reported": 1, "told": 1, "open": 1}
    assert account.of_departments == {}
    assert account.day.isoformat() == "2026-11-20"


def test_the_day_is_the_districts() -> None:
    event = TicketEvent(
        seq=1, kind="reported", by_id=1, at=datetime(2026, 11, 20, 16, 30, tzinfo=UTC),
        data={"category": "E0505", "grid": 3, "told": {}, "stage": "pending"},
    )  # fmt: skip
    assert account_of([event], MEASURE).day.isoformat() == "2026-11-21"


def test_mended_in_time_and_closed_by_its_reporter() -> None:
    all_, own = (account := story(*MENDED, ("confirmed", 90, {}))).of_all, account.of_departments[ROADS]
    assert all_ == own
    for name in ("closed", "filed", "to_handle", "handled", "handled_in_time", "closed_in_time", "sent_right"):
        assert all_[name] == 1, name
    assert (all_["answered"], all_["solved"], all_["taken_up"], all_["open"]) == (1, 1, 1, 0)
    assert median_minutes(all_, "minutes") == pytest.approx(60, rel=0.05)


def test_late_once_is_late_for_good() -> None:
    late: tuple[Told, ...] = (
        *sent(),
        ("resolved", 122, {}),
        again("unsolved", 130),
        ("resolved", 140, {}),
        ("confirmed", 150, {}),
    )
    figures = story(*late).of_all
    assert (figures["handled"], figures["handled_in_time"], figures["closed"], figures["closed_in_time"]) == (
        1,
        0,
        1,
        0,
    )
    assert (figures["reworked"], figures["answered"], figures["solved"]) == (1, 1, 1)


def test_to_be_closed_is_what_was_handled_and_not_what_is_closed() -> None:
    figures = story(*MENDED, again("reopened", 70)).of_all
    assert str(rate(figures, "closed")) == "0/1 = 0.00 %"
    assert str(rate(figures, "rework")) == "1/1 = 100.00 %"


@pytest.mark.parametrize("how", ["declined", "withdrawn", "merged"])
def test_what_is_void_was_reported_and_never_to_be_handled(how: str) -> None:
    figures = story(*sent(), (how, 3, {"into": 7})).of_all
    assert figures[how] == figures["reported"] == 1
    assert (figures["to_handle"], figures["open"]) == (0, 0)
    assert str(rate(figures, "repeats")) == ("1/1 = 100.00 %" if how == "merged" else "0/1 = 0.00 %")


def test_what_was_dealt_with_on_the_spot_is_counted_apart() -> None:
    account = story(("settled", 1, {}))
    assert account.of_all == {"settled": 1}
    assert account.of_departments == {}


def test_a_wrong_dispatch_counts_for_whom_it_was_sent_to_and_the_case_for_who_mended_it() -> None:
    account = story(
        *sent(), ("returned", 40, {"reason": "x"}), ("dispatched", 50, {"to": DRAINS, "limits": LIMITS}),
        ("accepted", 52, {}), ("resolved", 110, {}),
    )  # fmt: skip
    assert str(rate(account.of_all, "right")) == "1/2 = 50.00 %"
    assert account.of_departments[ROADS] == {"sent": 1}
    assert account.of_departments[DRAINS]["handled"] == 1
    # From when it was sent to who mended it: the hour with the wrong one is not theirs.
    assert median_minutes(account.of_departments[DRAINS], "minutes") == pytest.approx(60, rel=0.05)


def test_a_suspension_is_no_handling_time() -> None:
    figures = story(
        *sent(), ("accepted", 2, {}), ("suspended", 31, {"until": "2026-12-01T00:00:00+00:00"}), ("resumed", 5000, {}),
        ("resolved", 5030, {}),
    ).of_all  # fmt: skip
    assert figures["suspended"] == 1
    assert median_minutes(figures, "minutes") == pytest.approx(60, rel=0.05)
    assert figures["handled_in_time"] == 1


@pytest.mark.parametrize(
    ("how", "minutes", "in_time"), [("verified", 91, 1), ("verified", 92, 0), ("lapsed", 80, 0), ("reopened", 70, 1)]
)
def test_a_check_is_in_time_within_its_limit_and_by_nobody_never(how: str, minutes: float, in_time: int) -> None:
    figures = story(*MENDED, again(how, minutes)).of_all
    assert (figures["checked"], figures["checked_in_time"]) == (1, in_time)


def test_the_reporters_own_word_is_no_check() -> None:
    assert story(*MENDED, ("confirmed", 70, {})).of_all["checked"] == 0


def test_who_was_whistled_for_and_who_came() -> None:
    account = story(
        *sent(), ("accepted", 2, {}),
        ("whistled", 10, {"lead": ROADS, "called": [ROADS, DRAINS, POLICE], "response": "whistle", "minutes": 30}),
        ("reported_in", 22, {"department": DRAINS, "minutes": 12}),
        ("reported_in", 50, {"department": POLICE, "minutes": 40}),
    )  # fmt: skip
    figures = account.of_all
    assert figures["whistles"] == 1
    # The lead was there already: it was not called.
    assert str(rate(figures, "came")) == "2/2 = 100.00 %"
    assert str(rate(figures, "came_in_time")) == "1/2 = 50.00 %"
    assert median_minutes(figures, "whistle") == pytest.approx(12, rel=0.05)
    assert account.of_departments[POLICE]["came_in_time"] == 0
    assert account.of_departments[POLICE]["reported"] == 0


def test_who_only_took_it_or_sent_a_photo_did_not_report_in() -> None:
    called = ("whistled", 10, {"lead": ROADS, "called": [DRAINS, POLICE], "response": "whistle", "minutes": 30})
    implied = ("reported_in", 12, {"department": DRAINS, "minutes": None, "pressed": False})
    pressed = ("reported_in", 15, {"department": POLICE, "minutes": 5, "pressed": True})
    figures = story(*sent(), called, implied, pressed).of_all
    assert (figures["called"], figures["came"], figures["came_in_time"]) == (2, 1, 1)


def test_a_councils_parties_are_not_whistled_for() -> None:
    called = ("whistled", 10, {"lead": ROADS, "called": [DRAINS], "response": "council", "minutes": 30})
    assert story(*sent(), called).of_all["whistles"] == 0


def test_a_second_report_repeats_and_a_button_does_not() -> None:
    figures = story(("joined", 2, {"message": 7}), ("joined", 3, {"message": None})).of_all
    assert str(rate(figures, "repeats")) == "1/2 = 50.00 %"
    left = story(("joined", 2, {"message": 7}), ("left", 3, {"ticket": 9, "witness": True})).of_all
    assert str(rate(left, "repeats")) == "0/1 = 0.00 %"


# --- whatever happens --------------------------------------------------------------------------

KINDS: dict[str, Callable[[int], dict[str, Any]]] = {
    "filed": lambda n: {}, "dispatched": lambda n: {"to": 1 + n % 3, "limits": LIMITS}, "accepted": lambda n: {},
    "returned": lambda n: {"reason": "x"}, "resolved": lambda n: {}, "confirmed": lambda n: {},
    "verified": lambda n: {}, "lapsed": lambda n: {}, "unsolved": lambda n: {"limits": LIMITS},
    "reopened": lambda n: {"limits": LIMITS}, "suspended": lambda n: {"until": "2027-01-01T00:00:00+00:00"},
    "resumed": lambda n: {}, "extended": lambda n: {"more": "1"}, "declined": lambda n: {}, "withdrawn": lambda n: {},
    "merged": lambda n: {"into": 7}, "joined": lambda n: {"message": n % 2 or None},
    "rated": lambda n: {"satisfied": bool(n % 2)}, "settled": lambda n: {}, "elsewhere": lambda n: {},
    "whistled": lambda n: {"lead": 1, "called": [1, 2, 3][: 1 + n % 3], "response": "whistle", "minutes": 30},
    "reported_in": lambda n: {"department": 1 + n % 3, "minutes": n},
}  # fmt: skip
VERBS = {kind: verb for verb, kind in PAST.items()}
ANYTHING = st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.integers(1, 900), st.integers(0, 5)), max_size=60)


@given(ANYTHING)
@example([("settled", 1, 0), ("reopened", 1, 0), ("accepted", 1, 0), ("resolved", 1, 0)])
def test_no_numerator_is_larger_than_its_denominator_whatever_the_events(told: list[tuple[str, int, int]]) -> None:
    at, events, stage = 0, [], Stage.PENDING
    for kind, minutes, n in told:
        at += minutes
        verb = VERBS.get(kind)
        if verb is not None and stage not in LIFECYCLE[verb]:
            continue
        stage = LIFECYCLE[verb][stage] if verb is not None else stage
        events.append((kind, float(at), KINDS[kind](n)))
    account = story(*events)
    for figures in (account.of_all, *account.of_departments.values()):
        for name in RATES:
            assert 0 <= rate(figures, name).part <= rate(figures, name).whole, (name, figures)
        assert all(many > 0 for many in figures.values())
    figures = account.of_all
    if not figures["settled"]:
        void = figures["declined"] + figures["withdrawn"] + figures["merged"]
        assert figures["reported"] == figures["open"] + figures["closed"] + void == 1
    taken_back = figures.copy()
    taken_back.subtract(account.of_all)
    assert not any(taken_back.values())


@given(st.lists(st.floats(1, 600_000), min_size=1, max_size=60))
def test_the_median_is_told_to_within_a_twentieth(minutes: list[float]) -> None:
    figures = Figures()
    for one in minutes:
        note_time(figures, "minutes", timedelta(minutes=one))
    told = median_minutes(figures, "minutes")
    assert told == pytest.approx(median_low(minutes), rel=0.05)


def test_no_times_have_no_median() -> None:
    assert median_minutes({"reported": 3}, "minutes") is None


# --- days, months, years ------------------------------------------------------------------------


@given(st.dates(datetime(2020, 1, 1, tzinfo=UTC).date(), datetime(2031, 1, 1, tzinfo=UTC).date()), st.integers(0, 1500))
def test_rows_cover_each_day_of_a_period_once(first: Any, days: int) -> None:
    last = first + timedelta(days=days)
    rows = list(cover(first, last))
    wanted = [first + timedelta(days=n) for n in range(days + 1)]
    covered = [day for day in wanted for row in spans_of(day) if row in rows]
    assert covered == wanted
    assert len(rows) <= 2 * 30 + 2 * 11 + days // 365 + 2


def test_a_month_and_a_year_are_one_row() -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC).date()
    assert list(cover(day, day.replace(day=31))) == [(day, Span.MONTH)]
    assert list(cover(day, day.replace(month=12, day=31))) == [(day, Span.YEAR)]


# --- the league ---------------------------------------------------------------------------------


def test_departments_are_ranked_by_median_and_rework_and_only_above_a_least_number() -> None:
    def of(handled: int, minutes: float, reworked: int) -> Figures:
        figures = Figures(handled=handled, reworked=reworked, reported=10 * handled, closed=1)
        for _ in range(handled):
            note_time(figures, "minutes", timedelta(minutes=minutes))
        return figures

    rows = [
        ("one in four minutes", of(1, 4, 0)), ("slow", of(LEAST_TO_RANK, 500, 0)),
        ("quick, often again", of(20, 50, 9)), ("quick", of(12, 50, 1)),
    ]  # fmt: skip
    many, few = ranked(rows)
    assert [name for name, _ in many] == ["quick", "quick, often again", "slow"]
    assert [name for name, _ in few] == ["one in four minutes"]
