"""Who presses what, and when: every role, every stage, every button and command; each tried and taken back.

A cell is one turn of the real worker, rolled back after it was looked at. `python -m tests.attacks.matrix` plays all.
"""

import argparse
import asyncio
import csv
import logging
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbox
from bot.causes import Turned
from bot.worker import Refused
from handlers import ROUTER
from models.all import metadata
from models.mail import Inbox
from tests.attacks.door import TITLE, update
from tests.cast import DAI, DRAINAGE, GROUP, GU, HOLE, LIN, LU, MEI, OFFICE, QIAO, SHEN, Player, Town, town_in
from tests.handlers.seeing import leader_card, tickets

RIGHTS = Path(__file__).parents[1] / "data" / "rights.csv"
STRANGER, BANNED, SHAO, SHI = 1901, 1902, 1017, 1015
NUMBER = "LH2611200001"
PEOPLE = {
    "stranger": STRANGER, "banned": BANNED, "reporter": LIN, "witness": MEI, "leader": QIAO, "upper_leader": SHAO,
    "other_leader": SHI, "officer": LU, "other_officer": DAI, "inspector": GU, "admin": SHEN,
}  # fmt: skip
OUTSIDERS = {"stranger", "banned", "other_leader", "other_officer"}
GUARDED = (
    "tickets", "ticket_events", "tasks", "roles", "bans", "invitations", "witnesses", "councils", "corrections",
    "photos", "grids", "departments", "routes", "district",
)  # fmt: skip
"""What only who may changes."""
BUTTONS = {
    "accept": ("accept", ""), "urge": ("urge", ""), "verify": ("verify", ""), "secure": ("secure", ""),
    "solved": ("confirm", ""), "unsolved": ("unsolved", ""), "rate": ("rate", "yes"), "decline": ("decline", "1"),
    "return": ("return", "1"), "reopen": ("reopen", "1"), "waive": ("waive", "1"),
    "category": ("recategorise", "E0401"), "dispatch": ("dispatch", "3"), "join": ("join", ""),
    "extend": ("ask_extend", "4:1"), "suspend": ("ask_suspend", "7d:1"),
    "grant": ("grant", ""), "refuse": ("refuse", "-"),
    "sort": ("recategorise", "E0401"), "merge": ("merge", "LH2611200002"),
}  # fmt: skip
"""button -> the verb of the table, and what it carries."""
COMMANDS = {
    "accept": ("accept", ""), "urge": ("urge", ""), "verify": ("verify", ""), "secure": ("secure", ""),
    "withdraw": ("withdraw", ""), "decline": ("decline", "不属实"), "return": ("return", "不归我们"),
    "reopen": ("reopen", "没修平"), "waive": ("waive", "拍不到"), "dispatch": ("dispatch", "排水公司"),
    "extend": ("ask_extend", "4 等配件"), "suspend": ("ask_suspend", "12月1日 等配件"),
}  # fmt: skip
NARROWER = {
    "press dispatch": "out of busy hands only 转派 takes it; of two leaders the first one's choice stands",
    "press sort": "the reporter alone, while he is asked", "press grant": "only with the request it was drawn under",
    "press refuse": "the same", "press merge": "there is no other ticket", "press join": "the table's own turn",
}  # fmt: skip
"""Buttons that ask for more than the verb: they may say no where the table says yes, and never the other way round."""
ARGUMENTS = ("", "0", "1", "3", "1.0", "E0401", "E0401!", NUMBER, "-1", "9" * 18, "own", "x:y", "٣", "')--")


class TakenBack(Exception):
    """Ends a turn that was only tried."""


@dataclass(frozen=True, slots=True)
class Cell:
    role: str
    stage: str
    way: str
    chat: int
    said: dict[str, Any] = field(hash=False)
    verb: str | None

    @property
    def called(self) -> str:
        return f"{self.way} by {self.role}, {self.stage}, in {self.chat}"


@dataclass
class Told:
    cells: int = 0
    changed: int = 0
    wrong_allows: list[str] = field(default_factory=list)
    wrong_denies: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.cells} cells, {self.changed} of them changed something: "
            f"{len(self.wrong_allows)} wrong allows, {len(self.wrong_denies)} wrong denies"
        )


async def _dispatched(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.mei.presses("我也遇到", on=town.card)


async def _working(town: Town) -> None:
    await _dispatched(town)
    await town.lu.presses("接单", on=town.job)


async def _suspended(town: Town) -> None:
    await _working(town)
    await town.lu.says("挂账 12月1日 等配件", reply_to=town.job)
    await town.qiao.presses("同意", on=leader_card(town))


async def _resolved(town: Town) -> None:
    await _dispatched(town)
    await town.lu.posts("", reply_to=town.job)


async def _closed(town: Town) -> None:
    await _resolved(town)
    await town.qiao.says(f"/verify {NUMBER}")


async def _returned(town: Town) -> None:
    await _dispatched(town)
    await town.lu.says("退回 不归我们", reply_to=town.job)


async def _declined(town: Town) -> None:
    await _dispatched(town)
    await town.qiao.says(f"/decline {NUMBER} 不属实")


async def _withdrawn(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lin.says(f"/withdraw {NUMBER}")


async def _merged(town: Town) -> None:
    await _dispatched(town)
    await town.passes(minutes=20)
    await town.wang.posts("柳桥三小门口路面塌陷")
    await town.qiao.says(f"/merge {NUMBER} LH2611200002")


STAGES: dict[str, Callable[[Town], Awaitable[None]]] = {
    "dispatched": _dispatched, "working": _working, "suspended": _suspended, "resolved": _resolved, "closed": _closed,
    "returned": _returned, "declined": _declined, "withdrawn": _withdrawn, "merged": _merged,
}  # fmt: skip
"""pending and filed are the models' (tests/models/test_rights.py): no conversation of this district rests there."""


def rights() -> set[tuple[str, str, str]]:
    """(verb, role, stage) of what is allowed."""
    with RIGHTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row["verb"], row["role"], stage) for row in rows for stage in STAGES if row[stage] == "yes"}


