"""A filled town is one the bot might have left: its tickets are what their events tell, its tallies what they add up
to, and as many are open whatever its size."""

from collections import defaultdict
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from bot.database import Database
from handlers.book import Book
from handlers.counting import yardstick
from models.card import Card, Witness
from models.chat import Message
from models.figures import Figures
from models.tally import Scope, Slot, Tally, spans_of
from models.ticket import OPEN, Ticket, TicketEvent
from models.ticket.accounting import account_of
from scripts.fill_town import OPEN_NOW, fill
from tests.replaying import untold_by_events

UNTIL = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
COUNT = 1_100


@pytest_asyncio.fixture
async def filled(tmp_path: Path) -> str:
    url = f"sqlite+aiosqlite:///{tmp_path / 'town.db'}"
    await fill(url, COUNT, 7, UNTIL)
    return url


async def test_it_is_as_the_bot_would_have_left_it(filled: str) -> None:
    database = Database.opened(filled)
    try:
        async with database.read() as session:
            book = await Book.read(session)
            assert book is not None
            assert await untold_by_events(session, book.hours) == {}
            tickets = list(await session.scalars(select(Ticket)))
            assert len(tickets) == COUNT
            assert sum(ticket.stage in OPEN for ticket in tickets) == OPEN_NOW
            assert all(ticket.is_open == (ticket.ended_at is None) for ticket in tickets)
            assert all(ticket.counted_seq == ticket.last_seq for ticket in tickets)
            assert len({ticket.number for ticket in tickets}) == COUNT
            events = list(await session.scalars(select(TicketEvent).order_by(TicketEvent.ticket_id, TicketEvent.seq)))
            assert max(event.at for event in events) <= UNTIL
            rows: defaultdict[Slot, Figures] = defaultdict(Figures)
            for _, its in groupby(events, key=lambda event: event.ticket_id):
                account = account_of(its, yardstick(book))
                shares = [(Scope.DISTRICT, 0, account.of_all)]
                shares += [(Scope.GRID, id, account.of_all) for id in book.grids[account.grid_id].line]
                shares += [(Scope.DEPARTMENT, id, figures) for id, figures in account.of_departments.items()]
                for first, span in spans_of(account.day):
                    for scope, id, figures in shares:
                        rows[Slot(scope, id, first, span)].update(figures)
            kept = {tally.slot: Figures(tally.figures) for tally in await session.scalars(select(Tally))}
            assert kept == rows
            for table in (Message, Card, Witness):
                assert (await session.scalar(select(func.count()).select_from(table)) or 0) >= COUNT
    finally:
        await database.close()


async def test_a_town_with_tickets_of_its_own_is_left_alone(filled: str) -> None:
    with pytest.raises(SystemExit, match="nothing was changed"):
        await fill(filled, 10, 7, UNTIL)
