"""36, of tickets: whoever floods is heard so often as the district says, told once, and in nobody else's way.

GRID_FLOODERS=100: by so many at once.
"""

import os

import pytest
from sqlalchemy import update

from models.district import District
from tests.cast import GROUP, LIN, Player, Town
from tests.handlers.seeing import tickets, told

MOST, PEOPLE, EACH = 2, int(os.environ.get("GRID_FLOODERS", "6")), 4


async def flooded(town: Town, people: int) -> tuple[int, int, int]:
    """Each of them tells of so many houses at once. (tickets, how often one of them was told, others' tickets)"""
    async with town.machine.runtime.database.write() as session:
        await session.execute(update(District).values(most={"hour": MOST, "day": 60}, edition=District.edition + 1))
    crowd = [{"id": LIN + 3000 + number, "first_name": f"P{number}"} for number in range(people)]
    town.simulator.seed({"people": crowd})
    for number, one in enumerate(crowd):
        town.simulator.member(GROUP, one["id"], "member")
        town.simulator.start(one["id"])
        for house in range(EACH):
            text = f"西柳小区{number * EACH + house + 1}号楼门口路灯不亮"
            town.simulator.post(one["id"], GROUP, text, photos=[{"upload": town.picture()}])
    await town.settles()
    made = await tickets(town)
    first = Player(town, crowd[0]["id"], crowd[0]["id"])
    heard = sum(message.text == told("spam.hour") for message in town.ours(first.id))
    await town.mei.posts("柳桥三小门口垃圾满溢")
    return len(made), heard, len(await tickets(town)) - len(made)


@pytest.mark.parametrize("people", [1, PEOPLE])
async def test_each_is_heard_so_often_and_told_once(town: Town, people: int) -> None:
    assert await flooded(town, people) == (MOST * people, 1, 1)


async def test_control_where_nothing_is_too_much(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object, **__: object) -> None: ...

    monkeypatch.setattr("handlers.spam.too_much", never)
    assert await flooded(town, 1) == (EACH, 0, 1)
