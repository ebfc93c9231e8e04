"""A card tells what is true now: no limit that is over, no department that handed it back, nothing to do where there
is nothing to do."""

import pytest

from tests.cast import GROUP, HOLE, LIN, OFFICE, Player, Town
from tests.handlers.seeing import told

NUMBER = "LH2611200001"
BOTH = "今天 11:00 前先围护，11月27日 09:00 前修好"
ANEW = "退回网格长，正在重新派单"
PUT_RIGHT = "不对就回复一个定位"


@pytest.fixture
async def lin(town: Town) -> Player:
    lin = Player(town, LIN, LIN)
    await lin.starts()
    return lin


async def test_what_was_handed_back_has_no_department_and_no_limit(town: Town, lin: Player) -> None:
    await lin.posts(HOLE)
    own = town.last(LIN)
    for card in (town.card, own):
        assert BOTH in card.text
    await town.lu.says("退回 不归我们管", reply_to=town.job)
    for card in (town.card, own.now()):
        assert ANEW in card.text
        assert "市政中心" not in card.text
        assert "09:00 前" not in card.text
    await town.qiao.says(f"/dispatch {NUMBER} 水务集团")
    for card in (town.card, own.now()):
        assert ANEW not in card.text
        assert "水务集团 · 今天 11:00 前先围护" in card.text


async def test_what_is_mended_has_no_limit_and_what_is_closed_asks_for_no_place(town: Town) -> None:
    await town.lin.posts(HOLE)
    card, job = town.card, town.job
    assert PUT_RIGHT in card.text
    await town.lu.posts("", reply_to=job)
    await town.passes(minutes=2)
    for shown in (card.now(), job.now()):
        assert "待核查" in shown.text
        assert " 前" not in shown.text
    assert PUT_RIGHT in card.now().text
    await town.lin.presses("没解决", on=town.last(GROUP))
    assert " 前修好" in card.now().text, "a new round, a new limit"
    await town.lu.posts("", reply_to=job)
    await town.passes(minutes=2)
    await town.lin.presses("已解决", on=town.last(GROUP))
    assert "已结案" in card.now().text
    assert PUT_RIGHT not in card.now().text


async def test_what_was_taken_back_asks_for_nothing(town: Town) -> None:
    report = await town.lin.posts(HOLE)
    await town.lin.says("撤回", reply_to=report)
    assert "已撤回" in town.card.text
    assert PUT_RIGHT not in town.card.text
    assert " 前" not in town.card.text


async def test_asked_for_it_tells_both_limits_and_its_grid_once(town: Town) -> None:
    await town.lin.says("/report 路灯不亮")
    await town.lin.says(f"/ticket {NUMBER}")
    place = next(line for line in town.last(GROUP).text.splitlines() if line.startswith("📍"))
    assert place == "📍 团结西路网格"
    await town.mei.posts(HOLE)
    await town.mei.says("/ticket LH2611200002")
    assert BOTH in town.last(GROUP).text
    await town.lu.presses("已围护", on=town.job)
    await town.mei.says("/ticket LH2611200002")
    shown = town.last(GROUP).text
    assert "已先围护，11月27日 09:00 前修好" in shown
    assert shown.splitlines()[-1].endswith(told("event.secured"))


async def test_who_is_not_named_is_thanked_too(town: Town, lin: Player) -> None:
    await lin.posts(HOLE)
    await town.mei.presses("我也遇到", on=town.card)
    await town.lu.posts("", chat=OFFICE, reply_to=town.job)
    await town.passes(minutes=2)
    assert "谢谢 小梅 和一位居民" in town.last(GROUP).text
    assert "居民" not in town.last(LIN).text, "alone he is thanked alone"


async def test_where_all_are_named_nobody_is_added(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.mei.presses("我也遇到", on=town.card)
    await town.lu.posts("", reply_to=town.job)
    await town.passes(minutes=2)
    assert sorted(town.last(GROUP).mentions) == sorted(["小林", "小梅"])
    assert "居民" not in town.last(GROUP).text


async def test_a_second_press_says_that_it_is_known(town: Town) -> None:
    await town.lin.posts(HOLE)
    data = town.job.data("已围护")
    await town.lu.presses("已围护", on=town.job)
    assert await town.lu.forges(data, on=town.job) == told("ticket.already_secured", number=NUMBER)


@pytest.mark.parametrize("reason", [None, ""])
def test_no_reason_is_told_where_none_was_given(reason: str | None) -> None:
    assert told("waits.returned", reason=reason) == "部门退回了"
    assert told("waits.returned", reason="不归我们") == "部门退回了，退回原因：不归我们"
