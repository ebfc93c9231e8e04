"""Our small markup as Telegram's plain text with entities.

Entities and no parse_mode: nothing that anybody typed is ever looked at for markup, neither here nor by the server.
"""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from telegram import MessageEntity

TEXT_LIMIT: Final = 4096  # UTF-16 units, as all that Telegram counts here
CAPTION_LIMIT: Final = 1024
ANSWER_LIMIT: Final = 200
TAG: Final = re.compile(r'<(b|code)>|<(a) href="([^"<>]*)">|</(a|b|code)>')
KINDS: Final = {"a": MessageEntity.TEXT_LINK, "b": MessageEntity.BOLD, "code": MessageEntity.CODE}
LINK: Final = re.compile(r"https?://\S+\Z|tg://\S+\Z")
PERSON: Final = re.compile(r"person:([0-9]{1,19})\Z")
JOINER: Final = "\u200d"


@dataclass(frozen=True, slots=True)
class Drawn:
    """Plain text and its entities, offsets and lengths in UTF-16 units."""

    text: str
    entities: tuple[MessageEntity, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to before `end`, in characters."""

    start: int
    end: int
    url: str | None = None
    kind: str = MessageEntity.BOLD


def draw(markup: str, limit: int = TEXT_LIMIT) -> Drawn:
    """At most `limit` UTF-16 units; what is longer ends in "…" after a whole character and never within a link."""
    text, spans = _parse(sendable(markup))
    end = _cut_at(text, spans, limit)
    kept = text if end == len(text) else text[:end].rstrip() + "…"
    body = len(kept) - (end < len(text))
    entities = [_entity(kept, span, min(span.end, body)) for span in spans if span.start < min(span.end, body)]
    return Drawn(kept, tuple(entities))


def cut(text: str, limit: int) -> str:
    """Plain text of at most `limit` UTF-16 units."""
    return draw(html.escape(text), limit).text


def sendable(text: str) -> str:
    """Without what no server takes: NUL, and lone halves of surrogate pairs (two that belong together are joined)."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\x00", "")


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _parse(markup: str) -> tuple[str, list[Span]]:
    """Only our own tags are tags; everything else, also a tag without its partner, is text or nothing."""
    text, spans, opened, position = "", [], list[tuple[str, int, str | None]](), 0
    for tag in TAG.finditer(markup):
        text += html.unescape(markup[position : tag.start()])
        position = tag.end()
        plain, link, href, closing = tag.groups()
        if closing is None:
            opened.append((plain or link, len(text), _url(href)))
        elif opened and opened[-1][0] == closing:
            name, start, url = opened.pop()
            if start < len(text) and (name != "a" or url is not None):
                spans.append(Span(start, len(text), url, KINDS[name]))
    text += html.unescape(markup[position:])
    return text, sorted(spans, key=lambda span: (span.start, -span.end))


def _url(href: str | None) -> str | None:
    url = html.unescape(href or "")
    if person := PERSON.match(url):
        return f"tg://user?id={person[1]}"
    return url if LINK.match(url) else None


def _cut_at(text: str, spans: Sequence[Span], limit: int) -> int:
    if units(text) <= limit:
        return len(text)
    end = room = 0
    for end, character in enumerate(text):  # noqa: B007
        room += 1 + (character > "\uffff")
        if room > limit - 1:  # one for the "…"
            break
    while end > 0 and _continues(text, end):
        end -= 1
    inside = next((span for span in spans if span.url is not None and 0 < span.start < end < span.end), None)
    return end if inside is None else inside.start


def _continues(text: str, at: int) -> bool:
    """Whether the character at `at` belongs to the one before it: marks, joined and coloured emoji, flags.

    What occurs in chats of Unicode annex 29; no library is brought in for a cut that one text in ten thousand needs.
    """
    before, here = text[at - 1], text[at]
    if unicodedata.category(here) in ("Mn", "Me", "Mc") or here == JOINER or before == JOINER:
        return True
    if "\U0001f3fb" <= here <= "\U0001f3ff" or "\U000e0020" <= here <= "\U000e007f" or (before, here) == ("\r", "\n"):
        return True
    return _is_flag(here) and _flags_before(text, at) % 2 == 1


def _flags_before(text: str, at: int) -> int:
    count = 0
    while count < at and _is_flag(text[at - 1 - count]):
        count += 1
    return count


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _entity(text: str, span: Span, end: int) -> MessageEntity:
    return MessageEntity(span.kind, units(text[: span.start]), units(text[span.start : end]), url=span.url)
