"""What is reported to the bot alone: the grid's group hears of it, and of nobody's name who did not agree."""

import pytest

from tests.cast import GROUP, HOLE, LIN, MEI, OFFICE, SHEN, WANG, Message, Player, Town
from tests.handlers.seeing import LIUYIN, cards, number_in, photos, player, tickets, told

HERE = 34.270989, 108.919347
THERE = 34.272698, 108.925409  # 柳荫, beside it
PARIS = 48.8566, 2.3522
FIRE = -1002610199112
COMMUNITY = -1002610199777
NAME = "小林"


@pytest.fixture
async def lin(town: Town) -> Player:
    lin = Player(town, LIN, LIN)
    await lin.starts()
    return lin


async def sends_a_form(town: Town, lin: Player, text: str = HOLE, *, named: bool = False) -> Message:
    """Returns the card in the group."""
    await lin.says("/report")
    await lin.posts(text)
    if named:
        await lin.presses("写我的名字", on=town.last(LIN))
    await lin.presses("发送", on=town.last(LIN))
    return town.last(GROUP)


async def is_fixed(town: Town) -> None:
    await town.lu.posts("", chat=OFFICE, reply_to=town.job)
    await town.passes(minutes=2)


async def test_the_group_reads_of_it_and_not_whose_it_is(town: Town, lin: Player) -> None:
    mine = await lin.posts(HOLE)
    (card,) = town.ours(GROUP)
    assert card.reply_to is None
    assert "有居民反映" in card.text
    assert card.labels == ["我也遇到"]
    own = town.last(LIN)
    assert own.reply_to == mine.id
    assert "有居民反映" not in own.text
    await town.lu.presses("接单", on=town.job)
    assert "处置中" in card.now().text
    assert "处置中" in own.now().text
    await is_fixed(town)
    fix = town.last(LIN)
    assert fix.reply_to == mine.id
    assert fix.has_photo
    assert fix.labels == ["已解决", "没解决"]
    assert fix.mentions == [NAME]
    posted = town.last(GROUP)
    assert posted.reply_to == card.id
    assert posted.has_photo
    assert posted.labels == []
    assert posted.mentions == []
    assert len(town.ours(GROUP)) == 2
    everywhere = [m for chat in (GROUP, OFFICE) for m in town.ours(chat)]
    assert not any(NAME in message.text or message.mentions for message in everywhere)
    await lin.presses("已解决", on=fix)
    assert "已结案" in posted.now().text
    assert "已结案" in fix.now().text
    assert not any(NAME in message.now().text for message in everywhere)


async def test_who_agreed_is_named(town: Town, lin: Player) -> None:
    card = await sends_a_form(town, lin, named=True)
    assert f"{NAME} 反映" in card.text
    await is_fixed(town)
    assert town.last(GROUP).mentions == [NAME]
    assert not any(NAME in message.text for message in town.ours(OFFICE))


async def test_who_did_not_agree_is_not(town: Town, lin: Player) -> None:
    card = await sends_a_form(town, lin)
    assert "有居民反映" in card.text
    await is_fixed(town)
    assert not any(NAME in message.text or message.mentions for message in town.ours(GROUP))


async def test_a_second_round_is_told_to_both_once(town: Town, lin: Player) -> None:
    await sends_a_form(town, lin)
    await is_fixed(town)
    first = town.last(GROUP)
    assert await lin.presses("没解决", on=town.last(LIN)) == told("unsolved.noted", number="LH2611200001")
    assert "没修好" in first.now().text
    await is_fixed(town)
    assert len(town.ours(GROUP)) == 3
    assert town.last(GROUP).id != first.id
    await lin.presses("已解决", on=town.last(LIN))
    assert "没修好" in first.now().text
    assert "已结案" in town.last(GROUP).text


