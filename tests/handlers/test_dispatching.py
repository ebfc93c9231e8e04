"""派单, 转派: the leader says whose it is."""

import pytest
from sqlalchemy import delete, select, update

from models.category import Category
from models.route import Route
from models.ticket import TicketEvent
from tests.cast import DRAINAGE, GROUP, HOLE, LIN, OFFICE, QIAO, SHEN, Player, Town
from tests.handlers.seeing import CITY, cards, leader_card, player, tickets, told
from tests.handlers.test_tray import by_hand


async def returned(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们", reply_to=town.job)


async def test_by_a_button_on_the_leaders_card(town: Town) -> None:
    await returned(town)
    card = leader_card(town)
    offered = card.labels
    assert offered[-3:] == ["其他部门", "更多", "看照片"]
    assert 1 <= len(offered[:-3]) <= 3
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
    assert town.last(DRAINAGE).labels == ["接单", "退回", "已围护", "改类别"]
    theirs = town.last(DRAINAGE)
    await town.dai.presses("接单", on=theirs)
    await town.qiao.says("/dispatch LH2611200001 市政中心")
    assert "柳桥区市政中心" in cards(town)[0].text
    assert "已派遣" in cards(town)[0].text
    assert theirs.now().labels == []
    assert town.last(DRAINAGE).text == told("card.taken_away", number="LH2611200001"), "they are at work: it rings"
    assert town.last(DRAINAGE).reply_to == theirs.id


async def test_out_of_busy_hands_by_转派_and_by_no_old_button(town: Town) -> None:
    await returned(town)
    card = leader_card(town)
    old = card.data(card.labels[0])
    await town.qiao.says("/dispatch LH2611200001 市政中心")
    await town.lu.presses("接单", on=town.job)
    busy = told("ticket.not_now", number="LH2611200001", stage="working")
    assert await town.qiao.forges(old, on=card) == busy
    await town.qiao.says("/dispatch LH2611200001 市政中心")
    already = told("dispatch.already", number="LH2611200001", department="柳桥区市政中心")
    assert town.last(QIAO).text == already
    assert (await tickets(town))[0].stage == "working"
    await town.qiao.says("/ticket LH2611200001")
    await town.qiao.presses("去处理", on=town.last(QIAO))
    alone = town.last(QIAO)
    await town.qiao.presses("转派", on=alone)
    await town.qiao.presses("柳桥排水公司", on=alone)
    assert "柳桥排水公司" in town.card.text
    await town.dai.posts("", reply_to=town.last(DRAINAGE))
    await town.qiao.says("/dispatch LH2611200001 市政中心")
    assert town.last(QIAO).text == told("ticket.not_now", number="LH2611200001", stage="resolved")
    assert await town.qiao.forges("redispatch|LH2611200001", on=alone) == town.last(QIAO).text


async def test_back_to_the_first_one_its_card_lives_again(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says("/dispatch LH2611200001 排水公司")
    await town.qiao.says("/dispatch LH2611200001 市政中心")
    assert town.job.labels == ["接单", "退回", "已围护", "改类别"]
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
    assert town.job.labels == ["接单", "退回", "已围护", "改类别"]
    assert "今天 11:00 前" in town.card.text
    assert len(town.ours(GROUP)) == 1


@pytest.mark.parametrize(
    "said",
    [
        "派单：排水公司",
        "派单给排水公司",
        "派单 给排水公司。",
        "转派排水公司",
        "派单\u3000排水公司",
        "派给排水公司",
        "转给 排水公司",
    ],
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
    assert card.labels == ["转派", "更多", "看照片"]
    assert "029-55500102" in card.text
    assert len(town.ours(GROUP)) == 1
    await admin.says("/bind 市政中心")
    assert town.job.labels == ["接单", "退回", "已围护", "改类别"]
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
    assert f"环卫园林中心 · {told('rule.category')}\n" in town.last(GROUP).text


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


# --- said twice, said by two -------------------------------------------------------------------


async def test_said_twice_it_is_sent_once(town: Town) -> None:
    await returned(town)
    card = leader_card(town)
    label = card.labels[0]
    data = card.data(label)
    number = "LH2611200001"
    await town.qiao.presses(label, on=card)
    sent = [len(town.ours(chat)) for chat in CHATS]
    already = told("dispatch.already", number=number, department=label)
    assert await town.qiao.forges(data, on=card) == already
    await town.qiao.says(f"/dispatch {number} {label}")
    assert town.last(QIAO).text == already
    assert [len(town.ours(chat)) for chat in CHATS] == sent
    assert await times_dispatched(town) == 2, "by the rule, and by him"


async def test_what_it_came_back_from_may_get_it_again(town: Town) -> None:
    await returned(town)
    await town.qiao.says("/dispatch LH2611200001 市政中心")
    assert "接单" in town.job.labels
    assert (await tickets(town))[0].stage == "dispatched"


CHATS = range(-1002610199116, -1002610199100)


async def times_dispatched(town: Town) -> int:
    async with town.machine.runtime.database.read() as session:
        return len(list(await session.scalars(select(TicketEvent).where(TicketEvent.kind == "dispatched"))))


async def test_an_old_button_undoes_nothing_that_another_leader_has_said(town: Town) -> None:
    await returned(town)
    card = leader_card(town)
    first, second = card.labels[:2]
    data = card.data(second)
    await player(town, 1019, 1019).says(f"/dispatch LH2611200001 {first}")
    refused = told("dispatch.taken", number="LH2611200001", department=first)
    assert await town.qiao.forges(data, on=card) == refused
    assert first in town.card.text
    alone = leader_card(town)
    assert alone.labels[0] == "转派"
    assert first in alone.text
    assert await town.qiao.forges(data, on=card) == refused
    assert leader_card(town).id == alone.id
    await town.qiao.presses("转派", on=alone)
    assert "派给哪个部门？" in alone.now().text
    done = told("dispatch.done", number="LH2611200001", department=second)
    assert await town.qiao.presses(second, on=alone) == done
    assert second in town.card.text


async def test_what_stands_in_no_tray_any_more_is_asked_about_on_a_card_of_its_own(town: Town) -> None:
    await returned(town)
    old = leader_card(town)
    await town.passes(minutes=11)
    await town.mei.posts("柳桥三小门口路面塌陷")
    await town.lu.says("退回 不归我们", reply_to=town.job)
    assert "待办 2 件" in leader_card(town).text
    await player(town, 1019, 1019).says("/dispatch LH2611200001 热力公司")
    await town.qiao.says("转派", reply_to=old)
    alone = next(m for m in town.ours(QIAO) if "派给哪个部门？" in m.text)
    assert "#LH2611200001" in alone.text
    assert "待办" not in alone.text
    await town.qiao.says("排水公司", reply_to=alone)
    assert "柳桥排水公司" in alone.now().text
    assert (await tickets(town))[1].stage == "returned"


async def test_his_own_word_he_may_change_with_any_button(town: Town) -> None:
    await returned(town)
    card = leader_card(town)
    first, second = card.labels[:2]
    data = card.data(second)
    await town.qiao.presses(first, on=card)
    assert await town.qiao.forges(data, on=card) == told("dispatch.done", number="LH2611200001", department=second)


# --- who else hears of it, and whose it may be ----------------------------------------------------


async def test_sent_where_the_rule_sends_it_those_copied_in_hear_of_it(town: Town) -> None:
    await by_hand(town)
    await town.lin.posts(HOLE)
    await town.qiao.says("/dispatch LH2611200001 市政中心")
    for chat in (CITY, DRAINAGE):
        assert "抄送" in town.last(chat).text
    await town.lin.posts("红光路路面塌陷")
    await town.qiao.says("/dispatch LH2611200002 热力公司")
    assert not any("LH2611200002" in message.text for chat in (CITY, DRAINAGE) for message in town.ours(chat))


async def test_whom_the_rule_names_comes_first_then_those_it_copies_in(town: Town) -> None:
    await by_hand(town)
    await town.lin.posts(HOLE)
    assert leader_card(town).labels[:3] == ["柳桥区市政中心", "柳桥区城市管理执法队", "柳桥交警大队"]
    await town.qiao.says("/dispatch LH2611200001 市政中心")
    await town.lu.says("退回 不归我们", reply_to=town.job)
    assert leader_card(town).labels[:3] == ["柳桥区城市管理执法队", "柳桥交警大队", "柳桥排水公司"]


@pytest.mark.parametrize("said", ["派给城管", "派单给城管", "转给城管", "派给城管。", "派单 城管"])
async def test_as_people_call_it(town: Town, said: str) -> None:
    await returned(town)
    await town.qiao.says(said, reply_to=leader_card(town))
    assert "城市管理执法队" in town.card.text
    assert (await tickets(town))[0].stage == "dispatched"


async def test_a_name_that_is_none_is_said_back_with_a_few_that_are(town: Town) -> None:
    await returned(town)
    await town.qiao.presses("其他部门", on=leader_card(town))
    await town.qiao.says("好的", reply_to=leader_card(town))
    said = town.last(QIAO).text
    assert "没有找到“好的”这个部门。" in said
    assert "柳桥排水公司" in said
    assert "柳桥热力公司" not in said
    await town.qiao.says(f"/dispatch LH2611200001 <b>{'长' * 300}")
    assert f"“<b>{'长' * 37}”" in town.last(QIAO).text


async def test_a_word_in_reply_to_the_answer_is_about_its_ticket(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("改类 道路破损", reply_to=town.job)
    answer = town.last(OFFICE)
    assert answer.text.startswith("#LH2611200001 的类别")
    await town.lu.says("接单", reply_to=answer)
    assert (await tickets(town))[0].stage == "working"
    await town.lu.posts("", reply_to=answer)
    assert (await tickets(town))[0].stage == "resolved"
