"""From what was heard to the one who answers: commands, words, buttons; one table for dispatch, help and menus."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from handlers.desk import Desk

Handler = Callable[[Desk], Awaitable[None]]
Answer = TypeVar("Answer")
Follow = Callable[[Desk, dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Command:
    """A Latin command. menus: where Telegram lists it (private, group, leader, department, admin);
    its help is the key `help.NAME`."""

    name: str
    handler: Handler
    menus: tuple[str, ...]


class Router:
    """The verbs of one file, or of all files together."""

    def __init__(self) -> None:
        self.commands: dict[str, Command] = {}
        self.buttons: dict[str, Handler] = {}
        self.timers: dict[str, Follow] = {}
        self.errands: dict[str, Follow] = {}
        self.answers: dict[str, Handler] = {}

    def command(self, name: str, *menus: str) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            self.commands[name] = Command(name, handler, menus)
            return handler

        return add

    def button(self, name: str) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            self.buttons[name] = handler
            return handler

        return add

    def answer(self, question: str) -> Callable[[Handler], Handler]:
        """Who hears other words for what a card asks (handlers/cards/asked.py); they are `desk.order.words`."""

        def add(handler: Handler) -> Handler:
            self.answers[question] = handler
            return handler

        return add

    def timer(self, kind: str) -> Callable[[Follow], Follow]:
        def add(handler: Follow) -> Follow:
            self.timers[kind] = handler
            return handler

        return add

    def errand(self, kind: str) -> Callable[[Follow], Follow]:
        """What follows when an errand of this kind has ended, well or badly."""

        def add(handler: Follow) -> Follow:
            self.errands[kind] = handler
            return handler

        return add

    @classmethod
    def of(cls, routers: Iterable["Router"]) -> "Router":
        whole = cls()
        for router in routers:
            _add(whole.commands, router.commands)
            _add(whole.buttons, router.buttons)
            _add(whole.timers, router.timers)
            _add(whole.errands, router.errands)
            _add(whole.answers, router.answers)
        return whole

    def in_menu(self, menu: str) -> list[Command]:
        return [command for command in self.commands.values() if menu in command.menus]


def _add(mine: dict[str, Answer], theirs: dict[str, Answer]) -> None:
    twice = mine.keys() & theirs.keys()
    if twice:
        raise ValueError(f"answered for twice: {sorted(twice)}")
    mine.update(theirs)
