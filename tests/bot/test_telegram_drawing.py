"""What people typed arrives as typed: never as markup, never in halves."""

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Button
from bot.channels.telegram.buttons import keyboard, pack, unpack
from bot.channels.telegram.drawing import Drawn, cut, draw, sendable, units

MARKUP = ["<b>", "</b>", '<a href="https://evil.example">', "</a>", "&lt;b&gt;", "&amp;", "&", '<a href="person:1">']
HOSTILE = st.lists(
    st.text(st.characters() | st.sampled_from("<>&\"'/=ab😀👨🇨🇳\u202e\u200d\u0301\x00"), max_size=20)
    | st.sampled_from(MARKUP)
).map("".join)


def marked(drawn: Drawn) -> list[tuple[str, str, str | None]]:
    """Kind, words and address of every entity, read with UTF-16 offsets as a phone does it."""
    raw = drawn.text.encode("utf-16-le")
    return [
        (one.type, raw[2 * one.offset : 2 * (one.offset + one.length)].decode("utf-16-le"), one.url)
        for one in drawn.entities
    ]


def test_bold_links_and_mentions_become_entities() -> None:
    drawn = draw(
        '<b>#LH2611210007</b> 😀 <a href="https://map.example/?a=1&amp;b=2">看图</a> <a href="person:11">小林</a> &lt;3'
    )
    assert drawn.text == "#LH2611210007 😀 看图 小林 <3"
    assert marked(drawn) == [
        ("bold", "#LH2611210007", None),
        ("text_link", "看图", "https://map.example/?a=1&b=2"),
        ("text_link", "小林", "tg://user?id=11"),
    ]


def test_markup_within_markup() -> None:
    assert marked(draw('<b>一 <a href="https://a.example">二</a></b>')) == [
        ("bold", "一 二", None),
        ("text_link", "二", "https://a.example"),
    ]


@pytest.mark.parametrize(
    "markup",
    ['<a href="javascript:x">字</a>', '<a href="person:x">字</a>', '<a href="person:1 2">字</a>', '<a href="">字</a>'],
)
def test_an_address_of_another_kind_is_no_link(markup: str) -> None:
    assert draw(markup) == Drawn("字")


@pytest.mark.parametrize("markup", ["<b></b>字", "<b>字", "字</b>", "<i>字</i>"])
def test_what_is_not_our_markup_makes_no_entity(markup: str) -> None:
    assert draw(markup).entities == ()


@given(typed=HOSTILE, place=HOSTILE)
def test_what_people_typed_is_never_markup(typed: str, place: str) -> None:
    drawn = draw(f'<b>#LH1</b> {html.escape(typed)}\n{html.escape(place)} <a href="person:5">林</a>', limit=10**6)
    assert drawn.text == sendable(f"#LH1 {typed}\n{place} 林")
    assert marked(drawn) == [("bold", "#LH1", None), ("text_link", "林", "tg://user?id=5")]


def test_the_property_above_would_notice_text_that_was_not_escaped() -> None:
    """The negative control."""
    assert len(draw("<b>#LH1</b> " + '<a href="https://evil.example">林</a>').entities) == 2


@given(typed=HOSTILE | st.text(min_size=30).map(lambda text: text * 4), limit=st.integers(8, 60))
def test_a_cut_text_fits_and_is_a_beginning_of_the_whole(typed: str, limit: int) -> None:
    whole = draw(f"<b>{html.escape(typed)}</b>", 10**6).text
    drawn = draw(f"<b>{html.escape(typed)}</b>", limit)
    assert units(drawn.text) <= limit
    assert all(one.offset + one.length <= units(drawn.text) for one in drawn.entities)
    drawn.text.encode()
    if drawn.text != whole:
        kept = drawn.text.removesuffix("…")
        assert drawn.text == kept + "…"
        assert whole.startswith(kept)
        rest = whole[len(kept) :].lstrip()
        assert not kept or not unicodedata.category(whole[len(kept)]).startswith("M") or rest != whole[len(kept) :]


