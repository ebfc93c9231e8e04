"""完成: a photo in reply to the card; and the fix comes back to the group."""

import io

from PIL import Image
from sqlalchemy import select

from models.photo import Photo
from tests.cast import DRAINAGE, GROUP, HOLE, LU, OFFICE, Player, Town
from tests.handlers.seeing import cards, photos, tickets, told

LATITUDE, LONGITUDE = 34.270989, 108.919347


def file_with_position(town: Town) -> str:
    """A picture as a camera keeps it: with the place in its EXIF data."""
    exif = Image.Exif()
    place = exif.get_ifd(0x8825)
    place.update({1: "N", 2: _degrees(LATITUDE), 3: "E", 4: _degrees(LONGITUDE)})
    made = io.BytesIO()
    Image.new("RGB", (800, 600), (90, 120, 60)).save(made, "JPEG", exif=exif)
    return town.simulator.upload(made.getvalue(), "IMG_0001.jpg")


def _degrees(value: float) -> tuple[float, float, float]:
    minutes, seconds = divmod(value * 3600, 60)
    degrees, minutes = divmod(minutes, 60)
    return degrees, minutes, round(seconds, 4)


async def test_a_photo_in_reply_resolves_accepted_or_not(town: Town) -> None:
    report = await town.lin.posts(HOLE)
    await town.lu.posts("", reply_to=town.job)
    assert (await tickets(town))[0].stage == "resolved"
    fix = town.last(GROUP)
    assert fix.reply_to == report.id
    assert fix.has_photo
    assert fix.mentions == ["小林"]
    await town.mei.posts("柳桥三小门口路面塌陷")
    await town.lu.presses("接单", on=town.job)
    await town.lu.posts("完成", reply_to=town.job)
    assert (await tickets(town))[1].stage == "resolved"
    assert len(town.ours(GROUP)) == 4
    assert town.last(OFFICE).text == told("resolve.thanks", number="LH2611200002", missing=[])


async def test_by_command_with_a_photo_in_private(town: Town) -> None:
    await town.lin.posts(HOLE)
    lu = Player(town, LU, LU)
    await lu.posts("/resolve LH2611200001")
    assert (await tickets(town))[0].stage == "resolved"
    assert town.last(GROUP).has_photo


