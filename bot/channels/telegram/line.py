"""What was noticed while talking to the server: another who fetches with our token, a clock that goes wrong; and how
the webhook stands."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from bot.channels.telegram.fields import whole, words

PASSES_S: Final = 30.0
"""Where one process takes over from another, or a webhook was set, a 409 or a few come within seconds, and no more."""
APART_S: Final = 300.0
"""409s further apart have nothing to do with each other."""


@dataclass(slots=True)
class Line:
    """_first, _last: of the 409s that follow each other."""

    _first: float = 0.0
    _last: float | None = None

    def is_shared(self) -> None:
        """A 409: somebody else fetches with the same token, or a webhook is set."""
        now = time.monotonic()
        if self._last is None or now - self._last > APART_S:
            self._first = now
        self._last = now

    @property
    def shared_s(self) -> float | None:
        """Seconds since the last 409, where they went on; None where there was none, or it passed."""
        if self._last is None or self._last - self._first <= PASSES_S:
            return None
        return time.monotonic() - self._last


@dataclass(frozen=True, slots=True)
class Webhook:
    """As getWebhookInfo tells it. url is empty where none is set; error: of the last call that failed, at most 200
    characters, and when that was (aware UTC)."""

    url: str
    waiting: int = 0
    error: str = ""
    error_at: datetime | None = None

    @classmethod
    def told(cls, answer: Any) -> "Webhook":
        """Of an answer that is none of its kind: nothing is set."""
        if not isinstance(answer, dict):
            return cls("")
        at = whole(answer, "last_error_date")
        return cls(
            words(answer, "url"),
            whole(answer, "pending_update_count") or 0,
            " ".join(words(answer, "last_error_message").split())[:200],
            datetime.fromtimestamp(at, UTC) if at is not None and 0 < at < 2**33 else None,
        )


def behind(date: str | None, now: datetime) -> float | None:
    """Seconds our clock goes after that of the server (before it: negative), by the `Date` of an answer.

    None where there is no such header, or none that can be read. Exact to a second.
    """
    try:
        told = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    told = told if told.tzinfo is not None else told.replace(tzinfo=UTC)
    return (told - now).total_seconds()
