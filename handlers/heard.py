"""What a channel must tell us about something that happened in a chat, in words of no channel."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Happening = Literal["message", "edit", "press", "membership", "moved"]
Membership = Literal["member", "administrator", "gone"]


@dataclass(frozen=True, slots=True)
class HeardChat:
    channel: str
    id: str
    kind: Literal["private", "group"]
    title: str = ""
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class HeardPerson:
    """A person who speaks. Bots, anonymous administrators and forwarding channels are nobody:
    `Heard.person` is None."""

    id: str
    name: str
    username: str | None = None


@dataclass(frozen=True, slots=True)
class HeardPhoto:
    """One picture, film or recording. ref: how the channel fetches it; key: the same wherever it appears; file:
    sent as a file; size: bytes; unlikely: nothing tells that it is one before it is opened (a paper, a smile)."""

    ref: str
    key: str
    file: bool = False
    size: int | None = None
    kind: Literal["photo", "video", "voice", "round"] = "photo"
    unlikely: bool = False


@dataclass(frozen=True, slots=True)
class HeardPlace:
    """A point as the channel gives it (WGS-84 by default), degrees; accuracy in metres;
    live_until for a running one."""

    latitude: float
    longitude: float
    accuracy: float | None = None
    live_until: datetime | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed. id: for the answer; the rest is what the button carried, and may be forged."""

    id: str
    verb: str
    ticket: str | None = None
    argument: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that happened in a chat.

    message: the message's id in its chat (for a press: the message that carries the button).
    text: the words or the caption, as typed. command: the Latin command without slash and bot name; words:
    what follows it.
    reply_to: id of the message replied to; reply_person: who wrote that, where it was a person.
    mentions_us: the bot is named in the text.
    membership: what the bot itself now is in this chat. moved_to: the chat's new id.
    other: something we do not read (a sticker, a poll, a service message): its name.
    first_at: of an edit, when the message was sent first; `at` is when it was changed.
    """

    what: Happening
    chat: HeardChat
    at: datetime
    person: HeardPerson | None = None
    message: str | None = None
    text: str = ""
    command: str | None = None
    words: str = ""
    mentions_us: bool = False
    photos: tuple[HeardPhoto, ...] = ()
    album: str | None = None
    place: HeardPlace | None = None
    reply_to: str | None = None
    reply_person: HeardPerson | None = None
    forwarded: bool = False
    press: Press | None = None
    membership: Membership | None = None
    moved_to: str | None = None
    other: str | None = None
    first_at: datetime | None = None

    @property
    def pictures(self) -> tuple[HeardPhoto, ...]:
        """What may be looked at at once, and proves something: no film, no voice."""
        return tuple(photo for photo in self.photos if photo.kind == "photo")

    @property
    def is_unlikely(self) -> bool:
        """Something came with it, and none of it looks like a picture or a film."""
        return bool(self.photos) and all(photo.unlikely for photo in self.photos)

    @property
    def is_spoken(self) -> bool:
        """A voice, or a round film of somebody who speaks, and not a word beside it."""
        return bool(self.photos) and not self.text.strip() and all(p.kind in ("voice", "round") for p in self.photos)
