"""Too much of one person: kindly refused in private, silent in the group, and never of danger."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from handlers import words
from models.district import District
from models.person import Person
from tests.cast import GROUP, LIN, OFFICE, QIAO, Player, Town
from tests.handlers.seeing import LIUYIN, cards, photos, player, private, questions, tickets, told

FIRST = "LH2611200001"
HERE = 34.270989, 108.919347
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


async def limited(town: Town, **most: int) -> None:
    """As `[most]` of district.toml says."""
    async with town.machine.runtime.database.write() as session:
        await session.execute(update(District).values(most=most, edition=District.edition + 1))


async def sends(who: Player, picture: str, text: str = "", chat: int | None = None) -> None:
    await who.says(text, chat=chat, photos=[{"upload": picture}])


def spam(town: Town, person: int = LIN) -> list[str]:
    """What he was told of too much: the keys."""
    said = [message.text for message in private(town, person)]
    kinds = {kind: told(f"spam.{kind}", number=FIRST) for kind in ("hour", "day", "text", "picture")}
    return [kind for text in said for kind, sentence in kinds.items() if text == sentence]


# --- too many -----------------------------------------------------------------------------------


async def test_after_so_many_in_an_hour_no_more_until_the_hour_is_over(town: Town) -> None:
    await limited(town, hour=3, day=60)
    town.simulator.start(LIN)
    for house in (1, 2, 3, 4, 5):
        await town.lin.posts(f"西柳小区{house}号楼门口路灯不亮")
    assert len(await tickets(town)) == 3
    assert len(cards(town)) == 3, "the group hears nothing of it"
    assert spam(town) == ["hour"], "said once"
    await town.passes(minutes=61)
    await town.lin.posts("西柳小区6号楼门口路灯不亮")
    assert len(await tickets(town)) == 4


async def test_he_is_told_again_an_hour_later(town: Town) -> None:
    await limited(town, hour=1, day=2)
    town.simulator.start(LIN)
    await town.lin.posts("西柳小区1号楼门口路灯不亮")
    await town.lin.posts("西柳小区2号楼门口路灯不亮")
    await town.passes(minutes=61)
    await town.lin.posts("西柳小区3号楼门口路灯不亮")
    for house in (4, 5):
        await town.passes(minutes=40)
        await town.lin.posts(f"西柳小区{house}号楼门口路灯不亮")
    assert spam(town) == ["hour", "day"]
    await town.passes(minutes=30)
    await town.lin.posts("西柳小区6号楼门口路灯不亮")
    assert spam(town) == ["hour", "day", "day"]
    await town.passes(hours=24)
    await town.lin.posts("西柳小区7号楼门口路灯不亮")
    assert len(await tickets(town)) == 3


async def test_who_cannot_be_told_alone_finds_a_sign_and_the_group_nothing(town: Town) -> None:
    await limited(town, hour=1, day=60)
    await town.lin.posts("西柳小区1号楼门口路灯不亮")
    said = len(town.ours(GROUP))
    refused = await town.lin.posts("西柳小区2号楼门口路灯不亮")
    assert len(town.ours(GROUP)) == said
    assert refused.now().raw["reactions"]
    assert len(await tickets(town)) == 1


async def test_danger_is_never_refused(town: Town) -> None:
    await limited(town, hour=1, day=1)
    await town.lin.posts("西柳小区1号楼门口路灯不亮")
    await town.lin.posts("柳桥三小门口井盖没了，有人掉下去了")
    assert [ticket.is_urgent for ticket in await tickets(town)] == [False, True]
    picture = town.picture()
    await sends(town.mei, picture, "中银大厦门口着火了")
    await sends(town.mei, picture, "又着火了")
    assert len(await tickets(town)) == 4


async def test_leaders_and_officers_may_have_reason_to_in_an_hour_and_not_in_a_day(town: Town) -> None:
    await limited(town, hour=1, day=3)
    for number, who in enumerate((player(town, QIAO), Player(town, town.lu.id, town.lu.id)), start=1):
        for house in (1, 2, 3, 4):
            await who.posts(f"西柳小区{number}{house}号楼门口路灯不亮")
        assert len(await tickets(town)) == 3 * number
        assert spam(town, who.id) == ["day"]


async def test_photos_without_words_count_and_so_does_what_joined(town: Town) -> None:
    await limited(town, hour=3, day=60)
    town.simulator.start(LIN)
    await town.mei.posts("团结西路印刷技校门口路面塌陷")
    await town.lin.posts("团结西路印刷技校门口路面塌陷")
    await town.passes(minutes=2)
    await town.lin.posts("")
    await town.lin.posts("")
    await town.lin.posts("")
    assert len(questions(town)) == 2
    assert spam(town) == ["hour"]


async def test_the_last_one_that_was_asked_about_may_still_be_explained(town: Town) -> None:
    await limited(town, hour=1, day=60)
    mine = await town.lin.posts("")
    await town.lin.says("西柳小区2号楼门口路灯不亮", reply_to=mine)
    assert len(await tickets(town)) == 1


async def test_step_by_step_in_private_too(town: Town) -> None:
    await limited(town, hour=1, day=60)
    lin = Player(town, LIN, LIN)
    await lin.starts()
    await lin.says("/report 西柳小区1号楼门口路灯不亮")
    await lin.says("/report")
    await lin.posts("柳桥三小门口垃圾满溢")
    assert await lin.presses("发送", on=town.last(LIN)) == told("spam.hour")
    assert len(await tickets(town)) == 1
    await town.passes(minutes=61)
    await lin.presses("发送", on=town.last(LIN))
    assert len(await tickets(town)) == 2


# --- the same again -----------------------------------------------------------------------------


async def test_the_same_words_again_are_the_same_report(town: Town) -> None:
    town.simulator.start(LIN)
    for _ in range(3):
        await town.lin.says("/report 柳河边那个亭子旁边垃圾满溢")
    assert len(await tickets(town)) == 1
    assert spam(town) == ["text"]
    await town.mei.says("/report 柳河边那个亭子旁边垃圾满溢！")
    assert len(await tickets(town)) == 2, "another person's"


async def test_of_another_place_the_same_words_are_another_report(town: Town) -> None:
    await town.lin.says("/report 垃圾满溢了")
    await town.lin.says("/report 垃圾满溢了")
    assert len(await tickets(town)) == 1
    await town.lin.sends_place(HERE[0] + 0.002, HERE[1])
    await town.lin.says("/report 垃圾满溢了")
    assert len(await tickets(town)) == 1, "the location was of the one before"
    await player(town, LIN, LIUYIN).says("/report 垃圾满溢了", chat=LIUYIN)
    assert len(await tickets(town)) == 2
    await town.lin.sends_place(HERE[0] - 0.002, HERE[1])
    await town.lin.says("/report 垃圾满溢了")
    assert len(await tickets(town)) == 3


async def test_who_goes_along_a_street_says_the_same_of_every_bin(town: Town) -> None:
    for _ in range(3):
        await town.lin.posts("垃圾满溢了")
    assert len(await tickets(town)) == 3


async def test_a_place_nobody_knows_named_again_is_the_same(town: Town) -> None:
    town.simulator.start(LIN)
    await town.lin.posts("老槐树巷口垃圾满溢了")
    await town.lin.posts("老槐树巷口垃圾满溢了")
    assert len(await tickets(town)) == 1
    assert spam(town) == ["text"]


async def test_what_was_mended_or_taken_back_may_be_told_again(town: Town) -> None:
    await town.lin.says("/report 团结西路印刷技校门口路面塌陷")
    await town.lu.posts("", chat=OFFICE, reply_to=town.job)
    await town.lin.says("/report 团结西路印刷技校门口路面塌陷")
    assert len(await tickets(town)) == 2
    await town.lin.says("/withdraw LH2611200002")
    await town.lin.says("/report 团结西路印刷技校门口路面塌陷")
    assert len(await tickets(town)) == 3
    await town.passes(hours=25)
    await town.lin.says("/report 团结西路印刷技校门口路面塌陷")
    assert len(await tickets(town)) == 4


async def test_the_same_picture_again_is_no_report(town: Town) -> None:
    town.simulator.start(LIN)
    picture = town.picture()
    await sends(town.lin, picture, "柳桥三小门口垃圾满溢")
    await sends(town.lin, picture, "柳桥三小门口垃圾满溢，臭得很")
    await sends(town.lin, picture, "又是垃圾满溢")
    await sends(town.lin, picture)
    await sends(player(town, LIN, LIN), picture, "柳桥三小门口垃圾满溢")
    assert len(await tickets(town)) == 1
    assert questions(town) == []
    assert spam(town) == ["picture"]
    assert len(await photos(town, "before")) == 1
    await sends(town.mei, picture, "又是垃圾满溢")
    assert len(await tickets(town)) == 2, "another person's"


async def test_a_picture_may_show_two_things(town: Town) -> None:
    picture = town.picture()
    await sends(town.lin, picture, "柳桥三小门口垃圾满溢")
    await sends(town.lin, picture, "柳桥三小门口路灯不亮")
    await sends(town.lin, picture, "红光路西口垃圾满溢")
    assert len(await tickets(town)) == 3


async def test_a_picture_that_told_nothing_yet_may_come_again_with_words(town: Town) -> None:
    picture = town.picture()
    await sends(town.lin, picture)
    await sends(town.lin, picture, "柳桥三小门口垃圾满溢")
    assert len(await tickets(town)) == 1


async def test_a_picture_taken_back_may_come_again(town: Town) -> None:
    picture = town.picture()
    await sends(town.lin, picture, "柳桥三小门口垃圾满溢")
    await town.lin.says(f"/withdraw {FIRST}")
    await sends(town.lin, picture, "柳桥三小门口垃圾满溢")
    assert len(await tickets(town)) == 2


async def test_of_an_album_one_new_picture_is_enough(town: Town) -> None:
    one, other = town.picture(), town.picture()
    await town.lin.says("柳桥三小门口垃圾满溢", photos=[{"upload": one}, {"upload": other}])
    await town.passes(seconds=3)
    await town.lin.says("又是垃圾满溢", photos=[{"upload": one}, {"upload": other}])
    await town.passes(seconds=3)
    assert len(await tickets(town)) == 1
    await town.lin.says("又是垃圾满溢", photos=[{"upload": one}, {"upload": town.picture()}])
    await town.passes(seconds=3)
    assert len(await tickets(town)) == 2


async def test_dealt_with_on_the_spot_takes_a_new_picture_too(town: Town) -> None:
    picture = town.picture()
    await sends(town.lin, picture, "自行处置 清理了柳桥三小门口的垃圾")
    await sends(town.lin, picture, "自行处置 又清理了一遍垃圾")
    assert len(await tickets(town)) == 1


# --- once an hour -----------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "again"), [(0, False), (59, False), (60, True), (600, True)])
def test_he_hears_of_each_kind_once_an_hour(minutes: int, again: bool) -> None:
    lin = Person(addresses=[], roles=[])
    assert lin.hears_again("text", NOON)
    assert lin.hears_again("hour", NOON)
    assert lin.hears_again("text", NOON + timedelta(minutes=minutes)) is again


@pytest.mark.parametrize("locale", words.LOCALES)
def test_what_he_hears_is_short_and_kind(locale: str) -> None:
    for kind in ("hour", "day", "text", "picture"):
        assert len(told(f"spam.{kind}", locale, number=FIRST)) < 150
