"""A server that refuses, breaks off, says nonsense or nothing: nothing is lost, no pause is cut short, other chats go on."""

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.sender import Sender
from tests.cast import GROUP, HOLE, LIN, LU, MEI, OFFICE, WANG, Town, town_in
from tests.faults import mutants
from tests.faults.sick import KINDS, SENDS, calm, each_once, now_and_then, presses, verdict

SEED = 20261122
REPORTS = 24
IN_DOUBT = {"502", "reset_before", "reset_after", "garbled", "truncated", "empty", "hang"}
"""After these a sender cannot know whether its message arrived."""


@pytest_asyncio.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Without the usual last look: here things are meant to go wrong."""
    async with town_in(tmp_path) as played:
        yield played


@pytest.mark.parametrize("kind", KINDS)
async def test_a_fault_at_the_first_call_of_every_method_changes_nothing_in_the_end(town: Town, kind: str) -> None:
    sim = town.simulator
    sim.faults(each_once(kind))
    sim.post(LIN, GROUP, HOLE, photos=[{"upload": town.picture()}], as_file=True)
    await calm(town)
    sim.post(MEI, GROUP, HOLE, photos=[{"upload": town.picture()}])
    sim.post(WANG, GROUP, "", photos=[{"upload": town.picture()}])
    await calm(town)
    card, job = town.card, town.job
    assert job.has_photo
    await town.passes(minutes=31)  # the question under the photo without words leaves
    await calm(town)
    presses(town, LU, job, "接单")
    await calm(town)
    assert "处置中" in card.now().text
    assert "处置中" in job.now().text
    sim.post(LU, OFFICE, "完成", photos=[{"upload": town.picture()}], reply_to=job.id)
    await calm(town)
    fix = town.last(GROUP)
    presses(town, LIN, fix, "已解决")
    await calm(town)
    assert fix.has_photo
    assert "已结案" in card.now().text
    assert fix.now().labels == []

    found = await verdict(town)
    assert not [rule.method for rule in sim.records.faults.rules if rule.times], "never called"
    assert found.early == []
    assert found.aside == 0
    assert set(found.failed) <= {"answer"}  # never repeated: who pressed sees the card change, and may press again
    assert found.uncertain == 0 or kind in IN_DOUBT
    assert len(town.ours(GROUP)) - 2 <= found.uncertain


async def test_who_must_wait_waits_and_the_others_do_not(town: Town) -> None:
    town.simulator.faults([{"method": "*", "chat": GROUP, "kind": "429", "retry_after": 300, "times": 1}])
    before = town.clock.moment
    await town.lin.posts(HOLE)
    assert town.clock.moment == before
    assert town.ours(GROUP) == []
    assert "路面塌陷" in town.job.text
    await town.passes(seconds=299)
    assert town.ours(GROUP) == []
    await town.passes(seconds=2)
    assert "路面塌陷" in town.card.text
    assert (await verdict(town)).early == []


async def _many_reports(town: Town, seed: int) -> int:
    """Reports while every call may fail. Returns how many of their tickets have no card in the group."""
    dice = random.Random(seed)
    town.simulator.faults(now_and_then(0.04), seed=seed)
    for number in range(REPORTS):
        photos = [{"upload": town.picture()}] if dice.random() < 0.5 else []
        words = f"团结西路{number + 1}号门前路面塌陷"
        town.simulator.post(dice.choice((LIN, MEI, WANG)), GROUP, words if photos else f"/report {words}", photos=photos)
        await town.passes(seconds=dice.expovariate(0.5))
    await calm(town)
    shown = {word for message in town.ours(GROUP) for word in message.text.split() if word.startswith("#LH")}
    return REPORTS - len(shown)


async def test_with_faults_at_random_every_report_gets_its_card(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    lost = await _many_reports(town, SEED)
    found = await verdict(town)
    sends = [call for call in town.simulator.log(0, 100_000) if call["method"] in SENDS and call["result"]]
    with capsys.disabled():
        print(
            f"\n{found.faults} faults at random, seed {SEED}: lost {lost} of {REPORTS}, {found.uncertain} uncertain of"
            f" {len(sends)} messages, {len(found.early)} calls too early"
        )
    assert found.faults > REPORTS
    assert lost == 0
    assert found.early == []
    assert (found.aside, dict(found.failed)) == (0, {})


async def test_control_a_sender_that_marks_before_it_sends_loses_cards(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("_deliver", "_mine", "_note_error"):
        monkeypatch.setattr(Sender, name, getattr(Sender, name))  # put back at the end
    mutants.mark_first()
    lost = await _many_reports(town, SEED)
    with capsys.disabled():
        print(f"\ncontrol, marked before sent, seed {SEED}: lost {lost} of {REPORTS}")
    assert lost > 0
