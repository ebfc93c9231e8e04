"""`restore DIR`: a backup into an empty database and an empty store, compared row by row and picture by picture."""

from collections.abc import Callable
from pathlib import Path

from bot.clock import Clock
from bot.moving.archive import PICTURES, Archive
from bot.moving.carrying import carry, opened_to_fill
from bot.moving.pictures import Brought, bring
from bot.moving.settling import settle
from bot.moving.shelf import chosen
from bot.moving.source import refuse_newer
from bot.moving.target import Target
from bot.settings import BadSettings, Settings, named
from media.store import BRANCHES, FolderStore, Store, open_store

Say = Callable[[str], None]


async def restore(settings: Settings, folder: Path, *, keep_pictures: bool = False, say: Say = print) -> int:
    """keep_pictures: MEDIA_URL may hold pictures already; they stay. Broken off, the same again goes on.

    Returns 1 where the backup has not every picture; the town is put back all the same. Raises BadSettings.
    """
    archive = Archive(chosen(folder.absolute(), say))
    say(f"restoring {archive.folder.name}")  # by tomorrow another may be the newest
    refuse_newer(str(archive.folder), archive.revision)
    archive.check()
    with named("MEDIA_URL"):
        store = open_store(settings.media_url)
    async with opened_to_fill(settings.database_url, "DATABASE_URL") as database:
        target = Target(database, "DATABASE_URL")
        async with target.alone():
            if not keep_pictures and not await target.is_begun(archive):
                await _refuse_pictures(store)
            if not await target.prepare(archive) and not await carry(archive, target, say):
                say("DATABASE_URL: not the same as the backup; give an empty one")
                return 1
            with named("MEDIA_URL"):
                await store.open()
                found = await _bring_back(archive, store)
            now = Clock(settings.clock_shift).now()
            async with target.finishing() as session:
                settled = await settle(session, now)
    say(f"{'pictures':<16} {len(found.keys):>9}  whole, {found.new} of them new")
    for key in found.missing:
        say(f"MISSING {key}: not in the backup")
    for key in found.damaged:
        say(f"DAMAGED {key}: its file in the backup is not what was written")
    say(f"as it was at {archive.manifest.at}; what came later is not in it")
    say(f"may be said once more: {settled.again}; not said again: {settled.silent + settled.reminders}")
    return 1 if found.missing or found.damaged else 0


async def _bring_back(archive: Archive, store: Store) -> Brought:
    """Also what was missing when the backup was made: it may have been found since."""
    beside, told = FolderStore(archive.folder.parent / PICTURES), archive.manifest
    return await bring({*told.pictures, *told.missing}, beside, store, checks_all=True)


async def _refuse_pictures(store: Store) -> None:
    with named("MEDIA_URL"):
        for branch in BRANCHES:
            async for page in store.all_in(branch):
                if page:
                    raise BadSettings(
                        ["MEDIA_URL: there are pictures already; give an empty one, or say --keep-pictures"]
                    )
