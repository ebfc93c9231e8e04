"""已有人反映: what is told again is joined and told at once, and 不是同一件 makes it a ticket of its own after all."""

import io

import pytest
from PIL import Image
from sqlalchemy import func, select

from models.card import Witness
from models.draft import Draft
from models.ticket import TicketEvent
from tests.cast import GROUP, HOLE, LIN, MEI, OFFICE, QIAO, WANG, Player, Town
from tests.handlers.seeing import LIUYIN, cards, photos, player, private, tickets, told
from tests.media.pictures import exif

HERE = 34.270989, 108.919347
NORTH_20_M = HERE[0] + 20 / 111_000, HERE[1]
AGAIN = "团结西路印刷技校门口路面塌陷了"
FIRST, SECOND = "LH2611200001", "LH2611200002"


async def people_on(town: Town, ticket: int) -> int:
    async with town.machine.runtime.database.read() as session:
        counted = select(func.count()).select_from(Witness).where(Witness.ticket_id == ticket)
        return int(await session.scalar(counted) or 0)


async def kinds_of(town: Town, ticket: int) -> list[str]:
    async with town.machine.runtime.database.read() as session:
        return [event.kind for event in await session.scalars(TicketEvent.of(ticket))]


async def joined(town: Town) -> list[Draft]:
    async with town.machine.runtime.database.read() as session:
        return list(await session.scalars(select(Draft).where(Draft.state == "joined")))


# --- he is told at once ---------------------------------------------------------------------


async def test_who_tells_it_again_sees_what_is_known_how_far_and_since_when(town: Town) -> None:
    await town.lin.sends_place(*HERE)
    await town.lin.posts("路面塌陷了一个大坑")
    await town.passes(hours=1)
    town.simulator.start(MEI)
    await town.mei.sends_place(*NORTH_20_M)
    await town.mei.posts("地面塌陷")
    answer = town.last(MEI)
    assert "已有人反映\n#LH2611200001" in answer.text
    assert "约 20 米" in answer.text
    assert "今天 09:00 报的" in answer.text
    assert told("stage.dispatched") in answer.text
    assert answer.has_photo, "the earlier photo, to compare"
    assert answer.labels == ["不是同一件"]
    assert len(town.ours(GROUP)) == 1
    assert "2 人遇到" in town.card.text
    assert town.card.labels == ["我也遇到"], "he can say so in private"


