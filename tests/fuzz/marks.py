"""What stands in a made-up update for something of the town as it then is: drawn before anybody knows it."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Text:
    """Words with {N} for the number of one of the town's tickets."""

    words: str
    number: int = 0


@dataclass(frozen=True)
class Next:
    """The number a new message of this chat gets."""


@dataclass(frozen=True)
class Now:
    """The time, and seconds to add."""

    later: int = 0


@dataclass(frozen=True)
class Said:
    """One of the last messages of the chat, with its number and who wrote it. ours: of the bot."""

    which: int
    ours: bool
    chat: int | None = None


@dataclass(frozen=True)
class SaidId:
    """Only its number."""

    which: int
    ours: bool


@dataclass(frozen=True)
class Photo:
    """The sizes of a picture the server really has."""

    which: int


@dataclass(frozen=True)
class FileOf:
    """A field of the largest size of such a picture: file_id or file_unique_id."""

    which: int
    name: str


@dataclass(frozen=True)
class Pressed:
    """A callback query's message and data: a button we really show. elsewhere: what it carries stands under another
    message, gone: the message is inaccessible by now."""

    which: int
    button: int
    elsewhere: int | None = None
    gone: bool = False


@dataclass(frozen=True)
class PressId:
    """A new press, which the server knows."""


@dataclass(frozen=True)
class Step:
    """wait: seconds that go by before it. obeys: of a membership, whether it is true on the server too."""

    wait: float
    update: Any
    obeys: bool = True
