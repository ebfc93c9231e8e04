"""A picture for a web page, under an address of its own (media/addresses.py)."""

from datetime import timedelta

from aiohttp import web
from sqlalchemy import select

from bot.runtime import Runtime
from media.addresses import Address, read, written
from models.photo import Photo, PhotoKind, PhotoState
from models.ticket import Ticket

OPEN_FOR = timedelta(hours=1)
NOTHING = "there is no such picture"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": "default-src 'none'",
}


class Shown:
    """Only copies for many eyes, and only while their ticket is public and keeps them. Whatever is wrong with an
    address, the answer is the same."""

    def __init__(self, runtime: Runtime, secret: bytes) -> None:
        self.runtime, self._secret = runtime, secret

    def path_of(self, photo: Photo, lasts: timedelta = OPEN_FOR) -> str:
        """Where a page may show it, for a while. Raises ValueError for a picture without a copy for many eyes."""
        if photo.public is None:
            raise ValueError(f"photo {photo.id} has no copy for many eyes")
        address = Address(photo.id, photo.public, self.runtime.clock.now() + lasts)
        return f"/pictures/{written(address, self._secret)}"

    async def picture(self, request: web.Request) -> web.Response:
        now = self.runtime.clock.now()
        address = read(request.match_info["address"], self._secret, now)
        if address is None or not await self._may_be_seen(address):
            return web.Response(status=404, text=NOTHING, headers=HEADERS)
        try:
            data = await self.runtime.store.get(address.key)
        except KeyError:
            return web.Response(status=404, text=NOTHING, headers=HEADERS)
        left = int((address.until - now).total_seconds())
        kept = {"Cache-Control": f"private, max-age={left}", "ETag": f'"{address.key}"'}
        return web.Response(body=data, content_type="image/jpeg", headers={**HEADERS, **kept})

    async def _may_be_seen(self, address: Address) -> bool:
        """Asked each time: a ticket may have been taken from the public's eyes since, or its pictures' time be over."""
        asked = (
            select(Photo.id)
            .join(Ticket, Ticket.id == Photo.ticket_id)
            .where(Photo.id == address.photo, Photo.public == address.key, Photo.kind == PhotoKind.PHOTO)
            .where(Photo.state == PhotoState.KEPT, Ticket.is_restricted.is_(False))
        )
        async with self.runtime.database.read() as session:
            return await session.scalar(asked) is not None
