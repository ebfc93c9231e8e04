"""待办: one living card in the leader's private chat for all that waits for him."""

from sqlalchemy import select

from models.district import District
from models.mail import Outbox
from tests.cast import GROUP, HOLE, LIN, OFFICE, QIAO, SHEN, Message, Player, Town
from tests.handlers.seeing import NUMBER, leader_card, number_in, player, tickets, told

SPOTS = ("印刷技校门口", "柳桥三小门口", "红光路", "西柳巷", "卫生院门口", "团结菜市场", "中银大厦门口")
MORE_SPOTS = ("印刷家属院", "红柳驿站")


async def returned(town: Town, where: str = "印刷技校门口", reason: str = "不归我们", what: str = "路面坑洼") -> str:
    """A ticket that its department has handed back. Returns its number."""
    await town.lin.posts(f"{where}{what}")
    number = number_in(town.job)
    await town.lu.says(f"退回 {reason}", reply_to=town.job)
    return number


def tray(town: Town, leader: int = QIAO) -> Message:
    """The newest copy."""
    return next(m for m in reversed(town.ours(leader)) if "待办" in m.text and m.labels)


def rung(town: Town, leader: int = QIAO) -> int:
    """How often his phone rang for a tray: copies, the old ones too; what came without a sound is none."""
    calls = [call for call in town.simulator.log(0, 100_000) if call["params"].get("chat_id") == str(leader)]
    silent = {call["result"]["message_id"] for call in calls if call["params"].get("disable_notification") == "true"}
    shown = [m for m in town.ours(leader) if m.text.startswith(("📥", "待办在下面", "没有等您", "📷"))]
    return len([m for m in shown if m.id not in silent])


async def test_one_card_shows_the_most_pressing_in_full_and_the_others_in_a_line(town: Town) -> None:
    first = await returned(town, reason="那是电力的井盖")
    second = await returned(town, "柳桥三小门口")
    shown = tray(town)
    assert rung(town) == 1
    top = ("待办 2 件", f"#{first} 道路破损", "印刷技校门口路面坑洼", "地图", "团结西路网格", "09:00 起")
    for part in (*top, "退回原因：那是电力的井盖", told("rule.category")):
        assert part in shown.text, part
    line = next(line for line in shown.text.splitlines() if second in line)
    assert "柳桥三小" in line
    assert "已退回" in line
    assert shown.labels[-4:] == ["其他部门", "更多", "看照片", "下一件"]
    assert 1 <= len(shown.labels[:-4]) <= 3
    assert "柳桥区市政中心" not in shown.labels, "who has just handed it back"
    assert "请派单" in shown.text


async def test_a_press_sends_it_and_the_next_one_comes_up(town: Town) -> None:
    first = await returned(town)
    second = await returned(town, "柳桥三小门口")
    shown = tray(town)
    label = shown.labels[0]
    assert await town.qiao.presses(label, on=shown) == told("dispatch.done", number=first, department=label)
    assert "待办 1 件" in shown.now().text
    assert f"#{second} 道路破损" in shown.now().text
    assert first not in shown.now().text
    await town.qiao.presses(shown.now().labels[0], on=shown)
    assert shown.now().text == told("tray.nothing")
    assert shown.now().labels == []
    assert rung(town) == 1, "edits ring on nobody's phone"
    assert [ticket.stage for ticket in await tickets(town)] == ["dispatched", "dispatched"]


async def test_it_rings_at_most_every_ten_minutes_and_the_old_copy_loses_its_buttons(town: Town) -> None:
    first = await returned(town)
    old = tray(town)
    await town.passes(minutes=4)
    await returned(town, "柳桥三小门口")
    assert rung(town) == 1
    assert "待办 2 件" in old.now().text
    await town.passes(minutes=5)
    assert rung(town) == 1
    await town.passes(minutes=1)
    assert rung(town) == 2
    new = tray(town)
    assert "待办 2 件" in new.text
    assert old.now().labels == []
    assert old.now().text == told("tray.moved", number=first)
    await town.passes(minutes=4)
    assert rung(town) == 2, "nothing came in since"
    await town.qiao.says("派单 排水公司", reply_to=old)
    assert (await tickets(town))[0].stage == "dispatched", "a reply to the old copy speaks of what stood on it"
    assert "待办 1 件" in new.now().text


