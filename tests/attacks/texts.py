"""Hostile words wherever people write: whatever we send holds no entity but ours, and no server refuses it.

`python -m tests.attacks.texts --count 100000 --seed 1`: so many texts are drawn as they would be sent, and some of them
(--told) go the whole way: as names, titles, reports, reasons and answers of a conversation.
"""

import argparse
import asyncio
import json
import logging
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import structlog

from bot.channels.telegram.drawing import TEXT_LIMIT, Drawn, draw, sendable, units
from handlers import words
from tests.cast import GROUP, HOLE, LIN, QIAO, SHEN, Player, Town, town_in

SIGNS = [
    "<b>", "</b>", "<i>", '<a href="tg://user?id=1011">乔</a>', '<a href="https://evil.example/x">地图</a>', "</a>",
    '<a href="person:1011">', '<a href="start:invite-x"></a>', "<code>", "</code>", "<pre>", "<script>x()</script>",
    "&amp;", "&lt;b&gt;", "&#60;b&#62;", "&", "<", ">", '"', "'", "`", "*粗*", "_斜_", "[x](tg://user?id=1)", "||x||",
    "@qiaolan", "@everyone", "@all @channel @xiaolin @shenning", "＠admin", "/ban @qiaolan", "/erase", "/start",
    "/revoke@roving_grid_bot 1011", "#LH2611200001", "#塌陷", "$USD", "http://evil.example/a?b=c#d", "https://evil.cn",
    "evil.com", "t.me/joinchat/x", "tg://resolve?domain=evil", "tg:join?invite=x", "mailto:a@b.cn", "me@evil.org",
    "ftp://evil.net/x", "javascript:alert(1)", "ton://transfer/x", "{{ 7*7 }}", "{% raw %}", "${x}", "%s", "{0}",
    "\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\r\n", "\n\n\n", "\t", "\u2028", "\u200b", "\u200d", "\u2060",
    "\u202e", "\u202d", "\u2066", "\u2067", "\u2069", "\u200f", "\ufeff", "e" + "\u0301" * 30, "\u0489" * 12,
    "\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f3f3\ufe0f\u200d\U0001f308",
    "\U0001f44d\U0001f3fd", "\U0001f1e8\U0001f1f3", "\U0001f1e8", "1\ufe0f\u20e3", "\ud800", "\udfff", "\ufffe",
    "\U0001f3f4\U000e0067\U000e0062\U000e007f", "塌陷", "井盖", "印刷技校门口", " ", "。", "，", "（", "）",
    "\uff2c\uff28\uff12\uff16", "L\u041d2611200001", "LH261120\u0660\u0660\u0660\u0661",
]  # fmt: skip
"""What texts are put together from."""
OWN_LINK = re.compile(
    r"https://(?:t\.me/roving_grid_bot\?start=[A-Za-z0-9_-]{1,64}|uri\.amap\.com/\S+|[a-z.]*(?:map|amap)[a-z.]*/\S+)\Z"
)
TAG = re.compile(r"#[A-Z]{2,4}\d{10,18}\Z")

# An entity parser of its own: what Telegram's documentation says it finds in a text by itself.
FOUND = {
    "mention": re.compile(r"(?<![^\W_])@[A-Za-z0-9_]{2,32}"),
    "bot_command": re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])"),
    "hashtag": re.compile(r"(?<!\w)#(?=\d*[^\W\d])\w{1,256}"),
    "cashtag": re.compile(r"(?<!\w)\$[A-Z]{3,8}(?!\w)"),
    "url": re.compile(
        r"(?:https?|ftp|tg|ton)://[^\s<>\"]+|(?<![\w@.])(?:[\w-]+\.)+(?:com|org|net|cn|me|example)\b", re.I
    ),
    "email": re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++\.[a-z]{2,}", re.I),
}
COVERING = {"code", "text_link", "text_mention", "pre"}


def text_of(chance: Random) -> str:
    """Signs, and now and then one of them very often."""
    made = [chance.choice(SIGNS) for _ in range(chance.randrange(1, 12))]
    if chance.random() < 0.05:
        made.append(chance.choice(SIGNS) * chance.choice((100, 1100, 2048, 4096)))
    chance.shuffle(made)
    return chance.choice(("", "", " ")).join(made)


def foreign(text: str, entities: list[dict[str, Any]], ours: frozenset[str] = frozenset()) -> list[str]:
    """What a phone would show in this text as a link, a call or a command that none of ours is.

    ours: commands that the bot itself says here.
    """
    raw = text.encode("utf-16-le", "surrogatepass")
    complaints, covered = [], []
    for one in entities:
        start, end = one["offset"], one["offset"] + one["length"]
        if not 0 <= start < end <= len(raw) // 2:
            complaints.append(f"out of bounds: {one}")
        if one["type"] not in ("bold", "code", "text_link", "text_mention"):
            complaints.append(f"a kind we never make: {one}")
        url = one.get("url", "")
        is_ours = not url or OWN_LINK.match(url) or re.fullmatch(r"tg://user\?id=\d+", url)
        if not is_ours:
            complaints.append(f"a link that is none of ours: {one}")
        if one["type"] in COVERING:
            covered.append((start, end))
    for kind, pattern in FOUND.items():
        for match in pattern.finditer(text):
            at = units(sendable(text[: match.start()]))
            inside = any(low <= at < high for low, high in covered)
            if not inside and not _is_said(match[0], text, match.start(), ours):
                complaints.append(f"{kind} {match[0]!r}")
    return complaints


