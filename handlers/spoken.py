"""接单, 退回：不归我们管, 派单给排水公司: words that are commands, as people run them together with what follows."""

import re

from handlers import words
from reading.numbers import leading_ticket_number

BREAK = re.compile(r"[\s,，.。:：!！、;；]+")
FULL_STOPS = " \u3000,，.。!！;；"
PARTICLES = re.compile(r"[给了啦]+")
ASKED = re.compile(r"[吗么吧呢?？]\s*$|^不了")
"""接单了吗, 退回不了: somebody talks about it and does not do it."""
WITH_WORDS = (
    "return", "dispatch", "category", "whistle", "emergency", "excuse", "decline", "merge", "urge",
    "reopen", "waive", "extend", "suspend", "refuse",
)  # fmt: skip
"""What goes on to say why or to whom; after the others nothing may follow directly: 完成不了 is no 完成."""

BEGIN = ("relay", "spot")
"""What is told in a message of its own, which answers nothing."""


def spoken(text: str, *, to_ours: bool, to_card: bool) -> tuple[str, str] | None:
    """The command a message stands for, and what belongs to it.

    A word that stands alone counts in reply to what is ours (`to_ours`), elsewhere only before a ticket's number;
    one that runs on into the next counts in reply to a living card (`to_card`).
    """
    first, rest = _cut(text.strip(), BREAK)
    verb = words.spoken(first)
    if verb is None:
        return _run_on(text.strip()) if to_card else None
    if verb == "dispatch":
        rest = _without_particles(rest).rstrip(FULL_STOPS)
    return (verb, rest) if to_ours or leading_ticket_number(rest)[0] else None


def begun(text: str) -> tuple[str, str] | None:
    """自行处置 清理了楼道小广告, 代报：王女士说…: the command a message of its own begins with, and what it tells."""
    folded = text.strip().casefold()
    found = [word for word, verb in words.all_spoken().items() if verb in BEGIN and folded.startswith(word)]
    if not found or ASKED.search(text):
        return None
    word = max(found, key=len)
    rest = text.strip()[len(word) :]
    if word.isascii() and rest and not BREAK.match(rest):
        return None  # spotless: another word
    rest = _without_particles(rest)
    return words.all_spoken()[word], BREAK.sub("", rest, count=1) if BREAK.match(rest) else rest


def _run_on(text: str) -> tuple[str, str] | None:
    folded = text.casefold()
    begins = [word for word in words.all_spoken() if folded.startswith(word)]
    if not begins or ASKED.search(text):
        return None
    word = max(begins, key=len)
    verb, rest = words.all_spoken()[word], text[len(word) :]
    if word.isascii():
        return None  # accepted, backwards: other words
    after = _without_particles(rest)
    if ASKED.search(after) or (verb not in WITH_WORDS and after and not BREAK.match(after)):
        return None
    if BREAK.match(after):
        after = BREAK.sub("", after, count=1)
    return verb, after.rstrip(FULL_STOPS) if verb == "dispatch" else after


def _without_particles(text: str) -> str:
    found = PARTICLES.match(text)
    return text[found.end() :].lstrip() if found else text


def _cut(text: str, at: re.Pattern[str]) -> tuple[str, str]:
    found = at.search(text)
    return (text[: found.start()], text[found.end() :].strip()) if found else (text, "")
