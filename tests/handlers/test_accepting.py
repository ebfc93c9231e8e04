"""接单: by button, by word, by command; by those whose it is, and by nobody else."""

import pytest

from tests.cast import DAI, DRAINAGE, GROUP, HOLE, LU, OFFICE, QIAO, Player, Town
from tests.handlers.seeing import NUMBER, tickets, told

NUMBERED = ("LH2611200001", "#LH2611200001", "lh2611200001", "ＬＨ２６１１２００００１", "＃ｌｈ2611200001")


async def test_by_button(town: Town) -> None:
    await town.lin.posts(HOLE)
    assert await town.lu.presses("接单", on=town.job) == told("accept.done", number="LH2611200001")
    assert "处置中" in town.card.text
    assert "处置中" in town.job.text
    assert town.job.labels == ["退回", "延期", "挂账", "已围护", "改类别"]


async def test_by_the_word_in_reply(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("接单", reply_to=town.job)
    assert "处置中" in town.card.text
    await town.mei.posts("柳桥三小门口路面塌陷")
    await town.lu.says("接单。", reply_to=town.job)
    assert "处置中" in town.card.text
    await town.mei.posts("红光路路面塌陷")
    await town.lu.says("接单 #LH2611200003")
    assert "处置中" in town.card.text


@pytest.mark.parametrize("number", NUMBERED)
async def test_by_command_in_private_however_the_number_is_typed(town: Town, number: str) -> None:
    await town.lin.posts(HOLE)
    lu = Player(town, LU, LU)
    await lu.says(f"/accept {number}")
    assert (await tickets(town))[0].stage == "working"
    assert town.last(LU).text == told("accept.done", number="LH2611200001")


async def test_a_second_time_it_is_taken_already(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    press = job.data("接单")
    await town.lu.presses("接单", on=job)
    version = (await tickets(town))[0].version
    assert await town.lu.forges(press, on=job) == told("ticket.already_accepted", number="LH2611200001")
    await town.lu.says("接单", reply_to=job)
    assert town.last(OFFICE).text == told("ticket.already_accepted", number="LH2611200001")
    await town.lu.posts("", reply_to=job)
    await town.lu.says("/accept LH2611200001")
    assert town.last(OFFICE).text == told("ticket.not_now", number="LH2611200001", stage="resolved")
    assert version < (await tickets(town))[0].version


async def test_nobody_else_may(town: Town) -> None:
    await town.lin.posts(HOLE)
    job, card = town.job, town.card
    before = (await tickets(town))[0].version
    refused = told("ticket.not_yours", number="LH2611200001")
    await Player(town, DAI, DRAINAGE).says("/accept LH2611200001")
    assert town.last(DRAINAGE).text == refused
    for person in (town.shen, town.dai):
        town.simulator.member(OFFICE, person.id, "member")
        assert await person.presses("接单", on=job) == refused
    for person in (QIAO, 1041, 1001):
        await Player(town, person, person).says("/accept LH2611200001")
        assert town.last(person).text == refused
    await town.mei.says("接单", reply_to=card)
    assert town.last(GROUP).text == refused
    assert await town.mei.forges("accept|LH2611200001", on=card) == refused
    assert (await tickets(town))[0].version == before
    assert "已派遣" in card.now().text


async def test_an_unknown_number_or_none(town: Town) -> None:
    await town.lin.posts(HOLE)
    lu = Player(town, LU, LU)
    await lu.says("/accept LH2611209999")
    assert town.last(LU).text == told("ticket.unknown", number="LH2611209999")
    await lu.says("/accept")
    assert town.last(LU).text == told("ticket.which")
    await lu.says("/accept 1")
    assert town.last(LU).text == told("ticket.which")
    await lu.says("/accept LH2613450001")
    assert town.last(LU).text == told("ticket.which")
    assert await town.lu.forges("accept|" + "9" * 40, on=town.job) == told("press.unknown")
    assert await town.lu.forges("accept|LH2611209999", on=town.job) == told("ticket.unknown", number="LH2611209999")
    assert await town.lu.forges("accept", on=town.job) == told("ticket.which")
    assert (await tickets(town))[0].stage == "dispatched"


async def test_an_old_card_says_whose_it_is_now(town: Town) -> None:
    await town.lin.posts(HOLE)
    old = town.job
    press, back = old.data("接单"), old.data("退回")
    await town.qiao.says("/dispatch LH2611200001 排水公司")
    assert "已改派" in old.now().text
    for data in (press, back):
        assert await town.lu.forges(data, on=old) == told("ticket.not_yours", number="LH2611200001")
    await town.dai.presses("接单", on=town.last(DRAINAGE))
    assert "柳桥排水公司" in town.card.text
    assert "处置中" in town.card.text


async def test_a_reply_to_what_the_bot_said_of_it_counts_as_a_reply_to_its_card(town: Town) -> None:
    await town.lin.posts(HOLE)
    lu = Player(town, LU, LU)
    await lu.says("/ticket LH2611200001")
    await lu.says("接单", reply_to=town.last(LU))
    assert (await tickets(town))[0].stage == "working"
    await lu.posts("", reply_to=town.last(LU))
    assert (await tickets(town))[0].stage == "resolved"
    assert NUMBER.search(town.last(LU).text)


async def test_the_word_as_people_say_it_and_not_when_they_only_talk_about_it(town: Town) -> None:
    report = await town.lin.posts(HOLE)
    job = town.job
    for talk in ("接单了吗？", "接单不了", "接单后要多久", "完成不了，缺材料", "accepted or not"):
        await town.lu.says(talk, reply_to=job)
        assert (await tickets(town))[0].stage == "dispatched", talk
    await town.lin.says("撤回不撤回都行", reply_to=report)
    assert (await tickets(town))[0].stage == "dispatched"
    await town.lu.says("接单了，马上到", reply_to=job)
    assert (await tickets(town))[0].stage == "working"
