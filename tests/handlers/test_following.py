"""What is sent right after one's own report or fix without a word joins it; its sender and the cards are told."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import GROUP, HOLE, LIN, OFFICE, QIAO, Message, Player, Town
from tests.handlers.seeing import cards, leader_card, photos, questions, rings, tickets, told
from tests.handlers.test_taking_in import kept, sends

NUMBER = "LH2611200001"


def more(count: int) -> str:
    return told("button.photos", count=count)


def thanked(message: Message) -> bool:
    return "👍" in str(message.now().raw.get("reactions"))


# --- without a word, right after ------------------------------------------------------------


async def test_twelve_pictures_are_one_report_though_they_come_as_two_albums(town: Town) -> None:
    await town.lin.posts(HOLE, photos=10)
    second = await town.lin.posts("", photos=2)
    await town.passes(seconds=12)
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1] * 12
    assert questions(town) == []
    assert len(cards(town)) == 1
    assert more(11) in town.job.labels
    assert thanked(second)


async def test_the_second_album_may_come_later_than_the_ticket(town: Town) -> None:
    await town.lin.posts(HOLE, photos=10)
    await town.passes(seconds=2)
    await town.lin.posts("", photos=2)
    await town.passes(seconds=12)
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1] * 12
    assert questions(town) == []


async def test_twelve_pictures_without_a_word_are_asked_about_once_and_counted(town: Town) -> None:
    await town.lin.posts("", photos=10)
    await town.lin.posts("", photos=2)
    await town.passes(seconds=12)
    (asked,) = questions(town)
    await town.passes(minutes=31)
    assert told("tray.photos", unexplained=12, photos=[]).strip() in town.last(QIAO).text
    await town.lin.edits(next(m for m in town.messages(GROUP) if m.id == asked.reply_to), HOLE)
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1] * 12


async def test_a_photo_right_after_a_report_joins_it_and_one_later_does_not(town: Town) -> None:
    await town.lin.posts(HOLE)
    first = await town.lin.posts("")
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1, 1]
    assert thanked(first)
    assert questions(town) == []
    await town.mei.posts("")
    await town.passes(seconds=61)
    await town.lin.posts("")
    assert len(questions(town)) == 2
    assert len(await tickets(town)) == 1


async def test_words_make_it_a_report_of_its_own(town: Town) -> None:
    await town.lin.posts(HOLE, photos=2)
    await town.lin.posts("西柳小区门口路灯不亮", photos=2)
    await town.passes(seconds=12)
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1, 1, 2, 2]


@pytest.mark.parametrize("replies", [True, False])
async def test_an_officers_second_album_joins_his_fix(town: Town, replies: bool) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    await town.lu.presses("接单", on=job)
    await town.lu.posts("完成", reply_to=job, photos=10)
    await town.lu.posts("", reply_to=job if replies else None, photos=2)
    await town.passes(seconds=12)
    assert [(photo.ticket_id, photo.round) for photo in await photos(town, "after")] == [(1, 1)] * 12
    assert told("ticket.not_now", number=NUMBER, stage="resolved", verb="resolve") not in [
        message.text for message in town.ours(OFFICE)
    ]


async def test_after_a_fix_that_could_not_be_opened_the_next_photo_ends_the_round(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    await town.lu.presses("接单", on=job)
    broken = town.simulator.upload(b"\xff\xd8\xff no picture", "fix.jpg")
    await town.lu.says("完成", reply_to=job, photos=[{"upload": broken}], as_file=True)
    assert (await tickets(town))[0].stage == "working"
    await town.lu.posts("", reply_to=job)
    assert (await tickets(town))[0].stage == "resolved"


# --- the cards, and a sign --------------------------------------------------------------------


async def test_each_photo_that_joins_is_counted_on_the_cards_and_its_sender_gets_a_sign(town: Town) -> None:
    report = await town.lin.posts(HOLE)
    await town.mei.presses("我也遇到", on=town.card)
    await town.passes(minutes=2)
    sent = [await town.lin.posts("", reply_to=report), await town.mei.posts("", reply_to=town.card)]
    assert more(2) in town.job.now().labels
    assert all(thanked(message) for message in sent)
    assert len(town.ours(GROUP)) == 1


async def test_of_what_is_not_public_too(town: Town) -> None:
    report = await town.lin.posts("柳桥三小门口有人打架斗殴")
    await town.qiao.says(f"/ticket {NUMBER}")
    await town.qiao.presses("去处理", on=town.last(QIAO))
    await town.passes(minutes=2)
    sent = await town.lin.posts("", reply_to=report)
    assert more(1) in leader_card(town).now().labels
    assert thanked(sent)


async def test_late_parts_of_an_album_are_counted_too(town: Town) -> None:
    await town.lin.posts(HOLE, album_part={"id": "x"})
    await town.passes(seconds=11)
    await town.lin.posts("", album_part={"id": "x", "last": True})
    assert more(1) in town.job.now().labels


async def test_after_the_fix_they_are_counted_below_it(town: Town) -> None:
    report = await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    await town.lu.posts("完成", reply_to=town.job)
    await town.passes(minutes=5)
    before = town.last(GROUP).labels
    await town.lin.posts("", reply_to=report)
    assert town.last(GROUP).labels == [*before, more(1)]


# --- passed on ----------------------------------------------------------------------------


async def test_a_leader_reads_of_a_ticket_that_its_photo_was_passed_on(town: Town) -> None:
    await town.lin.says("有人反映路面塌陷了", photos=[{"upload": town.picture()}], forward=True)
    note = told("note.forwarded")
    await town.qiao.says(f"/ticket {NUMBER}")
    shown = town.last(QIAO)
    assert note in shown.text
    await town.qiao.presses("去处理", on=shown)
    assert note in town.last(QIAO).text
    for who, chat in ((town.lin, GROUP), (town.lu, OFFICE)):
        await who.says(f"/ticket {NUMBER}")
        assert note not in town.last(chat).text


# --- voices -----------------------------------------------------------------------------------


async def voice_then_words(town: Town, wait: timedelta, **voice: Any) -> Player:
    lin = Player(town, LIN, LIN)
    await lin.starts()
    await sends(lin, "voice", **voice)
    rings(town, wait)
    await lin.says("印刷技校门口路面塌陷")
    return lin


async def test_a_voice_of_just_now_joins_and_he_hears_of_which_it_is_once_it_is_kept(town: Town) -> None:
    await voice_then_words(town, timedelta(minutes=4))
    assert [(photo.kind, photo.ticket_id) for photo in await kept(town)] == [("voice", 1)]
    assert told("clip.voice_kept", number=NUMBER) in [message.text for message in town.ours(LIN)]


async def test_a_voice_that_could_not_be_kept_is_not_said_to_be(town: Town) -> None:
    await voice_then_words(town, timedelta(minutes=1), content=b"OggS no voice at all")
    texts = [message.text for message in town.ours(LIN)]
    assert told("clip.voice_lost", number=NUMBER) in texts
    assert told("clip.voice_kept", number=NUMBER) not in texts


async def test_an_older_voice_has_nothing_to_do_with_what_is_told_later_unless_that_answers_it(town: Town) -> None:
    lin = await voice_then_words(town, timedelta(minutes=12))
    assert [(photo.kind, photo.ticket_id) for photo in await kept(town)] == [("voice", None)]
    asked = next(m for m in town.ours(LIN) if m.text == told("clip.type_it"))
    await lin.says("西柳小区门口路灯不亮", reply_to=asked)
    assert [(photo.kind, photo.ticket_id) for photo in await kept(town)] == [("voice", 2)]
