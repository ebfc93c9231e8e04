"""延期: the department asks for more time, and the leader says yes or no."""

from datetime import timedelta

import pytest

from tests.cast import DRAINAGE, GROUP, GU, HOLE, LU, OFFICE, QIAO, Message, Player, Town
from tests.handlers.seeing import leader_card, tickets, told

NUMBER = "LH2611200001"
REFUSED = told("ticket.not_yours", number=NUMBER)


async def taken(town: Town) -> Message:
    """A hole, two hours to fence it and five working days to mend it, and the municipal centre at work."""
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    return town.job


async def test_two_taps_ask_and_one_answers(town: Town) -> None:
    job = await taken(town)
    assert job.labels == ["退回", "延期", "挂账", "已围护", "改类别"]
    due = (await tickets(town))[0].deadline
    assert due is not None
    assert await town.lu.presses("延期", on=job) == told("extend.ask", number=NUMBER)
    assert job.now().labels == ["10 个工作时", "20 个工作时", "5 个工作日", "取消"]
    await town.lu.presses("10 个工作时", on=job)
    assert job.now().labels == ["要等配件", "要别的单位配合", "天气不好", "活比想的大", "取消"]
    assert (await tickets(town))[0].request == {}
    await town.lu.presses("要等配件", on=job)
    assert "已申请延期 10 个工作时，等网格长答复" in job.now().text
    assert job.now().labels == ["退回", "已围护", "改类别"]
    assert (await tickets(town))[0].deadline == due
    tray = leader_card(town)
    assert "柳桥区市政中心申请延期 10 个工作时（到 11月30日 11:00）：要等配件。同意吗？" in tray.text
    assert tray.labels[:2] == ["同意", "不同意"]
    heard = len(town.ours(OFFICE))
    assert await town.qiao.presses("同意", on=tray) == told("request.granted", number=NUMBER)
    assert (await tickets(town))[0].deadline == due + timedelta(days=3, hours=2)
    assert len(town.ours(OFFICE)) == heard + 1
    answer = town.last(OFFICE)
    assert "同意延期 10 个工作时，现在是 11月30日 11:00 前" in answer.text
    assert answer.reply_to == job.id
    assert "11月30日 11:00 前修好" in town.card.text
    assert "延期过 1 次" in town.card.text
    assert len(town.ours(GROUP)) == 1
    assert "同意" not in town.last(QIAO).labels


async def test_not_granted_with_a_reason_and_the_clock_goes_on(town: Town) -> None:
    job = await taken(town)
    due = (await tickets(town))[0].deadline
    await town.lu.says("延期 1小时 要等配件", reply_to=job)
    tray = leader_card(town)
    assert await town.qiao.presses("不同意", on=tray) == told("request.why_not")
    assert tray.now().labels == ["请按期办好", "理由没说清楚", "可以先办一部分", "不说原因", "取消"]
    await town.qiao.presses("请按期办好", on=tray)
    assert "不同意延期：请按期办好" in town.last(OFFICE).text
    ticket = (await tickets(town))[0]
    assert (ticket.deadline, ticket.request, ticket.extensions) == (due, {}, 0)
    assert job.now().labels == ["退回", "延期", "挂账", "已围护", "改类别"]
    await town.lin.says(f"/ticket {NUMBER}")
    story = town.last(GROUP).text
    assert "申请延期 1 个工作时：要等配件" in story
    assert "不同意延期：请按期办好" in story


async def test_without_a_reason_by_button_word_and_command(town: Town) -> None:
    job = await taken(town)
    await town.lu.says("/extend LH2611200001 1 等人")
    await town.qiao.presses("不同意", on=leader_card(town))
    await town.qiao.presses("不说原因", on=leader_card(town))
    assert "不同意延期。请按时限办" in town.last(OFFICE).text
    await town.lu.says(f"/extend {NUMBER} 半小时 还是等人")
    await town.qiao.says("不同意", reply_to=leader_card(town))
    assert "不同意延期。" in town.last(OFFICE).text
    await town.lu.says("延期 半小时 真的等人", reply_to=job)
    await town.qiao.says(f"/refuse {NUMBER} 人够了")
    assert "不同意延期：人够了" in town.last(OFFICE).text
    await town.lu.says("延期半小时，还差一个人", reply_to=job)
    await town.qiao.says("同意", reply_to=leader_card(town))
    assert (await tickets(town))[0].extensions == 1
    await town.lu.says("延期 1 最后一次", reply_to=job)
    await town.qiao.says(f"/grant {NUMBER}")
    assert (await tickets(town))[0].extensions == 2


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("1小时 等配件", "1"),
        ("半小时，等配件", "0.5"),
        ("30分钟等配件", "0.5"),
        ("两天 等配件", "16"),
        ("2 等配件", "2"),
    ],
)
async def test_as_people_write_it_in_reply_to_the_question(town: Town, typed: str, hours: str) -> None:
    job = await taken(town)
    await town.lu.presses("延期", on=job)
    await town.lu.says(typed, reply_to=job)
    request = (await tickets(town))[0].request
    assert (request["hours"], request["reason"]) == (hours, "等配件")


