"""Clocks that chase unasked: the department before a deadline, its leader at it, then one level up, ever slower."""

from datetime import UTC, datetime, timedelta

from models.chat import Chat
from tests.cast import GROUP, HOLE, MORNING, OFFICE, QIAO, SHEN, Message, Town
from tests.handlers.seeing import CLEANING, number_in, player, tickets, told
from tests.handlers.test_office import COMMUNITY, STREET, knows, tray_text, with_all_levels
from tests.handlers.test_tray import rung, tray

RUBBISH = "红光路垃圾满溢"  # four working hours
SWEEPER = 1029
DARK = "西柳巷路灯不亮"  # two working days
NUMBER = "LH2611200001"


def reminders(town: Town, chat: int) -> list[Message]:
    return [message for message in town.ours(chat) if message.text.startswith("⏰")]


async def test_a_quarter_before_the_deadline_the_department_hears_it_once_under_its_card(town: Town) -> None:
    await town.lin.posts(RUBBISH)
    card = next(message for message in town.ours(CLEANING) if NUMBER in message.text)
    await town.passes(hours=2, minutes=59)
    assert reminders(town, CLEANING) == []
    await town.passes(minutes=1)
    (said,) = reminders(town, CLEANING)
    assert said.reply_to == card.id
    assert said.text == told("chase.finish", number=NUMBER, until=at("15:00"), now=at("12:00"), zone=zone(town))
    await town.passes(hours=2, minutes=59)
    assert len(reminders(town, CLEANING)) == 1
    assert not knows(town, QIAO)
    await town.nothing_went_wrong()


async def test_at_the_deadline_it_stands_with_the_grids_leader_and_rings_once(town: Town) -> None:
    await with_all_levels(town)
    await town.lin.posts(RUBBISH)
    await town.passes(hours=6)
    shown = tray(town)
    assert NUMBER in shown.text
    late = told("waits.late", department=department_of(shown), secure=False)
    assert late in shown.text
    assert "15:00 起等您" in shown.text
    assert rung(town) == 1
    assert not knows(town, COMMUNITY)
    await town.lin.says(f"/ticket {NUMBER}")
    assert told("event.late", cause="finish") in town.last(GROUP).text


async def test_then_one_level_up_ever_slower_and_the_administrators_hear_it_once(town: Town) -> None:
    """Four working hours: a quarter of them is one; the steps after that are two and four."""
    await with_all_levels(town)
    await town.lin.posts(RUBBISH)
    await town.passes(hours=6)
    for leader, moment in ((COMMUNITY, at("16:00")), (STREET, at("18:00")), (SHEN, at("84:00"))):  # Monday at noon
        await town.passes(seconds=(moment - town.clock.moment).total_seconds() - 1)
        assert not knows(town, leader)
        await town.passes(seconds=1)
        assert knows(town, leader)
    assert (await tickets(town))[0].escalated == 3
    await town.passes(days=5)
    assert (await tickets(town))[0].escalated == 3
    assert [rung(town, leader) for leader in (QIAO, COMMUNITY, STREET, SHEN)] == [1, 1, 1, 1]


async def test_the_one_above_reads_what_was_not_done_below(town: Town) -> None:
    await with_all_levels(town)
    await town.lin.posts(RUBBISH)
    await town.passes(hours=6)
    await town.passes(minutes=59)
    assert not knows(town, COMMUNITY)
    await town.passes(minutes=1)
    assert told("waits.escalated", grid="团结西路网格", minutes=60, cause="finish") in tray(town, COMMUNITY).text
    await town.lin.says(f"/ticket {NUMBER}")
    assert told("event.escalated", cause="finish", minutes=60, grid="红柳社区") in town.last(GROUP).text


async def test_urged_it_leaves_the_tray_until_it_may_be_urged_again(town: Town) -> None:
    await town.lin.posts(RUBBISH)
    await town.passes(hours=6)
    assert NUMBER in tray(town).text
    await town.qiao.says(f"/urge {NUMBER}")
    assert tray_text(town, QIAO) == told("tray.nothing")
    await town.passes(hours=1, minutes=59)
    assert tray_text(town, QIAO) == told("tray.nothing")
    await town.passes(minutes=1)
    assert NUMBER in tray(town).text
    assert rung(town) == 1, "the ring goes one level up meanwhile"


async def test_who_mends_it_in_time_is_chased_by_nobody(town: Town) -> None:
    await with_all_levels(town)
    await town.lin.posts(HOLE)
    await town.lu.says("围护", reply_to=town.job)
    await town.lu.posts("完成", reply_to=town.job)
    await town.lin.presses("已解决", on=town.last(GROUP))
    before = [len(town.ours(chat)) for chat in (OFFICE, QIAO, COMMUNITY, SHEN)]
    await town.passes(days=10)
    assert [len(town.ours(chat)) for chat in (OFFICE, QIAO, COMMUNITY, SHEN)] == before


async def test_what_is_not_made_safe_goes_up_by_the_hour_also_at_night(town: Town) -> None:
    await with_all_levels(town)
    town.clock.moment = at("22:30")
    await town.lin.posts(HOLE)
    number = number_in(town.job)
    await town.passes(minutes=89)
    assert reminders(town, OFFICE) == []
    await town.passes(minutes=1)
    assert [said.text for said in reminders(town, OFFICE)] == [
        told("chase.secure", number=number, until=at("24:30"), now=at("24:00"), zone=zone(town))
    ]
    await town.passes(minutes=30)
    assert told("waits.late", department=department_of(tray(town)), secure=True) in tray(town).text
    await town.passes(hours=1)
    assert number in tray(town, COMMUNITY).text
    await town.passes(hours=1, minutes=59)
    assert not knows(town, STREET, number)
    await town.passes(minutes=1)
    assert knows(town, STREET, number)


