"""What people do: write, press, react, come and go; and who may be written to."""

import json
from pathlib import Path

import pytest

from simulator.refusal import Refused
from simulator.town import Upload
from tests.contract.simulated import (
    BOT,
    GROUP,
    LIN,
    MEI,
    OLD_GROUP,
    QIAO,
    STRANGER,
    Bot,
    Clock,
    buttons,
    is_a,
    new_town,
    picture,
)  # fmt: skip

TOO_OLD = (400, "Bad Request: query is too old and response timeout expired or query ID is invalid")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bot(tmp_path: Path, clock: Clock) -> Bot:
    return Bot(new_town(tmp_path, clock))


# Presses


async def test_a_press_is_answered_once(bot: Bot) -> None:
    card = await bot.says(reply_markup=buttons("accept:1"))
    press = bot.town.press(LIN, GROUP, card["message_id"], "accept:1")
    [update] = await bot.hears()
    query = update["callback_query"]
    assert (query["id"], query["from"]["id"], query["data"]) == (press, LIN, "accept:1")
    assert query["message"] == card
    assert bot.town.answer(press) == {"answered": False}
    await bot("answerCallbackQuery", callback_query_id=press, text="已接单", show_alert="true")
    assert bot.town.answer(press) == {"answered": True, "text": "已接单", "show_alert": True}
    assert await bot.refused("answerCallbackQuery", callback_query_id=press) == TOO_OLD
    assert await bot.refused("answerCallbackQuery", callback_query_id="1") == TOO_OLD


async def test_a_press_can_be_answered_for_150_seconds(bot: Bot, clock: Clock) -> None:
    card = await bot.says(reply_markup=buttons("a"))
    early, late = (bot.town.press(LIN, GROUP, card["message_id"], "a") for _ in range(2))
    clock.passes(150)
    assert await bot("answerCallbackQuery", callback_query_id=early)
    clock.passes(1)
    assert await bot.refused("answerCallbackQuery", callback_query_id=late) == TOO_OLD


async def test_only_a_button_that_is_there_can_be_pressed_unless_forged(bot: Bot) -> None:
    card = await bot.says(reply_markup=buttons("a"))
    with pytest.raises(Refused, match="no such button"):
        bot.town.press(LIN, GROUP, card["message_id"], "b")
    with pytest.raises(Refused, match="not a member"):
        bot.town.press(STRANGER, GROUP, card["message_id"], "a")
    bot.town.press(LIN, GROUP, card["message_id"], "b", forged=True)
    [update] = await bot.hears()
    assert update["callback_query"]["data"] == "b"


async def test_a_press_on_a_deleted_message_brings_an_inaccessible_one(bot: Bot) -> None:
    card = await bot.says(reply_markup=buttons("a"))
    await bot("deleteMessage", chat_id=GROUP, message_id=card["message_id"])
    bot.town.press(LIN, GROUP, card["message_id"], "a")
    [update] = await bot.hears()
    assert update["callback_query"]["message"] == {"chat": card["chat"], "message_id": card["message_id"], "date": 0}


async def test_an_answers_text_and_address_are_checked(bot: Bot) -> None:
    card = await bot.says(reply_markup=buttons("a"))
    press = bot.town.press(LIN, GROUP, card["message_id"], "a")
    assert (await bot.refused("answerCallbackQuery", callback_query_id=press, text="x" * 201))[0] == 400
    assert (await bot.refused("answerCallbackQuery", callback_query_id=press, url="https://a.example"))[0] == 400
    url = "https://t.me/roving_grid_bot?start=x"
    await bot("answerCallbackQuery", callback_query_id=press, url=url)
    assert bot.town.answer(press)["url"] == url


# Private chats


async def test_the_bot_may_not_write_first(bot: Bot) -> None:
    never = (403, "Forbidden: bot can't initiate conversation with a user")
    assert await bot.refused("sendMessage", chat_id=LIN, text="x") == never
    assert await bot.refused("sendChatAction", chat_id=LIN, action="typing") == never
    bot.town.start(LIN, "invite_1")
    await bot.says(chat=LIN)
    bot.town.post(MEI, MEI, "你好")
    await bot.says(chat=MEI)
    first, second = await bot.hears()
    assert first["message"]["text"] == "/start invite_1"
    assert first["message"]["chat"] == {"id": LIN, "type": "private", "first_name": "小林", "username": "xiaolin"}
    assert second["message"]["from"]["id"] == MEI
    with pytest.raises(Refused):
        bot.town.start(LIN, "汉")


