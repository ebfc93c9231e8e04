"""How updates wait, are confirmed, expire and survive."""

import asyncio
from pathlib import Path

import pytest

from simulator.town import Town
from simulator.updates import FIRST_ID
from tests.contract.simulated import BOT, GROUP, LIN, OLD_GROUP, QIAO, TOKEN, Bot, Clock, buttons, new_town


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bot(tmp_path: Path, clock: Clock) -> Bot:
    return Bot(new_town(tmp_path, clock))


async def ids(bot: Bot, **params: object) -> list[int]:
    return [update["update_id"] - FIRST_ID for update in await bot("getUpdates", **params)]


def five_posts(bot: Bot) -> None:
    for number in range(5):
        bot.town.post(LIN, GROUP, str(number))


async def test_an_update_waits_until_a_higher_offset_confirms_it(bot: Bot) -> None:
    five_posts(bot)
    assert await ids(bot) == [0, 1, 2, 3, 4]
    assert await ids(bot) == [0, 1, 2, 3, 4]
    assert await ids(bot, limit=2) == [0, 1]
    assert await ids(bot, offset=FIRST_ID + 2) == [2, 3, 4]
    assert await ids(bot, offset=0) == [2, 3, 4]
    assert await ids(bot, offset=FIRST_ID + 5) == []


async def test_a_negative_offset_keeps_only_the_newest(bot: Bot) -> None:
    five_posts(bot)
    assert await ids(bot, offset=-2) == [3, 4]
    assert await ids(bot) == [3, 4]


async def test_an_offset_far_in_the_future_is_ignored(bot: Bot) -> None:
    five_posts(bot)
    assert await ids(bot, offset=FIRST_ID + 16) == [0, 1, 2, 3, 4]
    assert await ids(bot, offset=FIRST_ID + 15) == []


async def test_an_update_lives_a_day_and_a_press_150_seconds(bot: Bot, clock: Clock) -> None:
    card = await bot.says(reply_markup=buttons("a"))
    bot.town.press(LIN, GROUP, card["message_id"], "a")
    bot.town.post(LIN, GROUP, "坑")
    clock.passes(149)
    assert await ids(bot) == [0, 1]
    clock.passes(1)
    assert await ids(bot) == [1]
    clock.passes(24 * 3600 - 151)
    assert await ids(bot) == [1]
    clock.passes(1)
    assert await ids(bot) == []
    assert [update["confirmed"] for update in bot.town.updates()] == [None, None]


async def test_the_judge_sees_what_was_confirmed_and_when(bot: Bot, clock: Clock) -> None:
    five_posts(bot)
    clock.passes(7)
    await ids(bot, offset=FIRST_ID + 2)
    assert [update["confirmed"] for update in bot.town.updates()] == [clock.seconds, clock.seconds, None, None, None]


async def test_a_long_poll_is_answered_as_soon_as_somebody_speaks(bot: Bot) -> None:
    poll = asyncio.create_task(bot("getUpdates", timeout=50))
    await asyncio.sleep(0)
    bot.town.post(LIN, GROUP, "坑")
    [update] = await asyncio.wait_for(poll, 5)
    assert update["message"]["text"] == "坑"


async def test_a_second_poll_ends_the_first(bot: Bot) -> None:
    first = asyncio.create_task(bot.refused("getUpdates", timeout=50))
    await asyncio.sleep(0)
    second = asyncio.create_task(bot("getUpdates", timeout=50))
    code, words = await asyncio.wait_for(first, 5)
    assert code == 409
    assert words.startswith("Conflict: terminated by other getUpdates request")
    bot.town.post(LIN, GROUP, "坑")
    assert len(await asyncio.wait_for(second, 5)) == 1


async def test_nobody_polls_while_a_webhook_is_set(bot: Bot) -> None:
    waiting = asyncio.create_task(bot.refused("getUpdates", timeout=50))
    await asyncio.sleep(0)
    await bot("setWebhook", url="http://127.0.0.1:1/telegram", secret_token="s")
    assert (await asyncio.wait_for(waiting, 5))[0] == 409
    code, words = await bot.refused("getUpdates")
    assert (code, words.startswith("Conflict: can't use getUpdates method while webhook is active")) == (409, True)
    await bot("deleteWebhook")
    assert await ids(bot) == []


