"""Presses: two at once, old ones, ones that were lost, ones that come before we know of the message they are on."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.telegram import channel as telegram_channel
from bot.channels.telegram.keys import keys
from models.ticket import TicketEvent
from tests.cast import DAI, GROUP, HOLE, LIN, LU, MEI, OFFICE, Town
from tests.faults.sick import calm

ROUNDS, SEED = 3, 20261122


async def accepted(town: Town) -> int:
    async with town.machine.runtime.database.read() as session:
        return len(list(await session.scalars(select(TicketEvent).where(TicketEvent.kind == "accepted"))))


async def test_sixteen_presses_at_once_have_one_winner_and_all_are_answered(town: Town) -> None:
    dice = random.Random(SEED)
    for number in range(1, ROUNDS + 1):
        await town.lin.says(f"/report 团结西路{number}号门前路面塌陷")
        job, data = town.job, town.job.data("接单")
        for person in (DAI, LIN, MEI):
            town.simulator.member(OFFICE, person, "member")
        people = [LU] * 8 + [DAI] * 3 + [LIN] * 3 + [MEI] * 2
        dice.shuffle(people)
        made = [town.simulator.press(person, OFFICE, job.id, data, forged=True) for person in people]
        await town.settles()
        assert await accepted(town) == number
        assert all(town.simulator.answer(press)["answered"] for press in made)
        told = [town.simulator.answer(press).get("text") for press, who in zip(made, people, strict=True) if who == LU]
        assert len(set(told)) == 2, "the one who was first reads another word than those who came too late"


async def test_a_press_lost_while_we_were_away_is_simply_repeated(town: Town) -> None:
    """Away for 200 s: Telegram has forgotten the press (150 s). The card still stands as it was, and works."""
    await town.lin.posts(HOLE)
    job = town.job
    data = job.data("接单")
    lost = town.simulator.press(LU, OFFICE, job.id, data)
    town.clock.moment += timedelta(seconds=200)
    await town.settles()
    assert await accepted(town) == 0
    assert not town.simulator.answer(lost)["answered"]
    await town.lu.presses("接单", on=job)
    assert await accepted(town) == 1
    await town.lu.presses("退回", on=job)
    await town.lu.presses("取消", on=job)
    await town.lu.presses("退回", on=job)  # the same button again is another press
    assert "取消" in job.now().labels


def known_by_data(patch: pytest.MonkeyPatch) -> None:
    """A mutant: a press is known by its button and by who pressed it."""

    def by_data(raw: Any) -> Any:
        press = raw.get("callback_query")
        natural = f"press:{press['from']['id']}:{press['data']}" if press else keys(raw).natural
        return replace(keys(raw), natural=natural)

    patch.setattr(telegram_channel, "keys", by_data)


async def _before_its_message(town: Town) -> None:
    """The card arrived, the line broke, and somebody presses before we know that there is a card."""
    town.simulator.faults([{"method": "sendMessage", "chat": OFFICE, "kind": "reset_after", "times": 1}])
    town.simulator.post(LIN, GROUP, f"/report {HOLE}")
    while not town.ours(OFFICE):
        await town._receive()
        await town.machine.worker.turn()
        await town.machine.sender.start_due()
        await town.machine.sender.finish()
    job = town.job
    press = town.simulator.press(LU, OFFICE, job.id, job.data("接单"))
    await calm(town)
    assert await accepted(town) == 1
    assert town.simulator.answer(press)["answered"]
    assert "处置中" in town.job.text


async def test_a_press_that_comes_before_we_know_of_its_message(town: Town) -> None:
    await _before_its_message(town)


async def test_control_who_looks_for_the_message_first_answers_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = town.machine.runtime.channel("telegram")
    read, known = type(channel).read, set[str]()

    def only_of_known(self: Any, raw: Any) -> Any:
        return None if raw.get("callback_query") and not known else read(self, raw)

    monkeypatch.setattr(type(channel), "read", only_of_known)
    with pytest.raises(AssertionError):
        await _before_its_message(town)