async def test_without_a_photo_it_is_kindly_asked_for(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    await town.lu.says("完成", reply_to=town.job)
    assert town.last(OFFICE).text == told("ticket.photo_needed", number="LH2611200001")
    await town.lu.says("/resolve LH2611200001")
    assert (await tickets(town))[0].stage == "working"
    assert len(cards(town)) == 1


async def test_a_stranger_resolves_nothing(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.member(OFFICE, town.dai.id, "member")
    refused = told("ticket.not_yours", number="LH2611200001")
    await town.dai.posts("", chat=OFFICE, reply_to=town.job)
    assert town.last(OFFICE).text == refused
    await Player(town, town.dai.id, DRAINAGE).posts("/resolve LH2611200001")
    assert town.last(DRAINAGE).text == refused
    await town.mei.posts("完成", reply_to=town.card)
    assert town.last(GROUP).text == refused
    assert (await tickets(town))[0].stage == "dispatched"
    assert await photos(town, "after") == []


async def test_the_fix_is_posted_once_a_round(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    await town.lu.posts("", reply_to=job)
    await town.passes(minutes=2)
    await town.lu.posts("", reply_to=job)
    assert town.last(OFFICE).text == told("resolve.added", number="LH2611200001")
    await town.passes(minutes=5)
    assert len(town.ours(GROUP)) == 2
    await town.lin.presses("没解决", on=town.last(GROUP))
    await town.lu.posts("", reply_to=job)
    await town.passes(minutes=5)
    assert len(town.ours(GROUP)) == 3
    assert [photo.round for photo in await photos(town, "after")] == [1, 1, 2]


async def test_a_minute_without_a_picture_the_words_go_out_and_the_pair_joins_them(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.faults([{"kind": "500", "method": "file", "times": 2}])
    await town.lu.posts("", reply_to=town.job)
    assert len(town.ours(GROUP)) == 1
    await town.passes(seconds=61)
    fix = town.last(GROUP)
    assert not fix.has_photo, "nobody has looked yet whether anybody can be known in it"
    assert fix.labels == ["已解决", "没解决"]
    await town.passes(minutes=20)
    assert fix.now().has_photo
    assert fix.now().labels == ["已解决", "没解决"]
    assert len(town.ours(GROUP)) == 2


async def test_a_pair_that_comes_after_the_reporter_spoke_keeps_what_he_said(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.faults([{"kind": "500", "method": "file", "times": 2}])
    await town.lu.posts("", reply_to=town.job)
    await town.passes(seconds=61)
    fix = town.last(GROUP)
    await town.lin.presses("已解决", on=fix)
    await town.passes(minutes=20)
    assert fix.now().labels == ["满意", "不满意"]
    assert (await tickets(town))[0].stage == "closed"
    assert len(town.ours(GROUP)) == 2


async def test_a_picture_that_cannot_be_fetched_stops_nothing(town: Town) -> None:
    town.simulator.faults([{"kind": "400", "method": "getFile"}, {"kind": "400", "method": "file"}])
    await town.lin.posts(HOLE)
    assert not town.job.has_photo
    await town.lu.posts("", reply_to=town.job)
    await town.passes(hours=1)
    assert (await tickets(town))[0].stage == "resolved"
    assert len(town.ours(GROUP)) == 2
    assert town.last(GROUP).labels == ["已解决", "没解决"]
    assert {photo.state for photo in await photos(town, "before") + await photos(town, "after")} == {"failed"}


async def test_what_is_no_picture_stops_nothing(town: Town) -> None:
    broken = town.simulator.upload(b"this is no picture", "hole.jpg")
    await town.lin.says(HOLE, photos=[{"upload": broken}], as_file=True)
    assert len(cards(town)) == 1
    job = next(m for m in town.ours(OFFICE) if m.labels)
    assert not job.has_photo
    await town.lu.posts("", reply_to=job)
    await town.passes(minutes=2)
    assert town.last(GROUP).has_photo
    assert len(town.ours(GROUP)) == 2


async def test_a_picture_sent_as_a_file_tells_its_place_and_goes_on_clean(town: Town) -> None:
    await town.lin.says("路面塌陷了一个大坑", photos=[{"upload": file_with_position(town)}], as_file=True)
    assert town.job.has_photo
    ticket = (await tickets(town))[0]
    assert ticket.place_source == "exif"
    assert abs((ticket.latitude or 0) - LATITUDE) < 1e-4
    assert told("place_source.exif") in town.card.text
    async with town.machine.runtime.database.read() as session:
        photo = (await session.scalars(select(Photo))).one()
    sent = [entry for entry in town.simulator.log() if photo.ref in str(entry.get("params"))]
    assert [entry["method"] for entry in sent] == ["getFile"], "its file_id still carries the metadata"
    await town.lin.sends_place(34.272698, 108.916409)
    assert (await tickets(town))[0].place_source == "location"


async def test_a_lesser_place_in_the_picture_replaces_no_better_one(town: Town) -> None:
    town.simulator.faults([{"kind": "500", "method": "file", "times": 1}])
    await town.lin.says("路面塌陷了一个大坑", photos=[{"upload": file_with_position(town)}], as_file=True)
    await town.lin.sends_place(34.272698, 108.916409)
    await town.passes(minutes=2)
    ticket = (await tickets(town))[0]
    assert (ticket.place_source, ticket.latitude) == ("location", 34.272698)


async def test_a_report_without_a_photo_gets_the_photo_of_the_fix(town: Town) -> None:
    said = await town.lin.says(f"/report {HOLE}")
    await town.lu.posts("", reply_to=town.job)
    fix = town.last(GROUP)
    assert fix.has_photo
    assert fix.reply_to == said.id


async def test_a_round_reopened_meanwhile_says_nothing(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.faults([{"kind": "500", "method": "file", "times": 2}])
    await town.lu.posts("", reply_to=town.job)
    await town.passes(seconds=61)
    fix = town.last(GROUP)
    await town.lin.presses("没解决", on=fix)
    await town.passes(minutes=20)
    assert not fix.now().has_photo
    assert len(town.ours(GROUP)) == 2
