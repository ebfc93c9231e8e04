"""The words people read: all languages say the same, all that is said has words, and no words lie idle."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jinja2 import Environment, meta, nodes

from bot.channels.telegram.drawing import draw
from bot.settings import Settings
from handlers import ROUTER, words
from handlers.cards import Face
from handlers.cards.origin import Origin, Outside
from handlers.danger import Call
from handlers.form.page import Page
from handlers.stats.sums import COUNTS
from models.deadline import CLOCKS
from models.figures import RATES
from models.person import RoleKind
from models.spot import TRUST
from models.ticket import LIFECYCLE, Stage
from models.ticket.stage import PAST

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "handlers", "models")
KEY = re.compile(r"[a-z_]+\.[a-z_]+")
SAYERS = {"say", "plain", "listed", "answer", "whisper", "tell_privately", "sentence", "edit", "Refusal", "Label"}
OF_THE_DESK = {"now", "zone"}
"""What the desk adds to the values of every sentence."""
NOT_SAID = {"alert", "buttons", "ticket", "start", "purpose", "reply_to", "picture", "repeat", "topic", "remember",
            "urgent", "document", "secret", "under"}  # fmt: skip
"""Arguments of the desk's own, which never reach a template."""
OTHERS = tuple(locale for locale in words.LOCALES if locale != words.DEFAULT)


# --- the catalogues as they are written -------------------------------------------------


def flat(tree: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{name}.")
        else:
            yield above + name, value


@cache
def catalogue(locale: str) -> dict[str, Any]:
    return dict(flat(tomllib.loads((ROOT / "locales" / f"{locale}.toml").read_text("utf-8"))))


def sentences(locale: str) -> dict[str, str]:
    return {key: value for key, value in catalogue(locale).items() if isinstance(value, str)}


def lists(locale: str) -> dict[str, list[str]]:
    return {key: value for key, value in catalogue(locale).items() if isinstance(value, list)}


def family(locale: str, name: str) -> set[str]:
    return {key.removeprefix(f"{name}.") for key in sentences(locale) if key.startswith(f"{name}.")}


def parsed(template: str) -> nodes.Template:
    environment = Environment(autoescape=True)
    environment.filters.update({"clock": str, "person": str, "address": str})
    return environment.parse(template)


def variables(template: str) -> set[str]:
    return meta.find_undeclared_variables(parsed(template)) - {"say"}


def names(within: nodes.Node) -> set[str]:
    """The values a piece of a sentence looks at: number, card.place, line.deadline."""
    pieces = [within, *within.find_all(nodes.Node)]
    parts = {
        f"{p.node.name}.{p.attr}" for p in pieces if isinstance(p, nodes.Getattr) and isinstance(p.node, nodes.Name)
    }
    return parts | {piece.name for piece in pieces if isinstance(piece, nodes.Name)}


def told(template: str) -> set[str]:
    """Those it puts into words, and not only asks about: {{ card.hotline }}."""
    outputs = parsed(template).find_all(nodes.Output)
    return {name for output in outputs for piece in output.nodes for name in names(piece)}


def said_within(template: str) -> set[str]:
    """Keys and families of keys that a sentence says in its turn."""
    return {
        text.value
        for call in parsed(template).find_all(nodes.Call)
        for text in call.find_all(nodes.Const)
        if "." in str(text.value)
    }


# --- what the code says -------------------------------------------------------------------


@cache
def trees() -> tuple[tuple[str, ast.Module], ...]:
    files = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts]
    return tuple((str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))) for path in files)


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "attr", "") or getattr(call.func, "id", "")


def literal_keys(call: ast.Call) -> list[str]:
    """Keys written in the arguments of a call, also the two of `a if … else b`."""
    given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "key")]
    branches = [
        branch for arg in given for branch in ((arg.body, arg.orelse) if isinstance(arg, ast.IfExp) else (arg,))
    ]
    texts = [branch.value for branch in branches if isinstance(branch, ast.Constant) and isinstance(branch.value, str)]
    return [text for text in texts if KEY.fullmatch(text)]