async def test_whoever_blocks_the_bot_is_left_alone(bot: Bot) -> None:
    bot.town.start(LIN)
    bot.town.member(LIN, BOT, "kicked")
    assert await bot.refused("sendMessage", chat_id=LIN, text="x") == (403, "Forbidden: bot was blocked by the user")
    with pytest.raises(Refused, match="blocked"):
        bot.town.post(LIN, LIN, "x")
    bot.town.start(LIN)
    await bot.says(chat=LIN)
    told = [update.get("my_chat_member") for update in await bot.hears()]
    statuses = [(one["old_chat_member"]["status"], one["new_chat_member"]["status"]) for one in told if one]
    assert statuses == [("member", "kicked"), ("kicked", "member")]


async def test_nobody_reads_anothers_chat(bot: Bot) -> None:
    bot.town.start(LIN)
    for act in (
        lambda: bot.town.messages(MEI, LIN),
        lambda: bot.town.post(MEI, LIN, "x"),
        lambda: bot.town.post(STRANGER, GROUP, "x"),
        lambda: bot.town.messages(STRANGER, GROUP),
    ):
        with pytest.raises(Refused, match="not a member"):
            act()


# Groups


async def test_an_unknown_or_closed_group_is_refused(bot: Bot) -> None:
    assert await bot.refused("sendMessage", chat_id=-77, text="x") == (400, "Bad Request: chat not found")
    assert await bot.refused("sendMessage", chat_id=77, text="x") == (400, "Bad Request: chat not found")
    assert await bot.refused("sendMessage", chat_id="@nobody", text="x") == (400, "Bad Request: chat not found")
    bot.town.member(GROUP, BOT, "kicked", by=QIAO)
    kicked = (403, "Forbidden: bot was kicked from the supergroup chat")
    assert await bot.refused("sendMessage", chat_id=GROUP, text="x") == kicked
    assert await bot.refused("getChat", chat_id=GROUP) == kicked
    bot.town.post(LIN, GROUP, "听不见")
    [update] = await bot.hears()
    is_a("ChatMemberUpdated", update["my_chat_member"])
    assert update["my_chat_member"]["from"]["id"] == QIAO
    await bot("leaveChat", chat_id=OLD_GROUP)
    left = (403, "Forbidden: bot is not a member of the group chat")
    assert await bot.refused("sendMessage", chat_id=OLD_GROUP, text="x") == left


async def test_coming_and_going(bot: Bot) -> None:
    bot.town.member(GROUP, STRANGER, "member")
    assert bot.town.post(STRANGER, GROUP, "坑")
    bot.town.member(GROUP, STRANGER, "left")
    came, said, went = await bot.hears()
    assert came["message"]["new_chat_members"][0]["id"] == STRANGER
    assert said["message"]["text"] == "坑"
    assert went["message"]["left_chat_member"]["id"] == STRANGER
    assert (await bot("getChatMember", chat_id=GROUP, user_id=STRANGER))["status"] == "left"
    assert await bot("getChatMemberCount", chat_id=GROUP) == 4
    admins = await bot("getChatAdministrators", chat_id=GROUP)
    assert [one["user"]["id"] for one in admins] == [QIAO]
    is_a("ChatMemberAdministrator", admins[0])
    unknown = await bot.refused("getChatMember", chat_id=GROUP, user_id=999)
    assert unknown == (400, "Bad Request: PARTICIPANT_ID_INVALID")


async def test_a_bot_made_administrator_hears_of_it_and_then_of_members(bot: Bot) -> None:
    await bot("getUpdates", allowed_updates=["my_chat_member", "chat_member", "message"])
    bot.town.member(GROUP, MEI, "administrator")
    bot.town.member(GROUP, BOT, "administrator")
    bot.town.member(GROUP, MEI, "member")
    kinds = [next(iter(update.keys() - {"update_id"})) for update in await bot.hears()]
    assert kinds == ["my_chat_member", "chat_member"]


