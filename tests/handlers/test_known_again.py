"""A picture that was used before is known again, changed as it may be; another one of the same place is not."""

import random
from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import known
from bot.known import KnownPictures
from media.likeness import likeness_of
from models.photo import Photo, PhotoState
from tests.cast import HOLE, Town
from tests.likeness.changes import CHANGES
from tests.likeness.measuring import thumbnail
from tests.makers import rendered

STREET, ELSEWHERE = rendered(5, (480, 360)), rendered(6, (480, 360))
COPY = CHANGES["cut, mirrored, brighter"](STREET, random.Random(1))
MENDED = rendered(5, (480, 360), mended=True, shot=1)


def upload(town: Town, picture: Image.Image) -> str:
    made = BytesIO()
    picture.save(made, "JPEG", quality=80)
    return town.simulator.upload(made.getvalue(), "street.jpg")


async def reported(town: Town, *pictures: Image.Image) -> None:
    for at, picture in enumerate(pictures):
        await town.lin.says(f"{HOLE}{at}", photos=[{"upload": upload(town, picture)}])
        await town.passes(minutes=30)


async def asked(town: Town, picture: Image.Image, *, photo: int = 0) -> list[int]:
    """By a process that has only just begun."""
    index = KnownPictures(town.machine.runtime)
    return (await index.asked(photo, likeness_of(picture), thumbnail(picture)))[0]


async def test_a_copy_is_told_and_another_picture_of_the_place_is_not(town: Town) -> None:
    await reported(town, ELSEWHERE, STREET)
    assert await asked(town, COPY) == [2]
    assert await asked(town, MENDED) == []
    assert await asked(town, COPY, photo=2) == []  # it is none of itself


async def test_what_the_errand_found_stands_in_the_marks(town: Town) -> None:
    await reported(town, STREET, ELSEWHERE, COPY)
    async with town.machine.runtime.database.read() as session:
        photos = list(await session.scalars(select(Photo).order_by(Photo.id)))
    assert [photo.state for photo in photos] == [PhotoState.KEPT] * 3
    marks = [mark for photo in photos for mark in photo.marks if mark["check"] == "new"]
    assert [mark["verdict"] for mark in marks] == ["pass", "pass", "fail"]


async def test_it_is_known_when_its_bytes_are_gone(town: Town) -> None:
    await reported(town, STREET)
    runtime = town.machine.runtime
    async with runtime.database.write() as session:
        photo = await session.get_one(Photo, 1)
        thumbnail_key, photo.state, photo.thumbnail = photo.thumbnail, PhotoState.GONE, None
    await runtime.store.delete(thumbnail_key or "")
    assert await asked(town, CHANGES["mirrored"](STREET, random.Random(1))) == [1]


async def test_the_index_sees_likenesses_that_come_late_and_by_pages(town: Town, monkeypatch) -> None:
    monkeypatch.setattr(known, "A_PAGE", 1)
    monkeypatch.setattr(known, "TRAILS", 0)
    await reported(town, STREET, ELSEWHERE)
    runtime = town.machine.runtime
    async with runtime.database.write() as session:
        photo = await session.get_one(Photo, 1)
        likeness, photo.likeness, photo.state = photo.likeness, None, PhotoState.WAITING
    index = KnownPictures(runtime)
    shown = thumbnail(COPY)
    assert await index.asked(0, likeness_of(COPY), shown) == ([], 0)  # up to the one that waits, nothing is sure
    async with runtime.database.write() as session:
        photo = await session.get_one(Photo, 1)
        photo.likeness, photo.state = likeness, PhotoState.KEPT
    assert await index.asked(0, likeness_of(COPY), shown) == ([1], 2)
    assert len(index.known) == 2


async def test_two_that_come_at_once_know_of_each_other(town: Town) -> None:
    index = KnownPictures(town.machine.runtime)
    assert (await index.asked(7, likeness_of(STREET), thumbnail(STREET)))[0] == []
    found = index.known.alike(likeness_of(COPY))
    assert [one.id for one in found] == [7]


async def after_a_break(town: Town, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many pictures are known by one whose first look broke off between two pages."""
    monkeypatch.setattr(known, "A_PAGE", 1)
    await reported(town, STREET, ELSEWHERE)
    index, pages = KnownPictures(town.machine.runtime), KnownPictures._pages

    async def broken(self: KnownPictures, session: AsyncSession) -> AsyncIterator[dict[int, bytes]]:
        async for page in pages(self, session):
            yield page
            raise ConnectionResetError

    with monkeypatch.context() as breaking:
        breaking.setattr(KnownPictures, "_pages", broken)
        with pytest.raises(ConnectionResetError):
            await index.asked(0, likeness_of(COPY), thumbnail(COPY))
    await index.asked(0, likeness_of(COPY), thumbnail(COPY))
    return len(index.known)


async def test_a_look_that_broke_off_is_taken_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await after_a_break(town, monkeypatch) == 2


async def test_control_called_known_before_they_are_in_they_are_forgotten(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = KnownPictures._pages

    async def called_known(self: KnownPictures, session: AsyncSession) -> AsyncIterator[dict[int, bytes]]:
        async for page in pages(self, session):
            self._above |= page.keys()
            yield page

    monkeypatch.setattr(KnownPictures, "_pages", called_known)
    assert await after_a_break(town, monkeypatch) == 1
