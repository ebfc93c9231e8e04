"""A picture that proves little: the leader looks, the ticket waits for him, and nobody else hears a word of it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image
from sqlalchemy import select, update

from bot import inbox
from models.grid import Grid
from models.photo import Photo
from models.proof import Mark
from models.ticket import Ticket, TicketEvent
from tests import makers
from tests.cast import DRAINAGE, GROUP, HOLE, LU, OFFICE, QIAO, Message, Player, Town, drawn, saved
from tests.handlers.called import card_in
from tests.handlers.seeing import cards, photos, tickets, told

HOME, NUMBER, OTHER = ZoneInfo("Asia/Shanghai"), "LH2611200001", "LH2611200002"
LAMP = "西柳小区门口路灯不亮"
LATITUDE, LONGITUDE = 34.270989, 108.919347


def picture(town: Town, number: int, quality: int = 90, **exif: Any) -> dict[str, str]:
    """A drawn one, as a camera would save it. taken: by its own clock; at: latitude and longitude."""
    kept = Image.Exif()
    if "taken" in exif:
        kept.get_ifd(0x8769)[0x9003] = exif["taken"].astimezone(HOME).strftime("%Y:%m:%d %H:%M:%S")
    if "at" in exif:
        latitude, longitude = exif["at"]
        kept.get_ifd(0x8825).update({1: "N", 2: _degrees(latitude), 3: "E", 4: _degrees(longitude)})
    return {"upload": town.simulator.upload(saved(drawn(number), quality, exif=kept), f"IMG_{number}.jpg")}


def _degrees(value: float) -> tuple[float, float, float]:
    minutes, seconds = divmod(value * 3600, 60)
    degrees, minutes = divmod(minutes, 60)
    return degrees, minutes, round(seconds, 4)


async def marks(town: Town, role: str = "after") -> list[dict[str, tuple[str, str]]]:
    """Of each picture: check -> verdict and reason."""
    every = [[Mark.of(data) for data in photo.marks] for photo in await photos(town, role)]
    return [{mark.check.value: (mark.verdict.value, mark.reason) for mark in of_one} for of_one in every]


async def mended(town: Town, *sent: dict[str, str], text: str = HOLE, **said: Any) -> None:
    await town.lin.posts(text)
    await town.lu.says("", reply_to=town.job, photos=list(sent), **said)


async def is_doubted(town: Town) -> bool:
    return (await tickets(town))[-1].is_doubted


async def doubts(town: Town) -> list[TicketEvent]:
    async with town.machine.runtime.database.read() as session:
        events = await session.scalars(TicketEvent.of((await tickets(town))[-1].id))
        return [event for event in events if event.kind == "doubted"]


def read_by(town: Town, chats: Iterable[int]) -> str:
    return "\n".join(message.text for chat in chats for message in town.ours(chat))


def tray(town: Town) -> Message:
    return next(m for m in reversed(town.ours(QIAO)) if "待办" in m.text)


# --- what is found ---------------------------------------------------------------------------


async def test_all_is_well(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.passes(minutes=30)
    spot = (await tickets(town))[0].spot
    taken = town.clock.moment - timedelta(minutes=5)
    proof = picture(town, 900, taken=taken, at=(spot.latitude, spot.longitude))
    await town.lu.says("", reply_to=town.job, photos=[proof], as_file=True)
    assert await marks(town) == [
        {"new": ("pass", "fresh"), "time": ("pass", "after"), "place": ("pass", "near"), "own": ("pass", "taken")}
    ]
    assert not await is_doubted(town)
    assert await doubts(town) == []
    assert town.ours(QIAO)[1:] == [], "he hears nothing that he need not"
    await town.qiao.says(f"/ticket {NUMBER}")
    shown = town.last(QIAO).text
    for key in ("proof.new_fresh", "proof.own_taken"):
        assert f"✅ {told(key)}" in shown
    await town.nothing_went_wrong()


async def test_a_photo_tells_neither_when_nor_where(town: Town) -> None:
    await mended(town, picture(town, 900))
    assert await marks(town) == [
        {"new": ("pass", "fresh"), "time": ("unknown", "untold"), "place": ("unknown", "untold"),
         "own": ("pass", "taken")}
    ]  # fmt: skip
    assert not await is_doubted(town)
    await town.qiao.says(f"/ticket {NUMBER}")
    assert f"❔ {told('proof.time_untold')}" in town.last(QIAO).text


async def test_the_picture_of_another_fix(town: Town) -> None:
    await mended(town, picture(town, 900))
    await town.lin.presses("已解决", on=town.last(GROUP))
    await mended(town, picture(town, 900), text=LAMP)
    assert (await marks(town))[1]["new"] == ("fail", "used")
    assert await is_doubted(town)
    shown = tray(town)
    assert OTHER in shown.text
    assert told("waits.doubted") in shown.text
    assert f"⚠️ {told('proof.new_used', number=NUMBER, alike=None)}" in shown.text
    assert shown.labels[:2] == ["核查通过", "返工"]
    await town.nothing_went_wrong()


async def test_the_same_bytes_under_another_name(town: Town) -> None:
    """Sent as a file it has another name with the channel; its bytes are the same."""
    await mended(town, picture(town, 900), as_file=True)
    await town.lin.presses("已解决", on=town.last(GROUP))
    await town.lin.posts(LAMP)
    async with town.machine.runtime.database.write() as session:
        first = await session.get_one(Photo, (await photos(town, "after"))[0].id)
        first.key = "another"
    await town.lu.says("", reply_to=town.job, photos=[picture(town, 900)], as_file=True)
    assert (await marks(town))[1]["new"] == ("fail", "used")


async def test_the_same_picture_saved_anew_smaller_and_worse(town: Town) -> None:
    await mended(town, picture(town, 900))
    await town.lin.presses("已解决", on=town.last(GROUP))
    again = saved(drawn(900).resize((240, 180)), 40)
    await mended(town, {"upload": town.simulator.upload(again, "again.jpg")}, text=LAMP)
    assert (await marks(town))[1]["new"] == ("fail", "used")
    assert f"⚠️ {told('proof.new_used', number=NUMBER, alike=True)}" in tray(town).text


async def test_the_reported_picture_saved_anew(town: Town) -> None:
    await town.lin.says(HOLE, photos=[picture(town, 900)])
    await town.lu.says("", reply_to=town.job, photos=[picture(town, 900, 40)])
    assert (await marks(town))[0]["new"] == ("fail", "reported")
    assert f"⚠️ {told('proof.new_reported', alike=True)}" in tray(town).text


async def test_of_two_that_come_together_the_later_one_is_told_of(town: Town) -> None:
    """The index knew the later one first: whichever is fetched first, the one sent later is the copy."""
    await mended(town, picture(town, 900))
    await mended(town, picture(town, 901), text=LAMP)
    first, second = [photo.id for photo in await photos(town, "after")]
    lane = f"telegram:{OFFICE}"
    async with town.machine.runtime.database.write() as session:
        photo = await session.get_one(Photo, first)
        assert photo.likeness is not None
        result = {
            "photo": first, "media": photo.media, "thumbnail": photo.thumbnail, "public": photo.public, "hidden": 0,
            "digest": photo.digest, "likeness": photo.likeness.hex(), "alike": [second], "known_to": 0,
        }  # fmt: skip
        row = inbox.row(
            "errands", update="e", natural="e", lane=lane, what="fetch", payload=result, at=town.clock.moment
        )
        await inbox.keep(session, [row])
    await town.settles()
    assert [found["new"] for found in await marks(town)] == [("unknown", "again"), ("fail", "used")]
    assert [ticket.is_doubted for ticket in await tickets(town)] == [False, True]


async def test_a_picture_that_looks_the_same(town: Town) -> None:
    """The index says which are alike; whose they are decides."""
    await mended(town, picture(town, 900))
    await town.lin.presses("没解决", on=town.last(GROUP))
    first = (await photos(town, "after"))[0].id
    errands = town.machine.errands
    fetch = errands._kinds["fetch"]

    async def alike(data: dict[str, Any]) -> dict[str, Any]:
        return {**await fetch(data), "alike": [first], "known_to": first}

    errands._kinds = {**errands._kinds, "fetch": alike}
    await town.lu.says("", reply_to=town.job, photos=[picture(town, 901)])
    assert (await marks(town))[1]["new"] == ("fail", "round")
    assert await is_doubted(town)


async def test_an_album_and_the_same_picture_twice_in_it_are_no_replay(town: Town) -> None:
    await mended(town, picture(town, 900), picture(town, 900), picture(town, 901))
    await town.passes(seconds=20)
    assert [found["new"] for found in await marks(town)] == [("pass", "fresh")] * 3
    assert not await is_doubted(town)


async def test_a_forwarded_one(town: Town) -> None:
    await mended(town, picture(town, 900), forward=True)
    assert (await marks(town))[0]["own"] == ("fail", "forwarded")
    assert f"⚠️ {told('proof.own_forwarded')}" in tray(town).text
    assert (await doubts(town))[0].data["checks"] == ["own"]


async def test_taken_before_the_dispatch(town: Town) -> None:
    yesterday = datetime(2026, 11, 19, 2, 20, tzinfo=UTC)
    await mended(town, picture(town, 900, taken=yesterday), as_file=True)
    assert (await marks(town))[0]["time"] == ("fail", "before")
    assert "10:20" in tray(town).text, "naive is the district's own time"


async def test_taken_elsewhere(town: Town) -> None:
    await mended(town, picture(town, 900, at=(LATITUDE + 0.05, LONGITUDE)), as_file=True)
    assert (await marks(town))[0]["place"] == ("fail", "far")
    assert "5500 米" in tray(town).text
    photo = (await photos(town, "after"))[0]
    assert set(photo.marks[2]) == {"check", "verdict", "reason", "metres"}, "how far, and not where"


async def test_a_location_near_in_time_stands_in_for_exif(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.sends_place(LATITUDE + 0.05, LONGITUDE)
    await town.lu.says("", reply_to=town.job, photos=[picture(town, 900)])
    assert (await marks(town))[0]["place"] == ("fail", "far")


async def test_who_says_where_it_is_cannot_prove_it_by_being_there(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.sends_place(LATITUDE + 0.001, LONGITUDE, reply_to=town.job)
    await town.lu.says(
        "", reply_to=town.job, photos=[picture(town, 900, at=(LATITUDE + 0.001, LONGITUDE))], as_file=True
    )
    assert (await marks(town))[0]["place"] == ("unknown", "own")


# --- what it holds -----------------------------------------------------------------------------


async def held(town: Town) -> None:
    await mended(town, picture(town, 900), forward=True)


async def test_it_does_not_close_by_itself_until_somebody_looked(town: Town) -> None:
    await held(town)
    await town.passes(days=8)
    assert (await tickets(town))[0].stage == "resolved"
    await town.qiao.presses("核查通过", on=tray(town))
    ticket = (await tickets(town))[0]
    assert (ticket.stage, ticket.ended_by, ticket.is_doubted) == ("closed", "verified", False)
    await town.nothing_went_wrong()


async def test_one_that_is_well_does(town: Town) -> None:
    await mended(town, picture(town, 900))
    await town.passes(days=8)
    assert (await tickets(town))[0].ended_by == "lapsed"


async def test_the_leader_sends_it_back_and_the_next_round_is_clean(town: Town) -> None:
    await held(town)
    await town.qiao.presses("返工", on=tray(town))
    await town.qiao.presses(tray(town).labels[0], on=tray(town))
    ticket = (await tickets(town))[0]
    assert (ticket.stage, ticket.round, ticket.is_doubted) == ("dispatched", 2, False)
    await town.lu.says("", reply_to=town.job, photos=[picture(town, 901)])
    assert not await is_doubted(town)
    await town.passes(days=8)
    assert (await tickets(town))[0].ended_by == "lapsed"
    await town.nothing_went_wrong()


async def test_the_reporter_was_there_and_closes_it_and_the_mark_stays(town: Town) -> None:
    await held(town)
    stood = tray(town)
    assert NUMBER in stood.text
    await town.lin.presses("已解决", on=town.last(GROUP))
    ticket = (await tickets(town))[0]
    assert (ticket.stage, ticket.is_doubted) == ("closed", False)
    assert (await marks(town))[0]["own"] == ("fail", "forwarded")
    await town.qiao.says(f"/ticket {NUMBER}")
    assert f"⚠️ {told('proof.own_forwarded')}" in town.last(QIAO).text
    assert stood.now().text == told("tray.nothing")
    await town.nothing_went_wrong()


async def test_the_leader_hears_of_it_once(town: Town) -> None:
    await town.lin.posts(HOLE)
    before = len(town.ours(QIAO))
    await town.lu.says("", reply_to=town.job, photos=[picture(town, n) for n in (900, 901, 902)], forward=True)
    await town.passes(seconds=30)
    assert len(await doubts(town)) == 3
    assert [event.data["first"] for event in await doubts(town)] == [True, False, False]
    assert len(town.ours(QIAO)) == before + 1


async def test_a_picture_that_comes_after_the_end_is_noted_and_moves_nothing(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.faults([{"kind": "500", "method": "file", "times": 2}])
    await town.lu.says("", reply_to=town.job, photos=[picture(town, 900)], forward=True)
    await town.qiao.says(f"/verify {NUMBER}")
    before = len(town.ours(QIAO))
    await town.passes(seconds=61)
    await town.passes(minutes=20)
    ticket = (await tickets(town))[0]
    assert (ticket.stage, ticket.is_doubted) == ("closed", False)
    assert [(event.data["holds"], event.data["stage"]) for event in await doubts(town)] == [(False, "closed")]
    assert len(town.ours(QIAO)) == before
    await town.nothing_went_wrong()


async def test_a_part_of_several_waits_for_the_last_of_them(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/whistle {NUMBER} 排水公司")
    heard = len(town.ours(QIAO))
    await town.dai.says("", reply_to=card_in(town, DRAINAGE), photos=[picture(town, 900)], forward=True)
    assert (await tickets(town))[0].stage != "resolved"
    assert await is_doubted(town)
    assert len(town.ours(QIAO)) == heard, "there is nothing to check yet"
    await town.lu.says("", reply_to=card_in(town, OFFICE), photos=[picture(town, 900)])
    assert (await tickets(town))[0].stage == "resolved"
    assert [found["new"] for found in await marks(town)] == [("pass", "fresh"), ("fail", "part")]
    assert len(town.ours(QIAO)) == heard + 1
    shown = tray(town).text
    assert f"⚠️ {told('proof.new_part', alike=None)}" in shown
    assert f"⚠️ {told('proof.own_forwarded')}" in shown
    await town.nothing_went_wrong()


# --- a slip put right --------------------------------------------------------------------------


async def test_a_photo_sent_after_the_wrong_one_joins_the_round(town: Town) -> None:
    await held(town)
    heard, rung = len(town.ours(GROUP)), len(town.ours(QIAO))
    await town.lu.says("刚才发错了，这张才是", reply_to=town.job, photos=[picture(town, 901)])
    assert town.last(OFFICE).text == told("resolve.added", number=NUMBER)
    assert [found["own"] for found in await marks(town)] == [("fail", "forwarded"), ("pass", "taken")]
    assert await is_doubted(town), "the leader looks all the same"
    assert told("proof.beside_it", count=1) in tray(town).text
    assert (len(town.ours(GROUP)), len(town.ours(QIAO))) == (heard, rung)
    pairs = await photos(town, "pair")
    assert pairs[-1].shows[-1] == (await photos(town, "after"))[1].id
    await town.qiao.presses("看照片", on=tray(town))
    assert len([m for m in town.ours(QIAO) if m.has_photo]) == 2
    await town.passes(days=8)
    assert (await tickets(town))[0].stage == "resolved"
    await town.qiao.presses("核查通过", on=tray(town))
    assert (await tickets(town))[0].stage == "closed"
    await town.nothing_went_wrong()


async def test_a_wrong_photo_sent_after_a_right_one_holds_it(town: Town) -> None:
    await mended(town, picture(town, 900))
    assert not await is_doubted(town)
    await town.passes(minutes=5)
    yesterday = datetime(2026, 11, 19, 2, 20, tzinfo=UTC)
    wrong = [picture(town, number, taken=yesterday) for number in (901, 902)]
    await town.lu.says("", reply_to=town.ours(OFFICE)[0], photos=wrong, as_file=True)
    assert len(await marks(town)) == 3
    assert await is_doubted(town)
    assert "10:20" in tray(town).text
    assert [m.text for m in town.ours(OFFICE)].count(told("resolve.added", number=NUMBER)) == 1, "an album is one word"
    await town.nothing_went_wrong()


async def test_of_another_department_nothing_joins(town: Town) -> None:
    await held(town)
    town.simulator.member(OFFICE, town.dai.id, "member")
    await town.dai.says("", chat=OFFICE, reply_to=town.job, photos=[picture(town, 901)])
    assert len(await marks(town)) == 1
    await town.passes(minutes=5)
    await town.qiao.presses("核查通过", on=tray(town))
    await town.lu.says("", reply_to=town.ours(OFFICE)[0], photos=[picture(town, 902)])
    assert len(await marks(town)) == 1, "what is checked is checked"


# --- who reads it --------------------------------------------------------------------------------


async def test_nobody_is_accused(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.mei.presses("我也遇到", on=town.card)
    await town.lu.says("", reply_to=town.job, photos=[picture(town, 900)], forward=True)
    heard = len(cards(town))
    await town.passes(minutes=40)
    await town.lin.says(f"/ticket {NUMBER}")
    await town.qiao.says(f"/ticket {NUMBER}", chat=GROUP)
    await Player(town, LU, LU).says(f"/ticket {NUMBER}")
    await town.lu.says(f"/ticket {NUMBER}")
    everybody = read_by(town, (GROUP, OFFICE, LU))
    words = [told(f"proof.{key}") for key in ("own_forwarded", "new_fresh", "time_untold", "place_untold")]
    assert [word for word in words if word in everybody] == []
    assert told("waits.doubted") not in everybody
    assert told("proof.wait") not in read_by(town, (GROUP,))
    assert told("proof.wait") in read_by(town, (OFFICE,)), "its department is told to wait, and not why"
    assert len(cards(town)) == heard == 2


async def test_an_inspector_and_an_administrator_read_it_too(town: Town) -> None:
    await held(town)
    await town.gu.says(f"/ticket {NUMBER}")
    assert f"⚠️ {told('proof.own_forwarded')}" in town.last(town.gu.id).text
    await town.shen.says(f"/audit {NUMBER}")
    shown = town.last(town.shen.id).text
    assert told("event.doubted") in shown
    assert f"⚠️ {told('proof.own_forwarded')}" in shown


async def test_with_the_picture_stands_what_was_found(town: Town) -> None:
    await held(town)
    await town.qiao.presses("看照片", on=tray(town))
    assert f"⚠️ {told('proof.own_forwarded')}" in town.last(QIAO).text
    assert town.last(QIAO).has_photo


async def test_the_picture_it_is_the_same_as_stands_beside_it(town: Town) -> None:
    await mended(town, picture(town, 900))
    await town.lin.presses("已解决", on=town.last(GROUP))
    await mended(town, picture(town, 900), text=LAMP)
    await town.qiao.presses("看照片", on=tray(town))
    assert town.last(QIAO).text == told("proof.compared", number=NUMBER, role=told("pair.after"))
    assert town.last(QIAO).has_photo
    await town.gu.says(f"/ticket {OTHER}")
    shown = town.last(town.gu.id)
    assert shown.labels == ["核查通过", "返工", "看照片"]
    await town.gu.presses("看照片", on=shown)
    assert town.last(town.gu.id).text == told("proof.compared", number=NUMBER, role=told("pair.after"))
    await Player(town, LU, LU).says(f"/ticket {OTHER}")
    assert "看照片" not in town.last(LU).labels
    await town.nothing_went_wrong()


async def test_of_copies_of_copies_the_oldest_is_named(town: Town) -> None:
    for text in (HOLE, LAMP, "柳桥三小门口井盖坏了"):
        await mended(town, picture(town, 900), text=text)
        await town.qiao.says(f"/verify {(await tickets(town))[-1].number}")
    async with town.machine.runtime.database.read() as session:
        third = await session.get_one(Photo, (await photos(town, "after"))[-1].id)
    assert (third.marks[0]["reason"], third.marks[0]["ticket"]) == ("used", (await tickets(town))[0].id)


async def test_what_is_not_public_is_not_named_to_who_may_not_see_it(town: Town) -> None:
    await mended(town, picture(town, 900))
    await mended(town, picture(town, 900), text=LAMP)
    async with town.machine.runtime.database.read() as session:
        elsewhere = await session.scalar(select(Grid.id).where(Grid.code == "610199001002003"))
    first = (await tickets(town))[0]
    await _stands(town, first.id, elsewhere, is_restricted=True)
    hidden, open_ = (told("proof.new_used", number=number, alike=None) for number in (None, NUMBER))
    await town.qiao.says(f"/ticket {OTHER}")
    assert hidden in town.last(QIAO).text
    assert open_ not in town.last(QIAO).text
    await town.qiao.presses("看照片", on=town.last(QIAO))
    assert "请对比" not in town.last(QIAO).text
    await town.gu.says(f"/ticket {OTHER}")
    assert open_ in town.last(town.gu.id).text
    await _stands(town, first.id, first.grid_id, is_restricted=False)


async def _stands(town: Town, ticket: int, grid: int | None, *, is_restricted: bool) -> None:
    async with town.machine.runtime.database.write() as session:
        await session.execute(
            update(Ticket).where(Ticket.id == ticket).values(grid_id=grid, is_restricted=is_restricted)
        )


async def test_what_was_found_in_an_earlier_round_stays_in_the_record(town: Town) -> None:
    await held(town)
    await town.lin.presses("没解决", on=town.last(GROUP))
    await town.shen.says(f"/audit {NUMBER}")
    line = told("proof.mark", verdict="fail", of_report=False, told=told("proof.own_forwarded"))
    assert told("proof.in_round", round=1, told=line) in town.last(town.shen.id).text
    await town.qiao.says(f"/ticket {NUMBER}")
    assert told("proof.own_forwarded") not in town.last(QIAO).text


# --- reports ---------------------------------------------------------------------------------------


async def test_a_picture_reported_twice(town: Town) -> None:
    await town.lin.says(HOLE, photos=[picture(town, 900)])
    await town.mei.says(LAMP, photos=[picture(town, 900)])
    assert [found["new"] for found in await marks(town, "before")] == [("pass", "fresh"), ("fail", "used")]
    assert len(await tickets(town)) == 2, "nothing is refused for it"
    await town.qiao.says(f"/ticket {OTHER}")
    line = told("proof.mark", verdict="fail", of_report=True, told=told("proof.new_used", number=NUMBER, alike=None))
    assert line in town.last(QIAO).text
    await town.lin.says(f"/ticket {OTHER}")
    assert told("proof.new_used", number=NUMBER, alike=None) not in read_by(town, (GROUP, OFFICE))
    assert not await is_doubted(town)
    assert await doubts(town) == []
    await town.nothing_went_wrong()


async def test_a_leader_reads_of_it_with_his_next_tray(town: Town) -> None:
    await town.lin.says(HOLE, photos=[picture(town, 900)])
    await town.mei.says(LAMP, photos=[picture(town, 900)])
    rung = len(town.ours(QIAO))
    line = told("proof.mark", verdict="fail", of_report=True, told=told("proof.new_used", number=NUMBER, alike=None))
    line = told("proof.report", number=OTHER, told=line)
    assert line not in read_by(town, (QIAO,)), "nobody is rung for it"
    await town.lin.posts("印刷技校门口有个东西，不知道归谁管，坏了")
    assert len(town.ours(QIAO)) == rung + 1
    assert line in tray(town).text
    await town.qiao.says("/dispatch LH2611200003 shizheng")
    await town.mei.says(f"/withdraw {OTHER}")
    assert line not in town.ours(QIAO)[rung].text
    await town.nothing_went_wrong()


async def test_the_first_of_two_is_told_where_it_was_used_again(town: Town) -> None:
    await mended(town, picture(town, 900))
    await mended(town, picture(town, 900), text=LAMP)
    assert [found["new"] for found in await marks(town)] == [("unknown", "again"), ("fail", "used")]
    assert [ticket.is_doubted for ticket in await tickets(town)] == [False, True]
    await town.qiao.says(f"/ticket {NUMBER}")
    assert f"❔ {told('proof.new_again', number=OTHER)}" in town.last(QIAO).text
    await town.passes(days=8)
    assert [ticket.stage for ticket in await tickets(town)] == ["closed", "resolved"]
    await town.nothing_went_wrong()


async def test_the_same_incident_may_be_shown_by_the_same_picture(town: Town) -> None:
    await town.lin.says(HOLE, photos=[picture(town, 900)])
    await town.mei.says(HOLE, photos=[picture(town, 900)])
    assert len(await tickets(town)) == 1
    assert [found["new"] for found in await marks(town, "before")] == [("pass", "fresh")] * 2


async def reports_by_camera(town: Town, minutes: int) -> None:
    """A hole, and so many minutes later by the camera's clock a lamp 5.5 km from it."""
    taken = town.clock.moment - timedelta(hours=2)
    north = (LATITUDE + 0.05, LONGITUDE)
    await town.lin.says(HOLE, photos=[picture(town, 900, taken=taken, at=(LATITUDE, LONGITUDE))], as_file=True)
    later = taken + timedelta(minutes=minutes)
    await town.lin.says("路灯不亮", photos=[picture(town, 901, taken=later, at=north)], as_file=True)


