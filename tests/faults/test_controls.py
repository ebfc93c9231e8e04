"""The negative controls of what other tests show: the very same test, the bot with that promise taken out; it fails."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import false, select

from bot import callers, notes
from bot.channels.base import ChatClosed, MessageGone, Refused, SendError, TooFast, Uncertain, Unsent
from bot.channels.telegram import TelegramChannel, delivering
from bot.pace import Pace
from handlers.desk import Desk
from models.chat import Chat
from models.draft import Draft
from tests.cast import Town
from tests.faults import test_doors as doors
from tests.faults import test_presses as presses
from tests.faults import test_sending as sending
from tests.faults import test_sick_server as sick
from tests.handlers import test_albums as albums

Check = Callable[[Town], Awaitable[None]]
Mutant = Callable[[pytest.MonkeyPatch], None]
FAILS = (AssertionError, ValueError, StopIteration, IndexError, RuntimeError)
"""A check that unpacks or looks for what is not there fails, too (RuntimeError: a StopIteration within a coroutine)."""


def taking(kind: type[SendError], other: Callable[[SendError], SendError]) -> Mutant:
    """The channel tells one failure as another."""

    def mutant(patch: pytest.MonkeyPatch) -> None:
        deliver = TelegramChannel.deliver

        async def mistaken(self: TelegramChannel, letter: Any) -> Any:
            try:
                return await deliver(self, letter)
            except kind as error:
                raise other(error) from None

        patch.setattr(TelegramChannel, "deliver", mistaken)

    return mutant


def put(owner: Any, name: str, value: Any) -> Mutant:
    return lambda patch: patch.setattr(owner, name, value)


async def _nothing(*_: Any, **__: Any) -> None: ...


def nobody_moves(patch: pytest.MonkeyPatch) -> None:
    for module in (callers, notes):
        patch.setattr(module, "move_chat", _nothing)


def all_wait(patch: pytest.MonkeyPatch) -> None:
    """One chat is told to be quiet, and all are."""
    pause, wait = Pace.pause, Pace.wait

    def paused(self: Pace, chat: str, seconds: float) -> None:
        pause(self, chat, seconds)
        pause(self, "all", seconds)

    patch.setattr(Pace, "pause", paused)
    patch.setattr(Pace, "wait", lambda self, chat, group: max(wait(self, chat, group), wait(self, "all", group)))


def knocks_on(patch: pytest.MonkeyPatch) -> None:
    """A closed door is told as a passing fault, and nobody notes that it is closed."""
    taking(ChatClosed, again_soon)(patch)
    patch.setattr(Chat, "park", lambda *_: None)


def again_soon(error: SendError) -> SendError:
    return Unsent(error.reason)


CONTROLS: dict[str, tuple[Check, Mutant]] = {
    "429: tried again before the time": (
        sick.test_who_must_wait_waits_and_the_others_do_not, taking(TooFast, again_soon)),
    "429: all chats wait for one": (sick.test_who_must_wait_waits_and_the_others_do_not, all_wait),
    "migrated: not followed": (
        sending.test_a_group_that_becomes_a_supergroup_is_followed_when_it_says_so, nobody_moves),
    "migrated: the error is not understood": (
        sending.test_and_when_the_first_to_say_so_is_an_error,
        taking(SendError, lambda error: Refused(error.reason))),
    "kicked: not parked": (sending.test_a_door_found_shut_only_when_knocking_parks_the_chat_too,
        taking(ChatClosed, again_soon)),
    "kicked: never let in again": (
        sending.test_shown_the_door_it_waits_and_goes_on_when_let_in_again, put(Chat, "unpark", lambda self: None)),
    "blocked: not parked": (doors.test_who_blocks_the_bot_is_left_alone_until_he_comes_back, knocks_on),
    "deleted: the card is given up": (
        sending.test_a_card_somebody_deleted_is_posted_anew_once,
        taking(MessageGone, lambda error: Refused(error.reason))),
    "topic: closed is the end": (
        doors.test_a_topic_that_was_closed_or_deleted_does_not_silence_the_card, put(delivering, "NO_TOPIC", ())),
    "reply: a message gone is the end": (
        doors.test_a_report_deleted_before_the_card_is_answered_all_the_same, put(delivering, "ReplyParameters", None)),
    "presses: not answered": (
        presses.test_sixteen_presses_at_once_have_one_winner_and_all_are_answered, put(Desk, "answer", _nothing)),
    "presses: known by what they carry": (
        presses.test_a_press_lost_while_we_were_away_is_simply_repeated, presses.known_by_data),
    "albums: every part is one of its own": (
        albums.test_a_part_eleven_seconds_late_and_after_a_restart_joins,
        put(Draft, "of_album", lambda *_: select(Draft).where(false()))),
}  # fmt: skip


@pytest.mark.parametrize("control", CONTROLS)
async def test_control_the_same_check_fails_without_it(
    control: str, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    check, mutant = CONTROLS[control]
    mutant(monkeypatch)
    with pytest.raises(FAILS):
        await check(town)


async def test_control_without_their_mutants_they_all_pass(town: Town) -> None:
    """Or the failures above would show nothing: two that no file of this folder runs by itself."""
    await albums.test_a_part_eleven_seconds_late_and_after_a_restart_joins(town)


async def test_control_a_broken_line_taken_for_a_no_says_things_twice_uncounted(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    taking(Uncertain, again_soon)(monkeypatch)
    with pytest.raises(AssertionError):
        await doors.repeats_are_no_more_than_doubts(town)
