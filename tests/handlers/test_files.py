"""Files whose name tells nothing: pictures under another's name, papers, smiles, and what is too large."""

import pytest

from tests.cast import GROUP, HOLE, LIN, OFFICE, Message, Player, Town, drawn, saved
from tests.handlers.seeing import cards, photos, questions, tickets, told
from tests.handlers.test_taking_in import kept, sends
from tests.media.pictures import png

WIRE = "柳桥卫生院门口电线掉下来了"
PAPER = b"%PDF-1.7 a paper"
NAMES = ("x.txt", "x.pdf", "IMG.JPG.txt", "x.bin")
NUMBER = "LH2611200001"


async def sends_file(
    who: Player, text: str = "", *, name: str = "x.txt", content: bytes | None = None, reply_to: Message | None = None
) -> Message:
    upload = who.town.simulator.upload(content or saved(drawn(7)), name)
    return await who.says(text, photos=[{"upload": upload}], as_file=True, reply_to=reply_to)


@pytest.mark.parametrize("name", NAMES)
async def test_a_photo_under_another_name_is_one_beside_words_of_a_problem(town: Town, name: str) -> None:
    report = await sends_file(town.lin, WIRE, name=name)
    assert town.card.reply_to == report.id
    assert (await tickets(town))[0].is_urgent
    assert [(photo.state, photo.ticket_id) for photo in await kept(town)] == [("kept", 1)]


async def test_a_paper_beside_words_of_a_problem_makes_a_ticket_that_says_it_cannot_be_opened(town: Town) -> None:
    await sends_file(town.lin, "中银大厦门口路灯不亮", name="a.pdf", content=PAPER)
    assert told("trouble.unopened") in town.card.text
    assert len(await tickets(town)) == 1


@pytest.mark.parametrize("text", ["", "中午的麻辣烫真香", "明天的排班"])
async def test_papers_are_no_news_in_a_group(town: Town, text: str) -> None:
    said = await town.wang.says("大家好")
    await sends_file(town.lin, text, name="a.pdf", content=PAPER)
    await sends_file(town.lin, text, reply_to=said)
    await sends(town.lin, "animation", text)
    await town.lin.posts(HOLE)
    await sends_file(town.mei, text, reply_to=town.card)
    assert [(photo.ticket_id, photo.file) for photo in await kept(town)] == [(1, False)]
    assert len(town.ours(GROUP)) == 1


async def test_an_album_of_papers_is_no_news_until_one_tells_of_a_problem(town: Town) -> None:
    async def album(name: str, text: str) -> None:
        for words, last in (("", False), (text, True)):
            upload = town.simulator.upload(saved(drawn(len(words) + 3)), "x.txt")
            await town.lin.says(
                words, photos=[{"upload": upload}], as_file=True, album_part={"id": name, "last": last}
            )  # fmt: skip
        await town.passes(seconds=5)

    await album("one", "")
    assert town.ours(GROUP) == []
    await album("two", WIRE)
    assert len(cards(town)) == 1
    assert len([photo for photo in await kept(town) if photo.ticket_id == 1]) == 2


async def test_an_officers_photo_under_another_name_ends_the_round(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    await sends_file(town.lu, name="wx.txt", reply_to=town.job)
    assert (await tickets(town))[0].stage == "resolved"
    assert [photo.state for photo in await photos(town, "after")] == ["kept"]


async def test_an_officers_paper_is_told_to_be_no_photo(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    await town.lu.presses("接单", on=job)
    await sends_file(town.lu, "完成", name="a.pdf", content=PAPER, reply_to=job)
    assert town.last(OFFICE).text == told("unproven.no_picture", number=NUMBER)
    assert (await tickets(town))[0].stage == "working"


async def test_in_private_every_file_is_looked_at(town: Town) -> None:
    lin = Player(town, LIN, LIN)
    await lin.starts()
    await sends_file(lin, HOLE, name="a.pdf", content=PAPER)
    assert told("trouble.unopened") in town.last(LIN).text
    await town.passes(minutes=2)
    await sends_file(lin)
    assert len(questions(town, LIN)) == 1


async def test_what_is_told_to_be_too_large_is_not_sent_for(town: Town) -> None:
    await sends_file(town.lin, HOLE, content=PAPER + bytes(20 * 1024 * 1024))
    assert told("trouble.too_large") in town.card.text
    assert not [one for one in town.simulator.log() if one["method"] == "getFile"]


async def test_too_many_pixels_are_not_called_too_many_bytes(town: Town) -> None:
    await sends_file(town.lin, HOLE, name="x.png", content=png(50_000, 50_000))
    assert told("trouble.unopened") in town.card.text