async def test_the_pair_joins_the_words_in_both(town: Town, lin: Player) -> None:
    await sends_a_form(town, lin)
    town.simulator.faults([{"kind": "500", "method": "file", "times": 2}])
    await town.lu.posts("", chat=OFFICE, reply_to=town.job)
    await town.passes(seconds=61)
    assert len(town.ours(GROUP)) == 2
    assert not any(town.last(chat).has_photo for chat in (GROUP, LIN))
    await town.passes(minutes=20)
    assert len(town.ours(GROUP)) == 2
    assert all(town.last(chat).has_photo for chat in (GROUP, LIN))


async def test_others_join_on_the_groups_card(town: Town, lin: Player) -> None:
    card = await sends_a_form(town, lin)
    assert await town.mei.presses("我也遇到", on=card) == told("join.thanks")
    assert await player(town, LIN).presses("我也遇到", on=card) == told("join.already")
    assert "2 人" in card.now().text
    await is_fixed(town)
    assert town.last(GROUP).mentions == ["小梅"]
    assert told("press.unknown") == await lin.forges("join|LH2611200001", on=town.last(LIN))


async def test_who_joins_in_private_hears_the_end_in_private(town: Town, lin: Player) -> None:
    await town.mei.posts(HOLE)
    card = town.card
    await lin.says("/report")
    mine = await lin.posts("印刷技校门口路面塌陷了")
    await lin.says("团结西路印刷技校门口")
    await lin.presses("发送", on=town.last(LIN))
    assert len(await tickets(town)) == 1
    assert "已有人反映\n#LH2611200001" in town.last(LIN).text
    assert "2 人" in card.now().text
    await is_fixed(town)
    assert town.last(GROUP).mentions == ["小梅"]
    fix = town.last(LIN)
    assert fix.has_photo
    assert fix.reply_to == mine.id
    assert fix.labels == ["更多照片（1）"]  # of the two that were reported one is in it
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1, 1]
    assert not any(NAME in message.text for message in town.ours(GROUP))


async def test_a_grid_without_a_group_is_told_of_in_the_next_above(town: Town, lin: Player) -> None:
    people = [LIN, MEI, WANG, SHEN]
    town.simulator.seed(
        {"chats": [{"id": COMMUNITY, "title": "红柳社区", "members": people, "bot_member": "administrator"}]}
    )
    shen = Player(town, SHEN, COMMUNITY)
    await shen.says("/bind 红柳社区")
    before = len(town.ours(COMMUNITY))
    await lin.posts(HOLE)
    assert len(town.ours(COMMUNITY)) == before
    await Player(town, SHEN, GROUP).says("/unbind")
    await lin.posts("西柳小区门口路灯不亮")
    assert "有居民反映" in town.last(COMMUNITY).text
    assert number_in(town.last(COMMUNITY)) == "LH2611200002"
    assert not any("LH2611200002" in message.text for message in town.ours(GROUP))
    await player(town, MEI, COMMUNITY).presses("我也遇到", on=town.last(COMMUNITY))
    assert "2 人" in town.last(COMMUNITY).text


async def test_every_group_of_the_grid_is_told(town: Town, lin: Player) -> None:
    town.simulator.seed(
        {"chats": [{"id": COMMUNITY, "title": "二群", "members": [LIN, MEI, SHEN], "bot_member": "administrator"}]}
    )
    await Player(town, SHEN, COMMUNITY).says("/bind 团结西路网格")
    await lin.posts(HOLE)
    assert "有居民反映" in town.last(COMMUNITY).text
    assert "有居民反映" in town.last(GROUP).text
    await is_fixed(town)
    assert [town.last(chat).has_photo for chat in (COMMUNITY, GROUP, LIN)] == [True] * 3


async def test_it_stays_where_it_was_said_first(town: Town, lin: Player) -> None:
    await lin.posts(HOLE)
    card = town.last(GROUP)
    await lin.sends_place(*THERE, reply_to=town.last(LIN))
    assert "纺织家属院微网格" in card.now().text
    assert town.ours(LIUYIN) == []
    assert len(town.ours(GROUP)) == 1


async def test_restricted_cases_stay_unnamed_and_untold(town: Town, lin: Player) -> None:
    await lin.says("西柳小区有小偷撬电动车")
    (card,) = town.ours(GROUP)
    assert "已受理" in card.text
    assert not any(word in card.text for word in ("西柳", "小偷", "居民", NAME))
    assert card.labels == []
    assert "西柳小区" in town.last(LIN).text


