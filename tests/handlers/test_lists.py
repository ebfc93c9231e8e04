"""/todo, /mine, /ticket: what waits for me, what I reported, how it stands."""

from tests.cast import GROUP, HOLE, LIN, LU, MEI, OFFICE, QIAO, Player, Town
from tests.handlers.seeing import told

PLACES = ("西柳小区", "柳桥三小", "团结菜市场", "印刷技校", "卫生院", "中银大厦")
MORE_PLACES = ("红光路", "西柳巷", "印刷家属院", "电影家属院", "红柳驿站", "柳河桥")


async def test_an_officer_sees_his_departments_open_tickets_the_most_urgent_first(town: Town) -> None:
    await town.lin.posts("西柳小区门口路灯不亮")
    await town.lin.posts(HOLE)
    await town.lin.posts("柳桥三小门口一堆垃圾没人收")
    lu = Player(town, LU, LU)
    await lu.says("/todo")
    seen = town.last(LU).text
    assert seen.index("LH2611200002") < seen.index("LH2611200001")
    assert "LH2611200003" not in seen
    await town.passes(hours=3)
    await lu.says("/todo")
    assert "已超时" in town.last(LU).text
    await town.lu.posts("", reply_to=next(m for m in town.ours(OFFICE) if "LH2611200002" in m.text))
    await lu.says("/todo")
    assert "LH2611200002" not in town.last(LU).text


async def test_a_leader_sees_what_he_must_sort_or_check(town: Town) -> None:
    await town.qiao.says("/todo")
    assert town.last(QIAO).text == told("todo.list", lines=[], photos=[], count=0, page=1, pages=1)
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们", reply_to=town.job)
    await town.lin.posts("柳桥三小门口路面塌陷")
    await town.lu.posts("", reply_to=town.job)
    await town.lin.posts("西柳小区门口路灯不亮")
    await town.qiao.says("/todo")
    seen = town.last(QIAO).text
    assert "LH2611200001" in seen
    assert "LH2611200002" in seen
    assert "LH2611200003" not in seen
    await Player(town, 1014, 1014).says("/todo")
    assert "LH26" not in town.last(1014).text


async def test_the_last_ten_of_what_somebody_reported(town: Town) -> None:
    for place in (*PLACES, *MORE_PLACES):
        await town.lin.says(f"/report {place}门口路面塌陷")
    lin = Player(town, LIN, LIN)
    await lin.says("/mine")
    assert town.last(LIN).text.count("#LH") == 10
    assert "#LH2611200012" in town.last(LIN).text
    assert "还有 2 件" in town.last(LIN).text


async def test_what_somebody_joined_is_his_too_and_marked(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.mei.presses("我也遇到", on=town.card)
    mei, lin = Player(town, MEI, MEI), Player(town, LIN, LIN)
    await mei.says("/mine")
    assert "#LH2611200001 路面塌陷" in town.last(MEI).text
    assert "（一起反映）" in town.last(MEI).text
    await lin.says("/mine")
    assert "（一起反映）" not in town.last(LIN).text
    assert "还有" not in town.last(LIN).text


async def test_of_what_is_not_public_who_joined_it_sees_the_number_alone(town: Town) -> None:
    for who in (LIN, MEI):
        await Player(town, who, who).posts("西柳小区有小偷撬电动车")
        await Player(town, who, who).says("/mine")
    assert "西柳" in town.last(LIN).text
    assert "#LH2611200001 （一起反映）" in town.last(MEI).text
    for word in ("西柳", "可疑", "派出所"):
        assert word not in town.last(MEI).text


async def test_in_a_group_the_answer_comes_in_private(town: Town) -> None:
    await town.lin.posts(HOLE)
    before = len(town.ours(GROUP))
    await Player(town, QIAO, GROUP).says("/todo")
    assert len(town.ours(GROUP)) == before
    assert town.last(QIAO).text == told("todo.list", lines=[], photos=[], count=0, page=1, pages=1)
    await town.lu.says("/todo")
    assert "LH2611200001" in town.last(LU).text
    await town.lin.starts()
    await town.lin.says("/mine")
    assert "LH2611200001" in town.last(LIN).text
    assert len(town.ours(GROUP)) == before


async def test_who_never_started_gets_a_button_that_opens_the_chat_with_his_list(town: Town) -> None:
    await town.lin.posts(HOLE)
    asked = await town.lin.says("/mine")
    link = town.last(GROUP)
    assert link.reply_to == asked.id
    assert link.text == told("private.open_first")
    url = link.raw["reply_markup"]["inline_keyboard"][0][0]["url"]
    assert url == "https://t.me/roving_grid_bot?start=mine"
    assert town.ours(LIN) == []
    assert "LH2611200001" in (await town.lin.starts("mine")).text
    await Player(town, 1012, -1002610199002).says("/todo")
    url = town.last(-1002610199002).raw["reply_markup"]["inline_keyboard"][0][0]["url"]
    assert url.endswith("?start=todo")
    town.simulator.start(1012, "todo")
    await town.settles()
    assert town.last(1012).text == told("todo.list", lines=[], photos=[], count=0, page=1, pages=1)


async def test_todo_is_for_those_who_work_here(town: Town) -> None:
    await town.lin.says("/todo")
    assert town.last(GROUP).text == told("todo.not_staff")
    lin = Player(town, LIN, LIN)
    await lin.says("/mine")
    assert town.last(LIN).text == told("mine.list", lines=[], more=0)


async def test_anybody_may_read_how_a_ticket_stands(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.mei.presses("我也遇到", on=town.card)
    await town.lu.presses("接单", on=town.job)
    for said in ("/ticket LH2611200001", "/ticket #lh2611200001"):
        await town.mei.says(said)
        seen = town.last(GROUP).text
        events = [told(f"event.{kind}") for kind in ("reported", "joined", "accepted")]
        for part in ("路面塌陷", "处置中", "柳桥区市政中心", *events):
            assert part in seen
        assert "小林" not in seen
        assert "小梅" not in seen
    await town.wang.says("进度", reply_to=next(m for m in town.ours(GROUP) if "LH2611200001" in m.text))
    assert told("event.accepted") in town.last(GROUP).text
    mei = Player(town, MEI, MEI)
    await mei.says("/ticket LH2611209999")
    assert town.last(MEI).text == told("ticket.unknown", number="LH2611209999")
    await mei.says("/ticket")
    assert town.last(MEI).text == told("ticket.which")
