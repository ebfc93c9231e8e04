"""What can become of a report, played once through the verbs of the record: `fill_town.py` tells it again and again.

A plot is moved in time and to another grid by moving what its rows hold. That is exact only where the clocks run day
and night, so that only kinds with such limits are played.
"""

import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.book import Book
from models.category import Category
from models.department import Department
from models.grid import Grid
from models.person import Person, Role, RoleKind
from models.photo import Photo
from models.spot import Spot
from models.task import Task
from models.ticket import Ticket, TicketEvent
from models.ticket.accounting import Account, Yardstick, account_of

BASE = datetime(2001, 1, 1, tzinfo=UTC)
GRID, RIDER, OTHER = 990_000_001, 990_000_002, 990_000_003
"""Stand in a plot's rows for what each ticket has of its own."""
LEADER, OFFICERS = 90_000, 91_000
"""Ids of who speaks for the grids, and for each department."""
NIGHT_AND_DAY = {"urgent_hour", "natural_day", "now"}
MOMENT = re.compile(r'"(20\d\d-\d\d-\d\dT[\d:.]+\+00:00)"|(99000000[123])')
PHOTO = Photo(ref="a", key="b", channel="telegram")
Cast = Mapping[str, Person]


@dataclass
class Plot:
    """As it is when reported at BASE. length: until its last event. account: what it adds to the figures."""

    ticket: dict[str, Any]
    events: list[dict[str, Any]]
    tasks: list[dict[str, Any]]
    length: timedelta
    account: Account
    met: list[timedelta] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.ticket["ended_at"] is None


class Play:
    """One ticket on its way: each verb some minutes after the one before."""

    def __init__(
        self, book: Book, category: Category, to: Department, other: Department, chance: random.Random
    ) -> None:
        self.book, self.category, self.to, self.other, self.chance = book, category, to, other, chance
        self.at, self.met, self.tasks = BASE, list[timedelta](), list[Task]()
        self.grid = Grid(id=GRID, path=f"/{GRID}/", code="g")
        self.rider = _person(RIDER)
        self.leader = _person(LEADER, kind=RoleKind.LEADER, grid_id=GRID)
        self.limits = category.limits()
        self.ticket = Ticket.report(
            number="", case_code="", category=category, grid=self.grid, text=f"{category.name_zh}，请来看看",
            spot=Spot("text", 34.27, 108.92, "wgs84", None, "印刷技校门口"), by=self.rider, at=self.at,
        )  # fmt: skip
        self.ticket.id, self.ticket.chat_id = 0, None
        self.ticket.file(by=None, at=self.at)

    def officer(self, department: Department | None = None) -> Person:
        wanted = department or self.to
        return _person(OFFICERS + wanted.id, kind=RoleKind.DEPARTMENT, department_id=wanted.id)

    def later(self, low: float, high: float) -> datetime:
        self.at += timedelta(seconds=round(60 * self.chance.uniform(low, high)))
        return self.at

    def send(self, to: Department | None = None, *, by_hand: bool = False) -> None:
        self.ticket.dispatch(
            to or self.to, by=self.leader if by_hand else None, at=self.at, grid=self.grid, limits=self.limits,
            hours=self.book.hours, rule="leader" if by_hand else "category",
        )  # fmt: skip

    def mend(self) -> None:
        self.ticket.accept(by=self.officer(), at=self.later(1, 40))
        self.ticket.resolve([PHOTO], by=self.officer(), at=self.later(10, 200), tasks=self.tasks)

    def close(self) -> None:
        how = self.chance.random()
        if how < 0.6:
            self.ticket.confirm(by=self.rider, at=self.later(5, 300))
            if self.chance.random() < 0.5:
                self.ticket.rate(self.chance.random() < 0.9, by=self.rider, at=self.later(1, 5))
        elif how < 0.85:
            self.ticket.verify(by=self.leader, at=self.later(5, 60), grid=self.grid)
        else:
            self.ticket.lapse(at=self.later(7 * 1440, 7 * 1440), days=7)

    def join(self) -> None:
        self.ticket.join(by=_person(OTHER), at=self.later(1, 10), message=None)
        self.met.append(self.at - BASE)

    def plot(self, measure: Yardstick) -> Plot:
        events = self.ticket.news
        return Plot(
            _row(self.ticket), [_row(event) for event in events], [_row(task) for task in self.tasks],
            events[-1].at - BASE, account_of(events, measure), self.met,
        )  # fmt: skip


def _usual(play: Play) -> None:
    if play.chance.random() < 0.15:
        play.join()
    play.send()
    play.mend()
    play.close()


def _sent_on(play: Play) -> None:
    play.send(play.other)
    play.ticket.hand_back("不归我们管", by=play.officer(play.other), at=play.later(5, 60))
    play.later(1, 20)
    play.send(by_hand=True)
    play.mend()
    play.close()


