"""What a bot says, changes and takes back; pictures and files."""

import io
from pathlib import Path

import pytest
from PIL import Image

from simulator.editing import NOT_MODIFIED
from simulator.refusal import Refused
from simulator.town import Upload
from tests.contract.simulated import BOT, GROUP, LIN, MEI, TOKEN, Bot, Clock, buttons, is_a, new_town, picture


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bot(tmp_path: Path, clock: Clock) -> Bot:
    return Bot(new_town(tmp_path, clock))


def photo(content: bytes | None = None) -> dict[str, Upload]:
    return {"photo": Upload("p.jpg", picture() if content is None else content)}


# Replies


async def test_a_reply_needs_its_message_unless_told_otherwise(bot: Bot) -> None:
    lost = {"message_id": 99}
    assert await bot.refused("sendMessage", chat_id=GROUP, text="x", reply_parameters=lost) == (
        400,
        "Bad Request: message to be replied not found",
    )
    message = await bot.says(reply_parameters={**lost, "allow_sending_without_reply": True})
    assert "reply_to_message" not in message
    [gone] = bot.town.post(LIN, GROUP, "坑")
    bot.town.delete(LIN, GROUP, gone["message_id"])
    assert (await bot.refused("sendMessage", chat_id=GROUP, text="x", reply_parameters={"message_id": 2}))[0] == 400


async def test_a_topic_is_echoed(bot: Bot) -> None:
    assert (await bot.says(message_thread_id=7))["message_thread_id"] == 7


# Edits


async def test_an_edit_that_changes_nothing_is_refused_in_telegrams_words(bot: Bot) -> None:
    message = await bot.says("<b>卡</b>", parse_mode="HTML", reply_markup=buttons("a"))
    same = {"chat_id": GROUP, "message_id": message["message_id"], "parse_mode": "HTML", "text": " <b>卡</b>"}
    assert await bot.refused("editMessageText", **same, reply_markup=buttons("a")) == (
        400,
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message",
    )
    edited = await bot("editMessageText", **same)  # without its buttons it is another message
    is_a("Message", edited)
    assert "reply_markup" not in edited
    assert "edit_date" in edited


@pytest.mark.parametrize(
    ("method", "content"),
    [
        ("editMessageText", {"text": "新"}),
        ("editMessageCaption", {"caption": "新"}),
        ("editMessageReplyMarkup", {"reply_markup": buttons("b")}),
    ],
)
async def test_only_ones_own_message_that_is_still_there_can_be_edited(bot: Bot, method: str, content: dict) -> None:
    [hers] = bot.town.post(MEI, GROUP, "坑")
    gone = await bot.says()
    await bot("deleteMessage", chat_id=GROUP, message_id=gone["message_id"])
    where = {"chat_id": GROUP, **content}
    assert (await bot.refused(method, message_id=hers["message_id"], **where))[
        1
    ] == "Bad Request: message can't be edited"
    for number in (gone["message_id"], 99):
        words = (await bot.refused(method, message_id=number, **where))[1]
        assert words == "Bad Request: message to edit not found"
    assert (await bot.refused(method, **where))[1] == "Bad Request: message identifier is not specified"


async def test_words_are_edited_as_what_they_are(bot: Bot) -> None:
    text = await bot.says()
    shot = await bot("sendPhoto", photo(), chat_id=GROUP, caption="旧", reply_markup=buttons("a"))
    wrong = await bot.refused("editMessageText", chat_id=GROUP, message_id=shot["message_id"], text="x")
    assert wrong[1] == "Bad Request: there is no text in the message to edit"
    wrong = await bot.refused("editMessageCaption", chat_id=GROUP, message_id=text["message_id"], caption="x")
    assert wrong[1] == "Bad Request: there is no caption in the message to edit"
    edited = await bot("editMessageCaption", chat_id=GROUP, message_id=shot["message_id"], caption="新")
    assert (edited["caption"], edited["photo"]) == ("新", shot["photo"])


async def test_a_text_may_become_a_photo_and_a_photo_another(bot: Bot) -> None:
    message = await bot.says()
    where = {"chat_id": GROUP, "message_id": message["message_id"]}
    media = {"type": "photo", "media": "attach://m", "caption": "<i>后</i>", "parse_mode": "HTML"}
    edited = await bot("editMessageMedia", {"m": Upload("m.jpg", picture(900, 700))}, **where, media=media)
    is_a("Message", edited)
    assert "text" not in edited
    assert [size["width"] for size in edited["photo"]] == [90, 320, 800, 900]
    again = {**media, "media": edited["photo"][-1]["file_id"]}
    assert (await bot.refused("editMessageMedia", **where, media=again))[1] == f"Bad Request: {NOT_MODIFIED}"
    other = await bot("editMessageMedia", {"m": Upload("m.jpg", picture(600, 600))}, **where, media=media)
    assert other["photo"][-1]["width"] == 600


# Deleting


