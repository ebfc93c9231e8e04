"""Near a border both leaders see it, and the first to take it keeps it; what they disagree about is for the map's
keeper."""

import pytest_asyncio

from models.district import District
from tests.cast import GROUP, OFFICE, QIAO, SHEN, Message, Player, Town
from tests.handlers.seeing import player, tickets, told
from tests.handlers.test_tray import rung, tray

EDGE = 34.2700, 108.92245  # of 团结西路, some metres from 柳荫
INSIDE = 34.270989, 108.919347
LIU = 1012
WEST, EAST = "团结西路网格", "柳荫网格"
NUMBER = "LH2611200001"


@pytest_asyncio.fixture(autouse=True)
async def both_leaders_have_started(town: Town) -> None:
    town.simulator.start(LIU)
    await town.settles()


async def at_the_border(town: Town) -> tuple[Message, Message]:
    """A hole at the border, on its way already. Returns the trays of both leaders."""
    await town.lin.sends_place(*EDGE)
    await town.lin.posts("路面塌陷")
    assert (await tickets(town))[0].stage == "dispatched"
    return tray(town), tray(town, LIU)


def liu(town: Town) -> Player:
    return player(town, LIU, LIU)


async def test_both_leaders_see_it_and_it_is_on_its_way(town: Town) -> None:
    for shown in await at_the_border(town):
        assert NUMBER in shown.text
        assert told("waits.border", grid=WEST, other=EAST) in shown.text
        assert "柳桥区市政中心" in shown.text
        assert told("rule.routes", priority=20, category="路面塌陷", grid="全区") in shown.text
        assert {"归我管", "不归我管", "转派", "更多", "看照片"} == set(shown.labels)
    assert "接单" in town.job.labels
    assert len(town.ours(GROUP)) == 1


async def test_who_takes_it_first_keeps_it(town: Town) -> None:
    one, other = await at_the_border(town)
    assert await liu(town).presses("归我管", on=other) == told("border.taken", number=NUMBER, grid=EAST)
    assert one.now().text == other.now().text == told("tray.nothing")
    assert EAST in town.card.text
    ticket = (await tickets(town))[0]
    assert ticket.border_stage == "taken"
    await liu(town).says(f"/dispatch {NUMBER} 排水公司")
    assert "柳桥排水公司" in town.card.text
    await town.qiao.says(f"/dispatch {NUMBER} 热力公司")
    assert town.last(QIAO).text == told("ticket.not_your_grid", number=NUMBER)
    await town.mei.says(f"/ticket {NUMBER}")
    assert told("event.taken", grid=EAST) in town.last(GROUP).text
    assert (rung(town), rung(town, LIU)) == (1, 1)


async def test_one_says_no_and_the_other_is_asked_alone(town: Town) -> None:
    one, other = await at_the_border(town)
    assert await town.qiao.presses("不归我管", on=one) == told("border.disowned", number=NUMBER)
    assert one.now().text == told("tray.nothing")
    assert told("waits.disowned", grid=EAST, other=WEST) in other.now().text
    assert "归我管" in other.now().labels
    assert await town.qiao.forges(f"disown|{NUMBER}", on=one) == told("border.said", number=NUMBER)
    await liu(town).presses("归我管", on=other)
    assert other.now().text == told("tray.nothing")
    assert EAST in town.card.text
    await town.shen.says("/borders")
    assert town.last(SHEN).text == told("border.list", cases=[], more=0)


async def test_both_say_no_and_the_keeper_of_the_map_reads_who_said_what(town: Town) -> None:
    one, other = await at_the_border(town)
    await liu(town).presses("不归我管", on=other)
    assert NUMBER not in other.now().text
    await town.passes(minutes=5)
    assert await town.qiao.presses("不归我管", on=one) == told("border.unowned", number=NUMBER)
    assert one.now().text == told("tray.nothing")
    await town.shen.says("/borders")
    seen = town.last(SHEN).text
    east, west = (told("event.disowned", grid=grid) for grid in (EAST, WEST))
    for part in (f"#{NUMBER}", "地图", f"{WEST} / {EAST}", f"今天 09:00 {east}（柳青）", f"今天 09:05 {west}（乔岚）"):
        assert part in seen, part
    assert (await tickets(town))[0].stage == "dispatched", "the work goes on"
    assert await town.qiao.forges(f"take|{NUMBER}", on=one) == told("border.taken", number=NUMBER, grid=WEST)
    await town.shen.says("/borders")
    assert town.last(SHEN).text == told("border.list", cases=[], more=0), "somebody took it after all"


