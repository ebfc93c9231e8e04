"""Whom a command means: by a reply to his message, by @username, id, or a name that is his alone (contract 7)."""

import re

from handlers.desk import Desk
from handlers.shown import name_shown
from models.person import Person
from models.refusal import Refusal

EXACT = re.compile(r"@[A-Za-z0-9_]{1,32}|[0-9]{1,20}")
LONGEST_NAME = 40  # characters of what was typed that are said back


async def person_named(desk: Desk, text: str) -> tuple[Person, str]:
    """The one who is meant, and what else was typed. What names somebody exactly goes before the reply.

    Raises Refusal where nobody is named, nobody is called so, or several are.
    """
    first, _, rest = text.strip().partition(" ")
    if EXACT.fullmatch(first):
        return await _exactly(desk, first), rest.strip()
    replied = desk.said.reply_person
    if replied is not None:
        return await _known(desk, replied.id, name_shown(replied.name)), text.strip()
    if not first:
        raise Refusal("person.who")
    return await _by_name(desk, text.split())


async def _exactly(desk: Desk, told: str) -> Person:
    if not told.startswith("@"):
        return await _known(desk, told, told)
    found: list[Person] = await desk.all_of(Person.called(told[1:]))
    found = [person for person in found if _uses(person, told[1:])]
    return _the_one(found, told)


async def _known(desk: Desk, external_id: str, told: str) -> Person:
    found = await desk.session.scalars(Person.known_as(desk.here.channel, external_id))
    return _the_one(list(found.unique()), told)


async def _by_name(desk: Desk, words: list[str]) -> tuple[Person, str]:
    """A name may have blanks in it: the longest that somebody has."""
    for end in range(min(len(words), 4), 0, -1):
        name = name_shown(" ".join(words[:end]))  # as it is kept
        found = [person for person in await desk.all_of(Person.called(name)) if not _uses(person, name)]
        if found:
            return _the_one(found, name), " ".join(words[end:])
    raise Refusal("person.unknown", name=words[0][:LONGEST_NAME])


def _the_one(found: list[Person], told: str) -> Person:
    if len(found) != 1:
        raise Refusal("person.several" if found else "person.unknown", name=told[:LONGEST_NAME])
    return found[0]


def _uses(person: Person, username: str) -> bool:
    """Whether it is his @username: a name that somebody gave himself is none."""
    return any((address.username or "").lower() == username.lower() for address in person.addresses)