async def test_a_group_that_becomes_a_supergroup(bot: Bot) -> None:
    await bot.says(chat=OLD_GROUP)
    new = bot.town.migrate(OLD_GROUP)["id"]
    old, fresh = [update["message"] for update in await bot.hears()]
    assert (old["chat"]["id"], old["migrate_to_chat_id"]) == (OLD_GROUP, new)
    assert (fresh["chat"]["id"], fresh["migrate_from_chat_id"], fresh["message_id"]) == (new, OLD_GROUP, 1)
    answer = await bot.town.call("1000:abc", "sendMessage", {"chat_id": OLD_GROUP, "text": "x"})
    assert answer["parameters"] == {"migrate_to_chat_id": new}
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    await bot.says(chat=new)
    assert new in [chat["id"] for chat in bot.town.chats(LIN)]
    assert OLD_GROUP not in [chat["id"] for chat in bot.town.chats(LIN)]
    with pytest.raises(Refused, match="only once"):
        bot.town.migrate(OLD_GROUP)


# What people send


async def test_a_photo_loses_its_exif_and_a_file_keeps_it(bot: Bot) -> None:
    upload = bot.town.upload(picture(1600, 1200, gps=True), "坑.jpg")
    [shot] = bot.town.post(LIN, GROUP, "塌陷", photos=[{"upload": upload}])
    [file] = bot.town.post(LIN, GROUP, photos=[{"upload": upload}], as_file=True)
    assert [shot["caption"], file["document"]["file_name"]] == ["塌陷", "坑.jpg"]
    assert shot["photo"][-1]["width"] == 960
    updates = await bot.hears()
    assert [update["message"] for update in updates] == [shot, file]
    kept = await bot("getFile", file_id=file["document"]["file_id"])
    assert bot.town.file("1000:abc", kept["file_path"]) == picture(1600, 1200, gps=True)


async def test_an_album_comes_as_one_update_a_part(bot: Bot) -> None:
    uploads = [{"upload": bot.town.upload(picture(100 + part), "p.jpg")} for part in range(3)]
    messages = bot.town.post(LIN, GROUP, "三张", photos=uploads)
    assert len({message["media_group_id"] for message in messages}) == 1
    assert [message.get("caption") for message in messages] == ["三张", None, None]
    assert len(await bot.hears()) == 3
    with pytest.raises(Refused, match="at most 10"):
        bot.town.post(LIN, GROUP, photos=uploads * 4)


async def test_parts_of_an_album_can_be_sent_by_hand(bot: Bot, clock: Clock) -> None:
    [first] = bot.town.post(
        LIN, GROUP, photos=[{"upload": bot.town.upload(picture(), "a.jpg")}], album_part={"id": "x"}
    )
    clock.passes(11)
    last = {"id": "x", "last": True}
    [second] = bot.town.post(
        LIN, GROUP, "晚到", photos=[{"upload": bot.town.upload(picture(), "b.jpg")}], album_part=last
    )
    [other] = bot.town.post(
        LIN, GROUP, photos=[{"upload": bot.town.upload(picture(), "c.jpg")}], album_part={"id": "x"}
    )
    assert first["media_group_id"] == second["media_group_id"] != other["media_group_id"]


async def test_samples_come_from_the_shelf(bot: Bot, tmp_path: Path) -> None:
    assert bot.town.view()["sandbox"]["samples"] == []
    shelf = tmp_path / "samples"
    shelf.mkdir()
    (shelf / "hole.jpg").write_bytes(picture())
    (shelf / "samples.json").write_text(json.dumps([{"name": "hole", "title": "塌陷"}, {"name": "no", "title": "无"}]))
    assert bot.town.view()["sandbox"]["samples"] == [{"name": "hole", "title": "塌陷", "url": "/samples/hole.jpg"}]
    assert "photo" in bot.town.post(LIN, GROUP, photos=[{"sample": "hole"}])[0]
    for name in ("../simulator.db", "no", ""):
        with pytest.raises(Refused, match="no sample"):
            bot.town.post(LIN, GROUP, photos=[{"sample": name}])


