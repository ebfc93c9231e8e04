"""Where it is: what people tell before and after, and whose it is then."""

from typing import Any

import pytest

from handlers.book import Book
from handlers.locating import Located, at_point, near
from models.grid import Grid
from models.spot import Spot
from tests.cast import GROUP, HOLE, LIN, OFFICE, QIAO, Town
from tests.handlers.seeing import CITY, LIUYIN, NUMBER, cards, leader_card, player, questions, tickets, told

HERE = 34.270989, 108.919347
THERE = 34.272698, 108.916409
FACTORY = 34.274047, 108.924897  # in the micro grid of 柳荫, where the property managers mend the lamps
MARKET = 34.265054, 108.930882  # the hardware market, where dangling wires are for the fire brigade
PARIS = 48.8566, 2.3522
RED_STREET_EAST = 34.275594, 108.926  # on 红光路, 700 m from the point it has in the gazetteer
NOT_OURS = told("card.not_ours", district="柳桥区", hotline="12345")
YARDS = -1002610199116
FIRE = -1002610199112


def at(point: tuple[float, float], **more: Any) -> dict[str, Any]:
    return {"latitude": point[0], "longitude": point[1], **more}


async def source(town: Town) -> tuple[str, float | None]:
    ticket = (await tickets(town))[-1]
    return ticket.place_source, ticket.latitude


async def test_a_location_just_before_belongs_to_the_report(town: Town) -> None:
    await town.lin.sends_place(*HERE)
    assert town.ours(GROUP) == []
    await town.passes(minutes=9)
    await town.lin.posts("路面塌陷了一个大坑")
    assert await source(town) == ("near", HERE[0])
    assert told("place_source.near") in town.card.text
    assert "地图" in town.card.text
    await town.passes(minutes=2)
    await town.lin.posts("路灯不亮")
    assert await source(town) == ("grid", None)
    await town.mei.posts("一堆垃圾没人收")
    assert await source(town) == ("grid", None)


