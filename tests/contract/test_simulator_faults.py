"""Faults on order, flood limits, and the judge's log."""

import json
from pathlib import Path

import pytest

from simulator.refusal import Refused
from simulator.town import Broken, Upload
from tests.contract.simulated import GROUP, LIN, OLD_GROUP, TOKEN, Bot, Clock, buttons, new_town, picture


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bot(tmp_path: Path, clock: Clock) -> Bot:
    return Bot(new_town(tmp_path, clock))


def said(bot: Bot) -> int:
    return len(bot.town.messages(None, GROUP))


@pytest.mark.parametrize(
    ("rule", "code", "words"),
    [
        ({"kind": "429", "retry_after": 7}, 429, "Too Many Requests: retry after 7"),
        ({"kind": "500"}, 500, "Internal Server Error"),
        ({"kind": "502"}, 502, "Bad Gateway"),
        ({"kind": "403"}, 403, "Forbidden: bot was kicked from the supergroup chat"),
        ({"kind": "400", "description": "Bad Request: TOPIC_CLOSED"}, 400, "Bad Request: TOPIC_CLOSED"),
    ],
)
async def test_a_refusal_on_order_does_nothing(bot: Bot, rule: dict, code: int, words: str) -> None:
    bot.town.faults([{"method": "sendMessage", "times": 1, **rule}])
    answer = await bot.town.call(TOKEN, "sendMessage", {"chat_id": GROUP, "text": "x"})
    assert (answer["error_code"], answer["description"]) == (code, words)
    assert answer.get("parameters") == ({"retry_after": 7} if code == 429 else None)
    assert said(bot) == 0
    await bot.says()
    assert bot.town.log()[0]["fault"] == rule["kind"]
    assert bot.town.log()[0]["error"] == answer
    assert bot.town.log()[1]["fault"] is None


@pytest.mark.parametrize(
    ("kind", "done"),
    [
        ("reset_before", 0),
        ("garbled", 0),
        ("empty", 0),
        ("reset_after", 1),
        ("hang", 1),
        ("truncated", 1),
        ("slow", 1),
    ],
)
async def test_a_broken_line_did_the_work_or_did_not(bot: Bot, kind: str, done: int) -> None:
    bot.town.faults([{"method": "*", "times": 1, "kind": kind, "seconds": 3}])
    with pytest.raises(Broken) as broken:
        await bot.town.call(TOKEN, "sendMessage", {"chat_id": GROUP, "text": "x"})
    assert (broken.value.kind, broken.value.seconds, said(bot)) == (kind, 3, done)
    assert (broken.value.answer is not None) == bool(done)
    [call] = bot.town.log()
    assert (call["fault"], call["result"] is not None) == (kind, bool(done))


async def test_rules_fit_by_method_chat_and_number(bot: Bot) -> None:
    bot.town.faults([{"method": "SENDMESSAGE", "chat": GROUP, "times": 2, "kind": "500"}])
    await bot.says(chat=OLD_GROUP)
    await bot("getMe")
    for _ in range(2):
        assert (await bot.refused("sendMessage", chat_id=str(GROUP), text="x"))[0] == 500
    await bot.says()
    bot.town.faults([{"kind": "500"}])
    assert (await bot.refused("getMe"))[0] == 500
    bot.town.faults([])
    await bot("getMe")


async def test_the_same_seed_throws_the_same_dice(bot: Bot) -> None:
    async def thrown(seed: int) -> list[bool]:
        bot.town.faults([{"probability": 0.5, "kind": "500"}], seed)
        return [(await bot.town.call(TOKEN, "getMe"))["ok"] for _ in range(40)]

    first = await thrown(1)
    assert first == await thrown(1)
    assert first != await thrown(2)
    assert 5 < sum(first) < 35


@pytest.mark.parametrize("rule", [{}, {"kind": "boom"}, {"kind": "500", "times_": 1}])
def test_a_rule_that_means_nothing_is_refused(bot: Bot, rule: dict) -> None:
    with pytest.raises(Refused, match="fault rule"):
        bot.town.faults([rule])


