"""The short form of `python -m tests.fuzz`, and what it must find: mutants of the bot, each its own kind of fault."""

from collections.abc import Callable

import pytest
from telegram import Bot

from bot.channels.base import Delivered, Letter
from bot.channels.telegram import delivering, reading
from bot.channels.telegram.drawing import Drawn
from bot.channels.telegram.fields import Part
from handlers import listening
from handlers.desk import Desk
from handlers.heard import HeardPerson
from handlers.routing import Router
from models.chat import Chat
from tests.fuzz.looking import Looking
from tests.fuzz.playing import Fuzz, page
from tests.fuzz.shapes import STRANGE_GROUP

SEED, SHORT, SOON = 7, 300, 400
Patch = pytest.MonkeyPatch
heard_message, told_person = listening._message, reading._person


def found(fuzz: Looking) -> list[str]:
    return [f"update {fault.number}: {fault.kind}: {fault.told}" for fault in fuzz.faults]


def test_nothing_crashes_is_set_aside_or_is_said_by_mistake() -> None:
    fuzz = page(SEED, 0, made=SHORT)
    print(f"{fuzz.played} updates, seed {SEED}: {len(fuzz.faults)} faults, {fuzz.tickets} tickets, {fuzz.said} calls")
    assert found(fuzz) == []
    assert fuzz.played == SHORT
    # It came to something: all sorts of updates, and the bot had reason to speak.
    assert fuzz.tickets > 1
    assert fuzz.said > 25
    assert len(fuzz.kinds) > 7


def trusts_that_somebody_wrote_it(patch: Patch) -> None:
    def person(source: Part) -> HeardPerson | None:
        return told_person(source) if source["from"] else None

    patch.setattr(reading, "_person", person)


def answers(patch: Patch, when: Callable[[Desk], bool]) -> None:
    async def message(desk: Desk, router: Router) -> None:
        if when(desk):
            await desk.answer("report.how")
        await heard_message(desk, router)

    patch.setattr(listening, "_message", message)


def answers_smiles(patch: Patch) -> None:
    answers(patch, lambda desk: desk.said.other is not None)


def answers_chatter(patch: Patch) -> None:
    answers(patch, lambda desk: not desk.here.is_private)


def leaves_presses_without_an_answer(patch: Patch) -> None:
    async def nothing(_: Bot, letter: Letter) -> Delivered:
        return Delivered()

    patch.setitem(delivering.DOING, "answer", nothing)


def tells_another_group(patch: Patch) -> None:
    async def message(desk: Desk, router: Router) -> None:
        other = await desk.session.scalar(Chat.known_as("telegram", str(STRANGE_GROUP)))
        if other is not None:
            await desk.say(other, "report.how")
        await heard_message(desk, router)

    patch.setattr(listening, "_message", message)


def sends_nothing_in_many_words(patch: Patch) -> None:
    patch.setattr(delivering, "draw", lambda text, limit: Drawn("", []))


@pytest.mark.parametrize(
    ("mutant", "fault"),
    [
        (trusts_that_somebody_wrote_it, "crashed"),
        (answers_smiles, "said by mistake: where nobody asked"),
        (answers_chatter, "said by mistake: "),
        (tells_another_group, "said by mistake: to "),
        (leaves_presses_without_an_answer, "unanswered"),
        (sends_nothing_in_many_words, "refused for its form"),
    ],
)
def test_control_a_mutant_is_found(mutant: Callable[[Patch], None], fault: str, monkeypatch: Patch) -> None:
    mutant(monkeypatch)
    fuzz: Fuzz = page(SEED, 0, made=SOON, to_first_fault=True)
    assert any(fault in one for one in found(fuzz)), found(fuzz)
