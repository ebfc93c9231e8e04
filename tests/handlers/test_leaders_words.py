"""What leaders say: kept from the group, undone by nobody in passing, and answered in a sentence that is true."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from models.task import Task
from tests.cast import DRAINAGE, GROUP, HOLE, LIN, LU, OFFICE, QIAO, Player, Town
from tests.handlers.called import BUS, NUMBER, TRAFFIC, card_in, zhuang
from tests.handlers.seeing import POLICE, leader_card, player, tickets, told
from tests.handlers.test_council import convened

THIEF = "西柳小区有小偷撬电动车"
STREET_LEADER = 1019


# --- what is not public ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        f"/urge {NUMBER}",
        f"/whistle {NUMBER} 街道办 市政中心",
        f"/decline {NUMBER} 不是真的",
        f"/dispatch {NUMBER} 排水公司",
        f"/dispatch {NUMBER} 派出所",
        f"/emergency {NUMBER} 街道办",
        f"/council {NUMBER} 11月25日15:00 议事厅 街道办 派出所：商量",
        f"/category {NUMBER} 传销可疑",
        f"/verify {NUMBER}",
    ],
)
async def test_a_leaders_words_in_the_group_are_answered_in_private(town: Town, said: str) -> None:
    await town.lin.posts(THIEF)
    before, own = [message.text for message in town.ours(GROUP)], len(town.ours(QIAO))
    await Player(town, QIAO, GROUP).says(said)
    after = [message.text for message in town.ours(GROUP)]
    assert len(after) == len(before)
    assert all("已受理" in text or "办理" in text for text in after)
    assert len(town.ours(QIAO)) > own


async def test_verifying_too(town: Town) -> None:
    await town.lin.posts(THIEF)
    await player(town, 1033, POLICE).posts("", chat=POLICE, reply_to=town.last(POLICE))
    await town.passes(minutes=2)
    said = len(town.ours(GROUP))
    await Player(town, QIAO, GROUP).says(f"/verify {NUMBER}")
    assert len(town.ours(GROUP)) == said
    assert told("verify.done", number=NUMBER) in [message.text for message in town.ours(QIAO)]


async def test_of_a_restricted_report_made_in_private_the_group_reads_no_telephone(town: Town) -> None:
    lin = Player(town, LIN, LIN)
    await lin.starts()
    await lin.posts("西柳小区有人打架，流血了")
    ticket = (await tickets(town))[0]
    assert ticket.is_restricted
    assert ticket.is_urgent
    assert "110" in next(m.text for m in town.ours(LIN) if NUMBER in m.text)
    assert [m.text.split() for m in town.ours(GROUP)] == [[f"#{NUMBER}", "已受理"]]


async def test_before_the_groups_may_read_it_he_is_asked_once_more(town: Town) -> None:
    await town.lin.posts(THIEF)
    await town.qiao.says(f"/category {NUMBER} 路面塌陷")
    asked = town.last(QIAO)
    assert asked.text == told("category.public", number=NUMBER, category="路面塌陷")
    assert asked.labels == ["确定", "取消"]
    assert (await tickets(town))[0].is_restricted
    assert "小偷" not in town.card.text
    await town.qiao.presses("取消", on=asked)
    assert (await tickets(town))[0].is_restricted
    await town.qiao.presses("确定", on=asked)
    assert not (await tickets(town))[0].is_restricted
    assert "路面塌陷" in town.card.text


# --- said by two, said to who no longer has it ------------------------------------------------------


async def test_a_second_leaders_words_just_behind_the_first_ones_undo_nothing(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们", reply_to=town.job)
    above = player(town, STREET_LEADER, STREET_LEADER)
    await above.says(f"/dispatch {NUMBER} 排水公司")
    await town.qiao.says(f"/dispatch {NUMBER} 热力公司")
    assert town.last(QIAO).text == told("dispatch.taken", number=NUMBER, department="柳桥排水公司")
    assert "柳桥排水公司" in town.card.text
    await town.passes(minutes=11)
    await town.qiao.says(f"/dispatch {NUMBER} 热力公司")
    assert "热力公司" in town.card.text


async def test_asked_on_a_card_he_may(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们", reply_to=town.job)
    above = player(town, STREET_LEADER, STREET_LEADER)
    await above.says(f"/dispatch {NUMBER} 排水公司")
    await town.qiao.says(f"/ticket {NUMBER}")
    await town.qiao.presses("去处理", on=town.last(QIAO))
    alone = town.last(QIAO)
    await town.qiao.presses("转派", on=alone)
    await town.qiao.says("热力公司", reply_to=alone)
    assert "热力公司" in town.card.text


async def test_a_department_that_lost_it_before_it_heard_hears_nothing(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们", reply_to=town.job)
    heard = [len(town.ours(chat)) for chat in (DRAINAGE, OFFICE)]
    machine, sends = town.machine, town.machine.sender.start_due

    async def silent() -> int:
        return 0

    machine.sender.start_due = silent  # type: ignore[method-assign]
    await town.qiao.says(f"/dispatch {NUMBER} 燃气公司")
    await town.qiao.says(f"/dispatch {NUMBER} 市政中心")
    await town.qiao.says(f"/dispatch {NUMBER} 热力公司")
    machine.sender.start_due = sends  # type: ignore[method-assign]
    await town.settles()
    assert [len(town.ours(chat)) for chat in (DRAINAGE, OFFICE)] == heard, "it only changed there"
    assert "热力公司" in town.card.text
    assert not any(f"#{NUMBER}" in message.text for message in town.ours(-1002610199105))


# --- councils ---------------------------------------------------------------------------------------


async def test_a_day_gone_by_is_no_day_of_next_year(town: Town) -> None:
    await convened(town)
    await town.passes(days=3)
    await town.qiao.says(f"/agree {NUMBER} 公交公司 11月20日 挪站牌")
    assert town.last(QIAO).text == told("agree.past", number=NUMBER)
    async with town.machine.runtime.database.read() as session:
        assert all(task.due_at is None for task in await session.scalars(select(Task)))


async def test_who_has_not_answered_may_till_the_new_day(town: Town) -> None:
    await convened(town)
    await zhuang(town).presses("报到", on=card_in(town, TRAFFIC))
    await town.qiao.says(f"协商 {NUMBER} 11月26日10:00 小白杨议事厅")
    moved = datetime(2026, 11, 26, 2, tzinfo=UTC)
    async with town.machine.runtime.database.read() as session:
        tasks = list(await session.scalars(select(Task)))
    assert {task.report_in_by for task in tasks if task.reported_in_at is None} == {moved}
    assert "等报到（11月26日 10:00 前）" in card_in(town, BUS).text


# --- what is late, and whose it is --------------------------------------------------------------------


async def test_what_came_back_is_overdue_all_the_same(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们", reply_to=town.job)
    await town.qiao.says("/todo")
    assert "已超时" not in town.last(QIAO).text
    await town.passes(hours=3)
    await town.qiao.says("/todo")
    assert "已超时" in town.last(QIAO).text
    assert "已超时" in town.card.text


async def test_told_danger_first_then_the_oldest_deadline_whatever_the_kind(town: Town) -> None:
    lu = Player(town, LU, LU)
    await town.lin.posts("西柳小区门口路面塌陷")
    await town.passes(hours=3)
    await town.lin.posts("柳桥三小门口路面塌陷")
    await town.lin.posts("团结西路印刷技校门口路面塌陷，有人掉进去了！")
    await lu.says("/todo")
    shown = [word.lstrip("#") for word in town.last(LU).text.split() if word.startswith("#LH")]
    assert shown == ["LH2611200003", "LH2611200001", "LH2611200002"]


async def test_nobody_has_it_in_hand_before_he_accepts(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lin.says(f"/ticket {NUMBER}")
    assert told("holds.offered", parties="柳桥区市政中心") in town.last(GROUP).text
    await town.lu.presses("接单", on=town.job)
    await town.lin.says(f"/ticket {NUMBER}")
    assert told("holds.department", parties="柳桥区市政中心") in town.last(GROUP).text


async def test_the_time_line_says_which_grids_leader_sent_it(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/dispatch {NUMBER} 排水公司")
    await town.passes(minutes=11)
    await player(town, STREET_LEADER, STREET_LEADER).says(f"/dispatch {NUMBER} 热力公司")
    await town.lin.says(f"/ticket {NUMBER}")
    shown = town.last(GROUP).text
    assert told("event.dispatched", to="柳桥排水公司", rule=told("rule.leader", grid="团结西路网格")) in shown
    assert f"热力公司：{told('rule.leader', grid='柳桥街道')}" in shown


# --- sentences ------------------------------------------------------------------------------------------


async def test_a_rider_hears_whose_word_that_is(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.mei.says(f"/decline {NUMBER} 不是真的")
    assert "只有管这里的网格长能做" in town.last(GROUP).text


@pytest.mark.parametrize("said", ["派单", "撤回", "接单。"])
async def test_a_word_without_a_number_asks_for_it(town: Town, said: str) -> None:
    await town.qiao.says(said)
    assert town.last(QIAO).text == told("ticket.which")


async def test_a_whistle_names_all_and_who_leads(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/whistle {NUMBER} 市政中心 交警")
    answer = next(m.text for m in reversed(town.ours(QIAO)) if "已吹哨" in m.text)
    assert "柳桥区市政中心（主办）、柳桥交警大队" in answer


async def test_start_tells_a_leader_and_an_officer_what_they_are(town: Town) -> None:
    leader = await town.qiao.starts()
    assert "您是团结西路网格的网格长，要办的事在 /todo" in leader.text
    assert "您是柳桥区市政中心的办事员，要办的事在 /todo" in (await Player(town, LU, LU).starts()).text
    assert "/todo" not in (await town.lin.starts()).text


async def test_what_goes_up_at_once_rings_once(town: Town) -> None:
    for place in ("印刷技校", "柳桥三小", "西柳小区"):
        await town.lin.posts(f"{place}门口路面塌陷")
        await town.lu.says("退回 不归我们", reply_to=town.job)
    above = (1012, 1015, 1016, 1017, 1018, STREET_LEADER)
    for person in above:
        town.simulator.start(person)
    await town.settles()
    before = {person: len(town.ours(person)) for person in above}
    town.clock.moment += timedelta(minutes=40)
    await town.settles()
    rung = {person: len(town.ours(person)) - before[person] for person in above}
    assert max(rung.values()) == 1, rung
    assert "待办" in leader_card(town).text