async def test_deleting_ends_after_48_hours_unless_administrator(bot: Bot, clock: Clock) -> None:
    old, [hers] = await bot.says(), bot.town.post(MEI, GROUP, "坑")
    where = {"chat_id": GROUP, "message_id": old["message_id"]}
    not_mine = await bot.refused("deleteMessage", chat_id=GROUP, message_id=hers["message_id"])
    assert not_mine == (400, "Bad Request: message can't be deleted")
    clock.passes(48 * 3600 + 1)
    assert await bot.refused("deleteMessage", **where) == (400, "Bad Request: message can't be deleted for everyone")
    bot.town.member(GROUP, BOT, "administrator")
    assert await bot("deleteMessages", chat_id=GROUP, message_ids=[old["message_id"], hers["message_id"], 99]) is True
    assert await bot.refused("deleteMessage", **where) == (400, "Bad Request: message to delete not found")
    assert [message["deleted"] for message in bot.town.messages(LIN, GROUP)[:2]] == [True, True]
    assert "text" not in bot.town.messages(LIN, GROUP)[0]
    assert bot.town.messages(None, GROUP)[0]["text"] == "你好"


async def test_a_refused_call_leaves_nothing_behind(bot: Bot) -> None:
    mine, [hers] = await bot.says(), bot.town.post(MEI, GROUP, "坑")
    both = [mine["message_id"], hers["message_id"]]
    assert (await bot.refused("deleteMessages", chat_id=GROUP, message_ids=both))[0] == 400
    assert [message["deleted"] for message in bot.town.messages(None, GROUP)] == [False, False]


# Pictures and files


async def test_a_photo_is_made_small_upright_and_clean(bot: Bot) -> None:
    shot = await bot("sendPhoto", photo(picture(2400, 1200, gps=True)), chat_id=GROUP)
    is_a("Message", shot)
    assert [(size["width"], size["height"]) for size in shot["photo"]] == [
        (45, 90),
        (160, 320),
        (400, 800),
        (640, 1280),
    ]
    lent = await bot("getFile", file_id=shot["photo"][-1]["file_id"])
    content = bot.town.file(TOKEN, lent["file_path"])
    assert len(content) == lent["file_size"]
    seen = Image.open(io.BytesIO(content))
    assert (seen.size, dict(seen.getexif())) == ((640, 1280), {})
    assert b"Exif" not in content


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "file must be non-empty"),
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (picture()[:300], "IMAGE_PROCESS_FAILED"),
        (picture(420, 20), "PHOTO_INVALID_DIMENSIONS"),
        (picture(6000, 4001), "PHOTO_INVALID_DIMENSIONS"),
        (b"\xff" * (10 * 1024 * 1024 + 1), "too big for a photo"),
    ],
)
async def test_a_bad_photo_is_refused(bot: Bot, content: bytes, complaint: str) -> None:
    code, words = await bot.refused("sendPhoto", photo(content), chat_id=GROUP)
    assert code == 400
    assert complaint in words


async def test_a_file_id_is_the_bots_own_and_the_unique_id_follows_the_content(bot: Bot) -> None:
    first, second = [await bot("sendPhoto", photo(), chat_id=GROUP) for _ in range(2)]
    assert first["photo"] == second["photo"]
    small = first["photo"][0]["file_id"]
    assert (await bot("sendPhoto", chat_id=GROUP, photo=small))["photo"] == first["photo"]
    stolen = small.replace(small[4:10], "000000")
    for wrong in (stolen, "AgAC", "x", "../../etc/passwd"):
        words = (await bot.refused("sendPhoto", chat_id=GROUP, photo=wrong))[1]
        assert words == "Bad Request: wrong file identifier/HTTP URL specified"
        assert (await bot.refused("getFile", file_id=wrong))[1] == "Bad Request: invalid file_id"
    assert (await bot.refused("sendPhoto", chat_id=GROUP, photo="http://a.example/p.jpg"))[1].endswith(
        "HTTP URL content"
    )


async def test_a_document_keeps_its_bytes_and_a_plain_name(bot: Bot) -> None:
    content = picture(gps=True)
    sent = await bot("sendDocument", {"document": Upload("../../a\x00b.jpg", content)}, chat_id=GROUP)
    is_a("Message", sent)
    assert sent["document"]["file_name"] == "ab.jpg"
    assert sent["document"]["mime_type"] == "image/jpeg"
    lent = await bot("getFile", file_id=sent["document"]["file_id"])
    assert bot.town.file(TOKEN, lent["file_path"]) == content
    wrong = await bot.refused("sendPhoto", chat_id=GROUP, photo=sent["document"]["file_id"])
    assert wrong[1] == "Bad Request: can't use file of type Document as Photo"


async def test_a_files_address_works_for_an_hour_and_for_the_bot_alone(bot: Bot, clock: Clock) -> None:
    shot = await bot("sendPhoto", photo(), chat_id=GROUP)
    path = f"photos/file_{len(shot['photo'])}.jpg"
    with pytest.raises(Refused, match="Not Found"):  # never asked for
        bot.town.file(TOKEN, path)
    assert (await bot("getFile", file_id=shot["photo"][-1]["file_id"]))["file_path"] == path
    assert bot.town.file(TOKEN, path)
    with pytest.raises(Refused, match="Unauthorized"):
        bot.town.file("1000:x", path)
    for wrong in ("photos/file_99.jpg", f"documents/{path}", f"../{path}", path.replace(".jpg", "")):
        with pytest.raises(Refused, match="Not Found"):
            bot.town.file(TOKEN, wrong)
    clock.passes(3601)
    with pytest.raises(Refused, match="Not Found"):
        bot.town.file(TOKEN, path)


