"""The office limits: what waits too long for a leader is told one level up, day and night."""

from datetime import timedelta

from models.district import District
from tests.cast import GROUP, HOLE, QIAO, SHEN, Town
from tests.handlers.seeing import player, tickets, told
from tests.handlers.test_tray import returned, rung, tray

COMMUNITY, STREET = 1017, 1019
NUMBER = "LH2611200001"


async def with_all_levels(town: Town) -> None:
    for person in (COMMUNITY, STREET):
        town.simulator.start(person)
    await town.settles()


def knows(town: Town, leader: int, number: str = NUMBER) -> bool:
    """From his tray; digests tell it later to everybody above."""
    return any(number in message.text for message in town.ours(leader) if not message.text.startswith(("🌅", "🌇")))


async def test_one_level_up_after_each_limit_and_at_last_the_administrators(town: Town) -> None:
    await with_all_levels(town)
    await returned(town)
    for step, leader in enumerate((COMMUNITY, STREET, SHEN)):
        await town.passes(minutes=15 * 2**step - 1, seconds=59)
        assert not knows(town, leader)
        await town.passes(seconds=1)
        assert NUMBER in tray(town, leader).text
        assert NUMBER in tray(town).text, "it stays with the first one"
        assert (await tickets(town))[0].escalated == step + 1
    await town.passes(hours=3)
    assert (await tickets(town))[0].escalated == 3
    assert [rung(town, leader) for leader in (QIAO, COMMUNITY, STREET, SHEN)] == [1, 1, 1, 1]
    await town.lin.says(f"/ticket {NUMBER}")
    for minutes, grid in ((15, "红柳社区"), (30, "柳桥街道"), (60, None)):
        assert told("event.escalated", minutes=minutes, grid=grid, cause="dispatch") in town.last(GROUP).text


async def test_whoever_sends_it_first_ends_it_for_all(town: Town) -> None:
    await with_all_levels(town)
    await returned(town)
    await town.passes(minutes=15)
    await town.passes(minutes=30)
    shown = [tray(town, leader) for leader in (QIAO, COMMUNITY, STREET)]
    await player(town, COMMUNITY, COMMUNITY).presses(shown[1].labels[0], on=shown[1])
    assert {one.now().text for one in shown} == {told("tray.nothing")}
    await town.passes(hours=2)
    assert not knows(town, SHEN)
    assert (await tickets(town))[0].stage == "dispatched"


async def test_the_limit_of_what_comes_back_starts_anew(town: Town) -> None:
    await with_all_levels(town)
    await returned(town)
    await town.passes(minutes=15)
    assert knows(town, COMMUNITY)
    await town.qiao.says(f"/dispatch {NUMBER} 市政中心")
    await town.passes(hours=1)
    await town.lu.says("退回 真的不归我们", reply_to=town.job)
    assert (await tickets(town))[0].escalated == 0
    assert NUMBER not in tray_text(town, COMMUNITY)
    await town.passes(minutes=14)
    assert NUMBER not in tray_text(town, COMMUNITY)
    await town.passes(minutes=1)
    assert NUMBER in tray_text(town, COMMUNITY)
    assert not knows(town, STREET)


def tray_text(town: Town, leader: int) -> str:
    return next(m.text for m in reversed(town.ours(leader)) if m.text.startswith(("📥", "没有等您")))


async def test_the_next_one_too_is_rung_every_ten_minutes_at_most(town: Town) -> None:
    await with_all_levels(town)
    await returned(town)
    await town.passes(minutes=5)
    await returned(town, "柳桥三小门口")
    await town.passes(minutes=10)
    assert rung(town, COMMUNITY) == 1
    assert "待办 1 件" in tray(town, COMMUNITY).text, "the second one is not his yet"
    await town.passes(minutes=5)
    assert rung(town, COMMUNITY) == 1
    assert "待办 2 件" in tray(town, COMMUNITY).text
    await town.passes(minutes=5)
    assert rung(town, COMMUNITY) == 2


async def test_at_night_what_is_not_urgent_waits_for_the_morning(town: Town) -> None:
    await with_all_levels(town)
    town.clock.moment += timedelta(hours=13, minutes=30)  # 22:30
    await returned(town)
    assert rung(town) == 0
    assert "退回" in tray(town).text, "it stands there, without a sound"
    await town.passes(hours=8, minutes=29)
    assert [rung(town, leader) for leader in (QIAO, COMMUNITY, STREET)] == [0, 0, 0]
    await town.passes(minutes=1)
    assert [rung(town, leader) for leader in (QIAO, COMMUNITY, STREET)] == [1, 1, 0]
    await town.passes(minutes=30)
    assert rung(town, STREET) == 1


async def test_what_is_not_taken_up_has_the_limit_to_accept(town: Town) -> None:
    await with_all_levels(town)
    async with town.machine.runtime.database.write() as session:
        district = await session.get_one(District, 1)
        district.triage, district.limits = "leader", {"accept": 5, "dispatch": 30, "verify": 30}
    town.machine.runtime._book = None
    await town.lin.posts(HOLE)
    await town.passes(minutes=4)
    assert not knows(town, COMMUNITY)
    await town.passes(minutes=1)
    assert knows(town, COMMUNITY)
    await town.qiao.says(f"/dispatch {NUMBER} 市政中心")
    await town.lu.says("退回 不归我们", reply_to=town.job)
    await town.passes(minutes=29)
    assert NUMBER not in tray_text(town, COMMUNITY)
    await town.passes(minutes=1)
    assert NUMBER in tray_text(town, COMMUNITY)


async def test_levels_where_nobody_can_be_reached_are_passed_over(town: Town) -> None:
    await returned(town)
    await town.passes(minutes=15)
    assert NUMBER in tray(town, SHEN).text
    await town.lin.says(f"/ticket {NUMBER}")
    assert told("event.escalated", minutes=15, grid=None, cause="dispatch") in town.last(GROUP).text


async def test_a_night_without_power_gives_everybody_his_time(town: Town) -> None:
    await with_all_levels(town)
    await returned(town)
    town.clock.moment += timedelta(hours=9)
    await town.settles()
    assert knows(town, COMMUNITY)
    assert not knows(town, STREET)
    await town.passes(minutes=30)
    assert knows(town, STREET)


async def test_withdrawn_meanwhile_it_wakes_nobody(town: Town) -> None:
    await with_all_levels(town)
    await returned(town)
    await town.lin.says(f"/withdraw {NUMBER}")
    await town.passes(minutes=20)
    assert not knows(town, COMMUNITY)
    assert tray_text(town, QIAO) == told("tray.nothing")


async def test_the_next_one_reads_who_did_not_send_it(town: Town) -> None:
    await with_all_levels(town)
    await returned(town)
    await town.passes(minutes=15)
    assert told("waits.escalated", grid="团结西路网格", minutes=15, cause="dispatch") in tray(town, COMMUNITY).text
    assert "09:15 起等您" in tray(town, COMMUNITY).text
    assert "报给您了" not in tray(town).text
    await town.passes(minutes=30)
    assert told("waits.escalated", grid="红柳社区", minutes=30, cause="dispatch") in tray(town, STREET).text
