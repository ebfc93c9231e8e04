"""协商: the parties of a ticket meet, each takes a dated task home, and it is over when all are done."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from models.task import Council
from tests.cast import GROUP, QIAO, Town
from tests.handlers.called import BUS, BUSES, COPS, ESTATE, NUMBER, TRAFFIC, card_in, che, fix, rung, tasks, zhuang
from tests.handlers.seeing import cards, leader_card, player, tickets, told

BUS_STOP = "印刷技校门口的公交站牌挡路,消防通道被占"
ASKED = "11月25日15:00 小白杨议事厅 公交公司 交警 物业：站牌挡路，电话13812345678"
MEETING = datetime(2026, 11, 25, 7, tzinfo=UTC)


async def council(town: Town) -> Council:
    async with town.machine.runtime.database.read() as session:
        return (await session.scalars(select(Council))).one()


async def convened(town: Town) -> None:
    await town.lin.posts(BUS_STOP)
    await town.qiao.says(f"协商 {NUMBER} {ASKED}")


async def test_one_message_says_when_where_with_whom_and_why(town: Town) -> None:
    await convened(town)
    meeting = await council(town)
    assert (meeting.at, meeting.place) == (MEETING, "小白杨议事厅")
    assert meeting.causes == "站牌挡路，电话138****5678"
    for chat in (BUS, TRAFFIC, ESTATE, QIAO):
        text = card_in(town, chat).text
        assert "🗓 协商会：11月25日 15:00，小白杨议事厅" in text
        assert "原因：站牌挡路，电话138****5678" in text
        assert f"参加 {BUSES}：等报到（11月25日 15:00 前）" in text
    assert "🗓 协商会：11月25日 15:00，小白杨议事厅" in town.card.text
    assert "原因" not in town.card.text
    assert len(cards(town)) == 1


async def test_who_has_it_is_asked_too_and_each_says_that_it_will_come(town: Town) -> None:
    await town.lin.posts(BUS_STOP)
    lead = (await tickets(town))[0].department_id
    assert lead is not None
    chat = -1002610199100 - lead
    before = len(town.ours(chat))
    await town.qiao.says(f"/council {NUMBER} {ASKED}")
    assert rung(town, chat, before) == [told("council.called", number=NUMBER)]
    assert await che(town).presses("报到", on=card_in(town, BUS)) == told("report_in.coming", number=NUMBER)
    assert f"参加 {BUSES}：会来" in leader_card(town).text


async def test_what_is_agreed_gives_each_its_task_and_day_and_the_ticket_its_deadline(town: Town) -> None:
    await convened(town)
    before = len(town.ours(BUS))
    await town.qiao.says(f"商定 {NUMBER} 公交公司 12月1日 挪站牌")
    assert "柳桥公交公司 12月1日 18:00 前 挪站牌" in town.last(QIAO).text
    assert [text for text in rung(town, BUS, before) if "12月1日 18:00 前完成：挪站牌" in text]
    await town.qiao.says("商定 交警 11月30日 早晚疏导", reply_to=leader_card(town))
    ticket = (await tickets(town))[0]
    assert ticket.deadline == datetime(2026, 12, 1, 10, tzinfo=UTC)
    for chat in (BUS, TRAFFIC, QIAO):
        text = card_in(town, chat).text
        assert "12月1日 18:00 前 · 挪站牌" in text
        assert "11月30日 18:00 前 · 早晚疏导" in text
    assert "本单位要做：挪站牌（12月1日 18:00 前）" in card_in(town, BUS).text
    await town.qiao.says(f"/agree {NUMBER} 公交公司 11月28日 挪站牌")
    assert (await tickets(town))[0].deadline == datetime(2026, 11, 30, 10, tzinfo=UTC)
    await town.lin.says(f"/ticket {NUMBER}")
    assert "协商会定在 11月25日 15:00，小白杨议事厅" in town.last(GROUP).text
    assert "商定：柳桥公交公司 12月1日 18:00 前 挪站牌" in town.last(GROUP).text


async def test_it_is_over_when_all_are_done(town: Town) -> None:
    await convened(town)
    lead = (await tickets(town))[0].department_id or 0
    await che(town).posts("站牌挪了", reply_to=card_in(town, BUS))
    await zhuang(town).posts("疏导了", reply_to=card_in(town, TRAFFIC))
    await player(town, 1036, ESTATE).posts("门口清了", reply_to=card_in(town, ESTATE))
    assert (await tickets(town))[0].stage != "resolved"
    await player(town, 1020 + lead, -1002610199100 - lead).posts("好了", reply_to=card_in(town, -1002610199100 - lead))
    assert (await tickets(town))[0].stage == "resolved"
    await town.passes(minutes=2)
    for name in (BUSES, COPS, "柳荫物业"):
        assert name in fix(town).text


async def test_step_by_step_from_the_card(town: Town) -> None:
    await town.lin.posts(BUS_STOP)
    await town.qiao.says(f"/whistle {NUMBER} 公交公司")
    card = leader_card(town)
    await town.qiao.presses("更多", on=card)
    await town.qiao.presses("协商", on=card)
    assert told("asks.council") in card.now().text
    await town.qiao.says(ASKED, reply_to=card)
    assert (await council(town)).at == MEETING
    assert (await tickets(town))[0].response == "council"
    await town.qiao.presses("更多", on=card)
    await town.qiao.presses("商定", on=card)
    await town.qiao.presses(BUSES, on=card)
    assert told("asks.agree_what") in card.now().text
    await town.qiao.says("12月1日 挪站牌", reply_to=card)
    assert [task.words for task in await tasks(town) if task.department_id == 11] == ["挪站牌"]


async def test_it_can_be_moved(town: Town) -> None:
    await convened(town)
    before = len(town.ours(TRAFFIC))
    await town.qiao.says(f"/council {NUMBER} 11月26日10:00 街道二楼")
    meeting = await council(town)
    assert (meeting.at, meeting.place) == (datetime(2026, 11, 26, 2, tzinfo=UTC), "街道二楼")
    assert rung(town, TRAFFIC, before) == [told("council.moved", number=NUMBER)]
    assert "11月26日 10:00，街道二楼" in card_in(town, TRAFFIC).text


async def test_who_did_not_answer_when_it_meets_is_told_of(town: Town) -> None:
    await convened(town)
    await che(town).presses("报到", on=card_in(town, BUS))
    await town.passes(days=5, hours=5, minutes=59)
    before = len(town.ours(QIAO))
    await town.passes(minutes=1)
    silent = [text for text in rung(town, QIAO, before) if "还没答复" in text]
    assert len(silent) == 1
    assert COPS in silent[0]
    assert BUSES not in silent[0]


@pytest.mark.parametrize(
    ("said", "key", "values"),
    [
        ("小白杨议事厅 公交公司 交警", "council.when", {"number": NUMBER}),
        ("2025-11-19 小白杨 公交公司", "council.when", {"number": NUMBER}),
        ("11月25日15:00 公交公司 交警", "council.where", {"number": NUMBER}),
        ("11月25日15:00 小白杨 公交公司 交景", "whistle.unknown", {"name": "交景"}),
    ],
)
async def test_what_is_missing_is_asked_for_and_nothing_changes(
    town: Town, said: str, key: str, values: dict[str, str]
) -> None:
    await town.lin.posts(BUS_STOP)
    await town.qiao.says(f"/council {NUMBER} {said}")
    assert town.last(QIAO).text == told(key, **values)
    assert await tasks(town) == []


async def test_only_a_leader_convenes_and_agrees(town: Town) -> None:
    await convened(town)
    for who in (town.lin, town.lu, che(town)):
        await who.says(f"/council {NUMBER} {ASKED}")
        assert town.last(who.home).text == told("ticket.not_your_grid", number=NUMBER)
        await who.says(f"/agree {NUMBER} 公交公司 12月1日 挪站牌")
        assert town.last(who.home).text == told("ticket.not_your_grid", number=NUMBER)
    for said, key, values in (
        ("公交公司 挪站牌", "agree.when", {}),
        ("公交公司 12月1日", "ticket.reason_needed", {}),
        ("燃气公司 12月1日 挪", "task.none", {"department": "柳桥燃气公司"}),
        ("", "agree.whom", {}),
    ):
        await town.qiao.says(f"/agree {NUMBER} {said}")
        assert town.last(QIAO).text == told(key, number=NUMBER, **values)
    assert all(task.due_at is None for task in await tasks(town))
