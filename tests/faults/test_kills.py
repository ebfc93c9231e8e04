"""kill -9: no report is lost, none becomes two tickets, all stay in their order, and only what the sender could not
know of is said twice."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults import crashing, district, kills
from tests.faults.crew import Crew
from tests.faults.outcome import Outcome
from tests.faults.records import InFile, Log, in_server, nothing_waits, numbers
from tests.faults.zygote import Zygote
from tests.machine import Postgres
from tests.processes import BotProcess, SimulatorProcess, until

SEED = 20261122
POINTS = {  # and how often its card may then be said again
    "between store and offset": {0},
    "before the commit": {0},
    "before the send": {0},
    "between send and receipt": {1},
    "between receipt and note": {0},
    "before a picture's end": {0, 1},  # its card may be on the way at that moment
}


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote() as zygote:
        yield zygote


def told(capsys: pytest.CaptureFixture[str], what: str, outcome: Outcome) -> None:
    with capsys.disabled():
        print(f"\n{what}, seed {SEED}: {outcome}")


def test_killed_at_random_moments_on_sqlite_it_loses_doubles_and_disorders_nothing(
    tmp_path: Path, zygote: Zygote, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = kills.run(tmp_path, kills=12, reports=72, seed=SEED, starter=zygote, limits="off")
    told(capsys, "12 kills on SQLite", outcome)
    assert outcome.is_sound, outcome
    assert (outcome.reports, outcome.kills) == (72, 12)


def test_of_three_processes_on_postgresql_some_are_killed_at_random_moments_and_the_same_holds(
    tmp_path: Path, zygote: Zygote, postgres: Postgres, capsys: pytest.CaptureFixture[str]
) -> None:
    url = postgres.url(postgres.create())
    outcome = kills.run(
        tmp_path, kills=12, reports=48, seed=SEED, starter=zygote, limits="off", url=url, processes=3, webhook=True
    )
    told(capsys, "12 kills on PostgreSQL, three processes behind a webhook", outcome)
    assert outcome.is_sound, outcome
    assert outcome.reports == 48
    assert outcome.kills >= 12


def test_control_with_the_offset_moved_before_the_commit_reports_are_lost(
    tmp_path: Path, zygote: Zygote, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = kills.run(tmp_path, kills=4, reports=60, seed=SEED, starter=zygote, mutant="confirm_first", lives=0.05)
    told(capsys, "control, offset before commit, 4 kills on SQLite", outcome)
    assert outcome.lost > 0
    assert outcome.unkept > 0


def test_control_where_a_row_need_not_wait_for_its_elders_the_order_is_lost(
    tmp_path: Path, zygote: Zygote, postgres: Postgres, capsys: pytest.CaptureFixture[str]
) -> None:
    url = postgres.url(postgres.create())
    outcome = kills.run(
        tmp_path, kills=0, reports=40, seed=SEED, starter=zygote, url=url, processes=2, groups=2, mutant="any_order"
    )
    told(capsys, "control, no waiting for elders, PostgreSQL, two processes", outcome)
    assert outcome.disordered > 0
    assert replace(outcome, disordered=0, overtaken=0).is_sound, outcome


def test_asked_to_end_one_after_another_nothing_is_lost_and_nothing_said_twice(
    tmp_path: Path, zygote: Zygote, postgres: Postgres, capsys: pytest.CaptureFixture[str]
) -> None:
    url, took = postgres.url(postgres.create()), list[float]()
    outcome = kills.run(
        tmp_path, kills=0, rolling=4, reports=24, seed=SEED, starter=zygote, url=url, processes=2, limits="off",
        handovers=took,
    )  # fmt: skip
    told(capsys, f"4 rolling restarts, another spoke after {', '.join(f'{s:.1f}' for s in took)} s", outcome)
    assert outcome.is_sound, outcome
    assert outcome.repeats == 0
    assert took


def test_control_who_does_not_wait_for_what_he_is_saying_says_it_twice(
    tmp_path: Path, zygote: Zygote, capsys: pytest.CaptureFixture[str]
) -> None:
    """One process: it asks for less of the machine, and there is always something it is saying."""
    outcome = kills.run(
        tmp_path, kills=0, rolling=1, reports=4, seed=SEED, starter=zygote, limits="off", mutant="broken_off"
    )
    told(capsys, "control, broken off, one restart on SQLite", outcome)
    assert outcome.repeats > 0
    assert outcome.lost == 0


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_ended_at_each_point_between_two_steps_it_goes_on_where_it_was(
    database: str, tmp_path: Path, zygote: Zygote, request: pytest.FixtureRequest
) -> None:
    again = _again_by_point(database, tmp_path, zygote, request, list(POINTS))
    wrong = {point: again[point] for point, allowed in POINTS.items() if again[point] not in allowed}
    assert not wrong


def test_control_without_receipts_what_is_not_noted_yet_is_said_twice(
    tmp_path: Path, zygote: Zygote, request: pytest.FixtureRequest
) -> None:
    point = "between receipt and note"
    again = _again_by_point("sqlite", tmp_path, zygote, request, [point], NO_RECEIPT="1")
    assert again[point] not in POINTS[point]


def _again_by_point(
    database: str, tmp_path: Path, zygote: Zygote, request: pytest.FixtureRequest, points: list[str], **settings: str
) -> dict[str, int]:
    """How often the card of a report was said again, that was said before the bot ended there. Started for the last
    time as an operator does, from nothing."""
    armed = tmp_path / "armed"
    with SimulatorProcess(tmp_path / "simulator", district.town()).start() as simulator:
        bot = BotProcess(
            tmp_path, simulator.address, words=("-m", "tests.faults.crashing", "run"), starter=zygote,
            CRASH_AT=str(armed), DISTRICT=str(district.write_district(tmp_path / "district")), **settings,
        )  # fmt: skip
        if database == "sqlite":
            return _ended_at(points, bot, simulator, InFile(bot.database), armed)
        postgres: Postgres = request.getfixturevalue("postgres")
        with in_server(postgres.url(postgres.create())) as records:
            bot.environment["DATABASE_URL"] = records.url
            return _ended_at(points, bot, simulator, records, armed)


def _ended_at(
    points: list[str], bot: BotProcess, simulator: SimulatorProcess, records: kills.Records, armed: Path
) -> dict[str, int]:
    photo = simulator.upload(kills.jpeg())
    said: dict[str, int] = {}
    lock = bot.database.with_name("town.db.lock")
    with bot:
        for point, chat in zip(points, district.GROUPS, strict=False):
            bot.start()
            until(lambda: nothing_waits(simulator, records), "what was left from before")
            armed.write_text(point, "utf-8")
            # Nobody's business here: no department's card, so that the group's is the only message of the ticket.
            words = {"text": "平安街1号旁边自来水井盖坏了", "photos": [{"upload": photo}]}
            simulator.post("messages", **{"as": district.RIDER, "chat": chat, **words})
            until(lambda: not bot.lives, f"the end {point}")
            assert bot.stop() == crashing.CODE
            armed.unlink()
            said[point] = chat
        left = Path(lock.read_text("utf-8")).parent if lock.exists() else None
        assert left is None or left.is_dir()
        bot.starter = None
        bot.start()
        until(lambda: nothing_waits(simulator, records), "the bot to have done everything")
        assert bot.stop() == 0
        assert left is None or not left.exists(), "what a killed life left in the system's folder"
    posts = {point: simulator.said_by_bot(chat) for point, chat in said.items()}
    found = {point: {number for m in posts[point] for number in numbers(m)} for point in points}
    assert all(len(one) == 1 for one in found.values()), found
    return {point: len(messages) - 1 for point, messages in posts.items()}


def test_control_the_judge_sees_what_is_lost_doubled_or_out_of_order(tmp_path: Path, zygote: Zygote) -> None:
    """Counted by hand: reports that nobody made, and cards the other way round."""
    with SimulatorProcess(tmp_path / "simulator", district.town()).start() as simulator:
        flow = kills.Flow(simulator, kills.random.Random(SEED), groups=1)
        flow.reports(4)
        town = str(district.write_district(tmp_path / "district"))
        with Crew(tmp_path, simulator, starter=zygote, DISTRICT=town, SEND_LIMITS="off",
                  DATABASE_URL=(records := InFile(tmp_path / "town.db")).url) as crew:  # fmt: skip
            crew.start()
            until(lambda: nothing_waits(simulator, records), "the bot to have done everything")
        backwards = dict(reversed(flow.said.items()))
        told = kills.judge(records, Log(simulator), {**backwards, "nobody said this": district.GROUP})
        assert (told.lost, told.disordered, told.followers) == (1, 3, 3)
        assert kills.judge(records, Log(simulator), flow.said).is_sound