async def test_nobody_is_in_two_places_at_once(town: Town) -> None:
    await reports_by_camera(town, 2)
    assert (await marks(town, "before"))[1]["speed"] == ("fail", "too_fast")
    await town.qiao.says(f"/ticket {OTHER}")
    assert told("proof.speed_too_fast", minutes=2, metres=5500) in town.last(QIAO).text
    assert told("proof.speed_too_fast", minutes=2, metres=5500) not in read_by(town, (GROUP, OFFICE))
    assert len(await tickets(town)) == 2


async def test_who_rode_there_is_not_told_of(town: Town) -> None:
    await reports_by_camera(town, 20)
    assert (await marks(town, "before"))[1]["speed"] == ("pass", "possible")


async def test_a_place_in_words_is_not_where_he_stood(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lin.posts("柳桥三小门口路面塌陷")
    assert all("speed" not in found for found in await marks(town, "before"))


async def test_a_location_sent_for_both_reports(town: Town) -> None:
    async def stands(latitude: float, **how: Any) -> None:
        where = {"latitude": latitude, "longitude": LONGITUDE, **how}
        await town.lin._said(GROUP, "", town.card, location=where)

    await town.lin.posts("路面塌陷")
    await stands(LATITUDE, horizontal_accuracy=20)
    await town.passes(minutes=3)
    await town.lin.posts("路灯不亮")
    await stands(LATITUDE + 0.1)
    assert [found.get("speed") for found in await marks(town, "before")] == [("unknown", "first"), None], (
        "a point picked on the map says nothing of where he was"
    )
    await stands(LATITUDE + 0.1, horizontal_accuracy=20)
    assert (await marks(town, "before"))[1]["speed"] == ("fail", "too_fast")
    await town.nothing_went_wrong()


async def test_what_came_late_says_nothing_of_when(town: Town) -> None:
    """The bot was away: both locations reach it in one second."""
    await town.lin.posts("路面塌陷")
    first = town.card
    await town.passes(minutes=3)
    await town.lin.posts("路灯不亮")
    for card, latitude in ((first, LATITUDE), (town.card, LATITUDE + 0.1)):
        where = {"latitude": latitude, "longitude": LONGITUDE, "horizontal_accuracy": 20}
        town.simulator.post(town.lin.id, GROUP, "", reply_to=card.id, location=where)
        town.clock.moment += timedelta(minutes=40)
    await town.settles()
    assert all("speed" not in found for found in await marks(town, "before"))


# --- does it show the place that was reported? ---------------------------------------------------


def street(town: Town, number: int, **how: Any) -> dict[str, str]:
    return {"upload": town.simulator.upload(saved(makers.drawn(number, (800, 600), **how)), "street.jpg")}


async def test_the_same_street_mended_is_told_to_be_the_same(town: Town) -> None:
    await town.lin.says(HOLE, photos=[street(town, 1)])
    await town.lu.says("", reply_to=town.job, photos=[street(town, 1, mended=True, camera=1)])
    (after,) = await marks(town)
    assert after["scene"] == ("pass", "same")


async def test_another_street_is_nothing_to_hold_it_for(town: Town) -> None:
    await town.lin.says(HOLE, photos=[street(town, 1)])
    await town.lu.says("", reply_to=town.job, photos=[street(town, 2, mended=True)])
    (after,) = await marks(town)
    assert after["scene"] == ("unknown", "unlike")
    assert not await is_doubted(town)
    await town.qiao.says(f"/ticket {NUMBER}", chat=QIAO)
    assert "看不出和上报的是不是同一处" in town.ours(QIAO)[-1].text
    assert "同一处" not in read_by(town, (GROUP, OFFICE, DRAINAGE))
