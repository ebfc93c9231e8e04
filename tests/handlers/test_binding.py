"""/bind where something was bound already: what it was, and how to undo it."""

from tests.cast import GROUP, HOLE, OFFICE, SHEN, Town
from tests.handlers.seeing import cards, player, tickets

NUMBER = "LH2611200001"


async def test_a_grids_group_that_was_silenced_says_what_it_was_and_how_to_undo_it(town: Town) -> None:
    town.simulator.member(OFFICE, SHEN, "member")
    await town.lin.posts(HOLE)
    before, job = len(await tickets(town)), town.job
    shen = player(town, SHEN, GROUP)
    await shen.says("/bind 市政中心")
    said = next(m for m in reversed(town.ours(GROUP)) if "本群原来" in m.text).text
    assert "本群原来是团结西路网格，现在收柳桥区市政中心的工单，发照片不再开单。弄错了请发 /bind 团结西路网格" in said
    assert "柳桥区市政中心原来在“" in said
    assert "那里不再收了。要改回去，请在那里发 /bind 柳桥区市政中心" in said
    assert "请看部门群里的卡片" in job.now().text
    assert job.now().labels == []

    await shen.says("/bind 团结西路网格")
    assert "本群原来是柳桥区市政中心" in town.last(GROUP).text
    moved = next(m for m in town.ours(GROUP) if "请看部门群里的卡片" in m.text)
    assert moved.labels == []
    assert not any("已改派" in m.text for m in town.ours(GROUP))
    await player(town, SHEN, OFFICE).says("/bind 市政中心")
    assert "接单" in job.now().labels
    assert not any("已改派" in m.text for m in town.ours(OFFICE))
    await town.lin.posts("柳荫小区门口路灯不亮")
    assert len(await tickets(town)) == before + 1
    assert cards(town)
    await town.nothing_went_wrong()


async def test_sent_to_another_department_it_still_says_to_whom(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    await town.qiao.says(f"/dispatch {NUMBER} 排水公司")
    assert "已改派给柳桥排水公司" in job.now().text
