"""应急 is over when it is lifted: the steps typed, what is missing, and what was the last thing to it."""

import pytest

from tests.cast import DRAINAGE, HOLE, OFFICE, Town
from tests.handlers.called import NUMBER, card_in, fix, rung, tasks
from tests.handlers.seeing import tickets, told


async def emergency(town: Town, called: str = "") -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    await town.qiao.says(f"/emergency {NUMBER} {called}")


async def test_a_photo_alone_ends_no_emergency(town: Town) -> None:
    await emergency(town, "排水公司")
    job = town.job
    assert told("roll.lacking", steps="警戒、勘查、解除") in job.text
    await town.lu.posts("好了", reply_to=job)
    await town.settles()
    before = len(town.ours(OFFICE))
    await town.dai.posts("好了", reply_to=card_in(town, DRAINAGE))
    assert rung(town, OFFICE, before) == [told("emergency.lift", number=NUMBER)]
    assert (await tickets(town))[0].stage == "working"
    assert all(task.done_at for task in await tasks(town))
    await town.lu.posts("真的好了", reply_to=job)
    assert town.last(OFFICE).text == told("step.not_lifted", number=NUMBER)
    await town.lu.says("警戒", reply_to=job)
    assert told("roll.lacking", steps="勘查、解除") in job.now().text
    await town.lu.says("已勘查。", reply_to=job)
    await town.lu.says("解除了", reply_to=job)
    assert (await tickets(town))[0].stage == "resolved"
    await town.settles()
    assert fix(town).has_photo


async def test_where_it_was_lifted_before_the_photo_is_the_last_thing(town: Town) -> None:
    await emergency(town)
    job = town.job
    for step in ("警戒", "勘查", "解除"):
        await town.lu.presses(step, on=job)
    assert (await tickets(town))[0].stage == "working"
    await town.lu.posts("好了", reply_to=job)
    assert (await tickets(town))[0].stage == "resolved"


@pytest.mark.parametrize("word", ["警戒", "疏散好了", "已勘查", "修复完成。"])
async def test_a_step_typed_in_reply_is_ticked(town: Town, word: str) -> None:
    await emergency(town, "排水公司")
    step = next(step for step in ("警戒", "疏散", "勘查", "修复") if step in word)
    await town.dai.says(word, reply_to=card_in(town, DRAINAGE))
    assert town.last(DRAINAGE).text == told("step.noted", number=NUMBER, step=step)
    assert f"☑ {step}" in card_in(town, DRAINAGE).text


async def test_talk_is_talk_and_without_an_emergency_so_is_the_word(town: Town) -> None:
    await town.lin.posts(HOLE)
    before = len(town.ours(OFFICE))
    await town.lu.says("警戒", reply_to=town.job)
    assert rung(town, OFFICE, before) == []
    await town.qiao.says(f"/emergency {NUMBER}")
    before = len(town.ours(OFFICE))
    await town.lu.says("要不要警戒？", reply_to=town.job)
    assert rung(town, OFFICE, before) == []
    assert "☑" not in town.job.text


async def test_alone_the_command_names_the_steps(town: Town) -> None:
    steps = "警戒、疏散、勘查、修复、解除"
    await emergency(town)
    await town.lu.says("/step")
    assert town.last(OFFICE).text == told("step.which", number="", steps=steps)
    await town.lu.says("打勾", reply_to=town.job)
    assert town.last(OFFICE).text == told("step.which", number="", steps=steps)
    await town.lu.says(f"/step {NUMBER}")
    assert town.last(OFFICE).text == told("step.which", number=NUMBER, steps=steps)
