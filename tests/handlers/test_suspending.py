"""挂账: at rest until a day, on which it wakes by itself."""

from datetime import UTC, datetime

import pytest

from models.deadline import OfficeHours
from models.ticket import TicketEvent
from models.ticket.timetable import Timetable
from tests.cast import DRAINAGE, GROUP, HOLE, OFFICE, QIAO, Message, Town
from tests.handlers.seeing import leader_card, tickets, told

NUMBER = "LH2611200001"
DISTRICT_HOURS = OfficeHours.read("Asia/Shanghai", ["08:00-12:00", "14:00-18:00"], [1, 2, 3, 4, 5])


async def taken(town: Town) -> Message:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    return town.job


async def resting(town: Town) -> Message:
    job = await taken(town)
    await town.lu.says("挂账 12月1日 等配件", reply_to=job)
    await town.qiao.presses("同意", on=leader_card(town))
    return job


async def test_three_taps_ask_and_the_leaders_yes_puts_it_to_rest(town: Town) -> None:
    job = await taken(town)
    assert await town.lu.presses("挂账", on=job) == told("suspend.ask", number=NUMBER)
    assert job.now().labels == ["3 天", "一周", "一个月", "取消"]
    assert await town.lu.presses("一周", on=job) == told("suspend.ask_why", number=NUMBER, day="11月27日")
    await town.lu.presses("要等资金", on=job)
    assert "已申请挂账到11月27日，等网格长答复" in job.now().text
    assert (await tickets(town))[0].stage == "working"
    assert "柳桥区市政中心申请挂账到11月27日：要等资金。注意：还没围护。同意吗？" in leader_card(town).text
    await town.qiao.presses("同意", on=leader_card(town))
    ticket = (await tickets(town))[0]
    assert (ticket.stage, ticket.deadline) == ("suspended", None)
    assert ticket.suspended_until == datetime(2026, 11, 27, 0, 0, tzinfo=UTC)  # 08:00 in the district
    assert "已挂起" in town.card.text
    assert "挂起到11月27日：要等资金" in town.card.text
    assert "同意挂账到11月27日" in town.last(OFFICE).text
    assert town.last(OFFICE).reply_to == job.id
    assert len(town.ours(GROUP)) == 1
    assert "挂起到11月27日" in job.now().text
    assert "退回" not in job.now().labels


async def test_it_wakes_on_its_day_and_rings_with_its_department(town: Town) -> None:
    job = await resting(town)
    heard = len(town.ours(OFFICE))
    await town.passes(days=10, hours=22)
    assert (await tickets(town))[0].stage == "suspended"
    assert len(town.ours(OFFICE)) == heard
    await town.passes(hours=1)
    ticket = (await tickets(town))[0]
    assert (ticket.stage, ticket.suspended_until) == ("working", None)
    assert ticket.deadline is not None
    woke = next(m for m in town.ours(OFFICE)[heard:] if "挂账的日子到了" in m.text)
    assert woke.reply_to == job.id
    assert job.now().labels == ["退回", "延期", "已围护", "改类别"]
    assert "处置中" in town.card.text
    assert len(town.ours(GROUP)) == 1


async def test_who_notices_late_gives_no_time_away(town: Town) -> None:
    await resting(town)
    await town.passes(days=11, hours=3)  # its day began at 08:00, and it is noon
    late = (await tickets(town))[0]
    assert late.stage == "working"
    async with town.machine.runtime.database.read() as session:
        events = list(await session.scalars(TicketEvent.of(late.id)))
    woke = next(event for event in events if event.kind == "resumed")
    assert woke.at == datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    assert late.deadline == Timetable.of(events).deadline(DISTRICT_HOURS)
    await town.nothing_went_wrong()


async def test_only_once(town: Town) -> None:
    job = await resting(town)
    await town.lu.says("挂账 12月2日 再等", reply_to=job)
    assert town.last(OFFICE).text == told("ticket.not_now", number=NUMBER, stage="suspended")
    await town.passes(days=12)
    await town.lu.says("挂账 12月20日 再等", reply_to=job)
    assert town.last(OFFICE).text == told("suspend.used_up", number=NUMBER)
    assert (await tickets(town))[0].stage == "working"


