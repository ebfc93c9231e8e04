"""kill -9: no report is lost, none becomes two tickets, and only what the sender could not know of is said twice."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults import crashing, district, kills
from tests.faults.kills import Outcome
from tests.processes import BotProcess, SimulatorProcess, until

SEED = 20261122
POINTS = {  # and how often its card may then be said again
    "between store and offset": {0},
    "before the commit": {0},
    "before the send": {0},
    "between send and mark": {1},
    "before a picture's end": {0, 1},  # its card may be on the way at that moment
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Future[Outcome], Future[Outcome]]]:
    """Ours and the control's, side by side: both mostly wait for processes to start."""
    with ThreadPoolExecutor(2) as both:
        yield (
            both.submit(kills.run, tmp_path_factory.mktemp("ours"), kills=6, reports=120, seed=SEED),
            both.submit(
                kills.run, tmp_path_factory.mktemp("control"), kills=4, reports=60, seed=SEED, mutant="confirm_first",
                lives=0.05,
            ),
        )  # fmt: skip


def test_killed_at_random_moments_it_loses_nothing_and_doubles_no_ticket(
    outcomes: tuple[Future[Outcome], Future[Outcome]], capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = outcomes[0].result()
    with capsys.disabled():
        print(f"\n6 kills, seed {SEED}: {outcome}")
    assert (outcome.reports, outcome.lost, outcome.silent, outcome.doubled) == (120, 0, 0, 0)
    assert (outcome.unkept, outcome.failed) == (0, 0)
    assert outcome.repeats <= outcome.uncertain


def test_control_with_the_offset_moved_before_the_commit_reports_are_lost(
    outcomes: tuple[Future[Outcome], Future[Outcome]], capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = outcomes[1].result()
    with capsys.disabled():
        print(f"\ncontrol, offset before commit, 4 kills, seed {SEED}: {outcome}")
    assert outcome.lost > 0
    assert outcome.unkept > 0


def test_ended_at_each_point_between_two_steps_it_goes_on_where_it_was(tmp_path: Path) -> None:
    armed = tmp_path / "armed"
    with (
        SimulatorProcess(tmp_path / "simulator", district.town()).start() as simulator,
        BotProcess(
            tmp_path, simulator.address, words=("-m", "tests.faults.crashing", "run"), CRASH_AT=str(armed),
            DISTRICT=str(district.write_district(tmp_path / "district")),
        ) as bot,
    ):  # fmt: skip
        photo = simulator.upload(kills.jpeg())
        said: dict[str, int] = {}
        for point, chat in zip(POINTS, district.GROUPS, strict=False):
            bot.start()
            until(lambda: kills.is_quiet(simulator, bot), "what was left from before")
            armed.write_text(point, "utf-8")
            # Nobody's business here: no department's card, so that the group's is the only message of the ticket.
            simulator.post(
                "messages",
                **{
                    "as": district.RIDER,
                    "chat": chat,
                    "text": "平安街1号旁边自来水井盖坏了",
                    "photos": [{"upload": photo}],
                },
            )
            until(lambda: not bot.lives, f"the end {point}")
            assert bot.stop() == crashing.CODE
            armed.unlink()
            left = Path(bot.database.with_name("town.db.lock").read_text("utf-8")).parent
            assert left.is_dir()
            said[point] = chat
        bot.start()
        until(lambda: kills.is_quiet(simulator, bot), "the bot to have done everything")
        assert bot.stop() == 0
        assert not left.exists(), "what a killed life left in the system's folder"
        posts = {point: simulator.said_by_bot(chat) for point, chat in said.items()}
        numbers = {point: {number for m in posts[point] for number in kills.numbers(m)} for point in POINTS}
        assert all(len(found) == 1 for found in numbers.values()), numbers
        again = {point: len(found) - 1 for point, found in posts.items()}
        assert all(again[point] in allowed for point, allowed in POINTS.items()), again
