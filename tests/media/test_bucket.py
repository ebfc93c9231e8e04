"""The bucket for real: an S3 server on this machine, spoken to over HTTP as any other."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto.server import ThreadedMotoServer

from media.store import BRANCHES, ObjectStore, open_store

PHOTO = b"\xff\xd8 a photo \xff\xd9"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    serving = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    serving.start()
    host, port = serving.get_host_and_port()
    yield f"http://{host}:{port}"
    serving.stop()


@pytest.fixture
def store(server: str, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    """As an operator sets it: MEDIA_URL and the usual variables."""
    for name, value in (
        ("AWS_ENDPOINT_URL", server),
        ("AWS_ACCESS_KEY_ID", "town"),
        ("AWS_SECRET_ACCESS_KEY", "town"),
        ("AWS_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    keeper = boto3.client("s3", endpoint_url=server, region_name="us-east-1")
    keeper.create_bucket(Bucket="town-photos")
    made = open_store("s3://town-photos/longhu/2026")
    assert isinstance(made, ObjectStore)
    return made


async def everything(store: ObjectStore) -> dict[str, datetime]:
    return {key: at for branch in BRANCHES for key, at in [one async for page in store.all_in(branch) for one in page]}


async def test_what_is_put_can_be_had_and_is_kept_once(store: ObjectStore, server: str) -> None:
    keys = await asyncio.gather(*(store.put(PHOTO) for _ in range(5)))
    (key,) = set(keys)
    assert await store.get(key) == PHOTO
    assert await store.has(key)
    keeper = boto3.client("s3", endpoint_url=server, region_name="us-east-1")
    names = [one["Key"] for one in keeper.list_objects_v2(Bucket="town-photos")["Contents"]]
    assert names == [f"longhu/2026/{key[:2]}/{key[2:4]}/{key}"]
    found = await everything(store)
    assert set(found) == {key}
    assert abs(datetime.now(UTC) - found[key]) < timedelta(minutes=1)
    await store.delete(key)
    assert not await store.has(key)
    with pytest.raises(KeyError):
        await store.get(key)
    await store.delete(key)
    assert await everything(store) == {}


async def test_what_others_laid_there_is_no_picture(store: ObjectStore, server: str) -> None:
    keeper = boto3.client("s3", endpoint_url=server, region_name="us-east-1")
    key = await store.put(PHOTO)
    for name in ("readme.txt", f"{key[:2]}/readme.txt", key, f"{key[:2]}/00/{key}"):
        keeper.put_object(Bucket="town-photos", Key=f"longhu/2026/{name}", Body=b"x")
    assert set(await everything(store)) == {key}


async def test_a_bucket_that_is_not_there_is_one_clear_fault(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_store("s3://nobodys-bucket")
    with pytest.raises(OSError, match="bucket") as fault:
        await other.put(PHOTO)
    assert "town" not in str(fault.value)