async def test_allowed_updates_are_remembered_and_count_from_then_on(bot: Bot) -> None:
    [mine] = bot.town.post(LIN, GROUP, "一")
    await bot("getUpdates", allowed_updates=["edited_message"])
    bot.town.post(LIN, GROUP, "二")
    bot.town.edit(LIN, GROUP, mine["message_id"], "三")
    kinds = [sorted(update.keys() - {"update_id"}) for update in await bot("getUpdates")]
    assert kinds == [["message"], ["edited_message"]]
    assert (await bot("getWebhookInfo"))["allowed_updates"] == ["edited_message"]
    await bot("getUpdates", allowed_updates=[])
    bot.town.post(LIN, GROUP, "四")
    assert len(await ids(bot)) == 3


async def test_an_unknown_kind_of_update_is_refused(bot: Bot) -> None:
    assert (await bot.refused("getUpdates", allowed_updates=["messages"]))[0] == 400


async def test_reactions_come_only_when_asked_for_and_only_to_an_administrator(bot: Bot) -> None:
    card = await bot.says()
    bot.town.react(LIN, GROUP, card["message_id"], "👍")
    await bot("getUpdates", allowed_updates=["message_reaction"])
    bot.town.react(LIN, GROUP, card["message_id"], "🎉")
    assert await bot.hears() == []
    bot.town.member(GROUP, BOT, "administrator")
    bot.town.react(LIN, GROUP, card["message_id"], "🙏")
    [update] = await bot.hears()
    assert update["message_reaction"]["old_reaction"] == [{"type": "emoji", "emoji": "🎉"}]
    assert update["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "🙏"}]


async def test_with_privacy_on_the_bot_hears_only_what_is_meant_for_it(bot: Bot) -> None:
    bot.town.seed({"bot": {"token": TOKEN, "can_read_all_group_messages": False}})
    assert (await bot("getMe"))["can_read_all_group_messages"] is False
    card = await bot.says()
    for text in ("坑", "/todo", "/todo@other_bot", "/todo@roving_grid_bot", "@roving_grid_bot 坑", "@xiaolin 坑"):
        bot.town.post(LIN, GROUP, text)
    bot.town.post(LIN, GROUP, "回你", reply_to=card["message_id"])
    heard = [update["message"]["text"] for update in await bot.hears()]
    assert heard == ["/todo", "/todo@roving_grid_bot", "@roving_grid_bot 坑", "回你"]
    bot.town.member(GROUP, BOT, "administrator")
    bot.town.post(LIN, GROUP, "坑")
    assert "坑" in [update.get("message", {}).get("text") for update in await bot.hears()]


async def test_after_a_quiet_week_numbering_may_start_lower(bot: Bot) -> None:
    five_posts(bot)
    bot.town.delete(LIN, GROUP, 5)
    with pytest.raises(Exception, match="while no update waits"):
        bot.town.jump_updates(5_000)
    await bot.hears()
    bot.town.jump_updates(5_000)
    bot.town.post(LIN, GROUP, "新")
    # The old offset is far ahead of the new queue: ignored, and the update comes.
    assert [update["update_id"] for update in await bot("getUpdates", offset=FIRST_ID + 5)] == [5_000]
    assert await bot("getUpdates", offset=5_001) == []


async def test_a_town_opened_again_goes_on_where_it_stopped(bot: Bot, tmp_path: Path, clock: Clock) -> None:
    five_posts(bot)
    card = await bot.says("卡", reply_markup=buttons("a"))
    press = bot.town.press(QIAO, GROUP, card["message_id"], "a")
    await ids(bot, offset=FIRST_ID + 2)
    bot.town.set_clock(60)
    bot.town.close()

    again = Bot(Town(tmp_path, now=clock))
    assert await ids(again) == [2, 3, 4, 5]
    assert again.town.now == clock.seconds + 60
    assert await again("answerCallbackQuery", callback_query_id=press) is True
    again.town.post(LIN, GROUP, "又一个")
    assert (await ids(again))[-1] == 6
    assert again.town.messages(LIN, GROUP)[-1]["message_id"] == card["message_id"] + 1
    assert [call["method"] for call in again.town.log()][:2] == ["sendMessage", "getUpdates"]
    again.town.seed({"chats": [{"id": OLD_GROUP, "title": "另一个名字"}]})
    assert "老群" in [chat["title"] for chat in again.town.view()["chats"]]