async def test_a_live_location_moves_until_it_ends(bot: Bot, clock: Clock) -> None:
    spot = {"latitude": 31.2, "longitude": 121.4, "live_period": 900}
    [live] = bot.town.post(LIN, GROUP, location=spot)
    clock.passes(900)
    bot.town.edit(LIN, GROUP, live["message_id"], location={"latitude": 31.3, "longitude": 121.5})
    first, second = await bot.hears()
    assert first["message"]["location"] == spot
    assert second["edited_message"]["location"] == {"latitude": 31.3, "longitude": 121.5, "live_period": 900}
    clock.passes(1)
    with pytest.raises(Refused, match="has ended"):
        bot.town.edit(LIN, GROUP, live["message_id"], location=spot)
    [still] = bot.town.post(LIN, GROUP, location={"latitude": 31.2, "longitude": 121.4})
    with pytest.raises(Refused, match="live"):
        bot.town.edit(LIN, GROUP, still["message_id"], location=spot)


async def test_venues_stickers_contacts_and_forwards(bot: Bot) -> None:
    bot.town.post(LIN, GROUP, venue={"latitude": 31.2, "longitude": 121.4, "title": "印校", "address": "一号"})
    bot.town.post(LIN, GROUP, sticker="🐱")
    bot.town.post(LIN, GROUP, contact={"phone_number": "100", "first_name": "某"})
    bot.town.post(LIN, GROUP, "转", forward=True)
    venue, sticker, contact, forward = [update["message"] for update in await bot.hears()]
    assert venue["venue"]["location"] == venue["location"]
    assert sticker["sticker"]["emoji"] == "🐱"
    assert contact["contact"]["phone_number"] == "100"
    assert forward["forward_origin"]["type"] == "user"


async def test_edits_reach_the_bot_and_deletions_do_not(bot: Bot) -> None:
    [mine] = bot.town.post(LIN, GROUP, "坑")
    [shot] = bot.town.post(LIN, GROUP, photos=[{"upload": bot.town.upload(picture(), "p.jpg")}])
    bot.town.edit(LIN, GROUP, mine["message_id"], "大坑")
    bot.town.edit(LIN, GROUP, shot["message_id"], "补充说明")
    bot.town.delete(LIN, GROUP, mine["message_id"])
    with pytest.raises(Refused, match="one's own"):
        bot.town.edit(MEI, GROUP, shot["message_id"], "x")
    with pytest.raises(Refused, match="administrators"):
        bot.town.delete(MEI, GROUP, shot["message_id"])
    bot.town.delete(QIAO, GROUP, shot["message_id"])
    edits = [update["edited_message"] for update in (await bot.hears())[2:]]
    assert [edits[0]["text"], edits[1]["caption"]] == ["大坑", "补充说明"]


# What phones show


async def test_the_menu_follows_the_scopes(bot: Bot) -> None:
    async def offers(name: str, language: str = "", **scope: object) -> None:
        commands = [{"command": name, "description": name}]
        await bot("setMyCommands", commands=commands, scope=scope, language_code=language)

    def menu(person: int, chat: int) -> list[str]:
        chats = {one["id"]: one for one in bot.town.chats(person)}
        return [one["command"] for one in chats[chat]["commands"]]

    assert menu(LIN, LIN) == []
    await offers("any", type="default")
    assert menu(LIN, GROUP) == menu(LIN, LIN) == ["any"]
    await offers("private", type="all_private_chats")
    await offers("group", type="all_group_chats")
    assert [menu(LIN, GROUP), menu(LIN, LIN)] == [["group"], ["private"]]
    await offers("chinese", language="zh", type="all_group_chats")
    await offers("english", language="en", type="all_group_chats")
    assert menu(LIN, GROUP) == ["chinese"]
    await offers("admins", type="all_chat_administrators")
    assert [menu(LIN, GROUP), menu(QIAO, GROUP)] == [["chinese"], ["admins"]]
    await offers("here", type="chat", chat_id=GROUP)
    assert [menu(LIN, GROUP), menu(QIAO, GROUP), menu(QIAO, OLD_GROUP)] == [["here"], ["here"], ["chinese"]]
    await offers("leader", type="chat_member", chat_id=GROUP, user_id=QIAO)
    assert [menu(LIN, GROUP), menu(QIAO, GROUP)] == [["here"], ["leader"]]
    await bot("deleteMyCommands", scope={"type": "chat_member", "chat_id": GROUP, "user_id": QIAO})
    assert menu(QIAO, GROUP) == ["here"]
    for name in ("Report", "报", "x" * 33, ""):
        wrong = [{"command": name, "description": "x"}]
        assert (await bot.refused("setMyCommands", commands=wrong))[0] == 400
    assert (await bot.refused("setMyCommands", commands=[], language_code="zh-hans"))[0] == 400