def literals(tree: ast.AST) -> set[str]:
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def families(tree: ast.AST) -> set[str]:
    """The heads of keys made in place: f"help.{command.name}" is of the family help."""
    made = (node.values[0] for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) and node.values)
    heads = {str(head.value) for head in made if isinstance(head, ast.Constant)}
    return {head[:-1] for head in heads if re.fullmatch(r"[a-z_]+\.", head)}


def told_kinds() -> set[str]:
    """Kinds of events: those of the life-cycle, and those a verb tells by name."""
    named = {
        call.args[0].value
        for file, tree in trees()
        if file.startswith("models/ticket")
        for call in calls(tree)
        if name_of(call) == "_tell" and isinstance(call.args[0], ast.Constant)
    }
    return {str(kind) for kind in named} | set(PAST.values())


# --- every language says the same ---------------------------------------------------------


def test_every_language_has_its_file_and_every_file_its_language() -> None:
    assert {path.stem for path in (ROOT / "locales").glob("*.toml")} == set(words.LOCALES)


@pytest.mark.parametrize("locale", OTHERS)
def test_all_languages_hold_the_same_keys(locale: str) -> None:
    assert set(catalogue(locale)) ^ set(catalogue(words.DEFAULT)) == set()
    assert set(lists(locale)) == set(lists(words.DEFAULT))


@pytest.mark.parametrize("locale", OTHERS)
def test_all_languages_tell_the_same_values(locale: str) -> None:
    ours, theirs = sentences(words.DEFAULT), sentences(locale)
    differ = {key for key in ours if variables(ours[key]) != variables(theirs[key])}
    # How a moment is written is each language's own affair; all else a sentence tells, it tells in every language.
    others = [key for key in ours if not key.startswith("time.")]
    for look in (lambda template: names(parsed(template)), told, said_within):
        differ |= {key for key in others if look(ours[key]) != look(theirs[key])}
    assert differ == set()


@pytest.mark.parametrize("locale", OTHERS)
def test_a_reason_pressed_in_one_language_is_the_same_in_another(locale: str) -> None:
    # A button carries the reason's place in the list; the chat may change its language before it is pressed.
    for key, reasons in lists(words.DEFAULT).items():
        if key.startswith("reasons."):
            assert len(reasons) == len(lists(locale)[key]), key


@pytest.mark.parametrize("locale", words.LOCALES)
def test_nothing_is_left_empty(locale: str) -> None:
    assert [key for key, text in sentences(locale).items() if not text.strip()] == []
    assert [
        key for key, texts in lists(locale).items() if not texts or not all(str(text).strip() for text in texts)
    ] == []
    assert set(sentences(locale)) | set(lists(locale)) == set(catalogue(locale))


# --- everything that is said has words, and no words lie idle --------------------------------


def test_every_key_the_code_says_exists() -> None:
    known = set(catalogue(words.DEFAULT))
    sections = {key.partition(".")[0] for key in known}
    missing = set()
    for file, tree in trees():
        said = {key for call in calls(tree) if name_of(call) in SAYERS for key in literal_keys(call)}
        if not file.startswith("bot/"):  # there, card.json would be a file
            said |= {text for text in literals(tree) if KEY.fullmatch(text) and text.partition(".")[0] in sections}
        missing |= {f"{file}: {key}" for key in said - known}
        idle = {head for head in families(tree) & sections if not any(key.startswith(f"{head}.") for key in known)}
        missing |= {f"{file}: {head}.…" for head in idle}
    assert missing == set()


def test_no_key_lies_idle() -> None:
    used, heads = set(), {"spoken"}
    for _, tree in trees():
        used |= literals(tree)
        heads |= families(tree)
    for template in sentences(words.DEFAULT).values():
        within = said_within(template)
        used |= within
        heads |= {key[:-1] for key in within if key.endswith(".")}
    idle = {key for key in catalogue(words.DEFAULT) if key not in used and key.partition(".")[0] not in heads}
    assert idle == set()


