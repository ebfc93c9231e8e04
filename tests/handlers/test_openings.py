"""What is copied instead of played (tests/openings.py) is what would have been played, and only where it would."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.books import PostgresBooks
from tests.cast import GROUP, OFFICE, QIAO, Town, town_in
from tests.handlers.seeing import tickets
from tests.openings import Opening

SAID = "团结西路印刷技校门口,路面塌陷,很深"
TIMES = 4


async def _looks(town: Town) -> Any:
    shown = [
        [(message.id, message.text, message.labels) for message in town.messages(chat)]
        for chat in (GROUP, OFFICE, QIAO)
    ]
    found = [(ticket.number, ticket.stage, ticket.last_seq, ticket.reported_at) for ticket in await tickets(town)]
    return shown, found, town.clock.moment, town.seen, town.pictures


async def _played(folder: Path, books: PostgresBooks | None, *, shared: bool) -> Any:
    async with town_in(folder, books) as town:
        town.opening = await Opening.of(town) if shared else None
        await town.lin.posts(SAID)
        await town.lu.presses("接单", on=town.job)
        copied = town.opening is not None and town.opening.is_copy
        await town.passes(hours=1)
        await town.lu.posts("好了", reply_to=town.job)
        await town.nothing_went_wrong()
        return copied, await _looks(town)


async def test_a_copied_morning_goes_on_as_a_played_one(tmp_path: Path, books: PostgresBooks | None) -> None:
    played = await _played(tmp_path / "played", books, shared=False)
    copies = [await _played(tmp_path / f"copy{time}", books, shared=True) for time in range(TIMES)]
    assert [copied for copied, _ in copies][-1], "nothing was ever copied"
    assert [looks for _, looks in copies] == [played[1]] * TIMES


async def test_whoever_touches_the_town_plays_on_alone(tmp_path: Path, books: PostgresBooks | None) -> None:
    for time in range(TIMES):
        async with town_in(tmp_path / f"town{time}", books) as town:
            town.opening = await Opening.of(town)
            await town.lin.posts(SAID)
            town.clock.moment += timedelta(minutes=time)  # by hand: nobody said that an hour went by
            await town.lu.presses("接单", on=town.job)
            assert [ticket.accepted_at for ticket in await tickets(town)] == [town.clock.moment]
