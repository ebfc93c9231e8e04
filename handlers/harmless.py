"""What people typed, in what we say: to be read, and nothing else.

Telegram finds calls (@name), commands, tags and addresses in any text by itself. Under our name they would ring with
people who have nothing to do with it, order something in the name of whoever taps, or lead somewhere. So they stand as
code, letter by letter as typed, and Telegram looks for nothing inside that.
"""

import re
from typing import Any

from markupsafe import Markup, escape

ADDRESS = r"(?:https?|ftp|tg|ton|tonsite|mailto|tel|javascript):[^\s<>\"“”（）]++"
PULLS = re.compile(
    rf"{ADDRESS}"
    r"|(?P<name>(?<![\w.@+-])[\w+-]++(?:[.@][\w+-]++)++(?:[:/?#][^\s<>\"“”（）]*+)?)"
    r"|[@＠][A-Za-z0-9_]{2,}+"
    r"|(?<![\w/<>])/[A-Za-z0-9_]++(?:@[A-Za-z0-9_]++)?"
    r"|[#＃$]\w{2,}+",
    re.IGNORECASE,
)
"""Possessive throughout: whatever is typed, one look at each letter must do."""
ENDING = re.compile(r"[a-z]{2,24}|xn--[a-z0-9-]+|中国|中國|公司|网络|рф", re.IGNORECASE)
"""Of a name that leads to a machine: 3.5米 does not."""
TAIL = re.compile(r"([^:/?#]*+)(.*+)", re.DOTALL)
OPENS = {"\u202a": "\u202c", "\u202b": "\u202c", "\u202d": "\u202c", "\u202e": "\u202c",
         "\u2066": "\u2069", "\u2067": "\u2069", "\u2068": "\u2069"}  # fmt: skip
CLOSES = frozenset(OPENS.values())


def harmless(value: Any) -> Any:
    """A value on its way into markup; what is markup already, and no text, stays as it is."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    value = turned_back(value)
    made, end = Markup(), 0
    for pull in PULLS.finditer(value):
        if pull["name"] and not _leads(pull["name"]):
            continue
        made += escape(value[end : pull.start()]) + Markup("<code>{}</code>").format(pull[0])
        end = pull.end()
    return made + escape(value[end:]) if end else value


def _leads(name: str) -> bool:
    host, rest = TAIL.match(name).groups()  # type: ignore[union-attr]
    is_name = "@" in name or ENDING.fullmatch(host.rpartition(".")[2]) is not None
    return is_name or re.search(ADDRESS, name, re.IGNORECASE) is not None or PULLS.search(rest) is not None


def turned_back(value: str) -> str:
    """Whoever turns the direction of writing round turns his own words alone: what he left open is closed."""
    if OPENS.keys().isdisjoint(value):
        return value
    lines = []
    for line in value.split("\n"):
        left: list[str] = []
        for letter in line:
            if letter in OPENS:
                left.append(OPENS[letter])
            elif letter in CLOSES and letter in left:
                del left[len(left) - 1 - left[::-1].index(letter) :]
        lines.append(line + "".join(reversed(left)))
    return "\n".join(lines)
