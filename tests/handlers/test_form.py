"""/report alone in private: one living message leads from the photo to sending it."""

import re

import pytest
from sqlalchemy import select

from bot.database import Database
from bot.runtime import Runtime
from bot.town import Town as Machine
from models.draft import Draft
from models.photo import Photo
from models.ticket import Ticket
from tests.cast import GROUP, HOLE, LIN, MEI, OFFICE, Message, Player, Town
from tests.handlers.seeing import LIUYIN, STREET, cards, photos, player, tickets, told

HERE = 34.270989, 108.919347
PARIS = 48.8566, 2.3522
GATE = "印刷技校门口"
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def lin(town: Town) -> Player:
    """小林, alone with the bot."""
    return Player(town, LIN, LIN)


def step(town: Town) -> str:
    """Which step the living message is at."""
    (living,) = [m for m in town.ours(LIN) if told("form_button.drop") in m.labels or "改成哪一类" in m.text]
    assert living.id == town.last(LIN).id, "the living message is not the last one"
    lines = [line[0] for line in living.text.splitlines() if line and line[0] in "📷📍📝"]
    return "look" if len(lines) > 1 or "还发不了" in living.text else lines[0]


def page(town: Town) -> Message:
    return town.last(LIN)


async def drafts(town: Town) -> list[Draft]:
    async with town.machine.runtime.database.read() as session:
        return list(await session.scalars(select(Draft).order_by(Draft.id)))


async def reborn(town: Town) -> None:
    """The process is killed and another one starts on what it has written."""
    old = town.machine.runtime
    await old.database.close()
    database = Database.opened(old.database.url.render_as_string(hide_password=False))
    old.database = database  # for the end of the test
    runtime = Runtime(database, old.clock, old.channels, old.store, old.workshop, old.pace)
    town.machine = Machine(runtime)


# --- the way through ------------------------------------------------------------------


async def test_step_by_step(town: Town, lin: Player) -> None:
    await lin.says("/report")
    assert page(town).text == told("form.photo")
    assert page(town).labels == ["跳过", "不报了"]
    photo = await lin.posts("")
    assert step(town) == "📍"
    assert "1 张照片" in page(town).text
    await lin.sends_place(*HERE)
    assert step(town) == "📝"
    await lin.says("这里塌了一块")
    assert step(town) == "look"
    for part in ("1 张照片", "路面塌陷", "“这里塌了一块”", told("place_source.location"), "团结西路网格"):
        assert part in page(town).text, part
    assert await lin.presses("发送", on=page(town)) == told("ask.thanks", number="LH2611200001")
    (card,) = town.ours(LIN)
    assert card.reply_to == photo.id
    assert "#LH2611200001 路面塌陷" in card.text
    assert card.labels == []
    assert town.job.has_photo
    assert "这里塌了一块" in town.job.text
    (ticket,) = await tickets(town)
    assert (ticket.place_source, ticket.latitude, ticket.is_named) == ("location", HERE[0], False)
    assert [kept.ticket_id for kept in await photos(town, "before")] == [1]


async def test_each_step_is_one_short_sentence(town: Town, lin: Player) -> None:
    await lin.says("/report")
    said = [page(town).text]
    for _ in range(2):
        await lin.presses("跳过", on=page(town))
        said.append(page(town).text)
    assert said == [told(f"form.{name}") for name in ("photo", "place", "what")]
    assert all(len(text) <= 30 for text in said)
    assert page(town).labels[:3] == ["路面塌陷", "暴露垃圾", "非机动车乱停放"]
    await lin.presses("暴露垃圾", on=page(town))
    assert step(town) == "look"
    assert "没说" in page(town).text
    await lin.presses("发送", on=page(town))
    assert (await tickets(town))[0].category == "E0110"


