"""From the events alone: how a ticket stands after each verb, and how it stood at any moment before."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from models.category import Category
from models.deadline import OfficeHours
from models.department import Department
from models.grid import Grid
from models.person import Person, Role, RoleKind
from models.photo import Photo
from models.refusal import Refusal
from models.spot import Spot
from models.ticket import Ticket
from models.ticket.replay import Replay
from tests.replaying import differences

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
HOURS = OfficeHours.read("Asia/Shanghai", ["08:00-12:00", "14:00-18:00"], [1, 2, 3, 4, 5])
LAMP = Category(code="P0301", deadline_value="2", deadline_unit="work_day")
HOLE = Category(code="E0505", deadline_value="4", deadline_unit="urgent_hour", is_urgent=True)
GRID, BESIDE = Grid(id=3, path="/1/3/", code="g"), Grid(id=4, path="/1/4/", code="h")
ROADS, DRAINS = Department(id=1, key="roads", name="市政"), Department(id=2, key="drains", name="排水")
PHOTO = Photo(ref="a", key="b", channel="telegram")


def person(id: int, *roles: Role) -> Person:
    return Person(id=id, addresses=[], roles=list(roles))


def held(kind: RoleKind, **scope: int) -> Role:
    return Role(person_id=0, kind=kind, granted_at=NOON, **scope)


LIN = person(1)
LU = person(2, held(RoleKind.DEPARTMENT, department_id=1), held(RoleKind.DEPARTMENT, department_id=2))
QIAO = person(3, held(RoleKind.LEADER, grid_id=3), held(RoleKind.LEADER, grid_id=4))
Verb = Callable[[Ticket, datetime], object]
NEW = {"limits": LAMP.limits(), "hours": HOURS}
VERBS: tuple[Verb, ...] = (
    lambda t, at: t.dispatch(ROADS, by=QIAO, at=at, grid=GRID, rule="leader", **NEW),
    lambda t, at: t.dispatch(DRAINS, by=QIAO, at=at, grid=GRID, rule="leader", **NEW),
    lambda t, at: t.accept(by=LU, at=at),
    lambda t, at: t.accept(by=LU, at=at),
    lambda t, at: t.hand_back("不归我们", by=LU, at=at),
    lambda t, at: t.resolve([PHOTO], by=LU, at=at),
    lambda t, at: t.resolve([PHOTO], by=LU, at=at),
    lambda t, at: t.confirm(by=LIN, at=at),
    lambda t, at: t.verify(by=QIAO, at=at, grid=GRID),
    lambda t, at: t.lapse(at=at, days=7),
    lambda t, at: t.unsolved(by=LIN, at=at, days=15, **NEW),
    lambda t, at: t.reopen("又坏了", by=QIAO, at=at, grid=GRID, days=15, **NEW),
    lambda t, at: t.rate(False, by=LIN, at=at),
    lambda t, at: t.waive("拍不到", by=QIAO, at=at, grid=GRID),
    lambda t, at: t.ask_extension(Decimal(2), "等配件", by=LU, at=at),
    lambda t, at: t.ask_suspension(at + timedelta(days=9), "等配件", by=LU, at=at),
    lambda t, at: t.grant(by=QIAO, at=at, grid=GRID, hours=HOURS),
    lambda t, at: t.refuse("不行", by=QIAO, at=at, grid=GRID),
    lambda t, at: t.resume(at=at, hours=HOURS),
    lambda t, at: t.urge("快点", by=QIAO, at=at, grid=GRID, period=timedelta(minutes=1)),
    lambda t, at: t.escalate(None, at=at, minutes=15),
    lambda t, at: t.recategorise(HOLE, by=QIAO, at=at, grid=GRID, limits=HOLE.limits(), hours=HOURS),
    lambda t, at: t.alarm(["119"], "冒烟了", by=LIN, at=at),
    lambda t, at: t.join(by=person(9), at=at),
    lambda t, at: t.stand_at(Spot("location", 34.2, 108.9, "wgs84"), BESIDE, by=LIN, at=at, border=GRID),
    lambda t, at: t.take(GRID, by=QIAO, at=at),
    lambda t, at: t.disown(GRID, by=QIAO, at=at),
    lambda t, at: t.disown(BESIDE, by=QIAO, at=at),
    lambda t, at: t.whistle([DRAINS], [], by=QIAO, at=at, grid=GRID, report_in=timedelta(minutes=30), **NEW),
    lambda t, at: t.decline("不归我们", by=QIAO, at=at, grid=GRID),
    lambda t, at: t.withdraw(by=LIN, at=at),
    lambda t, at: t.pass_on(9, by=LIN, at=at, is_named=False),
)  # fmt: skip
DAYS = st.lists(st.tuples(st.sampled_from(range(len(VERBS))), st.integers(1, 3000)), max_size=30)


def ticket() -> Ticket:
    made = Ticket.report(
        number="LH2611200001", case_code="6101992026112000001", category=LAMP, grid=GRID, text="路灯不亮",
        spot=Spot("grid"), by=LIN, at=NOON, border=BESIDE,
    )  # fmt: skip
    made.id = 7
    return made


@given(DAYS)
def test_after_each_verb_the_events_tell_what_the_record_says(days: list[tuple[int, int]]) -> None:
    made, at = ticket(), NOON
    stood = [(at, made.stage, made.deadline, made.grid_id)]
    for verb, minutes in days:
        at += timedelta(minutes=minutes)
        before = len(made.news)
        try:
            VERBS[verb](made, at)
        except Refusal:
            del made.news[before:]  # as the turn's savepoint takes it back
            return
        stood.append((at, made.stage, made.deadline, made.grid_id))
        assert differences(Replay.of(made.news, HOURS), made) == {}
    for at, stage, deadline, grid in stood:
        past = Replay.of(made.news, until=at)
        assert (past.stage, past.deadline, past.grid_id) == (stage, deadline, grid)


def test_before_it_was_reported_nothing_is_told() -> None:
    assert Replay.of(ticket().news, until=NOON - timedelta(seconds=1)).reported_at is None


def test_a_holiday_learnt_later_moves_no_deadline_of_the_past() -> None:
    made = ticket()
    VERBS[0](made, NOON)
    with_holiday = OfficeHours.read(
        "Asia/Shanghai", ["08:00-12:00"], [1, 2, 3, 4, 5], [datetime(2026, 11, 23, tzinfo=UTC).date()]
    )
    assert made.deadline is not None
    assert Replay.of(made.news, with_holiday).deadline == made.deadline
    # Events of before they held it are reckoned by the hours there are.
    for event in made.news:
        event.data.pop("deadline", None)
    assert Replay.of(made.news, HOURS).deadline == made.deadline
    assert Replay.of(made.news, with_holiday).deadline != made.deadline


def test_a_request_falls_when_the_ticket_leaves_the_departments_hands() -> None:
    made = ticket()
    for verb in (0, 2, 14):
        VERBS[verb](made, NOON + timedelta(minutes=verb))
    assert Replay.of(made.news).request["what"] == "extend"
    VERBS[4](made, NOON + timedelta(minutes=20))
    assert Replay.of(made.news).request == {}