def test_a_sentence_gets_every_value_it_tells() -> None:
    lacking = set()
    for file, tree in trees():
        for call in calls(tree):
            named = {keyword.arg for keyword in call.keywords}
            if name_of(call) not in SAYERS - {"listed", "Label"} or None in named:
                continue  # **values: the conversations of tests/handlers show whether all are there
            given = named - NOT_SAID | OF_THE_DESK
            for key in literal_keys(call):
                lacks = variables(sentences(words.DEFAULT).get(key, "")) - given
                lacking |= {f"{file}:{call.lineno} {key} lacks {name}" for name in lacks}
    assert lacking == set()


@pytest.mark.parametrize("locale", words.LOCALES)
def test_every_command_has_its_help_and_every_help_its_command(locale: str) -> None:
    assert family(locale, "help") == {*ROUTER.commands, "list"}
    for name in ROUTER.commands:
        line = words.plain(locale, f"help.{name}")
        assert "\n" not in line
        assert 0 < len(line) <= 60, name  # Telegram takes 256; on a phone more than a line is not read
        assert re.fullmatch(r"[a-z0-9_]{1,32}", name)


@pytest.mark.parametrize("locale", words.LOCALES)
def test_every_stage_event_and_source_of_a_place_has_its_word(locale: str) -> None:
    assert family(locale, "stage") == {stage.value for stage in Stage}
    assert family(locale, "event") == told_kinds()
    assert family(locale, "place_source") == set(TRUST)


@pytest.mark.parametrize("locale", words.LOCALES)
def test_no_two_stages_are_called_the_same(locale: str) -> None:
    names = [words.plain(locale, f"stage.{stage}") for stage in Stage]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("locale", words.LOCALES)
def test_every_audience_has_its_card(locale: str) -> None:
    opening = (call for _, tree in trees() for call in calls(tree) if name_of(call) == "open_card")
    opened = {text for call in opening for text in literals(call)}
    assert opened >= {"group", "department", "leader"}
    assert opened - family(locale, "card") == set()


@pytest.mark.parametrize("locale", words.LOCALES)
def test_spoken_words_are_commands(locale: str) -> None:
    for key, said in lists(locale).items():
        if not key.startswith("spoken."):
            continue
        command = key.removeprefix("spoken.")
        assert command in ROUTER.commands
        for word in said:
            # The first word of a reply is looked up (handlers/listening.py): one with a space would never be found.
            assert not re.search(r"\s", word), word
            assert words.spoken(word) == command, f"{word} also means {words.spoken(word)}"
            assert words.spoken(f" {word.upper()} ") == command


def test_a_word_nobody_wrote_stands_for_no_command() -> None:
    assert words.spoken("一起吃饭") is None


# --- every sentence can be said -----------------------------------------------------------------

NUMBER = "LH2611210007"
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
CALLS = (Call("119", "火警"), Call("029-1", None))
KIND, GRID, GATE, OFFICE = "路面塌陷", "红庙一网格", "印刷技校门口", "市政中心"


def face(full: bool, stage: Stage, asks: str | None) -> Face:
    given: dict[str, Any] = {
        "number": NUMBER, "stage": stage, "category": KIND, "grid": GRID, "place_source": "按定位", "text": "有塌陷",
        "is_nowhere": not full, "met": 3 if full else 1, "urgent": full, "overdue": full, "asks": asks,
        "notes": ("催过一次",) if full else (),
        "place": GATE if full else None, "map": "https://map.example/?at=1,2&name=n" if full else None,
        "department": OFFICE if full else None, "phone": "029-1" if full else None,
        "deadline": NOON if full else None, "secure_by": NOON if full else None, "secured": not full,
        "reason": "找不到" if full else None,
        "calls": CALLS if full else (), "is_dangerous": full, "is_unsure": full,
        "is_open": full, "is_restricted": full, "waived": not full, "part_done": not full,
        "because": ("路面", "塌陷") if full else (), "others": (KIND, "垃圾满溢") if full else (),
        "origin": Origin("小林" if full else None),
        "outside": Outside("柳桥区", "12345"), "rule": "按类别" if full else None,
    }  # fmt: skip
    assert set(given) == {field.name for field in fields(Face)}
    return Face(**given)


