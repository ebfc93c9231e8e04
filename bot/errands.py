"""Work outside a turn: fetch, clean and keep a picture; pair two. Leased, tried again; its end knocks at the inbox."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import counts, inbox
from bot.beside import Beside
from bot.channels.base import FetchFailed
from bot.known import KnownPictures
from bot.presence import holder, lease_of
from bot.runtime import Runtime
from media import films
from media.picture import BadPicture, Picture
from models.mail import Errand, ErrandState
from models.types import spelled

log = structlog.get_logger()

LEASE = timedelta(minutes=3)
TAKES_S = 120
PAUSES = tuple(timedelta(seconds=s) for s in (2, 10, 30, 120, 600))
A_DAY = 144
"""So many tries, the later ones ten minutes apart, take a day."""
SIDE_BY_SIDE = 4
LOOKS_EVERY_S = 2.0
"""So often for what a process that ended has left behind."""
PHOTO_LIMIT = 20 * 1024 * 1024  # what a bot may download (telegram.md)

NOT_OF_A_FILM = ("thumbnail", "public", "likeness", "latitude", "longitude", "taken_at")

Data = dict[str, Any]


class Hopeless(Exception):
    """Another try cannot help. The reason is kept and goes to the handler."""


@dataclass(frozen=True, slots=True)
class Claim:
    id: int
    kind: str
    lane: str
    data: Data
    lease: str
    attempt: int
    cause: int | None


class Errands:
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self._beside: Beside[int] = Beside(SIDE_BY_SIDE, runtime.errand)
        self._known = KnownPictures(runtime)
        self._look_again = float("-inf")
        self._kinds: Mapping[str, Callable[[Data], Awaitable[Data]]] = {"fetch": self._fetch, "pair": self._pair}

    async def run(self) -> None:
        await self.runtime.keep_going(self.start_due, self.runtime.errand)
        await self.finish()

    async def finish(self) -> None:
        await self._beside.finish()

    async def start_due(self) -> int:
        if not self._beside.room:
            return 0
        if self.runtime.clock.monotonic() >= self._look_again:
            self._look_again = self.runtime.clock.monotonic() + LOOKS_EVERY_S
            await self.take_over()
        async with self.runtime.database.write() as session:
            claims = await self._claim(session, self._beside.room, self.runtime.clock.now())
        for claim in claims:
            self._beside.start(claim.id, self._work(claim))
        return len(claims)

    async def take_over(self) -> None:
        """What a process that no longer lives had under way is begun anew; and what we have only in the records, after
        a transaction of which we never heard what became of it."""
        under_way = select(Errand).where(Errand.state == spelled(ErrandState.UNDERWAY.value))
        async with self.runtime.database.write() as session:
            errands = list(await session.scalars(under_way.with_for_update(skip_locked=True)))
            gone = await self.runtime.presence.gone(session, {holder(errand.lease) for errand in errands})
            for errand in errands:
                # Where the others do not see us for a moment, we still know what we have in hand.
                is_ours = holder(errand.lease) == self.runtime.presence.name
                if errand.id not in self._beside.lanes if is_ours else holder(errand.lease) in gone:
                    errand.state, errand.lease = ErrandState.WAITING, None

    async def _claim(self, session: AsyncSession, room: int, now: datetime) -> list[Claim]:
        is_open = Errand.state.in_(spelled(ErrandState.WAITING.value, ErrandState.UNDERWAY.value))
        is_due = or_(
            and_(Errand.state == ErrandState.WAITING.value, Errand.due_at <= now),
            and_(Errand.state == ErrandState.UNDERWAY.value, Errand.leased_until < now),
        )
        # What we have in hand ourselves we know best, whatever the clock or the records say.
        is_free = Errand.id.not_in(self._beside.lanes)
        open_ones = select(Errand).where(is_open, is_due, is_free).order_by(Errand.due_at).limit(room)
        found = await session.scalars(open_ones.with_for_update(skip_locked=True))
        claims = []
        for errand in found:
            lease = lease_of(self.runtime.presence)
            errand.state, errand.lease, errand.leased_until = ErrandState.UNDERWAY, lease, now + LEASE
            errand.attempts += 1
            claims.append(
                Claim(
                    errand.id, errand.kind, errand.lane, errand.data, errand.lease, errand.attempts, errand.cause_id
                )
            )  # fmt: skip
        return claims

    async def _work(self, claim: Claim) -> None:
        about = {"ticket": claim.data["number"]} if claim.data.get("number") else {}
        structlog.contextvars.bind_contextvars(errand=claim.id, cause=claim.cause, **about)
        note = await self._worked(claim)
        await self.runtime.persist(note)

    async def _worked(self, claim: Claim) -> Callable[[], Awaitable[None]]:
        """Do it. Returns how to note how that went."""
        try:
            result = await asyncio.wait_for(self._kinds[claim.kind](claim.data), TAKES_S)
        except Hopeless as reason:
            return partial(self._end, claim, {**claim.data, "failed": str(reason)})
        except Exception as fault:
            cause = fault.reason if isinstance(fault, FetchFailed) else type(fault).__name__
            if not isinstance(fault, FetchFailed | TimeoutError | OSError):
                log.error("errand failed", kind=claim.kind, fault=cause, exc_info=fault)
            # A server that is away comes back; a fault of our own rarely mends itself.
            return partial(self._again, claim, cause, A_DAY if isinstance(fault, FetchFailed) else len(PAUSES))
        return partial(self._end, claim, {**claim.data, **result})

    async def _again(self, claim: Claim, reason: str, most: int) -> None:
        if claim.attempt > most:
            await self._end(claim, {**claim.data, "failed": reason})
            return
        counts.errands.labels(claim.kind, "again").inc()
        async with self.runtime.database.write() as session:
            errand = await self._mine(session, claim)
            if errand is not None:
                errand.state, errand.lease, errand.reason = ErrandState.WAITING, None, reason
                errand.due_at = self.runtime.clock.now() + PAUSES[min(claim.attempt, len(PAUSES)) - 1]

    async def _end(self, claim: Claim, result: Data) -> None:
        """Done, well or badly; in the same transaction its end becomes an inbox row: neither is without the other."""
        failed = "failed" in result
        counts.errands.labels(claim.kind, "failed" if failed else "done").inc()
        log.info("errand", kind=claim.kind, attempt=claim.attempt, failed=result.get("failed"))
        now = self.runtime.clock.now()
        async with self.runtime.database.write() as session:
            errand = await self._mine(session, claim)
            if errand is None:
                return
            errand.state, errand.lease = ErrandState.FAILED if failed else ErrandState.DONE, None
            errand.reason = result.get("failed")
            key = f"errand:{claim.id}:{claim.attempt}"
            await inbox.keep(
                session,
                [
                    inbox.row(
                        "errands", update=key, natural=key, lane=claim.lane, what=claim.kind, payload=result, at=now
                    )
                ],
            )
        self.runtime.tell("knock")

    async def _mine(self, session: AsyncSession, claim: Claim) -> Errand | None:
        mine = select(Errand).where(Errand.id == claim.id, Errand.lease == claim.lease)
        return await session.scalar(mine.with_for_update())

    # --- what can be done -------------------------------------------------------------------

    async def _fetch(self, data: Data) -> Data:
        """Bring a picture, clean it, keep it with its thumbnail."""
        runtime = self.runtime
        if data.get("too_large"):
            raise Hopeless("too_large")
        try:
            raw = await runtime.channel(data["channel"]).fetch(data["ref"], PHOTO_LIMIT)
        except FetchFailed as failed:
            if failed.again:
                raise
            raise Hopeless(failed.reason) from None
        if data.get("what", "photo") != "photo":
            return await self._film(raw)
        try:
            picture = await runtime.workshop.clean(raw, hides=data.get("hides", True))
        except BadPicture as bad:
            raise Hopeless(str(bad)) from None
        media = await runtime.store.put(picture.image)
        alike, known_to = await self._known.asked(data.get("photo", 0), picture.likeness, picture.thumbnail)
        return {
            "alike": alike,
            "known_to": known_to,
            "media": media,
            "thumbnail": await runtime.store.put(picture.thumbnail),
            "public": await self._for_many(picture, media),
            "hidden": picture.hidden or 0,
            "digest": sha256(raw).hexdigest(),
            "likeness": picture.likeness.hex(),
            "latitude": picture.latitude,
            "longitude": picture.longitude,
            "taken_at": picture.taken_at.isoformat() if picture.taken_at else None,
        }

    async def _for_many(self, picture: Picture, media: str) -> str | None:
        """Where the copy for many eyes is kept; None where nobody could look what has to be hidden."""
        if picture.hidden is None:
            return None
        return media if picture.public is None else await self.runtime.store.put(picture.public)

    async def _film(self, raw: bytes) -> Data:
        """A film or a voice is kept as it is, less its metadata; nobody looks what it shows."""
        try:
            film = await asyncio.to_thread(films.bare, raw)
        except films.BadFilm as bad:
            raise Hopeless(bad.reason) from None
        media, nothing = await self.runtime.store.put(film), dict.fromkeys(NOT_OF_A_FILM)
        return {**nothing, "media": media, "hidden": 0, "digest": sha256(raw).hexdigest()}

    async def _pair(self, data: Data) -> Data:
        """Before and after in one picture: of those still there, the best. used: ids of the photos it shows."""
        runtime, files, told = self.runtime, list[bytes](), list[Data]()
        for picture in data["pictures"]:
            with suppress(KeyError):
                files.append(await runtime.store.get(picture["media"]))
                told.append(picture)
        shots = [{"party": picture["party"], "view": picture["view"]} for picture in told]
        try:
            made = await runtime.workshop.pair(files, shots, data["words"])
        except BadPicture as bad:
            raise Hopeless(str(bad)) from None
        used = [told[at]["photo"] for at in made.used]
        scene = dict(zip(map(str, used[1:]), made.scene, strict=False))
        return {"media": await runtime.store.put(made.image), "used": used, "scene": scene}
