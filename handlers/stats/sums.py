"""What the tallies say of somebody for a while, and what is open just now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select

from handlers.desk import Desk
from handlers.stats.periods import Period
from handlers.stats.scopes import About
from models.figures import RATES, Figures, index, median_minutes, ranked, rate
from models.tally import Scope, Tally, cover
from models.ticket import Ticket

COUNTS = (
    "reported", "closed", "open", "settled", "declined", "merged", "withdrawn", "extended", "suspended", "whistles",
    "called",
)  # fmt: skip


async def summed(desk: Desk, scope: Scope, ids: Iterable[int], period: Period) -> Mapping[int, Figures]:
    """Per id of the scope. As many rows are read as the period has years, months and odd days."""
    wanted = set(cover(period.first, period.last))
    sums: defaultdict[int, Figures] = defaultdict(Figures)
    rows: list[Tally] = await desk.all_of(Tally.of(scope, ids, {day for day, _ in wanted}))
    for tally in rows:
        if (tally.day, tally.span) in wanted:
            sums[tally.scope_id].update(tally.figures)
    return sums


async def shown(desk: Desk, about: About, period: Period) -> dict[str, Any]:
    """The values of `stats.shown`."""
    per_id = await summed(desk, about.scope, about.ids, period)
    figures = Figures()
    for one in per_id.values():
        figures.update(one)
    of_all = index(figures)
    return {
        "name": about.name,
        "rate": {name: str(rate(figures, name)) for name in RATES},
        "many": {name: figures[name] for name in COUNTS},
        "index": f"{of_all:.1f}" if of_all is not None else "–",
        "took": median_minutes(figures, "minutes"),
        "came_after": median_minutes(figures, "whistle"),
        "open_now": await _counted(desk, about, Ticket.ended_at.is_(None)),
        "late_now": await _counted(desk, about, Ticket.overdue(desk.now).whereclause),
    }


async def league(desk: Desk, period: Period) -> dict[str, Any]:
    """The values of `stats.league`. Departments alone: no people are ranked."""
    book = desk.town
    per_id = await summed(desk, Scope.DEPARTMENT, book.departments, period)
    named = [(book.departments[id].name, figures) for id, figures in per_id.items() if figures["handled"]]
    many, few = ranked(named)
    return {"ranked": [_line(*row) for row in many], "unranked": [_line(*row) for row in few]}


def _line(name: str, figures: Mapping[str, int]) -> dict[str, Any]:
    return {
        "name": name,
        "handled": figures.get("handled", 0),
        "took": median_minutes(figures, "minutes"),
        "rework": str(rate(figures, "rework")),
    }


async def _counted(desk: Desk, about: About, condition: Any) -> int:
    """Asked of the tickets themselves, of which few are open."""
    statement = select(func.count(Ticket.id)).where(condition, *about.tickets)
    return await desk.session.scalar(statement) or 0