async def test_a_location_just_after_fixes_the_place(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.passes(minutes=9)
    await town.lin.sends_place(*HERE)
    assert await source(town) == ("location", HERE[0])
    assert told("place_source.location") in town.card.text
    assert "印刷技校门口" in town.card.text
    await town.lin.posts("路灯不亮")
    await town.passes(minutes=11)
    await town.lin.sends_place(*THERE)
    assert (await source(town))[0] == "near"
    assert len(town.ours(GROUP)) == 2


async def test_a_better_place_replaces_a_lesser_one_and_never_the_other_way(town: Town) -> None:
    report = await town.lin.posts(HOLE)
    await town.lin.says("", location=at(HERE, live_period=3600), reply_to=town.card)
    assert await source(town) == ("live", HERE[0])
    await town.lin.sends_place(*THERE, reply_to=report)
    assert await source(town) == ("location", THERE[0])
    await town.lin.says("", location=at(HERE, live_period=3600), reply_to=town.card)
    assert await source(town) == ("location", THERE[0])
    await town.lin.sends_place(*HERE, reply_to=town.card)
    assert await source(town) == ("location", HERE[0])


async def test_who_shares_his_way_takes_no_ticket_along(town: Town) -> None:
    live = await town.lin.says("", location=at(HERE, live_period=3600))
    await town.lin.posts("路面塌陷了一个大坑")
    assert await source(town) == ("live", HERE[0])
    for step in range(1, 4):
        await town.passes(minutes=1)
        town.simulator.edit(LIN, GROUP, live.id, location=at((HERE[0] + step / 1000, HERE[1])))
        await town.settles()
    assert await source(town) == ("live", HERE[0])
    await town.passes(minutes=20)
    await town.lin.posts("路灯不亮")
    assert await source(town) == ("live", HERE[0] + 0.003)


async def test_a_venue_gives_its_name_where_nobody_said_one(town: Town) -> None:
    venue = {**at(HERE), "title": "印刷家属院", "address": "团结西路 3 号"}
    await town.lin.posts("路面塌陷了一个大坑")
    await town.lin.says("", venue=venue)
    assert "印刷家属院" in town.card.text
    await town.mei.posts("西柳小区门口路灯不亮")
    await town.mei.says("", venue=venue, reply_to=town.card)
    assert "西柳小区门口" in town.card.text
    assert await source(town) == ("location", HERE[0])


async def test_those_concerned_may_place_it_and_strangers_may_not(town: Town) -> None:
    report = await town.lin.posts(HOLE)
    card, job = town.card, town.job
    await town.mei.sends_place(*THERE, reply_to=card)
    assert "LH2611200001" in town.last(GROUP).text
    assert town.last(GROUP).text == told("place.not_yours", number="LH2611200001")
    await town.mei.sends_place(*THERE, reply_to=report)
    await town.mei.sends_place(*THERE)
    assert (await source(town))[0] == "text"
    await town.lu.sends_place(*HERE, chat=OFFICE, reply_to=job)
    assert await source(town) == ("location", HERE[0])
    qiao = player(town, QIAO)
    await qiao.sends_place(*THERE, reply_to=card)
    assert await source(town) == ("location", THERE[0])


async def test_before_acceptance_it_goes_to_whose_it_is_now(town: Town) -> None:
    await town.lin.posts("有人飞线充电,从楼上拉线")
    first = town.last(CITY)
    assert first.labels == ["接单", "退回", "改类别"]
    await town.lin.sends_place(*MARKET)
    assert "已改派" in first.now().text
    assert first.now().labels == []
    assert town.last(FIRE).labels == ["接单", "退回", "改类别"]
    assert "消防" in town.card.text
    assert "机电五金城网格" in town.card.text
    assert len(cards(town)) == 1
    officer = player(town, 1021, CITY)
    press = first.data("接单") if first.labels else "accept|LH2611200001"
    assert told("ticket.not_yours", number="LH2611200001") == await officer.forges(press, on=first)


async def test_after_acceptance_it_is_only_shown(town: Town) -> None:
    await town.lin.posts("有人飞线充电,从楼上拉线")
    job = town.last(CITY)
    await player(town, 1021, CITY).presses("接单", on=job)
    await town.lin.sends_place(*MARKET)
    assert "机电五金城网格" in town.card.text
    assert "处置中" in job.now().text
    assert NUMBER.search(" ".join(m.text for m in town.ours(FIRE))) is None


async def test_no_rule_overrides_the_leader(town: Town) -> None:
    await town.lin.posts("有人飞线充电,从楼上拉线")
    await town.qiao.says("/dispatch LH2611200001 shizheng")
    await town.lin.sends_place(*MARKET)
    assert "市政中心" in town.card.text
    assert (await tickets(town))[0].stage == "dispatched"


@pytest.mark.parametrize("replies", [False, True])
async def test_outside_the_district_it_stays_where_it_was_told_and_waits_with_the_leader(
    town: Town, replies: bool
) -> None:
    await town.lin.posts(HOLE)
    asked = len(town.ours(QIAO))
    await town.lin.sends_place(*PARIS, reply_to=town.card if replies else None)
    assert await source(town) == ("location", PARIS[0])
    assert (await tickets(town))[0].stage == "dispatched"
    assert NOT_OURS in town.card.text
    assert "辖区外" in town.job.text
    assert len(town.ours(QIAO)) == asked + 1, "it rings"
    assert told("waits.outside") in leader_card(town).text
    await town.lu.presses("接单", on=town.job)
    assert NOT_OURS in town.card.text, "also when a department has it"
    assert town.last(QIAO).text == told("tray.nothing")


async def test_what_lies_outside_waits_no_more_when_it_is_ours_after_all(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lin.sends_place(*PARIS)
    tray = leader_card(town)
    await town.lin.sends_place(*HERE, reply_to=town.card)
    assert NOT_OURS not in town.card.text
    assert tray.now().text == told("tray.nothing")


async def test_what_the_leader_sent_knowing_it_lies_outside_does_not_wait_again(town: Town) -> None:
    await town.lin.sends_place(*PARIS)
    await town.lin.posts("路面塌陷了一个大坑")
    tray = leader_card(town)
    assert told("waits.outside") in tray.text
    await town.qiao.says("/dispatch LH2611200001 shizheng")
    assert (await tickets(town))[0].stage == "dispatched"
    assert tray.now().text == told("tray.nothing")
    assert NOT_OURS in town.card.text


async def test_what_waits_for_a_leader_moves_to_the_leader_of_its_grid(town: Town) -> None:
    town.simulator.start(1012)
    await town.lin.posts(HOLE)
    await town.lu.presses("退回", on=town.job)
    await town.lu.presses("不归我们管", on=town.job)
    first = leader_card(town)
    await town.lin.sends_place(*FACTORY, reply_to=town.card)
    assert first.now().labels == []
    second = leader_card(town, 1012)
    await player(town, 1012, 1012).presses("其他部门", on=second)
    await player(town, 1012, 1012).presses("柳荫物业", on=second)
    assert "柳荫物业" in town.card.text
    assert town.last(YARDS).labels == ["接单", "退回", "已围护", "改类别"]


async def test_a_location_after_the_end_changes_nothing(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lin.says("/withdraw LH2611200001")
    before = await source(town)
    await town.lin.sends_place(*HERE, reply_to=town.card)
    await town.lin.sends_place(*HERE)
    assert await source(town) == before


async def test_a_location_in_another_group_is_of_no_report_here(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lin.sends_place(*HERE, chat=LIUYIN)
    assert (await source(town))[0] == "text"
    assert questions(town, LIUYIN) == []


async def test_a_location_for_the_next_photo_drags_the_last_ticket_nowhere(town: Town) -> None:
    await town.lin.sends_place(*HERE)
    await town.lin.posts("路面塌陷了一个大坑")
    await town.passes(minutes=3)
    await town.lin.sends_place(*MARKET)
    assert await source(town) == ("near", HERE[0])
    await town.lin.posts("路灯不亮")
    assert await source(town) == ("near", MARKET[0])
    await town.lin.sends_place(MARKET[0] + 0.001, MARKET[1])
    assert await source(town) == ("location", MARKET[0] + 0.001)
    await town.passes(minutes=1)
    await town.lin.sends_place(*HERE)
    assert await source(town) == ("location", MARKET[0] + 0.001)
    assert (await tickets(town))[0].latitude == HERE[0]


async def test_a_second_report_is_not_pinned_to_the_first_spot(town: Town) -> None:
    await town.lin.sends_place(*HERE)
    await town.lin.posts("路面塌陷了一个大坑")
    await town.passes(minutes=4)
    await town.lin.posts("路灯不亮")
    assert await source(town) == ("grid", None), "he has ridden on"
    await town.lin.sends_place(*MARKET)
    assert await source(town) == ("location", MARKET[0])
    assert told("place_source.location") in town.card.text
    assert (await tickets(town))[0].latitude == HERE[0]


@pytest.mark.parametrize("then", [MARKET, PARIS])
async def test_a_location_lent_by_another_report_gives_way_to_its_own(town: Town, then: tuple[float, float]) -> None:
    await town.lin.posts("路面塌陷了一个大坑")
    await town.lin.sends_place(*HERE)
    await town.passes(minutes=1)
    await town.lin.posts("路灯不亮")
    assert await source(town) == ("near", HERE[0]), "so soon after it may still be there"
    await town.passes(minutes=3)
    await town.lin.sends_place(*then)
    assert await source(town) == ("location", then[0])
    assert (await tickets(town))[0].latitude == HERE[0]


async def test_who_told_where_he_was_and_at_once_tells_better_is_heard(town: Town) -> None:
    await town.lin.sends_place(*HERE)
    await town.passes(minutes=5)
    await town.lin.posts("路灯不亮")
    await town.passes(seconds=20)
    await town.lin.sends_place(*MARKET)
    assert await source(town) == ("location", MARKET[0])


async def test_words_that_name_a_known_place_hold_it_there_too(town: Town) -> None:
    await town.lin.posts("印刷技校公交站牌子倒了")
    placed = await source(town)
    assert placed[0] == "text"
    await town.lin.sends_place(*MARKET)
    assert await source(town) == placed
    await town.lin.posts("路灯不亮")
    assert await source(town) == ("near", MARKET[0])
    first = next(m for m in town.ours(GROUP) if "LH2611200001" in m.text)
    await town.lin.sends_place(*MARKET, reply_to=first)
    assert (await tickets(town))[0].place_source == "location"


async def test_but_a_road_is_long(town: Town) -> None:
    await town.lin.posts("红光路路灯不亮")
    assert (await source(town))[0] == "text"
    await town.lin.sends_place(*RED_STREET_EAST)
    assert await source(town) == ("location", RED_STREET_EAST[0])


async def test_a_name_that_nobody_knows_is_said_to_be_unknown(town: Town) -> None:
    await town.lin.posts("幸福里小区门口路灯不亮")
    assert await source(town) == ("text", None)
    assert f"（{told('card.unfound')}；" in town.card.text
    assert "位置按文字" not in town.card.text
    await town.mei.posts("柳桥三小门口路灯不亮")
    assert told("place_source.text") in town.card.text


# --- where a point lies, and whose names are meant --------------------------------------------------

METRE = 1 / 111_195  # degrees of latitude
METRE_EAST = METRE / 0.8264
NORTH_EDGE = 34.275486, 108.915321  # a corner of the district
WEST_GRID, LIUYIN_GRID, MARKET_GRID = "610199001001001", "610199001001002", "610199001002003"
FIRST_YARD = "61019900100100201"


async def book_of(town: Town) -> Book:
    async with town.machine.runtime.database.read() as session:
        found = await Book.read(session)
    assert found is not None
    return found


def stood(book: Book, point: tuple[float, float], source: str = "location") -> Located:
    return at_point(book, Spot(source, *point, "wgs84"), book.grid_coded(MARKET_GRID))


def code(grid: Grid | None) -> str | None:
    return grid.code if grid else None


async def test_near_a_border_the_grid_on_the_other_side_is_named(town: Town) -> None:
    book = await book_of(town)
    border = 34.2705, 108.922503
    west = stood(book, (border[0], border[1] - 10 * METRE_EAST))
    assert (code(west.grid), code(west.border)) == (WEST_GRID, LIUYIN_GRID)
    # From the yard's side, a micro grid: what lies across is of the level of the grid above it.
    east = stood(book, (border[0], border[1] + 10 * METRE_EAST))
    assert east.grid is not None
    assert east.grid.level == 4
    assert code(east.border) == WEST_GRID
    assert stood(book, (border[0], border[1] - 40 * METRE_EAST)).border is None
    assert stood(book, HERE).border is None
    assert not west.is_outside


@pytest.mark.parametrize("source", ["text", "grid"])
async def test_words_are_too_coarse_for_a_border(town: Town, source: str) -> None:
    near_border = 34.2705, 108.922503 - 10 * METRE_EAST
    for trusted in ("near", "live", "exif", "location"):
        assert stood(await book_of(town), near_border, trusted).border is not None
    located = stood(await book_of(town), near_border, source)
    assert code(located.grid) == WEST_GRID
    assert located.border is None


async def test_within_fifty_metres_of_the_edge_the_nearest_grid_is_taken(town: Town) -> None:
    book = await book_of(town)
    just_outside = stood(book, (NORTH_EDGE[0] + 40 * METRE, NORTH_EDGE[1]))
    assert (code(just_outside.grid), just_outside.is_outside) == (WEST_GRID, False)
    outside = stood(book, (NORTH_EDGE[0] + 60 * METRE, NORTH_EDGE[1]))
    assert (code(outside.grid), outside.is_outside) == (MARKET_GRID, True)
    assert stood(book, PARIS).is_outside
    assert stood(book, PARIS).border is None


async def test_a_name_is_looked_for_at_home_then_next_door_then_anywhere(town: Town) -> None:
    book = await book_of(town)
    at_home, around = near(book, book.grid_coded(LIUYIN_GRID))
    assert at_home == {LIUYIN_GRID, FIRST_YARD, "61019900100100202"}
    assert {WEST_GRID, "610199001001003", "610199001001"} <= around
    assert MARKET_GRID not in around
    assert near(book, None) == ()


async def test_words_the_gazetteer_knows_place_it_in_the_grid_of_the_place(town: Town) -> None:
    await town.lin.posts("柳荫小区三号楼楼下垃圾堆了三天没人清")
    assert "柳荫小区三号楼" in town.card.text
    ticket = (await tickets(town))[-1]
    assert (ticket.place_source, ticket.latitude) == ("text", 34.271079)
    await town.mei.posts("翠柳路和红光路交叉口路面有个大坑")
    ticket = (await tickets(town))[-1]
    assert (ticket.place_source, ticket.latitude) == ("text", 34.275621)


async def test_who_has_ridden_in_from_outside_means_the_place_he_names(town: Town) -> None:
    await town.lin.sends_place(*PARIS)
    await town.passes(minutes=9)
    await town.lin.posts(HOLE)
    assert (await source(town))[0] == "text"
    assert "团结西路印刷技校门口" in town.card.text


async def test_a_point_of_his_own_comes_before_the_words(town: Town) -> None:
    await town.lin.sends_place(*THERE)
    await town.lin.posts(HOLE)
    assert await source(town) == ("near", THERE[0])
    assert "团结西路印刷技校门口" in town.card.text
