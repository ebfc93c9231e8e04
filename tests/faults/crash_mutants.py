"""The negative controls of tests/faults/crashes.py: the bot with one promise about its database taken out.

split_turn: what a turn changed and that the turn is done are two transactions.
keep_unheard: a page counts as kept, whatever became of its commit.
note_once: how a delivery went is written once, and forgotten where the database is away.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from inspect import isfunction

import pytest

from bot.channels.base import Channel, Raw
from bot.notes import Note, Notes
from bot.together import Together
from bot.town import Town
from bot.worker import Worker
from tests.faults import mutants


def keep_unheard() -> None:
    keep = Town.keep

    async def kept(self: Town, channel: Channel, raws: Sequence[Raw]) -> None:
        with suppress(Exception):
            await keep(self, channel, raws)

    Town.keep = kept  # type: ignore[method-assign]


def note_once() -> None:
    async def write(self: Notes, note: Note) -> None:
        runtime = self.runtime
        once = Together(runtime.database, runtime.clock, self._take_all, patient=False)
        with suppress(Exception):
            await once.add(note)

    Notes.write = write  # type: ignore[method-assign]


MUTANTS: dict[str, Callable[[], None]] = {
    "split_turn": mutants.split_turn,
    "keep_unheard": keep_unheard,
    "note_once": note_once,
}


def put_back(patch: pytest.MonkeyPatch) -> None:
    """Whatever a mutant takes the place of, by whatever name: one that stays is in force in every later test."""
    for kind in (Worker, Town, Notes):
        for name, verb in list(vars(kind).items()):
            if isfunction(verb):
                patch.setattr(kind, name, verb)
