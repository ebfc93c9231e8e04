"""What proves a fix: a picture of the place mended, not the one it was reported with; and the fix is always posted."""

from models.photo import Photo
from tests.cast import DRAINAGE, GROUP, HOLE, OFFICE, Town
from tests.handlers.called import NUMBER, card_in, tasks
from tests.handlers.seeing import tickets, told


async def reported(town: Town) -> str:
    picture = town.picture()
    await town.lin.says(HOLE, photos=[{"upload": picture}])
    return picture


async def test_the_reporters_own_picture_proves_nothing(town: Town) -> None:
    picture = await reported(town)
    await town.lu.says("好了", reply_to=town.job, photos=[{"upload": picture}])
    assert town.last(OFFICE).text == told("resolve.old_photo", number=NUMBER)
    assert (await tickets(town))[0].stage == "dispatched"
    async with town.machine.runtime.database.read() as session:
        assert [photo.role for photo in await session.scalars(Photo.of(1))] == ["before"]
    await town.lu.posts("好了", reply_to=town.job)
    assert (await tickets(town))[0].stage == "resolved"


async def test_nor_a_part_and_of_an_album_one_new_one_is_enough(town: Town) -> None:
    picture = await reported(town)
    await town.qiao.says(f"/whistle {NUMBER} 排水公司")
    joint = card_in(town, DRAINAGE)
    await town.dai.says("好了", reply_to=joint, photos=[{"upload": picture}])
    assert town.last(DRAINAGE).text == told("resolve.old_photo", number=NUMBER)
    part = (await tasks(town))[1]
    assert (part.done_at, part.reported_in_at) == (None, None)
    await town.dai.says("好了", reply_to=joint, photos=[{"upload": town.picture()}, {"upload": picture}])
    assert (await tasks(town))[1].done_at is not None


async def test_closed_within_the_minute_the_fix_is_posted_all_the_same(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.faults([{"kind": "500", "method": "file", "times": 2}])
    await town.lu.posts("好了", reply_to=town.job)
    await town.qiao.says(f"/verify {NUMBER}")
    assert (await tickets(town))[0].stage == "closed"
    assert len(town.ours(GROUP)) == 1
    await town.passes(seconds=61)
    await town.passes(minutes=20)
    assert (len(town.ours(GROUP)), town.last(GROUP).has_photo) == (2, True)
