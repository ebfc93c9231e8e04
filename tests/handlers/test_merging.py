"""合并: the same incident told twice goes on under one number."""

import pytest

from tests.cast import DRAINAGE, GROUP, HOLE, MEI, OFFICE, QIAO, Player, Town
from tests.handlers.seeing import LIUYIN, leader_card, number_in, player, private, tickets, told
from tests.handlers.test_tray import by_hand

FIRST, SECOND = "LH2611200001", "LH2611200002"
ALIKE = "印刷技校门口地上有个大坑，车轮陷进去了"


async def told_twice(town: Town) -> None:
    """The same hole, by two riders, in words too different to be known as one."""
    await town.lin.posts(HOLE)
    await town.passes(minutes=20)
    await town.mei.posts("柳桥三小门口路面塌陷")


async def into(town: Town, number: str) -> str:
    ticket = next(ticket for ticket in await tickets(town) if ticket.number == number)
    return ticket.stage


async def test_by_command_everybody_hears_the_end_of_the_other(town: Town) -> None:
    await town.mei.starts()
    await told_twice(town)
    lin_said, mei_said = (m for m in town.messages(GROUP) if not m.is_ours)
    await town.wang.presses("我也遇到", on=next(m for m in town.ours(GROUP) if SECOND in m.text))
    job = next(m for m in town.ours(OFFICE) if SECOND in m.text)
    heard = len(town.ours(GROUP))
    await town.qiao.says(f"/merge {SECOND} {FIRST}")
    assert town.last(QIAO).text == told("merge.done", number=SECOND, into=FIRST)
    merged = next(m for m in town.ours(GROUP) if f"#{SECOND} " in m.text)
    assert "已合并" in merged.text
    assert told("note.merged", into=FIRST) in merged.text
    assert merged.labels == []
    assert "已合并" in job.now().text
    assert job.now().labels == []
    kept = next(m for m in town.ours(GROUP) if m.text.startswith(f"#{FIRST}") or f"#{FIRST} 路" in m.text)
    assert "3 人遇到" in kept.now().text
    assert f"并进来的： #{SECOND}" in next(m for m in town.ours(OFFICE) if f"#{FIRST} 路" in m.text).text
    assert len(town.ours(GROUP)) == heard, "edits alone"
    assert private(town, MEI)[-1].text == told("told.merged", number=SECOND, into=FIRST)
    await town.lu.posts("", reply_to=next(m for m in town.ours(OFFICE) if f"#{FIRST} 路" in m.text))
    fix = town.last(GROUP)
    assert set(fix.mentions) == {"小林", "小梅", "王阿姨"}
    assert fix.reply_to == lin_said.id
    assert mei_said.id != lin_said.id
    assert [ticket.stage for ticket in await tickets(town)] == ["resolved", "merged"]


async def test_the_button_offers_what_is_near_by_with_distance_and_age(town: Town) -> None:
    await told_twice(town)
    await town.lu.says("退回 不归我们", reply_to=next(m for m in town.ours(OFFICE) if SECOND in m.text))
    card = leader_card(town)
    await town.qiao.presses("更多", on=card)
    assert await town.qiao.presses("合并", on=card) == told("merge.choose")
    offered = card.now().labels
    assert offered[-1] == "取消"
    assert len(offered) == 2
    assert offered[0].startswith("0001 路面塌陷 · ")
    assert "米 · 20分钟前" in offered[0]
    assert await town.qiao.presses(offered[0], on=card) == told("merge.done", number=SECOND, into=FIRST)
    assert await into(town, SECOND) == "merged"
    assert card.now().text == told("tray.nothing")


async def test_nothing_alike_can_still_be_named_by_its_last_digits(town: Town) -> None:
    await town.lin.posts("西柳小区门口路灯不亮")
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们", reply_to=next(m for m in town.ours(OFFICE) if SECOND in m.text))
    card = leader_card(town)
    await town.qiao.presses("更多", on=card)
    assert await town.qiao.presses("合并", on=card) in (told("merge.none"), told("merge.choose"))
    await town.qiao.says("0009", reply_to=card)
    assert town.last(QIAO).text == told("ticket.unknown", number="0009")
    assert await into(town, SECOND) == "returned"
    await town.qiao.says("0001", reply_to=card)
    assert await into(town, SECOND) == "merged"


