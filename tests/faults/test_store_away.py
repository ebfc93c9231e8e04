"""The bucket is away while a picture is fetched, shown, paired: the report stands, and the picture follows."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
import pytest_asyncio
from moto.server import ThreadedMotoServer
from sqlalchemy import func, select

from bot import errands
from media import store as stores
from media.store import ObjectStore, open_store
from models.mail import Errand, Inbox, Outbox
from models.photo import Photo
from tests.cast import GROUP, HOLE, Town, town_in

BUCKET = "away-photos"


class Bucket:
    """An S3 server on this machine that can be stopped, and started again as empty or full as it was."""

    def __init__(self) -> None:
        self._server = self._new(0)
        self.host, self.port = self._server.get_host_and_port()
        boto3.client("s3", endpoint_url=self.url, region_name="us-east-1").create_bucket(Bucket=BUCKET)

    @staticmethod
    def _new(port: int) -> ThreadedMotoServer:
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
        server.start()
        return server

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server = self._new(self.port)


@pytest_asyncio.fixture
async def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Town, Bucket]]:
    """A town whose pictures are in a bucket; whoever finds it away is not asked to wait for minutes."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "town")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setattr(stores, "_AGAIN", {"max_retries": 0, "retry_timeout": timedelta(seconds=1)})
    bucket = Bucket()
    monkeypatch.setenv("AWS_ENDPOINT_URL", bucket.url)
    async with town_in(tmp_path) as town:
        store = open_store(f"s3://{BUCKET}/town")
        assert isinstance(store, ObjectStore)
        town.machine.runtime.store = store
        yield town, bucket
    bucket.stop()


async def photos(town: Town) -> int:
    async with town.machine.runtime.database.read() as session:
        return await session.scalar(select(func.count()).select_from(Photo).where(Photo.media.is_not(None))) or 0


async def sound(town: Town) -> None:
    """Nothing was set aside or given up, and no errand is left."""
    async with town.machine.runtime.database.read() as session:
        for table, states in ((Inbox, ("failed",)), (Outbox, ("failed",)), (Errand, ("failed", "waiting", "underway"))):
            assert not list(await session.scalars(select(table).where(table.state.in_(states))))


async def test_away_while_a_picture_is_fetched_the_report_stands_and_the_picture_follows(
    away: tuple[Town, Bucket],
) -> None:
    town, bucket = away
    bucket.stop()
    await town.lin.posts(HOLE)
    assert "路面塌陷" in town.card.text, "the report stands"
    assert await photos(town) == 0
    for _ in range(3):
        await town.passes(seconds=40)
    assert town.job.labels, "and is somebody's job"
    bucket.start()
    for _ in range(3):
        await town.passes(minutes=3)
    assert await photos(town) == 1
    await sound(town)


async def test_away_while_a_picture_is_shown_the_words_come(away: tuple[Town, Bucket]) -> None:
    town, bucket = away
    await town.lin.posts(HOLE)
    bucket.stop()
    await town.lu.presses("接单", on=town.job)
    assert "处置中" in town.card.text
    await town.mei.says("/report 团结西路5号门前路面塌陷")
    bucket.start()
    for _ in range(4):
        await town.passes(minutes=5)
    await sound(town)


async def test_away_while_before_and_after_are_paired_the_pair_follows(away: tuple[Town, Bucket]) -> None:
    town, bucket = away
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    bucket.stop()
    await town.lu.posts("修好了", reply_to=town.job)
    assert "待核查" in town.card.text
    bucket.start()
    for _ in range(6):
        await town.passes(minutes=3)
    assert await photos(town) >= 2
    assert any(message.has_photo for message in town.ours(GROUP)), "before and after"
    await sound(town)


async def test_control_tried_once_the_picture_never_comes(
    away: tuple[Town, Bucket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errands, "PAUSES", ())
    town, bucket = away
    bucket.stop()
    await town.lin.posts(HOLE)
    bucket.start()
    for _ in range(3):
        await town.passes(minutes=3)
    assert await photos(town) == 0