async def test_what_was_settled_within_the_ten_minutes_rings_no_more(town: Town) -> None:
    await returned(town)
    await town.passes(minutes=2)
    second = await returned(town, "柳桥三小门口")
    await town.qiao.says(f"/dispatch {second} 排水公司")
    await town.passes(minutes=10)
    assert rung(town) == 1


async def test_an_urgent_one_rings_at_once_and_stands_on_top(town: Town) -> None:
    first = await returned(town)
    await town.passes(minutes=1)
    await town.lin.posts("卫生院门口井盖没了，有人差点掉下去！")
    urgent = next(ticket for ticket in await tickets(town) if ticket.is_urgent)
    await player(town, *town_officer(town, urgent.number)).says("退回 不归我们", reply_to=card_of(town, urgent.number))
    assert rung(town) == 2
    shown = tray(town).text
    assert f"‼️ 紧急 #{urgent.number}" in shown
    assert shown.index(urgent.number) < shown.index(first)


def town_officer(town: Town, number: str) -> tuple[int, int]:
    """Who has its card with buttons, and where."""
    for person in range(1021, 1037):
        chat = -1002610199080 - (person - 1000)
        if any(number in m.text and "接单" in m.labels for m in town.ours(chat)):
            return person, chat
    raise AssertionError(f"{number} is nowhere")


def card_of(town: Town, number: str) -> Message:
    return next(m for m in town.ours(town_officer(town, number)[1]) if number in m.text)


async def test_next_turns_to_the_others_and_wraps_around(town: Town) -> None:
    numbers = [await returned(town, where) for where in SPOTS[:3]]
    shown = tray(town)
    seen = []
    for position in (2, 3, 1):
        assert await town.qiao.presses("下一件", on=shown) == told("tray.turned", position=position, count=3)
        seen.append(number_in(shown.now()))
    assert seen == [numbers[1], numbers[2], numbers[0]]
    await town.qiao.presses("下一件", on=shown)
    await town.qiao.says("派单 排水公司", reply_to=shown)
    assert [ticket.stage for ticket in await tickets(town)] == ["returned", "dispatched", "returned"]
    assert number_in(shown.now()) == numbers[0]


async def test_other_department_asks_and_words_in_reply_are_the_department(town: Town) -> None:
    await returned(town)
    second = await returned(town, "柳桥三小门口")
    shown = tray(town)
    await town.qiao.presses("下一件", on=shown)
    before = shown.now().labels
    assert await town.qiao.presses("其他部门", on=shown) == told("dispatch.choose")
    assert len(shown.now().labels) == 17
    assert "派给哪个部门？" in shown.now().text
    await town.qiao.presses("取消", on=shown)
    assert shown.now().labels == before
    await town.qiao.presses("其他部门", on=shown)
    await town.qiao.says("排水公司", reply_to=shown)
    assert [ticket.stage for ticket in await tickets(town)] == ["returned", "dispatched"]
    assert second not in shown.now().text
    await town.qiao.presses("其他部门", on=shown)
    await town.passes(minutes=11)
    assert "取消" not in tray(town).labels, "pressed and forgotten"
    await town.qiao.says("热力公司", reply_to=tray(town))
    assert (await tickets(town))[0].stage == "returned"


async def test_the_pictures_come_at_a_press_to_him_alone(town: Town) -> None:
    number = await returned(town)
    assert not tray(town).has_photo
    await town.qiao.presses("看照片", on=tray(town))
    picture = town.last(QIAO)
    assert picture.has_photo
    assert picture.text == told("tray.picture", number=number, marks=[]).strip()
    await town.qiao.says("派单 排水公司", reply_to=picture)
    assert (await tickets(town))[0].stage == "dispatched"
    liu = Player(town, 1012, 1012)
    await liu.starts()
    assert await liu.forges(f"pictures|{number}", on=town.last(1012)) == told("ticket.not_your_grid", number=number)
    assert await town.qiao.forges(f"pictures|{number}", on=town.card) == told("ticket.not_your_grid", number=number)
    assert not any(message.has_photo for message in town.ours(1012))


