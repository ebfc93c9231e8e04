"""免照片: then 完成 is enough, as a word or a button."""

from handlers import words
from tests.cast import GROUP, HOLE, OFFICE, QIAO, Town
from tests.handlers.seeing import player, tickets, told
from tests.handlers.test_declining import NUMBER, stage

REASONS = list(words.listed("zh", "reasons.waive"))


async def test_the_department_gets_a_button_and_the_group_reads_why_there_is_no_picture(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    job = town.job
    await town.qiao.says(f"/waive {NUMBER} 现场不能拍照")
    assert town.last(QIAO).text == told("waive.done", number=NUMBER)
    assert town.last(OFFICE).text == told("card.waived", number=NUMBER, reason="现场不能拍照")
    assert "完成" in job.now().labels
    assert told("note.waived", reason="现场不能拍照") in job.now().text
    assert "拍照回复" not in job.now().text
    assert "不拍照" not in town.card.text, "that is between the two of them"
    assert await town.lu.presses("完成", on=job) == told("resolve.waived", number=NUMBER)
    assert await stage(town) == "resolved"
    assert "完成" not in job.now().labels
    await town.passes(minutes=2)
    fix = town.last(GROUP)
    assert not fix.has_photo
    assert "这次没有照片：现场不能拍照" in fix.text
    assert fix.labels == ["已解决", "没解决"]
    await town.lin.says(f"/ticket {NUMBER}")
    assert told("event.waived", reason="现场不能拍照") in town.last(GROUP).text


async def test_the_fix_is_told_at_once_under_the_report_to_all_of_them(town: Town) -> None:
    report = await town.lin.posts(HOLE)
    await town.mei.presses("我也遇到", on=town.card)
    await town.qiao.says(f"/waive {NUMBER} 现场不能拍照")
    said = len(town.ours(GROUP))
    await town.lu.says("完成", reply_to=town.job)
    (fix,) = town.ours(GROUP)[said:]
    assert (fix.reply_to, fix.has_photo, fix.labels) == (report.id, False, ["已解决", "没解决"])
    assert "这次没有照片：现场不能拍照" in fix.text
    assert sorted(fix.mentions) == ["小林", "小梅"]
    await town.qiao.says(f"/verify {NUMBER}")
    await town.passes(minutes=2)
    assert len(town.ours(GROUP)) == said + 1
    assert "核查过了" in fix.now().text


async def test_the_word_is_enough_and_a_new_round_needs_a_picture_again(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("完成", reply_to=town.job)
    assert town.last(OFFICE).text == told("ticket.photo_needed", number=NUMBER)
    await town.qiao.says(f"/ticket {NUMBER}")
    await town.qiao.presses("去处理", on=town.last(QIAO))
    card = town.last(QIAO)
    await town.qiao.presses("更多", on=card)
    assert await town.qiao.presses("免照片", on=card) == told("asks.why")
    await town.qiao.presses(REASONS[1], on=card)
    await town.lu.says("完成", reply_to=town.job)
    assert await stage(town) == "resolved"
    await town.qiao.says(f"/reopen {NUMBER} 还没修好")
    assert not (await tickets(town))[0].photo_waived
    assert "完成" not in town.job.labels
    await town.lu.says("完成", reply_to=town.job)
    assert town.last(OFFICE).text == told("ticket.photo_needed", number=NUMBER)


async def test_a_picture_all_the_same_is_shown_and_nothing_said_about_it(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/waive {NUMBER} 没有东西可拍")
    await town.lu.posts("", reply_to=town.job)
    assert town.last(GROUP).has_photo
    assert "没有照片" not in town.last(GROUP).text


async def test_who_may_not_twice_and_too_late(town: Town) -> None:
    await town.lin.posts(HOLE)
    for person in (town.lin, town.lu, town.gu, player(town, 1012, 1012)):
        await person.says(f"/waive {NUMBER} 不想拍")
        assert town.last(person.home).text == told("ticket.not_your_grid", number=NUMBER)
    assert await town.lu.forges(f"resolve|{NUMBER}", on=town.job) == told("ticket.photo_needed", number=NUMBER)
    await town.qiao.says(f"/waive {NUMBER}")
    assert town.last(QIAO).text == told("ticket.reason_needed", number=NUMBER)
    assert not (await tickets(town))[0].photo_waived
    await town.qiao.says(f"/waive {NUMBER} 不能拍照")
    await town.qiao.says(f"/waive {NUMBER} 不能拍照")
    assert town.last(QIAO).text == told("waive.again", number=NUMBER)
    town.simulator.member(OFFICE, town.dai.id, "member")
    assert await town.dai.forges(f"resolve|{NUMBER}", on=town.job) == told("ticket.not_yours", number=NUMBER)
    await town.lu.says("完成", reply_to=town.job)
    await town.qiao.says(f"/waive {NUMBER} 不能拍照")
    assert town.last(QIAO).text == told("ticket.not_now", number=NUMBER, stage="resolved")
