"""应急: called at once, ticked off together, in one living card."""

from tests.cast import DRAINAGE, HOLE, OFFICE, QIAO, Town
from tests.handlers.called import COPS, DRAINS, NUMBER, ROADS, TRAFFIC, card_in, rung, tasks, zhuang
from tests.handlers.seeing import leader_card, tickets, told

STEPS = ("警戒", "疏散", "勘查", "修复", "解除")


async def test_all_who_are_called_hear_it_and_the_card_shows_the_check_list(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    before = len(town.ours(OFFICE))
    await town.qiao.says(f"/emergency {NUMBER} 交警 排水公司")
    assert rung(town, OFFICE, before) == [told("emergency.called", number=NUMBER)]
    ticket = (await tickets(town))[0]
    assert (ticket.is_urgent, ticket.response, ticket.stage) == (True, "emergency", "working")
    for chat in (OFFICE, TRAFFIC, DRAINAGE, QIAO):
        card = card_in(town, chat)
        assert all(f"☐ {step}" in card.text for step in STEPS)
        assert set(STEPS[:4]) <= set(card.labels)
        assert "解除" not in card.labels
        assert "‼️" in card.text
        assert f"应急叫来：{ROADS}、{COPS}、{DRAINS}" in card.text


async def test_each_step_is_ticked_off_once_with_time_and_who(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says(f"应急 {NUMBER} 交警 排水公司")
    await town.lu.presses("报到", on=town.job)
    await town.passes(minutes=6)
    job, data = town.job, town.job.data("警戒")
    assert await town.lu.presses("警戒", on=job) == told("step.noted", number=NUMBER, step="警戒")
    assert await zhuang(town).forges(data, on=card_in(town, TRAFFIC)) == told("step.done", number=NUMBER)
    await town.passes(minutes=4)
    await zhuang(town).says("打勾 疏散", reply_to=card_in(town, TRAFFIC))
    await town.qiao.presses("勘查", on=leader_card(town))
    for chat in (OFFICE, TRAFFIC, DRAINAGE, QIAO):
        text = card_in(town, chat).text
        assert f"☑ 警戒 · 今天 09:06 · {ROADS}" in text
        assert f"☑ 疏散 · 今天 09:10 · {COPS}" in text
        assert "☑ 勘查 · 今天 09:10" in text
        assert "☐ 修复" in text
    assert "解除" in town.job.labels
    assert "解除" in leader_card(town).labels
    assert "解除" not in card_in(town, DRAINAGE).labels


async def test_only_who_leads_lifts_it(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/emergency {NUMBER} 交警")
    lead = town.job
    await town.lu.says(f"/step {NUMBER} 解除")
    assert town.last(OFFICE).text == told("step.too_early", number=NUMBER)
    await town.lu.presses("警戒", on=lead)
    await town.lu.presses("勘查", on=lead)
    data = lead.now().data("解除")
    assert await zhuang(town).forges(data, on=card_in(town, TRAFFIC)) == told("ticket.not_yours", number=NUMBER)
    assert await town.dai.forges(data, on=town.last(DRAINAGE)) == told("ticket.not_yours", number=NUMBER)
    assert await town.lin.forges(data, on=town.card) == told("ticket.not_yours", number=NUMBER)
    await town.lu.says(f"/step {NUMBER} 跳舞")
    assert town.last(OFFICE).text == told("step.none", number=NUMBER)
    await town.lu.posts("好了", reply_to=lead)
    await zhuang(town).posts("好了", reply_to=card_in(town, TRAFFIC))
    assert (await tickets(town))[0].stage == "working"
    await town.lu.presses("解除", on=lead)
    assert (await tickets(town))[0].stage == "resolved"
    assert "☑ 解除" in leader_card(town).text


async def test_without_another_department_it_is_an_emergency_of_the_one_that_has_it(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/emergency {NUMBER}")
    assert [task.part for task in await tasks(town)] == ["lead"]
    await town.qiao.says(f"/emergency {NUMBER}")
    assert town.last(QIAO).text == told("whistle.already", number=NUMBER)
    before = len(town.ours(OFFICE))
    await town.qiao.says(f"/whistle {NUMBER} 排水公司")
    assert (await tickets(town))[0].response == "emergency"
    assert "☐ 警戒" in card_in(town, DRAINAGE).text
    assert rung(town, OFFICE, before) == []


async def test_by_buttons_of_who_sent_it_on(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们", reply_to=town.job)
    tray = leader_card(town)
    await town.qiao.presses("更多", on=tray)
    await town.qiao.presses("应急", on=tray)
    assert told("asks.emergency") in tray.now().text
    assert await town.qiao.presses("应急", on=tray) == told("whistle.whom", number=NUMBER)
    await town.qiao.presses(COPS, on=tray)
    await town.qiao.presses("应急", on=tray)
    assert (await tickets(town))[0].stage == "dispatched"
    assert card_in(town, TRAFFIC).labels[0] == "报到"


async def test_what_happened_last_stands_on_the_card_as_far_as_there_is_room(town: Town) -> None:
    await town.lin.posts(HOLE)
    everybody = "城管 排水公司 水务集团 燃气公司 热力公司 供电公司 交警 公交公司 消防"
    await town.qiao.says(f"/emergency {NUMBER} " + "；".join(f"{name}：{'马上来' * 20}" for name in everybody.split()))
    assert len(await tasks(town)) == 10
    for step in STEPS[:4]:
        await town.qiao.says(f"/step {NUMBER} {step}")
    for card in (card_in(town, chat) for chat in (OFFICE, TRAFFIC, DRAINAGE, QIAO)):
        assert len(card.text.encode("utf-16-le")) // 2 <= 1024
        assert f"协办 {DRAINS}" in card.text
        assert "☑ 修复" in card.text
        assert HOLE in card.text


async def test_a_leader_of_elsewhere_calls_no_emergency_and_too_late_is_too_late(town: Town) -> None:
    await town.lin.posts(HOLE)
    for who in (town.lin, town.lu, town.gu):
        await who.says(f"/emergency {NUMBER} 交警")
        assert town.last(who.home).text == told("ticket.not_your_grid", number=NUMBER)
    await town.lu.posts("好了", reply_to=town.job)
    await town.qiao.says(f"/emergency {NUMBER} 交警")
    assert town.last(QIAO).text == told("ticket.not_now", number=NUMBER, stage="resolved")
    ticket = (await tickets(town))[0]
    assert (ticket.response, ticket.is_urgent) == (None, False)