async def test_what_is_known_is_not_asked(town: Town, lin: Player) -> None:
    await lin.says("/report")
    await lin.posts(HOLE)
    assert step(town) == "look"
    for part in ("路面塌陷", "因为写了", "印刷技校门口（按文字说的", "团结西路网格"):
        assert part in page(town).text, part
    await lin.says("不报了")
    await lin.says("/report")
    await lin.says(HOLE)
    assert step(town) == "📷"
    assert "已记下" in page(town).text
    await lin.presses("跳过", on=page(town))
    assert step(town) == "look"
    await lin.says("不报了")
    await lin.says("", location={"latitude": HERE[0], "longitude": HERE[1]})
    await lin.says("/report")
    await lin.posts("")
    assert step(town) == "📝"
    await lin.says("路灯不亮")
    assert told("place_source.near") in page(town).text


async def test_a_wrong_kind_of_answer_is_understood_for_what_it_is(town: Town, lin: Player) -> None:
    await lin.says("/report")
    await lin.sends_place(*HERE)
    assert step(town) == "📷"
    assert "已记下：团结西路网格" in page(town).text
    await lin.says("路灯不亮")
    assert step(town) == "📷"
    assert "路灯" in page(town).text
    await lin.posts("", as_file=True)
    assert step(town) == "look"
    await lin.posts("")
    assert "2 张照片" in page(town).text
    await lin.says("柳荫家园门口")
    assert "柳荫家园门口" in page(town).text
    assert "柳荫家园微网格" in page(town).text
    await lin.presses("发送", on=page(town))
    (ticket,) = await tickets(town)
    assert (ticket.place, ticket.place_source) == ("柳荫家园门口", "text")
    assert "有居民反映" in town.last(LIUYIN).text  # the micro grid has no group of its own
    assert town.ours(GROUP) == []
    assert [kept.ticket_id for kept in await photos(town, "before")] == [1, 1]


async def test_a_place_in_words_a_venue_and_a_way_being_shared(town: Town, lin: Player) -> None:
    await lin.says("/report")
    await lin.posts("路灯不亮")
    assert step(town) == "📍"
    await lin.says("在西柳小区门口左边")
    assert step(town) == "look"
    assert "西柳小区门口" in page(town).text
    await lin.presses("上一步", on=page(town))
    await lin.presses("上一步", on=page(town))
    assert step(town) == "📍"
    venue = {"latitude": HERE[0], "longitude": HERE[1], "title": "印刷家属院", "address": "团结西路 3 号"}
    await lin.says("", venue=venue)
    assert step(town) == "look"
    await lin.presses("上一步", on=page(town))
    await lin.presses("上一步", on=page(town))
    live = {"latitude": HERE[0], "longitude": HERE[1], "live_period": 3600}
    await lin.says("", location=live)
    assert told("place_source.live") in page(town).text
    await lin.presses("发送", on=page(town))
    assert (await tickets(town))[0].place_source == "live"


async def test_a_place_nobody_knows_waits_with_the_leader(town: Town, lin: Player) -> None:
    await lin.says("/report")
    await lin.posts("路灯不亮")
    await lin.says("老王家后面那条道")
    assert step(town) == "look"
    assert "地图上没找到" in page(town).text
    await lin.presses("发送", on=page(town))
    (ticket,) = await tickets(town)
    assert (ticket.place_source, ticket.stage, ticket.department_id) == ("nowhere", "filed", None)
    assert ticket.text == "路灯不亮 老王家后面那条道"
    assert town.ours(GROUP) == []
    await lin.sends_place(*HERE, reply_to=town.last(LIN))
    (ticket,) = await tickets(town)
    assert (ticket.place_source, ticket.stage) == ("location", "dispatched")
    assert "有居民反映" in town.card.text
    assert len(town.ours(GROUP)) == 1