async def test_a_place_known_from_words_has_no_distance(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.start(MEI)
    await town.mei.posts(AGAIN)
    assert "已有人反映\n#LH2611200001" in town.last(MEI).text
    assert "米" not in town.last(MEI).text


async def test_what_he_told_himself_is_called_his(town: Town) -> None:
    town.simulator.start(LIN)
    await town.lin.posts(HOLE)
    await town.lin.posts(AGAIN)
    assert len(await tickets(town)) == 1
    assert "您反映过了\n#LH2611200001" in town.last(LIN).text
    assert await people_on(town, 1) == 1
    await town.lin.presses("不是同一件", on=town.last(LIN))
    assert len(await tickets(town)) == 2
    assert (await people_on(town, 1), await people_on(town, 2)) == (1, 1)


async def test_danger_told_again_begins_with_whom_to_call(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.start(MEI)
    await town.mei.posts("团结西路印刷技校门口路面塌陷，有人掉下去了")
    answer = town.last(MEI)
    assert answer.text.startswith("⚠️")
    assert "已有人反映\n#LH2611200001" in answer.text


async def test_of_what_is_not_public_only_the_number_is_told(town: Town) -> None:
    await town.lin.posts("西柳小区3号楼门口两家打架了")
    town.simulator.start(MEI)
    await town.mei.posts("西柳小区3号楼门口两家打架")
    assert len(await tickets(town)) == 1
    answer = town.last(MEI)
    assert "已受理 #LH2611200001" in answer.text
    assert not answer.has_photo
    for word in ("打架", "纠纷", "西柳", "米"):
        assert word not in answer.text
    await town.mei.presses("不是同一件", on=answer)
    assert len(await tickets(town)) == 2


# --- 不是同一件 ----------------------------------------------------------------------------------


async def test_the_button_makes_it_a_ticket_of_its_own(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.start(MEI)
    second = await town.mei.posts(AGAIN)
    first_card, answer = town.card, town.last(MEI)
    assert await town.mei.presses("不是同一件", on=answer) == told("another.done", number=SECOND, other=FIRST)
    one, other = await tickets(town)
    assert (other.text, other.category, other.stage) == (AGAIN, one.category, "dispatched")
    assert other.reporter_id != one.reporter_id
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1, 2]
    assert (await people_on(town, 1), await people_on(town, 2)) == (1, 1)
    card = town.card
    assert SECOND in card.text
    assert card.reply_to == second.id, "under his own message"
    assert "人遇到" not in first_card.now().text
    assert len(cards(town)) == 2
    assert len(cards(town, OFFICE)) == 2
    assert answer.now().text == told("another.done", number=SECOND, other=FIRST)
    assert answer.now().labels == []
    assert (await kinds_of(town, 1))[-1] == "left"
    await town.lin.says(f"/ticket {FIRST}")
    assert told("event.left") in town.last(GROUP).text


async def test_the_fix_of_each_names_its_own(town: Town) -> None:
    await town.lin.posts(HOLE)
    first_job = town.job
    town.simulator.start(MEI)
    second = await town.mei.posts(AGAIN)
    await town.mei.presses("不是同一件", on=town.last(MEI))
    second_job = town.job
    await town.lu.posts("", reply_to=first_job)
    assert town.last(GROUP).mentions == ["小林"]
    await town.lu.posts("", reply_to=second_job)
    fix = town.last(GROUP)
    assert fix.mentions == ["小梅"]
    assert fix.reply_to == second.id
    assert await town.mei.presses("已解决", on=fix) == told("solved.thanks", number=SECOND)


async def test_the_fix_says_by_name_who_is_asked(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.mei.presses("我也遇到", on=town.card)
    await town.lu.posts("", reply_to=town.job)
    fix = town.last(GROUP)
    assert "请 小林 看一看：修好了吗？" in fix.text
    assert sorted(fix.mentions) == ["小林", "小梅"], "each called once"
    assert await town.mei.presses("已解决", on=fix) == told("ticket.not_your_report", number=FIRST)
    await town.passes(days=8)
    assert "小林 15 天内可以点“没解决”" in fix.now().text


async def test_who_may_not_be_named_is_asked_without_his_name(town: Town) -> None:
    lin = Player(town, LIN, LIN)
    await lin.starts()
    await lin.posts(HOLE)
    await town.mei.presses("我也遇到", on=town.card)
    await town.lu.posts("", reply_to=town.job)
    assert "小林" not in town.last(GROUP).text
    assert "请上报的朋友看一看：修好了吗？" in town.last(LIN).text


async def test_pressed_once_and_by_him_alone(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.start(MEI)
    town.simulator.start(WANG)
    await town.mei.posts(AGAIN)
    answer = town.last(MEI)
    press = answer.data("不是同一件")
    for other in (player(town, WANG, WANG), player(town, LIN, GROUP)):
        on = town.last(WANG) if other.id == WANG else town.card
        assert await other.forges(press, on=on) == told("press.unknown")
    assert await town.mei.forges(f"another|{FIRST}|99", on=answer) == told("press.unknown")
    assert await town.mei.forges(f"another|{FIRST}|x", on=answer) == told("press.unknown")
    assert len(await tickets(town)) == 1
    await town.mei.presses("不是同一件", on=answer)
    assert await town.mei.forges(press, on=answer) == told("another.over", number=SECOND)
    assert len(await tickets(town)) == 2


async def test_in_the_group_the_card_asks_who_cannot_be_told_alone(town: Town) -> None:
    await town.lin.posts(HOLE)
    second = await town.mei.posts(AGAIN)
    card = town.card
    assert len(town.ours(GROUP)) == 1, "no third message"
    assert second.now().raw["reactions"]
    assert told("known.note") in card.text
    assert card.labels == ["我也遇到", "不是同一件"]
    assert await town.lin.presses("不是同一件", on=card) == told("another.none", number=FIRST)
    assert await town.wang.presses("不是同一件", on=card) == told("another.none", number=FIRST)
    assert len(await tickets(town)) == 1
    assert await town.mei.presses("不是同一件", on=card) == told("another.done", number=SECOND, other=FIRST)
    assert card.now().labels == ["我也遇到"]
    assert told("known.note") not in card.now().text
    assert len(await tickets(town)) == 2
    assert town.card.reply_to == second.id


@pytest.mark.parametrize("words", ["不是同一件", "不是同一件！", "另一件"])
@pytest.mark.parametrize("under", ["card", "own"])
async def test_in_words_in_reply_to_the_card_or_to_ones_own_message(town: Town, words: str, under: str) -> None:
    await town.lin.posts(HOLE)
    second = await town.mei.posts(AGAIN)
    card = town.card
    await town.mei.says(words, reply_to=card if under == "card" else second)
    assert told("another.done", number=SECOND, other=FIRST) in [message.text for message in town.ours(GROUP)]
    assert len(await tickets(town)) == 2
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1, 2]


async def test_by_command_in_private(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.start(MEI)
    await town.mei.posts(AGAIN)
    mei = Player(town, MEI, MEI)
    await mei.says("/another")
    assert town.last(MEI).text == told("ticket.which")
    await mei.says(f"/another {FIRST}")
    assert len(await tickets(town)) == 2
    await mei.says(f"/another {FIRST}")
    assert town.last(MEI).text == told("another.none", number=FIRST)
    await town.lin.says(f"/another {FIRST}")
    assert town.last(GROUP).text == told("another.none", number=FIRST)
    assert len(await tickets(town)) == 2


async def test_who_only_met_it_has_nothing_to_part_with(town: Town) -> None:
    await town.lin.posts(HOLE)
    card = town.card
    await town.mei.presses("我也遇到", on=card)
    assert card.now().labels == ["我也遇到"]
    await town.mei.says("不是同一件", reply_to=card)
    assert town.last(GROUP).text == told("another.none", number=FIRST)
    assert await people_on(town, 1) == 2


async def test_who_met_it_and_told_of_another_stays_with_both(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.start(MEI)
    await town.mei.presses("我也遇到", on=town.card)
    await town.mei.posts(AGAIN)
    await town.mei.presses("不是同一件", on=town.last(MEI))
    assert (await people_on(town, 1), await people_on(town, 2)) == (2, 1)


async def test_an_album_goes_with_all_its_parts_late_ones_too(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.start(MEI)
    await town.mei.posts(AGAIN, photos=3)
    await town.passes(seconds=2)
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1, 1, 1, 1]
    await town.mei.presses("不是同一件", on=town.last(MEI))
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1, 2, 2, 2]


async def test_from_the_private_chat_too(town: Town) -> None:
    await town.lin.posts(HOLE)
    mei = Player(town, MEI, MEI)
    await mei.starts()
    await mei.posts(AGAIN)
    answer = town.last(MEI)
    assert "已有人反映\n#LH2611200001" in answer.text
    await mei.presses("不是同一件", on=answer)
    assert SECOND in town.card.text
    assert "有居民反映" in town.card.text
    assert any(SECOND in message.text and message is not answer for message in private(town, MEI))
    assert len(cards(town)) == 2


async def test_after_a_day_it_is_the_same_one_for_good(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.mei.posts(AGAIN)
    card = town.card
    press = card.data("不是同一件")
    assert [draft.told.words for draft in await joined(town)] == [AGAIN]
    await town.passes(hours=23)
    assert "不是同一件" in card.now().labels
    await town.passes(hours=2)
    assert card.now().labels == ["我也遇到"]
    assert await joined(town) == []
    assert await town.mei.forges(press, on=card) == told("another.none", number=FIRST)
    assert len(await tickets(town)) == 1


async def test_it_is_his_also_when_the_first_was_taken_back(town: Town) -> None:
    await town.lin.posts(HOLE)
    second = await town.mei.posts(AGAIN)
    await town.lin.says(f"/withdraw {FIRST}")
    await town.mei.says("不是同一件", reply_to=second)
    assert [ticket.stage for ticket in await tickets(town)] == ["withdrawn", "dispatched"]


# --- how near is the same --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "metres", "made"),
    [
        ("污水井盖没了", 10, 1),
        ("污水井盖没了", 25, 2),
        ("路面塌陷了一个大坑", 45, 1),
        ("路面塌陷了一个大坑", 60, 2),
        ("路上积水很深", 120, 1),
        ("路上积水很深", 180, 2),
    ],
)
async def test_each_kind_has_its_radius(town: Town, text: str, metres: int, made: int) -> None:
    await town.lin.sends_place(*HERE)
    await town.lin.posts(text)
    await town.mei.sends_place(HERE[0] + metres / 111_195, HERE[1])
    await town.mei.posts(text)
    assert len(await tickets(town)) == made


@pytest.mark.parametrize(
    ("one", "other", "made"),
    [
        ("团结西路印刷技校门口路面塌陷", "印刷技校门口路面塌陷了", 1),
        ("柳桥三小门口一堆垃圾没人收", "三小门口一堆垃圾", 1),
        ("第三小学门口一堆垃圾没人收", "柳桥三小门口一堆垃圾", 1),
        ("老石桥栏杆坏了", "柳河石桥栏杆坏了", 1),
        ("柳荫家园东门路灯不亮", "柳荫小区东门路灯不亮", 1),
        ("团结菜市场门口一堆垃圾没人收", "团结菜市场一堆垃圾", 1),
        ("西柳小区3号楼门口路面塌陷", "西柳家园3号楼门口路面塌陷", 1),
        ("柳荫家园东门路灯不亮", "柳荫小区西门路灯不亮", 2),
        ("三小北边路灯不亮", "第三小学南边路灯不亮", 2),
        ("三小北边路灯不亮", "第三小学路灯不亮", 2),
        ("印刷技校操场路灯不亮", "印刷学校门口路灯不亮", 2),
        ("西柳小区三号楼门口路面塌陷", "西柳家园五号楼门口路面塌陷", 2),
        ("西柳小区门口路灯不亮", "西柳家园路灯不亮", 2),
        ("团结西路路面塌陷", "团结路路面塌陷", 2),
        ("印刷技校门口路灯不亮", "印刷学校门口路灯不亮，东边那盏", 2),
    ],
)
async def test_one_landmark_by_two_names_is_one_place_and_its_sides_are_not(
    town: Town, one: str, other: str, made: int
) -> None:
    await town.lin.posts(one)
    await town.mei.posts(other)
    assert len(await tickets(town)) == made


async def test_of_two_that_are_near_the_nearest_is_joined(town: Town) -> None:
    await town.lin.sends_place(*HERE)
    await town.lin.posts("路面塌陷了一个大坑")
    await town.wang.sends_place(HERE[0] + 70 / 111_195, HERE[1])
    await town.wang.posts("路面塌陷了一个大坑")
    town.simulator.start(MEI)
    await town.mei.sends_place(HERE[0] + 45 / 111_195, HERE[1])
    await town.mei.posts("地面塌陷")
    assert "#LH2611200002" in town.last(MEI).text
    assert "约 25 米" in town.last(MEI).text


async def test_in_another_grids_group_he_is_told_in_private(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.start(MEI)
    await player(town, MEI, LIUYIN).posts(HOLE, chat=LIUYIN)
    assert town.ours(LIUYIN) == []
    await town.mei.presses("不是同一件", on=town.last(MEI))
    assert SECOND in town.last(LIUYIN).text
    assert len(cards(town)) == 1


async def test_who_joined_in_another_grids_group_hears_the_end_under_his_own_message(town: Town) -> None:
    await town.lin.posts(HOLE)
    his = await player(town, MEI, LIUYIN).posts(HOLE, chat=LIUYIN)
    await town.lu.posts("", reply_to=town.job)
    (fix,) = town.ours(LIUYIN)
    assert FIRST in fix.text
    assert fix.has_photo
    assert fix.labels == ["更多照片（1）"]  # the one beside the pair
    assert fix.reply_to == his.id


@pytest.mark.parametrize("words", ["我也遇到", "/join LH2611200001"])
async def test_who_met_it_too_may_say_so_in_words(town: Town, words: str) -> None:
    await town.lin.posts(HOLE)
    await town.mei.says(words, reply_to=town.card)
    assert town.last(GROUP).text == told("join.thanks")
    assert await people_on(town, 1) == 2
    await town.mei.says(words, reply_to=town.card)
    assert town.last(GROUP).text == told("join.already")
    await town.lin.says(words, reply_to=town.card)
    assert await people_on(town, 1) == 2


async def test_where_his_picture_was_taken_is_where_his_own_is(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.start(MEI)
    made = io.BytesIO()
    gps = {1: "N", 2: (34, 16, 24.4), 3: "E", 4: (108, 55, 2.7)}
    Image.new("RGB", (320, 240), "brown").save(made, "JPEG", exif=exif(gps=gps))
    picture = town.simulator.upload(made.getvalue(), "IMG_2.jpg")
    await town.mei.says(AGAIN, photos=[{"upload": picture}], as_file=True)
    (known,) = await tickets(town)
    assert known.place_source == "text", "it is not his to move"
    await town.mei.presses("不是同一件", on=town.last(MEI))
    _, other = await tickets(town)
    assert (other.place_source, round(other.latitude or 0, 4)) == ("exif", 34.2734)


async def test_its_leaders_tray_does_not_ring_for_it(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.start(MEI)
    before = len(town.ours(QIAO))
    await town.mei.posts(AGAIN)
    await town.mei.presses("不是同一件", on=town.last(MEI))
    assert len(town.ours(QIAO)) == before