async def test_a_danger_wakes_it_at_once_and_its_old_day_does_nothing(town: Town) -> None:
    job = await resting(town)
    heard = len(town.ours(OFFICE))
    await town.mei.says("有人掉下去受伤了", reply_to=town.card)
    ticket = (await tickets(town))[0]
    assert (ticket.stage, ticket.is_urgent) == ("working", True)
    rung = [m.text for m in town.ours(OFFICE)[heard:]]
    assert len(rung) == 1
    assert "有危险，请马上处理" in rung[0]
    await town.lu.posts("", reply_to=job)
    await town.passes(days=12)
    assert (await tickets(town))[0].stage == "closed"
    assert not any("挂账的日子到了" in m.text for m in town.ours(OFFICE))


@pytest.mark.parametrize(
    ("typed", "day", "reason"),
    [
        ("12月1日 等配件", (12, 1), "等配件"),
        ("2026-12-01，等配件", (12, 1), "等配件"),
        ("到12月1号等配件", (12, 1), "等配件"),
        ("下周一 等配件", (11, 23), "等配件"),
        ("三天 等配件", (11, 23), "等配件"),
        ("明天，等配件", (11, 21), "等配件"),
        ("12.1 等配件", (12, 1), "等配件"),
        ("月底 等3号楼的配件", (11, 30), "等3号楼的配件"),
    ],
)
async def test_days_as_people_write_them(town: Town, typed: str, day: tuple[int, int], reason: str) -> None:
    job = await taken(town)
    await town.lu.says(f"挂账 {typed}", reply_to=job)
    request = (await tickets(town))[0].request
    assert datetime.fromisoformat(request["until"]) == datetime(2026, *day, 0, 0, tzinfo=UTC)
    assert request["reason"] == reason


async def test_the_day_alone_and_then_the_reason(town: Town) -> None:
    job = await taken(town)
    await town.lu.presses("挂账", on=job)
    await town.lu.says("等一等再说吧", reply_to=job)
    assert town.last(OFFICE).text == told("suspend.when", number=NUMBER)
    await town.lu.says("12月1日", reply_to=job)
    assert "要等资金" in job.now().labels
    await town.lu.says("等路灯厂发货", reply_to=job)
    assert (await tickets(town))[0].request["reason"] == "等路灯厂发货"


async def test_what_may_not_be_asked_is_refused_and_changes_nothing(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says(f"/suspend {NUMBER} 12月1日 等配件")
    assert town.last(OFFICE).text == told("ticket.not_now", number=NUMBER, stage="dispatched")
    await town.lu.presses("接单", on=town.job)
    for day in ("今天", "2025-12-01", "2028-01-01", "两年"):
        await town.lu.says(f"/suspend {NUMBER} {day} 等配件")
        assert town.last(OFFICE).text == told("suspend.when", number=NUMBER), day
    await town.dai.says(f"/suspend {NUMBER} 12月1日 等配件")
    assert town.last(DRAINAGE).text == told("ticket.not_yours", number=NUMBER)
    for argument in ("x", "20269999T0000", "3d:99", "20200101T0000:0", "3d:x"):
        assert await town.lu.forges(f"suspend|{NUMBER}|{argument}", on=town.job)
    ticket = (await tickets(town))[0]
    assert (ticket.stage, ticket.request) == ("working", {})


async def test_a_day_that_went_by_unanswered_is_granted_no_more(town: Town) -> None:
    job = await taken(town)
    await town.lu.says("挂账 明天 等配件", reply_to=job)
    yes = leader_card(town).data("同意")
    await town.passes(days=2)
    assert await town.qiao.forges(yes, on=town.last(QIAO)) == told("suspend.over", number=NUMBER)
    ticket = (await tickets(town))[0]
    assert (ticket.stage, ticket.suspensions) == ("working", 0)
    assert ticket.request
