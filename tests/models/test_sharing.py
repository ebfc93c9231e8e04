"""Who shares a ticket and parts again, who may see its caller, and how near is the same problem."""

from datetime import UTC, datetime

import pytest

from models.category import Category
from models.grid import Grid
from models.person import Person, Role, RoleKind
from models.refusal import Refusal
from models.spot import Spot
from models.ticket import Stage, Ticket
from models.ticket.replay import Replay
from models.ticket.stage import BEFORE_WORK

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
HOLE = Category(code="E0505", name_zh="路面塌陷", deadline_value="2", deadline_unit="urgent_hour", is_urgent=True)
GRID, ELSEWHERE = Grid(id=3, path="/1/2/3/", code="g"), Grid(id=9, path="/1/8/9/", code="h")


def person(number: int, **role: object) -> Person:
    return Person(id=number, addresses=[], roles=[Role(person_id=number, granted_at=NOON, **role)] if role else [])


LIN, MEI = person(1), person(2)
QIAO, FAR = person(5, kind=RoleKind.LEADER, grid_id=3), person(6, kind=RoleKind.LEADER, grid_id=9)


def ticket(entry: str = "report") -> Ticket:
    return Ticket.report(
        number="LH2611200001", case_code="6101992026112000001", category=HOLE, grid=GRID, text="路面塌陷",
        spot=Spot("grid"), by=LIN, at=NOON, entry=entry,
    )  # fmt: skip


def test_who_joined_and_left_again_is_not_on_it() -> None:
    it = ticket()
    it.join(by=MEI, at=NOON, message=7)
    it.leave(2, by=MEI, at=NOON)
    assert [event.kind for event in it.news] == ["reported", "joined", "left"]
    assert Replay.of(it.news[:2]).joined == 1
    assert Replay.of(it.news).joined == 0


def test_who_met_it_as_well_stays_on_it() -> None:
    it = ticket()
    it.join(by=MEI, at=NOON)
    it.leave(2, by=MEI, at=NOON, is_witness=False)
    assert Replay.of(it.news).joined == 1


def test_who_takes_it_back_passes_it_on_to_one_who_shares_it() -> None:
    it = ticket()
    it.join(by=MEI, at=NOON, message=7)
    with pytest.raises(Refusal):
        it.pass_on(MEI.id, by=MEI, at=NOON)
    it.pass_on(MEI.id, by=LIN, at=NOON, is_named=False)
    past = Replay.of(it.news)
    assert (past.reporter_id, past.is_named, past.joined) == (MEI.id, False, 0) == (it.reporter_id, it.is_named, 0)
    assert it.is_open
    with pytest.raises(Refusal):
        it.withdraw(by=LIN, at=NOON)
    it.withdraw(by=MEI, at=NOON)
    assert it.stage == Stage.WITHDRAWN


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in BEFORE_WORK])
def test_once_work_began_it_is_passed_on_no_more(stage: Stage) -> None:
    it = ticket()
    it.stage = stage
    with pytest.raises(Refusal):
        it.pass_on(MEI.id, by=LIN, at=NOON)
    assert (it.reporter_id, it.last_seq) == (LIN.id, 1)


def test_who_reported_it_joins_it_no_more_and_a_banned_person_nothing() -> None:
    it = ticket()
    banned = person(3)
    banned.banned_at = NOON
    for by, verb in ((LIN, it.join), (banned, it.join)):
        with pytest.raises(Refusal):
            verb(by=by, at=NOON)
    with pytest.raises(Refusal):
        it.leave(2, by=banned, at=NOON)
    assert it.last_seq == 1


def test_only_its_leader_looks_at_the_caller_and_the_look_says_so() -> None:
    it = ticket("relay")
    it.id = 4
    look = it.look_at_caller(by=QIAO, at=NOON, grid=GRID)
    assert (look.person_id, look.ticket_id, look.about, look.at) == (5, 4, "caller", NOON)
    for by in (LIN, MEI):
        with pytest.raises(Refusal):
            it.look_at_caller(by=by, at=NOON, grid=GRID)
    with pytest.raises(Refusal):
        it.look_at_caller(by=FAR, at=NOON, grid=GRID)


def test_what_is_dealt_with_on_the_spot_is_closed_and_says_no_fix() -> None:
    it = ticket("spot")
    with pytest.raises(Refusal):
        it.settle(by=MEI, at=NOON)
    it.settle(by=LIN, at=NOON)
    assert (it.stage, it.ended_by, it.ended_at, it.fix_said) == (Stage.CLOSED, "settled", NOON, 1)
    with pytest.raises(Refusal):
        it.settle(by=LIN, at=NOON)


@pytest.mark.parametrize(
    ("name", "radius_m", "metres"),
    [
        ("上水(自来水)井盖", None, 15),
        ("不明(无主)井盖", None, 15),
        ("燃气井盖/调压箱/露天管道", None, 15),
        ("路灯(含路灯井盖)", None, 50),
        ("电力设施(井盖/箱变/电杆)", None, 50),
        ("占道经营/无照游商", None, 50),
        ("道路积水", None, 150),
        ("路面塌陷", None, 50),
        ("道路积水", 80.0, 80),
        ("路面塌陷", 300.0, 300),
    ],
)
def test_how_near_is_the_same_problem(name: str, radius_m: float | None, metres: float) -> None:
    assert Category(code="X", name_zh=name, radius_m=radius_m).radius == metres
