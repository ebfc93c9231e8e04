"""/grids: the tree of a place, up and down in one message, and what a grid's card tells."""

import re
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.district.loading import load_folder
from models.district import District
from scripts import draw_district
from tests.cast import GROUP, HOLE, LIN, MEI, QIAO, SHEN, Player, Town
from tests.handlers.seeing import told

ROOM = "团结西路网格"


async def test_in_its_group_a_grid_shows_itself_and_what_lies_above(town: Town) -> None:
    asked = await town.lin.says("/grids")
    card = town.last(GROUP)
    assert card.reply_to == asked.id
    assert card.text.splitlines()[0] == ROOM
    for fact in ("基本网格", "610199001001001", "256", "673", "98"):
        assert fact in card.text
    assert re.search(r"街道 柳桥街道\n　社区 红柳社区\n　　网格 团结西路网格", card.text)
    assert "柳荫网格" in card.text  # the neighbour
    assert card.labels == ["↑ 红柳社区"]


async def test_in_private_it_begins_at_the_top_and_a_press_turns_the_same_message(town: Town) -> None:
    await town.lin.starts()
    lin = Player(town, LIN, LIN)
    await lin.says("/grids")
    card, count = town.last(LIN), len(town.ours(LIN))
    assert card.labels == ["红柳社区", "桥南社区"]
    for label, title in (
        ("桥南社区", "桥南社区"),
        ("机电五金城网格", "机电五金城网格"),
        ("↑ 桥南社区", "桥南社区"),
        ("↑ 柳桥街道", "柳桥街道"),
    ):
        await lin.presses(label, on=card)
        assert card.now().text.splitlines()[0] == title
    assert len(town.ours(LIN)) == count


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("610199001002003", "机电五金城网格"),
        ("柳荫网格", "柳荫网格"),
        ("柳荫", "柳荫网格"),  # and not the micro grid whose name begins with it
        ("红柳", "红柳社区"),
        ("團結西路網格", ROOM),
        ("印刷技校", ROOM),
        ("第七中学", "桥南网格"),
        ("纺织", "纺织家属院微网格"),
    ],
)
async def test_a_grid_is_found_by_name_by_code_and_by_a_place_in_it(town: Town, asked: str, title: str) -> None:
    await town.lin.says(f"/grids {asked}")
    assert town.last(GROUP).text.splitlines()[0] == title


async def test_a_market_and_a_yard_say_what_they_are(town: Town) -> None:
    await town.lin.says("/grids 机电五金城")
    assert told("grid_kind.special") in town.last(GROUP).text
    await town.lin.says("/grids 纺织家属院微网格")
    assert told("grid_kind.micro") in town.last(GROUP).text
    await town.lin.says("/grids 红柳社区")
    assert told("grid_kind.basic") not in town.last(GROUP).text


async def test_open_tickets_are_counted_up_the_tree_and_nobody_is_named(town: Town) -> None:
    await town.lin.posts(HOLE)
    for asked, count in (("团结西路网格", 1), ("红柳社区", 1), ("柳桥街道", 1), ("桥南社区", 0)):
        await town.lin.says(f"/grids {asked}")
        assert f"正在办的事：{count} 件" in town.last(GROUP).text
    await town.lin.says("/withdraw LH2611200001")
    await town.lin.says("/grids")
    seen = town.last(GROUP).text
    assert "正在办的事：0 件" in seen
    assert "乔岚" not in seen


async def test_it_says_whether_its_leader_and_its_group_hear(town: Town) -> None:
    async def says(grid: str) -> str:
        await town.lin.says(f"/grids {grid}")
        return town.last(GROUP).text

    assert told("grid_leader.reached") in await says("团结西路网格")
    assert told("grid_leader.silent") in await says("柳荫网格")
    town.simulator.start(1012)
    await town.settles()
    assert told("grid_leader.reached") in await says("柳荫网格")
    yard = await says("柳荫家园微网格")
    assert told("grid_leader.none") in yard
    assert "群：还没开通" in yard
    assert "群：已开通" in await says("团结西路网格")
    await Player(town, SHEN, GROUP).says("/unbind")
    assert "群：还没开通" in await says("团结西路网格")


async def test_the_map_link_leads_into_the_grid(town: Town) -> None:
    await town.lin.says("/grids 机电五金城")
    (link,) = (e["url"] for e in town.last(GROUP).raw["entities"] if e["type"] == "text_link")
    lon, lat = (float(part) for part in re.findall(r"position=([\d.]+),([\d.]+)", link)[0])
    book = await _book(town)
    assert book.atlas.at(lat, lon).code == "610199001002003"


async def test_what_nobody_knows_is_told_kindly(town: Town) -> None:
    await town.lin.says("/grids 火星基地<b>")
    assert town.last(GROUP).text == told("tree.unknown", name="火星基地<b>")
    await town.lin.says("/grids 微网格")
    assert "纺织家属院微网格 61019900100100201" in town.last(GROUP).text


async def test_a_forged_or_stale_press_changes_nothing(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lin.says("/grids")
    card, ticket = town.last(GROUP), town.card
    data = card.data("↑ 红柳社区")
    number = re.search(r"\d+", data.split("grid", 1)[1])
    assert number
    for wrong in ("999", "1" * 40, "-1", "x", "²"):
        assert await town.mei.forges(data.replace(number[0], wrong), on=card) == told("press.unknown")
    assert card.now().text == card.text
    before = ticket.now().text
    assert await town.mei.forges(data, on=ticket) == told("press.unknown")
    assert ticket.now().text == before


async def test_in_english_too(town: Town) -> None:
    await town.lin.starts()
    lin = Player(town, LIN, LIN)
    await lin.says("/lang en")
    await lin.says("/grids 机电五金城")
    assert told("grid_kind.special", "en") in town.last(LIN).text


async def test_a_community_of_fifty_five_is_read_page_by_page(town: Town, tmp_path: Path) -> None:
    folder = tmp_path / "street"
    draw_district.write(folder, draw_district.features(draw_district.street(), micro=0), "西园区")
    database = town.machine.runtime.database
    async with database.write() as session:
        # The same district, drawn anew; another one would be refused.
        await session.execute(update(District).values(adcode=draw_district.ADCODE))
    await load_folder(database, folder, town.clock)
    qiao = town.qiao
    await qiao.says("/grids 官前社区")
    card = town.last(QIAO)
    assert "还有 45 个" in card.text
    assert len(card.labels) == 12
    seen = set(card.labels[:10])
    for _ in range(5):
        await qiao.presses(told("tree.on"), on=card)
        seen |= {label for label in card.now().labels if label.startswith("官前第")}
    assert len(seen) == 55
    assert told("tree.on") not in card.now().labels
    assert "还有" not in card.now().text.split("社区 官前社区")[1]
    await qiao.presses(told("tree.back"), on=card)
    assert "还有 5 个" in card.now().text
    # A grid of the old map is there no more.
    await qiao.says("/grids 团结西路网格")
    assert town.last(QIAO).text.startswith("没有找到")


async def test_its_help_line_stands_in_both_menus(town: Town) -> None:
    await town.mei.says("/help")
    assert "/grids" in town.last(GROUP).text
    mei = Player(town, MEI, MEI)
    await town.mei.starts()
    await mei.says("/help")
    assert "/grids" in town.last(MEI).text


async def _book(town: Town):  # type: ignore[no-untyped-def]
    async with town.machine.runtime.database.read() as session:
        return await town.machine.runtime.book(session)
