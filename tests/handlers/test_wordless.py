"""A photo without words: one question, and a day to answer it."""

from tests.cast import GROUP, HOLE, LIN, QIAO, Town
from tests.handlers.seeing import cards, photos, questions, tickets, told

HERE = 34.270989, 108.919347


async def test_it_is_asked_once_with_three_buttons_at_most(town: Town) -> None:
    photo = await town.lin.posts("")
    asked = town.last(GROUP)
    assert asked.reply_to == photo.id
    assert 1 <= len(asked.labels) <= 3
    await town.passes(minutes=10)
    assert len(town.ours(GROUP)) == 1
    assert await tickets(town) == []
    await town.lin.presses("路面塌陷", on=asked)
    assert questions(town) == []
    assert town.card.reply_to == photo.id
    assert "路面塌陷" in town.card.text
    assert town.job.has_photo


async def test_words_that_are_neither_report_nor_chatter_are_asked_about_with_the_likeliest(town: Town) -> None:
    await town.lin.posts("垃圾桶")
    (asked,) = questions(town)
    assert "垃圾满溢" in asked.labels
    await town.lin.presses("垃圾满溢", on=asked)
    assert (await tickets(town))[0].text == "垃圾桶"


async def test_the_question_goes_after_half_an_hour_but_can_be_answered_for_a_day(town: Town) -> None:
    await town.lin.posts("")
    asked = town.last(GROUP)
    press = asked.data("路面塌陷")
    await town.passes(minutes=31)
    assert questions(town) == []
    await town.passes(hours=22, minutes=29)
    assert told("ask.thanks", number="LH2611210001") == await town.lin.forges(press, on=asked)
    assert len(await tickets(town)) == 1
    assert told("ask.over") == await town.lin.forges(press, on=asked)
    assert len(await tickets(town)) == 1


async def test_after_a_day_nothing_makes_it_a_ticket(town: Town) -> None:
    photo = await town.lin.posts("")
    asked = town.last(GROUP)
    press = asked.data("路面塌陷")
    await town.passes(hours=25)
    assert told("ask.over") == await town.lin.forges(press, on=asked)
    await town.lin.edits(photo, HOLE)
    await town.lin.says(HOLE, reply_to=photo)
    await town.lin.sends_place(*HERE, reply_to=photo)
    await town.lin.sends_place(*HERE)
    assert await tickets(town) == []
    assert town.ours(GROUP) == []


async def test_only_its_sender_may_answer(town: Town) -> None:
    photo = await town.lin.posts("")
    asked = town.last(GROUP)
    assert told("ask.not_yours") == await town.mei.presses("路面塌陷", on=asked)
    await town.mei.says(HOLE, reply_to=asked)
    await town.mei.says(HOLE, reply_to=photo)
    await town.mei.sends_place(*HERE, reply_to=photo)
    assert await tickets(town) == []
    assert len(town.ours(GROUP)) == 1


async def test_nobody_can_forge_an_answer(town: Town) -> None:
    await town.lin.posts("")
    asked = town.last(GROUP)
    for data in ("kind|9|E0505", "kind|1|NOPE", "kind|99999999999999999999|E0505", "kind|x|E0505", "kind", "kind|1"):
        assert told("ask.over") == await town.lin.forges(data, on=asked), data
    assert await tickets(town) == []


async def test_a_caption_put_in_later_explains_it(town: Town) -> None:
    photo = await town.lin.posts("")
    await town.passes(hours=3)
    await town.lin.edits(photo, "哈哈哈")
    assert await tickets(town) == []
    await town.lin.edits(photo, HOLE)
    assert town.card.reply_to == photo.id
    await town.lin.edits(photo, HOLE + "!!")
    assert len(await tickets(town)) == 1


async def test_a_reply_with_words_explains_it(town: Town) -> None:
    await town.lin.posts("")
    await town.lin.says("谢谢", reply_to=town.last(GROUP))
    assert await tickets(town) == []
    await town.lin.says("印刷技校门口路面塌陷", reply_to=town.last(GROUP))
    assert "路面塌陷" in town.card.text
    assert questions(town) == []
    photo = await town.lin.posts("这个")
    await town.passes(hours=5)
    await town.lin.says("西柳小区门口路灯不亮", reply_to=photo)
    assert town.card.reply_to == photo.id
    assert "路灯" in town.card.text
    assert (await tickets(town))[1].text == "这个 西柳小区门口路灯不亮"


async def test_a_reply_with_words_and_another_photo_brings_both(town: Town) -> None:
    photo = await town.lin.posts("")
    await town.lin.posts(HOLE, reply_to=photo)
    assert [kept.ticket_id for kept in await photos(town, "before")] == [1, 1]
    assert questions(town) == []


async def test_a_location_explains_it_and_the_leader_sorts_it(town: Town) -> None:
    photo = await town.lin.posts("")
    await town.lin.sends_place(*HERE, reply_to=photo)
    assert "其他/待人工分派" in town.card.text
    assert told("place_source.location") in town.card.text
    await town.passes(minutes=2)
    await town.lin.posts("")
    await town.lin.sends_place(*HERE)
    assert len(await tickets(town)) == 2
    assert questions(town) == []


async def test_a_running_location_explains_nothing(town: Town) -> None:
    live = await town.lin.says("", location={"latitude": HERE[0], "longitude": HERE[1], "live_period": 3600})
    await town.lin.posts("")
    for step in range(3):
        await town.passes(minutes=1)
        town.simulator.edit(LIN, GROUP, live.id, location={"latitude": HERE[0] + step / 1000, "longitude": HERE[1]})
        await town.settles()
    assert await tickets(town) == []
    assert len(questions(town)) == 1


async def test_until_then_the_leader_sees_it_in_his_list(town: Town) -> None:
    photo = await town.lin.posts("")
    await town.passes(hours=2)
    await town.qiao.says("/todo")
    assert "未说明的照片" in town.last(QIAO).text
    await town.lin.says(HOLE, reply_to=photo)
    await town.qiao.says("/todo")
    assert "未说明的照片" not in town.last(QIAO).text


async def test_report_in_reply_uses_ones_own_photo(town: Town) -> None:
    photo = await town.lin.posts("")
    await town.lin.says("/report", reply_to=photo)
    assert town.card.reply_to == photo.id
    await town.passes(minutes=2)
    photo = await town.lin.posts("")
    await town.lin.says("/report 印刷技校门口路面塌陷", reply_to=photo)
    assert town.card.reply_to == photo.id
    assert town.job.has_photo
    assert [kept.ticket_id for kept in await photos(town, "before")] == [1, 2]
    assert questions(town) == []
    assert len(cards(town)) == 2
