"""What is meant for the bot and what is not."""

import pytest

from reading import told as reading_told
from tests.cast import GROUP, HOLE, LIN, OFFICE, Player, Town
from tests.handlers.seeing import cards, photos, questions, tickets, told

BOT = "@roving_grid_bot"


async def test_what_is_not_meant_for_it_is_left_alone(town: Town) -> None:
    for said in ("中午吃啥", "路面塌陷了一个大坑", "西柳小区路灯不亮", "/stats@other_bot", "/nonsense", "接单", "完成"):
        await town.lin.says(said)
    await town.lin.says("", sticker="🍜")
    await town.lin.says("", contact={"phone_number": "13812345678", "first_name": "某人"})
    for caption in ("麻辣烫真香", "三合一洗衣液拼单", "手机没电了", "哈哈哈", "😂😂😂", "👍🏽👏"):
        await town.lin.posts(caption)
    await town.lin.says(f"{BOT} 谢谢,辛苦啦")
    await town.lin.says(f"{BOT} 中午吃啥")
    await town.lin.says("@roving_grid_bot2 路面塌陷了一个大坑")
    await town.lu.posts("", chat=OFFICE)
    await town.lu.posts("修好的照片", chat=OFFICE)
    assert town.ours(GROUP) == []
    assert town.ours(OFFICE) == []
    assert await tickets(town) == []


async def test_a_picture_beside_a_photo_that_may_point_at_something_is_asked_about(town: Town) -> None:
    for asked, caption in enumerate(("❓", "⚠️", "🕳️", "👇"), start=1):
        await town.mei.posts(caption)
        assert len(questions(town)) == asked
    await town.mei.posts("😂")
    assert len(questions(town)) == asked
    assert await tickets(town) == []


async def test_control_laughter_nobody_knows_is_asked_about(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_told, "_is_applause", lambda text: False)
    await town.lin.posts("😂😂😂")
    assert len(questions(town)) == 1


async def test_a_text_that_names_us_is_a_ticket(town: Town) -> None:
    said = await town.lin.says(f"{BOT} {HOLE}")
    assert town.card.reply_to == said.id
    assert (await tickets(town))[0].text == HOLE
    assert not town.job.has_photo
    await town.lin.says(f"西柳小区门口路灯不亮{BOT}")
    assert "路灯" in town.card.text
    await town.mei.says(f"{BOT} 柳桥三小门口一堆垃圾", reply_to=town.card)
    assert "暴露垃圾" in town.card.text


async def test_report_with_words(town: Town) -> None:
    said = await town.lin.says("/report 印刷技校门口路面塌陷")
    assert town.card.reply_to == said.id
    await town.lin.says("/report@roving_grid_bot 西柳小区门口路灯不亮")
    assert "路灯" in town.card.text
    await town.lin.says("/report 西柳小区门口有点不对劲")
    assert "其他/待人工分派" in town.card.text
    assert len(await tickets(town)) == 3


async def test_report_alone_tells_how(town: Town) -> None:
    await town.lin.says("/report")
    assert town.last(GROUP).text == told("report.how")
    assert await tickets(town) == []


async def test_report_as_a_caption(town: Town) -> None:
    await town.lin.posts("/report 这里有点问题")
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1]
    await town.lin.posts("/report")
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1, 2]
    assert questions(town) == []


async def test_a_forwarded_report_is_a_report_and_a_forwarded_command_is_none(town: Town) -> None:
    await town.lin.posts(HOLE, forward=True)
    assert len(cards(town)) == 1
    await town.lin.says("/withdraw LH2611200001", forward=True)
    assert (await tickets(town))[0].stage == "dispatched"


async def test_in_private_the_place_is_asked_for_once(town: Town) -> None:
    lin = Player(town, LIN, LIN)
    await lin.says("/report 有个井盖坏了")
    assert town.last(LIN).text == told("ask.where")
    await lin.says("印刷技校门口")
    assert "团结西路网格" in town.last(LIN).text
    (ticket,) = await tickets(town)
    assert ticket.text == "有个井盖坏了 印刷技校门口"
    await lin.says("你好")
    assert len(await tickets(town)) == 1


async def test_in_private_a_picture_is_asked_what_and_then_where(town: Town) -> None:
    lin = Player(town, LIN, LIN)
    await lin.posts("")
    asked = town.last(LIN)
    await lin.presses("路面塌陷", on=asked)
    assert town.last(LIN).text == told("ask.where")
    await town.passes(hours=1)
    await lin.sends_place(34.270989, 108.919347)
    assert "路面塌陷" in town.last(LIN).text
    assert "市政中心" in town.last(LIN).text
    await lin.says("这是啥")
    assert town.last(LIN).text == told("command.unknown")


async def test_the_same_reporter_adds_a_photo_to_his_report_and_a_new_problem_is_a_new_ticket(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lin.posts("", reply_to=town.card)
    await town.lin.posts("再来一张", reply_to=town.card)
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1, 1, 1]
    assert questions(town) == []
    await town.lin.posts("旁边还有一堆垃圾没人收", reply_to=town.card)
    assert "暴露垃圾" in town.card.text
    assert len(await tickets(town)) == 2


async def test_a_command_word_under_somebody_elses_report_is_a_word(town: Town) -> None:
    report = await town.lin.posts(HOLE)
    await town.mei.says("完成", reply_to=report)
    await town.mei.says("撤回", reply_to=report)
    assert len(town.ours(GROUP)) == 1
    await town.lin.says("撤回", reply_to=report)
    assert (await tickets(town))[0].stage == "withdrawn"