def _is_said(found: str, text: str, at: int, ours: frozenset[str]) -> bool:
    """Ours: the ticket's tag, our commands, our own links, @names where we name somebody, in brackets."""
    if TAG.match(found) or OWN_LINK.match(found) or (found.startswith("https://t.me/roving_grid_bot")):
        return True
    named = found.startswith("@") and text[at - 1 : at] in "（(" and at > 0
    return named or found in ours


def broken(drawn: Drawn, limit: int) -> list[str]:
    """What a server would refuse, or a phone show in halves."""
    complaints = []
    if units(drawn.text) > limit:
        complaints.append(f"{units(drawn.text)} units of {limit}")
    if "\x00" in drawn.text or any("\ud800" <= letter <= "\udfff" for letter in drawn.text):
        complaints.append("letters no server takes")
    if drawn.text.endswith("\u200d…"):
        complaints.append("half a family")
    return complaints


@dataclass
class Told:
    texts: int = 0
    calls: int = 0
    foreign: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.texts} texts, {self.calls} calls of the server: {len(self.foreign)} entities none of ours, "
            f"{len(self.refused)} refused or broken, {len(self.changed)} not as typed"
        )


def drawn(text: str, told: Told, limit: int = TEXT_LIMIT) -> None:
    """As a value of a sentence of ours, drawn as the channel would send it."""
    made = draw(words.say("zh", "note.declined", reason=text), limit)
    entities = [
        {"type": one.type, "offset": one.offset, "length": one.length, **({"url": one.url} if one.url else {})}
        for one in made.entities
    ]
    told.texts += 1
    told.foreign += foreign(made.text, entities)
    told.refused += broken(made, limit)
    typed = sendable(text).strip()
    if not made.text.endswith("…") and typed not in made.text and not set("\u2066\u2067\u202d\u202e") & set(typed):
        told.changed.append(repr(text)[:200])


async def through(town: Town, texts: Iterator[str], told: Told) -> Told:
    """The whole way: somebody's name, the group's title, a report, its reason, what is asked and answered."""
    first = town.simulator.log(0, 1_000_000)[-1]["id"]
    name, title, report, reason, asked = (sendable(next(texts)) for _ in range(5))
    town.simulator.seed({"people": [{"id": LIN, "first_name": name[:64].strip() or "x"}]})
    town.simulator.seed({"chats": [{"id": GROUP, "type": "supergroup", "title": title[:128].strip() or "x"}]})
    steps = [
        lambda: town.lin.posts(f"{HOLE}{report}"[:1000]),
        lambda: town.lu.says(f"退回 {reason}"[:3000], reply_to=town.job),
        lambda: town.qiao.says(f"/urge {asked}"[:3000]),
        lambda: Player(town, QIAO, QIAO).says(f"/decline LH2611200001 {asked}"[:3000]),
        lambda: Player(town, SHEN, SHEN).says(f"/invite {asked}"[:3000]),
        lambda: town.mei.says(f"/ticket {asked}"[:3000]),
        lambda: Player(town, LIN, LIN).says("/mine"),
        lambda: Player(town, SHEN, SHEN).says(f"/reporter LH2611200001 {asked}"[:3000]),
    ]
    for step in steps:
        await step()
    told.texts += 5
    typed = {command for text in (report, reason, asked, name, title) for command in re.findall(r"/\w+", text)}
    ours = frozenset(f"/{one}" for one in _commands()) - typed
    for call in town.simulator.log(first, 1_000_000):
        told.calls += 1
        params = call["params"]
        if call["error"] is not None:
            told.refused.append(f"{call['method']} {call}"[:300])
        if "parse_mode" in params:
            told.foreign.append(f"parse_mode in {call['method']}")
        for text, marks in (("text", "entities"), ("caption", "caption_entities")):
            if call["method"] != "answerCallbackQuery" and text in params:
                marked = params.get(marks) or []
                told.foreign += foreign(params[text], json.loads(marked) if isinstance(marked, str) else marked, ours)
    return told


def _commands() -> list[str]:
    from handlers import ROUTER

    return sorted(ROUTER.commands)


def many(seed: int) -> Iterator[str]:
    chance = Random(seed)
    while True:
        yield text_of(chance)


async def play(folder: Path, rounds: int, seed: int, told: Told) -> Told:
    texts = many(seed)
    for number in range(rounds):
        async with town_in(folder / f"town{number}") as town:
            await through(town, texts, told)
    return told


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=100_000)
    asked.add_argument("--told", type=int, default=40, help="conversations the whole way, five texts each")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    told, texts = Told(), many(given.seed)
    for number in range(given.count):
        drawn(next(texts), told, (TEXT_LIMIT, 1024, 200)[number % 3])
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder), given.told, given.seed + 1, told))
    for line in (*told.foreign[:20], *told.refused[:20], *told.changed[:20]):
        print(line)
    print(f"{told}; seed {given.seed}")
    raise SystemExit(bool(told.foreign or told.refused or told.changed))


if __name__ == "__main__":
    main()
