"""报到, 免到: who was called is there, is not there in time, or need not come."""

import pytest

from handlers import words
from tests.cast import DRAINAGE, HOLE, OFFICE, QIAO, SHEN, Town
from tests.handlers.called import COPS, DRAINS, NUMBER, ROADS, TRAFFIC, card_in, rung, tasks, zhuang
from tests.handlers.seeing import leader_card, player, tickets, told

WHY_NOT = words.listed("zh", "reasons.excuse")


async def whistled(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    await town.qiao.says(f"/whistle {NUMBER} 排水公司 交警")


@pytest.mark.parametrize("said", ["报到", f"/reportin {NUMBER}", f"报到 {NUMBER}"])
async def test_said_in_reply_or_with_the_number(town: Town, said: str) -> None:
    await whistled(town)
    await town.passes(minutes=12)
    await town.dai.says(said, reply_to=card_in(town, DRAINAGE) if said == "报到" else None)
    assert town.last(DRAINAGE).text == told("report_in.done", number=NUMBER, minutes=12)
    assert [task.minutes for task in await tasks(town)] == [None, 12, None]


async def test_nobody_reports_in_twice_nor_for_others(town: Town) -> None:
    await whistled(town)
    joint = card_in(town, DRAINAGE)
    data = joint.data("报到")
    for who in (town.lin, town.qiao, town.gu, player(town, 1024, DRAINAGE)):
        town.simulator.member(DRAINAGE, who.id, "member")
        assert await who.forges(data, on=joint) == told("ticket.not_yours", number=NUMBER)
    assert "报到" in joint.now().labels
    await town.dai.presses("报到", on=joint)
    await town.passes(minutes=3)
    assert await town.dai.forges(data, on=joint) == told("report_in.already", number=NUMBER, minutes=0)
    assert [task.minutes for task in await tasks(town)] == [None, 0, None]


async def test_where_nobody_was_called_nobody_reports_in(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says(f"/reportin {NUMBER}")
    assert town.last(OFFICE).text == told("report_in.none", number=NUMBER)
    assert (await tickets(town))[0].stage == "dispatched"


@pytest.mark.parametrize(("button", "told_as"), [("报到", "已报到（8 分钟）"), ("接单", "已接单")])
async def test_the_lead_takes_the_ticket_by_either_button(town: Town, button: str, told_as: str) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/whistle {NUMBER} 排水公司")
    await town.passes(minutes=8)
    await town.lu.presses(button, on=town.job)
    assert (await tickets(town))[0].stage == "working"
    assert f"主办 {ROADS}：{told_as}\n" in town.job.text
    assert {"报到", "接单"} & set(town.job.labels) == set()


async def test_who_is_not_there_in_time_is_told_of_once_to_all_who_must_know(town: Town) -> None:
    await whistled(town)
    await town.dai.presses("报到", on=card_in(town, DRAINAGE))
    before, above = len(town.ours(QIAO)), len(town.ours(SHEN))
    await town.passes(minutes=29)
    assert rung(town, QIAO, before) == []
    await town.passes(minutes=1)
    assert rung(town, QIAO, before) == [told("whistle.absent", number=NUMBER, parties=COPS, minutes=30)]
    for card in (town.job, card_in(town, DRAINAGE), card_in(town, TRAFFIC), leader_card(town)):
        assert f"协办 {COPS}：⏰ 到时间还没报到" in card.text
    assert f"{COPS}：⏰" in rung(town, SHEN, above)[0]
    await town.passes(hours=1)
    assert len(rung(town, QIAO, before)) == 1
    await zhuang(town).presses("报到", on=card_in(town, TRAFFIC))
    assert f"{COPS}：已报到（90 分钟）" in town.job.text
    await town.lin.says(f"/ticket {NUMBER}")
    assert f"{COPS}没有按时报到" in town.last(town.lin.home).text


async def test_several_who_are_late_are_told_of_in_one_message(town: Town) -> None:
    await whistled(town)
    before = len(town.ours(QIAO))
    await town.passes(minutes=31)
    assert rung(town, QIAO, before) == [told("whistle.absent", number=NUMBER, parties=f"{DRAINS}、{COPS}", minutes=30)]


async def test_who_is_called_later_has_as_long(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    await town.qiao.says(f"/whistle {NUMBER} 排水公司")
    await town.passes(minutes=20)
    await town.qiao.says(f"/whistle {NUMBER} 交警")
    before = len(town.ours(QIAO))
    await town.passes(minutes=10)
    await town.passes(minutes=20)
    assert rung(town, QIAO, before) == [
        told("whistle.absent", number=NUMBER, parties=name, minutes=30) for name in (DRAINS, COPS)
    ]


async def test_a_clock_of_a_round_that_is_over_rings_for_nobody(town: Town) -> None:
    await whistled(town)
    for chat, who in ((DRAINAGE, town.dai), (TRAFFIC, zhuang(town)), (OFFICE, town.lu)):
        await who.posts("好了", reply_to=card_in(town, chat))
    before = len(town.ours(QIAO))
    await town.passes(minutes=31)
    assert not [text for text in rung(town, QIAO, before) if "报到：" in text]


async def test_what_was_withdrawn_or_rests_rings_for_nobody(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/whistle {NUMBER} 排水公司")
    await town.lin.says(f"/withdraw {NUMBER}")
    assert "已撤回" in card_in(town, DRAINAGE).text
    assert card_in(town, DRAINAGE).labels == []
    before = len(town.ours(QIAO))
    await town.passes(minutes=31)
    await town.passes(minutes=31)
    assert not [text for text in rung(town, QIAO, before) if DRAINS in text]


async def test_who_was_late_while_it_rested_is_told_of_when_it_goes_on(town: Town) -> None:
    await whistled(town)
    await town.lu.says(f"/suspend {NUMBER} 11月23日 等材料")
    await town.qiao.presses("同意", on=leader_card(town))
    assert (await tickets(town))[0].stage == "suspended"
    before = len(town.ours(QIAO))
    await town.passes(hours=2)
    assert not [text for text in rung(town, QIAO, before) if "还没报到" in text]
    await town.passes(days=3)
    assert (await tickets(town))[0].stage == "working"
    assert len([text for text in rung(town, QIAO, before) if "还没报到" in text]) == 1


# --- 免到 ------------------------------------------------------------------------------------


async def test_the_leader_lets_one_off(town: Town) -> None:
    await whistled(town)
    card, joint, before = leader_card(town), card_in(town, TRAFFIC), len(town.ours(TRAFFIC))
    await town.qiao.presses("更多", on=card)
    await town.qiao.presses("免到", on=card)
    assert card.now().labels == [DRAINS, COPS, "取消"]
    await town.qiao.presses(COPS, on=card)
    assert card.now().labels == [*WHY_NOT, "取消"]
    await town.qiao.presses(WHY_NOT[0], on=card)
    assert f"{COPS}：不用来了（{WHY_NOT[0]}）" in card.now().text
    assert joint.now().labels == []
    assert rung(town, TRAFFIC, before) == []  # an edit rings on nobody's phone


@pytest.mark.parametrize("said", ["免到 交警 已经疏导完了", f"/excuse {NUMBER} 交警 已经疏导完了"])
async def test_the_leader_lets_one_off_in_words(town: Town, said: str) -> None:
    await whistled(town)
    await town.qiao.says(said, reply_to=leader_card(town))
    assert town.last(QIAO).text == told("excuse.done", number=NUMBER, department=COPS)
    assert [task.reason for task in await tasks(town)] == [None, None, "已经疏导完了"]


async def test_a_reason_in_other_words(town: Town) -> None:
    await whistled(town)
    card = leader_card(town)
    await town.qiao.says("免到", reply_to=card)
    await town.qiao.presses(COPS, on=card)
    await town.qiao.says("路上不堵了", reply_to=card)
    assert (await tasks(town))[2].reason == "路上不堵了"


async def test_who_may_not_be_let_off_and_by_whom(town: Town) -> None:
    await whistled(town)
    for said, key, values in (
        ("市政中心 用不着了", "excuse.lead", {}),
        ("燃气公司 用不着了", "task.none", {"department": "柳桥燃气公司"}),
        ("交警", "ticket.reason_needed", {}),
        ("", "excuse.whom", {}),
    ):
        await town.qiao.says(f"/excuse {NUMBER} {said}")
        assert town.last(QIAO).text == told(key, number=NUMBER, **values)
    await town.lin.says(f"/excuse {NUMBER} 交警 用不着了")
    assert town.last(town.lin.home).text == told("ticket.not_your_grid", number=NUMBER)
    await town.dai.says(f"/excuse {NUMBER} 交警 用不着了")
    assert all(task.is_open for task in await tasks(town))


async def test_the_last_one_let_off_ends_it_and_the_fix_has_its_picture(town: Town) -> None:
    await whistled(town)
    await town.lu.posts("好了", reply_to=town.job)
    await town.dai.posts("好了", reply_to=card_in(town, DRAINAGE))
    await town.qiao.says(f"/excuse {NUMBER} 交警 用不着了")
    assert (await tickets(town))[0].stage == "resolved"
    await town.passes(minutes=2)
    fix = next(m for m in reversed(town.ours(town.lin.home)) if "🛠" in m.text)
    assert f"{ROADS}、{DRAINS}" in fix.text
    assert COPS not in fix.text
    assert fix.has_photo
