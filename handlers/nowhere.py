"""A report told in private that stands in no grid: it is kept, and waits with the leader of the whole."""

from dataclasses import replace

from handlers.book import Book
from handlers.locating import Located
from models.grid import Grid
from models.refusal import Refusal

FAR_M = 20_000
"""Outside the district: whose streets are the nearest, if any are as near as this."""


def somewhere(book: Book, located: Located) -> Located:
    """With a grid in any case: that of the top, where nothing tells more; no department could go there, and a person
    has to find out where it is. Raises Refusal: the district has no grids."""
    if located.grid is not None:
        return located
    tops = [grid for grid in book.grids.values() if grid.parent_id is None and grid.retired_at is None]
    if not tops:
        raise Refusal("report.not_a_grid")
    spot = located.spot if located.spot.has_point else replace(located.spot, source="nowhere")
    top = _nearest(book, located) or min(tops, key=lambda grid: (grid.level, grid.id))
    return replace(located, spot=spot, grid=top)


def _nearest(book: Book, located: Located) -> Grid | None:
    spot = located.spot
    if spot.latitude is None or spot.longitude is None:
        return None
    area = book.atlas.nearest(spot.latitude, spot.longitude, FAR_M)
    grid = book.grid_coded(area.code) if area else None
    return book.grids.get(grid.line[0]) if grid is not None else None
