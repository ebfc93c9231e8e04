"""Albums whose parts come 0 to 60 s apart, in any order, one of them never, with a restart between: one report each.

python -m tests.faults.test_late_parts --albums 10000 --seed 1
"""

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import false, select

from bot.town import Town as Machine
from models.draft import Draft
from models.photo import Photo
from tests.cast import GROUP, LIN, MEI, WANG, Town, town_in

SEED, ALBUMS = 20261122, 12
DELAYS_S = (0.0, 0.8, 5.3, 11.4, 60.0)  # as they were seen (reliability.md)


async def play(town: Town, albums: int, seed: int) -> tuple[int, int, int]:
    """Returns albums that became more or less than one ticket, photos without their ticket, and photos in all."""
    dice = random.Random(seed)
    split = lost = shown = 0
    channel = town.machine.runtime.channel("telegram")
    for number in range(albums):
        parts, before = dice.randint(2, 5), town.simulator.updates(0, 10**6)[-1]["seq"]
        captioned, person = dice.randrange(parts), (LIN, MEI, WANG)[number % 3]
        for at in range(parts):
            words = f"团结西路{number + 1}号门前路面塌陷" if at == captioned else ""
            town.simulator.post(
                person, GROUP, words, photos=[{"upload": town.picture()}], album_part={"id": f"a{number}"}
            )
        raws = [
            {"update_id": one["update_id"], one["kind"]: one["body"]} for one in town.simulator.updates(before, 1000)
        ]
        town.seen = raws[-1]["update_id"] + 1
        whole = [raw for at, raw in enumerate(raws) if at == captioned or dice.random() > 0.1]
        dice.shuffle(whole)
        for raw in whole:
            await town.machine.keep(channel, [raw])
            await town.settles()
            if dice.random() < 0.3:
                town.machine = Machine(town.machine.runtime)
                town.machine.runtime._book = None
            await town.passes(seconds=dice.choice(DELAYS_S))
        await town.passes(seconds=30)
        async with town.machine.runtime.database.read() as session:
            photos = list(await session.scalars(select(Photo).order_by(Photo.id.desc()).limit(len(whole))))
        tickets = {photo.ticket_id for photo in photos}
        split += len(tickets - {None}) != 1
        lost += sum(photo.ticket_id is None for photo in photos)
        shown += len(photos)
        await town.passes(hours=1)
    return split, lost, shown


async def test_one_report_each_and_no_photo_lost(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    split, lost, shown = await play(town, ALBUMS, SEED)
    with capsys.disabled():
        print(f"\n{ALBUMS} albums with late parts, seed {SEED}: split {split}, photos lost {lost} of {shown}")
    assert (split, lost) == (0, 0)


async def test_control_where_a_part_knows_no_other_albums_split(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Draft, "of_album", lambda *_: select(Draft).where(false()))
    split, lost, _ = await play(town, 3, SEED)
    assert split + lost > 0


async def _long(albums: int, seed: int) -> int:
    split = lost = shown = 0
    for number in range(0, albums, 100):  # a town for each hundred
        with tempfile.TemporaryDirectory(prefix="grid-albums-") as folder:
            async with town_in(Path(folder) / "town") as town:
                found = await play(town, min(100, albums - number), seed + number)
        split, lost, shown = split + found[0], lost + found[1], shown + found[2]
    print(f"{albums} albums with late parts, seed {seed}: split {split}, photos lost {lost} of {shown}")
    return 1 if split or lost else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--albums", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.exit(asyncio.run(_long(options.albums, options.seed)))