def sample(full: bool, stage: Stage, asks: str | None) -> dict[str, Any]:
    """A value for every name any sentence uses. full: everything that may be missing is there."""
    missing: dict[str, Any] = {
        "department": OFFICE if full else None, "deadline": NOON if full else None, "overdue": full, "urgent": full,
        "to": OFFICE if full else None, "reason": "找不到" if full else None,
        "rule": "按类别" if full else None,
        "dangerous": full, "secure_by": NOON if full else None, "minutes": 15 if full else None,
    }  # fmt: skip
    line = {"number": NUMBER, "category": KIND, "place": GATE, "stage": stage, "command": "accept", "help": "接单",
            "why": "等您接单" if full else "", "restricted": full, "hidden": not full,
            "joined": full, "since": NOON, "holder": "等核查",
            "seq": 3, "moment": NOON, "who": "乔岚", "told": "退回：找不到"}  # fmt: skip
    lists = {
        "pressed": [{"command": "accept", "help": "接单"}] * 2,
        "lines": [{**missing, **line}] * 2, "events": [{"at": NOON, "told": "退回：找不到"}],
        "why": ("类别不确定",) * 2, "marks": ("✅ 新照片",) * 2, "cases": [case(full)] * 2,
        "people": [{"id": "1", "name": "小林"}, {"id": "2", "name": "小梅"}], "photos": [{"grid": GRID, "at": NOON}],
        "reports": (f"⚠️ 上报照片：一样 · #{NUMBER}",) * 2,
    }  # fmt: skip
    return {
        **trusted(full), **given_time(full), **chased(full), **counted(full),
        **missing, **(lists if full else dict.fromkeys(lists, ())), "number": NUMBER, "category": KIND, "grid": GRID,
        "stage": stage, "now": NOON, "zone": ZONE, "at": NOON, "moment": NOON, "card": face(full, stage, asks),
        "department": OFFICE if full else "", "place": GATE, "name": GRID, "known": f"{OFFICE}、排水公司",
        "district": "柳桥区" if full else "", "more": 3 if full else 0, "row": 7, "what": "message", "area": area(full),
        "calls": CALLS, "told": full, "then": "ask.what", "said": "有人掉下去了", "metres": 20, "alike": full,
        "hotline": "12345", "asks": full, "form": page(full), "source": "按定位",
        "view": "地标" if full else None, "of": 3, "coming": full, "gone": not full, "role": "前",
        "count": 2, "position": 1, "unexplained": 1, "since": NOON, "priority": 20, "other": GRID,
        "phone": "029-1" if full else None, "secured": not full, "others": 2 if full else 0,
        "mine": full, "caller": "王女士 · 13812345678",
        "days": 7, "most": 2, "hours": 4, "until": NOON, "words": "挪站牌", "satisfied": full, "parties": OFFICE,
        "step": "警戒", "response": "whistle", "state": "已报到", "part": "协办", "due": NOON if full else None,
        "unheard": OFFICE if full else "",
        "into": NUMBER, "numbers": [NUMBER] * 2, "round": 2, "short": "0007", "page": 1, "pages": 2,
        "waived": "不能拍照" if full else None, "verdict": "fail" if full else "unknown", "of_report": full,
        "kind": "voice" if full else "video", "videos": 2, "voices": 1 if full else 0, "lost": 1 if full else 0,
    }  # fmt: skip