async def test_an_album_is_told_of_once_and_a_late_part_joins(town: Town, lin: Player) -> None:
    await lin.says("/report")
    asked = page(town)
    await lin.posts("", photos=3)
    assert page(town).id == asked.id
    await town.passes(seconds=2)
    assert "3 张照片" in page(town).text
    await lin.posts("", album_part={"id": "more"})
    await town.passes(seconds=2)
    assert "4 张照片" in page(town).text
    await lin.says(HOLE)
    await lin.presses("发送", on=page(town))
    await lin.posts("", album_part={"id": "more", "last": True})
    await town.passes(seconds=20)
    assert [kept.ticket_id for kept in await photos(town, "before")] == [1] * 5
    assert len(town.ours(LIN)) == 1


async def test_the_photo_sent_just_before_is_what_he_reports(town: Town, lin: Player) -> None:
    photo = await lin.posts("")
    asked = town.last(LIN)
    await lin.says("/report")
    assert step(town) == "📍"
    assert asked.id not in [m.id for m in town.messages(LIN)]
    await lin.says(HOLE)
    await lin.presses("发送", on=page(town))
    assert town.last(LIN).reply_to == photo.id
    assert [kept.ticket_id for kept in await photos(town, "before")] == [1]


async def test_a_button_in_the_group_leads_to_it(town: Town, lin: Player) -> None:
    await town.lin.says("/report")
    (how,) = town.ours(GROUP)
    url = str(how.raw["reply_markup"]["inline_keyboard"][0][0]["url"])
    assert (await lin.starts(url.rpartition("=")[2])).text == told("form.photo")
    await lin.says("西柳小区门口路灯不亮")
    await lin.presses("跳过", on=page(town))
    assert step(town) == "look"


async def test_a_report_that_waits_for_its_place_is_not_drawn_into_a_form(town: Town, lin: Player) -> None:
    await lin.says("/report 路灯不亮")
    where = town.last(LIN)
    await lin.says("/report")
    assert step(town) == "📷"
    await lin.says("不报了")
    await lin.says(GATE, reply_to=where)
    (ticket,) = await tickets(town)
    assert ticket.text == f"路灯不亮 {GATE}"


# --- skipped, taken back, given up -----------------------------------------------------


async def test_every_step_can_be_taken_back(town: Town, lin: Player) -> None:
    await lin.says("/report")
    await lin.presses("跳过", on=page(town))
    await lin.presses("上一步", on=page(town))
    assert step(town) == "📷"
    assert "上一步" not in page(town).labels
    await lin.posts("路灯不亮")
    await lin.says(GATE)
    await lin.presses("上一步", on=page(town))
    assert step(town) == "📝"
    await lin.says("井盖松了")
    assert "路灯" not in page(town).text
    for _ in range(3):
        await lin.presses("上一步", on=page(town))
    assert step(town) == "📷"
    assert page(town).labels == ["去掉照片", "就这样", "不报了"]
    await lin.presses("去掉照片", on=page(town))
    assert await photos(town, "before") == []
    await lin.presses("跳过", on=page(town))
    assert step(town) == "look"
    assert "没有照片" in page(town).text
    await lin.presses("发送", on=page(town))
    assert (await tickets(town))[0].text == f"井盖松了 {GATE}"


async def test_it_can_be_given_up_at_every_step(town: Town, lin: Player) -> None:
    told_so_far = [(), ("路灯不亮",), ("路灯不亮", GATE)]
    for answers in told_so_far:
        await lin.says("/report")
        await lin.posts("")
        for answer in answers:
            await lin.says(answer)
        assert await lin.presses("不报了", on=page(town)) == told("form.dropped")
        assert town.ours(LIN) == []
        assert await photos(town, "before") == []
    assert await tickets(town) == []
    assert {(draft.state, draft.text) for draft in await drafts(town)} == {("dropped", "")}
    assert not any(draft.form for draft in await drafts(town))


async def test_words_stand_for_the_buttons(town: Town, lin: Player) -> None:
    await lin.says("/report")
    await lin.says("没有照片")
    assert step(town) == "📍"
    await lin.says("上一步。")
    assert step(town) == "📷"
    await lin.says("跳过")
    await lin.says("不知道")
    await lin.says("路灯不亮")
    await lin.says("署名")
    assert "您的名字：小林" in page(town).text
    await lin.says("匿名")
    assert "现在不写" in page(town).text
    await lin.says("好的")
    assert len(await tickets(town)) == 1
    await lin.says("/report")
    await lin.says("算了")
    assert town.last(LIN).text == told("form.dropped")


