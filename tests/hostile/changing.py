"""Good files changed by chance, the same ones for the same seed; each says how to make it again."""

import random
from collections.abc import Iterator
from functools import cache

from tests.hostile.case import Case
from tests.hostile.odd import KINDS, saved
from tests.media.pictures import four_colours

EDGES = (0, 1, 0x7F, 0x80, 0xFE, 0xFF)


@cache
def good_files() -> dict[str, bytes]:
    return {kind: saved(four_colours((96, 64)), kind) for kind in KINDS}


def changed_files(seed: int, count: int) -> Iterator[Case]:
    good = good_files()
    for number in range(count):
        dice = random.Random(f"{seed}:{number}")
        kind = dice.choice(KINDS)
        yield Case(kind, f"--seed {seed}, number {number}", changed(good[kind], dice))


def changed(data: bytes, dice: random.Random) -> bytes:
    """One to eight times: a byte, a number, a stretch cut out, doubled, or put elsewhere."""
    bad = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        # Where the structure is, more often than where only pixels are.
        at = dice.randrange(min(len(bad), 700) if dice.random() < 0.6 else len(bad))
        length = dice.choice((1, 2, 4, 8, 64, 512))
        match dice.randrange(6):
            case 0:
                bad[at] = dice.choice(EDGES) if dice.random() < 0.5 else dice.randrange(256)
            case 1:
                bad[at] ^= 1 << dice.randrange(8)
            case 2:
                bad[at : at + length] = bytes([dice.choice(EDGES)]) * length
            case 3:
                del bad[at : at + length]
            case 4:
                bad[at:at] = bad[at : at + length] * dice.choice((1, 2, 50))
            case _:
                bad[at:at] = dice.randbytes(length)
        if not bad:
            break
    return bytes(bad)
