"""A place and a name are words of people too: masked, in one line, short; and no stranger moves a ticket far."""

import json

import pytest
from sqlalchemy import select

from handlers import locating, place
from models.ticket import TicketEvent
from tests.cast import GROUP, HOLE, LIN, MEI, OFFICE, QIAO, SHEN, Player, Town
from tests.handlers.seeing import tickets, told

HERE = 34.270989, 108.919347
AROUND = 34.272698, 108.916409
"""In the same grid, more than 300 m from the school."""
NEXT_GRID = 34.263915, 108.933818
BEIJING = 39.9, 116.4
RAW = ("13812345678", "610104199001011234", "A12345", "45678家", "13912345678")
NUMBER = "LH2611200001"
GUEST = 7777


async def leaks(town: Town) -> list[str]:
    """Where any of it stands as it was typed: in what we show, the links of maps among it, and in what we keep."""
    ours = [message for chat in (GROUP, OFFICE, QIAO, LIN, MEI) for message in town.ours(chat)]
    links = [{key: m.raw.get(key) for key in ("entities", "caption_entities", "reply_markup")} for m in ours]
    seen = [f"{m.text} {json.dumps(link, ensure_ascii=False)}" for m, link in zip(ours, links, strict=True)]
    kept = [f"{ticket.text} {ticket.place}" for ticket in await tickets(town)]
    async with town.machine.runtime.database.read() as session:
        kept += [json.dumps(one.data, ensure_ascii=False) for one in await session.scalars(select(TicketEvent))]
    return [text for text in (*seen, *kept) if any(raw in text for raw in RAW)]


def venue(title: str) -> dict[str, object]:
    return {"latitude": HERE[0], "longitude": HERE[1], "title": title, "address": "x"}


@pytest.mark.parametrize(
    "text",
    [
        "13812345678门口路灯不亮",
        "陕A12345门口堵住消防通道",
        "身份证610104199001011234号楼门口井盖破了",
        "王小明13812345678家门口路灯不亮",
        "西柳小区13812345678号楼路灯不亮",
    ],
)
async def test_a_number_read_as_a_place_stands_nowhere(town: Town, text: str) -> None:
    for person in (town.lin, town.mei):
        await person.starts()
    await town.lin.posts(text)
    await town.mei.says(f"/ticket {NUMBER}", chat=MEI)
    assert NUMBER in town.last(MEI).text
    assert await leaks(town) == []


async def test_a_place_with_a_number_in_it_is_still_one(town: Town) -> None:
    await town.lin.posts("西柳小区13812345678号楼路灯不亮")
    assert "📍 西柳小区138****5678号楼" in town.card.text
    await town.mei.posts("团结西路128号门口垃圾满溢")
    assert "团结西路128号" in town.card.text


async def test_nor_where_the_form_asked_for_the_place(town: Town) -> None:
    lin = Player(town, LIN, LIN)
    await lin.starts()
    await lin.says("/report")
    await lin.posts("")
    await lin.says("13812345678门口")
    await lin.says("路灯不亮")
    assert await leaks(town) == []


async def test_a_venues_name_is_masked_and_one_short_line(town: Town) -> None:
    await town.lin.posts("路灯不亮")
    await town.lin.says("", venue=venue("业主王小明 13812345678 陕A12345"))
    assert (await tickets(town))[0].place_source == "location"
    await town.mei.posts("井盖破了")
    await town.mei.says("", venue=venue("印刷\u202e家属院\n⏎已结案\n🏢 市长热线 " + "长" * 3000), reply_to=town.card)
    assert await leaks(town) == []
    shown = next(line for line in town.card.text.splitlines() if "印刷" in line)
    assert shown.startswith("📍 印刷家属院 ⏎已结案 🏢 市长热线 长")
    assert "\u202e" not in town.card.text
    assert len((await tickets(town))[1].place or "") <= 60


async def test_nor_what_a_leader_passes_on(town: Town) -> None:
    qiao = Player(town, QIAO, QIAO)
    await qiao.starts()
    await qiao.says("/relay 王小明13812345678家门口路灯不亮，陕A12345门口也是")
    assert await tickets(town)
    others = [message.text for chat in (GROUP, OFFICE) for message in town.ours(chat)]
    others += [str(ticket.place) for ticket in await tickets(town)]
    assert [text for text in others if any(raw in text for raw in RAW)] == []