def given_time(full: bool) -> dict[str, Any]:
    """What is asked for and answered, what closing words say, and how the fix reads later."""
    return {
        "whose": OFFICE if full else None, "span": "4 小时", "day": "12月1日", "longest": "5 个工作日",
        "missing": ("做了什么",) if full else (), "ended_by": "lapsed" if full else None, "unanswered": 7,
        "reopens": 15, "reopened": full, "unsafe": full, "objects": full, "cause": "returns" if full else None,
        "own": full, "asked": "小林" if full else None, "unit": "work_days", "lifts": full, "steps": "警戒、勘查",
    }  # fmt: skip


def counted(full: bool) -> dict[str, Any]:
    """Figures, and how a ticket once stood."""
    row = {"name": OFFICE, "handled": 12, "took": 75.5, "rework": "1/12 = 8.33 %"}
    return {
        "period": "本月", "behind": 3 if full else 0, "full": full, "index": "93.1", "least": 10,
        "rate": dict.fromkeys(RATES, "2/3 = 66.67 %" if full else "–"), "many": dict.fromkeys(COUNTS, 2),
        "took": 4000.0 if full else None, "came_after": 12.4 if full else None, "open_now": 138, "late_now": 5,
        "ranked": [row] * 2 if full else [], "unranked": [row] if full else [],
        "is_urgent": full, "returns": 2 if full else 0, "met": 3 if full else 1,
    }  # fmt: skip


def chased(full: bool) -> dict[str, Any]:
    """What is late, and what a digest tells."""
    grid = {"name": GRID, "count": 3, "late": 1 if full else 0}
    return {"late": 2 if full else 0, "secure": full, "morning": full, "holder": "等核查" if full else None,
            "grids": [grid] * 2 if full else []}  # fmt: skip


def trusted(full: bool) -> dict[str, Any]:
    """Who was let in, what is kept of somebody, who looked at it."""
    who = {"id": "1", "name": "小林" if full else "", "username": "xiaolin" if full else None}
    line = {
        "number": NUMBER,
        "at": NOON,
        "category": KIND,
        "place": GATE,
        "stage": "closed",
        "text": "有塌陷",
        "hidden": False,
    }
    lists = {
        "links": [{"id": 1, "role": GRID, "until": NOON}], "holders": [{**who, "role": GRID, "banned": full}] * 2,
        "addresses": [{**who, "channel": "telegram"}], "reported": [line] * 2, "held": [GRID],
        "joined": [line, {**line, "hidden": True}],
        "drafts": [{"at": NOON, "text": "路灯"}], "points": [{"at": NOON, "latitude": 34.2, "longitude": 108.9}],
        "looks": [{**line, "name": "乔岚", "about": "查看"}], "bans": [{"at": NOON, "reason": "广告"}],
        "seen": [{"at": NOON, "name": "乔岚", "about": "查看"}], "also": [{**who, "name": "小梅"}, None],
    }  # fmt: skip
    return {
        **(lists if full else dict.fromkeys(lists, ())), "link": "invite-x", "until": NOON, "id": 1, "role": GRID,
        "scope": GRID, "who": who if full else None, "open_cases": 2 if full else 0, "identity_days": 365,
        "photo_days": 90, "pictures": 3, "roles": GRID, "undo": "乔岚 网格长", "help": "绑定本群",
        "bare": [{"name": GRID, "leads": True}, {"name": OFFICE, "leads": False}] if full else [],
        "was": GRID if full else None, "is_grid": not full, "was_grid": full, "moved": full, "title": "旧群",
    }  # fmt: skip


def page(full: bool) -> Page:
    """The living message of /report, as it is looked over."""
    return Page(
        step="look", note="again" if full else None, calls=CALLS if full else (), known=(), photos=2 if full else 0,
        category=KIND if full else None, because=("路面", "塌陷") if full else (), text="有塌陷" if full else "",
        place=GATE if full else None, place_source="按定位" if full else None, grid=GRID if full else None,
        outside=False, district="柳桥区", hotline="12345", restricted=False, named="小林" if full else None,
        is_open=not full, asks=None,
    )  # fmt: skip


