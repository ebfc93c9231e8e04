"""`pictures`: whether every file the records name is in the store, and what lies there that no record names.

Beside a running bot, for as many as there may be: key by key from 0 to f, one digit in memory at a time.
"""

import errno
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from bot.clock import Clock
from bot.database import Database
from bot.looking import looked_into
from bot.settings import BadSettings, Settings, named
from media.store import BRANCHES, FolderStore, Store, open_store
from models.mail import Inbox, InboxState
from models.photo import Photo, PhotoState
from models.ticket import Ticket
from models.types import spelled

A_SLICE = 5000
GRACE = timedelta(hours=1)
"""What is younger may be about to be named."""
MOST_TOLD = 20
DIGITS = "0123456789abcdef"
KEY = re.compile(r"\b[0-9a-f]{64}\b")
COPIES = ("media", "thumbnail", "public")


@dataclass
class Found:
    """named: files the records name. kept: those of them that are in the store. missing: key -> copy and ticket.
    awaited: brought by an errand of which no turn has made a record yet. young: too young to be called orphaned."""

    named: int = 0
    kept: int = 0
    missing: dict[str, str] = field(default_factory=dict)
    orphaned: list[str] = field(default_factory=list)
    awaited: int = 0
    young: int = 0
    removed: int = 0


class Keeping:
    """now: the time the store goes by."""

    def __init__(self, database: Database, store: Store, now: Callable[[], datetime]) -> None:
        self.database, self.store, self.now = database, store, now

    async def look(self) -> Found:
        found = Found()
        on_its_way = await self._on_its_way()
        for digit in DIGITS:
            await self._look_at(digit, on_its_way, found)
        return found

    async def remove(self, found: Found) -> None:
        """What no record names. Looked up once more: a picture sent again meanwhile may have the same bytes."""
        on_its_way = await self._on_its_way()
        for start in range(0, len(found.orphaned), A_SLICE // 10):
            keys = found.orphaned[start : start + A_SLICE // 10]
            spoken_for = on_its_way | await self._named_of(keys)
            for key in keys:
                if key not in spoken_for:
                    await self.store.delete(key)
                    found.removed += 1

    async def _look_at(self, digit: str, on_its_way: set[str], found: Found) -> None:
        """Everything that begins with this digit."""
        records = await self._recorded(digit)
        lacking = set(records)
        for branch in BRANCHES:
            if branch[0] != digit:
                continue
            async for page in self.store.all_in(branch):
                for key, at in page:
                    found.kept += key in records
                    lacking.discard(key)
                    if key not in records:
                        if key in on_its_way:
                            found.awaited += 1
                        elif self.now() - at > GRACE:
                            found.orphaned.append(key)
                        else:
                            found.young += 1
        found.named += len(records)
        # Its time may have come while we looked: then the record says so by now.
        still = await self._named_of(lacking)
        found.missing |= {key: records[key] for key in sorted(lacking & still) if not await self.store.has(key)}

    async def _recorded(self, digit: str) -> dict[str, str]:
        """The keys that begin with this digit, and of what they are."""
        columns = [getattr(Photo, copy) for copy in COPIES]
        begins = or_(*(func.substr(column, 1, 1) == digit for column in columns))
        asked = (
            select(Photo.id, Ticket.number, *columns)
            .outerjoin(Ticket, Ticket.id == Photo.ticket_id)
            .where(Photo.state != spelled(PhotoState.GONE.value), begins)
            .order_by(Photo.id)
        )
        records: dict[str, str] = {}
        last = 0
        while True:
            async with self.database.read() as session:
                rows = list(await session.execute(asked.where(Photo.id > last).limit(A_SLICE)))
            for id, number, *keys in rows:
                told = f"photo {id}" + (f" of #{number}" if number else "")
                for copy, key in zip(COPIES, keys, strict=True):
                    if key and key[0] == digit:
                        records.setdefault(key, f"{copy} of {told}")
            if len(rows) < A_SLICE:
                return records
            last = rows[-1][0]

    async def _named_of(self, keys: Iterable[str]) -> set[str]:
        """Those of them that a record names now."""
        wanted, columns = list(keys), [getattr(Photo, copy) for copy in COPIES]
        if not wanted:
            return set()
        there = set[str]()
        for start in range(0, len(wanted), A_SLICE // 10):
            some = wanted[start : start + A_SLICE // 10]
            asked = select(*columns).where(
                Photo.state != spelled(PhotoState.GONE.value), or_(*(column.in_(some) for column in columns))
            )
            async with self.database.read() as session:
                there |= {key for row in await session.execute(asked) for key in row if key}
        return there & set(wanted)

    async def _on_its_way(self) -> set[str]:
        """Files an errand has brought, of which no turn has made a record yet; also where the bot stands still."""
        waiting = select(Inbox.payload).where(
            Inbox.channel == "errands", Inbox.state == spelled(InboxState.NEW.value), Inbox.payload.is_not(None)
        )
        async with self.database.read() as session:
            return {key for payload in await session.scalars(waiting) for key in KEY.findall(str(payload))}


async def check_pictures(settings: Settings, *, removes: bool) -> int:
    """Says what it found; 1 where a file is missing."""
    async with looked_into(settings) as database:
        with named("MEDIA_URL"):
            store = open_store(settings.media_url)
            _refuse_no_folder(store)
            keeping = Keeping(database, store, Clock().now)
            found = await keeping.look()
            if removes:
                _refuse_strangers(found)
                await keeping.remove(found)
    print("\n".join(told(found, removes=removes)))
    return 1 if found.missing else 0


def _refuse_no_folder(store: Store) -> None:
    """Else everything would be missing from it. Raises OSError."""
    if isinstance(store, FolderStore) and not store.root.is_dir():
        code = errno.ENOTDIR if store.root.exists() else errno.ENOENT
        raise OSError(code, os.strerror(code), str(store.root))


def _refuse_strangers(found: Found) -> None:
    """A store of which the records name nothing is another town's, or the records are."""
    if found.orphaned and found.named - len(found.missing) <= 0:
        raise BadSettings(
            ["DATABASE_URL, MEDIA_URL: these records name nothing of what is in this store; nothing removed"]
        )


def told(found: Found, *, removes: bool = False) -> list[str]:
    orphaned = (
        f"{len(found.orphaned)} that no record names"
        + (f", {found.young} more too young to tell" if found.young else "")
        + (f", {found.awaited} more about to be named" if found.awaited else "")
    )
    return [
        f"named     {found.named} by the records",
        f"kept      {found.kept} in the store",
        f"missing   {len(found.missing)}",
        *_some([f"{key[:12]}… {what}" for key, what in found.missing.items()]),
        f"orphaned  {orphaned}",
        *_some([] if removes else found.orphaned),
        *([f"removed   {found.removed}"] if removes else []),
    ]


def _some(lines: list[str]) -> list[str]:
    more = [f"  … and {len(lines) - MOST_TOLD} more"] if len(lines) > MOST_TOLD else []
    return [*(f"  {line}" for line in lines[:MOST_TOLD]), *more]