def _again(play: Play) -> None:
    play.send()
    play.mend()
    play.ticket.unsolved(by=play.rider, at=play.later(5, 200), limits=play.limits, hours=play.book.hours, days=15)
    play.mend()
    play.close()


def _several(play: Play) -> None:
    play.send()
    play.ticket.accept(by=play.officer(), at=play.later(1, 20))
    play.tasks = play.ticket.whistle(
        [play.other], [], by=play.leader, at=play.later(5, 30), grid=play.grid, limits=play.limits,
        hours=play.book.hours, report_in=timedelta(minutes=30),
    )  # fmt: skip
    theirs = next(task for task in play.tasks if task.department_id == play.other.id)
    play.ticket.report_in(theirs, by=play.officer(play.other), at=play.later(5, 45))
    for department in (play.other, play.to):
        play.ticket.resolve([PHOTO], by=play.officer(department), at=play.later(10, 60), tasks=play.tasks)
    play.close()


def _declined(play: Play) -> None:
    play.ticket.decline("不属于管辖范围", by=play.leader, at=play.later(5, 60), grid=play.grid)


def _withdrawn(play: Play) -> None:
    play.send()
    play.ticket.withdraw(by=play.rider, at=play.later(2, 30))


def _waits(play: Play) -> None:
    play.ticket.triage(at=play.at)


def _sent(play: Play) -> None:
    play.send()


def _works(play: Play) -> None:
    play.send()
    play.ticket.accept(by=play.officer(), at=play.later(1, 4))


def _mended(play: Play) -> None:
    play.send()
    play.ticket.accept(by=play.officer(), at=play.later(1, 2))
    play.ticket.resolve([PHOTO], by=play.officer(), at=play.later(1, 2))


def _returned(play: Play) -> None:
    play.send(play.other)
    play.ticket.hand_back("不归我们管", by=play.officer(play.other), at=play.later(1, 4))


ENDED: Sequence[tuple[Callable[[Play], None], int]] = (
    (_usual, 82), (_sent_on, 5), (_again, 5), (_several, 2), (_declined, 4), (_withdrawn, 2),
)  # fmt: skip
OPEN: Sequence[tuple[Callable[[Play], None], int]] = (
    (_waits, 1),
    (_sent, 2),
    (_works, 3),
    (_mended, 1),
    (_returned, 1),
)
"""Ways it goes, and how often."""


def plots(
    book: Book, ways: Sequence[tuple[Callable[[Play], None], int]], each: int, seed: int, measure: Yardstick
) -> list[Plot]:
    """`each` of every hundredth of the ways, over the kinds whose clocks run day and night."""
    chance = random.Random(seed)  # noqa: S311 - a played history
    kinds = [(kind, book.own_departments(kind)) for kind in book.categories.values() if _is_simple(kind)]
    going = [(kind, found[0]) for kind, found in kinds if found]
    made = []
    for way, often in ways:
        for _ in range(often * each):
            kind, to = chance.choice(going)
            other = chance.choice([one for one in book.departments.values() if one.id != to.id])
            play = Play(book, kind, to, other, chance)
            way(play)
            made.append(play.plot(measure))
    return made


def _is_simple(kind: Category) -> bool:
    limits = kind.limits()
    units = {limits.finish.unit, limits.secure.unit if limits.secure else limits.finish.unit}
    return units <= NIGHT_AND_DAY and not kind.is_restricted and kind.retired_at is None


def _person(id: int, **role: Any) -> Person:
    return Person(id=id, addresses=[], roles=[Role(person_id=id, granted_at=BASE, **role)] if role else [])


def _row(made: Ticket | TicketEvent | Task) -> dict[str, Any]:
    """Columns as they would be stored: a default is what the database would have been given."""
    columns = type(made).__mapper__.columns
    row = {}
    for column in columns:
        value = getattr(made, column.key)
        if value is None and column.default is not None:
            value = {} if column.default.is_callable else getattr(column.default, "arg", None)
        row[column.key] = value
    return row


def pieces(value: Any) -> Any:
    """What moves with a ticket: a moment as its distance from BASE, a grid or a person as its place holder, words with
    such in them as a list of pieces. All else as it is."""
    if isinstance(value, datetime):
        return value - BASE
    if not isinstance(value, (dict, list)):
        return value
    text, found, last = json.dumps(value, ensure_ascii=False), list[Any](), 0
    for match in MOMENT.finditer(text):
        moved = datetime.fromisoformat(match[1]) - BASE if match[1] else int(match[2])
        found += [text[last : match.start()], moved]
        last = match.end()
    return [*found, text[last:]] if found else text
