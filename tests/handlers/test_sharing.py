"""我也遇到, and reports of what is known already."""

from tests.cast import GROUP, HOLE, LIN, MEI, OFFICE, WANG, Town
from tests.handlers.seeing import LIUYIN, cards, photos, player, tickets, told

HERE = 34.270989, 108.919347


async def test_who_met_it_too_is_counted_once(town: Town) -> None:
    await town.lin.posts(HOLE)
    card = town.card
    assert await town.mei.presses("我也遇到", on=card) == told("join.thanks")
    assert "2 人" in card.now().text
    assert "2 人" in town.job.text
    assert await town.mei.presses("我也遇到", on=card) == told("join.already")
    assert await town.lin.presses("我也遇到", on=card) == told("join.already")
    await town.wang.presses("我也遇到", on=card)
    assert "3 人" in card.now().text
    assert len(town.ours(GROUP)) == 1
    await town.lu.posts("", chat=OFFICE, reply_to=town.job)
    assert town.last(GROUP).mentions == ["小林", "小梅", "王阿姨"]


async def test_the_button_stands_while_it_is_open(town: Town) -> None:
    await town.lin.posts(HOLE)
    card = town.card
    press = card.data("我也遇到")
    await town.lu.posts("", chat=OFFICE, reply_to=town.job)
    assert card.now().labels == []
    assert told("ticket.not_open", number="LH2611200001") == await town.mei.forges(press, on=card)
    await town.lin.presses("没解决", on=town.last(GROUP))
    assert card.now().labels == ["我也遇到"]
    await town.lin.posts("柳桥三小门口路面塌陷")
    await town.lin.says("/withdraw LH2611200002")
    assert town.card.labels == []


async def test_a_second_report_of_the_same_place_joins(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.start(MEI)
    second = await town.mei.posts("团结西路印刷技校门口路面塌陷了")
    assert len(town.ours(GROUP)) == 1
    assert "2 人" in town.card.text
    assert len(await tickets(town)) == 1
    assert second.now().raw["reactions"], "no sign under his message"
    assert "已有人反映\n#LH2611200001" in town.last(MEI).text
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1, 1]
    assert len(cards(town, OFFICE)) == 1
    await town.mei.posts("团结西路印刷技校门口路面塌陷了")
    assert "2 人" in town.card.text


async def test_near_by_location_joins_too_and_an_album_and_a_press(town: Town) -> None:
    await town.lin.sends_place(*HERE)
    await town.lin.posts("路面塌陷了一个大坑")
    await town.mei.sends_place(HERE[0] + 0.0002, HERE[1])
    await town.mei.posts("地面塌陷", photos=2)
    await town.passes(seconds=2)
    assert len(await tickets(town)) == 1
    await town.wang.sends_place(HERE[0], HERE[1] + 0.0003)
    await town.wang.posts("")
    await town.wang.sends_place(HERE[0], HERE[1] + 0.0003)
    assert len(await tickets(town)) == 2  # what it is was not said: that is for the leader to see


async def test_another_place_another_house_another_day_is_a_ticket_of_its_own(town: Town) -> None:
    await town.lin.posts("西柳小区3号楼门口路面塌陷")
    await town.mei.posts("西柳小区5号楼门口路面塌陷")
    assert len(await tickets(town)) == 2
    await town.mei.posts("柳桥三小门口路面塌陷")
    assert len(await tickets(town)) == 3
    await town.mei.posts("西柳小区3号楼门口路灯不亮")
    assert len(await tickets(town)) == 4
    await town.passes(hours=25)
    await town.wang.posts("西柳小区3号楼门口路面塌陷")
    assert len(await tickets(town)) == 5


async def test_what_is_mended_and_breaks_again_is_new(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.posts("", chat=OFFICE, reply_to=town.job)
    await town.mei.posts(HOLE)
    assert len(await tickets(town)) == 2


async def test_a_problem_known_in_the_next_group_is_joined_there(town: Town) -> None:
    await town.lin.posts(HOLE)
    await player(town, MEI, LIUYIN).posts(HOLE, chat=LIUYIN)
    assert town.ours(LIUYIN) == []
    assert "2 人" in town.card.text


async def test_the_button_works_on_its_own_card_alone(town: Town) -> None:
    await town.lin.posts(HOLE)
    await player(town, LIN, LIUYIN).posts("柳荫家园门口路灯不亮", chat=LIUYIN)
    card = town.last(LIUYIN)
    assert told("press.unknown") == await player(town, MEI, LIUYIN).forges("join|LH2611200001", on=card)
    assert told("ticket.unknown", number="LH2611209999") == await town.mei.forges("join|LH2611209999", on=town.card)
    assert told("press.unknown") == await player(town, WANG).forges("nonsense|LH2611200001", on=town.card)
