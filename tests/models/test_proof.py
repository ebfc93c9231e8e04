"""Facts in, marks out: what a picture proves, what it does not, and what nobody can tell."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.proof import (
    CLOCK_SLACK,
    DATUM_M,
    HOLDS,
    NEAR_TO,
    Check,
    Mark,
    Shown,
    Verdict,
    about,
    is_own,
    is_possible,
    is_there,
    is_timely,
    proof_is_new,
    report_is_new,
    worst,
)
from models.spot import TRUST, Spot

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
PROOF = Shown(7, 7, "after", 2, 1, 5)
REPORT = Shown(7, 7, "before", 1, None, 2)


def told(mark: Mark) -> tuple[str, str]:
    return mark.verdict.value, mark.reason


# --- new ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Shown(7, 7, "after", 2, 1, 5), ("pass", "fresh")),  # of the same album, or sent again
        (Shown(7, 7, "after", 2, 1, 6), ("pass", "fresh")),  # by a colleague
        (Shown(7, 7, "after", 2, 3, 6), ("fail", "part")),
        (Shown(7, 7, "after", 1, 1, 5), ("fail", "round")),
        (Shown(7, 7, "before", 1, None, 2), ("fail", "reported")),
        (Shown(6, 7, "before", 1, None, 2), ("fail", "reported")),  # of a ticket that became part of this one
        (Shown(6, 6, "after", 1, 1, 5), ("fail", "used")),
        (Shown(6, 6, "before", 1, None, 2), ("fail", "used")),
        (Shown(None, None, "before", 1, None, 2), ("fail", "seen")),
        (Shown(None, None, "before", 1, None, 5), ("pass", "fresh")),  # his own, sent to the group without a word
    ],
)
def test_a_proof_is_new_unless_it_was_used_for_something_else(other: Shown, expected: tuple[str, str]) -> None:
    assert told(proof_is_new(PROOF, [other])) == expected
    assert told(proof_is_new(PROOF, [Shown(7, 7, "after", 2, 1, 5), other])) == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Shown(7, 7, "before", 1, None, 3), ("pass", "fresh")),  # of who met it too
        (Shown(5, 7, "before", 1, None, 3), ("pass", "fresh")),
        (Shown(None, None, "before", 1, None, 3), ("pass", "fresh")),
        (Shown(6, 6, "before", 1, None, 2), ("fail", "used")),
        (Shown(6, 6, "after", 1, 1, 5), ("fail", "used")),
    ],
)
def test_a_report_is_new_unless_its_picture_told_of_another_incident(other: Shown, expected: tuple[str, str]) -> None:
    assert told(report_is_new(REPORT, [other])) == expected


def test_what_could_not_be_looked_at_is_not_called_new() -> None:
    assert told(proof_is_new(PROOF, [], is_seen=False)) == ("unknown", "unseen")
    assert told(report_is_new(REPORT, [], is_seen=False)) == ("unknown", "unseen")
    assert proof_is_new(PROOF, [Shown(6, 6, "after")], is_seen=False).is_failed, "its bytes are the same all the same"


def test_it_says_of_which_ticket() -> None:
    mark = proof_is_new(PROOF, [Shown(6, 6, "after"), Shown(5, 5, "after")])
    assert mark.as_data() == {"check": "new", "verdict": "fail", "reason": "used", "ticket": 6}


# --- time ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(-1, ("pass", "after")), (-50, ("pass", "after")), (-69, ("pass", "after")), (-71, ("fail", "before")),
     (-100_000, ("fail", "before")), (9, ("pass", "after")), (11, ("unknown", "ahead"))],
)  # fmt: skip
def test_taken_after_the_dispatch_an_hour_before_it_was_sent(minutes: int, expected: tuple[str, str]) -> None:
    taken = NOON + timedelta(minutes=minutes)
    assert told(is_timely(taken, NOON - timedelta(hours=1), NOON)) == expected


def test_a_camera_that_tells_nothing_and_a_round_that_is_over() -> None:
    assert told(is_timely(None, NOON, NOON)) == ("unknown", "untold")
    assert told(is_timely(NOON, None, NOON)) == ("unknown", "unbegun")


@given(taken=st.timedeltas(timedelta(days=-9), timedelta(days=9)), begun=st.timedeltas(timedelta(0), timedelta(days=9)))
def test_a_picture_taken_in_time_is_never_held(taken: timedelta, begun: timedelta) -> None:
    begun_at = NOON - begun
    mark = is_timely(NOON + taken, begun_at, NOON)
    assert mark.holds == (NOON + taken < begun_at - CLOCK_SLACK)


# --- place ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "accuracy", "metres", "expected"),
    [
        ("location", None, 200, ("pass", "near")),
        ("location", None, 800, ("unknown", "beside")),  # as far as one datum lies from the other
        ("location", None, 950, ("fail", "far")),
        ("location", 300, 950, ("unknown", "beside")),
        ("text", None, 950, ("pass", "near")),
        ("text", None, 1550, ("unknown", "beside")),
        ("text", None, 1650, ("fail", "far")),
        ("live", None, 450, ("pass", "near")),
        ("grid", None, 9000, ("unknown", "nowhere")),
        ("nowhere", None, 9000, ("unknown", "nowhere")),
    ],
)
def test_how_far_is_too_far_is_as_sure_as_the_place_is(
    source: str, accuracy: float | None, metres: float, expected: tuple[str, str]
) -> None:
    assert told(is_there(metres, Spot(source, 34.27, 108.92, "wgs84", accuracy))) == expected


def test_where_nobody_told_a_place_or_the_one_who_is_to_prove_it_did() -> None:
    spot = Spot("location", 34.27, 108.92, "wgs84")
    assert told(is_there(None, spot)) == ("unknown", "untold")
    assert told(is_there(100, Spot("text", words="桥下"))) == ("unknown", "nowhere")
    assert told(is_there(0, spot, is_own=True)) == ("unknown", "own")
    assert told(is_there(1200, spot, 400)) == ("unknown", "beside"), "he told his own place only roughly"


@given(
    source=st.sampled_from(TRUST), accuracy=st.none() | st.floats(0, 5000), metres=st.floats(0, 20_000_000),
    own=st.none() | st.floats(0, 5000),
)  # fmt: skip
def test_nothing_within_what_cannot_be_known_is_held(
    source: str, accuracy: float | None, metres: float, own: float | None
) -> None:
    mark = is_there(metres, Spot(source, 34.27, 108.92, "wgs84", accuracy), own)
    if mark.holds:
        assert metres > NEAR_TO[source] + (accuracy or 0) + (own or 0) + DATUM_M
    assert set(mark.values) <= {"metres"}


@given(st.floats(0, 30_000_000))
def test_a_distance_is_told_roughly(metres: float) -> None:
    assert about(metres) % 50 == 0
    assert abs(about(metres) - metres) <= max(25, 250 if metres >= 2000 else 0)


# --- own, speed ------------------------------------------------------------------------------


def test_a_forwarded_picture_is_somebody_elses() -> None:
    assert told(is_own(forwarded=True)) == ("fail", "forwarded")
    assert told(is_own(forwarded=False)) == ("pass", "taken")


@pytest.mark.parametrize(
    ("metres", "minutes", "slack", "expected"),
    [(5000, 1, 0, "fail"), (5000, 2, 0, "fail"), (5000, 3, 0, "pass"), (5000, -1, 0, "fail"), (5000, 1, 3500, "pass"),
     (1900, 0, 0, "pass"), (2100, 0, 0, "fail"), (60_000, 31, 0, "pass"), (60_000, 29, 0, "fail")],
)  # fmt: skip
def test_nobody_rides_faster_than_a_car(metres: float, minutes: float, slack: float, expected: str) -> None:
    mark = is_possible(metres, timedelta(minutes=minutes), slack)
    assert mark.verdict == expected
    assert not mark.holds, "a report is held by nothing"


# --- marks -------------------------------------------------------------------------------------


@given(
    st.builds(
        Mark, st.sampled_from(Check), st.sampled_from(Verdict), st.text(min_size=1),
        st.dictionaries(st.sampled_from(["metres", "ticket", "at"]), st.integers()),
    )
)  # fmt: skip
def test_a_mark_is_kept_as_json_and_read_again(mark: Mark) -> None:
    assert Mark.of(json.loads(json.dumps(mark.as_data()))) == mark


def test_of_several_pictures_the_worst_is_told_once_a_check() -> None:
    good = [proof_is_new(PROOF, []), is_own(forwarded=False)]
    bad = [proof_is_new(PROOF, [Shown(6, 6, "after")]), is_own(forwarded=False)]
    assert [told(mark) for mark in worst([good, bad])] == [("fail", "used"), ("pass", "taken")]
    assert worst([good, bad]) == worst([bad, good])
    assert worst([[], []]) == []


def test_advice_never_holds() -> None:
    assert {Check.SCENE, Check.SPEED}.isdisjoint(HOLDS)
