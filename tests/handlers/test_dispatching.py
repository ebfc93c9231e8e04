"""派单, 转派: the leader says whose it is."""

import pytest
from sqlalchemy import delete, update

from models.category import Category
from models.route import Route
from tests.cast import DRAINAGE, GROUP, HOLE, LIN, OFFICE, QIAO, SHEN, Player, Town
from tests.handlers.seeing import cards, leader_card, player, tickets, told


async def returned(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们", reply_to=town.job)


async def test_by_a_button_on_the_leaders_card(town: Town) -> None:
    await returned(town)
    card = leader_card(town)
    offered = card.labels
    assert offered[-2:] == ["其他部门", "看照片"]
    assert 1 <= len(offered[:-2]) <= 3
    answer = await town.qiao.presses(offered[0], on=card)
    assert answer == told("dispatch.done", number="LH2611200001", department=offered[0])
    assert offered[0] in town.card.text
    assert card.now().labels == []
    assert card.now().text == told("tray.nothing")


async def test_other_department_shows_them_all_and_cancel_goes_back(town: Town) -> None:
    await returned(town)
    card = leader_card(town)
    before = card.labels
    assert await town.qiao.presses("其他部门", on=card) == told("dispatch.choose")
    assert len(card.now().labels) == 17
    await town.qiao.presses("取消", on=card)
    assert card.now().labels == before
    await town.qiao.presses("其他部门", on=card)
    await town.qiao.says("天文台", reply_to=card)
    assert "天文台" not in town.card.text
    assert (await tickets(town))[0].stage == "returned"
    await town.qiao.says("排水公司", reply_to=card)
    assert "柳桥排水公司" in town.card.text


async def test_by_word_in_reply_and_by_command(town: Town) -> None:
    await returned(town)
    await town.qiao.says("派单 天文台", reply_to=leader_card(town))
    assert "柳桥排水公司" in town.last(QIAO).text, "the departments there are"
    await town.qiao.says("派单", reply_to=leader_card(town))
    assert "取消" in leader_card(town).labels
    await town.qiao.says("派单 排水公司", reply_to=leader_card(town))
    assert "柳桥排水公司" in town.card.text
    for name in ("公司", "柳桥", "/", "接", "shizhen"):
        await town.qiao.says(f"/dispatch LH2611200001 {name}")
        assert "柳桥排水公司" in town.card.text, name
    for name, whole in (("SHIZHENG", "市政中心"), ("派出所", "柳桥派出所"), ("柳桥热力公司", "热力公司")):
        await town.qiao.says(f"/dispatch #lh2611200001 {name}")
        assert whole in town.card.text, name
    assert len(cards(town)) == 1


async def test_while_it_is_dispatched_it_can_go_to_another(town: Town) -> None:
    await town.lin.posts(HOLE)
    old = town.job
    qiao = player(town, QIAO)
    await qiao.says("转派 排水公司", reply_to=town.card)
    assert "已改派给柳桥排水公司" in old.now().text
    assert old.now().labels == []
    assert town.last(DRAINAGE).labels[:2] == ["接单", "退回"]
    await town.dai.presses("接单", on=town.last(DRAINAGE))
    await town.qiao.says("/dispatch LH2611200001 市政中心")
    assert town.last(QIAO).text == told("ticket.not_now", number="LH2611200001", stage="working")
    assert "处置中" in town.last(DRAINAGE).text
    assert "柳桥排水公司" in town.card.text


async def test_back_to_the_first_one_its_card_lives_again(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says("/dispatch LH2611200001 排水公司")
    await town.qiao.says("/dispatch LH2611200001 市政中心")
    assert town.job.labels[:2] == ["接单", "退回"]
    assert "已派遣" in town.job.text
    assert "已改派" in town.last(DRAINAGE).text


async def test_only_a_leader_of_its_grid_may(town: Town) -> None:
    await returned(town)
    card = leader_card(town)
    refused = told("ticket.not_your_grid", number="LH2611200001")
    data = card.data(card.labels[0])
    for person in (1012, 1022, 1041, LIN):
        other = Player(town, person, person)
        await other.says("/dispatch LH2611200001 排水公司")
        assert town.last(person).text == refused
        await other.says("/dispatch LH2611200001 天文台")
        assert town.last(person).text == refused
    assert await player(town, LIN).forges(data, on=town.card) == refused
    assert await player(town, LIN).forges("redispatch|LH2611200001", on=town.card) == refused
    assert await town.qiao.forges("dispatch|LH2611200001|9999", on=card) == told("press.unknown")
    assert await town.qiao.forges("dispatch|LH2611200001|" + "9" * 30, on=card) == told("press.unknown")
    assert (await tickets(town))[0].stage == "returned"
    await player(town, 1019, 1019).says("/dispatch LH2611200001 排水公司")  # the street's leader leads all below
    assert "柳桥排水公司" in town.card.text


async def test_what_nobody_can_place_waits_for_the_leader(town: Town) -> None:
    async with town.machine.runtime.database.write() as session:
        from models.district import District

        (await session.get_one(District, 1)).triage = "leader"
    town.machine.runtime._book = None
    await town.lin.posts(HOLE)
    assert "待受理" in town.card.text
    assert town.ours(OFFICE) == []
    card = leader_card(town)
    assert "柳桥区市政中心" in card.labels
    await town.lin.sends_place(34.270989, 108.919347)
    assert town.ours(OFFICE) == []
    await town.qiao.presses("柳桥区市政中心", on=card)
    assert town.job.labels[:2] == ["接单", "退回"]
    assert "今天 11:00 前" in town.card.text
    assert len(town.ours(GROUP)) == 1


@pytest.mark.parametrize(
    "said", ["派单：排水公司", "派单给排水公司", "派单 给排水公司。", "转派排水公司", "派单\u3000排水公司"]
)
async def test_the_department_follows_the_word_as_people_write_it(town: Town, said: str) -> None:
    await returned(town)
    await town.qiao.says(said, reply_to=leader_card(town))
    assert "柳桥排水公司" in town.card.text


async def test_a_department_without_a_chat_is_told_to_the_leader_and_hears_when_it_has_one(town: Town) -> None:
    town.simulator.member(OFFICE, SHEN, "member")
    admin = player(town, SHEN, OFFICE)
    await admin.says("/unbind")
    await town.lin.posts(HOLE)
    assert not any("#LH" in message.text for message in town.ours(OFFICE))
    card = leader_card(town)
    assert card.labels == ["转派", "看照片"]
    assert "029-55500102" in card.text
    assert len(town.ours(GROUP)) == 1
    await admin.says("/bind 市政中心")
    assert town.job.labels[:2] == ["接单", "退回"]
    await admin.says("/bind 市政中心")
    assert len([message for message in town.ours(OFFICE) if "#LH" in message.text]) == 1
    await town.lu.presses("接单", on=town.job)
    assert (await tickets(town))[0].stage == "working"
    assert "029-55500102" not in card.now().text


async def test_the_leader_sees_the_picture_when_he_asks_for_it(town: Town) -> None:
    await returned(town)
    await town.qiao.presses("看照片", on=leader_card(town))
    assert town.last(QIAO).has_photo


async def test_the_rule_that_decided_is_told(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lin.says("/ticket LH2611200001")
    by_route = "按路由规则 20（路面塌陷，全区）"
    assert f"柳桥区市政中心 · {by_route}" in town.last(GROUP).text
    assert told("event.dispatched", to="柳桥区市政中心", rule=by_route) in town.last(GROUP).text
    await town.qiao.says("/dispatch LH2611200001 排水公司")
    await town.lin.says("/ticket LH2611200001")
    assert "柳桥排水公司 · 网格长派单" in town.last(GROUP).text
    await town.mei.posts("柳桥三小门口一堆垃圾没人收")
    await town.mei.says("/ticket LH2611200002")
    assert "按类别默认" in town.last(GROUP).text


async def test_or_why_it_waits(town: Town) -> None:
    await returned(town)
    await town.lin.says("/ticket LH2611200001")
    assert told("waits.returned", reason="不归我们") in town.last(GROUP).text
    await town.mei.sends_place(48.8566, 2.3522)
    await town.mei.posts("路面塌陷")
    await town.mei.says("/ticket LH2611200002")
    assert told("waits.outside") in town.last(GROUP).text
    assert (await tickets(town))[1].stage == "filed", "what lies outside does not leave by itself"
    assert "LH2611200002" in leader_card(town).text
    async with town.machine.runtime.database.write() as session:
        await session.execute(delete(Route))
        await session.execute(update(Category).values(dept=[]))
    town.machine.runtime._book = None
    for number, said, why in ((3, "红光路路面塌陷", "unknown"), (4, "/report 西柳巷这里不太对劲", "unsure")):
        await town.wang.says(said) if said.startswith("/") else await town.wang.posts(said)
        await town.wang.says(f"/ticket LH261120000{number}")
        assert told(f"waits.{why}") in town.last(GROUP).text
