"""What people send besides a photo: films, voices, files, words they change afterwards; and what cannot be opened."""

from typing import Any

import pytest
from sqlalchemy import select

from models.photo import Photo
from models.ticket import TicketEvent
from tests.cast import GROUP, HOLE, LIN, OFFICE, QIAO, Message, Player, Town
from tests.handlers.seeing import cards, leader_card, photos, questions, tickets, told
from tests.media.films import MAKER, WHERE, film, voice

LAMP = "西柳小区门口路灯不亮"


async def sends(
    player: Player, kind: str, text: str = "", content: bytes | None = None, chat: int | None = None,
    reply_to: Message | None = None, **said: Any,
) -> Message:  # fmt: skip
    made = content if content is not None else voice() if kind == "voice" else film()
    upload = player.town.simulator.upload(made, "x")
    return await player.says(text, chat=chat, reply_to=reply_to, photos=[{"upload": upload, "as": kind}], **said)


async def kept(town: Town) -> list[Photo]:
    async with town.machine.runtime.database.read() as session:
        return list(await session.scalars(select(Photo).order_by(Photo.id)))


async def events(town: Town, kind: str) -> list[TicketEvent]:
    async with town.machine.runtime.database.read() as session:
        return list(await session.scalars(select(TicketEvent).where(TicketEvent.kind == kind)))


def clips(videos: int, voices: int = 0, lost: int = 0) -> str:
    return told("note.clips", videos=videos, voices=voices, lost=lost)


# --- films and voices ---------------------------------------------------------------------


async def test_a_film_with_words_is_a_report_and_is_kept_without_its_metadata(town: Town) -> None:
    report = await sends(town.lin, "video", HOLE)
    assert town.card.reply_to == report.id
    assert "路面塌陷" in town.card.text
    assert clips(1) in town.job.text
    assert clips(1) not in town.card.text
    (photo,) = await kept(town)
    assert (photo.kind, photo.role, photo.state) == ("video", "before", "kept")
    data = await town.machine.runtime.store.get(photo.media or "")
    assert WHERE not in data
    assert MAKER not in data
    assert [one for one in town.simulator.log() if one["method"] in ("sendVideo", "sendVideoNote", "sendVoice")] == []


async def test_a_film_without_words_is_asked_about_like_a_photo(town: Town) -> None:
    await sends(town.lin, "video")
    (asked,) = questions(town)
    await town.lin.presses("路面塌陷", on=asked)
    assert clips(1) in town.job.text
    assert [(photo.kind, photo.ticket_id) for photo in await kept(town)] == [("video", 1)]


async def test_a_moving_smile_is_no_film_unless_words_make_it_one(town: Town) -> None:
    await sends(town.lin, "animation")
    assert town.ours(GROUP) == []
    await sends(town.lin, "animation", HOLE)
    assert clips(1) in town.job.text


async def test_a_voice_in_the_group_is_talk(town: Town) -> None:
    said = await sends(town.lin, "voice")
    await sends(town.lin, "video_note")
    await sends(town.mei, "voice", reply_to=said)
    assert town.ours(GROUP) == []
    assert await kept(town) == []


async def test_a_voice_in_private_waits_for_a_line_and_joins_it(town: Town) -> None:
    lin = Player(town, LIN, LIN)
    await lin.starts()
    await sends(lin, "voice")
    assert town.last(LIN).text == told("clip.type_it")
    await sends(lin, "voice")
    assert [m.text for m in town.ours(LIN)].count(told("clip.type_it")) <= 2
    await lin.says(HOLE)
    await lin.sends_place(34.270315, 108.920218)
    assert [(photo.kind, photo.ticket_id, photo.state) for photo in await kept(town)] == [("voice", 1, "kept")] * 2
    assert clips(0, 2) in town.job.text