def case(full: bool) -> dict[str, Any]:
    """What two leaders disagree about, as /borders shows it."""
    sayings = [{"at": NOON, "said": "说不归他们管", "who": "乔岚" if full else ""}] * 2
    point = "https://map.example/?at=1,2&name=n" if full else None
    return {"number": NUMBER, "place": GATE, "map": point, "grid": GRID, "other": GRID, "sayings": sayings}


def area(full: bool) -> dict[str, Any]:
    """A grid as /grids shows it."""
    child = {"level": "网格", "name": GRID, "indent": "　"}
    return {
        "name": GRID, "code": "610199001001001", "level": "网格", "kind": "special" if full else None, "open": 2,
        "households": 256 if full else None, "residents": 673 if full else None, "elders": 98 if full else None,
        "bound": full, "leader": "reached" if full else "none", "map": "https://map.example/?at=1,2&name=n",
        "neighbours": [GRID, "柳荫网格"] if full else [], "further": 3 if full else 0, "more": 3 if full else 0,
        "line": [child], "children": [child] * 2 if full else [], "indent": "　",
    }  # fmt: skip


def renderings(locale: str, key: str) -> Iterator[str]:
    """A sentence in every stage, full and bare: what arrives of the markup, and the plain text of one that has none."""
    template = sentences(locale)[key]
    staged = bool({"card", "stage"} & variables(template))
    asked = (None, "return", "extend_why", "dispatch", "category", "sort") if "card" in variables(template) else (None,)
    for full, stage, asks in product((True, False), Stage if staged else (Stage.WORKING,), asked):
        values = sample(full, stage, asks)
        if key == "help.list":
            values["lines"] = sample(True, stage, None)["lines"]  # there is always /help itself
        yield draw(words.say(locale, key, **values)).text
        if "<" not in template and "person" not in template:
            yield words.plain(locale, key, **values)


@pytest.mark.parametrize("begins", sorted({key.partition(".")[0] for key in sentences(words.DEFAULT)}))
@pytest.mark.parametrize("locale", words.LOCALES)
def test_every_sentence_can_be_said_and_its_number_stands_free_and_a_sign_begins_its_line(
    locale: str, begins: str
) -> None:
    """A block tag swallows the line break behind it: what should begin a line may stick to the one above."""
    for key in (key for key in sentences(words.DEFAULT) if key.partition(".")[0] == begins):
        for text in renderings(locale, key):
            assert text, key
            assert not re.search(r"\bNone\b|\{\{|\{%", text), (key, text)
            assert "\n\n\n" not in text, (key, text)
            # Telegram counts 汉字 as part of a tag: a tap on it would find nothing (contract 5).
            assert not re.search(rf"\S(?=#{NUMBER})|{NUMBER}(?=\S)", text), (key, text)
            assert not re.search(r"[^\n](?=[⚠‼📍🏘🏢👥🛠✅↩])", text), (key, text)


@pytest.mark.parametrize("locale", words.LOCALES)
def test_a_moment_today_is_told_by_its_hour_and_another_by_its_day(locale: str) -> None:
    for key, earlier in product(("card.department",), (0, 3)):
        values = sample(True, Stage.WORKING, None)
        values["now"] = NOON.replace(day=NOON.day - earlier)
        told = words.plain(locale, key, **values)
        assert "12:00" in told  # 04:00 UTC is noon in the district
        assert ("21" in told.replace(NUMBER, "")) == bool(earlier), told


# --- what people typed is text -------------------------------------------------------------------

SLY = '<b>&"\'<a href="tg://user?id=1">x</a>'


@pytest.mark.parametrize("locale", words.LOCALES)
def test_what_people_typed_is_escaped_in_markup_and_bare_in_plain_text(locale: str) -> None:
    said = re.sub(r"</?code>", "", words.say(locale, "bind.what", name=SLY))  # so no channel looks for links in it
    assert "<" not in said
    assert "&lt;b&gt;&amp;" in said
    assert SLY in words.plain(locale, "bind.what", name=SLY)


