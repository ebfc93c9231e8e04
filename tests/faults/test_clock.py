"""The machine's clock jumps, stands still, goes back, says 1970: nothing waits twice, nothing rings early or twice, and
what is under way stays in hand."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot import clock as clocks
from bot.clock import DRIFT_S, FAR_S, SLOWER, STANDS_S, Clock
from bot.errands import LEASE
from models.mail import Errand, ErrandState, Inbox, Outbox, OutboxState
from tests.cast import GROUP, HOLE, MORNING, OFFICE, QIAO, Town, town_in

AN_HOUR = 3600.0
A_STEP = 301.0
"""What is a few seconds late is heard of at the next look."""
TIME = re.compile(r"\d\d:\d\d")
EXAMPLES = 200


@dataclass
class Machine:
    """The clocks of a machine. true: seconds since 1970, known to nobody; off: how far its wall clock is ahead."""

    true: float = MORNING.timestamp()
    off: float = 0.0
    frozen: float | None = None
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = Clock(wall=self.wall, monotonic=lambda: self.true)

    def wall(self) -> float:
        return self.frozen if self.frozen is not None else self.true + self.off

    def passes(self, seconds: float) -> None:
        self.true += seconds

    @property
    def wrong(self) -> float:
        """How far ours is ahead of the truth."""
        return self.clock.now().timestamp() - self.true


class Naive(Clock):
    """As the machine says it: the control."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._wall(), UTC)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["forward", "back", "freeze", "thaw", "1970", "2038", "right"]),
        st.floats(0, 2 * AN_HOUR),  # how far
        st.floats(0.01, 300),  # how long until the next
    ),
    max_size=12,
)


def moved(machine: Machine, how: str, far: float) -> None:
    now = machine.true
    match how:
        case "forward" | "back":
            machine.off += far if how == "forward" else -far
        case "freeze":
            machine.frozen = machine.wall()
        case "thaw":
            machine.frozen = None
        case "1970":
            machine.off = -now
        case "2038":
            machine.off = 2**31 - now
        case "right":
            machine.off, machine.frozen = 0.0, None


def check(moves: Sequence[tuple[str, float, float]], kind: type[Clock] = Clock) -> None:
    """Whatever the machine's clock does: ours never goes back, and never slower than half."""
    machine = Machine()
    machine.clock = kind(wall=machine.wall, monotonic=lambda: machine.true)
    last = machine.clock.now()
    for how, far, lasts in moves:
        moved(machine, how, far)
        for _ in range(5):
            machine.passes(lasts / 5)
            now = machine.clock.now()
            assert (now - last).total_seconds() >= lasts / 5 * SLOWER - 0.001
            last = now


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None)
@given(MOVES)
def test_ours_never_goes_back_and_never_stands(moves: Sequence[tuple[str, float, float]]) -> None:
    check(moves)


@pytest.mark.parametrize("move", ["back", "freeze", "1970"])
def test_control_the_machines_own_clock_goes_back_or_stands(move: str) -> None:
    with pytest.raises(AssertionError):
        check([(move, AN_HOUR, 60.0)], Naive)


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None)
@given(st.floats(DRIFT_S + 1, 20 * FAR_S), st.floats(0.1, STANDS_S - 1))
def test_what_it_says_for_a_moment_is_not_believed(far: float, lasts: float) -> None:
    machine = Machine()
    machine.off = far
    for _ in range(4):
        assert abs(machine.wrong) < 0.001
        machine.passes(lasts / 4)
    machine.off = 0.0
    machine.passes(2 * STANDS_S)
    assert abs(machine.wrong) < 0.001


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None)
@given(st.floats(-FAR_S + DRIFT_S, 20 * FAR_S).filter(lambda far: abs(far) > DRIFT_S))
def test_where_it_stands_there_it_is_believed_in_the_end(far: float) -> None:
    """After a minute where it went forward; after twice as long as it went back."""
    machine = Machine()
    machine.off = far
    assert abs(machine.wrong) < 0.001
    machine.passes(STANDS_S if far > 0 else -far / SLOWER)
    assert abs(machine.wrong - far) < 0.01


def test_1970_is_not_believed_and_neither_is_what_comes_back_from_2038_by_years() -> None:
    machine = Machine()
    moved(machine, "1970", 0)
    machine.passes(FAR_S)
    assert abs(machine.wrong) < 0.001
    moved(machine, "right", 0)
    assert abs(machine.wrong) < 0.001


# --- in a town ------------------------------------------------------------------------------------


@pytest_asyncio.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with town_in(tmp_path) as played:
        yield played


def given_to(town: Town, kind: type[Clock] = Clock) -> Machine:
    """The bot lives by a machine's clock; the town by the truth."""
    machine = Machine(true=town.clock.moment.timestamp())
    machine.clock = kind(wall=machine.wall, monotonic=lambda: town.clock.moment.timestamp())
    machine.wall = lambda: machine.frozen or town.clock.moment.timestamp() + machine.off  # type: ignore[method-assign]
    machine.clock._wall = machine.wall
    town.machine.runtime.clock = machine.clock
    town.books = None  # they are looked at by the truth
    return machine


Said = dict[int, list[tuple[int, int, str]]]


def said(town: Town) -> Said:
    """What was said in each chat, and when by the truth; and when it was last changed."""
    return {
        chat: [(one.raw["date"], one.raw.get("edit_date", 0), one.text) for one in town.ours(chat)]
        for chat in (GROUP, OFFICE, QIAO)
    }


