"""How a ticket comes to rest: closing words, nobody's answer, and 没解决 after it was closed."""

import pytest

from handlers.closing import Element
from tests.cast import GROUP, HOLE, LIN, OFFICE, QIAO, Player, Town
from tests.handlers.seeing import tickets, told

NUMBER = "LH2611200001"
FULL = "今天9点接单，会同市政工人更换井盖，11点修复完毕"


async def mended(town: Town, words: str = "") -> None:
    await town.lin.posts(HOLE)
    await town.lu.posts(words, reply_to=town.job)


# --- closing words --------------------------------------------------------------------


async def test_what_was_done_stands_in_the_fix_and_in_the_time_line(town: Town) -> None:
    await mended(town, f"完成 {FULL}，问13812345678")
    assert (await tickets(town))[0].stage == "resolved"
    assert f"“{FULL}，问138****5678”" in town.last(GROUP).text
    await town.lin.says(f"/ticket {NUMBER}")
    assert f"处置完成，等待核查：{FULL}" in town.last(GROUP).text
    assert town.last(OFFICE).text == told("resolve.thanks", number=NUMBER, missing=[])


async def test_without_the_word_the_caption_is_what_was_done(town: Town) -> None:
    await mended(town, "换了 <b>新</b> 井盖")
    assert "“换了 <b>新</b> 井盖”" in town.last(GROUP).text


async def test_what_is_usually_missing_is_said_once_a_day_and_nothing_is_refused(town: Town) -> None:
    await mended(town)
    assert (await tickets(town))[0].stage == "resolved"
    every = [told(f"element.{element}") for element in Element]
    assert town.last(OFFICE).text == told("resolve.thanks", number=NUMBER, missing=every)
    await town.mei.posts("柳桥三小门口路面塌陷")
    await town.lu.posts("", reply_to=town.job)
    assert town.last(OFFICE).text == told("resolve.thanks", number="LH2611200002", missing=[])
    await town.passes(days=1)
    await town.mei.posts("红光路路面塌陷")
    await town.lu.posts("好了", reply_to=town.job)
    missing = [told(f"element.{element}") for element in Element]
    assert town.last(OFFICE).text == told("resolve.thanks", number="LH2611210001", missing=missing)


@pytest.mark.parametrize("words", ["10点到场，清理，11点完工", "今天10点办完", "已调解，双方和好", FULL])
async def test_an_ordinary_officers_words_are_enough(town: Town, words: str) -> None:
    await mended(town, words)
    assert town.last(OFFICE).text == told("resolve.thanks", number=NUMBER, missing=[])


# --- it closes by itself ------------------------------------------------------------------


async def test_nobody_answers_and_it_closes_by_itself_without_a_word(town: Town) -> None:
    await mended(town)
    fix = town.last(GROUP)
    said = {chat: len(town.ours(chat)) for chat in (GROUP, OFFICE)}
    await town.passes(days=6, hours=23)
    assert (await tickets(town))[0].stage == "resolved"
    await town.passes(hours=2)
    ticket = (await tickets(town))[0]
    assert (ticket.stage, ticket.ended_by) == ("closed", "lapsed")
    assert "7 天没人说没修好" in fix.now().text
    assert fix.now().labels == ["没解决"]
    assert {chat: len(town.ours(chat)) for chat in said} == said
    assert "核查通过" not in town.last(QIAO).labels
    await town.lin.says(f"/ticket {NUMBER}")
    assert "7 天没人答复，自动结案" in town.last(GROUP).text


async def test_an_answer_or_another_round_stops_that_clock(town: Town) -> None:
    await mended(town)
    await town.passes(days=5)
    await town.lin.presses("没解决", on=town.last(GROUP))
    await town.passes(days=1)
    await town.lu.posts("", reply_to=town.job)
    await town.passes(days=3)
    assert (await tickets(town))[0].stage == "resolved"
    await town.lin.presses("已解决", on=town.last(GROUP))
    await town.passes(days=7)
    assert (await tickets(town))[0].ended_by == "confirmed"


# --- and may be taken up again -----------------------------------------------------------------


async def test_the_reporter_may_object_after_it_closed_by_itself(town: Town) -> None:
    await mended(town)
    fix = town.last(GROUP)
    await town.passes(days=8)
    assert "15 天内可以点“没解决”" in fix.now().text
    assert await town.mei.presses("没解决", on=fix) == told("ticket.not_your_report", number=NUMBER)
    assert await town.lin.presses("没解决", on=fix) == told("unsolved.noted", number=NUMBER)
    ticket = (await tickets(town))[0]
    assert (ticket.stage, ticket.round, ticket.ended_by) == ("dispatched", 2, None)
    assert "上报人说没修好" in fix.now().text
    assert fix.now().labels == []
    assert "接单" in town.job.labels


async def test_also_after_the_leader_checked_it_but_not_for_ever(town: Town) -> None:
    await mended(town)
    fix = town.last(GROUP)
    await town.qiao.says(f"/verify {NUMBER}")
    assert "核查过了" in fix.now().text
    assert fix.now().labels == ["没解决"]
    await town.passes(days=16)
    assert await town.lin.presses("没解决", on=fix) == told("reopen.too_late", number=NUMBER, days=15)
    assert (await tickets(town))[0].stage == "closed"
    await town.qiao.says(f"/reopen {NUMBER} 又塌了")
    assert town.last(QIAO).text == told("reopen.too_late", number=NUMBER, days=15)


async def test_a_leaders_rework_says_so_in_the_fix(town: Town) -> None:
    await mended(town)
    fix = town.last(GROUP)
    await town.qiao.says(f"/reopen {NUMBER} 照片不是这里")
    assert "核查没通过（照片不是这里）" in fix.now().text
    assert fix.now().labels == []


async def test_told_in_private_it_closes_there_too(town: Town) -> None:
    town.simulator.start(LIN)
    await Player(town, LIN, LIN).says("/help")
    await mended(town)
    await town.passes(days=8)
    assert (await tickets(town))[0].ended_by == "lapsed"