def cells(stage: str, card: int) -> Iterator[Cell]:
    """card: the number of the message that carries the group's card."""
    for role, person in PEOPLE.items():
        for chat in dict.fromkeys((GROUP, OFFICE, DRAINAGE, person)):
            for name in ROUTER.buttons:
                verb, argument = BUTTONS.get(name, (None, None))
                for one in (argument,) if argument is not None else ARGUMENTS[:: 1 if chat == GROUP else 5]:
                    data = f"{name}|{NUMBER}|{one}".rstrip("|")
                    if len(data.encode()) <= 64:
                        yield Cell(role, stage, f"press {name}", chat, _press(person, chat, card, data), verb)
            for name, (verb, rest) in COMMANDS.items():
                said = f"/{name} {NUMBER} {rest}".strip()
                yield Cell(role, stage, f"command {name}", chat, _says(person, chat, said), verb)


def _sender(person: int) -> dict[str, Any]:
    return {"id": person, "is_bot": False, "first_name": f"P{person}"}


def _chat(person: int, chat: int) -> dict[str, Any]:
    if chat == person:
        return {"id": chat, "type": "private", "first_name": f"P{person}"}
    return {"id": chat, "type": "supergroup", "title": TITLE}


def _press(person: int, chat: int, card: int, data: str) -> dict[str, Any]:
    message = {"message_id": card, "date": 1, "chat": _chat(person, chat)}
    press = {"id": "8", "from": _sender(person), "message": message, "chat_instance": "8", "data": data}
    return {"update_id": 8_000_000, "callback_query": press}


def _says(person: int, chat: int, text: str) -> dict[str, Any]:
    said = update(1, text)
    said["message"] |= {"from": _sender(person), "chat": _chat(person, chat)}
    return said


async def state(session: AsyncSession) -> dict[str, list[Any]]:
    """All rows of what is guarded."""
    tables = (metadata.tables[name] for name in GUARDED)
    return {table.name: [tuple(row) for row in await session.execute(_all(table))] for table in tables}


def _all(table: Table) -> Any:
    return _ALL.setdefault(table.name, select(table).order_by(*table.primary_key.columns))


_ALL: dict[str, Any] = {}


async def tried(town: Town, said: dict[str, Any], before: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """What the guarded tables would hold after this turn; refused, it takes back all it began."""
    runtime = town.machine.runtime
    (row,) = inbox.incoming(runtime.channel("telegram"), [said], runtime.clock.now())
    after: dict[str, list[Any]] = {}
    try:
        async with runtime.database.write() as session:
            row = {name: row[name] for name in ("channel", "update", "natural", "lane", "what", "payload")}
            await town.machine.worker._handle(session, Inbox(**row), Turned())
            await session.flush()
            after = await state(session)
            raise TakenBack
    except TakenBack:
        return after
    except Refused:
        return before


async def judged(town: Town, stage: str, told: Told, *, every: int = 1, first: int = 0) -> Told:
    """Try every so manieth cell of a stage; the town is there already."""
    allowed = rights()
    async with town.machine.runtime.database.read() as session:
        before = await state(session)
    for number, cell in enumerate(cells(stage, town.card.id)):
        if number % every != first:
            continue
        after = await tried(town, cell.said, before)
        touched = {name for name in GUARDED if after[name] != before[name]}
        told.cells += 1
        told.changed += bool(touched)
        may = cell.verb is not None and (cell.verb, cell.role, stage) in allowed
        if cell.verb is None:
            may = cell.role not in OUTSIDERS  # what these do is asked of insiders elsewhere; outsiders change nothing
        if cell.way == "press join":
            may = may and cell.chat == GROUP
        if touched and not may:
            told.wrong_allows.append(f"{cell.called}: {sorted(touched)}")
        if cell.verb and may and not touched and cell.way not in NARROWER:
            told.wrong_denies.append(cell.called)
    async with town.machine.runtime.database.read() as session:
        assert await state(session) == before, "nothing of all that stays"
    return told


@asynccontextmanager
async def in_stage(town: Town, stage: str) -> AsyncIterator[Town]:
    """The town with one ticket there, a stranger, and somebody who is banned."""
    crowd = [{"id": one, "first_name": f"P{one}", "username": f"p{one}"} for one in (STRANGER, BANNED)]
    town.simulator.seed({"people": crowd})
    await Player(town, BANNED, BANNED).says("/start")
    await town.shen.says("/ban @p1902 刷屏")
    await STAGES[stage](town)
    found = {ticket.number: ticket.stage for ticket in await tickets(town)}
    assert found[NUMBER] == stage, found
    yield town


async def played(folder: Path, every: int, first: int, stages: Iterable[str] = STAGES) -> Told:
    told = Told()
    for number, stage in enumerate(stages):
        async with town_in(folder / stage) as town, in_stage(town, stage):
            await judged(town, stage, told, every=every, first=(first + 13 * number) % every)
    return told


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--every", type=int, default=1, help="only every so manieth cell")
    asked.add_argument("--first", type=int, default=0)
    given = asked.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as folder:
        told = asyncio.run(played(Path(folder), given.every, given.first))
    for line in (*told.wrong_allows, *told.wrong_denies):
        print(line)
    print(f"{told}; every {given.every} from {given.first}")
    raise SystemExit(bool(told.wrong_allows or told.wrong_denies))


if __name__ == "__main__":
    main()