async def a_long_day(town: Town, jumps: Sequence[float] = (), kind: type[Clock] = Clock) -> Said:
    """Nobody sees to a report for ten hours. jumps: how far the machine's clock is ahead for ten seconds, hour by
    hour."""
    machine = given_to(town, kind)
    await town.lin.posts(HOLE)
    await town.passes(seconds=97)  # nothing falls due exactly when somebody looks
    for hour in range(10):
        for _ in range(11):
            await town.passes(minutes=5)
        await town.passes(minutes=4, seconds=40)
        machine.off = jumps[hour] if hour < len(jumps) else 0.0
        await town.passes(seconds=10)
        machine.off = 0.0
        await town.passes(seconds=10)
    return said(town)


def apart(said: Said, expected: Said) -> float:
    """How many seconds earlier or later, at most, the same was said; infinite where something was twice, missing or
    other."""
    longest = 0.0
    for chat, messages in expected.items():
        if [TIME.sub("", text) for *_, text in said[chat]] != [TIME.sub("", text) for *_, text in messages]:
            return float("inf")
        for (at, changed, _), (due, due_to_change, _) in zip(said[chat], messages, strict=True):
            longest = max(longest, abs(at - due), abs(changed - due_to_change))
    return longest


JUMPS = (AN_HOUR, -AN_HOUR, 5 * AN_HOUR, -2 * FAR_S, 30 * FAR_S, -1_790_000_000.0, 370_000_000.0, 0.0, -60.0)


async def test_jumps_that_do_not_last_ring_nothing_early_and_nothing_twice(tmp_path: Path) -> None:
    async with town_in(tmp_path / "still") as still:
        expected = await a_long_day(still)
    async with town_in(tmp_path / "jumping") as jumping:
        assert apart(await a_long_day(jumping, JUMPS), expected) <= A_STEP
    assert sum(map(len, expected.values())) > 3, "a day on which somebody is reminded"


async def test_control_by_the_machines_own_clock_they_do(tmp_path: Path) -> None:
    async with town_in(tmp_path / "still") as still:
        expected = await a_long_day(still)
    async with town_in(tmp_path / "jumping") as jumping:
        assert apart(await a_long_day(jumping, JUMPS, Naive), expected) > 10 * A_STEP


async def put_back(town: Town, kind: type[Clock]) -> int:
    """An hour, between what came in and its turn, and while something waits to be tried again. Returns how many rows
    wait two minutes later."""
    machine = given_to(town, kind)
    town.simulator.faults([{"method": "sendMessage", "chat": GROUP, "kind": "502", "times": 1}])
    await town.lin.says(f"/report {HOLE}")
    town.simulator.post(1001, GROUP, "/report 团结西路5号门前路面塌陷")
    await town._receive()
    machine.off = -AN_HOUR
    for _ in range(12):
        await town.passes(seconds=10)
    async with town.machine.runtime.database.read() as session:
        new = select(func.count()).select_from(Inbox).where(Inbox.state == "new")
        unsaid = select(func.count()).select_from(Outbox).where(Outbox.is_pending())
        return (await session.scalar(new) or 0) + (await session.scalar(unsaid) or 0)


async def test_put_back_by_an_hour_nothing_waits_for_it(town: Town) -> None:
    assert await put_back(town, Clock) == 0


async def test_control_by_the_machines_own_clock_all_waits(town: Town) -> None:
    assert await put_back(town, Naive) > 0


async def leased(town: Town, machine: Machine) -> Outbox:
    """A card is on its way while the clock is put forward by a day, and believed."""
    await town.lin.posts(HOLE)
    sender, database = town.machine.sender, town.machine.runtime.database
    town.simulator.post(1001, GROUP, "/report 团结西路5号门前路面塌陷")
    await town._receive()
    while await town.machine.worker.turn():
        pass
    async with database.write() as session:
        (claim, *_) = await sender._claims.take(session, 1, ())
    sender._claims.unheard.clear()

    async def nothing() -> None: ...

    sender._beside._under_way[claim.lane] = None  # type: ignore[assignment]
    machine.off = FAR_S
    town.clock.moment = datetime.fromtimestamp(town.clock.moment.timestamp() + STANDS_S + 1, UTC)
    machine.clock.now()
    town.clock.moment = datetime.fromtimestamp(town.clock.moment.timestamp() + STANDS_S + 1, UTC)
    async with database.write() as session:
        await sender._claims.take(session, 1, sender._beside.lanes)
    async with database.read() as session:
        row = await session.get_one(Outbox, claim.row_id)
    sender._beside._under_way.clear()
    return row


async def test_put_forward_by_a_day_what_is_under_way_is_in_no_doubt(town: Town) -> None:
    row = await leased(town, given_to(town))
    assert (row.state, row.uncertain) == (OutboxState.SENDING, 0)
    assert not row.is_leased(town.machine.runtime.clock.now())


async def test_and_an_errand_in_hand_is_not_begun_a_second_time(town: Town) -> None:
    errands, database = town.machine.errands, town.machine.runtime.database
    now = town.clock.now()
    async with database.write() as session:
        errand = Errand(kind="fetch", lane="x", data={}, due_at=now, state=ErrandState.UNDERWAY, attempts=1)
        errand.lease, errand.leased_until = f"{town.machine.runtime.presence.name}:1", now - LEASE
        session.add(errand)
        await session.flush()
        number = errand.id
    errands._beside._under_way[number] = None  # type: ignore[assignment]
    async with database.write() as session:
        assert await errands._claim(session, 4, now) == []
    errands._beside._under_way.clear()
    async with database.write() as session:
        (again,) = await errands._claim(session, 4, now)
    assert again.id == number


def test_the_machines_clock_is_told_of_once(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float] = []
    monkeypatch.setattr(clocks.log, "warning", lambda event, **what: told.append(what["seconds"]))
    machine = Machine()
    machine.off = -AN_HOUR
    for _ in range(5):
        machine.passes(1)
        machine.clock.now()
    assert told == [-AN_HOUR]
