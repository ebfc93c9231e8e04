"""The table in short: what is promised holds for a few pictures of each maker, and forgetting would be caught."""

import random
from copy import deepcopy
from functools import cache

from PIL import Image

from media.known import MANY
from media.likeness import likeness_of
from tests.likeness.__main__ import table
from tests.likeness.changes import CHANGES
from tests.likeness.measuring import Measured, Town, is_copy, measure
from tests.makers import MAKERS, drawn

SEED = 2


@cache
def measured() -> Measured:
    return measure(SEED, count=1, strangers=6)


def test_copies_are_found_and_strangers_are_not() -> None:
    counted = measured()
    assert sum(one.of for one in counted.changes.values()) == len(MAKERS) * len(CHANGES)
    found = sum(one.found for one in counted.changes.values())
    assert found >= 0.9 * len(MAKERS) * len(CHANGES)
    assert {name: one.found for name, one in counted.strangers.items()} == dict.fromkeys(MAKERS, 0)
    assert max(max(nearest) for nearest in counted.nearest.values()) < MANY
    assert [one.found for (what, _), one in counted.retakes.items() if "step" in what] == [0, 0]


def test_the_table_names_what_is_below_the_line() -> None:
    told = table(measured())
    assert all(change in told for change in CHANGES)
    counted = deepcopy(measured())
    for name in MAKERS:
        counted.changes["mirrored", name].found = 0
    assert "BELOW THE LINE" in next(line for line in table(counted).splitlines() if line.startswith("mirrored"))


def test_a_town_that_never_saw_it_finds_nothing() -> None:
    town, picture = Town(), drawn(SEED, (480, 360))
    town.keep(1, drawn(SEED + 1, (480, 360)))
    again = CHANGES["mirrored"](picture, random.Random(1))
    assert _found(town, again) == []
    town.keep(2, picture)
    assert _found(town, again) == [2]


def _found(town: Town, picture: Image.Image) -> list[int]:
    return [one.id for one, sure in town.asked(picture, likeness_of(picture)) if is_copy(sure)]
