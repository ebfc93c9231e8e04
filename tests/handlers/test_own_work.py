"""Nobody decides about the work of his own department, whatever else he is: one asks, another answers and checks."""

from tests.cast import HOLE, LU, OFFICE, QIAO, SHEN, Player, Town
from tests.handlers.seeing import leader_card, player, tickets, told
from tests.handlers.test_inviting import link_for

NUMBER = "LH2611200001"
NO = told("ticket.own_work", number=NUMBER)


async def both(town: Town) -> Player:
    """The officer of the municipal centre leads the grid, too; he has taken what was reported there."""
    lu = player(town, LU, LU)
    await lu.starts(await link_for(town, "网格长 团结西路网格"))
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    return lu


async def test_his_own_request_he_neither_grants_nor_refuses(town: Town) -> None:
    lu = await both(town)
    await town.lu.says("延期 4小时 等配件", reply_to=town.job)
    for said in (f"/grant {NUMBER}", f"/refuse {NUMBER} 不行", f"/waive {NUMBER} 拍不到"):
        await lu.says(said)
        assert town.last(LU).text == NO, said
    ticket = (await tickets(town))[0]
    assert (ticket.extensions, bool(ticket.request), ticket.photo_waived) == (0, True, False)
    yes = leader_card(town, QIAO).data("同意")
    tray = next(m for m in reversed(town.ours(LU)) if "待办" in m.text)
    assert await lu.forges(yes, on=tray) == NO
    await town.qiao.presses("同意", on=leader_card(town))
    assert (await tickets(town))[0].extensions == 1


async def test_his_own_work_he_does_not_check(town: Town) -> None:
    lu = await both(town)
    await town.lu.posts("换好了", reply_to=town.job)
    await lu.says(f"/verify {NUMBER}")
    assert town.last(LU).text == NO
    assert (await tickets(town))[0].stage == "resolved"
    await town.qiao.says(f"/verify {NUMBER}")
    assert (await tickets(town))[0].stage == "closed"


async def test_on_his_own_card_no_such_button_is_offered(town: Town) -> None:
    lu = await both(town)
    await town.lu.says("延期 4小时 等配件", reply_to=town.job)
    await lu.says(f"/ticket {NUMBER}")
    await lu.presses("去处理", on=town.last(LU))
    card = next(m for m in reversed(town.ours(LU)) if "退回" in m.labels)
    assert not {"同意", "不同意"} & set(card.labels)
    assert "转派" in card.labels


async def test_an_administrator_who_is_none_of_them_may(town: Town) -> None:
    await both(town)
    await town.lu.says("延期 4小时 等配件", reply_to=town.job)
    await town.shen.says(f"/grant {NUMBER}")
    assert (await tickets(town))[0].extensions == 1
    await player(town, SHEN, SHEN).starts()
    assert "4 个工作时" in town.last(OFFICE).text
