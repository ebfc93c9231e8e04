"""抄送: what a department that only reads along sees, until it has nothing to do with it."""

from tests.cast import DRAINAGE, HOLE, Message, Town
from tests.handlers.seeing import CITY, tickets

NUMBER = "LH2611200001"


def copy(town: Town, chat: int) -> Message:
    return next(m for m in town.ours(chat) if NUMBER in m.text)


async def test_it_follows_every_stage_while_it_reads_along(town: Town) -> None:
    await town.lin.posts(HOLE)
    city = copy(town, CITY)
    assert "已派遣" in city.text
    await town.lu.presses("接单", on=town.job)
    assert "处置中" in city.now().text
    await town.lu.says("退回 不归我们", reply_to=town.job)
    assert "已退回" in city.now().text


async def test_sent_elsewhere_it_says_so_and_to_who_now_leads_that_he_does(town: Town) -> None:
    await town.lin.posts(HOLE)
    city, drainage = copy(town, CITY), copy(town, DRAINAGE)
    await town.qiao.says(f"/dispatch {NUMBER} 排水公司")
    assert city.now().text.endswith("已改派给柳桥排水公司，不用看了。")
    assert drainage.now().text.endswith("已由您主办，请看新卡片。")
    assert "接单" in town.last(DRAINAGE).labels
    assert (await tickets(town))[0].stage == "dispatched"
    await town.nothing_went_wrong()