async def test_a_phone_shows_its_chats_newest_first_with_what_is_unread(bot: Bot, clock: Clock) -> None:
    bot.town.post(MEI, GROUP, "一")
    bot.town.post(LIN, GROUP, "二")
    clock.passes(1)
    await bot.says(chat=OLD_GROUP)
    chats = bot.town.chats(LIN)
    assert [chat["id"] for chat in chats] == [OLD_GROUP, GROUP, LIN]
    assert [chat["unread"] for chat in chats] == [1, 0, 0]
    assert [chat["bot_member"] for chat in chats] == ["member", "member", None]
    assert bot.town.chats(QIAO)[1]["unread"] == 2
    bot.town.messages(QIAO, GROUP)
    assert bot.town.chats(QIAO)[1]["unread"] == 0
    assert chats[1]["last"]["text"] == "二"


async def test_messages_come_in_pages_oldest_first(bot: Bot) -> None:
    for number in range(5):
        bot.town.post(LIN, GROUP, str(number))
    texts = [message["text"] for message in bot.town.messages(MEI, GROUP, limit=2)]
    assert texts == ["3", "4"]
    assert [message["text"] for message in bot.town.messages(MEI, GROUP, after=0, limit=2)] == ["0", "1"]
    assert [message["text"] for message in bot.town.messages(MEI, GROUP, after=3)] == ["3", "4"]


async def test_events_reach_those_who_may_see_them(bot: Bot) -> None:
    lin, judge = bot.town.events(LIN), bot.town.events(None)
    assert await anext(lin) is await anext(judge) is None  # both listen now
    bot.town.start(MEI)
    await bot.says("<b>卡</b>", parse_mode="HTML", reply_markup=buttons("a"))
    seen, all_seen = await anext(lin), await anext(judge)
    assert (seen["type"], seen["chat"], seen["message"]["text"]) == ("message", GROUP, "卡")
    assert all_seen["chat"] == MEI
    press = bot.town.press(MEI, GROUP, 1, "a")
    await bot("answerCallbackQuery", callback_query_id=press, text="好")
    bot.town.react(MEI, GROUP, 1, "👍")
    told = await anext(lin)  # the answer was for Mei alone
    assert told == {"type": "reaction", "chat": GROUP, "message_id": 1, "reactions": {"👍": [MEI]}}
    await lin.aclose()
    await judge.aclose()
    assert not bot.town.records.events.listeners


async def test_what_was_rolled_back_is_not_told(bot: Bot) -> None:
    judge = bot.town.events(None)
    assert await anext(judge) is None
    media = [{"type": "photo", "media": "attach://a"}, {"type": "photo", "media": "attach://b"}]
    files = {"a": Upload("a.jpg", picture()), "b": Upload("b.jpg", b"x")}
    await bot.refused("sendMediaGroup", files, chat_id=GROUP, media=media)
    await bot.says("只有这句")
    event = await anext(judge)
    assert event["message"]["text"] == "只有这句"
    assert event["message_id"] == 1
    await judge.aclose()


def test_a_seed_adds_and_never_wipes(bot: Bot) -> None:
    before = bot.town.view()
    bot.town.seed({"people": [{"id": LIN, "first_name": "别人"}], "chats": [{"id": GROUP, "title": "别处"}]})
    assert bot.town.view() == before
    bot.town.seed({"people": [{"id": 20, "first_name": "戴"}], "map": {"bounds": [0, 0, 1, 1], "shapes": []}})
    assert bot.town.view()["people"][-1] == {"id": 20, "first_name": "戴"}
    for wrong in (
        {"person": []},
        {"people": [{"id": -1, "first_name": "x"}]},
        {"bot": {"token": "2:x"}},
        {"chats": [{}]},
    ):
        with pytest.raises(Refused):
            bot.town.seed(wrong)
