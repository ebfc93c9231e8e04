"""Notes go first: nothing that may be said twice waits behind what can be done again."""

import asyncio

import pytest

from bot.gate import Gate


async def played(gate: Gate, *, cancels: bool = False) -> list[str]:
    """One is inside; another, then a note come; the order in which they had their turn."""
    turns: list[str] = []
    inside, leaves = asyncio.Event(), asyncio.Event()

    async def holds() -> None:
        async with gate.passed():
            inside.set()
            await leaves.wait()

    async def comes(name: str, *, first: bool) -> None:
        async with gate.passed(first=first):
            turns.append(name)
            await asyncio.sleep(0)

    holder = asyncio.create_task(holds())
    await inside.wait()
    others = [asyncio.create_task(comes(f"turn {number}", first=False)) for number in (1, 2)]
    await asyncio.sleep(0)
    notes = [asyncio.create_task(comes("note", first=True))]
    await asyncio.sleep(0)
    if cancels:
        others[0].cancel()
        await asyncio.sleep(0)
    leaves.set()
    async with asyncio.timeout(5):
        await asyncio.gather(holder, *others, *notes, return_exceptions=True)
    return turns


async def test_a_note_goes_before_those_that_came_earlier() -> None:
    assert await played(Gate(one=True)) == ["note", "turn 1", "turn 2"]


async def test_control_without_the_first_a_note_stands_in_line(monkeypatch: pytest.MonkeyPatch) -> None:
    enter, leave = Gate._enter, Gate._leave
    monkeypatch.setattr(Gate, "_enter", lambda self, first: enter(self, False))
    monkeypatch.setattr(Gate, "_leave", lambda self, first: leave(self, False))
    assert (await played(Gate(one=True)))[0] != "note"


async def test_who_gives_up_waiting_keeps_nobody_out() -> None:
    assert await played(Gate(one=True), cancels=True) == ["note", "turn 2"]


async def test_who_is_let_in_and_gives_up_at_that_moment_keeps_nobody_out() -> None:
    gate = Gate(one=True)

    async def comes() -> None:
        async with gate.passed():
            await asyncio.sleep(0)

    async with gate.passed():
        waiting = asyncio.create_task(comes())
        await asyncio.sleep(0)
    waiting.cancel()  # its turn has come, and it does not know yet
    await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(5):
        await comes()


async def test_where_several_write_a_note_waits_for_nobody_and_nobody_begins_beside_it() -> None:
    gate, turns = Gate(one=False), list[str]()

    async def comes() -> None:
        async with gate.passed():
            turns.append("turn")

    async with gate.passed(), gate.passed(first=True):
        waiting = asyncio.create_task(comes())
        await asyncio.sleep(0)
        assert turns == []
    await waiting
    assert turns == ["turn"]