async def test_a_voice_under_ones_own_report_joins_it_and_he_hears_once_that_nobody_listens(town: Town) -> None:
    report = await town.lin.posts(HOLE)
    await sends(town.lin, "voice", reply_to=report)
    await sends(town.lin, "voice", reply_to=town.card)
    assert clips(0, 2) in town.job.now().text
    assert [m.text for m in town.ours(GROUP)].count(told("clip.type_it")) == 1
    await sends(town.wang, "voice", reply_to=town.card)
    assert [m.text for m in town.ours(GROUP)].count(told("clip.type_it")) == 2
    await sends(town.wang, "voice", reply_to=report)
    assert len(await kept(town)) == 3
    assert len(cards(town)) == 1


async def test_who_joined_may_add_films_photos_and_where_it_is(town: Town) -> None:
    await town.lin.posts("路面塌陷了一个大坑")
    await town.mei.presses("我也遇到", on=town.card)
    await sends(town.mei, "video", reply_to=town.card)
    await town.mei.posts("", reply_to=town.card)
    await town.mei.sends_place(34.270989, 108.919347, reply_to=town.card)
    assert [(photo.kind, photo.ticket_id) for photo in await kept(town)] == [("photo", 1), ("video", 1), ("photo", 1)]
    assert (await tickets(town))[0].place_source == "location"
    await town.wang.sends_place(34.270989, 108.919347, reply_to=town.card)
    assert town.last(GROUP).text == told("place.not_yours", number="LH2611200001")
    assert questions(town) == []


async def test_what_who_joined_says_of_the_place_moves_nothing_that_the_reporter_has_shown(town: Town) -> None:
    await town.lin.posts("路面塌陷了一个大坑")
    await town.lin.sends_place(34.270989, 108.919347, reply_to=town.card)
    await town.mei.presses("我也遇到", on=town.card)
    await town.mei.sends_place(34.272698, 108.916409, reply_to=town.card)
    assert (await tickets(town))[0].latitude == 34.270989


