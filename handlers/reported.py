"""What somebody told us: his words, where it is, and how it came in."""

from dataclasses import dataclass

from handlers.locating import Located
from models.category import RESTRICTED, UNPLACED, Category
from models.chat import Chat, Message
from models.told import Told
from reading.minors import tells_of_minor
from reading.problem import Problem

A_HINT = 0.25
"""How sure a category must be where somebody says it is a report and the words do not: a thing is named (井盖),
not only a spot."""
SURE = 0.5
"""Below it the category is hardly more than a guess: the card says so, and the leader may put it right."""
HARDLY = 0.35
"""Below it no department is sent out on a guess: the reporter or the leader says first what it is. Danger is."""
REPORT, RELAY, SPOT = "report", "relay", "spot"
"""How it came in: told by who saw it; by a leader for somebody who called him (代报); dealt with already (自行处置)."""


@dataclass(frozen=True, slots=True)
class Report:
    """His words, where it is, his message, and in which chat."""

    text: str
    problem: Problem
    located: Located
    message: Message
    chat: Chat
    is_named: bool = True
    entry: str = REPORT
    is_in_line: bool = False

    @property
    def code(self) -> str:
        """The category his words tell; what they hardly hint at is for a person to sort."""
        read = self.problem
        if read.is_report and read.sureness < A_HINT and not read.urgent:
            # A guess hides nothing from the group: 那个东西很碍事 is no crime.
            return next((code for code in read.likely if code not in RESTRICTED), UNPLACED)
        told = read.is_report or read.sureness >= A_HINT
        return (read.code if told else None) or UNPLACED

    @property
    def is_urgent(self) -> bool:
        return self.problem.urgent

    def told(self, category: Category) -> Told:
        """What was read; of what a person chose nothing has to be said for it."""
        read = self.problem
        chosen = category.code != self.code
        is_unplaced = category.code == UNPLACED
        return Told(
            because=read.words if category.code == read.code != UNPLACED else (),
            likely=read.likely,
            others=tuple(code for code in read.others if code not in (category.code, UNPLACED)),
            calls=read.calls,
            is_unsure=not chosen and (read.sureness < SURE or is_unplaced),
            is_guess=not (chosen or read.urgent) and (read.sureness < HARDLY or is_unplaced),
            is_minor=tells_of_minor(self.text),
            is_in_line=self.is_in_line,
        )