@pytest.mark.parametrize(
    "cluster",
    ["👨‍👩‍👧‍👦", "🇨🇳", "👍🏽", "e\u0301\u0302", "❤️", "🏴\U000e0067\U000e0062\U000e0065\U000e007f", "1️⃣", "\r\n", "नि"],
)
def test_no_cut_goes_through_one_character_as_people_see_it(cluster: str) -> None:
    text = "字" + cluster * 6
    for limit in range(2, units(text)):
        kept = cut(text, limit).removesuffix("…")
        assert re.fullmatch(f"字?(?:{re.escape(cluster)})*", kept) or cluster == "\r\n"
        assert not kept.endswith("\r")


def test_a_cut_spares_links_and_shortens_bold() -> None:
    drawn = draw("<b>" + "粗" * 10 + '</b> <a href="https://a.example">' + "链" * 10 + "</a> 尾巴", 16)
    assert drawn.text == "粗" * 10 + "…"
    assert marked(drawn) == [("bold", "粗" * 10, None)]
    assert marked(draw("<b>" + "粗" * 10 + "</b>", 6)) == [("bold", "粗" * 5, None)]


def test_halves_of_characters_and_nul_are_not_sent() -> None:
    assert sendable("a\ud83db\x00\ud83d\ude00") == "a�b😀"


# Buttons


def test_buttons_carry_verb_ticket_and_argument() -> None:
    drawn = keyboard([[Button("接单", "accept", "LH1"), Button("转派", "dispatch", "LH1", "drain")], []], "us_bot")
    assert drawn is not None
    assert [[one.callback_data for one in row] for row in drawn.inline_keyboard] == [
        ["accept|LH1", "dispatch|LH1|drain"]
    ]
    assert keyboard([[]], "us_bot") is None


def test_a_start_button_leads_into_the_private_chat() -> None:
    drawn = keyboard([[Button("私聊", start="inv_Ab-1"), Button("地图", url="https://map.example")]], "us_bot")
    assert drawn is not None
    assert [one.url for one in drawn.inline_keyboard[0]] == [
        "https://t.me/us_bot?start=inv_Ab-1",
        "https://map.example",
    ]


def test_a_long_label_is_cut() -> None:
    drawn = keyboard([[Button("<b>" * 50, "accept")]], "us_bot")
    assert drawn is not None
    label = drawn.inline_keyboard[0][0].text
    assert label.startswith("<b><b>")
    assert units(label) == 64


@pytest.mark.parametrize(
    "button",
    [Button("长", "accept", "LH1", "字" * 20), Button("空", "Accept"), Button("空", ""), Button("邀", start="a b"),
     Button("邀", start="x" * 65), Button("条", "accept", "a|b")],
)  # fmt: skip
def test_a_button_no_server_would_take_is_a_mistake_of_ours(button: Button) -> None:
    with pytest.raises(ValueError, match=r"button|start link"):
        keyboard([[button]], "us_bot")


@given(
    st.from_regex(r"[a-z_]{0,20}", fullmatch=True), st.none() | st.text(max_size=20), st.none() | st.text(max_size=30)
)
def test_what_is_packed_is_unpacked(verb: str, ticket: str | None, argument: str | None) -> None:
    try:
        data = pack(verb, ticket, argument)
    except ValueError:
        return
    assert unpack(data) == (verb, ticket or None, argument or None)
    assert len(data.encode()) <= 64


@given(st.text())
def test_forged_data_never_crashes(data: str) -> None:
    verb, ticket, argument = unpack(data)
    assert verb or (ticket, argument) == (None, None)


@pytest.mark.parametrize("data", ["", "|LH1", "ACCEPT|LH1", "accept" + "x" * 60, "接单|LH1", "drop table|1"])
def test_data_that_no_button_of_ours_carries_has_no_verb(data: str) -> None:
    assert unpack(data) == ("", None, None)