async def test_both_want_it_and_the_first_one_keeps_it(town: Town) -> None:
    one, other = await at_the_border(town)
    data = one.data("归我管")
    await liu(town).presses("归我管", on=other)
    assert await town.qiao.forges(data, on=one) == told("border.contested", number=NUMBER, grid=WEST)
    assert (await tickets(town))[0].border_stage == "contested"
    assert EAST in town.card.text, "nothing moves"
    assert await town.qiao.forges(data, on=one) == told("border.settled", number=NUMBER)
    assert await liu(town).forges(data, on=other) == told("border.settled", number=NUMBER)
    assert await liu(town).forges(f"disown|{NUMBER}", on=other) == told("border.settled", number=NUMBER)
    await town.shen.says("/borders")
    assert told("event.claimed", grid=WEST) in town.last(SHEN).text
    await Player(town, SHEN, GROUP).says("/borders")
    assert "柳青" not in town.last(GROUP).text
    assert "柳青" in town.last(SHEN).text


async def test_only_its_leaders_and_only_while_it_is_open(town: Town) -> None:
    one, other = await at_the_border(town)
    for data in (f"take|{NUMBER}", f"disown|{NUMBER}"):
        assert await town.lin.forges(data, on=town.card) == told("ticket.not_your_grid", number=NUMBER)
        assert await town.lu.forges(data, on=town.job) == told("ticket.not_your_grid", number=NUMBER)
    await town.lin.says("/borders")
    assert town.last(GROUP).text == told("who.only_admin")
    await town.qiao.says("/borders")
    assert town.last(QIAO).text == told("who.only_admin")
    data = one.data("归我管")
    await town.lin.says(f"/withdraw {NUMBER}")
    assert other.now().text == told("tray.nothing")
    assert await town.qiao.forges(data, on=one) == told("ticket.not_open", number=NUMBER)
    await town.lin.sends_place(*INSIDE)
    await town.mei.posts("印刷技校门口路面塌陷")
    assert await town.qiao.forges("take|LH2611200002", on=one) == told("border.none", number="LH2611200002")


async def test_when_it_is_mended_nobody_is_asked_any_more(town: Town) -> None:
    one, other = await at_the_border(town)
    await town.lu.posts("完成", reply_to=town.job)
    assert one.now().text == other.now().text == told("tray.nothing")


async def test_where_leaders_sort_the_first_one_to_send_it_takes_it(town: Town) -> None:
    async with town.machine.runtime.database.write() as session:
        (await session.get_one(District, 1)).triage = "leader"
    town.machine.runtime._book = None
    await town.lin.sends_place(*EDGE)
    await town.lin.posts("路面塌陷")
    one, other = tray(town), tray(town, LIU)
    for shown in (one, other):
        assert {"柳桥区市政中心", "归我管", "不归我管"} <= set(shown.labels)
        assert "待受理" in shown.text
    assert town.ours(OFFICE) == []
    await liu(town).presses("柳桥区市政中心", on=other)
    assert one.now().text == other.now().text == told("tray.nothing")
    ticket = (await tickets(town))[0]
    assert (ticket.stage, ticket.border_stage) == ("dispatched", "taken")
    assert EAST in town.card.text


async def test_a_place_told_later_brings_it_to_the_border_and_away_again(town: Town) -> None:
    await town.lin.posts("印刷技校门口路面塌陷")
    assert not any(NUMBER in message.text for message in town.ours(LIU))
    await town.lin.sends_place(*EDGE, reply_to=town.card)
    assert NUMBER in tray(town, LIU).text
    one, other = tray(town), tray(town, LIU)
    await town.passes(minutes=11)
    await town.lin.sends_place(*INSIDE, reply_to=town.card)
    assert one.now().text == other.now().text == told("tray.nothing")