async def test_files_break_too(bot: Bot) -> None:
    shot = await bot("sendPhoto", {"photo": Upload("p.jpg", picture())}, chat_id=GROUP)
    path = (await bot("getFile", file_id=shot["photo"][-1]["file_id"]))["file_path"]
    bot.town.faults(
        [{"method": "file", "times": 1, "kind": "500"}, {"method": "file", "times": 1, "kind": "truncated"}]
    )
    with pytest.raises(Refused, match="Internal"):
        bot.town.file(TOKEN, path)
    with pytest.raises(Broken):
        bot.town.file(TOKEN, path)
    assert bot.town.file(TOKEN, path)


# Limits


async def test_one_message_a_second_in_a_chat(bot: Bot, clock: Clock) -> None:
    bot.town.limits({"total_per_second": 30, "chat_per_second": 1, "group_per_minute": 20})
    card = await bot.says()
    clock.passes(0.5)
    answer = await bot.town.call(TOKEN, "sendMessage", {"chat_id": GROUP, "text": "x"})
    assert (answer["error_code"], answer["parameters"]) == (429, {"retry_after": 1})
    edit = {"chat_id": GROUP, "message_id": card["message_id"]}
    assert (await bot.refused("editMessageText", **edit, text="y"))[0] == 429
    await bot.says(chat=OLD_GROUP)
    await bot("getChat", chat_id=GROUP)
    clock.passes(0.5)
    await bot("editMessageText", **edit, text="y")
    assert (await bot.refused("sendMessage", chat_id=GROUP, text="x"))[0] == 429
    bot.town.limits(None)
    await bot.says()


async def test_twenty_a_minute_in_a_group_but_not_in_private(bot: Bot, clock: Clock) -> None:
    bot.town.limits({"chat_per_second": 1, "group_per_minute": 20})
    bot.town.start(LIN)
    for chat, allowed in ((GROUP, 20), (LIN, 30)):
        passed = 0
        for _ in range(30):
            clock.passes(1)
            passed += (await bot.town.call(TOKEN, "sendMessage", {"chat_id": chat, "text": "x"}))["ok"]
        assert passed == allowed
    clock.passes(60)
    await bot.says()


async def test_thirty_a_second_in_all(bot: Bot, clock: Clock) -> None:
    bot.town.limits({"total_per_second": 2})
    await bot.says()
    await bot.says(chat=OLD_GROUP)
    assert (await bot.refused("sendMessage", chat_id=GROUP, text="x"))[0] == 429
    clock.passes(1)
    await bot.says()


async def test_an_album_counts_each_part_and_a_refused_call_none(bot: Bot, clock: Clock) -> None:
    bot.town.limits({"group_per_minute": 3})
    for _ in range(5):
        await bot.refused("sendMessage", chat_id=GROUP, text="")
    files = {name: Upload("p.jpg", picture()) for name in "ab"}
    media = [{"type": "photo", "media": f"attach://{name}"} for name in files]
    await bot("sendMediaGroup", files, chat_id=GROUP, media=media)
    await bot.says()
    assert (await bot.refused("sendMessage", chat_id=GROUP, text="x"))[0] == 429


async def test_presses_are_answered_at_any_pace(bot: Bot) -> None:
    card = await bot.says(reply_markup=buttons("a"))
    bot.town.limits({"total_per_second": 1, "chat_per_second": 1})
    for _ in range(5):
        press = bot.town.press(LIN, GROUP, card["message_id"], "a")
        await bot("answerCallbackQuery", callback_query_id=press)


@pytest.mark.parametrize("allowed", [{"per_day": 1}, {"chat_per_second": 0}])
def test_limits_that_mean_nothing_are_refused(bot: Bot, allowed: dict[str, float]) -> None:
    with pytest.raises(Refused):
        bot.town.limits(allowed)


# The log


async def test_the_log_tells_every_call_without_token_and_without_bytes(bot: Bot) -> None:
    files = {"photo": Upload("p.jpg", picture())}
    shot = await bot("sendPhoto", files, chat_id=GROUP, caption="坑")
    await bot.refused("sendMessage", chat_id=GROUP, text="\udcff")
    bot.town.post(LIN, GROUP, "x")
    [update] = await bot("getUpdates")
    sent, refused, polled = bot.town.log()
    assert sent["params"] == {"chat_id": GROUP, "caption": "坑", "photo": {"file": "p.jpg", "size": len(picture())}}
    assert sent["result"] == shot
    assert refused["error"]["error_code"] == 400
    assert polled["result"] == [update["update_id"]]
    assert bot.town.log(after=sent["id"], limit=1) == [refused]
    assert TOKEN not in json.dumps(bot.town.log())
