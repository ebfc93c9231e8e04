"""吹哨: several departments are called to one ticket, and each does its part."""

import pytest
from sqlalchemy import func, select

from models.mail import Errand
from models.person import Address, Role, RoleKind
from tests.cast import DRAINAGE, GROUP, HOLE, LU, OFFICE, QIAO, SHEN, Town
from tests.handlers.called import (
    COPS,
    DRAINS,
    NUMBER,
    ROADS,
    TRAFFIC,
    card_in,
    fix,
    rung,
    tasks,
    zhuang,
)
from tests.handlers.seeing import cards, leader_card, player, tickets, told


async def pairs(town: Town) -> int:
    """How often before and after were put into one picture."""
    async with town.machine.runtime.database.read() as session:
        return await session.scalar(select(func.count()).select_from(Errand).where(Errand.kind == "pair")) or 0


async def test_a_whistle_calls_others_to_who_has_it(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    await town.qiao.says(f"/whistle {NUMBER} 排水公司 交警")
    assert town.ours(QIAO)[-2].text == told(
        "whistle.done", number=NUMBER, parties=f"{ROADS}（主办）、{DRAINS}、{COPS}", unheard="", minutes=30
    )
    card = card_in(town, DRAINAGE)
    assert card.has_photo
    assert card.labels == ["报到", "退回"]
    for line in (
        HOLE,
        f"主办：{ROADS}",
        f"协办 {DRAINS}：等报到（今天 09:30 前）",
        f"协办 {COPS}：等报到",
        f"主办 {ROADS}：已接单",
    ):
        assert line in card.text
        assert line in card_in(town, TRAFFIC).text
    assert f"协办 {COPS}" in town.job.text
    assert "接单" not in town.job.labels
    assert "报到" not in town.job.labels
    assert f"一起处理：{ROADS}、{DRAINS}、{COPS}" in town.card.text
    assert f"协办 {COPS}" in leader_card(town).text
    assert len(cards(town)) == 1


async def test_what_was_copied_in_takes_part_now(town: Town) -> None:
    await town.lin.posts(HOLE)
    copy = town.last(DRAINAGE)
    assert "抄送" in copy.text
    await town.qiao.says(f"/whistle {NUMBER} 排水公司")
    assert "抄送" not in copy.now().text
    assert "新的卡片" in copy.now().text


async def test_it_is_mended_when_all_have_sent_their_photo_and_the_fix_names_them(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    await town.qiao.says(f"吹哨 {NUMBER} 排水公司 交警")
    await town.passes(minutes=5)
    dai, cop = card_in(town, DRAINAGE), card_in(town, TRAFFIC)
    assert await town.dai.presses("报到", on=dai) == told("report_in.done", number=NUMBER, minutes=5)
    assert f"{DRAINS}：已报到（5 分钟）" in town.job.text
    assert dai.now().labels == ["退回"]
    await town.dai.posts("管道通了", reply_to=dai)
    assert town.last(DRAINAGE).text == told("resolve.part", number=NUMBER, parties=f"{ROADS}、{COPS}", lifts=False)
    assert f"{DRAINS}：已办完（5 分钟报到）" in leader_card(town).text
    await town.lu.posts("路面补好了", reply_to=town.job)
    assert (await tickets(town))[0].stage == "working"
    assert dai.now().labels == ["更多照片（2）"]
    await zhuang(town).posts("锥桶撤了", reply_to=cop)
    assert (await tickets(town))[0].stage == "resolved"
    await town.passes(minutes=2)
    assert f"{ROADS}、{DRAINS}、{COPS}" in fix(town).text
    assert fix(town).has_photo
    assert await pairs(town) == 1
    assert len(cards(town)) == 2
    await town.lin.says(f"/ticket {NUMBER}")
    for line in (
        f"吹哨叫来：{ROADS}、{DRAINS}、{COPS}",
        f"{DRAINS}报到（5 分钟）",
        f"{DRAINS}办完了自己的一份：管道通了",
    ):
        assert line in town.last(GROUP).text


async def test_by_buttons_from_the_tray(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们", reply_to=town.job)
    tray = leader_card(town)
    await town.qiao.presses("更多", on=tray)
    await town.qiao.presses("吹哨", on=tray)
    assert told("asks.whistle") in tray.now().text
    assert "吹哨" not in tray.now().labels
    for department in (COPS, DRAINS, ROADS, ROADS):
        await town.qiao.presses(
            tray.now().labels[[label.removeprefix("✓ ") for label in tray.now().labels].index(department)], on=tray
        )
    assert {f"✓ {COPS}", f"✓ {DRAINS}", ROADS} <= set(tray.now().labels)
    await town.qiao.presses("吹哨", on=tray)
    assert [(task.department_id, task.part) for task in await tasks(town)] == [(10, "lead"), (3, "joint")]
    assert card_in(town, TRAFFIC).labels[:2] == ["报到", "接单"]
    assert card_in(town, DRAINAGE).labels == ["报到", "退回"]
    alone = leader_card(town)
    assert "待办" not in alone.text
    assert f"协办 {DRAINS}" in alone.text


async def test_other_words_answer_the_question_and_each_gets_its_own(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们", reply_to=town.job)
    tray = leader_card(town)
    await town.qiao.says("吹哨", reply_to=tray)
    assert told("asks.whistle") in tray.now().text
    await town.qiao.says("市政中心；交警：疏导车辆，电话13812345678；排水公司：抽水", reply_to=tray)
    assert [task.words for task in await tasks(town)] == ["", "疏导车辆，电话138****5678", "抽水"]
    assert "本单位要做：疏导车辆" in card_in(town, TRAFFIC).text
    assert f"协办 {DRAINS}：等报到（今天 09:30 前） · 抽水" in card_in(town, TRAFFIC).text


@pytest.mark.parametrize(
    "said", ["吹哨 交警 排水公司", "吹哨交警、排水公司", "吹哨：交警和排水公司", "吹哨，jiaojing 排水"]
)
async def test_as_people_write_it_in_reply(town: Town, said: str) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们", reply_to=town.job)
    await town.qiao.says(said, reply_to=leader_card(town))
    assert [(task.department_id, task.part) for task in await tasks(town)] == [(10, "lead"), (3, "joint")]


async def test_a_name_nobody_has_calls_nobody(town: Town) -> None:
    await town.lin.posts(HOLE)
    for said, key, values in (
        ("排水公司 交景", "whistle.unknown", {"name": "交景"}),
        ("", "whistle.whom", {"number": NUMBER}),
        ("市政中心", "whistle.already", {"number": NUMBER}),
    ):
        await town.qiao.says(f"/whistle {NUMBER} {said}")
        assert town.last(QIAO).text == told(key, **values)
    everybody = "城管 排水公司 自来水 燃气公司 热力公司 供电公司 环卫中心 交警 公交公司 消防 派出所".replace(
        "自来水", "水务集团"
    )
    await town.qiao.says(f"/whistle {NUMBER} {everybody}")
    assert town.last(QIAO).text == told("whistle.many", number=NUMBER, most=10)
    assert await tasks(town) == []


async def test_only_a_leader_of_the_grid_or_above_whistles(town: Town) -> None:
    await town.lin.posts(HOLE)
    for who in (town.lin, town.lu, town.dai, town.gu, player(town, 1012, 1012)):
        if who.id == 1012:
            town.simulator.start(1012)
        await who.says(f"/whistle {NUMBER} 排水公司 交警")
        assert town.last(who.home).text == told("ticket.not_your_grid", number=NUMBER)
    assert await tasks(town) == []
    town.simulator.start(1019)
    street = player(town, 1019, 1019)
    await street.says(f"/whistle {NUMBER} 排水公司 交警")
    assert len(await tasks(town)) == 3
    assert f"协办 {COPS}" in leader_card(town, 1019).text


async def test_when_it_is_too_late_nothing_changes(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.posts("好了", reply_to=town.job)
    await town.qiao.says(f"/whistle {NUMBER} 排水公司")
    assert town.last(QIAO).text == told("ticket.not_now", number=NUMBER, stage="resolved")
    assert await tasks(town) == []


async def test_who_reads_nothing_here_is_to_be_phoned(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.member(TRAFFIC, int(town.simulator.records.bot["id"]), "kicked")
    await town.settles()
    await town.qiao.says(f"/whistle {NUMBER} 排水公司 交警")
    assert f"请打电话：{COPS} 029-55500110" in town.ours(QIAO)[-2].text


async def test_another_lead_takes_the_tasks_over(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    await town.qiao.says(f"/whistle {NUMBER} 排水公司 交警")
    joint = card_in(town, DRAINAGE)
    await town.qiao.says(f"/dispatch {NUMBER} 排水公司")
    assert "主办" in joint.now().text
    assert joint.now().labels == []
    assert card_in(town, DRAINAGE).labels[:2] == ["报到", "接单"]
    assert "已改派" in next(m for m in town.ours(OFFICE) if NUMBER in m.text).text
    await town.dai.presses("接单", on=card_in(town, DRAINAGE))
    await town.dai.posts("好了", reply_to=card_in(town, DRAINAGE))
    assert (await tickets(town))[0].stage == "working"
    await zhuang(town).posts("好了", reply_to=card_in(town, TRAFFIC))
    assert (await tickets(town))[0].stage == "resolved"


async def test_after_rework_the_lead_is_alone_and_may_be_helped_again(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/whistle {NUMBER} 排水公司")
    joint = card_in(town, DRAINAGE)
    await town.dai.posts("好了", reply_to=joint)
    await town.lu.posts("好了", reply_to=town.job)
    await town.passes(minutes=2)
    await town.lin.presses("没解决", on=fix(town))
    assert joint.now().labels == []
    assert told("card.joint_over", card={"number": NUMBER, "category": "路面塌陷"}).splitlines()[-1] in joint.now().text
    assert "协办" not in town.job.text
    before = len(town.ours(DRAINAGE))
    await town.qiao.says(f"/whistle {NUMBER} 排水公司")
    assert joint.now().labels == ["报到", "退回", "更多照片（2）"]
    assert len(rung(town, DRAINAGE, before)) == 1
    assert [(task.round, task.part) for task in await tasks(town)] == [
        (1, "lead"),
        (1, "joint"),
        (2, "lead"),
        (2, "joint"),
    ]


async def test_of_what_is_not_public_those_who_join_see_what_the_department_sees(town: Town) -> None:
    await town.lin.says("/report 有人在印刷技校门口打架,说要砍人")
    ticket = (await tickets(town))[0]
    assert ticket.is_restricted
    await player(town, 1033, 1033).starts()
    await town.qiao.says(f"/whistle {NUMBER} 派出所 街道办")
    street = card_in(town, -1002610199114)
    assert "打架" in street.text
    assert all("打架" not in message.text for message in town.ours(GROUP))
    assert all("一起处理" not in message.text for message in town.ours(GROUP))
    officer = player(town, 1034, -1002610199114)
    await officer.says("退回 不归我们", reply_to=street)
    await town.qiao.says(f"/excuse {NUMBER} 街道办 不用来")
    assert street.now().labels == []
    assert "打架" not in street.now().text


async def test_twice_at_once_is_once(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/whistle {NUMBER} 排水公司")
    await town.qiao.says(f"/whistle {NUMBER} 排水公司")
    assert town.last(QIAO).text == told("whistle.already", number=NUMBER)
    assert len([m for m in town.ours(DRAINAGE) if "报到" in m.labels]) == 1
    assert len([m for m in town.ours(SHEN) if NUMBER in m.text]) == 0


async def test_a_chat_that_is_bound_later_gets_what_its_department_was_called_to(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.shen.says("/unbind", chat=TRAFFIC)
    await town.qiao.says(f"/whistle {NUMBER} 排水公司 交警")
    assert COPS in town.ours(QIAO)[-2].text.partition("请打电话")[2]
    before = len(town.ours(TRAFFIC))
    await town.shen.says("/bind 交警", chat=TRAFFIC)
    assert [text for text in rung(town, TRAFFIC, before) if f"协办 {COPS}" in text]
    await zhuang(town).presses("报到", on=card_in(town, TRAFFIC))
    assert (await tasks(town))[2].reported_in_at is not None


async def test_it_stands_in_the_list_of_who_was_called_and_opens_in_private(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/whistle {NUMBER} 排水公司")
    dai = player(town, town.dai.id, town.dai.id)
    await dai.says("/todo")
    page = town.last(dai.id)
    assert NUMBER in page.text
    await dai.presses("0001", on=page)
    own = town.last(dai.id)
    assert {"报到", "退回"} <= set(own.labels)
    await town.passes(minutes=2)
    await dai.presses("报到", on=own)
    assert f"{DRAINS}：已报到（2 分钟）" in own.now().text
    await dai.posts("管道通了", reply_to=own)
    assert (await tasks(town))[1].done_at is not None
    assert "本单位这一份办完了" in own.now().text


async def test_who_works_for_two_of_them_speaks_for_the_one_in_whose_chat_he_is(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    async with town.machine.runtime.database.write() as session:
        lu = await session.scalar(select(Address.person_id).where(Address.external_id == str(LU)))
        session.add(Role(person_id=lu, kind=RoleKind.DEPARTMENT, department_id=3, granted_at=town.clock.now()))
    await town.qiao.says(f"/whistle {NUMBER} 排水公司")
    town.simulator.member(DRAINAGE, LU, "member")
    lu_there = player(town, LU, DRAINAGE)
    await lu_there.presses("报到", on=card_in(town, DRAINAGE))
    await lu_there.posts("管道通了", reply_to=card_in(town, DRAINAGE))
    assert [task.done_at is not None for task in await tasks(town)] == [False, True]
    await town.lu.posts("路面补好了", reply_to=town.job)
    assert (await tickets(town))[0].stage == "resolved"
