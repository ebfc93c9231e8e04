"""退回 of a department that joins: a question, which the leader answers with 免到 or 还请来."""

import pytest

from handlers import words
from tests.cast import DRAINAGE, HOLE, QIAO, Town
from tests.handlers.called import COPS, DRAINS, NUMBER, TRAFFIC, card_in, fix, rung, tasks, zhuang
from tests.handlers.seeing import leader_card, tickets, told

REASONS = words.listed("zh", "reasons.return")


async def whistled(town: Town, called: str = "排水公司 交警") -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    await town.qiao.says(f"/whistle {NUMBER} {called}")


async def test_who_joins_asks_and_the_leader_decides(town: Town) -> None:
    await whistled(town)
    joint, before = card_in(town, DRAINAGE), len(town.ours(QIAO))
    await town.dai.presses("退回", on=joint)
    assert joint.now().labels == [*REASONS, "取消"]
    await town.dai.presses("取消", on=joint)
    assert joint.now().labels == ["报到", "退回"]
    await town.dai.presses("退回", on=joint)
    assert await town.dai.presses(REASONS[0], on=joint) == told("return.part", number=NUMBER)
    assert joint.now().labels == ["报到"]
    assert told("roll.please_wait") in joint.now().text
    assert rung(town, QIAO, before) == [told("ask_off.asked", number=NUMBER, department=DRAINS, reason=REASONS[0])]
    part = (await tasks(town))[1]
    assert (part.is_open, part.reason) == (True, REASONS[0])
    card = leader_card(town)
    assert card.labels[:2] == ["免到", "还请来"]
    await town.qiao.says("/todo")
    assert told("todo_why.asks_off") in town.last(QIAO).text
    await town.qiao.presses("免到", on=card)
    assert joint.now().labels == []
    assert "不用处理" in joint.now().text
    assert f"{DRAINS}：不用来了（{REASONS[0]}）" in town.job.text
    assert "还请来" not in card.now().labels
    ticket = (await tickets(town))[0]
    assert (ticket.stage, ticket.returns) == ("working", 0)


@pytest.mark.parametrize("said", [None, "还请来", "还请来 排水公司", f"/keep {NUMBER} 排水公司"])
async def test_it_is_still_needed(town: Town, said: str | None) -> None:
    await whistled(town)
    joint, card = card_in(town, DRAINAGE), leader_card(town)
    await town.dai.says("退回 管道没问题", reply_to=joint)
    before = len(town.ours(DRAINAGE))
    if said is None:
        await town.qiao.presses("还请来", on=card)
    else:
        await town.qiao.says(said, reply_to=card)
        assert town.last(QIAO).text == told("ask_off.kept", number=NUMBER, department=DRAINS)
    assert rung(town, DRAINAGE, before) == [told("ask_off.come", number=NUMBER)]
    assert joint.now().labels == ["报到", "退回"]
    assert "还请来" not in card.now().labels
    assert [task.reason for task in await tasks(town)] == [None, None, None]
    await town.qiao.says(f"/keep {NUMBER}")
    assert town.last(QIAO).text == told("ask_off.over", number=NUMBER)
    await town.lin.says(f"/ticket {NUMBER}")
    assert f"网格长说还请{DRAINS}来" in town.last(town.lin.home).text


async def test_where_several_ask_each_has_its_buttons(town: Town) -> None:
    await whistled(town)
    await town.dai.says("退回 管道没问题", reply_to=card_in(town, DRAINAGE))
    await zhuang(town).says("退回 路上不堵", reply_to=card_in(town, TRAFFIC))
    card = leader_card(town)
    assert card.labels[:4] == [f"免到 {DRAINS}", f"还请来 {DRAINS}", f"免到 {COPS}", f"还请来 {COPS}"]
    await town.qiao.says(f"/keep {NUMBER}")
    assert town.last(QIAO).text == told("ask_off.whom", number=NUMBER)
    await town.qiao.presses(f"免到 {COPS}", on=card)
    assert [task.is_open for task in await tasks(town)] == [True, True, False]


async def test_nobody_else_answers_and_nobody_asks_twice(town: Town) -> None:
    await whistled(town)
    joint = card_in(town, DRAINAGE)
    await town.dai.says("退回 管道没问题", reply_to=joint)
    await town.dai.says("退回 真的没问题", reply_to=joint)
    assert town.last(DRAINAGE).text == told("ask_off.already", number=NUMBER)
    for who in (town.dai, town.lin, town.lu, town.gu):
        for said in (f"/keep {NUMBER} 排水公司", f"/excuse {NUMBER} 排水公司 不归我们"):
            await who.says(said)
            assert town.last(who.home).text == told("ticket.not_your_grid", number=NUMBER)
    part = (await tasks(town))[1]
    assert (part.is_open, part.reason) == (True, "管道没问题")


async def test_asked_why_it_hears_other_words_of_its_own_officers_alone(town: Town) -> None:
    await whistled(town)
    joint = card_in(town, DRAINAGE)
    await town.dai.says("退回", reply_to=joint)
    assert joint.now().labels == [*REASONS, "取消"]
    town.simulator.member(DRAINAGE, town.lu.id, "member")
    await town.lu.says("我来说", chat=DRAINAGE, reply_to=joint)
    assert (await tasks(town))[1].reason is None
    await town.dai.says("管道没问题", reply_to=joint)
    assert (await tasks(town))[1].reason == "管道没问题"


async def test_whoever_is_done_hands_nothing_back(town: Town) -> None:
    await whistled(town)
    joint = card_in(town, DRAINAGE)
    await town.dai.posts("好了", reply_to=joint)
    await town.dai.says("退回 不归我们", reply_to=joint)
    assert town.last(DRAINAGE).text == told("task.over", number=NUMBER)
    assert (await tasks(town))[1].done_at is not None


@pytest.mark.parametrize("answer", ["免到", "photo"])
async def test_the_fix_comes_at_once_whatever_was_the_last_thing(town: Town, answer: str) -> None:
    await whistled(town, "排水公司")
    await town.lu.posts("好了", reply_to=town.job)
    await town.settles()
    await town.dai.says(f"/return {NUMBER} 不是我们小区")
    assert (await tickets(town))[0].stage == "working"
    if answer == "免到":
        await town.qiao.presses("免到", on=leader_card(town))
    else:
        await town.dai.posts("好了", reply_to=card_in(town, DRAINAGE))
    await town.settles()
    assert (await tickets(town))[0].stage == "resolved"
    assert fix(town).has_photo


async def test_after_its_own_part_the_lead_reads_who_is_left(town: Town) -> None:
    await whistled(town)
    job = town.job
    await town.lu.posts("好了", reply_to=job)
    assert told("roll.thanks", parties=f"{DRAINS}、{COPS}") in job.now().text
    assert "拍照回复本条" not in job.now().text
    assert not {"退回", "延期", "挂账", "完成"} & set(job.now().labels)


async def test_who_joins_does_not_accept(town: Town) -> None:
    await whistled(town)
    joint = card_in(town, DRAINAGE)
    await town.dai.says("接单", reply_to=joint)
    assert town.last(DRAINAGE).text == told("accept.joint", number=NUMBER)
    await town.dai.presses("报到", on=joint)
    await town.dai.says("接单", reply_to=joint)
    assert town.last(DRAINAGE).text == told("accept.there", number=NUMBER)
    assert [task.reported_in_by_id is not None for task in await tasks(town)] == [False, True, False]