async def test_nothing_told_is_nothing_to_send(town: Town, lin: Player) -> None:
    await lin.says("/report")
    first = page(town).data("跳过")
    await lin.sends_place(*HERE)
    for _ in range(2):
        await lin.presses("跳过", on=page(town))
    assert step(town) == "look"
    assert "发送" not in page(town).labels
    assert await lin.forges(first.replace("photo-skip", "look-send"), on=page(town)) == told("form.nothing_yet")
    await lin.says("发送")
    assert town.last(LIN).text == told("form.nothing_yet")
    assert await tickets(town) == []


async def test_the_kind_can_be_changed(town: Town, lin: Player) -> None:
    await lin.says("/report")
    await lin.posts(HOLE)
    await lin.presses("改类别", on=page(town))
    assert page(town).labels[0] == "路面塌陷"
    assert page(town).labels[-1] == "不改了"
    await lin.presses("不改了", on=page(town))
    await lin.presses("改类别", on=page(town))
    await lin.presses(page(town).labels[1], on=page(town))
    assert "路面塌陷（因为" not in page(town).text
    await lin.presses("改类别", on=page(town))
    await lin.says("暴露垃圾")
    assert "暴露垃圾" in page(town).text
    await lin.presses("发送", on=page(town))
    assert (await tickets(town))[0].category == "E0110"


async def test_words_put_right_before_sending_are_read_anew(town: Town, lin: Player) -> None:
    await lin.says("/report")
    photo = await lin.posts("路灯不亮")
    await lin.says(GATE)
    await lin.edits(photo, "井盖没了")
    assert "“井盖没了 印刷技校门口”" in page(town).text
    await lin.presses("发送", on=page(town))
    await lin.edits(photo, "路灯不亮")
    (ticket,) = await tickets(town)
    assert ticket.text == f"井盖没了 {GATE}"


async def test_what_cannot_be_read_is_said_so(town: Town, lin: Player) -> None:
    await lin.says("/report")
    await lin.says("", sticker="🍜")
    assert page(town).text == f"{told('form_note.unread')}\n{told('form.photo')}"
    await lin.says("你好")
    assert told("form_note.unread") in page(town).text
    assert step(town) == "📷"
    await lin.posts("哈哈哈笑死我了")
    assert step(town) == "📍"
    assert told("form_note.unread") not in page(town).text
    await lin.says("", contact={"phone_number": "13812345678", "first_name": "某人"})
    assert step(town) == "📍"


# --- it is kept --------------------------------------------------------------------------


async def test_it_survives_a_kill_between_any_two_steps(town: Town, lin: Player) -> None:
    await lin.says("/report")
    await reborn(town)
    await lin.posts("")
    await reborn(town)
    await lin.says(GATE)
    await reborn(town)
    await lin.says("路灯不亮")
    await reborn(town)
    await lin.presses("写我的名字", on=page(town))
    await reborn(town)
    await lin.presses("发送", on=page(town))
    (ticket,) = await tickets(town)
    assert (ticket.text, ticket.is_named) == (f"路灯不亮 {GATE}", True)
    assert "小林 反映" in town.card.text
    assert len(town.ours(LIN)) == 1


