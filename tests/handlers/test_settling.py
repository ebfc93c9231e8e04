"""已解决, 没解决, 撤回: what the reporter says of his own."""

from tests.cast import GROUP, HOLE, LIN, OFFICE, Player, Town
from tests.handlers.seeing import tickets, told


async def test_only_the_reporter_says_whether_it_is_fixed(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    await town.mei.presses("我也遇到", on=town.card)
    await town.lu.posts("", reply_to=job)
    fix = town.last(GROUP)
    refused = told("ticket.not_your_report", number="LH2611200001")
    for label in ("已解决", "没解决"):
        assert await town.mei.presses(label, on=fix) == refused
    for verb in ("solved", "unsolved"):
        assert await town.lu.forges(f"{verb}|LH2611200001", on=job) == refused
    assert (await tickets(town))[0].stage == "resolved"
    assert await town.lin.presses("已解决", on=fix) == told("solved.thanks", number="LH2611200001")
    assert (await tickets(town))[0].stage == "closed"


async def test_what_is_closed_is_closed(town: Town) -> None:
    await town.lin.posts(HOLE)
    card = town.card
    await town.lu.posts("", reply_to=town.job)
    fix = town.last(GROUP)
    yes, no = fix.data("已解决"), fix.data("没解决")
    await town.lin.presses("已解决", on=fix)
    assert await town.lin.forges(yes, on=fix) == told("ticket.not_now", number="LH2611200001", stage="closed")
    assert await town.mei.forges(no, on=fix) == told("ticket.not_your_report", number="LH2611200001")
    await town.lin.says("/withdraw LH2611200001")
    assert town.last(GROUP).text == told("ticket.not_now", number="LH2611200001", stage="closed")
    assert "已结案" in card.now().text


async def test_what_broke_again_may_be_sent_back_for_some_days(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.posts("", reply_to=town.job)
    fix = town.last(GROUP)
    no = fix.data("没解决")
    await town.lin.presses("已解决", on=fix)
    await town.passes(days=14)
    assert await town.lin.forges(no, on=fix) == told("unsolved.noted", number="LH2611200001")
    assert "已派遣" in town.card.text
    await town.lu.posts("", reply_to=town.job)
    fix = town.last(GROUP)
    await town.lin.presses("已解决", on=fix)
    await town.passes(days=16)
    assert await town.lin.forges(no, on=fix) == told("reopen.too_late", number="LH2611200001", days=15)


async def test_not_fixed_begins_a_second_round_with_a_new_limit(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.passes(hours=1)
    await town.lu.posts("", reply_to=town.job)
    fix = town.last(GROUP)
    yes, no = fix.data("已解决"), fix.data("没解决")
    assert await town.lin.presses("没解决", on=fix) == told("unsolved.noted", number="LH2611200001")
    for data in (yes, no):
        refused = told("ticket.not_now", number="LH2611200001", stage="dispatched")
        assert await town.lin.forges(data, on=fix) == refused
    (ticket,) = await tickets(town)
    assert (ticket.stage, ticket.round, ticket.accepted_at) == ("dispatched", 2, None)
    assert "今天 12:00 前" in town.card.text
    assert fix.now().labels == []
    await town.lu.presses("接单", on=town.job)
    await town.lu.posts("", reply_to=town.job)
    second = town.last(GROUP)
    assert second.id != fix.id
    await town.lin.presses("已解决", on=second)
    await town.lin.says("/ticket LH2611200001")
    story = town.last(GROUP).text
    for event in ("event.reported", "event.resolved", "event.unsolved", "event.confirmed"):
        assert told(event, words=None) in story
    assert story.index(told("event.unsolved")) < story.index(told("event.confirmed"))


async def test_withdrawn_before_work_began(town: Town) -> None:
    await town.lin.posts(HOLE)
    card = town.card
    await town.mei.says("/withdraw LH2611200001")
    assert town.last(GROUP).text == told("ticket.not_your_report", number="LH2611200001")
    await town.lin.says("撤回", reply_to=card)
    assert "已撤回" in card.now().text
    assert card.now().labels == []
    assert "已撤回" in town.last(OFFICE).text
    assert town.last(OFFICE).labels == []
    await town.lin.says("/withdraw LH2611200001")
    assert town.last(GROUP).text == told("ticket.not_now", number="LH2611200001", stage="withdrawn")
    assert (await tickets(town))[0].stage == "withdrawn"


async def test_in_private_too_and_not_after_work_began(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.mei.posts("柳桥三小门口路面塌陷")
    lin = Player(town, LIN, LIN)
    await town.lu.presses("接单", on=town.job)
    await lin.says("/withdraw LH2611200001")
    assert town.last(LIN).text == told("withdraw.done", number="LH2611200001")
    await town.mei.says("/withdraw LH2611200002")
    assert town.last(GROUP).text == told("ticket.too_late_to_withdraw", number="LH2611200002")
    assert [ticket.stage for ticket in await tickets(town)] == ["withdrawn", "working"]