@pytest.mark.parametrize("key", sorted(key for key in sentences(words.DEFAULT) if key.startswith("card.")))
@pytest.mark.parametrize("locale", words.LOCALES)
def test_no_tag_on_a_card_is_one_that_a_person_typed(locale: str, key: str) -> None:
    honest, sly = sample(True, Stage.WORKING, None), sample(True, Stage.WORKING, None)
    given = {field.name: getattr(honest["card"], field.name) for field in fields(Face)}
    sly["card"] = Face(**{**given, **dict.fromkeys(("text", "place", "reason", "grid", "category", "department"), SLY)})
    tags = re.compile(r"<(?!/?code>)[^>]*>")
    assert tags.findall(words.say(locale, key, **sly)) == tags.findall(words.say(locale, key, **honest))


@pytest.mark.parametrize("locale", words.LOCALES)
def test_a_name_in_a_mention_is_escaped(locale: str) -> None:
    values = sample(True, Stage.RESOLVED, None)
    values["people"] = [{"id": '1"><b>', "name": SLY}]
    told = words.say(locale, "fix.posted", **values)
    assert '<a href="person:1&#34;&gt;&lt;b&gt;">&lt;b&gt;&amp;' in told


def test_an_event_told_within_a_sentence_is_escaped_once() -> None:
    values = sample(True, Stage.RETURNED, None)
    values["events"][0]["told"] = SLY
    assert "&lt;b&gt;&amp;" in words.say("zh", "ticket.shown", **values)
    assert "&amp;lt;" not in words.say("zh", "ticket.shown", **values)


def test_a_value_nobody_gave_is_an_error_and_so_is_a_key_nobody_wrote() -> None:
    with pytest.raises(Exception, match="undefined"):
        words.say("zh", "accept.done")
    with pytest.raises(KeyError):
        words.say("zh", "accept.never")


# --- the documents keep up ------------------------------------------------------------------------


def settings_table() -> dict[str, str]:
    """Setting -> the cell of its default, from docs/running.md."""
    rows = [line.split("|") for line in (ROOT / "docs" / "running.md").read_text("utf-8").splitlines()]
    cells = [row for row in rows if len(row) > 3 and re.match(r" `[A-Z_]+`", row[1])]
    return {name: row[2] for row in cells for name in re.findall(r"`([A-Z_]+)`", row[1])}


def test_every_setting_is_documented_and_no_other() -> None:
    assert set(settings_table()) == {name.upper() for name in Settings.model_fields}


def test_every_default_is_documented_as_it_is() -> None:
    table = settings_table()
    for name, field in Settings.model_fields.items():
        if field.default not in (None, (), ""):
            assert f"`{field.default}`" in table[name.upper()], name


def test_every_command_of_the_program_is_documented() -> None:
    from bot.__main__ import app

    page = (ROOT / "docs" / "running.md").read_text("utf-8")
    for command in app.registered_commands:
        assert command.callback is not None
        assert f"python -m bot {command.callback.__name__}" in page


def test_every_word_of_the_field_stands_in_the_glossary() -> None:
    page = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    for stage in Stage:
        names = {words.plain(locale, f"stage.{stage}") for locale in words.LOCALES} | {f"`{stage}`"}
        assert any(all(name in line for name in names) for line in page.splitlines()), f"no row tells {names}"
    for word in (*LIFECYCLE, *RoleKind, *CLOCKS, *TRUST):
        assert f"`{word}`" in page, word


PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "README.md"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_a_page_names_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    rooms = (*ROOMS, "reading", "media", "simulator", "scripts", "tests")
    tree = {path.name for room in rooms for path in (ROOT / room).rglob("*.py")}
    invented = {"urge.py", "utils.py"}  # told as what to write, and what never to
    named = {name.rpartition("/")[2] for name in re.findall(r"`([a-z_/.]+\.py)`", text)} - invented
    assert named - tree == set()
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)\)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []
