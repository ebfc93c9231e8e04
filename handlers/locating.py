"""Where it is: the most trusted of what we have (design.md 3.11)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, or_, select

from handlers.book import Book
from handlers.desk import Desk
from handlers.heard import HeardPlace
from handlers.shown import place_words
from models.grid import Grid
from models.place import Whereabouts
from models.spot import Spot
from models.ticket import Ticket
from reading.place import Near, PlaceHint

NEAR_IN_TIME = timedelta(minutes=10)
AT_ONCE = timedelta(minutes=2)
"""So soon before or after a report a location is meant for it, whatever else it may have been sent for."""
DATUM = "wgs84"
EDGE_M = 50
"""A point this little outside the district belongs to its nearest grid: outlines and telephones are no better."""
TRUSTED = ("near", "live", "exif", "location")
"""Where somebody stood, not what words or a group's grid stand for."""
OWN = select(Whereabouts).where(
    Whereabouts.person_id == bindparam("person"), Whereabouts.chat_id == bindparam("chat")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Located:
    """grid: None where nothing tells. border: the grid on the other side, where a trusted point is so near its border
    that either may be meant. is_outside: the point lies well outside the district; `grid` is where it was told.
    """

    spot: Spot
    grid: Grid | None
    border: Grid | None = None
    is_outside: bool = False


async def locate(
    desk: Desk, text: str, place: HeardPlace | None = None, at: datetime | None = None, otherwise: Grid | None = None
) -> Located:  # fmt: skip
    """From a location with the words, one running live, an own one near in time, the words themselves,
    else the group's grid.

    at: when it was seen, if that was not just now. otherwise: where it is in a chat of no grid, if nothing tells.
    """
    book, here = desk.town, home(desk) or otherwise
    hint = book.places.read(text, near(book, here))
    typed = _words(text, hint)
    if place is not None:
        return at_point(book, spot_of(place, typed or place.title or None), here)
    told = _by_words(book, hint, typed, here)
    seen = at or desk.now
    # Where he is who passes a photo on tells nothing of where it was taken.
    is_passed_on = desk.heard is not None and desk.heard.forwarded
    own = await _own(desk, seen) if not is_passed_on else None
    if own is None:
        return told
    running = own.live_until is not None and own.live_until >= seen
    spot = Spot("live" if running else "near", own.latitude, own.longitude, DATUM, own.accuracy, typed)
    stood = at_point(book, spot, here)
    # He has ridden in from outside since he sent it.
    return told if stood.is_outside and told.spot.has_point and not told.is_outside else stood


def by_words(desk: Desk, text: str, otherwise: Grid | None = None) -> Located:
    """From the words alone, whatever else is known. otherwise: as for `locate`."""
    book, here = desk.town, home(desk) or otherwise
    hint = book.places.read(text, near(book, here))
    return _by_words(book, hint, _words(text, hint), here)


def _words(text: str, hint: PlaceHint | None) -> str | None:
    """What others read of the words that name the place."""
    return place_words(text, hint.start, hint.end) if hint else None


def _by_words(book: Book, hint: PlaceHint | None, words: str | None, otherwise: Grid | None) -> Located:
    """Where the gazetteer has it, in the grid it says; else the grid it was told in."""
    if hint is None or hint.landmark is None:
        return Located(Spot("text" if words else "grid", words=words), otherwise)
    mark = hint.landmark
    spot = Spot("text", mark.lat, mark.lon, DATUM, None, words)
    grid = book.grid_coded(mark.grid) if mark.grid else None
    if grid is not None and grid.retired_at is None:
        return Located(spot, grid)
    return at_point(book, spot, otherwise)


def near(book: Book, grid: Grid | None) -> Near:
    """Where a name is looked for first: in this grid and all below it; then around it and above it."""
    if grid is None:
        return ()
    neighbours = [other for area in book.atlas.touching(grid.code) if (other := book.grid_coded(area.code))]
    around = [other for other in book.grids.values() if any(other.is_within(one) for one in neighbours)]
    above = [book.grids[id] for id in grid.line if id in book.grids]
    return (
        frozenset(other.code for other in book.grids.values() if other.is_within(grid)),
        frozenset(other.code for other in (*around, *above)),
    )


def at_point(book: Book, spot: Spot, otherwise: Grid | None) -> Located:
    """The grid a point lies in; outside the district, the grid it was told in."""
    if spot.latitude is None or spot.longitude is None:
        return Located(spot, otherwise)
    area = book.atlas.nearest(spot.latitude, spot.longitude, EDGE_M)
    grid = book.grid_coded(area.code) if area else None
    if grid is None:
        return Located(spot, otherwise, is_outside=book.atlas.bounds() is not None)
    return Located(spot, grid, _across(book, spot, grid) if spot.source in TRUSTED else None)


def _across(book: Book, spot: Spot, grid: Grid) -> Grid | None:
    """The nearest grid over the border, of the same level: a micro grid's border may be that of the grid above it."""
    line = [book.grids[id] for id in reversed(grid.line) if id in book.grids]
    for own in line:
        for area in book.atlas.across(own.code, spot.latitude or 0, spot.longitude or 0):
            other = book.grid_coded(area.code)
            if other is not None and other not in line:
                return other
    return None


def spot_of(place: HeardPlace, words: str | None = None) -> Spot:
    """words: as typed, or the name a venue was given: neither is shown as it came."""
    source = "live" if place.live_until else "location"
    return Spot(source, place.latitude, place.longitude, DATUM, place.accuracy, place_words(words))


def home(desk: Desk) -> Grid | None:
    """The grid of the chat we are in."""
    return desk.town.grids.get(desk.here.grid_id) if desk.here.grid_id is not None else None


def own_grid(desk: Desk) -> Grid | None:
    """The one grid this person leads; None: he leads several, or none."""
    led = [grid for id in desk.me.grids if (grid := desk.town.grids.get(id)) is not None and grid.retired_at is None]
    return led[0] if len(led) == 1 else None


async def remember_own(desk: Desk, place: HeardPlace) -> None:
    """One row a person and chat: only the last point is kept."""
    row = await own_row(desk)
    if row is None:
        row = Whereabouts(person_id=desk.me.id, chat_id=desk.here.id)
        desk.session.add(row)
    row.latitude, row.longitude, row.accuracy = place.latitude, place.longitude, place.accuracy
    row.at, row.live_until = desk.now, place.live_until


async def _own(desk: Desk, at: datetime) -> Whereabouts | None:
    """Where he was then, as far as he told: within ten minutes, or on a way he was sharing. What already placed another
    report of his counts for no more than two: he rides on."""
    if desk.person is None:
        return None
    row = await own_row(desk)
    if row is None:
        return None
    running = row.live_until is not None and row.at <= at <= row.live_until
    apart = abs(row.at - at)
    fresh = running or apart <= AT_ONCE or (apart <= NEAR_IN_TIME and not await has_served(desk, row))
    return row if fresh else None


async def has_served(desk: Desk, row: Whereabouts, other_than: Ticket | None = None) -> bool:
    """Whether it was there for another report of his, before or after which he sent it."""
    served = select(Ticket.id).where(
        Ticket.reporter_id == row.person_id, Ticket.chat_id == row.chat_id,
        Ticket.id != (other_than.id if other_than is not None else 0),
        or_(
            Ticket.reported_at.between(row.at, row.at + NEAR_IN_TIME),
            and_(
                Ticket.reported_at.between(row.at - NEAR_IN_TIME, row.at),
                Ticket.latitude == row.latitude, Ticket.longitude == row.longitude,
            ),
        ),
    )  # fmt: skip
    return await desk.session.scalar(served.limit(1)) is not None


async def own_row(desk: Desk) -> Whereabouts | None:
    return await desk.session.scalar(OWN, {"person": desk.me.id, "chat": desk.here.id})
