"""Values of the Bot API's types, from simulator/bot_api.json: what must be there, and some of what may be."""

from functools import cache
from typing import Any, Final

from hypothesis import strategies as st

from simulator.table import Fields, bot_api, split
from tests.cast import DAI, DRAINAGE, GROUP, GU, LIN, LU, MEI, OFFICE, QIAO, SHEN, WANG
from tests.fuzz import words
from tests.fuzz.marks import FileOf, Now, Photo

ARRAY: Final = "Array of "
DEEP: Final = 4
"""Below this only what must be there."""
LIUYIN, STRANGE_GROUP, FORUM = -1002610199002, -1002999000001, -1002999000002
"""Another grid's group; two that nobody has bound."""
GROUPS: Final = (GROUP, GROUP, GROUP, GROUP, OFFICE, DRAINAGE, LIUYIN, STRANGE_GROUP, FORUM)
GRIDS: Final = (GROUP, GROUP, LIUYIN, -1002610199003, -1002610199004)
RIDERS: Final = (LIN, MEI, WANG)
OFFICERS: Final = (
    (LU, OFFICE),
    (DAI, DRAINAGE),
    (QIAO, GROUP),
    (LIN, GROUP),
    (1029, -1002610199109),
    (1021, -1002610199101),
)
STRANGERS: Final = (5001, 5002, 5003)
PEOPLE: Final = (LIN, LIN, LIN, MEI, WANG, QIAO, LU, LU, DAI, GU, SHEN, *STRANGERS)
NOBODY: Final = (
    {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"},
    {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"},
    {"id": 777000, "is_bot": False, "first_name": "Telegram"},
    {"id": 7000001, "is_bot": True, "first_name": "流动网格员", "username": words.OURS},
    {"id": 5009, "is_bot": True, "first_name": "another", "username": "other_bot"},
)
extremes = st.sampled_from([0, -1, 1, 2**31, -(2**31), 2**52, 2**63 - 1, -(2**63), 2**63, 2**64, 10**30])
moments = st.one_of(
    st.builds(Now, st.sampled_from([0, 0, 0, -1, -5, 60, -3600, -86400, 86400, 10**8])),
    st.sampled_from([0, 1, -1, 2**31 - 1, 2**31, 253402300799, 253402300800, -62135596800, -62135596801, 2**62]),
)
junk = st.one_of(
    st.none(), st.booleans(), extremes, st.floats(),
    st.sampled_from(["", "0", "-1002610199001", "null", "\ud800", "x" * 300]),
    st.just([]), st.just({}), st.just([[]]), st.just([{}]), st.just({"id": {}}), st.lists(st.integers(), max_size=2),
    st.just({"message_id": 1}), st.just([None]),
)  # fmt: skip
"""Of a wrong type wherever it is put."""


def person(number: int, name: str = "林", more: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"id": number, "is_bot": False, "first_name": name, **(more or {})}


names = st.one_of(
    st.just("小林"), st.just("王阿姨"), st.sampled_from(["", "<b>x</b>", "\u202e名", "名" * 300, "\x00", "a\nb"])
)
people = st.builds(
    person, st.sampled_from(PEOPLE), st.sampled_from(["小林", "小梅", "路平"]),
    st.sampled_from([{}, {}, {"username": "xiaolin"}, {"language_code": "zh-hans"},
                     {"last_name": "林", "is_premium": True}]),
)  # fmt: skip
users = st.one_of(
    people,
    people,
    people,
    people,
    st.builds(
        person, st.sampled_from([5001, LIN]), names, st.sampled_from([{}, {"username": ""}, {"last_name": "\x00"}])
    ),
    st.sampled_from(NOBODY),
    st.builds(person, extremes, st.just("x"), st.just({})),
)


def group(number: int, more: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"id": number, "type": "supergroup", "title": "群", **(more or {})}


groups = st.builds(group, st.sampled_from(GROUPS), st.sampled_from([{}, {}, {"username": "qun"}, {"is_forum": True}]))
privates = st.sampled_from(PEOPLE).map(lambda number: {"id": number, "type": "private", "first_name": "林"})
chats = st.one_of(
    groups, groups, privates,
    st.builds(group, st.just(-100777), st.sampled_from(
        [{"type": "group"}, {"title": ""}, {"title": "群" * 300}, {"title": "\x00"}])),
    st.builds(group, extremes, st.sampled_from([{}, {"type": "channel"}, {"type": "private"}, {"type": "hologram"}])),
)  # fmt: skip

WORDS: Final = {
    "type": st.sampled_from(["mention", "bot_command", "text_mention", "url", "regular", "hologram", ""]),
    "username": st.just("xiaolin"),
    "url": st.just("https://example.org/\x00"),
}
WHOLE: Final = {name: st.one_of(extremes, st.integers(0, 40)) for name in ("offset", "length")}


def field(name: str, kinds: tuple[str, ...], depth: int) -> st.SearchStrategy[Any]:
    """A value of one of the kinds; name: of the field, which tells more than its kind."""
    if name == "photo" and kinds == ("[PhotoSize]",):
        return st.one_of(photos, value(kinds, depth))
    return value(kinds, depth) if kinds not in (("String",), ("Integer",)) else _plain(name, kinds[0])


def _plain(name: str, kind: str) -> st.SearchStrategy[Any]:
    if kind == "Integer":
        if name == "date" or name.endswith("_date"):
            return moments
        return WHOLE.get(name, st.one_of(st.integers(0, 2000), extremes))
    if name in ("file_id", "file_unique_id"):
        return st.one_of(st.builds(FileOf, st.integers(0, 9), st.just(name)), st.sampled_from(["x", "", "AgACxxxxxx"]))
    return WORDS.get(name, words.odd)


photos = st.builds(Photo, st.integers(0, 9))


@cache
def value(kinds: tuple[str, ...], depth: int = 0) -> st.SearchStrategy[Any]:
    return st.one_of([_one(kind, depth) for kind in kinds])


@cache
def _one(kind: str, depth: int) -> st.SearchStrategy[Any]:
    api = bot_api()
    match kind:
        case "Integer":
            return st.one_of(st.integers(0, 2000), extremes)
        case "Float":
            return st.one_of(st.floats(-180, 180), st.floats())
        case "Boolean":
            return st.booleans()
        case "String":
            return words.odd
        case "User":
            return users
        case "Chat":
            return chats
        case _ if kind.startswith(("[", ARRAY)):
            longest = 3 if depth < DEEP else 0
            kinds = split(kind.removeprefix(ARRAY) if kind.startswith(ARRAY) else kind[1:-1])
            return st.lists(st.deferred(lambda: value(kinds, depth + 1)), max_size=longest)
        case _ if kind in api.unions:
            members = api.unions[kind]
            plain = [member for member in members if member not in api.types]
            return st.one_of([_one(member, depth) for member in (plain if plain and depth >= DEEP else members)])
        case _:
            return filled(kind, depth)


@st.composite
def filled(draw: st.DrawFn, kind: str, depth: int = 0, most: int = 3) -> dict[str, Any]:
    """All that this type must have, and at most so many of the rest."""
    fields: Fields = bot_api().types[kind]
    needed = [name for name, one in fields.items() if one.required]
    rest = [name for name, one in fields.items() if not one.required]
    if rest and depth < DEEP:
        count = draw(st.integers(0, min(most, len(rest))))
        needed += draw(st.permutations(rest))[:count] if len(rest) < 8 else [
            rest[draw(st.integers(0, len(rest) - 1))] for _ in range(count)
        ]  # fmt: skip
    made = {}
    for name in needed:
        one = fields[name]
        made[name] = one.word if one.word is not None else draw(field(name, one.kinds, depth + 1))
    return made
