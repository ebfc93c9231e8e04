"""HTML, entities and lengths as Telegram reads them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.formatting import formatted
from simulator.refusal import Refused
from simulator.town import Upload
from simulator.typed import cut, found_in, units
from tests.contract.simulated import GROUP, LIN, STRANGER, Bot, Clock, new_town, picture


@pytest.fixture
def bot(tmp_path: Path) -> Bot:
    return Bot(new_town(tmp_path, Clock()))


def kinds(text: str) -> list[tuple[str, str]]:
    return [(one["type"], cut(text, one)) for one in found_in(text)]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<b>塌陷</b>", "塌陷", [("bold", "塌陷")]),
        ("<b>a<i>b</i></b>c", "abc", [("bold", "ab"), ("italic", "b")]),
        ("😀<b>坑</b>", "😀坑", [("bold", "坑")]),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2 &quot;&#x5751;&quot; &copy;", '1 < 2 && 3 > 2 "坑" &copy;', []),
        ('<a href="https://a.example/?x=1&amp;y=2">图</a>', "图", [("text_link", "图")]),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", "x")]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", "x")]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", "x")]),
        ("  <b> x </b>  ", "x", [("bold", "x")]),
        ("<code>#x @someone /y</code>", "#x @someone /y", [("code", "#x @someone /y")]),
        ("<B>x</b>", "x", [("bold", "x")]),
        ('<a href="nonsense">x</a>', "x", []),
    ],
)
def test_html_becomes_text_and_entities(source: str, text: str, entities: list[tuple[str, str]]) -> None:
    plain, found = formatted(source, "HTML", None)
    assert plain == text
    assert [(one["type"], cut(plain, one)) for one in found] == entities


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<b>x", 'can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "unexpected end tag at byte offset 1"),
        ("坑<b>x</i>", 'unmatched end tag at byte offset 7, expected "</b>", found "</i>"'),
        ("<p>x</p>", 'unsupported start tag "p" at byte offset 0'),
        ("a < b", "unclosed start tag at byte offset 2"),
        ("a <1> b", 'unsupported start tag "1"'),
        ("<br/>", 'unsupported start tag "br"'),
        ("<span>x</span>", "tg-spoiler"),
    ],
)
def test_broken_html_is_refused_in_telegrams_words(source: str, complaint: str) -> None:
    with pytest.raises(Refused) as refused:
        formatted(source, "HTML", None)
    assert refused.value.description.startswith("Bad Request: can't parse entities: ")
    assert complaint in refused.value.description


@given(st.text())
def test_escaped_text_arrives_as_typed(text: str) -> None:
    source = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    plain, entities = formatted(f"<b>{source}</b>", "HTML", None)
    assert plain == formatted(text, None, None)[0]
    assert all(one["offset"] + one["length"] <= units(plain) for one in entities)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("已派 #LH2611210007 市政", [("hashtag", "#LH2611210007")]),
        ("已派#LH2611210007", []),  # a 汉字 before it: no tag
        ("#LH2611210007已派", [("hashtag", "#LH2611210007已派")]),  # and behind it: part of the tag
        ("#123", []),
        ("@roving_grid_bot 路灯坏了", [("mention", "@roving_grid_bot")]),
        ("请@roving_grid_bot", []),
        ("/help", [("bot_command", "/help")]),
        ("/help@roving_grid_bot 1", [("bot_command", "/help@roving_grid_bot")]),
        ("a/help /派单", []),
        ("见 https://a.example/b?c=d。", [("url", "https://a.example/b?c=d")]),
        ("见 www.baidu.com/x", [("url", "www.baidu.com/x")]),
        ("a@b.com", []),
    ],
)
def test_what_telegram_finds_in_a_text_by_itself(text: str, found: list[tuple[str, str]]) -> None:
    assert kinds(text) == found


async def test_length_counts_in_utf16_units_after_the_markup_is_gone(bot: Bot) -> None:
    await bot.says("坑" * 4096)
    await bot.says(f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    await bot.says("😀" * 2048)
    for text in ("坑" * 4097, "😀" * 2049):
        assert await bot.refused("sendMessage", chat_id=GROUP, text=text) == (400, "Bad Request: message is too long")


async def test_a_caption_has_1024_units(bot: Bot) -> None:
    photo = {"photo": Upload("p.jpg", picture())}
    await bot("sendPhoto", photo, chat_id=GROUP, caption="坑" * 1024)
    code, words = await bot.refused("sendPhoto", photo, chat_id=GROUP, caption="坑" * 1025)
    assert (code, words) == (400, "Bad Request: message caption is too long")


@pytest.mark.parametrize("text", ["", "  \n ", "<b></b>", "<b> </b>"])
async def test_an_empty_text_is_refused(bot: Bot, text: str) -> None:
    assert await bot.refused("sendMessage", chat_id=GROUP, text=text, parse_mode="HTML") == (
        400,
        "Bad Request: message text is empty",
    )


async def test_entities_must_lie_within_the_text(bot: Bot) -> None:
    bold = {"type": "bold", "offset": 1, "length": 2}
    assert (await bot.says("坑坑坑", entities=[bold]))["entities"] == [bold]
    for offset, length in ((2, 2), (-1, 1), (0, 0), (0, 4)):
        code, words = await bot.refused(
            "sendMessage", chat_id=GROUP, text="坑坑坑", entities=[{"type": "bold", "offset": offset, "length": length}]
        )
        assert code == 400
        assert "out of bounds" in words


async def test_markdown_is_not_simulated(bot: Bot) -> None:
    assert (await bot.refused("sendMessage", chat_id=GROUP, text="*x*", parse_mode="MarkdownV2"))[0] == 400


async def test_a_link_to_a_person_names_him_if_the_town_knows_him(bot: Bot) -> None:
    source = f'<a href="tg://user?id={LIN}">林</a> <a href="tg://user?id=999">谁</a>'
    message = await bot.says(source, parse_mode="HTML")
    assert [(one["type"], one["user"]["id"]) for one in message["entities"]] == [("text_mention", LIN)]
    assert message["text"] == "林 谁"


async def test_what_people_type_is_never_read_as_markup(bot: Bot) -> None:
    [message] = bot.town.post(LIN, GROUP, "<b>塌陷</b>\x00 &amp; #坑")
    assert message["text"] == "<b>塌陷</b>  &amp; #坑"
    assert [one["type"] for one in message["entities"]] == ["hashtag"]
    assert STRANGER not in bot.town.view()["chats"][0]["members"]