async def test_what_was_reported_without_a_picture_offers_none(town: Town) -> None:
    await town.lin.says("/report 印刷技校门口路面塌陷")
    await town.lu.says("退回 不归我们", reply_to=town.job)
    assert "看照片" not in tray(town).labels
    number = number_in(tray(town))
    assert await town.qiao.forges(f"pictures|{number}", on=tray(town)) == told("tray.no_pictures", number=number)


async def test_six_others_in_lines_and_how_many_more(town: Town) -> None:
    for where in (*SPOTS, *MORE_SPOTS):
        await returned(town, where)
    shown = tray(town)
    assert "待办 9 件" in shown.text
    assert len(NUMBER.findall(shown.text)) == 7
    assert "还有 2 件" in shown.text
    assert rung(town) == 1


async def test_a_press_on_an_old_copy_is_checked_as_ever(town: Town) -> None:
    number = await returned(town)
    old = tray(town)
    data = old.data(old.labels[0])
    await town.qiao.says(f"/dispatch {number} 热力公司")
    heat = next(m for m in town.ours(-1002610199106) if number in m.text)
    await player(town, 1026, -1002610199106).presses("接单", on=heat)
    assert await town.qiao.forges(data, on=old) == told("ticket.not_now", number=number, stage="working")
    assert await town.qiao.forges(f"next|{number}", on=old) == told("tray.nothing")
    assert await town.qiao.forges("next|LH2611209999", on=old) == told("ticket.unknown", number="LH2611209999")
    assert await town.lin.forges(f"next|{number}", on=town.card) == told("press.unknown")


async def test_who_cannot_be_reached_is_stood_in_for_and_catches_up_at_start(town: Town) -> None:
    bot = int(town.simulator.records.bot["id"])
    town.simulator.member(QIAO, bot, "kicked")
    town.simulator.start(1017)
    await town.settles()
    number = await returned(town)
    assert number in tray(town, 1017).text
    assert not any(number in message.text for message in town.ours(SHEN))
    await town.qiao.starts()
    assert number in tray(town).text
    above = next(message for message in town.ours(1017) if "等您" in message.text)
    assert above.text == told("tray.nothing"), "his no longer"
    copies = rung(town)
    await town.qiao.starts()
    assert rung(town) == copies


async def test_two_leaders_of_one_grid_share_it_and_the_first_one_settles_it(town: Town) -> None:
    from models.person import Person, Role, RoleKind
    from tests.cast import MORNING

    town.simulator.start(1012)
    await town.settles()
    async with town.machine.runtime.database.write() as session:
        liu = (await session.scalars(Person.known_as("telegram", "1012"))).unique().one()
        grid = next(role.grid_id for role in (await session.scalars(select(Role).where(Role.kind == "leader")))
                    if role.person_id != liu.id and role.grid_id == 4)  # fmt: skip
        session.add(Role(person_id=liu.id, kind=RoleKind.LEADER, grid_id=grid, granted_at=MORNING))
    await returned(town)
    one, other = tray(town), tray(town, 1012)
    await player(town, 1012, 1012).presses(other.labels[0], on=other)
    assert one.now().text == other.now().text == told("tray.nothing")


async def test_a_photo_nobody_explained_stands_in_it_and_rings_for_nobody(town: Town) -> None:
    await returned(town)
    await town.passes(minutes=11)
    copies = rung(town)
    photo = await town.lin.posts("")
    await town.passes(minutes=31)
    assert "未说明的照片 1 张" in tray(town).text
    assert "团结西路网格" in tray(town).text.splitlines()[-1]
    first = tray(town)
    await town.lin.says("柳桥三小门口路面塌陷", reply_to=photo)
    assert "未说明的照片" not in first.now().text
    assert rung(town) - copies <= 1, "that the ticket waits too long rings, the photo does not"


async def test_photos_alone_are_told_once_and_forgotten_after_a_day(town: Town) -> None:
    await town.lin.posts("")
    assert rung(town) == 0
    await town.passes(minutes=31)
    assert rung(town) == 1
    assert "未说明的照片 1 张" in town.last(QIAO).text
    await town.mei.posts("")
    await town.passes(minutes=31)
    assert rung(town) == 1
    assert "未说明的照片 2 张" in town.last(QIAO).text
    await town.passes(hours=24)
    assert town.last(QIAO).text == told("tray.nothing")