# --- without a place ---------------------------------------------------------------------


async def test_asked_where_once_then_it_waits_with_the_leader(town: Town, lin: Player) -> None:
    await lin.says("/report 路灯不亮")
    assert town.last(LIN).text == told("ask.where")
    await lin.says("老王家后面")
    (ticket,) = await tickets(town)
    assert (ticket.place_source, ticket.stage) == ("nowhere", "filed")
    assert ticket.text == "路灯不亮 老王家后面"
    assert town.ours(GROUP) == []
    assert "📍 老王家后面" in town.last(LIN).text
    assert "在哪里？请回复一个定位。" in town.last(LIN).text
    assert "LH2611200001" in town.last(SHEN).text
    await lin.sends_place(*HERE)
    (ticket,) = await tickets(town)
    assert ticket.stage == "dispatched"
    assert len(cards(town, GROUP)) == 1


async def test_nobody_answers_and_it_is_kept_all_the_same(town: Town, lin: Player) -> None:
    await lin.says("/report 路灯不亮")
    await town.passes(hours=23, minutes=59)
    assert await tickets(town) == []
    await town.passes(minutes=1)
    (ticket,) = await tickets(town)
    assert (ticket.place_source, ticket.stage) == ("nowhere", "filed")
    await player(town, SHEN, SHEN).says("/todo")
    assert f"· {told('card.nowhere')}" in town.last(SHEN).text


async def test_danger_does_not_wait_a_day_for_its_place(town: Town, lin: Player) -> None:
    await lin.says("着火了,快来人")
    assert "119" in town.last(LIN).text.splitlines()[0]
    assert town.last(LIN).text.endswith(told("ask.where"))
    await town.passes(minutes=2)
    (ticket,) = await tickets(town)
    assert (ticket.is_urgent, ticket.place_source, ticket.stage) == (True, "nowhere", "dispatched")
    assert "📍 位置还没弄清\n🏘 在哪里？请回复一个定位。" in town.last(LIN).text
    assert "📍 位置还没弄清" in town.last(FIRE).text
    assert "LH2611200001" in town.last(SHEN).text
    assert "LH2611200001" in town.last(FIRE).text


# --- outside the district -----------------------------------------------------------------------


async def test_outside_the_district_in_private(town: Town, lin: Player) -> None:
    await lin.sends_place(*PARIS)
    await lin.posts("路灯不亮")
    (ticket,) = await tickets(town)
    assert (ticket.is_outside, ticket.stage) == (True, "filed")
    sentence = told("card.not_ours", district="柳桥区", hotline="12345")
    assert sentence in town.last(LIN).text
    assert town.ours(GROUP) == []
    assert "LH2611200001" in town.last(SHEN).text


async def test_outside_the_district_in_the_form(town: Town, lin: Player) -> None:
    await lin.says("/report")
    await lin.posts("路灯不亮")
    await lin.sends_place(*PARIS)
    sentence = told("card.not_ours", district="柳桥区", hotline="12345")
    assert sentence in town.last(LIN).text
    await lin.presses("发送", on=town.last(LIN))
    assert sentence in town.last(LIN).text
    await lin.sends_place(*HERE, reply_to=town.last(LIN))
    assert sentence not in town.last(LIN).text
    (ticket,) = await tickets(town)
    assert (ticket.is_outside, ticket.stage) == (False, "dispatched")
    assert "有居民反映" in town.last(GROUP).text


async def test_outside_the_district_in_a_group_it_stands_on_the_card(town: Town) -> None:
    await town.lin.sends_place(*PARIS)
    await town.lin.posts("路灯不亮")
    sentence = told("card.not_ours", district="柳桥区", hotline="12345")
    (card,) = town.ours(GROUP)
    assert sentence in card.text
    assert number_in(card) == "LH2611200001"
    await town.lin.sends_place(*HERE, reply_to=card)
    assert sentence not in card.now().text
    assert len(town.ours(GROUP)) == 1
