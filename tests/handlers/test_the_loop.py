"""The story: a hole in the road, from the rider's photo to the photo of the fix."""

import re

from tests.cast import GROUP, HOLE, OFFICE, Town


async def test_a_photo_and_one_line_become_a_ticket(town: Town) -> None:
    report = await town.lin.posts(HOLE)
    card = town.card
    assert card.reply_to == report.id
    assert re.search(r"(^|\s)#LH2611200001(\s|$)", card.text)
    for told in ("路面塌陷", "团结西路", "市政中心", "11:00", "已派遣"):
        assert told in card.text
    assert town.job.has_photo
    assert town.job.labels == ["接单", "退回", "已围护", "改类别"]


async def test_the_whole_loop_says_two_things_to_the_group(town: Town) -> None:
    report = await town.lin.posts(HOLE)
    card, job = town.card, town.job
    await town.mei.presses("我也遇到", on=card)
    await town.lu.presses("接单", on=job)
    assert "处置中" in card.now().text
    await town.lu.posts("", chat=OFFICE, reply_to=job)
    assert "待核查" in card.now().text
    fix = town.last(GROUP)
    assert fix.has_photo
    assert fix.reply_to == report.id
    assert fix.mentions == ["小林", "小梅"]
    assert fix.labels == ["已解决", "没解决"]
    await town.lin.presses("已解决", on=fix)
    assert "已结案" in card.now().text
    assert fix.now().labels == ["满意", "不满意"]
    assert len(town.ours(GROUP)) == 2


async def test_not_fixed_goes_back_to_the_department_and_the_next_fix_is_one_more_post(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    await town.lu.posts("完成", chat=OFFICE, reply_to=town.job)
    await town.lin.presses("没解决", on=town.last(GROUP))
    assert "已派遣" in town.card.text
    assert town.job.labels == ["接单", "退回", "已围护", "改类别", "更多照片（1）"]  # what did not mend it
    await town.lu.presses("接单", on=town.job)
    await town.lu.posts("", chat=OFFICE, reply_to=town.job)
    assert len(town.ours(GROUP)) == 3
    assert town.last(GROUP).labels == ["已解决", "没解决", "更多照片（1）"]


async def test_a_strangers_press_is_refused_and_changes_nothing(town: Town) -> None:
    await town.lin.posts(HOLE)
    job, before = town.job, town.job.text
    town.simulator.member(OFFICE, town.dai.id, "member")
    assert "只有负责的单位" in await town.dai.presses("接单", on=job)
    assert job.now().text == before
    assert job.now().labels == ["接单", "退回", "已围护", "改类别"]


async def test_markup_in_a_caption_arrives_as_text(town: Town) -> None:
    await town.lin.posts(HOLE + ' <b>小心</b> <a href="tg://user?id=1">x</a>')
    assert '<b>小心</b> <a href="tg://user?id=1">x</a>' in town.job.text
    assert not town.job.mentions


async def test_an_album_is_one_ticket(town: Town) -> None:
    await town.lin.posts(HOLE, photos=3)
    await town.passes(seconds=2)
    assert len(town.ours(GROUP)) == 1
    await town.passes(seconds=30)
    assert len(town.ours(GROUP)) == 1


async def test_chatter_makes_nothing(town: Town) -> None:
    await town.lin.says("中午吃啥")
    await town.lin.posts("麻辣烫真香")
    await town.lin.says("", sticker="🍜")
    assert town.ours(GROUP) == []
