"""32 and 33: what people typed is there to be read; it calls nobody, leads nowhere, orders nothing."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram import drawing
from bot.channels.telegram.drawing import draw
from handlers import harmless as room
from handlers import words
from reading.numbers import leading_ticket_number, ticket_number
from reading.tags import SEAL
from tests.attacks.texts import SIGNS, Told, drawn, foreign, many, play, through
from tests.cast import HOLE, Town
from tests.handlers.seeing import tickets

SEED, SHORT = 20261122, 400


def test_whatever_is_typed_is_only_text() -> None:
    told, texts = Told(), many(SEED)
    for number in range(SHORT):
        drawn(next(texts), told, (4096, 1024, 200)[number % 3])
    assert (told.foreign, told.refused, told.changed) == ([], [], []), f"seed {SEED}: {told}"


@settings(max_examples=200, derandomize=True)
@given(st.lists(st.sampled_from(SIGNS) | st.text(max_size=8), max_size=12).map("".join))
def test_whatever_hypothesis_types_too(text: str) -> None:
    told = Told()
    drawn(text, told)
    assert (told.foreign, told.refused, told.changed) == ([], [], [])


def test_control_text_that_is_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unescaped, and looked through for calls and links as any text is."""
    monkeypatch.setattr(words, "say", lambda locale, key, **values: str(values["reason"]))
    told, texts = Told(), many(SEED)
    for _ in range(SHORT):
        drawn(next(texts), told)
    assert told.foreign
    assert told.changed


@contextmanager
def only_escaped(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for said in (words._environment, words._template):
        said.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(words, "harmless", lambda value: value)
        yield
    for said in (words._environment, words._template):
        said.cache_clear()


def test_control_text_that_is_only_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    with only_escaped(monkeypatch):
        told, texts = Told(), many(SEED)
        for _ in range(SHORT):
            drawn(next(texts), told)
    assert any("mention" in one for one in told.foreign)
    assert any("bot_command" in one for one in told.foreign)


async def test_through_names_titles_reports_reasons_and_answers(tmp_path: Path) -> None:
    told = await play(tmp_path, 1, SEED, Told())
    assert told.calls > 20
    assert (told.foreign, told.refused) == ([], []), f"seed {SEED}: {told}"


async def test_control_through_a_bot_that_speaks_html(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "sendable", lambda text: drawing.html.unescape(text))
    with only_escaped(monkeypatch):
        told = await through(town, iter(['<a href="https://evil.example/x">地图</a> <b>粗</b>'] * 5), Told())
    assert any("a link that is none of ours" in one for one in told.foreign)


CALLS = "@qiaolan @everyone /ban @xiaomei https://evil.example/x #塌陷"


async def test_a_card_calls_nobody_and_leads_nowhere(town: Town) -> None:
    await town.lin.posts(f"{HOLE} {CALLS}")
    for shown in (town.card, town.job):
        marks = shown.raw.get("entities") or shown.raw.get("caption_entities") or []
        found = {one["type"] for one in marks}
        assert not found & {"mention", "bot_command", "url", "text_mention"}, marks
        assert foreign(shown.text, [one for one in marks if one["type"] != "hashtag"]) == []
        assert [shown.text[one["offset"] :][:4] for one in marks if one["type"] == "hashtag"] in ([], ["#LH2"])
    assert CALLS in town.job.text.replace(SEAL, ""), "to the eye letter by letter as typed"


async def test_control_what_the_same_words_are_elsewhere(town: Town) -> None:
    """The simulator finds in a rider's own message what the card must not have."""
    said = await town.lin.posts(f"{HOLE} {CALLS}")
    assert {one["type"] for one in said.raw["caption_entities"]} >= {"mention", "bot_command", "url", "hashtag"}


async def test_four_thousand_emoji_and_letters_under_letters(town: Town) -> None:
    for text in ("\U0001f600" * 2000, "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 120, "e" + "\u0301" * 900):
        await town.lin.says(f"/report {HOLE}。{text}"[:2000])
        await town.lu.says(f"退回 {text}"[:4000], reply_to=town.job)
    assert [call["error"] for call in town.simulator.log(0, 100_000) if call["error"]] == []


@pytest.mark.parametrize("limit", [200, 1024, 4096])
def test_nobody_is_cut_in_two(limit: int) -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    for sign in (family, "\U0001f44d\U0001f3fd", "\U0001f1e8\U0001f1f3", "e\u0301\u0302", "1\ufe0f\u20e3"):
        for lead in range(8):
            text = draw("a" * lead + sign * limit, limit).text
            assert text.endswith("…")
            body = text[lead:-1]
            assert body == sign * (len(body) // len(sign)), (sign, lead)


def test_control_cut_where_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "_continues", lambda text, at: False)
    with pytest.raises(AssertionError):
        test_nobody_is_cut_in_two(200)


def test_whoever_turns_the_writing_round_turns_his_own_words_alone() -> None:
    for sly in ("\u202eab", "a\u2067b\u2066c", "\u202d\u202e\u2068", "x\u2069\u202c\u202ey"):
        said = words.say("zh", "note.declined", reason=sly)
        assert _left_open(said) == 0, repr(said)
        assert _left_open(sly) > 0, "else nothing is shown"


def _left_open(text: str) -> int:
    depth = 0
    for letter in text:
        depth += letter in room.OPENS
        depth -= letter in room.CLOSES and depth > 0
    return depth


@pytest.mark.parametrize(
    "sign", ["a.", "@", "a", "a@", ".", "/a", "http:", "#a", "a-", "\u2066", "&", "<", "<b>", "a.com/"]
)
def test_no_text_takes_long_to_look_through(sign: str) -> None:
    """A hundred thousand letters, far more than a message may have; twice as many take about twice as long."""
    begun = time.process_time()
    words.say("zh", "note.declined", reason=sign * (100_000 // len(sign)))
    assert time.process_time() - begun < 3


HOMOGLYPHS = {
    "a Cyrillic letter": "L\u041d2611200001", "Greek": "\u039b\u0397" + "2611200001",
    "Arabic-Indic digits": "LH261120\u0660\u0660\u0660\u0661", "Devanagari digits": "LH261120\u0966\u0966\u0966\u0967",
    "the letter O": "LH26112OOOO1", "the letter l": "LH261120000l",
    "mathematical digits": "LH261120" + 3 * "\U0001d7ce" + "\U0001d7cf",
    "circled digits": "LH261120\u2460\u2460\u2460\u2460", "superscripts": "LH261120\u00b9\u00b9\u00b9\u00b9",
    "a space within": "LH261120 0001", "an invisible letter within": "LH2611\u200b200001",
    "turned round": "\u202e1000021162HL",
}  # fmt: skip


@pytest.mark.parametrize("name", HOMOGLYPHS)
async def test_what_only_looks_like_a_number_is_none(town: Town, name: str) -> None:
    await town.lin.posts(HOLE)
    assert ticket_number(HOMOGLYPHS[name]) is None
    assert leading_ticket_number(HOMOGLYPHS[name])[0] is None
    await town.qiao.says(f"/decline {HOMOGLYPHS[name]} 不属实")
    assert (await tickets(town))[0].stage == "dispatched"


async def test_control_full_width_is_read_as_the_contract_says(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says("/decline ＃ｌｈ２６１１２００００１ 不属实")
    assert (await tickets(town))[0].stage == "declined"
