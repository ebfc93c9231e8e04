"""GET /pictures/…: a copy for many eyes under an address that nobody can make up; over real HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest
from sqlalchemy import update

from bot.building import serving
from bot.showing import NOTHING, Shown
from bot.web import make_app
from media.addresses import Address, secret_from, written
from models.photo import Photo
from models.ticket import Ticket
from tests.bot.test_retention import kept
from tests.cast import HOLE, Town

SECRET = secret_from("1:a token")


@asynccontextmanager
async def page(town: Town, secret: bytes | None = SECRET) -> AsyncIterator[str]:
    async with serving(make_app(town.machine, addresses=secret), "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}"


async def got(url: str) -> tuple[int, bytes, dict[str, str]]:
    async with aiohttp.ClientSession() as client, client.get(url) as answer:
        return answer.status, await answer.read(), dict(answer.headers)


async def reported(town: Town) -> Photo:
    await town.lin.posts(HOLE)
    (photo,) = await kept(town)
    return photo


async def test_who_holds_its_address_sees_the_copy_until_it_is_over(town: Town) -> None:
    photo = await reported(town)
    path = Shown(town.machine.runtime, SECRET).path_of(photo)
    assert photo.public is not None
    async with page(town) as at:
        status, body, headers = await got(f"{at}{path}")
        assert (status, headers["Content-Type"]) == (200, "image/jpeg")
        assert body == await town.machine.runtime.store.get(photo.public)
        assert headers["Cache-Control"] == "private, max-age=3600"
        assert headers["X-Content-Type-Options"] == "nosniff"
        town.clock.moment += timedelta(hours=1)
        assert (await got(f"{at}{path}"))[:2] == (404, NOTHING.encode())


@pytest.mark.parametrize("wrong", ["", "x" * 82, "../../etc/passwd", "%2e%2e%2f", "é" * 82, "a" * 5000])
async def test_nothing_made_up_opens_anything(town: Town, wrong: str) -> None:
    await reported(town)
    async with page(town) as at:
        status, _, _ = await got(f"{at}/pictures/{wrong}")
        assert status == 404


async def test_only_copies_for_many_eyes_are_shown(town: Town) -> None:
    photo = await reported(town)
    async with town.machine.runtime.database.write() as session:
        await session.execute(update(Photo).values(public="ab" * 32, hidden=1))
    assert photo.media is not None
    original = Address(photo.id, photo.media, town.clock.now() + timedelta(hours=1))
    async with page(town) as at:
        assert (await got(f"{at}/pictures/{written(original, SECRET)}"))[0] == 404
        missing = Address(photo.id, "ab" * 32, original.until)
        assert (await got(f"{at}/pictures/{written(missing, SECRET)}"))[0] == 404
    photo.public = None
    with pytest.raises(ValueError, match="many eyes"):
        Shown(town.machine.runtime, SECRET).path_of(photo)


async def test_what_is_no_longer_public_or_gone_is_shown_no_more(town: Town) -> None:
    path = Shown(town.machine.runtime, SECRET).path_of(await reported(town))
    async with page(town) as at:
        for statement in (update(Ticket).values(is_restricted=True), update(Photo).values(state="gone")):
            assert (await got(f"{at}{path}"))[0] == 200
            async with town.machine.runtime.database.write() as session:
                await session.execute(statement)
            assert (await got(f"{at}{path}"))[:2] == (404, NOTHING.encode())
            async with town.machine.runtime.database.write() as session:
                await session.execute(update(Ticket).values(is_restricted=False))


async def test_without_a_secret_nothing_is_served(town: Town) -> None:
    path = Shown(town.machine.runtime, SECRET).path_of(await reported(town))
    async with page(town, None) as at:
        assert (await got(f"{at}{path}"))[0] == 404
