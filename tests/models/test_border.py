"""At a border: two leaders, one ticket. Whatever they say, in whatever order, it lies in one of the two grids, and
nobody gets it who does not want it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.grid import Grid
from models.person import RoleKind
from models.refusal import Refusal
from models.spot import Spot
from models.ticket import Border, Stage, Ticket
from models.ticket.stage import DISPUTED, UNSETTLED
from tests.models.test_ticket import HERE, HOLE, HOURS, LIMITS, LIN, LU, NOON, ROADS, SHEN, person

WEST, EAST = Grid(id=3, path="/1/2/3/", code="w"), Grid(id=9, path="/1/2/9/", code="e")
QIAO, LIU = person(5, kind=RoleKind.LEADER, grid_id=3), person(6, kind=RoleKind.LEADER, grid_id=9)
SIDES = {"west": (WEST, QIAO), "east": (EAST, LIU)}


def ticket(border: Grid | None = EAST) -> Ticket:
    return Ticket.report(
        number="LH2611200001", case_code="6101992026112000001", category=HOLE, grid=WEST, text="路面塌陷", spot=HERE,
        by=LIN, at=NOON, border=border,
    )  # fmt: skip


def says(it: Ticket, who: str, verb: str) -> None:
    side, leader = SIDES[who]
    (it.take if verb == "take" else it.disown)(side, by=leader, at=NOON)


def kinds(it: Ticket) -> list[str]:
    return [event.kind for event in it.news]


WORDS = st.lists(st.tuples(st.sampled_from(list(SIDES)), st.sampled_from(("take", "disown"))), max_size=6)


@given(WORDS)
def test_it_always_lies_in_one_of_the_two_and_each_word_is_kept_or_refused(said: Sequence[tuple[str, str]]) -> None:
    it = ticket()
    for who, verb in said:
        before = (it.grid_id, it.border_id, it.border_stage, it.last_seq)
        try:
            says(it, who, verb)
        except Refusal:
            assert (it.grid_id, it.border_id, it.border_stage, it.last_seq) == before
        else:
            assert it.last_seq == before[-1] + 1
            assert kinds(it)[-1] in ("taken", "disowned", "claimed")
        assert {it.grid_id, it.border_id} == {3, 9}
    told = [(event.kind, event.data["grid"]) for event in it.news if event.kind != "reported"]
    takers = [grid for kind, grid in told if kind == "taken"]
    if it.border_stage in (Border.TAKEN, Border.CONTESTED):
        assert takers[-1:] == [it.grid_id], "the first one who takes it keeps it"
    assert (it.border_stage == Border.CONTESTED) == any(kind == "claimed" for kind, _ in told)
    assert (it.border_stage == Border.OPEN) == (not told)
    if it.border_stage == Border.HALF:
        assert told[-1] == ("disowned", it.border_id), "it is for the one who has not said no"


def test_the_first_who_sends_it_takes_it() -> None:
    it = ticket()
    it.dispatch(ROADS, by=LIU, at=NOON, grid=EAST, limits=LIMITS, hours=HOURS, rule="leader")
    assert (it.stage, it.grid_id, it.border_id, it.border_stage) == (Stage.DISPATCHED, 9, 3, Border.TAKEN)
    with pytest.raises(Refusal) as refused:
        it.dispatch(ROADS, by=QIAO, at=NOON, grid=WEST, limits=LIMITS, hours=HOURS, rule="leader")
    assert refused.value.key == "ticket.not_your_grid"


def test_a_rule_takes_it_for_nobody() -> None:
    it = ticket()
    it.dispatch(ROADS, by=None, at=NOON, grid=WEST, limits=LIMITS, hours=HOURS, rule="category")
    assert it.border_stage == Border.OPEN
    assert it.sides == (3, 9)


@pytest.mark.parametrize("verb", ["take", "disown"])
def test_only_its_leaders_at_a_border_while_it_is_open(verb: str) -> None:
    for by, side in ((LIU, WEST), (QIAO, EAST), (LIN, WEST), (LU, WEST), (QIAO, Grid(id=4, path="/1/2/3/4/"))):
        it = ticket()
        with pytest.raises(Refusal) as refused:
            getattr(it, verb)(side, by=by, at=NOON)
        assert refused.value.key == "ticket.not_your_grid"
        assert it.border_stage == Border.OPEN
    plain, done = ticket(border=None), ticket()
    done.withdraw(by=LIN, at=NOON)
    for it, key in ((plain, "border.none"), (done, "ticket.not_open")):
        with pytest.raises(Refusal) as refused:
            getattr(it, verb)(WEST, by=SHEN, at=NOON)
        assert refused.value.key == key


def test_a_place_told_later_opens_and_closes_it_but_takes_back_no_word() -> None:
    near, far = Spot("live", 34.1, 108.9, "wgs84"), Spot("location", 34.2, 108.9, "wgs84")
    it = Ticket.report(
        number="LH2611200001", case_code="6101992026112000001", category=HOLE, grid=WEST, text="路面塌陷",
        spot=Spot("grid"), by=LIN, at=NOON,
    )  # fmt: skip
    assert it.stand_at(near, WEST, by=LIN, at=NOON, border=EAST)
    assert (it.border_id, it.border_stage) == (9, Border.OPEN)
    assert it.stand_at(far, WEST, by=LIN, at=NOON, is_outside=True)
    assert (it.border_id, it.border_stage, it.is_outside) == (None, None, True)
    said = ticket()
    said.take(EAST, by=LIU, at=NOON)
    said.stand_at(Spot("location", 34.3, 108.9, "wgs84"), WEST, by=LIN, at=NOON)
    assert (said.grid_id, said.border_stage) == (9, Border.TAKEN)


def test_stages_of_a_border_are_settled_disputed_or_neither() -> None:
    assert not UNSETTLED & DISPUTED
    assert {Border.TAKEN} == set(Border) - UNSETTLED - DISPUTED


def test_escalated_one_by_one_and_from_the_start_after_a_return() -> None:
    it = ticket()
    it.triage(at=NOON)
    assert it.stage == Stage.FILED
    it.escalate(EAST, at=NOON + timedelta(minutes=15), minutes=15)
    it.escalate(None, at=NOON + timedelta(minutes=30), minutes=15)
    assert it.escalated == 2
    assert [event.data["grid"] for event in it.news if event.kind == "escalated"] == [9, None]
    it.dispatch(ROADS, by=None, at=NOON, grid=WEST, limits=LIMITS, hours=HOURS, rule="category")
    assert it.escalated == 2, "whoever had it in his tray has to see it leave"
    it.hand_back("不归我们", by=LU, at=NOON)
    assert it.escalated == 0


def test_where_leaders_take_it_up_it_is_not_filed_by_itself() -> None:
    it = ticket()
    it.triage(at=NOON, files=False)
    assert it.stage == Stage.PENDING
    assert kinds(it)[-1] == "triaged"
