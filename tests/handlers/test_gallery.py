"""更多照片: what was sent beside the picture everybody sees, alone to who asks for it."""

from sqlalchemy import select, update

from models.mail import Errand
from models.photo import Photo, PhotoState, View
from tests.cast import DRAINAGE, GROUP, HOLE, LIN, MEI, OFFICE, Player, Town
from tests.handlers.called import NUMBER, card_in, fix
from tests.handlers.seeing import photos, tickets, told

THIEF = "柳桥三小门口有人偷电动车电瓶"
BUTTON = "更多照片（{}）"


async def pair_of(town: Town) -> Photo:
    return (await photos(town, "pair"))[-1]


async def asked_for(town: Town) -> list[dict[str, object]]:
    """What the pairs were to be made of."""
    async with town.machine.runtime.database.read() as session:
        return [row.data for row in await session.scalars(select(Errand).where(Errand.kind == "pair"))]


async def mended(town: Town, before: int = 3, after: int = 2) -> None:
    await town.lin.posts(HOLE, photos=before)
    await town.passes(seconds=2)
    await town.lu.posts("", reply_to=town.job, photos=after)
    await town.passes(minutes=2)


async def test_of_several_two_go_into_the_picture_and_the_rest_behind_a_button(town: Town) -> None:
    await mended(town)
    assert fix(town).has_photo
    assert fix(town).labels == ["已解决", "没解决", BUTTON.format(3)]
    pair = await pair_of(town)
    sides = {photo.id: photo.role for photo in await photos(town, "before") + await photos(town, "after")}
    assert [sides[id] for id in pair.shows] == ["before", "after"]
    await town.mei.starts()
    seen = len(town.ours(MEI))
    assert await town.mei.presses(BUTTON.format(3), on=fix(town)) == told("photos.sent", count=3)
    got = town.ours(MEI)[seen:]
    assert len(got) == 3
    assert all(one.has_photo for one in got)
    assert [line.split()[1] for line in (one.text for one in got)] == ["前", "前", "后"]
    assert "第 1 张，共 3 张" in got[0].text
    assert not any(name in one.text for one in got for name in ("小林", "老卢"))
    assert len(town.ours(GROUP)) == 2


async def test_one_of_each_side_needs_no_button(town: Town) -> None:
    await mended(town, before=1, after=1)
    assert fix(town).labels == ["已解决", "没解决"]
    await town.mei.starts()
    await town.mei.says(f"/photos {NUMBER}")
    assert [one.has_photo for one in town.ours(MEI)[-2:]] == [True, True]
    assert town.last(GROUP).text == told("photos.sent", count=2)


async def test_pictures_beside_the_first_are_behind_a_button_of_the_cards_too(town: Town) -> None:
    await town.lin.posts(HOLE, photos=3)
    await town.passes(seconds=2)
    assert town.card.labels == ["我也遇到"]  # what was sent in the group stands there
    assert BUTTON.format(2) in town.job.labels
    assert await town.lu.presses(BUTTON.format(2), on=town.job) == told("photos.sent", count=2)
    assert [one.has_photo for one in town.ours(town.lu.id)[-2:]] == [True, True]


async def test_a_press_opens_the_chat_of_who_never_started_the_bot(town: Town) -> None:
    await mended(town)
    press = town.simulator.press(MEI, GROUP, fix(town).id, fix(town).data(BUTTON.format(3)))
    await town.settles()
    assert town.simulator.answer(press)["url"].endswith(f"?start=photos-{NUMBER}")
    assert town.ours(MEI) == []
    await town.mei.starts(f"photos-{NUMBER}")
    assert [one.has_photo for one in town.ours(MEI)[-3:]] == [True, True, True]


async def test_by_words_in_the_group_the_way_there_is_shown(town: Town) -> None:
    await mended(town)
    await town.mei.says(f"/photos {NUMBER}")
    assert town.last(GROUP).text == told("private.open_first")


async def test_pressed_twice_they_are_sent_once(town: Town) -> None:
    await mended(town)
    await town.lin.starts()
    await town.lin.presses(BUTTON.format(3), on=fix(town))
    had = len(town.ours(LIN))
    assert await town.lin.presses(BUTTON.format(3), on=fix(town)) == told("photos.just_sent", number=NUMBER)
    assert len(town.ours(LIN)) == had
    await town.passes(minutes=2)
    await town.lin.presses(BUTTON.format(3), on=fix(town))
    assert len(town.ours(LIN)) == had + 3