async def test_a_large_document_cannot_be_fetched_again(bot: Bot) -> None:
    large = {"document": Upload("a.bin", b"x" * (20 * 1024 * 1024 + 1))}
    sent = await bot("sendDocument", large, chat_id=GROUP)
    assert (await bot.refused("getFile", file_id=sent["document"]["file_id"]))[1] == "Bad Request: file is too big"


async def test_an_album_is_several_messages_of_one_group(bot: Bot) -> None:
    files = {name: Upload("p.jpg", picture(100 + number)) for number, name in enumerate("ab")}
    media = [{"type": "photo", "media": f"attach://{name}", "caption": name} for name in files]
    first, second = await bot("sendMediaGroup", files, chat_id=GROUP, media=media)
    is_a("Message", first)
    assert first["media_group_id"] == second["media_group_id"]
    assert [first["caption"], second["message_id"] - first["message_id"]] == ["a", 1]
    files["a"] = Upload("a.txt", b"x")
    media[0]["type"] = "document"
    assert "can't be mixed" in (await bot.refused("sendMediaGroup", files, chat_id=GROUP, media=media))[1]
    assert len(bot.town.messages(LIN, GROUP)) == 2


# The rest


async def test_places(bot: Bot) -> None:
    spot = {"latitude": 31.2304, "longitude": "121.4737"}
    is_a("Message", await bot("sendLocation", chat_id=GROUP, **spot, live_period=0x7FFFFFFF))
    venue = await bot("sendVenue", chat_id=GROUP, **spot, title="印刷技校", address="印校路 1 号")
    is_a("Message", venue)
    assert venue["location"] == {"latitude": 31.2304, "longitude": 121.4737}
    assert (await bot.refused("sendLocation", chat_id=GROUP, latitude=91, longitude=0))[0] == 400
    assert (await bot.refused("sendLocation", chat_id=GROUP, **spot, live_period=59))[0] == 400


async def test_copies_and_forwards(bot: Bot) -> None:
    [hers] = bot.town.post(MEI, GROUP, "#坑", photos=[{"upload": bot.town.upload(picture(), "p.jpg")}])
    where = {"chat_id": GROUP, "from_chat_id": GROUP, "message_id": hers["message_id"]}
    number = (await bot("copyMessage", **where))["message_id"]
    copied = bot.town.messages(LIN, GROUP)[-1]
    assert (copied["message_id"], copied["photo"], copied["caption"]) == (number, hers["photo"], "#坑")
    assert "forward_origin" not in copied
    forwarded = await bot("forwardMessage", **where)
    is_a("Message", forwarded)
    assert forwarded["forward_origin"]["sender_user"]["id"] == MEI
    assert (await bot.refused("forwardMessage", **{**where, "message_id": 99}))[1].endswith("to forward not found")


async def test_a_reaction_must_be_on_telegrams_list(bot: Bot) -> None:
    [hers] = bot.town.post(MEI, GROUP, "坑")
    where = {"chat_id": GROUP, "message_id": hers["message_id"]}
    for wrong in ([{"type": "emoji", "emoji": "✅"}], [{"type": "custom_emoji", "custom_emoji_id": "1"}]):
        assert await bot.refused("setMessageReaction", **where, reaction=wrong) == (
            400,
            "Bad Request: REACTION_INVALID",
        )
    await bot("setMessageReaction", **where, reaction=[{"type": "emoji", "emoji": "👀"}])
    assert bot.town.messages(LIN, GROUP)[0]["reactions"] == {"👀": [BOT]}
    await bot("setMessageReaction", **where, reaction=[{"type": "emoji", "emoji": "👌"}])
    assert bot.town.messages(LIN, GROUP)[0]["reactions"] == {"👌": [BOT]}
    await bot("setMessageReaction", **where)
    assert bot.town.messages(LIN, GROUP)[0]["reactions"] == {}
    gone = await bot.refused("setMessageReaction", chat_id=GROUP, message_id=99, reaction=[])
    assert gone[1] == "Bad Request: message to react not found"


async def test_pinning_needs_the_right(bot: Bot) -> None:
    card = await bot.says("公告")
    where = {"chat_id": GROUP, "message_id": card["message_id"]}
    words = (await bot.refused("pinChatMessage", **where))[1]
    assert words == "Bad Request: not enough rights to manage pinned messages in the chat"
    bot.town.member(GROUP, BOT, "administrator")
    await bot("pinChatMessage", **where)
    chat = await bot("getChat", chat_id=GROUP)
    is_a("ChatFullInfo", chat)
    assert chat["pinned_message"]["text"] == "公告"
    await bot("unpinChatMessage", chat_id=GROUP)
    assert "pinned_message" not in await bot("getChat", chat_id=GROUP)
