"""Brings the tallies up to date from the events, in slices: every few minutes, and before somebody reads them. Never in
an ordinary turn: what a turn did to a ticket shows by its `counted_seq` lying behind its `last_seq`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, func, select, update

from handlers.book import Book
from handlers.desk import Desk
from handlers.routing import Router
from models.district import District
from models.figures import Figures
from models.tally import Scope, Slot, Tally, spans_of
from models.ticket import Ticket, TicketEvent
from models.ticket.accounting import Yardstick, account_of

router = Router()
EVERY = timedelta(minutes=5)
A_SLICE = 200
"""Tickets counted in one turn: about a tenth of a second, for which all other turns wait."""
KEY = "counting"
KEEP = (
    update(Ticket.__table__)  # type: ignore[arg-type]
    .where(Ticket.id == bindparam("of"))
    .values(counted=bindparam("counted"), counted_seq=bindparam("counted_seq"))
)


@router.timer("count")
async def count_on(desk: Desk, data: Mapping[str, Any]) -> None:
    """One slice; where more is left the next one follows at once, after whatever else is due."""
    left = await catch_up(desk)
    await desk.set_timer(KEY, "count", desk.now + (timedelta() if left else EVERY), KEY)


async def catch_up(desk: Desk) -> bool:
    """Count one slice of what changed. Returns whether there may be more."""
    if desk.book is None:
        return False
    # One at a time: on PostgreSQL another turn might be adding to the same rows.
    await desk.session.execute(select(District.id).with_for_update())
    asked = Ticket.uncounted().with_only_columns(Ticket.id, Ticket.last_seq, Ticket.counted).limit(A_SLICE)
    found = (await desk.session.execute(asked)).all()
    if not found:
        return False
    ids = [id for id, _, _ in found]
    events = await desk.all_of(
        select(TicketEvent).where(TicketEvent.ticket_id.in_(ids)).order_by(TicketEvent.ticket_id, TicketEvent.seq)
    )
    told = {id: list(its) for id, its in groupby(events, key=lambda event: event.ticket_id)}
    measure = yardstick(desk.book)
    changes: defaultdict[Slot, Figures] = defaultdict(Figures)
    kept = []
    for id, last_seq, before in found:
        if before:
            _spread(before, changes, -1)
        counted = _counted(desk.book, told[id], measure) if id in told else {}
        if counted:
            _spread(counted, changes, 1)
        seq = told[id][-1].seq if id in told else last_seq
        kept.append({"of": id, "counted": counted, "counted_seq": seq})
    await _add(desk, changes)
    # Past the session: to count a ticket is no change of it, and nobody's turn loses against it.
    await (await desk.session.connection()).execute(KEEP, kept)
    return len(found) == A_SLICE


def _counted(book: Book, events: Sequence[TicketEvent], measure: Yardstick) -> dict[str, Any]:
    """As the ticket keeps it, so that just that can be taken back: with its grid and those above as they are now, for
    the map may be drawn anew before it is counted again."""
    account = account_of(events, measure)
    grid = book.grids.get(account.grid_id)
    departments = {str(id): dict(figures) for id, figures in account.of_departments.items()}
    line = grid.line if grid else []
    return {"day": account.day.isoformat(), "grids": line, "all": dict(account.of_all), "departments": departments}


def yardstick(book: Book) -> Yardstick:
    district = book.district
    return Yardstick(book.zone, book.hours, district.limit("accept"), district.limit("verify"))


def _spread(counted: Mapping[str, Any], changes: Mapping[Slot, Figures], sign: int) -> None:
    """What a ticket adds, over all rows it belongs to."""
    day = date.fromisoformat(counted["day"])
    shares = [(Scope.DISTRICT, 0, counted["all"])]
    shares += [(Scope.GRID, id, counted["all"]) for id in counted["grids"]]
    shares += [(Scope.DEPARTMENT, int(id), figures) for id, figures in counted["departments"].items()]
    for first, span in spans_of(day):
        for scope, id, figures in shares:
            row = changes[Slot(scope.value, id, first, span.value)]
            for name, many in figures.items():
                row[name] += sign * many


async def _add(desk: Desk, changes: Mapping[Slot, Figures]) -> None:
    known = {tally.slot: tally for tally in await _rows(desk, list(changes))}
    for slot, change in changes.items():
        if not any(change.values()):
            continue
        row = known.get(slot)
        if row is None:
            row = Tally(**slot._asdict(), figures={})
            desk.session.add(row)
        sums = Figures(row.figures)
        sums.update(change)
        row.figures = {name: many for name, many in sums.items() if many}
    await desk.session.flush()


async def _rows(desk: Desk, slots: Sequence[Slot]) -> list[Tally]:
    rows: list[Tally] = []
    for scope in Scope:
        ids, days = _held(slots, scope)
        if ids:
            rows += await desk.all_of(Tally.of(scope, ids, days))
    return rows


def _held(slots: Iterable[Slot], scope: Scope) -> tuple[set[int], set[date]]:
    own = [slot for slot in slots if slot.scope == scope.value]
    return {slot.scope_id for slot in own}, {slot.day for slot in own}


async def uncounted(desk: Desk) -> int:
    return await desk.session.scalar(select(func.count()).select_from(Ticket.uncounted().subquery())) or 0
