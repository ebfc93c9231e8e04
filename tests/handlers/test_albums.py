"""An album is one report, however its parts come in."""

from bot.town import Town as Machine
from tests.cast import GROUP, HOLE, LIN, OFFICE, Message, Player, Town
from tests.handlers.seeing import cards, photos, questions, tickets, told


async def part(player: Player, text: str = "", *, last: bool = False, home: int = GROUP) -> Message:
    return await player.posts(text, chat=home, album_part={"id": "x", "last": last})


async def test_the_caption_may_stand_on_the_last_part(town: Town) -> None:
    await part(town.lin)
    await part(town.lin)
    last = await part(town.lin, HOLE, last=True)
    assert town.ours(GROUP) == []
    await town.passes(seconds=2)
    assert [card.reply_to for card in cards(town)] == [last.id]
    assert "路面塌陷" in town.card.text
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1, 1, 1]
    assert questions(town) == []


async def test_an_album_that_goes_on_arriving_is_opened_after_ten_seconds(town: Town) -> None:
    await part(town.lin, HOLE)
    for _ in range(9):
        await town.passes(seconds=1.2)
        await part(town.lin)
    assert len(cards(town)) == 1
    await town.passes(seconds=30)
    assert len(cards(town)) == 1
    assert {photo.ticket_id for photo in await photos(town, "before")} == {1}
    assert len(await photos(town, "before")) == 10


async def test_a_part_eleven_seconds_late_and_after_a_restart_joins(town: Town) -> None:
    await part(town.lin, HOLE)
    await town.passes(seconds=2)
    await town.passes(seconds=11)
    await part(town.lin)
    town.machine = Machine(town.machine.runtime)
    town.machine.runtime._book = None
    await town.passes(minutes=5)
    await part(town.lin, last=True)
    await town.passes(seconds=30)
    assert len(await tickets(town)) == 1
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1, 1, 1]
    assert all(photo.media for photo in await photos(town, "before"))
    assert len(cards(town)) == 1
    assert questions(town) == []


async def test_a_late_caption_is_read_as_if_it_had_come_first(town: Town) -> None:
    await part(town.lin)
    await town.passes(seconds=2)
    assert len(questions(town)) == 1
    await town.passes(seconds=9)
    await part(town.lin, HOLE, last=True)
    assert questions(town) == []
    assert "路面塌陷" in town.card.text
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1, 1]


async def test_an_album_without_words_is_asked_about_once(town: Town) -> None:
    await town.lin.posts("", photos=4)
    await town.passes(seconds=11)
    asked = questions(town)
    assert len(asked) == 1
    await town.lin.presses(asked[0].labels[0], on=asked[0])
    assert questions(town) == []
    assert len(cards(town)) == 1
    assert len({photo.ticket_id for photo in await photos(town, "before")} - {None}) == 1


async def test_an_album_whose_caption_is_chatter_is_nothing(town: Town) -> None:
    await part(town.lin, "中午的麻辣烫真香")
    await town.passes(seconds=2)
    await part(town.lin)
    await part(town.lin, "哈哈哈", last=True)
    await town.passes(hours=1)
    assert town.ours(GROUP) == []
    assert await tickets(town) == []
    assert "未说明" not in (await town.qiao.says("/todo")).town.last(town.qiao.id).text


async def test_report_as_the_caption_of_an_album_is_one_ticket(town: Town) -> None:
    await part(town.lin, "/report 印刷技校门口这个有点问题")
    await part(town.lin)
    await part(town.lin, last=True)
    await town.passes(seconds=2)
    await town.passes(minutes=1)
    assert len(await tickets(town)) == 1
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1, 1, 1]
    assert questions(town) == []


async def test_two_albums_of_one_person_are_two_reports(town: Town) -> None:
    await town.lin.posts(HOLE, photos=2)
    await town.lin.posts("西柳小区门口路灯不亮", photos=2)
    await town.passes(seconds=2)
    assert len(await tickets(town)) == 2
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1, 1, 2, 2]


async def test_an_officers_album_resolves_once_with_all_its_pictures(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    await town.lu.presses("接单", on=job)
    await town.lu.posts("完成", chat=OFFICE, photos=3, reply_to=job)
    assert [(photo.ticket_id, photo.round) for photo in await photos(town, "after")] == [(1, 1)] * 3
    assert len([m for m in town.ours(OFFICE) if "待核查" in m.text and not m.has_photo]) == 1
    assert len(cards(town)) == 2
    assert "待核查" in town.card.text


async def test_a_part_of_the_fix_that_comes_late_and_without_its_reply_joins_it(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    await town.lu.posts("", chat=OFFICE, reply_to=job, album_part={"id": "fix"})
    await town.passes(seconds=12)
    await town.lu.posts("", chat=OFFICE, album_part={"id": "fix"})
    await town.lin.presses("没解决", on=town.last(GROUP))
    await town.lu.posts("", chat=OFFICE, reply_to=job, album_part={"id": "fix", "last": True})
    assert [(photo.ticket_id, photo.round) for photo in await photos(town, "after")] == [(1, 1)] * 3
    assert (await tickets(town))[0].stage == "dispatched"


async def test_an_album_in_private_asks_where_and_then_is_a_ticket(town: Town) -> None:
    lin = Player(town, LIN, LIN)
    await lin.posts("路面塌陷了一个大坑", photos=2)
    await town.passes(seconds=2)
    assert town.last(LIN).text.endswith(told("ask.where"))
    await lin.sends_place(34.270315, 108.920218)
    assert "路面塌陷" in town.last(LIN).text
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1, 1]
    assert [message.reply_to for message in town.ours(GROUP)] == [None]
