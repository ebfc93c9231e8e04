"""Words put right by who reported them, and a picture of a fix that is none; both told again from the events."""

from datetime import timedelta

import pytest

from models.category import Category
from models.photo import Photo
from models.refusal import Refusal
from models.ticket import Stage, Ticket
from models.ticket.amending import YOUNG
from models.ticket.replay import Replay
from models.told import Told
from tests.models.test_ticket import GRID, HERE, HOLE, HOURS, LIMITS, LIN, LU, MEI, NOON, PHOTO, QIAO, ROADS
from tests.replaying import differences

LAMP = Category(code="P0106", deadline_value="1", deadline_unit="work_day")
FIGHT = Category(code="X9005", deadline_value="4", deadline_unit="work_hour")
LATER = NOON + timedelta(minutes=5)


def dispatched() -> Ticket:
    ticket = Ticket.report(
        number="LH2611200001", case_code="6101990202611200001", category=HOLE, grid=GRID, text="塌陷", spot=HERE,
        by=LIN, at=NOON,
    )  # fmt: skip
    ticket.triage(at=NOON, files=True)
    ticket.dispatch(ROADS, by=QIAO, at=NOON, grid=GRID, limits=LIMITS, hours=HOURS, rule="leader")
    return ticket


def mended() -> Ticket:
    ticket = dispatched()
    ticket.resolve([PHOTO], by=LU, at=LATER)
    return ticket


def replayed(ticket: Ticket) -> dict[str, tuple[object, object]]:
    return differences(Replay.of(ticket.news, HOURS), ticket)


def test_the_words_follow_and_with_them_what_it_is_and_by_when() -> None:
    ticket = dispatched()
    told = Told(because=("路灯",), likely=("P0106",))
    ticket.amend("路灯不亮", by=LIN, at=LATER, told=told, category=LAMP, limits=LAMP.limits(), hours=HOURS)
    assert (ticket.text, ticket.category, ticket.reading.because) == ("路灯不亮", "P0106", ("路灯",))
    assert ticket.deadline == dispatched().dispatched_at + timedelta(days=3)  # type: ignore[operator]
    assert [event.kind for event in ticket.news[-2:]] == ["recategorised", "amended"]
    assert (ticket.news[-1].data["old"], ticket.news[-1].data["new"]) == ("塌陷", "路灯不亮")
    assert replayed(ticket) == {}


def test_what_is_hidden_stays_hidden_and_what_tells_of_a_child_becomes_so() -> None:
    ticket = dispatched()
    ticket.amend("打架", by=LIN, at=LATER, told=Told(), category=FIGHT, limits=FIGHT.limits(), hours=HOURS)
    ticket.amend("路灯不亮", by=LIN, at=LATER, told=Told(), category=LAMP, limits=LAMP.limits(), hours=HOURS)
    assert (ticket.category, ticket.is_restricted) == ("P0106", True)
    assert replayed(ticket) == {}
    other = dispatched()
    other.amend("有个孩子被打", by=LIN, at=LATER, told=Told(is_minor=True))
    assert (other.is_restricted, other.news[-1].data["hides"]) == (True, True)
    assert replayed(other) == {}


def test_whom_to_call_does_not_become_untrue() -> None:
    ticket = dispatched()
    ticket.alarm(("119",), "有人掉下去了", by=MEI, at=LATER)
    ticket.amend("塌陷", by=LIN, at=LATER, told=Told(calls=("120",)))
    assert ticket.reading.calls == ("120", "119")
    assert ticket.is_urgent
    assert replayed(ticket) == {}


def test_what_stands_in_line_stays_there_until_another_tells_of_it() -> None:
    ticket = dispatched()
    ticket.alarm(("119",), "着火了", by=LIN, at=LATER, is_in_line=True)
    ticket.amend("着火了，快来", by=LIN, at=LATER, told=Told(calls=("119",)))
    assert not ticket.rushes
    assert replayed(ticket) == {}
    ticket.alarm(("119",), "着火了", by=MEI, at=LATER)
    assert ticket.rushes
    assert replayed(ticket) == {}


@pytest.mark.parametrize("by", [MEI, LU, QIAO])
def test_only_he_who_said_them_puts_his_words_right(by: object) -> None:
    ticket = dispatched()
    with pytest.raises(Refusal):
        ticket.amend("别的", by=by, at=LATER)  # type: ignore[arg-type]
    assert ticket.text == "塌陷"


def test_what_is_old_or_mended_follows_no_more() -> None:
    for ticket, at in ((dispatched(), NOON + YOUNG + timedelta(seconds=1)), (mended(), LATER)):
        with pytest.raises(Refusal):
            ticket.amend("别的", by=LIN, at=at)
        assert ticket.text == "塌陷"


def test_a_picture_that_is_none_proves_nothing_and_the_clock_went_on() -> None:
    ticket = mended()
    due = ticket.deadline
    assert ticket.unprove(7, at=LATER)
    assert (ticket.stage, ticket.resolved_at, ticket.round, ticket.deadline) == (Stage.WORKING, None, 1, due)
    assert replayed(ticket) == {}
    ticket.resolve([PHOTO], by=LU, at=LATER)
    assert ticket.stage == Stage.RESOLVED
    assert replayed(ticket) == {}


def test_where_no_picture_was_asked_for_or_somebody_has_looked_it_stays() -> None:
    waived = dispatched()
    waived.waive("拍不到", by=QIAO, at=NOON, grid=GRID)
    waived.resolve([], by=LU, at=LATER)
    closed = mended()
    closed.confirm(by=LIN, at=LATER)
    for ticket in (waived, closed, dispatched()):
        stage = ticket.stage
        assert not ticket.unprove(7, at=LATER)
        assert ticket.stage == stage


@pytest.mark.parametrize(
    ("reason", "trouble"),
    [
        ("too_large", "too_large"),
        ("too_many_pixels", "unopened"),
        ("broken", "unopened"),
        ("not_a_picture", "unopened"),
        ("the file server answered 403", "unfetched"),
        ("TimeoutError", "unfetched"),
        (None, "unfetched"),
    ],
)
def test_why_a_picture_is_not_there(reason: str | None, trouble: str) -> None:
    assert Photo(ref="a", key="b", channel="telegram", reason=reason).trouble == trouble
