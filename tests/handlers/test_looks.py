"""谁报的: a leader may see who reported it, and each look is kept; /looks shows them to an administrator."""

import pytest

from tests.cast import DAI, DRAINAGE, GROUP, GU, HOLE, LU, MEI, OFFICE, QIAO, SHEN, Player, Town
from tests.handlers.seeing import player, told

NUMBER = "LH2611200001"
LIU = 1012
"""Leader of the grid beside."""


async def test_the_leader_sees_who_reported_it_and_who_met_it_too(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.mei.presses("我也遇到", on=town.card)
    await town.qiao.says(f"/reporter {NUMBER}")
    shown = town.last(QIAO)
    assert "上报人：小林（@xiaolin）" in shown.text
    assert "也遇到：小梅（@xiaomei）" in shown.text
    assert shown.mentions == ["小林", "小梅"]
    await town.shen.says(f"/looks {NUMBER}")
    assert "今天 09:00 乔岚 · 查看上报人" in town.last(SHEN).text


async def test_in_the_group_the_words_do_it_and_the_answer_is_whispered(town: Town) -> None:
    await town.lin.posts(HOLE)
    said = len(town.ours(GROUP))
    await player(town, QIAO, GROUP).says("谁报的", reply_to=town.card)
    assert "小林" in town.last(QIAO).text
    assert len(town.ours(GROUP)) == said


@pytest.mark.parametrize(("person", "home"), [(LU, OFFICE), (DAI, DRAINAGE), (GU, GU), (MEI, GROUP), (LIU, LIU)])
async def test_nobody_else_does_and_no_look_is_kept(town: Town, person: int, home: int) -> None:
    await town.lin.posts(HOLE)
    if person == LIU:
        await player(town, LIU, LIU).starts()
    await player(town, person, home).says(f"/reporter {NUMBER}")
    assert town.last(home).text == told("ticket.not_your_grid", number=NUMBER)
    await town.shen.says(f"/looks {NUMBER}")
    assert town.last(SHEN).text == told("looks.list", seen=[], number=NUMBER)
    await player(town, person, home).says(f"/looks {NUMBER}")
    assert town.last(home).text == told("who.only_admin")


async def test_a_leader_without_a_private_chat_is_shown_the_way_there(town: Town) -> None:
    yang = Player(town, 1013, -1002610199003)
    await town.lin.posts("小白杨公交站站牌倒了", chat=-1002610199003)
    await yang.says(f"/reporter {NUMBER}")
    assert town.last(yang.home).text == told("private.open_first")
    await yang.starts(f"reporter-{NUMBER}")
    assert any("上报人：小林" in message.text for message in town.ours(1013))


async def test_the_administrator_looks_too_and_leaves_the_same_trace(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.shen.says(f"/reporter {NUMBER}")
    await town.shen.says(f"/looks {NUMBER}")
    assert "沈宁 · 查看上报人" in town.last(SHEN).text
    await town.shen.says("/looks LH2611209999")
    assert town.last(SHEN).text == told("ticket.unknown", number="LH2611209999")