async def test_control_a_place_as_it_was_typed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locating, "place_words", lambda text, start=0, end=None: text[start:end] if text else None)
    await town.lin.posts("13812345678门口路灯不亮")
    assert await leaks(town)
    await town.mei.posts("井盖破了")
    await town.mei.says("", venue=venue("印刷家属院\n⏎已结案"), reply_to=town.card)
    assert any(line.startswith("⏎已结案") for line in town.card.text.splitlines())


# --- who met it too ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("point", [BEIJING, NEXT_GRID, AROUND])
async def test_who_met_it_too_moves_it_nowhere_far(town: Town, point: tuple[float, float]) -> None:
    await town.lin.posts(HOLE)
    card, before = town.card, (await tickets(town))[0]
    await town.mei.presses("我也遇到", on=card)
    await town.mei.sends_place(*point, reply_to=card)
    assert town.last(GROUP).text == told("place.too_far", number=NUMBER)
    after = (await tickets(town))[0]
    assert (after.place_source, after.latitude, after.grid_id) == ("text", before.latitude, before.grid_id)
    assert (after.is_outside, after.department_id) == (False, before.department_id)
    assert told("card.not_ours", district="柳桥区", hotline="12345") not in card.now().text


async def test_who_met_it_too_may_say_where_it_is_nearby(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.mei.presses("我也遇到", on=town.card)
    await town.mei.sends_place(*HERE, reply_to=town.card)
    assert (await tickets(town))[0].place_source == "location"


@pytest.mark.parametrize(("point", "counts"), [(AROUND, True), (BEIJING, False)])
async def test_where_no_place_is_known_any_point_of_the_grid_counts(
    town: Town, point: tuple[float, float], counts: bool
) -> None:
    await town.lin.posts("路面塌陷了一个大坑")
    await town.mei.presses("我也遇到", on=town.card)
    await town.mei.sends_place(*point, reply_to=town.card)
    ticket = (await tickets(town))[0]
    assert ((ticket.place_source, ticket.latitude) == ("location", point[0])) is counts
    assert ticket.is_outside is False


async def test_who_reported_it_may_move_it_as_far_as_he_likes(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lin.sends_place(*NEXT_GRID, reply_to=town.card)
    assert (await tickets(town))[0].latitude == NEXT_GRID[0]


async def test_control_without_a_bound(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "_is_beside", lambda desk, ticket, told: True)
    await town.lin.posts(HOLE)
    await town.mei.presses("我也遇到", on=town.card)
    await town.mei.sends_place(*BEIJING, reply_to=town.card)
    assert (await tickets(town))[0].is_outside


# --- names ------------------------------------------------------------------------------------------------------


def guest(town: Town, name: str) -> Player:
    town.simulator.seed({"people": [{"id": GUEST, "first_name": name}]})
    town.simulator.member(GROUP, GUEST, "member")
    return Player(town, GUEST, GROUP)


async def thanked(town: Town, name: str) -> str:
    await guest(town, name).posts("柳桥三小门口路面塌陷")
    await town.lu.presses("接单", town.job)
    await town.lu.posts("已修好", chat=OFFICE, reply_to=town.job)
    await town.passes(seconds=70)
    return town.last(GROUP).text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("已结案\n网格长乔 13812345678", "已结案 网格长乔 138****5678"),
        ("林\u202e\u200b 陕A12345", "林 陕A****"),
        ("张师傅", "张师傅"),
        ("长" * 60, "长" * 29 + "…"),
        ("\u200b\u2060", "…"),
    ],
)
async def test_a_name_is_one_short_line_without_numbers(town: Town, name: str, shown: str) -> None:
    fix = await thanked(town, name)
    assert shown in town.last(GROUP).mentions
    assert shown in fix
    assert name == shown or name not in fix


async def test_he_is_found_by_the_name_he_gave_himself(town: Town) -> None:
    await guest(town, "老林 13812345678").posts("柳桥三小门口路面塌陷")
    shen = Player(town, SHEN, SHEN)
    await shen.starts()
    await shen.says("/ban 老林 13812345678 反复发广告")
    assert town.last(SHEN).text.startswith(told("ban.done", name="老林 138****5678"))


async def test_control_a_name_as_the_channel_has_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.callers.name_shown", lambda name: name)
    assert "13812345678" in await thanked(town, "已结案\n网格长乔 13812345678")