async def test_the_word_in_reply_to_a_card(town: Town) -> None:
    await town.lin.posts(HOLE, photos=2)
    await town.passes(seconds=2)
    await town.lu.says("照片", reply_to=town.job)
    assert town.ours(town.lu.id)[-1].has_photo
    await town.lu.posts("照片", reply_to=town.job)  # he sends one
    assert (await tickets(town))[0].stage == "resolved"


async def test_at_most_ten_are_sent(town: Town) -> None:
    await mended(town, before=10, after=10)
    await town.lin.starts()
    had = len(town.ours(LIN))
    await town.lin.presses(BUTTON.format(18), on=fix(town))
    assert len(town.ours(LIN)) == had + 10


async def test_a_strangers_group_reads_no_proof_before_it_is_posted(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/whistle {NUMBER} 排水公司")
    await town.dai.posts("管道通了", reply_to=card_in(town, DRAINAGE))
    assert BUTTON.format(1) in town.job.labels
    assert BUTTON.format(1) not in town.card.labels
    await town.mei.starts()
    had = len(town.ours(MEI))
    await town.mei.says(f"/photos {NUMBER}")
    assert len(town.ours(MEI)) == had + 1  # what was reported


async def test_of_what_is_not_public_only_those_concerned_see_anything(town: Town) -> None:
    for player in (town.lin, town.mei):
        await player.starts()
    await town.lin.posts(THIEF, photos=3)
    await town.passes(seconds=2)
    assert not any("更多照片" in label for message in town.ours(GROUP) for label in message.labels)
    had = len(town.ours(MEI))
    await town.mei.says(f"/photos {NUMBER}")
    assert town.last(GROUP).text == told("ticket.restricted", number=NUMBER)
    assert len(town.ours(MEI)) == had
    await Player(town, LIN, LIN).says(f"/photos {NUMBER}")
    assert town.last(LIN).has_photo
    await town.qiao.says(f"/photos {NUMBER}")
    assert town.last(town.qiao.id).has_photo


async def test_what_is_not_there_yet_or_no_more_is_said(town: Town) -> None:
    town.simulator.faults([{"kind": "500", "method": "file", "times": 1}])
    await town.lin.posts(HOLE)
    await town.lin.starts()
    lin = Player(town, LIN, LIN)
    await lin.says(f"/photos {NUMBER}")
    assert town.last(LIN).text == told("photos.none", number=NUMBER, coming=True, gone=False)
    await town.passes(minutes=5)
    async with town.machine.runtime.database.write() as session:
        await session.execute(update(Photo).values(state=PhotoState.GONE, media=None, public=None))
    await lin.says(f"/photos {NUMBER}")
    assert town.last(LIN).text == told("photos.none", number=NUMBER, coming=False, gone=True)


async def test_a_pair_is_made_of_the_copies_for_all_and_of_nothing_else(town: Town) -> None:
    await mended(town)
    (asked,) = await asked_for(town)
    every = {photo.id: photo for photo in await photos(town, "before") + await photos(town, "after")}
    told_of = asked["pictures"]
    assert isinstance(told_of, list)
    assert {one["photo"]: one["media"] for one in told_of} == {id: photo.public for id, photo in every.items()}
    async with town.machine.runtime.database.write() as session:
        await session.execute(update(Photo).values(public=None))
    await town.lin.presses("没解决", on=fix(town))
    await town.lu.posts("", reply_to=town.job)
    await town.passes(minutes=2)
    assert len(await asked_for(town)) == 1  # nobody looked at what was reported: no pair of it


async def test_it_says_from_where_a_picture_was_taken(town: Town) -> None:
    await town.lin.posts(HOLE, photos=2)
    await town.passes(seconds=2)
    async with town.machine.runtime.database.write() as session:
        await session.execute(update(Photo).values(view=View.LANDMARK))
    await town.lu.presses(BUTTON.format(1), on=town.job)
    assert "前（地标）" in town.last(town.lu.id).text
    assert town.last(OFFICE).id == town.job.id


async def test_a_late_part_of_an_album_makes_the_picture_anew(town: Town) -> None:
    await mended(town, before=1, after=1)
    first, shown = fix(town), await pair_of(town)
    await town.lin.posts("再拍一张", reply_to=first, photos=1)
    await town.passes(minutes=2)
    assert len(await asked_for(town)) == 2
    newest = await pair_of(town)
    assert newest.id == shown.id or newest.media != shown.media
    assert len(town.ours(GROUP)) == 2
