"""The way of one ticket by its number: from the database in one command, and through the log by `ticket=`."""

import asyncio
import logging
import re
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import select

from bot import causes, tracing
from bot.settings import BadSettings
from models.mail import Inbox, Outbox
from models.ticket import Ticket, TicketEvent
from tests.cast import HOLE, OFFICE, Town
from tests.processes import BOT, Process

OTHER = "柳荫路口路灯不亮,晚上看不清"
PERSONAL = (HOLE, "印刷技校", "Lin", "骑手", "1001", "1022", "-1002610199001", "100261")
"""What people wrote or are called, and ids of theirs."""


async def mended(town: Town) -> str:
    """A ticket from the report to the picture of the fix, another beside it. Returns its number."""
    await town.lin.posts(HOLE)
    number = re.search(r"#(LH\d+)", town.card.text)
    assert number is not None
    await town.lu.presses("接单", on=town.job)
    await town.mei.posts(OTHER)
    job = next(m for m in town.ours(OFFICE) if number[1] in m.text)
    await town.lu.posts("完成", reply_to=job)
    await town.passes(minutes=2)
    return number[1]


async def way(town: Town, number: str) -> list[str]:
    async with town.machine.runtime.database.read() as session:
        return await tracing.way_of(session, number)


async def linked(town: Town) -> dict[str, tuple[int, int]]:
    """table -> rows with a cause, rows; of those about tickets."""
    found = {}
    async with town.machine.runtime.database.read() as session:
        for kind in (TicketEvent, Outbox):
            rows = list(await session.scalars(select(kind).where(kind.ticket_id.is_not(None))))
            known = {row.id for row in await session.scalars(select(Inbox))}
            found[kind.__tablename__] = (sum(row.cause_id in known for row in rows), len(rows))
    return found


async def test_the_way_of_a_ticket_is_told_from_its_number(town: Town) -> None:
    number = await mended(town)
    head, *lines = await way(town, number.lower())
    assert head.startswith(f"{number} (id ")
    told = "\n".join(lines)
    for step in ("telegram message, done", "1 reported -> ", "accepted -> working", "resolved -> resolved",
                 "fetch, done, attempts 1", "pair, done", "errands pair, done", "telegram callback_query, done",
                 ": card in chat", ", sent 2026-11-20 01:0"):  # fmt: skip
        assert step in told, step
    assert lines == sorted(lines, key=lambda line: line[:24])
    async with town.machine.runtime.database.read() as session:
        ticket = await session.scalar(Ticket.numbered(number))
        assert ticket is not None
        said = list(await session.scalars(select(Outbox.id).where(Outbox.ticket_id == ticket.id)))
    # Every row about it, and none about the other ticket.
    assert sorted(int(row) for row in re.findall(r"said   outbox row (\d+)", told)) == sorted(said)


async def test_everything_a_turn_leaves_knows_its_turn(town: Town) -> None:
    await mended(town)
    for table, (known, rows) in (await linked(town)).items():
        assert rows > 0
        assert known == rows, table


async def test_control_without_causes_nothing_is_linked(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(causes, "CAUSE", "nobody's")
    monkeypatch.setattr(causes.Turned, "begins", lambda *_: None)
    number = await mended(town)
    assert {known for known, _ in (await linked(town)).values()} == {0}
    assert not [line for line in await way(town, number) if "turn   " in line]


async def test_nobodys_words_or_names_are_in_it(town: Town) -> None:
    number = await mended(town)
    told = "\n".join(await way(town, number))
    assert not [word for word in PERSONAL if word in told.replace(number, "")]


@pytest.mark.parametrize("number", ["LH2611209999", "nonsense", "'; DROP TABLE tickets; --", ""])
async def test_a_number_that_is_none_is_one_line(town: Town, number: str) -> None:
    with pytest.raises(BadSettings) as bad:
        await way(town, number)
    assert len(bad.value.faults) == 1
    assert "DROP" not in bad.value.faults[0]


@pytest.mark.sqlite_only
async def test_the_command_prints_it_beside_a_running_bot(town: Town, tmp_path: Path) -> None:
    number = await mended(town)
    database = {"DATABASE_URL": town.machine.runtime.database.url.render_as_string(hide_password=False)}
    code, out, err = await asyncio.to_thread(Process(tmp_path, [*BOT, "trace", f"#{number}"], database).run)
    assert (code, err) == (0, "")
    assert out.splitlines() == await way(town, number)


async def test_the_log_tells_the_ticket_its_rows_and_nobodys_words(town: Town, logged: list[dict[str, Any]]) -> None:
    number = await mended(town)
    its = [line for line in logged if number in _list(line.get("ticket"))]
    assert {line["event"] for line in its} >= {"turn", "said", "errand"}
    turns = [line for line in its if line["event"] == "turn"]
    rows = {line["row"] for line in turns}
    assert all(line["update"] for line in turns)
    assert {line["cause"] for line in its if line["event"] in ("said", "errand")} <= rows | {None}
    assert {line["kind"] for line in its if line["event"] == "errand"} == {"fetch", "pair"}
    assert not [word for word in PERSONAL if word in repr(its).replace(number, "")]


async def test_what_a_turn_bound_is_gone_after_it(town: Town, logged: list[dict[str, Any]]) -> None:
    await town.lin.posts(HOLE)
    assert "row" not in structlog.contextvars.get_contextvars()


def _list(said: Any) -> list[str]:
    return said if isinstance(said, list) else [said]


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Every line of the log. monkeypatch: what was played before is played again, not copied."""
    lines: list[dict[str, Any]] = []

    def take(_logger: Any, name: str, line: Any) -> Any:
        lines.append({**line, "level": name})
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, take], cache_logger_on_first_use=False,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )  # fmt: skip
    yield lines
    structlog.configure(**before)