async def test_an_officers_film_joins_but_only_a_photo_ends_the_round(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    await town.lu.presses("接单", on=job)
    await sends(town.lu, "video", "修好了", reply_to=job)
    assert town.last(OFFICE).text == told("clip.photo_needed", number="LH2611200001", kind="video")
    assert (await tickets(town))[0].stage == "working"
    assert clips(1) in job.now().text
    await town.lu.posts("完成", reply_to=town.last(OFFICE))
    assert (await tickets(town))[0].stage == "resolved"
    assert [(photo.kind, photo.round) for photo in await photos(town, "after")] == [("video", 1), ("photo", 1)]
    assert town.last(GROUP).has_photo


async def test_a_strangers_film_under_the_departments_card_is_refused(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.member(OFFICE, town.dai.id, "member")
    await sends(town.dai, "video", chat=OFFICE, reply_to=town.job)
    assert town.last(OFFICE).text == told("ticket.not_yours", number="LH2611200001")
    assert await photos(town, "after") == []


async def test_a_film_is_enough_where_no_photo_is_asked_for(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    await town.qiao.says("/waive LH2611200001 拍不到")
    await sends(town.lu, "video", "完成", reply_to=town.job)
    assert (await tickets(town))[0].stage == "resolved"


async def test_what_is_no_film_is_told_of_and_not_kept(town: Town) -> None:
    await sends(town.lin, "video", HOLE, content=b"\x1aE\xdf\xa3 some other film")
    (photo,) = await kept(town)
    assert (photo.state, photo.reason, photo.media) == ("failed", "not_a_film", None)
    assert clips(1, lost=1) in town.job.text
    assert len(cards(town)) == 1


async def test_a_film_of_what_is_not_public_is_told_of_to_those_who_act_on_it(town: Town) -> None:
    await sends(town.lin, "video", "柳桥三小门口有人打架斗殴")
    assert (await tickets(town))[0].is_restricted
    assert all("🎬" not in message.text for message in town.ours(GROUP))


async def test_films_and_voices_are_shown_alone_to_who_acts_on_it(town: Town) -> None:
    report = await sends(town.lin, "video", HOLE)
    await sends(town.lin, "voice", reply_to=report)
    await sends(town.lin, "video_note", reply_to=report)
    await town.qiao.says("/photos LH2611200001")
    kinds = {"video", "voice", "video_note"}
    assert [kinds & m.raw.keys() for m in town.ours(QIAO)[-3:]] == [{"video"}, {"voice"}, {"video_note"}]
    await town.mei.says("/photos LH2611200001")
    assert not any(kinds & m.raw.keys() for chat in (GROUP, OFFICE, town.mei.id) for m in town.ours(chat))


# --- albums of several kinds ------------------------------------------------------------------


async def test_an_album_of_photos_and_films_is_one_ticket(town: Town) -> None:
    mixed = [{"upload": town.picture()}, {"upload": town.simulator.upload(film(), "x"), "as": "video"}] * 2
    await town.lin.says(HOLE, photos=mixed)
    await town.passes(seconds=2)
    assert len(cards(town)) == 1
    assert [(photo.kind, photo.ticket_id) for photo in await kept(town)] == [("photo", 1), ("video", 1)] * 2
    assert clips(2) in town.job.text
    assert town.job.has_photo


async def test_more_than_ten_are_kept_too(town: Town) -> None:
    for number in range(12):
        await town.lin.posts(HOLE if number == 0 else "", album_part={"id": "many", "last": number == 11})
    await town.passes(seconds=12)
    assert [(photo.ticket_id, photo.state) for photo in await kept(town)] == [(1, "kept")] * 12
    assert len(cards(town)) == 1


@pytest.mark.parametrize("order", [("video", "photo"), ("photo", "video")])
async def test_an_officers_album_with_a_photo_in_it_says_nothing_of_its_films(
    town: Town, order: tuple[str, str]
) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    await town.lu.presses("接单", on=job)
    made = {"video": {"upload": town.simulator.upload(film(), "x"), "as": "video"}, "photo": {"upload": town.picture()}}
    await town.lu.says("完成", reply_to=job, photos=[made[kind] for kind in order])
    await town.passes(seconds=5)
    assert (await tickets(town))[0].stage == "resolved"
    assert [photo.round for photo in await photos(town, "after")] == [1, 1]
    assert told("clip.photo_needed", number="LH2611200001", kind="video") not in [m.text for m in town.ours(OFFICE)]


async def test_an_officers_album_of_films_alone_asks_once_for_a_photo(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    await town.lu.presses("接单", on=job)
    two = [{"upload": town.simulator.upload(film(behind=bytes([n])), "x"), "as": "video"} for n in (0, 1)]
    await town.lu.says("完成", reply_to=job, photos=two)
    await town.passes(seconds=5)
    asked = told("clip.photo_needed", number="LH2611200001", kind="video")
    assert [m.text for m in town.ours(OFFICE)].count(asked) == 1
    assert (await tickets(town))[0].stage == "working"


# --- what cannot be opened -------------------------------------------------------------------


async def test_a_photo_that_cannot_be_opened_is_told_on_the_cards_until_there_is_another(town: Town) -> None:
    broken = town.simulator.upload(b"\xff\xd8\xff no picture", "hole.jpg")
    report = await town.lin.says(HOLE, photos=[{"upload": broken}], as_file=True)
    note = told("trouble.unopened")
    assert note in town.card.text
    assert note in town.job.text
    assert len(town.ours(GROUP)) == 1
    await town.lin.posts("", reply_to=report)
    assert note not in town.card.text
    assert note not in next(m for m in town.ours(OFFICE) if m.labels).now().text


async def test_a_file_too_large_is_told_to_its_sender_alone(town: Town) -> None:
    lin = Player(town, LIN, LIN)
    await lin.starts()
    large = town.simulator.upload(b"\xff\xd8\xff" + bytes(20 * 1024 * 1024), "hole.jpg")
    await town.lin.says(HOLE, photos=[{"upload": large}], as_file=True)
    assert [photo.reason for photo in await kept(town)] == ["too_large"]
    assert told("trouble.too_large") in town.card.text
    assert town.last(LIN).text == told("clip.too_large", kind="photo")
    assert len(cards(town)) == 1


async def test_a_proof_that_cannot_be_opened_is_none(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    await town.lu.presses("接单", on=job)
    due = (await tickets(town))[0].deadline
    broken = town.simulator.upload(b"\xff\xd8\xff no picture", "fix.jpg")
    sent = await town.lu.says("完成", reply_to=job, photos=[{"upload": broken}], as_file=True)
    ticket = (await tickets(town))[0]
    assert (ticket.stage, ticket.resolved_at, ticket.deadline) == ("working", None, due)
    assert town.last(OFFICE).text == told("unproven.unopened", number="LH2611200001")
    assert town.last(OFFICE).reply_to == sent.id
    await town.passes(minutes=5)
    assert len(cards(town)) == 1, "the group has not heard that it is mended"
    assert "处置中" in town.card.text
    await town.lu.posts("完成", reply_to=town.last(OFFICE))
    assert (await tickets(town))[0].stage == "resolved"
    await town.passes(minutes=5)
    assert town.last(GROUP).has_photo
    assert len(cards(town)) == 2


async def test_one_good_picture_of_several_proves_it(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    await town.lu.presses("接单", on=job)
    broken = town.simulator.upload(b"\xff\xd8\xff no picture", "fix.jpg")
    await town.lu.says("完成", reply_to=job, photos=[{"upload": broken}], as_file=True, album_part={"id": "f"})
    assert (await tickets(town))[0].stage == "working"
    await town.lu.says("", reply_to=job, photos=[{"upload": town.picture()}], album_part={"id": "f", "last": True})
    await town.passes(seconds=5)
    ticket = (await tickets(town))[0]
    assert (ticket.stage, {photo.ticket_id for photo in await photos(town, "after")}) == ("resolved", {1})


async def test_a_proof_nobody_could_bring_leaves_it_to_the_leader(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    town.simulator.faults([{"kind": "400", "method": "getFile"}])
    await town.lu.posts("完成", reply_to=town.job)
    await town.passes(minutes=5)
    assert (await tickets(town))[0].stage == "resolved"
    assert told("trouble_of_fix.unfetched") in next(m for m in town.ours(OFFICE) if m.labels or "待核查" in m.text).text
    assert len(cards(town)) == 2


# --- words that are changed -------------------------------------------------------------------


async def test_a_ticket_follows_what_its_reporter_changes_before_work(town: Town) -> None:
    report = await town.lin.posts(HOLE)
    await town.lin.edits(report, LAMP)
    ticket = (await tickets(town))[0]
    assert ticket.text == LAMP
    assert "路灯" in town.card.text
    assert ticket.place is not None
    assert "西柳小区" in ticket.place
    assert [(e.data["old"], e.data["new"]) for e in await events(town, "amended")] == [(HOLE, LAMP)]
    assert len(cards(town)) == 1
    assert len(await tickets(town)) == 1


async def test_a_change_that_says_the_same_or_nothing_changes_nothing(town: Town) -> None:
    report = await town.lin.posts(HOLE)
    for text in ("", "哈哈哈", HOLE):
        await town.lin.edits(report, text)
    assert (await tickets(town))[0].text == HOLE
    assert await events(town, "amended") == []


async def test_after_acceptance_only_the_words_follow_and_the_department_hears_it(town: Town) -> None:
    report = await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    was = (await tickets(town))[0]
    more = HOLE + ",靠北边,有两处"
    await town.lin.edits(report, more)
    ticket = (await tickets(town))[0]
    assert (ticket.text, ticket.category, ticket.department_id) == (more, was.category, was.department_id)
    assert town.last(OFFICE).text == told("card.amended", number="LH2611200001", said=more)
    await town.lin.edits(report, LAMP)
    assert (await tickets(town))[0].category == was.category


async def test_what_a_person_chose_stays(town: Town) -> None:
    report = await town.lin.posts(HOLE)
    await town.qiao.says("/category LH2611200001 E0110")
    chosen = (await tickets(town))[0].category
    assert chosen == "E0110"
    await town.lin.edits(report, LAMP)
    ticket = (await tickets(town))[0]
    assert (ticket.text, ticket.category) == (LAMP, chosen)


async def test_danger_told_by_a_change_rings_at_once(town: Town) -> None:
    report = await town.lin.posts(HOLE)
    assert not (await tickets(town))[0].is_urgent
    await town.lin.edits(report, HOLE + ",有人掉下去了")
    assert (await tickets(town))[0].is_urgent
    assert "119" in town.card.text


async def test_what_is_kept_from_the_groups_stays_so(town: Town) -> None:
    report = await town.lin.posts("柳桥三小门口有人打架斗殴")
    await town.lin.edits(report, LAMP)
    ticket = (await tickets(town))[0]
    assert ticket.is_restricted
    assert all("路灯" not in message.text for message in town.ours(GROUP))


async def test_after_a_day_or_by_another_nothing_follows(town: Town) -> None:
    report = await town.lin.posts(HOLE)
    await town.passes(hours=25)
    await town.lin.edits(report, LAMP)
    assert (await tickets(town))[0].text == HOLE


async def test_chatter_that_becomes_a_report_makes_a_ticket(town: Town) -> None:
    photo = await town.lin.posts("中午的麻辣烫真香")
    said = await town.lin.says("今天真热")
    assert town.ours(GROUP) == []
    await town.lin.edits(photo, HOLE)
    assert town.card.reply_to == photo.id
    await town.lin.edits(said, f"@roving_grid_bot {LAMP}")
    assert [ticket.text for ticket in await tickets(town)] == [HOLE, LAMP]
    await town.lin.edits(said, f"@roving_grid_bot {LAMP}了")
    assert len(await tickets(town)) == 2


async def test_chatter_of_long_ago_stays_chatter(town: Town) -> None:
    photo = await town.lin.posts("中午的麻辣烫真香")
    await town.passes(hours=25)
    await town.lin.edits(photo, HOLE)
    assert await tickets(town) == []


async def test_words_told_in_answer_are_not_lost_by_a_change_of_the_caption(town: Town) -> None:
    photo = await town.lin.posts("这个")
    await town.lin.says(LAMP, reply_to=photo)
    await town.lin.edits(photo, "这个,在二楼")
    assert (await tickets(town))[0].text == f"这个 {LAMP} 这个,在二楼"


async def test_report_by_command_follows_too(town: Town) -> None:
    said = await town.lin.says(f"/report {HOLE}")
    await town.lin.edits(said, f"/report {LAMP}")
    assert (await tickets(town))[0].text == LAMP


# --- passed on, and from where ---------------------------------------------------------------


async def test_a_forwarded_photo_is_a_report_and_its_leader_reads_that_it_was_passed_on(town: Town) -> None:
    await town.lin.sends_place(34.272698, 108.916409)
    await town.lin.says("有人反映路面塌陷了", photos=[{"upload": town.picture()}], forward=True)
    ticket = (await tickets(town))[0]
    assert ticket.place_source in ("grid", "text")
    assert [photo.forwarded for photo in await kept(town)] == [True]
    assert told("note.forwarded") not in town.card.text
    await town.lu.says("/return LH2611200001 不归我们", chat=OFFICE)
    assert told("note.forwarded") in leader_card(town).text


async def test_a_caption_says_from_where_its_picture_shows_it(town: Town) -> None:
    await town.lin.posts(f"远景 {HOLE}")
    await town.lin.posts("近景", reply_to=town.card)
    await town.lin.posts("门牌", reply_to=town.card)
    await town.lin.posts("", reply_to=town.card)
    assert [photo.view for photo in await kept(town)] == ["far", "near", "landmark", None]
