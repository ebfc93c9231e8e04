"""Every word a person reads, from the catalogues in `locales/`. Nobody opens a .py to change one."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, StrictUndefined, Template, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from handlers.harmless import harmless

LOCALES = ("zh", "en")
DEFAULT = "zh"


def say(locale: str, key: str, **values: object) -> str:
    """A sentence in our small markup: what the values hold is escaped. Raises KeyError for a key nobody wrote."""
    return str(_template(locale, key, markup=True).render(values)).strip()


def plain(locale: str, key: str, **values: object) -> str:
    """The same as plain text, for labels, menus and the answers to presses: nothing is escaped."""
    return str(_template(locale, key, markup=False).render(values)).strip()


def listed(locale: str, key: str) -> tuple[str, ...]:
    """A list of the catalogue, such as the usual reasons to hand a ticket back."""
    return _catalogue(locale).lists[key]


def spoken(word: str) -> str | None:
    """The command a word stands for in any language (接单 -> accept), as people say it in reply to a card."""
    return _spoken().get(word.strip().casefold())


def all_spoken() -> Mapping[str, str]:
    return _spoken()


def keys(locale: str) -> frozenset[str]:
    return frozenset(_catalogue(locale).sentences)


class _Catalogue:
    def __init__(self, tree: Mapping[str, Any]) -> None:
        self.sentences: dict[str, str] = {}
        self.lists: dict[str, tuple[str, ...]] = {}
        for key, value in _flat(tree):
            if isinstance(value, list):
                self.lists[key] = tuple(value)
            else:
                self.sentences[key] = value


def _flat(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield above + name, value


@cache
def _catalogue(locale: str) -> _Catalogue:
    return _Catalogue(tomllib.loads((files("locales") / f"{locale}.toml").read_text("utf-8")))


@cache
def _template(locale: str, key: str, *, markup: bool) -> Template:
    """Compiled when it is first said: to compile them all took a second of every start."""
    return _environment(locale, markup=markup).from_string(_catalogue(locale).sentences[key])


@cache
def _environment(locale: str, *, markup: bool) -> Environment:
    # Plain texts are never markup: a phone would show their escapes.
    environment = Environment(
        autoescape=markup,  # noqa: S701
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=harmless if markup else None,
    )
    environment.filters["address"] = _address
    environment.filters["clock"] = _clock
    environment.filters["person"] = _mention
    # A sentence within a sentence is escaped already.
    environment.globals["say"] = lambda key, **values: (
        Markup(say(locale, key, **values)) if markup else plain(locale, key, **values)  # noqa: S704
    )
    return environment


@cache
def _spoken() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for locale in LOCALES:
        for key, words in _catalogue(locale).lists.items():
            if key.startswith("spoken."):
                found.update((word.casefold(), key.removeprefix("spoken.")) for word in words)
    return found


@pass_context
def _clock(context: Context, moment: datetime) -> str:
    """A moment in the district's zone, as short as it can be said; needs `zone` and `now` among the values."""
    zone: ZoneInfo = context["zone"]
    local, today = moment.astimezone(zone), context["now"].astimezone(zone).date()
    sentence = "time.today" if local.date() == today else "time.day"
    return str(context["say"](sentence, moment=local))


def _address(url: str) -> Markup:
    """One of ours, such as a map's: it stands in a link, and is no text."""
    return Markup(escape(url))  # noqa: S704 - escaped


def _mention(person: Mapping[str, str]) -> Markup:
    """Somebody by name, so that the channel can call him."""
    return Markup('<a href="person:{}">{}</a>').format(person["id"], person["name"])