async def test_after_half_an_hour_one_kind_word_and_after_a_day_it_is_forgotten(town: Town, lin: Player) -> None:
    await lin.says("/report")
    await lin.posts("路灯不亮")
    await town.passes(minutes=29)
    assert told("form_note.aside") not in page(town).text
    await town.passes(minutes=1)
    assert told("form_note.aside") in page(town).text
    assert step(town) == "📍"
    await town.passes(hours=5)
    await reborn(town)
    assert len(town.ours(LIN)) == 1
    await lin.says(GATE)
    assert step(town) == "look"
    await town.passes(hours=23, minutes=59)
    living = page(town)
    assert told("form_note.aside") not in living.text
    press = living.data("发送")
    await town.passes(minutes=1)
    assert town.ours(LIN) == []
    assert await photos(town, "before") == []
    assert await lin.forges(press, on=living) == told("form.over")
    assert await tickets(town) == []
    await lin.says("西柳小区门口路灯不亮")
    assert len(await tickets(town)) == 1


async def test_a_form_whose_timer_comes_late_is_forgotten_all_the_same(town: Town, lin: Player) -> None:
    await lin.says("/report")
    await lin.posts("")
    town.clock.moment += 2 * (town.clock.moment - town.clock.moment.replace(hour=0))
    town.clock.moment = town.clock.moment.replace(day=town.clock.moment.day + 2)
    await lin.says(HOLE)
    assert len(await tickets(town)) == 1
    assert [draft.state for draft in await drafts(town)] == ["dropped"]


async def test_a_second_report_goes_on_with_the_first(town: Town, lin: Player) -> None:
    await lin.says("/report")
    await lin.posts("路灯不亮")
    await lin.says("/report")
    assert told("form_note.again") in page(town).text
    assert step(town) == "📍"
    await lin.says(f"/report {GATE}")
    assert step(town) == "look"
    assert [draft.state for draft in await drafts(town)] == ["form"]
    assert await tickets(town) == []


async def test_commands_work_in_between_and_cards_are_answered(town: Town, lin: Player) -> None:
    await lin.says("西柳小区门口路灯不亮")
    card = town.last(LIN)
    await lin.says("/report")
    await lin.says("/mine")
    assert "LH2611200001" in town.last(LIN).text
    await lin.says("/help")
    await lin.sends_place(*HERE, reply_to=card)
    assert (await tickets(town))[0].place_source == "location"
    await lin.says("撤回", reply_to=card)
    assert (await tickets(town))[0].stage == "withdrawn"
    await lin.posts("")
    assert step(town) == "📍"
    await town.lin.posts(HOLE)
    assert len(await tickets(town)) == 2


async def test_old_copies_are_answered_politely(town: Town, lin: Player) -> None:
    await lin.says("/report")
    first = page(town)
    skip = first.data("跳过")
    await lin.presses("跳过", on=first)
    assert await lin.forges(skip, on=first) == told("form.old")
    assert step(town) == "📍"
    await lin.posts(HOLE)
    send = page(town).data("发送")
    await lin.posts("")
    assert await lin.forges(send, on=first) == told("form.old")
    assert await tickets(town) == []
    living = page(town)
    await lin.presses("发送", on=living)
    assert await lin.forges(send, on=living) == told("form.sent", number="LH2611200001")
    assert len(await tickets(town)) == 1


async def test_nobody_else_can_press_it(town: Town, lin: Player) -> None:
    await lin.says("/report")
    await lin.posts(HOLE)
    send = page(town).data("发送")
    mei = Player(town, MEI, MEI)
    await mei.starts()
    assert await mei.forges(send, on=town.last(MEI)) == told("form.over")
    for data in ("form|999|look-send", "form|x|look-send", "form", "form|1", "form|99999999999999999999|look-send"):
        assert await mei.forges(data, on=town.last(MEI)) == told("form.over"), data
    for action in ("look-nothing", "look-kind-NOPE", "look-", "photo-skip", "look-direct-x"):
        assert await lin.forges(send.replace("look-send", action), on=page(town)) == told("form.old"), action
    assert await tickets(town) == []
    assert step(town) == "look"


async def test_what_he_types_stays_text(town: Town, lin: Player) -> None:
    await lin.says("/report")
    await lin.posts("<b>路灯</b>不亮 {{ form }} &amp; 电话13812345678" + "长" * 900)
    await lin.says("<a href='x'>西柳小区门口</a>")
    assert "<b>路灯</b>不亮 {{ form }} &amp;" in page(town).text
    assert "13812345678" not in page(town).text
    assert not any("13812345678" in str(draft.form) for draft in await drafts(town))
    await lin.presses("发送", on=page(town))
    assert len(await tickets(town)) == 1


