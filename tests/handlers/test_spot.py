"""自行处置: dealt with by who found it; opened and closed at once, with a photo, and no department hears of it."""

import io

import pytest
from PIL import Image

from tests.cast import GROUP, LIN, OFFICE, QIAO, Player, Town
from tests.handlers.seeing import LIUYIN, cards, photos, player, questions, tickets, told
from tests.media.pictures import exif

FIRST = "LH2611200001"


async def is_settled(town: Town) -> None:
    (ticket,) = await tickets(town)
    assert (ticket.entry, ticket.stage, ticket.ended_by, ticket.department_id) == ("spot", "closed", "settled", None)


@pytest.mark.parametrize(
    "caption",
    ["自行处置 清理了印刷技校门口的小广告", "自行处置：清理了印刷技校门口的小广告", "自行处置了，印刷技校门口的小广告"],
)
async def test_a_photo_and_a_caption_that_begins_so(town: Town, caption: str) -> None:
    mine = await town.lin.posts(caption)
    await is_settled(town)
    (ticket,) = await tickets(town)
    assert "自行处置" not in ticket.text
    assert "小广告" in ticket.text
    card = town.card
    assert card.reply_to == mine.id
    assert told("stage.closed") in card.text
    assert told("entry.spot") in card.text
    assert "印刷技校门口" in card.text
    assert card.labels == []
    assert town.ours(OFFICE) == []
    await town.passes(minutes=30)
    assert len(town.ours(GROUP)) == 1, "no second word: nothing is to be mended"
    await town.lin.says(f"/ticket {FIRST}")
    assert told("event.settled") in town.last(GROUP).text


async def test_by_command(town: Town) -> None:
    await town.lin.posts("/spot 扶起了印刷技校门口倒下的护栏")
    await is_settled(town)


async def test_an_album_is_one(town: Town) -> None:
    await town.lin.posts("自行处置 清理了印刷技校门口的垃圾", photos=3)
    await town.passes(minutes=31)
    await is_settled(town)
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1, 1, 1]
    assert questions(town) == []


async def test_said_of_the_photo_sent_before(town: Town) -> None:
    mine = await town.lin.posts("")
    assert len(questions(town)) == 1
    await town.lin.says("自行处置了，印刷技校门口的垃圾", reply_to=mine)
    await is_settled(town)
    assert questions(town) == []
    await town.passes(minutes=2)
    await town.lin.posts("")
    await town.lin.says("/spot 又清理了一处小广告", reply_to=town.messages(GROUP)[-2])
    assert [ticket.entry for ticket in await tickets(town)] == ["spot", "spot"]


async def test_without_a_photo_one_kind_sentence(town: Town) -> None:
    await town.lin.says("/spot 清理了小广告")
    assert town.last(GROUP).text == told("spot.photo")
    await town.qiao.says("自行处置 清理了小广告")
    assert town.last(QIAO).text == told("spot.photo")
    said = len(town.ours(GROUP))
    await town.lin.says("自行处置就行了，不用叫人")
    assert len(town.ours(GROUP)) == said, "people talk"
    assert await tickets(town) == []


async def test_a_leader_in_private_in_his_own_grid_and_nobody_else_there(town: Town) -> None:
    await town.qiao.posts("自行处置 把路边倒下的单车扶好了")
    await is_settled(town)
    assert told("entry.spot") in town.card.text
    assert town.card.reply_to is None
    lin = Player(town, LIN, LIN)
    await lin.starts()
    await lin.posts("自行处置 清理了印刷技校门口的小广告")
    assert town.last(LIN).text == told("spot.in_group")
    await player(town, LIN, GROUP).posts("自行处置 清理了小广告", chat=LIUYIN)
    assert len(await tickets(town)) == 2, "in any grid's group"


async def test_it_is_nobodys_duplicate_and_nobody_joins_it(town: Town) -> None:
    await town.lin.posts("团结西路印刷技校门口路面塌陷")
    await town.mei.posts("自行处置 团结西路印刷技校门口路面塌陷，围好了")
    assert [ticket.entry for ticket in await tickets(town)] == ["report", "spot"]
    await town.wang.posts("团结西路印刷技校门口路面塌陷")
    assert len(await tickets(town)) == 2, "the hole is still there, and known"
    assert "2 人" in next(m for m in cards(town) if FIRST in m.text).text


async def test_what_nobody_may_do_to_it_any_more(town: Town) -> None:
    await town.lin.posts("自行处置 清理了印刷技校门口的小广告")
    refused = told("ticket.not_now", number=FIRST, stage="closed", verb="withdraw")
    await town.lin.says(f"/withdraw {FIRST}")
    assert town.last(GROUP).text == refused
    for verb in ("solved", "unsolved", "join"):
        await town.lin.forges(f"{verb}|{FIRST}", on=town.card)
    await is_settled(town)


async def test_the_place_is_the_photos_own(town: Town) -> None:
    made = io.BytesIO()
    at_the_gate = {"N": (34, 16, 15.6), "E": (108, 55, 9.6)}
    gps = {1: "N", 2: at_the_gate["N"], 3: "E", 4: at_the_gate["E"]}
    Image.new("RGB", (320, 240), "grey").save(made, "JPEG", exif=exif(gps=gps))
    picture = town.simulator.upload(made.getvalue(), "IMG_1.jpg")
    await town.lin.says("自行处置 清理了小广告", photos=[{"upload": picture}], as_file=True)
    (ticket,) = await tickets(town)
    assert (ticket.entry, ticket.stage) == ("spot", "closed")
    assert ticket.place_source == "exif"
    assert told("place_source.exif") in town.card.text
    assert len(town.ours(GROUP)) == 1
