"""A move broken off when all had arrived, and a bot that begins on the old place meanwhile: what it keeps is missed."""

import sqlite3
from contextlib import closing

import pytest

from bot.moving import carrying
from bot.moving.carrying import move
from bot.moving.target import Target
from tests.bot.carried import Left, file_of

pytestmark = pytest.mark.sqlite_only
NEW = "UPDATE people SET locale = 'en' WHERE id = (SELECT min(id) FROM people)"


async def moved_again(left: Left, goal: str, monkeypatch: pytest.MonkeyPatch, *, meanwhile: str) -> int:
    def dies(self: Target) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(Target, "finishing", dies)
        with pytest.raises(KeyboardInterrupt):
            await move(left.url, goal, lambda _: None)
    with closing(sqlite3.connect(file_of(left.url))) as books, books:
        books.execute(meanwhile)
    return await move(left.url, goal, lambda _: None)


async def test_what_went_on_at_the_old_place_is_noticed(left: Left, goal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await moved_again(left, goal, monkeypatch, meanwhile=NEW) == 1


async def test_where_nothing_went_on_it_ends_well(left: Left, goal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await moved_again(left, goal, monkeypatch, meanwhile="SELECT 1") == 0


async def test_control_who_believes_that_all_is_there_says_it_is_moved(
    left: Left, goal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def believes(*_: object) -> bool:
        return True

    monkeypatch.setattr(carrying, "is_as_it_was", believes)
    assert await moved_again(left, goal, monkeypatch, meanwhile=NEW) == 0
