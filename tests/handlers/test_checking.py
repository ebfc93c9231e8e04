"""核查, 返工: somebody who has to answer for it has looked."""

from handlers import words
from tests.cast import GROUP, HOLE, LIN, LU, OFFICE, QIAO, Player, Town
from tests.handlers.seeing import leader_card, player, tickets, told
from tests.handlers.test_declining import NUMBER, stage

REASONS = list(words.listed("zh", "reasons.reopen"))


async def mended(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.posts("", reply_to=town.job)


async def test_a_leader_verifies_by_command_and_the_fix_says_so(town: Town) -> None:
    await mended(town)
    fix, heard = town.last(GROUP), len(town.ours(GROUP))
    await town.qiao.says(f"/verify {NUMBER}")
    assert town.last(QIAO).text == told("verify.done", number=NUMBER)
    assert await stage(town) == "closed"
    assert (await tickets(town))[0].ended_by == "verified"
    assert "核查过了" in fix.now().text
    assert "已结案" in town.card.text
    assert len(town.ours(GROUP)) == heard
    await town.qiao.says(f"/verify {NUMBER}")
    assert town.last(QIAO).text == told("ticket.not_now", number=NUMBER, stage="closed")


async def test_an_inspector_checks_from_the_time_line(town: Town) -> None:
    await mended(town)
    await town.gu.says(f"/ticket {NUMBER}")
    shown = town.last(town.gu.id)
    assert shown.labels == ["核查通过", "返工", "看照片"]
    assert await town.gu.presses("返工", on=shown) == told("asks.why")
    card = town.last(town.gu.id)
    assert card.id != shown.id
    assert card.labels == [*REASONS, "取消"]
    await town.gu.presses("取消", on=card)
    assert card.now().labels == ["核查通过", "返工", "更多照片（1）"]  # what he judges by
    await town.gu.presses("返工", on=card)
    await town.gu.presses(REASONS[2], on=card)
    assert await stage(town) == "dispatched"
    assert (await tickets(town))[0].round == 2
    assert REASONS[2] in town.job.text
    assert town.last(OFFICE).text == told("card.again", number=NUMBER)
    assert card.now().labels == ["更多照片（1）"]


async def test_by_button_the_inspector_closes_it(town: Town) -> None:
    await mended(town)
    await town.gu.says(f"/ticket {NUMBER}")
    shown = town.last(town.gu.id)
    assert await town.gu.presses("核查通过", on=shown) == told("verify.done", number=NUMBER)
    assert await stage(town) == "closed"
    assert await town.gu.presses("核查通过", on=shown) == told("ticket.not_now", number=NUMBER, stage="closed")


async def test_rework_begins_a_new_round_and_the_group_reads_it_in_the_fix(town: Town) -> None:
    await mended(town)
    fix, heard = town.last(GROUP), len(town.ours(GROUP))
    await town.qiao.says(f"/reopen {NUMBER}")
    assert town.last(QIAO).text == told("ticket.reason_needed", number=NUMBER)
    await town.qiao.says(f"/reopen {NUMBER} 坑还在，问13812345678")
    assert "坑还在，问138****5678" in fix.now().text
    assert "重新处理" in fix.now().text
    assert fix.now().labels == []
    assert len(town.ours(GROUP)) == heard
    assert "第 2 次处理" in town.job.text
    assert "接单" in town.job.labels
    await town.lu.posts("", reply_to=town.job)
    assert town.last(GROUP).id != fix.id, "one fix for each round"


async def test_a_closed_one_may_be_reopened_for_some_days(town: Town) -> None:
    await mended(town)
    await town.lin.presses("已解决", on=town.last(GROUP))
    await town.passes(days=10)
    await town.gu.says(f"/ticket {NUMBER}")
    shown = town.last(town.gu.id)
    assert shown.labels == ["返工"]
    await town.passes(days=6)
    assert await town.gu.presses("返工", on=shown) == told("asks.why")
    await town.gu.presses(REASONS[0], on=town.last(town.gu.id))
    assert await stage(town) == "closed"
    await town.gu.says(f"/reopen {NUMBER} 又坏了")
    assert town.last(town.gu.id).text == told("reopen.too_late", number=NUMBER, days=15)
    await town.gu.says(f"/ticket {NUMBER}")
    assert town.last(town.gu.id).labels == []


async def test_who_may_not_and_what_is_not_mended(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.gu.says(f"/verify {NUMBER}")
    assert town.last(town.gu.id).text == told("ticket.not_now", number=NUMBER, stage="dispatched")
    await town.gu.says(f"/reopen {NUMBER} 还没修好")
    assert town.last(town.gu.id).text == told("ticket.not_now", number=NUMBER, stage="dispatched")
    await town.lu.posts("", reply_to=town.job)
    for person in (town.lin, town.lu, player(town, 1012, 1012)):
        for said in (f"/verify {NUMBER}", f"/reopen {NUMBER} 没修好"):
            await person.says(said)
            assert town.last(person.home).text == told("ticket.not_your_grid", number=NUMBER)
        for data in (f"verify|{NUMBER}", f"reopen|{NUMBER}", f"reopen|{NUMBER}|0"):
            assert await person.forges(data, on=town.last(person.home)) == told("ticket.not_your_grid", number=NUMBER)
    assert await stage(town) == "resolved"
    await Player(town, LIN, LIN).starts()
    await Player(town, LIN, LIN).says(f"/ticket {NUMBER}")
    assert town.last(LIN).labels == [], "a reporter answers under the fix"


async def test_an_officer_opens_his_card_from_the_time_line(town: Town) -> None:
    await town.lin.posts(HOLE)
    lu = Player(town, LU, LU)
    await lu.says(f"/ticket {NUMBER}")
    await lu.presses("去处理", on=town.last(LU))
    card = town.last(LU)
    assert set(card.labels) >= {"接单", "退回", "已围护"}
    assert HOLE.split(",")[1] in card.text
    await lu.presses("接单", on=card)
    assert await stage(town) == "working"
    assert "接单" not in card.now().labels
    assert "处置中" in town.job.text
    await lu.presses("退回", on=card)
    await lu.presses("取消", on=card)
    assert "退回" in card.now().labels
    await lu.posts("修好了", reply_to=card)
    assert await stage(town) == "resolved"
    assert card.now().labels == ["更多照片（1）"]  # what he sent stands under his card, in his colleagues' chat nowhere


async def test_a_card_opened_again_stands_below_and_the_old_one_rests(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/ticket {NUMBER}")
    shown = town.last(QIAO)
    await town.qiao.presses("去处理", on=shown)
    old = town.last(QIAO)
    await town.qiao.presses("去处理", on=shown)
    new = town.last(QIAO)
    assert new.id != old.id
    assert old.now().labels == []
    assert old.now().text == told("card.below", number=NUMBER)
    assert "转派" in new.labels
    assert await town.lin.forges(f"open|{NUMBER}", on=town.card) == told("press.unknown")
    await Player(town, LIN, LIN).starts()
    forged = await Player(town, LIN, LIN).forges(f"open|{NUMBER}", on=town.last(LIN))
    assert forged == told("ticket.not_yours", number=NUMBER)


async def test_nobody_answers_and_it_stands_in_the_leaders_tray(town: Town) -> None:
    await mended(town)
    assert all("待办" not in message.text for message in town.ours(QIAO))
    await town.passes(minutes=31)
    tray = leader_card(town)
    assert tray.labels == ["核查通过", "返工", "看照片"]
    before = len(town.ours(QIAO))
    await town.qiao.presses("看照片", on=tray)
    assert len(town.ours(QIAO)) == before + 1, "the one of the mended road"
    assert await town.qiao.presses("返工", on=tray) == told("asks.why")
    assert tray.now().labels == [*REASONS, "取消"]
    await town.qiao.says("井盖<b>还</b>松着", reply_to=tray)
    assert await stage(town) == "dispatched"
    assert "井盖<b>还</b>松着" in town.job.text
    assert tray.now().text == told("tray.nothing")


async def test_what_is_late_can_be_urged_from_the_tray(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.passes(hours=3)
    tray = leader_card(town)
    assert tray.labels[0] == "催办"
    await town.qiao.presses("催办", on=tray)
    assert any(message.text == told("card.hurry", number=NUMBER, words="") for message in town.ours(OFFICE))
    assert tray.now().text == told("tray.nothing")