async def test_the_hours_alone_and_then_the_reason_in_words(town: Town) -> None:
    job = await taken(town)
    await town.lu.says("延期", reply_to=job)
    assert town.last(OFFICE).text == told("extend.ask", number=NUMBER)
    await town.lu.says("快了快了", reply_to=job)
    assert town.last(OFFICE).text == told("extend.how", number=NUMBER, longest="5 个工作日")
    await town.lu.says("1小时", reply_to=job)
    assert "要等配件" in job.now().labels
    await town.lu.says("师傅13812345678还没到", reply_to=job)
    request = (await tickets(town))[0].request
    assert (request["hours"], request["reason"]) == ("1", "师傅138****5678还没到")


async def test_what_may_not_be_asked_is_refused_and_changes_nothing(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says(f"/extend {NUMBER} 41 太久")
    assert town.last(OFFICE).text == told("extend.too_long", number=NUMBER, unit="work_days", count="5")
    await town.lu.says(f"/extend {NUMBER} 0 没有")
    assert town.last(OFFICE).text == told("extend.too_long", number=NUMBER, unit="work_days", count="5")
    lu = Player(town, LU, LU)
    await lu.says(f"/extend {NUMBER} 1")
    assert town.last(LU).text == told("ticket.reason_needed", number=NUMBER)
    await lu.says(f"/extend {NUMBER}")
    assert town.last(LU).text == told("extend.how", number=NUMBER, longest="5 个工作日")
    await town.dai.says(f"/extend {NUMBER} 1 不是我的")
    assert town.last(DRAINAGE).text == REFUSED
    await town.lin.says(f"/extend {NUMBER} 1 我也要")
    assert town.last(GROUP).text == REFUSED
    await town.qiao.says(f"/grant {NUMBER}")
    assert town.last(QIAO).text == told("request.none", number=NUMBER)
    await town.lu.says(f"/extend {NUMBER} 1 等配件")
    await town.lu.says(f"/extend {NUMBER} 1 再来")
    assert town.last(OFFICE).text == told("request.pending", number=NUMBER)
    for sly, there in ((town.lu, town.job), (town.lin, town.card), (town.gu, town.last(GU))):
        assert await sly.forges(f"grant|{NUMBER}", on=there) == told("ticket.not_your_grid", number=NUMBER)
        assert await sly.forges(f"refuse|{NUMBER}", on=there) == told("ticket.not_your_grid", number=NUMBER)
    ticket = (await tickets(town))[0]
    assert (ticket.extensions, ticket.request["hours"]) == (0, "1")


@pytest.mark.parametrize("argument", ["nan", "-1", "1e9", "1:99", "1:x", "x", "Infinity:0", "0:0"])
async def test_forged_lengths_ask_for_nothing(town: Town, argument: str) -> None:
    job = await taken(town)
    await town.lu.presses("延期", on=job)
    assert await town.lu.forges(f"extend|{NUMBER}|{argument}", on=job)
    assert (await tickets(town))[0].request == {}


async def test_not_when_overdue_and_twice_at_most(town: Town) -> None:
    job = await taken(town)
    for _ in range(2):
        await town.lu.says("延期 1 等配件", reply_to=job)
        await town.qiao.presses("同意", on=leader_card(town))
    assert job.now().labels == ["退回", "挂账", "已围护", "改类别"]
    await town.lu.says("延期 1 等配件", reply_to=job)
    assert town.last(OFFICE).text == told("extend.used_up", number=NUMBER, most=2)
    await town.mei.posts("柳桥三小门口路面塌陷")
    await town.lu.presses("接单", on=town.job)
    await town.passes(hours=3)
    await town.lu.says("/extend LH2611200002 1 晚了")
    assert town.last(OFFICE).text == told("extend.overdue", number="LH2611200002")


async def test_what_was_asked_falls_with_a_return_and_old_buttons_answer_nothing(town: Town) -> None:
    job = await taken(town)
    await town.lu.says("延期 1 等配件", reply_to=job)
    tray = leader_card(town)
    yes, no = tray.data("同意"), tray.data("不同意")
    await town.lu.says("退回 不归我们", reply_to=job)
    assert "申请延期" not in leader_card(town).text
    assert (await tickets(town))[0].request == {}
    for data in (yes, no):
        assert await town.qiao.forges(data, on=leader_card(town)) in (
            told("request.none", number=NUMBER), told("ticket.not_now", number=NUMBER, stage="returned"),
        )  # fmt: skip
    assert (await tickets(town))[0].stage == "returned"


async def test_what_was_asked_falls_when_it_is_mended_or_sent_elsewhere(town: Town) -> None:
    job = await taken(town)
    await town.lu.says("延期 1 等配件", reply_to=job)
    await town.lu.posts("", reply_to=job)
    assert (await tickets(town))[0].request == {}
    assert "申请延期" not in town.last(QIAO).text
    await town.mei.posts("柳桥三小门口路面塌陷")
    await town.lu.says("/extend LH2611200002 1 等配件")
    await town.qiao.says("/dispatch LH2611200002 排水公司")
    assert (await tickets(town))[1].request == {}
    assert "申请延期" not in town.last(QIAO).text


async def test_a_danger_makes_it_fall_too(town: Town) -> None:
    job = await taken(town)
    await town.lu.says("延期 1 等配件", reply_to=job)
    await town.mei.says("有人掉下去受伤了", reply_to=town.card)
    ticket = (await tickets(town))[0]
    assert ticket.is_urgent
    assert ticket.request == {}
    assert "申请延期" not in job.now().text


async def test_an_old_button_does_not_say_yes_to_something_else(town: Town) -> None:
    job = await taken(town)
    await town.lu.says("延期 半小时 等配件", reply_to=job)
    tray = leader_card(town)
    yes = tray.data("同意")
    await town.qiao.says(f"/refuse {NUMBER}")
    await town.lu.says("挂账 一个月 等配件", reply_to=job)
    assert await town.qiao.forges(yes, on=leader_card(town)) == told("request.other", number=NUMBER)
    assert (await tickets(town))[0].stage == "working"


async def test_the_next_leader_up_answers_too_and_the_first_answer_counts(town: Town) -> None:
    job = await taken(town)
    await town.lu.says("延期 1 等配件", reply_to=job)
    tray = leader_card(town)
    yes = tray.data("同意")
    await town.shen.says(f"/refuse {NUMBER} 请快些")
    assert "不同意延期：请快些" in town.last(OFFICE).text
    assert await town.qiao.forges(yes, on=tray) == told("request.none", number=NUMBER)


@pytest.mark.parametrize(
    ("typed", "hours", "reason"),
    [
        # The hole is due on Friday, 27 November, at nine; a day ends with its last hour of work.
        ("到11月30日 等配件", "15", "等配件"),
        ("到12月1日等3小时的车", "23", "等3小时的车"),
        ("一个星期 等配件", "40", "等配件"),
        ("1周 等配件", "40", "等配件"),
        ("2天 等配件", "16", "等配件"),
        ("下周六，等配件", "7", "等配件"),
    ],
)
async def test_a_day_by_which_and_a_week(town: Town, typed: str, hours: str, reason: str) -> None:
    job = await taken(town)
    await town.lu.says(f"延期 {typed}", reply_to=job)
    request = (await tickets(town))[0].request
    assert (request["hours"], request["reason"]) == (hours, reason)


async def test_a_day_before_its_deadline_gives_no_more_time(town: Town) -> None:
    job = await taken(town)
    await town.lu.says("延期 明天 等配件", reply_to=job)
    assert "请写一个更晚的日子" in town.last(OFFICE).text
    await town.lu.says("延期 到12月31日 等配件", reply_to=job)
    assert town.last(OFFICE).text == told("extend.too_long", number=NUMBER, unit="work_days", count="5")
    assert (await tickets(town))[0].request == {}