# --- danger -------------------------------------------------------------------------------


async def test_danger_is_answered_at_once_and_sent_with_one_press(town: Town, lin: Player) -> None:
    await lin.says("/report")
    await lin.says("楼下着火了,快来人")
    assert "119" in page(town).text.splitlines()[0]
    assert "直接发送" in page(town).labels
    assert await tickets(town) == []
    await lin.presses("直接发送", on=page(town))
    (ticket,) = await tickets(town)
    assert ticket.is_urgent
    assert "119" in town.last(LIN).text.splitlines()[0]


async def test_danger_in_an_albums_caption_does_not_wait_for_the_album(town: Town, lin: Player) -> None:
    await lin.says("/report")
    await lin.posts(f"{GATE}变电箱冒烟打火花", album_part={"id": "fire"})
    assert "119" in page(town).text.splitlines()[0]
    await town.passes(seconds=20)
    assert step(town) == "look"


# --- in English -------------------------------------------------------------------------------


async def test_in_english(town: Town, lin: Player) -> None:
    await lin.says("/lang en")
    await lin.says("/report")
    said = [page(town)]
    await lin.says("none")
    said.append(page(town))
    await lin.sends_place(*HERE)
    said.append(page(town))
    await lin.presses("Skip", on=page(town))
    said.append(page(town))
    await lin.posts("")
    await lin.presses("Other kind", on=page(town))
    said.append(page(town))
    await lin.presses("Leave it", on=page(town))
    await lin.presses("Give my name", on=page(town))
    await lin.says("back")
    said.append(page(town))
    for message in said:
        text = "\n".join([message.text, *message.labels]).replace("团结西路网格", "")
        assert not HAN.search(text), text
    await lin.says("that will do")
    assert "group will read your name" in page(town).text
    await lin.says("yes")
    assert len(await tickets(town)) == 1


async def tickets_in(town: Town, grid: str) -> list[Ticket]:
    async with town.machine.runtime.database.read() as session:
        book = await town.machine.runtime.book(session)
    assert book is not None
    return [ticket for ticket in await tickets(town) if book.grids[ticket.grid_id].name == grid]


async def test_restricted_kinds_are_not_public_and_nobody_is_asked_for_his_name(town: Town, lin: Player) -> None:
    await lin.says("/report")
    await lin.says("印刷技校家属院有位独居老人摔倒了")
    await lin.presses("跳过", on=page(town))
    assert "不公开" in page(town).text
    assert "写我的名字" not in page(town).labels
    await lin.presses("发送", on=page(town))
    assert "已受理" in town.last(GROUP).text
    assert "老人" not in town.last(GROUP).text
    assert "居民" not in town.last(GROUP).text
    job = town.last(STREET)
    await player(town, 1034, STREET).posts("", chat=STREET, reply_to=job)
    await town.passes(minutes=2)
    fix = town.last(LIN)
    assert not fix.has_photo, "people may be in it"
    assert fix.labels == ["已解决", "没解决"]
    assert "已受理" in town.last(GROUP).text
    await lin.presses("已解决", on=fix)
    assert (await tickets(town))[0].stage == "closed"
    assert "已结案" in fix.now().text


async def test_photos_of_a_form_are_fetched_only_once_it_is_sent(town: Town, lin: Player) -> None:
    await lin.says("/report")
    await lin.posts(HOLE)
    await town.passes(seconds=5)
    assert [photo.state for photo in await photos(town, "before")] == ["waiting"]
    await lin.presses("发送", on=page(town))
    async with town.machine.runtime.database.read() as session:
        assert [photo.state for photo in await session.scalars(select(Photo))] == ["kept"]
    assert cards(town, OFFICE)
