"""满意, 不满意: one further tap, for who wants to."""

from tests.cast import GROUP, HOLE, Message, Town
from tests.handlers.seeing import tickets, told

NUMBER = "LH2611200001"


async def solved(town: Town) -> Message:
    await town.lin.posts(HOLE)
    await town.mei.presses("我也遇到", on=town.card)
    await town.lu.posts("换好了", reply_to=town.job)
    fix = town.last(GROUP)
    await town.lin.presses("已解决", on=fix)
    return fix


async def test_after_solved_one_more_tap_and_then_no_more(town: Town) -> None:
    fix = await solved(town)
    assert fix.now().labels == ["满意", "不满意"]
    yes = fix.data("满意") if "满意" in fix.labels else fix.now().data("满意")
    assert await town.lin.presses("满意", on=fix) == told("rate.satisfied", number=NUMBER)
    assert (await tickets(town))[0].satisfied is True
    assert "上报人说满意" in fix.now().text
    assert "“换好了”" in fix.now().text
    assert fix.now().labels == []
    assert await town.lin.forges(yes, on=fix) == told("rate.again", number=NUMBER)
    assert len(town.ours(GROUP)) == 2


async def test_not_satisfied_is_thanked_for_too(town: Town) -> None:
    fix = await solved(town)
    assert await town.lin.presses("不满意", on=fix) == told("rate.unsatisfied", number=NUMBER)
    assert (await tickets(town))[0].satisfied is False
    await town.lin.says(f"/ticket {NUMBER}")
    assert "上报人说不满意" in town.last(GROUP).text


async def test_only_the_reporter_and_only_what_is_closed(town: Town) -> None:
    fix = await solved(town)
    for who in (town.mei, town.wang):
        assert await who.presses("满意", on=fix) == told("ticket.not_your_report", number=NUMBER)
    assert await town.lin.forges(f"rate|{NUMBER}|maybe", on=fix) == told("press.unknown")
    assert await town.lin.forges(f"rate|{NUMBER}", on=fix) == told("press.unknown")
    assert (await tickets(town))[0].satisfied is None
    await town.mei.posts("柳桥三小门口路面塌陷")
    refused = told("ticket.not_now", number="LH2611200002", stage="dispatched")
    assert await town.mei.forges("rate|LH2611200002|yes", on=fix) == refused
