"""不予立案: it is no case, and whoever reported it is told why."""

import pytest

from handlers import words
from tests.cast import GROUP, HOLE, LIN, MEI, OFFICE, QIAO, Player, Town
from tests.handlers.seeing import leader_card, player, private, tickets, told
from tests.handlers.test_tray import returned

REASONS = list(words.listed("zh", "reasons.decline"))
NUMBER = "LH2611200001"


async def stage(town: Town) -> str:
    return (await tickets(town))[0].stage


async def test_the_button_asks_why_and_the_group_reads_it_by_an_edit(town: Town) -> None:
    await returned(town)
    card = leader_card(town)
    await town.qiao.presses("更多", on=card)
    assert set(card.now().labels) >= {"吹哨", "合并", "不予立案", "取消"}
    assert not {"催办", "免照片"} & set(card.now().labels), "nobody has it"
    assert await town.qiao.presses("不予立案", on=card) == told("asks.why")
    assert card.now().labels == [*REASONS, "取消"]
    assert told("asks.decline") in card.now().text
    assert await stage(town) == "returned"
    assert await town.qiao.presses(REASONS[1], on=card) == told("decline.done", number=NUMBER)
    assert card.now().text == told("tray.nothing")
    assert "不予立案" in town.card.text
    assert told("note.declined", reason=REASONS[1]) in town.card.text
    assert town.card.labels == []
    assert len(town.ours(GROUP)) == 1, "an edit, no message"


async def test_who_reported_in_private_is_told_there_with_those_who_met_it(town: Town) -> None:
    await town.mei.starts()
    await town.lin.posts(HOLE)
    await town.mei.presses("我也遇到", on=town.card)
    await town.qiao.says(f"/decline {NUMBER} 那是工地里面，问13812345678")
    reason = "那是工地里面，问138****5678"
    assert private(town, MEI)[-1].text == told("told.declined", number=NUMBER, reason=reason)
    assert private(town, LIN) == [], "he never opened a chat with us"
    assert reason in town.card.text
    assert "接单" not in town.ours(OFFICE)[-1].labels
    assert "不予立案" in town.ours(OFFICE)[-1].text


@pytest.mark.parametrize("said", ["不予立案 不是问题", "不予立案：不是问题", "不立案，不是问题", "不予立案不是问题"])
async def test_by_word_in_reply(town: Town, said: str) -> None:
    await returned(town)
    await town.qiao.says(said, reply_to=leader_card(town))
    assert await stage(town) == "declined"
    assert told("note.declined", reason="不是问题") in town.card.text


async def test_the_word_alone_asks_and_other_words_answer(town: Town) -> None:
    await returned(town)
    card = leader_card(town)
    await town.qiao.says("不予立案", reply_to=card)
    assert card.now().labels == [*REASONS, "取消"]
    await town.qiao.presses("取消", on=card)
    assert "更多" in card.now().labels
    await town.qiao.says("不予立案", reply_to=card)
    await town.qiao.says("那里是<b>工地</b>", reply_to=card)
    assert await stage(town) == "declined"
    assert "那里是<b>工地</b>" in town.card.text


async def test_no_reason_no_leader_or_too_late_changes_nothing(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/decline {NUMBER}")
    assert town.last(QIAO).text == told("ticket.reason_needed", number=NUMBER)
    for person, home in ((town.lu, OFFICE), (town.gu, town.gu.id), (town.lin, GROUP), (player(town, 1012, 1012), 1012)):
        await person.says(f"/decline {NUMBER} 不是问题")
        assert town.last(home).text == told("ticket.not_your_grid", number=NUMBER)
        assert await person.forges(f"decline|{NUMBER}|1", on=town.last(home)) == told(
            "ticket.not_your_grid", number=NUMBER
        )
    assert await town.qiao.forges(f"decline|{NUMBER}|99", on=town.last(QIAO)) == told("press.unknown")
    await town.lu.presses("接单", on=town.job)
    await town.qiao.says(f"/decline {NUMBER} 不是问题")
    assert town.last(QIAO).text == told("ticket.not_now", number=NUMBER, stage="working")
    assert await town.qiao.forges(f"decline|{NUMBER}", on=town.last(QIAO)) == told(
        "ticket.not_now", number=NUMBER, stage="working"
    )
    assert await stage(town) == "working"


async def test_the_street_may_and_it_is_over_for_good(town: Town) -> None:
    await town.lin.posts(HOLE)
    await Player(town, 1019, 1019).says(f"/decline {NUMBER} 不属于受理范围")
    assert await stage(town) == "declined"
    await town.lin.says(f"/ticket {NUMBER}")
    assert told("event.declined", reason="不属于受理范围") in town.last(GROUP).text
    await town.qiao.says(f"/dispatch {NUMBER} 排水公司")
    assert town.last(QIAO).text == told("ticket.not_now", number=NUMBER, stage="declined")


async def test_what_is_not_public_is_told_in_private_alone(town: Town) -> None:
    await town.lin.starts()
    await town.lin.posts("西柳小区有人打架")
    ticket = (await tickets(town))[0]
    assert ticket.is_restricted
    group = town.card.text
    await town.qiao.says(f"/decline {ticket.number} 已经处理好了")
    assert town.card.text == group
    assert "已经处理好了" in private(town, LIN)[-1].text
    assert "不予立案" not in "".join(message.text for message in town.ours(GROUP))