@pytest.mark.parametrize("said", [f"合并 {FIRST}", f"合并到 {FIRST}", f"并案：#{FIRST}", "合并 0001", "合并到0001"])
async def test_by_word_in_reply(town: Town, said: str) -> None:
    await told_twice(town)
    await town.lu.says("退回 不归我们", reply_to=next(m for m in town.ours(OFFICE) if SECOND in m.text))
    await town.qiao.says(said, reply_to=leader_card(town))
    assert await into(town, SECOND) == "merged"


async def test_what_cannot_be_changes_nothing(town: Town) -> None:
    await told_twice(town)
    await town.lin.posts("西柳小区有人打架")
    third = number_in(town.card)
    for said, answer in (
        (f"{SECOND} {SECOND}", told("merge.itself", number=SECOND)),
        (f"{SECOND} LH2611209999", told("ticket.unknown", number="LH2611209999")),
        (f"{SECOND} 那一件", told("ticket.unknown", number="那一件")),
        (SECOND, told("merge.which", number=SECOND)),
        (f"{third} {SECOND}", told("merge.restricted", number=SECOND)),
    ):
        await town.qiao.says(f"/merge {said}")
        assert town.last(QIAO).text == answer, said
    for person in (town.lin, town.lu, town.gu, player(town, 1012, 1012)):
        await person.says(f"/merge {SECOND} {FIRST}")
        assert town.last(person.home).text == told("ticket.not_your_grid", number=SECOND)
        forged = await person.forges(f"merge|{SECOND}|{FIRST}", on=town.last(person.home))
        assert forged == told("ticket.not_your_grid", number=SECOND)
    job = next(m for m in town.ours(OFFICE) if SECOND in m.text)
    await town.lu.presses("接单", on=job)
    await town.qiao.says(f"/merge {SECOND} {FIRST}")
    assert town.last(QIAO).text == told("ticket.not_now", number=SECOND, stage="working")
    await town.lu.posts("", reply_to=job)
    await town.qiao.says(f"/merge {FIRST} {SECOND}")
    assert town.last(QIAO).text == told("merge.not_open", number=SECOND)
    assert [ticket.stage for ticket in await tickets(town)][:2] == ["dispatched", "resolved"]


async def test_only_into_what_he_leads_as_well(town: Town) -> None:
    await town.lin.posts(HOLE)
    other = player(town, 1003, LIUYIN)
    town.simulator.member(LIUYIN, 1003, "member")
    await other.posts("路面塌陷", chat=LIUYIN)
    theirs = (await tickets(town))[1]
    assert theirs.grid_id != (await tickets(town))[0].grid_id
    await town.qiao.says(f"/merge {FIRST} {theirs.number}")
    assert town.last(QIAO).text == told("ticket.not_your_grid", number=theirs.number)
    await Player(town, 1019, 1019).says(f"/merge {theirs.number} {FIRST}")
    assert [ticket.stage for ticket in await tickets(town)] == ["dispatched", "merged"]
    await town.lu.posts("", reply_to=next(m for m in town.ours(OFFICE) if f"#{FIRST} 路" in m.text))
    fix = town.last(LIUYIN)
    assert f"#{FIRST}" in fix.text
    assert fix.labels == [], "it is asked where it was reported"
    assert fix.reply_to == next(m for m in town.messages(LIUYIN) if not m.is_ours).id


async def test_a_danger_goes_on_under_the_other_number(town: Town) -> None:
    await town.lin.posts("柳桥三小门口污水井盖松动")
    await town.mei.posts("印刷技校门口井盖没了，有人差点掉下去！")
    first, second = await tickets(town)
    assert second.is_urgent
    assert not first.is_urgent
    await town.qiao.says(f"/merge {second.number} {first.number}")
    assert (await tickets(town))[0].is_urgent
    assert any(first.number in m.text and "‼️" in m.text for m in town.ours(DRAINAGE) + town.ours(OFFICE))


async def test_the_time_line_says_what_became_of_it(town: Town) -> None:
    await by_hand(town)
    await told_twice(town)
    await town.qiao.says(f"/merge {SECOND} {FIRST}")
    await town.lin.says(f"/ticket {SECOND}")
    assert told("event.merged") in town.last(GROUP).text
    await town.lin.says(f"/ticket {FIRST}")
    assert told("event.absorbed") in town.last(GROUP).text
