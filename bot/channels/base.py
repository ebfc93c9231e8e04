"""What every channel promises: how raw events are told apart and read, and how a letter is delivered."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from handlers.heard import Heard  # with it come all handlers: not for a command that needs none

Raw = Mapping[str, Any]
LetterKind = Literal["say", "edit", "answer", "react", "remove"]


@dataclass(frozen=True, slots=True)
class Keys:
    """What tells one raw event from another.

    update: the channel's own number. natural: the same however often and under whatever number it comes again.
    lane: events of one lane are handled strictly in order. what: its kind, for logs and metrics.
    """

    update: str
    natural: str
    lane: str
    what: str


@dataclass(frozen=True, slots=True)
class Button:
    """What it says, and what comes back when it is pressed; or a link; or (`start`) the way into the private chat."""

    label: str
    verb: str = ""
    ticket: str | None = None
    argument: str | None = None
    url: str | None = None
    start: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to show: the channel's own `ref` when it may go unchanged, else its bytes. kind: a film, a voice or a
    round film go by their bytes, and only into a private chat. guarded: it can neither be passed on nor saved."""

    ref: str | None = None
    data: bytes | None = None
    kind: Literal["photo", "video", "voice", "round"] = "photo"
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A file to hand over: its name and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """Something to be said, in words of no channel; ids are the channel's own.

    text: our small markup: <b>, <a href="…">, <a href="person:ID"> (a mention by the channel's person id), and
        <a href="start:PAYLOAD"></a> (the address that opens our private chat, to be passed on); everything else is
        escaped with &lt; &gt; &amp; &quot;. The channel cuts it to what it can carry.
    edit_of: the message to edit or remove. pictured: that message carries a picture (so its words are a caption).
    picture on an edit: replaces or adds the picture.
    answer_to: the press to answer (kind "answer"); alert: as a box that must be closed.
    opens: instead our private chat opens, with this payload. silent: it stands there and does not ring.
    """

    kind: LetterKind
    chat: str
    topic: str | None = None
    text: str = ""
    picture: Picture | None = None
    document: Document | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()
    reply_to: str | None = None
    edit_of: str | None = None
    pictured: bool = False
    answer_to: str | None = None
    alert: bool = False
    opens: str | None = None
    emoji: str | None = None
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """message: the new message's id, if there is one. picture_ref: how the channel may show the same picture again."""

    message: str | None = None
    picture_ref: str | None = None


class SendError(Exception):
    """A letter that did not arrive, or may not have. `reason` is safe to log: no token, no personal data.

    cause: its kind, for metrics (one of `counts.CAUSES`).
    """

    def __init__(self, reason: str, *, cause: str = "other") -> None:
        super().__init__(reason)
        self.reason, self.cause = reason, cause


class Unsent(SendError):
    """It surely did not arrive (no connection, the server said 5xx in its own words): may be tried again."""


class Uncertain(SendError):
    """It may have arrived: the connection broke, timed out or the answer made no sense."""


class Refused(SendError):
    """The server will never take this letter."""


class MessageGone(SendError):
    """The message to edit or remove is no longer there, or no longer ours to edit."""


class MessageStays(MessageGone):
    """The message is there and may not be removed any more: it is too old. It may still be edited."""


class ChatClosed(SendError):
    """We are not in this chat (kicked, blocked, never started, deleted)."""


class TooFast(SendError):
    """The server asks for a pause of `seconds` before the next call to this chat."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


class ChatMoved(SendError):
    """The chat has a new id."""

    def __init__(self, reason: str, to: str) -> None:
        super().__init__(reason)
        self.to = to


class TokenRejected(SendError):
    """The server does not know our token (any more): nothing can be done until a person acts."""


class FetchFailed(Exception):
    """A picture could not be brought. again: whether another try can help. reason: safe to log."""

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `check`. level: "ok", "warning", or "error" (the bot cannot work)."""

    level: Literal["ok", "warning", "error"]
    text: str


@dataclass(frozen=True, slots=True)
class MenuEntry:
    command: str
    description: str


@dataclass(frozen=True, slots=True)
class Menu:
    """The command menu of a kind of chat ("private", "group") or of one chat, in one language ("" is the default)."""

    entries: tuple[MenuEntry, ...]
    kind: Literal["private", "group", "chat"]
    language: str = ""
    chat: str | None = None


Keep = Callable[[Sequence[Raw]], Awaitable[None]]
"""Stores raw events and commits; only after it returns may the channel confirm them."""


class Channel(Protocol):
    name: str

    async def open(self) -> None:
        """Connect and learn who we are. Raises SendError."""

    async def close(self) -> None: ...

    def keys(self, raw: Raw) -> Keys:
        """Never raises: an event we cannot read still has its keys."""

    def words(self, raw: Raw) -> str:
        """What was typed, for a glance at it; "" for nothing. Never raises."""

    def read(self, raw: Raw) -> "Heard | None":
        """None: nothing anybody could act on. Raises only on a bug (the row is then set aside)."""

    async def receive(self, keep: Keep) -> None:
        """Fetch, keep, and only then confirm; for ever, until cancelled. Raises TokenRejected."""

    async def deliver(self, letter: Letter) -> Delivered:
        """Say it once. Raises SendError; never retries by itself."""

    async def fetch(self, ref: str, limit: int) -> bytes:
        """Bring a picture of at most `limit` bytes. Raises FetchFailed."""

    async def show_menus(self, menus: Sequence[Menu]) -> None:
        """Set the command menus. Raises SendError."""

    async def check(self, chats: Sequence[str]) -> list[Finding]:
        """What can and cannot be reached, in sentences; `chats`: those the town counts on."""