async def test_made_safe_the_chase_of_that_is_over_and_the_mending_is_chased_on_its_own_clock(town: Town) -> None:
    await with_all_levels(town)
    await town.lin.posts(HOLE)
    await town.passes(hours=2)
    assert NUMBER in tray(town).text
    await town.lu.says("围护", reply_to=town.job)
    assert tray_text(town, QIAO) == told("tray.nothing")
    await town.passes(days=4)
    assert not knows(town, COMMUNITY)
    assert reminders(town, OFFICE) == []
    await town.passes(days=1, hours=8)
    assert len(reminders(town, OFFICE)) == 1, "Wednesday afternoon: a quarter of five working days is left"


async def test_what_is_not_urgent_rings_at_the_end_of_the_quiet_hours(town: Town) -> None:
    await with_all_levels(town)
    town.clock.moment = at("21:50")
    await town.lin.posts("柳桥三小门口占道经营")  # two hours by the wall
    number = number_in(town.card)
    await town.passes(hours=4)
    assert not knows(town, QIAO, number)
    assert NUMBER not in tray_or_nothing(town)
    await town.passes(hours=5, minutes=9)
    assert not knows(town, QIAO, number)
    await town.passes(minutes=1)
    assert number in tray(town).text
    assert rung(town) == 1


async def test_a_night_without_power_brings_one_ring_to_each_chat(town: Town) -> None:
    await with_all_levels(town)
    for where in ("红光路", "卫生院门口", "团结菜市场", "中银大厦门口"):
        await town.lin.posts(f"{where}垃圾满溢")
    assert len(await tickets(town)) == 4
    town.clock.moment += timedelta(days=3, hours=3)  # Monday noon
    await town.settles()
    assert rung(town) == 1
    assert "待办 4 件" in tray(town).text
    assert reminders(town, CLEANING) == []
    await town.passes(minutes=10)
    assert rung(town) == 1
    await town.passes(minutes=50)
    assert not knows(town, COMMUNITY), "the noon hours count on no working clock"
    await town.passes(hours=2)
    assert rung(town, COMMUNITY) == 1, "each has his time, counted from now"
    await town.nothing_went_wrong()


async def test_a_rework_is_chased_anew(town: Town) -> None:
    await with_all_levels(town)
    await town.lin.posts(RUBBISH)
    card = next(message for message in town.ours(CLEANING) if NUMBER in message.text)
    await town.passes(hours=6)
    sweeper = player(town, SWEEPER, CLEANING)
    await sweeper.posts("完成", reply_to=card)
    assert tray_text(town, QIAO) == told("tray.nothing")
    await town.lin.presses("没解决", on=town.last(GROUP))
    assert tray_text(town, QIAO) == told("tray.nothing")
    await town.passes(hours=1)
    assert not knows(town, COMMUNITY), "the old chase is dead"
    await town.passes(hours=2)
    assert len(reminders(town, CLEANING)) == 1
    await town.passes(days=2, hours=15)  # Monday 09:00
    assert NUMBER in tray(town).text


async def test_a_danger_whose_department_reads_nothing_goes_up_too(town: Town) -> None:
    await with_all_levels(town)
    await parked(town, OFFICE)
    await town.lin.posts("印刷技校门口路面塌陷，有人差点掉下去！")
    ticket = (await tickets(town))[0]
    assert ticket.is_urgent
    assert NUMBER in tray(town).text
    await town.passes(minutes=14)
    assert not knows(town, COMMUNITY)
    await town.passes(minutes=1)
    assert told("waits.escalated", grid="团结西路网格", minutes=15, cause="unheard") in tray(town, COMMUNITY).text


async def test_nobody_says_whether_it_is_mended_and_its_leader_is_asked_and_nobody_above(town: Town) -> None:
    await with_all_levels(town)
    await town.lin.posts(HOLE)
    await town.lu.posts("完成", reply_to=town.job)
    await town.passes(minutes=29)
    assert not knows(town, QIAO)
    await town.passes(minutes=1)
    assert told("waits.unchecked") in tray(town).text
    assert rung(town) == 1
    await town.passes(hours=12)
    assert not knows(town, COMMUNITY)
    await town.lin.presses("已解决", on=next(m for m in town.ours(GROUP) if "已解决" in m.labels))
    assert tray_text(town, QIAO) == told("tray.nothing")


async def test_confirmed_in_time_it_is_asked_of_nobody(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.posts("完成", reply_to=town.job)
    await town.passes(minutes=5)
    await town.lin.presses("已解决", on=town.last(GROUP))
    await town.passes(hours=1)
    assert not knows(town, QIAO)


# --- what is looked at ---------------------------------------------------------------------------------


def at(clock: str) -> datetime:
    """That time on the first day, in the district."""
    hours, minutes = map(int, clock.split(":"))
    return datetime(MORNING.year, MORNING.month, MORNING.day, tzinfo=UTC) + timedelta(hours=hours - 8, minutes=minutes)


def zone(town: Town) -> object:
    book = town.machine.runtime._book
    assert book is not None
    return book.zone


def department_of(shown: Message) -> str:
    return next(line for line in shown.text.splitlines() if " · " in line and "待办" not in line).split(" · ")[1]


def tray_or_nothing(town: Town) -> str:
    return next((m.text for m in reversed(town.ours(QIAO)) if m.text.startswith("📥")), "")


async def parked(town: Town, chat: int) -> None:
    async with town.machine.runtime.database.write() as session:
        found = await session.scalar(Chat.known_as("telegram", str(chat)))
        assert found is not None
        found.park("gone", town.clock.moment)
