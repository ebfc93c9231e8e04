"""HTML and entities in what a bot sends, read as Telegram reads them, with its complaints."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from simulator.refusal import bad
from simulator.typed import Entity, cleaned, found_in, units

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024  # UTF-16 units once entities are parsed
SIMPLE = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
    "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote", "tg-emoji": "custom_emoji",
}  # fmt: skip
TOKEN = re.compile(r"<[^<>]*>?|&(?:lt|gt|amp|quot|#\d{1,8}|#x[0-9a-fA-F]{1,8});|[^<&]+|&", re.S)
TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:\s+[\w-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[\w.-]+))?)*)\s*>", re.S)
ATTRIBUTE = re.compile(r"([\w-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([\w.-]+)))?")
MENTION_LINK = re.compile(r"tg://user\?id=(\d+)")
ADDRESS = re.compile(
    r"(?:https?://)?[^\s/]+\.[^\s/.]{2,}(?:[/?#]\S*)?|https?://(?:localhost|[\d.]+|\[[0-9a-f:]+\])(?::\d+)?(?:[/?#]\S*)?|tg://\S+",
    re.I,
)


def formatted(text: str, parse_mode: str | None, entities: list[Entity] | None) -> tuple[str, list[Entity]]:
    """Text without markup, its entities (offsets in UTF-16 units). Raises Refused for what Telegram cannot parse."""
    if parse_mode and parse_mode.lower() != "html":
        raise bad("unsupported parse_mode")
    if parse_mode:
        text, marked = html(text)
    else:
        marked = within(text, entities or [])
    text, marked = trimmed(cleaned(text), marked)
    return text, found_in(text, marked)


def message_text(params: dict[str, Any]) -> dict[str, Any]:
    """The fields text and entities of a message. Raises Refused for a text that is empty or too long."""
    text, entities = formatted(params["text"], params.get("parse_mode"), params.get("entities"))
    if not text:
        raise bad("message text is empty")
    if units(text) > TEXT_LIMIT:
        raise bad("message is too long")
    return {"text": text, **({"entities": entities} if entities else {})}


def message_caption(params: dict[str, Any]) -> dict[str, Any]:
    """The fields caption and caption_entities; neither for an empty caption."""
    text, entities = formatted(params.get("caption", ""), params.get("parse_mode"), params.get("caption_entities"))
    if units(text) > CAPTION_LIMIT:
        raise bad("message caption is too long")
    return {**({"caption": text} if text else {}), **({"caption_entities": entities} if entities else {})}


def html(source: str) -> tuple[str, list[Entity]]:
    plain, at = "", 0
    entities: list[Entity] = []
    opened: list[tuple[str, int, Entity | None]] = []  # tag, its offset, the entity it becomes
    for token in TOKEN.finditer(source):
        piece, place = token[0], len(source[: token.start()].encode())
        if piece.startswith("&") and len(piece) > 1:
            piece = unescape(piece)
        if not token[0].startswith("<"):
            plain += piece
            at += units(piece)
            continue
        tag = TAG.fullmatch(piece)
        if tag is None:
            raise bad(f"can't parse entities: {complaint(piece)} at byte offset {place}")
        name = tag[2].lower()
        if not tag[1]:
            opened.append((name, at, opening(name, tag[3], place)))
            continue
        if not opened:
            raise bad(f"can't parse entities: unexpected end tag at byte offset {place}")
        start, offset, entity = opened.pop()
        if name != start:
            raise bad(
                f"can't parse entities: unmatched end tag at byte offset {place}, "
                f'expected "</{start}>", found "</{name}>"'
            )
        if entity is not None and at > offset:
            entities.append({**entity, "offset": offset, "length": at - offset})
    if opened:
        raise bad(f"can't parse entities: can't find end tag corresponding to start tag \"{opened[-1][0]}\"")
    return plain, merged(entities)


def complaint(piece: str) -> str:
    if not piece.endswith(">"):
        return "unclosed start tag"
    name = re.match(r"</?([^\s/>]*)", piece)
    return f'unsupported start tag "{name[1] if name else ""}"'


def opening(name: str, attributes: str, place: int) -> Entity | None:
    kind = SIMPLE.get(name)
    given = {key.lower(): unescape(a or b or c) for key, a, b, c in ATTRIBUTE.findall(attributes)}
    if kind is None:
        raise bad(f'can\'t parse entities: unsupported start tag "{name}" at byte offset {place}')
    if name == "span" and given.get("class") != "tg-spoiler":
        raise bad(f'can\'t parse entities: tag "span" must have class "tg-spoiler" at byte offset {place}')
    if name == "a":
        return link(given.get("href", ""))
    if name == "blockquote" and "expandable" in given:
        return {"type": "expandable_blockquote"}
    if name == "code" and given.get("class", "").startswith("language-"):
        return {"type": "code", "language": given["class"].removeprefix("language-")}
    if name == "tg-emoji":
        return {"type": kind, "custom_emoji_id": given.get("emoji-id", "")}
    return {"type": kind}


def link(href: str) -> Entity | None:
    if person := MENTION_LINK.fullmatch(href):
        return {
            "type": "text_mention",
            "user_id": int(person[1]),
        }  # the user's name is filled in where people are known
    # Telegram shows the bare words of a link it does not like.
    return {"type": "text_link", "url": href} if ADDRESS.fullmatch(href) else None


def merged(entities: list[Entity]) -> list[Entity]:
    """<pre><code class="language-x"> is one entity; elsewhere a code's language means nothing."""
    pres = {(one["offset"], one["length"]): one for one in entities if one["type"] == "pre"}
    kept = []
    for one in entities:
        language = one.pop("language", None) if one["type"] == "code" else None
        outer = pres.get((one["offset"], one["length"])) if one["type"] == "code" else None
        if outer is None:
            kept.append(one)
        elif language:
            outer["language"] = language
    return kept


def within(text: str, entities: list[Entity]) -> list[Entity]:
    size = units(text)
    for one in entities:
        if one["offset"] < 0 or one["length"] <= 0 or one["offset"] + one["length"] > size:
            raise bad(f"can't parse entities: entity at offset {one['offset']} is out of bounds")
        if one["type"] == "text_link" and not ADDRESS.fullmatch(one.get("url", "")):
            raise bad("can't parse entities: wrong URL of a text_link")
        if one["type"] == "text_mention" and "user" not in one:
            raise bad("can't parse entities: text_mention without user")
    return entities


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Telegram cuts white space off both ends of a text."""
    lead = units(text) - units(text.lstrip())
    text = text.strip()
    size = units(text)
    kept = []
    for one in entities:
        start = max(one["offset"] - lead, 0)
        end = min(one["offset"] + one["length"] - lead, size)
        if end > start:
            kept.append({**one, "offset": start, "length": end - start})
    return text, kept
