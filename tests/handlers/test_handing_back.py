"""退回: back to the leader, with a reason."""

from datetime import timedelta

import pytest

from handlers import words
from tests.cast import DRAINAGE, GROUP, HOLE, LU, OFFICE, QIAO, SHEN, Player, Town
from tests.handlers.seeing import cards, leader_card, player, tickets, told

REASONS = list(words.listed("zh", "reasons.return"))


async def test_the_button_asks_for_the_reason_and_the_leader_gets_it(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    assert await town.lu.presses("退回", on=job) == told("return.why")
    assert job.now().labels == [*REASONS, "取消"]
    assert (await tickets(town))[0].stage == "dispatched"
    await town.lu.presses(REASONS[0], on=job)
    assert "已退回" in job.now().text
    assert job.now().labels[-1] == "不知道"
    await town.lu.presses("不知道", on=job)
    assert job.now().labels == []
    assert "已退回" in town.card.text
    card = leader_card(town)
    assert REASONS[0] in card.text
    assert "其他部门" in card.labels
    assert "柳桥区市政中心" not in card.labels
    assert len(town.ours(GROUP)) == 1


async def test_cancel_brings_the_buttons_back(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    await town.lu.presses("退回", on=job)
    town.simulator.member(OFFICE, town.dai.id, "member")
    assert await town.dai.presses("取消", on=job) == told("ticket.not_yours", number="LH2611200001")
    assert await town.dai.presses(REASONS[1], on=job) == told("ticket.not_yours", number="LH2611200001")
    assert await town.dai.forges("return|LH2611200001", on=job) == told("ticket.not_yours", number="LH2611200001")
    await town.lu.presses("取消", on=job)
    assert job.now().labels == ["接单", "退回", "已围护", "改类别"]
    assert await town.lu.forges("return|LH2611200001|99", on=job) == told("press.unknown")
    assert await town.lu.forges("return|LH2611200001|x", on=job) == told("press.unknown")
    assert (await tickets(town))[0].stage == "dispatched"


async def test_other_words_come_as_a_reply(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    await town.lu.says("这事儿不好办", reply_to=job)
    assert (await tickets(town))[0].stage == "dispatched"
    await town.lu.presses("退回", on=job)
    town.simulator.member(OFFICE, town.dai.id, "member")
    await town.dai.says("我来说", chat=OFFICE, reply_to=job)
    assert (await tickets(town))[0].stage == "dispatched"
    await town.lu.says("那是 <b>电力</b> 的井盖,问13812345678", reply_to=job)
    assert "那是 <b>电力</b> 的井盖,问138****5678" in leader_card(town).text
    await town.lin.says("/ticket LH2611200001")
    assert "那是 <b>电力</b> 的井盖,问138****5678" in town.last(GROUP).text


async def test_by_command_and_word_with_a_reason(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("/return LH2611200001")
    assert town.last(OFFICE).text == told("ticket.reason_needed", number="LH2611200001")
    await town.lu.says("退回", reply_to=town.job)
    assert (await tickets(town))[0].stage == "dispatched"
    await town.lu.says("退回 不归我们", reply_to=town.job)
    assert "不归我们" in leader_card(town).text
    await town.mei.posts("柳桥三小门口路面塌陷")
    await town.lu.presses("接单", on=town.job)
    lu = Player(town, LU, LU)
    await lu.says("/return #LH2611200002 说得不清楚")
    assert (await tickets(town))[1].stage == "returned"
    await town.qiao.presses("下一件", on=leader_card(town))
    assert "说得不清楚" in leader_card(town).text
    await lu.says("/return #LH2611200002 再来一次")
    assert town.last(LU).text == told("ticket.not_now", number="LH2611200002", stage="returned")


async def test_it_comes_back_to_the_next_leader_up_who_can_be_reached(town: Town) -> None:
    town.simulator.member(QIAO, int(town.simulator.records.bot["id"]), "kicked")
    await town.settles()
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们", reply_to=town.job)
    assert "不归我们" in leader_card(town, SHEN).text
    town.simulator.start(1019)
    await town.mei.posts("柳桥三小门口路面塌陷")
    await town.lu.says("退回 也不归我们", reply_to=town.job)
    await player(town, 1019, 1019).presses("下一件", on=leader_card(town, 1019))
    assert "也不归我们" in leader_card(town, 1019).text
    town.simulator.start(1017)
    await town.mei.posts("红光路路面塌陷")
    await town.lu.says("退回 还不归我们", reply_to=town.job)
    card = leader_card(town, 1017)
    assert "待办 3 件" in card.text
    for _ in range(2):
        await player(town, 1017, 1017).presses("下一件", on=card)
    await player(town, 1017, 1017).presses("其他部门", on=card)
    await player(town, 1017, 1017).presses("柳桥排水公司", on=card)
    assert "柳桥排水公司" in town.card.text


async def test_the_clock_goes_on_for_the_same_department_and_starts_anew_for_another(town: Town) -> None:
    await town.lin.posts(HOLE)
    due = (await tickets(town))[0].deadline
    assert due is not None
    await town.passes(minutes=30)
    await town.lu.says("退回 不归我们", reply_to=town.job)
    await town.passes(minutes=30)
    await town.qiao.says("/dispatch LH2611200001 市政中心")
    assert (await tickets(town))[0].deadline == due
    assert town.job.labels == ["接单", "退回", "已围护", "改类别"]
    assert "10:00" not in town.job.text
    await town.lu.says("退回 真的不归我们", reply_to=town.job)
    await town.qiao.says("派单 排水公司", reply_to=leader_card(town))
    assert (await tickets(town))[0].deadline == due + timedelta(hours=1)
    assert town.last(DRAINAGE).labels == ["接单", "退回", "已围护", "改类别"]
    assert len(cards(town)) == 1
    assert (await tickets(town))[0].returns == 2


async def test_a_button_pressed_and_forgotten_asks_for_ten_minutes(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    await town.lu.presses("退回", on=job)
    await town.passes(minutes=9)
    assert "取消" in job.now().labels
    await town.passes(minutes=2)
    assert job.now().labels == ["接单", "退回", "已围护", "改类别"]
    await town.lu.says("我去看看", reply_to=job)
    assert (await tickets(town))[0].stage == "dispatched"


async def test_the_word_alone_in_reply_has_the_card_ask(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    town.simulator.member(OFFICE, town.dai.id, "member")
    await town.dai.says("退回", chat=OFFICE, reply_to=job)
    assert town.last(OFFICE).text == told("ticket.not_yours", number="LH2611200001")
    assert "取消" not in job.now().labels
    await town.lu.says("退回！", reply_to=job)
    assert town.last(OFFICE).text == told("return.ask", number="LH2611200001")
    assert job.now().labels == [*REASONS, "取消"]
    await town.lu.says("那是电力的井盖", reply_to=town.last(OFFICE))
    assert (await tickets(town))[0].stage == "returned"
    assert "那是电力的井盖" in leader_card(town).text
    await town.lu.says("退回", reply_to=job)
    assert town.last(OFFICE).text == told("ticket.not_now", number="LH2611200001", stage="returned")


@pytest.mark.parametrize("between", ["，", "：", ":", "\u3000", "。", "！", "、", "；", "\n", "", "了，"])
async def test_the_reason_follows_as_people_write_it(town: Town, between: str) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says(f"退回{between}不归我们管", reply_to=town.job)
    assert (await tickets(town))[0].stage == "returned"
    assert "退回原因：不归我们管" in leader_card(town).text


# --- whose it is instead ------------------------------------------------------------------


async def test_the_card_asks_whose_it_is_and_the_leader_finds_it_first(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    await town.lu.presses("退回", on=job)
    await town.lu.presses(REASONS[0], on=job)
    assert (await tickets(town))[0].stage == "returned"
    assert "柳桥区市政中心" not in job.now().labels
    heard = len(town.ours(QIAO))
    assert await town.lu.presses("柳桥燃气公司", on=job) == told(
        "return.pointed", number="LH2611200001", department="柳桥燃气公司"
    )
    assert leader_card(town).labels[0] == "柳桥燃气公司"
    assert "退回的单位说归柳桥燃气公司" in leader_card(town).text
    assert len(town.ours(QIAO)) == heard
    assert job.now().labels == []
    await town.qiao.presses("柳桥燃气公司", on=leader_card(town))
    assert (await tickets(town))[0].whose_id is None
    await town.lin.says("/ticket LH2611200001")
    assert "退回的单位说归柳桥燃气公司" in town.last(GROUP).text


@pytest.mark.parametrize(
    ("reason", "first"),
    [
        ("这是燃气公司的", "柳桥燃气公司"),
        ("应该归供电管", "柳桥供电公司"),
        ("那是柳桥水务集团的井盖", "柳桥水务集团"),
        ("请转给交警", "柳桥交警大队"),
    ],
)
async def test_a_reason_that_names_a_department_says_whose_it_is(town: Town, reason: str, first: str) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says(f"退回 {reason}", reply_to=town.job)
    card = leader_card(town)
    assert card.labels[0] == first
    assert reason in card.text
    assert town.last(OFFICE).labels == []


@pytest.mark.parametrize(
    "reason", ["不是燃气公司的", "燃气公司和水务集团的人都来过", "供电正常，找不到地方", "说不清楚"]
)
async def test_a_reason_that_names_nobody_for_sure_points_to_nobody(town: Town, reason: str) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says(f"退回 {reason}", reply_to=town.job)
    ticket = (await tickets(town))[0]
    assert (ticket.stage, ticket.whose_id) == ("returned", None)


async def test_whose_it_is_may_be_written_and_talk_is_let_be(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    await town.lu.says("退回 不归我们", reply_to=job)
    heard = len(town.ours(OFFICE))
    await town.lu.says("辛苦大家", reply_to=job)
    assert len(town.ours(OFFICE)) == heard
    await town.lu.says("排水公司", reply_to=job)
    assert leader_card(town).labels[0] == "柳桥排水公司"
    for argument in ("99999", "x", "2"):
        assert await town.lu.forges(f"whose|LH2611200001|{argument}", on=job)
    town.simulator.member(OFFICE, town.dai.id, "member")
    assert await town.dai.forges("whose|LH2611200001|5", on=job) == told("ticket.not_yours", number="LH2611200001")
    assert leader_card(town).labels[0] == "柳桥排水公司"


# --- to whom it goes back -----------------------------------------------------------------


async def test_it_goes_back_to_the_higher_leader_who_sent_it_by_hand(town: Town) -> None:
    town.simulator.start(1017)
    await town.lin.posts(HOLE)
    await player(town, 1017, 1017).says("/dispatch LH2611200001 排水公司")
    before = len(town.ours(QIAO))
    await town.passes(minutes=20)
    await town.dai.says("退回 不归我们", reply_to=town.last(DRAINAGE))
    ticket = (await tickets(town))[0]
    assert (ticket.stage, ticket.escalated) == ("returned", 1)
    assert "不归我们" in leader_card(town, 1017).text
    assert len(town.ours(QIAO)) <= before + 1


async def test_the_third_time_the_next_one_up_hears_at_once(town: Town) -> None:
    town.simulator.start(1017)
    await town.lin.posts(HOLE)
    for round_ in range(3):
        assert not town.ours(1017)[1:] or round_ == 2
        await town.lu.says("退回 不归我们", reply_to=town.job)
        if round_ < 2:
            await town.qiao.says("/dispatch LH2611200001 市政中心")
    ticket = (await tickets(town))[0]
    assert (ticket.returns, ticket.escalated) == (3, 1)
    card = leader_card(town, 1017)
    assert "派出去 3 次都退回了，报给您了" in card.text
    assert "其他部门" in card.labels
    await town.lin.says("/ticket LH2611200001")
    assert "退回了 3 次，报给" in town.last(GROUP).text
