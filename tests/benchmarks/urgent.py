"""How long an urgent card waits behind a thousand ordinary ones in the same group, in the town's own time.

Both sides keep Telegram's limits: the sender its pace, the simulator its 429s, of which there must be none.
"""

from datetime import timedelta
from pathlib import Path

from bot.claims import address
from models.chat import Chat
from tests.benchmarks.figures import Line
from tests.cast import GROUP, LIN, Town, town_in

LIMITS = "30/s 1/s 20/min"
PACE: dict[str, float] = {"total_per_second": 30, "chat_per_second": 1, "group_per_minute": 20}
PAGE = 50
DANGER = "/report 团结西路9999号门口高压线掉下来了,正在冒火花,快来人"


class Arrivals:
    """What stands in the group, by the simulator's own log. refused: how often anything met a 429."""

    def __init__(self, town: Town) -> None:
        self.simulator = town.simulator
        self.number = self.refused = self._seen = 0

    def new(self) -> list[str]:
        """The words of what was posted since the last time."""
        calls = self.simulator.log(self._seen, 100_000)
        self._seen = max((call["id"] for call in calls), default=self._seen)
        self.refused += sum((call["error"] or {}).get("error_code") == 429 for call in calls)
        posted = [
            str(call["result"].get("text"))
            for call in calls
            if call["method"] == "sendMessage" and call["result"] and call["params"]["chat_id"] == str(GROUP)
        ]
        self.number += len(posted)
        return posted


async def measured(folder: Path, *, cards: int) -> list[Line]:
    folder.mkdir(exist_ok=True)
    async with town_in(folder / "town", limits=LIMITS) as town:
        await town.passes(minutes=2)
        town.simulator.limits(PACE)
        await _queued(town, cards)
        group = Arrivals(town)
        slot, took = await _urgent(town, group)
        await _drained(town, group, cards + 1)
    behind = f"behind {cards} cards in its group; figure: against the next slot the limits allow"
    figure, none = took / slot if slot else 1.0, group.refused
    return [
        Line("urgent card", "s", took, slot, figure, "≤ 1.05", figure <= 1.05, behind),
        Line("  429s until the last of them was sent", "", none, None, none, "0", none == 0, "virtual time"),
    ]


async def _queued(town: Town, cards: int) -> None:
    """Turns only, in no time: what they say waits."""
    for house in range(cards):
        town.simulator.post(LIN, GROUP, f"/report 团结西路{house + 1}号门前路面塌陷")
        if house % PAGE == PAGE - 1:
            await _heard(town)
    await _heard(town)
    await town.settles()  # as many as may go at once


async def _heard(town: Town) -> None:
    await town._receive()
    while await town.machine.worker.turn():
        pass


async def _urgent(town: Town, group: Arrivals) -> tuple[float, float]:
    """Seconds until the group's next slot, and until the urgent card stands there."""
    runtime = town.machine.runtime
    group.new()
    town.simulator.post(LIN, GROUP, DANGER)
    await _heard(town)
    began = town.clock.moment
    async with runtime.database.read() as session:
        chat = (await session.scalars(Chat.known_as("telegram", str(GROUP)))).one()
    slot = runtime.pace.wait(address(chat), True)
    first: list[str] = []
    while not first:
        await town.passes(seconds=0.05)
        first = group.new()
    assert "9999" in first[0], "something else went before it"
    return slot, (town.clock.moment - began).total_seconds()


async def _drained(town: Town, group: Arrivals, cards: int) -> None:
    """Until every card stands in the group."""
    end = town.clock.moment + timedelta(hours=3)
    while group.number < cards and town.clock.moment < end:
        await town.passes(seconds=3)
        group.new()
    assert group.number == cards, "some card never came"
