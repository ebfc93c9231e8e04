"""PostgreSQL crashes, is cut off, blocked, taken away, and cut at a COMMIT: nothing is lost and nothing doubled, and
all goes on by itself. The long form: `python -m tests.faults.crashes`."""

import asyncio
import sys
from inspect import isclass, isfunction
from pathlib import Path

import pytest

from bot import runtime
from tests.faults import crashes
from tests.faults.crash_mutants import MUTANTS, put_back
from tests.faults.crashes import Result
from tests.faults.living import living, prepare
from tests.machine import Postgres

SEED = 20261122


def the_bot() -> dict[tuple[str, str, str], object]:
    """Every verb of every class of the bot and its models, as it is now."""
    rooms = [room for name, room in list(sys.modules.items()) if name.startswith(("bot.", "models."))]
    kinds = {kind for room in rooms for kind in list(vars(room).values()) if isclass(kind)}
    return {
        (kind.__module__, kind.__qualname__, name): verb
        for kind in kinds
        if kind.__module__.startswith(("bot.", "models."))
        for name, verb in list(vars(kind).items())
        if isfunction(verb)
    }


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_leaves_nothing_behind(name: str) -> None:
    before = the_bot()
    with pytest.MonkeyPatch.context() as patched:
        put_back(patched)
        MUTANTS[name]()
        assert the_bot() != before, "the mutant does nothing, or what it does is not seen"
    assert the_bot() == before


def hurt(folder: Path, server: Postgres, *kinds: str, times: int, bots: int = 2) -> Result:
    return asyncio.run(crashes.run(folder, server, times=times, seed=SEED, bots=bots, kinds=kinds))


@pytest.mark.parametrize(
    "kinds",
    [
        ("crash", "stand_still"),
        ("unheard", "unanswered"),
        ("terminate", "block", "take_away"),
        ("half_way", "half_kept"),
    ],
    ids="-".join,
)
def test_hurt_under_load_it_loses_nothing_doubles_nothing_and_goes_on(
    tmp_path: Path, server: Postgres, kinds: tuple[str, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    result = hurt(tmp_path, server, *kinds, times=len(kinds))
    with capfd.disabled():
        print(f"\nseed {SEED}: {result}")
    assert result.outcome.holds, result
    assert result.outcome.reports == len(kinds) * (crashes.LOAD + 2)
    assert bool(result.commits) == ("unanswered" in kinds)


@pytest.mark.usefixtures("whole")
def test_control_a_turn_in_two_transactions_makes_second_tickets(
    tmp_path: Path, server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object, **__: object) -> None:
        """Else a report handled twice is taken for the same words again, or joins its own ticket: no double is seen."""

    monkeypatch.setattr("handlers.spam.refused", nothing)
    monkeypatch.setattr("handlers.opening.find_known", nothing)
    MUTANTS["split_turn"]()
    assert hurt(tmp_path, server, "half_way", times=1, bots=1).outcome.doubled == 1


@pytest.mark.usefixtures("whole")
def test_control_a_page_confirmed_whatever_became_of_its_commit_is_lost(tmp_path: Path, server: Postgres) -> None:
    MUTANTS["keep_unheard"]()
    outcome = hurt(tmp_path, server, "half_kept", times=1, bots=1).outcome
    assert outcome.lost > 0
    assert outcome.unkept > 0


async def test_control_a_loop_that_does_not_know_what_passes_ends(
    tmp_path: Path, server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.url(await asyncio.to_thread(server.create))
    await prepare(url, tmp_path / "district")
    monkeypatch.setattr(runtime, "may_pass", lambda fault: False)
    async with living(tmp_path, url, seed=SEED) as town:
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)
        with pytest.raises(Exception, match=r"closed|terminat|starting|refused|No such file|shut"):
            await town.until(lambda: False, "the end of the bot")
        town.machines.clear()
        town.tasks.clear()