async def test_what_people_typed_is_text_and_is_cut_to_fit(town: Town) -> None:
    sly = '<b>坏</b> <a href="tg://user?id=1">点我</a> & "引号" 13812345678 '
    await town.lin.posts(f"印刷技校门口路面塌陷 {sly}" + "很长很长" * 200)
    await town.lu.says("退回 <i>不归</i> 我们", reply_to=town.job)
    shown = tray(town).text
    assert '<b>坏</b> <a href="tg://user?id=1">点我</a> & "引号" 138****5678' in shown
    assert "退回原因：<i>不归</i> 我们" in shown
    assert "请派单" in shown
    assert "…" in shown
    assert len(shown) < 1000


# --- what is urgent by its kind ----------------------------------------------------------------


async def test_an_urgent_kind_rings_at_once_and_comes_before_ordinary_ones_but_after_danger(town: Town) -> None:
    await by_hand(town)
    await town.lin.posts("柳桥三小门口一堆垃圾没人收")
    await town.passes(minutes=1)
    await town.lin.posts("印刷技校门口路面塌陷")
    assert rung(town) == 2
    await town.passes(minutes=1)
    await town.mei.posts("红光路垃圾桶满了")
    assert rung(town) == 2, "an ordinary one waits for the ten minutes"
    await town.passes(minutes=1)
    await town.lin.posts("卫生院门口井盖没了，有人差点掉下去！")
    assert rung(town) == 3
    danger, hole, *ordinary = NUMBER.findall(tray(town).text)
    shown = {ticket.number: ticket for ticket in await tickets(town)}
    assert shown[danger].is_urgent
    assert shown[hole].category == "E0505"
    assert not shown[hole].is_urgent
    assert shown[ordinary[0]].category == "E0110"


# --- triage = leader ------------------------------------------------------------------------


async def by_hand(town: Town) -> None:
    async with town.machine.runtime.database.write() as session:
        (await session.get_one(District, 1)).triage = "leader"
    town.machine.runtime._book = None


async def test_where_leaders_sort_nothing_leaves_and_nothing_is_filed_before_one_says_so(town: Town) -> None:
    await by_hand(town)
    await town.lin.posts(HOLE)
    assert "待受理" in town.card.text
    assert "等网格长受理" in town.card.text
    assert town.ours(OFFICE) == []
    assert (await tickets(town))[0].stage == "pending"
    shown = tray(town)
    assert "待受理" in shown.text
    assert "柳桥区市政中心" in shown.labels
    await town.lin.sends_place(34.270989, 108.919347)
    assert town.ours(OFFICE) == []
    await town.qiao.presses("柳桥区市政中心", on=shown)
    assert "接单" in town.job.labels
    assert (await tickets(town))[0].stage == "dispatched"
    assert shown.now().text == told("tray.nothing")
    await town.lin.says("/ticket LH2611200001")
    for event in ("filed", "dispatched"):
        rule = told("rule.leader", grid="团结西路网格") if event == "dispatched" else None
        assert (
            told(f"event.{event}", to="柳桥区市政中心", rule=rule, grid="团结西路网格" if rule else None)
            in town.last(GROUP).text
        )


# --- danger ------------------------------------------------------------------------------------


async def test_an_urgent_one_on_its_way_is_told_to_its_leader_at_once_with_a_picture(town: Town) -> None:
    await town.lin.posts("卫生院门口井盖没了，有人差点掉下去！")
    ticket = (await tickets(town))[0]
    assert ticket.is_urgent
    assert ticket.stage == "dispatched"
    card = leader_card(town)
    assert ticket.number in card.text
    assert card.has_photo
    assert "转派" in card.labels
    assert rung(town) == 0, "there is nothing to sort"
    assert any(ticket.number in m.text for m in town.ours(town_officer(town, ticket.number)[1]))


async def test_nothing_is_left_unsaid_in_the_outbox(town: Town) -> None:
    await returned(town)
    await returned(town, "柳桥三小门口")
    shown = tray(town)
    await town.qiao.presses("下一件", on=shown)
    async with town.machine.runtime.database.read() as session:
        rows = list(await session.scalars(select(Outbox).where(Outbox.kind == "tray")))
    assert rows
    assert {row.state for row in rows} == {"sent"}
    assert town.ours(LIN) == []
