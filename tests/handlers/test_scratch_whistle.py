"""Scratch"""
from tests.cast import DRAINAGE, GROUP, HOLE, OFFICE, QIAO
from tests.handlers.seeing import leader_card, player
from tests.handlers.test_whistling import *
def show(town, *chats):
    for chat in chats:
        print("=====", chat)
        for m in town.ours(chat):
            print("--", m.id, "re", m.reply_to, m.text, m.labels)
async def test_a(town):
    await town.lin.posts("柳桥三小门口路边堆了很多垃圾")
    show(town, QIAO, GROUP)
    await town.qiao.says(f"协商 {NUMBER} 11月25日15:00 小白杨议事厅 公交公司 交警 物业：站牌挡路，车进不来")
    bus=player(town,1031,-1002610199111)
    await bus.presses("报到", on=card_in(town,-1002610199111))
    await town.qiao.says(f"商定 {NUMBER} 公交公司 12月1日 挪站牌")
    await town.qiao.says(f"/agree {NUMBER} 交警 11月30日 每天17点疏导")
    show(town, QIAO, GROUP, TRAFFIC, -1002610199111, -1002610199109)
async def test_b(town):
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/emergency {NUMBER} 消防 交警")
    await town.dai.says("x")
    await town.lu.presses("报到", on=town.job)
    await town.lu.presses("警戒", on=town.job)
    await zhuang(town).presses("疏散", on=card_in(town,TRAFFIC))
    await town.qiao.presses("勘查", on=leader_card(town))
    show(town, QIAO, GROUP, TRAFFIC, OFFICE)
async def test_c(town):
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们", reply_to=town.job)
    show(town, QIAO)
    c=leader_card(town)
    print(await town.qiao.presses("更多", on=c)); print(c.now().text, c.now().labels)
    print(await town.qiao.presses("吹哨", on=c)); print(c.now().text, c.now().labels)
    await town.qiao.presses(DRAINS, on=c); await town.qiao.presses(COPS, on=c)
    print(c.now().labels)
    print(await town.qiao.presses("吹哨", on=c))
    show(town, QIAO, DRAINAGE, GROUP)
