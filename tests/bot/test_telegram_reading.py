"""What people do in a chat, as the rest of the bot hears it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.telegram.keys import keys
from bot.channels.telegram.reading import Us, read
from handlers.heard import Heard, HeardPhoto

US = Us("7", "roving_grid_bot")
LIN = {"id": 11, "is_bot": False, "first_name": "小林", "last_name": "", "username": "lin"}
GROUP = {"id": -1001, "type": "supergroup", "title": "柳湖骑手群"}
NOON = 1_795_000_000
AT = datetime.fromtimestamp(NOON, UTC)
SIZES = [
    {"file_id": "big", "file_unique_id": "B", "width": 1280, "height": 960, "file_size": 200_000},
    {"file_id": "small", "file_unique_id": "S", "width": 90, "height": 68},
]


def message(**fields: Any) -> dict[str, Any]:
    return {"update_id": 5, "message": {"message_id": 3, "from": LIN, "chat": GROUP, "date": NOON, **fields}}


def heard(**fields: Any) -> Heard:
    found = read(message(**fields), US)
    assert found is not None
    return found


def test_a_photo_with_a_line() -> None:
    found = heard(photo=SIZES, caption="路面塌陷", media_group_id="album-1")
    assert found.what == "message"
    assert (found.chat.id, found.chat.kind, found.chat.title, found.chat.topic) == (
        "-1001",
        "group",
        "柳湖骑手群",
        None,
    )
    assert found.person is not None
    assert (found.person.id, found.person.name, found.person.username) == ("11", "小林", "lin")
    assert (found.message, found.at, found.text, found.album) == ("3", AT, "路面塌陷", "album-1")
    assert found.photos == (HeardPhoto("big", "B", file=False, size=200_000),)
    assert found.other is None


@pytest.mark.parametrize(
    "document", [{"mime_type": "image/heic"}, {"mime_type": "application/octet-stream", "file_name": "IMG_1.HEIC"}]
)
def test_a_picture_sent_as_a_file(document: dict[str, str]) -> None:
    found = heard(document={"file_id": "f", "file_unique_id": "F", "file_size": 30_000_000, **document})
    assert found.photos == (HeardPhoto("f", "F", file=True, size=30_000_000),)
    assert found.other is None


def test_a_smile_is_nothing_and_a_paper_may_be_a_picture_under_anothers_name() -> None:
    gif = {"file_id": "f", "file_unique_id": "F", "mime_type": "video/mp4"}
    assert heard(animation=gif, document=gif).other == "animation"
    assert heard(animation=gif, document=gif).photos == ()
    paper = {"file_id": "f", "file_unique_id": "F", "mime_type": "application/pdf", "file_name": "a.pdf"}
    assert heard(document=paper).is_unlikely
    assert heard(document=paper).photos == (HeardPhoto("f", "F", file=True, unlikely=True),)
    assert not heard(photo=SIZES).is_unlikely
    assert not heard(text="路面塌陷").is_unlikely


@pytest.mark.parametrize(
    ("field", "kind", "spoken"), [("video", "video", False), ("voice", "voice", True), ("video_note", "round", True)]
)
def test_films_and_voices(field: str, kind: str, spoken: bool) -> None:
    found = heard(**{field: {"file_id": "f", "file_unique_id": "F", "file_size": 900}})
    assert found.photos == (HeardPhoto("f", "F", size=900, kind=kind),)  # type: ignore[arg-type]
    assert (found.pictures, found.other, found.is_spoken) == ((), None, spoken)


def test_words_beside_it_make_a_film_of_a_moving_picture_and_of_a_voice_no_talk() -> None:
    gif = {"file_id": "f", "file_unique_id": "F", "mime_type": "video/mp4"}
    film = (HeardPhoto("f", "F", kind="video", unlikely=True),)
    assert heard(animation=gif, document=gif, caption="路面塌陷").photos == film
    assert heard(animation=gif, document=gif, reply_to_message={"message_id": 2}).photos == film
    assert not heard(voice=gif, caption="路面塌陷").is_spoken
    assert not heard(photo=SIZES).is_spoken


@pytest.mark.parametrize(
    ("document", "kind", "unlikely"),
    [
        ({"mime_type": "video/quicktime", "file_name": "IMG_1.MOV"}, "video", False),
        ({"mime_type": "application/octet-stream", "file_name": "clip.mp4"}, "video", False),
        ({"mime_type": "application/octet-stream"}, "photo", True),
        ({"file_name": "photo"}, "photo", True),
        ({"mime_type": "application/octet-stream", "file_name": "setup.exe"}, "photo", True),
        ({"mime_type": "text/plain", "file_name": "IMG.JPG.txt"}, "photo", True),
        ({"mime_type": "text/plain", "file_name": "IMG.JPG"}, "photo", False),
    ],
)
def test_what_is_sent_as_a_file(document: dict[str, str], kind: str, unlikely: bool) -> None:
    found = heard(document={"file_id": "f", "file_unique_id": "F", **document})
    assert [(photo.kind, photo.file, photo.unlikely) for photo in found.photos] == [(kind, True, unlikely)]
    assert found.other is None


def test_a_change_tells_when_the_message_was_sent_first() -> None:
    later = {**message(text="路面塌陷")["message"], "edit_date": NOON + 60}
    found = read({"update_id": 6, "edited_message": later}, US)
    assert found is not None
    assert (found.first_at, found.at) == (AT, AT + timedelta(seconds=60))


def test_a_live_photo_is_a_photo() -> None:
    assert heard(live_photo={"file_id": "v", "file_unique_id": "V", "photo": SIZES}).photos[0].key == "B"


@pytest.mark.parametrize(
    "sender",
    [
        {"from": {**LIN, "is_bot": True}},
        {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}, "sender_chat": GROUP},
        {
            "from": {"id": 777000, "is_bot": False, "first_name": "Telegram"},
            "sender_chat": {"id": -9, "type": "channel"},
        },
        {"from": LIN, "is_automatic_forward": True},
        {"from": None},
        {"from": {"first_name": "nobody"}},
    ],
)
def test_bots_anonymous_administrators_and_channels_are_nobody(sender: dict[str, Any]) -> None:
    assert heard(text="路面塌陷", **sender).person is None


def test_a_deleted_account_has_no_name() -> None:
    found = heard(text="x", **{"from": {"id": 12, "is_bot": False, "first_name": ""}})
    assert found.person is not None
    assert found.person.name == ""


@pytest.mark.parametrize(
    ("text", "command", "words"),
    [
        ("/report 路面 塌陷\n两处", "report", "路面 塌陷\n两处"),
        ("/Report@Roving_Grid_Bot 井盖", "report", "井盖"),
        ("/start", "start", ""),
        ("/start inv_Ab-1", "start", "inv_Ab-1"),
        ("/接单", None, ""),
        ("/home/road", None, ""),
        ("路 /report", None, ""),
        ("/", None, ""),
    ],
)
def test_commands(text: str, command: str | None, words: str) -> None:
    found = heard(text=text)
    assert (found.command, found.words, found.text) == (command, words, text)


def test_a_command_under_a_photo() -> None:
    found = heard(photo=SIZES, caption="/report 井盖")
    assert (found.command, found.words) == ("report", "井盖")


def test_what_is_said_to_another_bot_is_not_for_us() -> None:
    assert read(message(text="/report@other_bot 井盖"), US) is None
    assert read(message(photo=SIZES, caption="/report@other_bot 井盖"), US) is None


def test_forwarded_words_order_nothing() -> None:
    found = heard(text="/accept 12", forward_origin={"type": "user"})
    assert found.forwarded
    assert found.command is None
    assert found.text == "/accept 12"


@pytest.mark.parametrize("text", ["@roving_grid_bot 井盖", "请@Roving_Grid_Bot看看", "看 @roving_grid_bot"])
def test_our_name_is_heard(text: str) -> None:
    assert heard(text=text).mentions_us
    assert heard(photo=SIZES, caption=text).mentions_us


@pytest.mark.parametrize("text", ["a@roving_grid_bot", "@roving_grid_bot2", "roving_grid_bot", "@@roving_grid_bot"])
def test_another_name_is_not_ours(text: str) -> None:
    assert not heard(text=text).mentions_us


def test_a_link_to_us_is_our_name() -> None:
    entity = {"type": "text_mention", "offset": 0, "length": 3, "user": {"id": 7}}
    assert heard(text="网格员", entities=[entity]).mentions_us
    assert not heard(text="网格员", entities=[{**entity, "user": {"id": 8}}]).mentions_us


def test_places() -> None:
    point = {"latitude": 31.2, "longitude": 121.4, "horizontal_accuracy": 12.5}
    place = heard(location=point).place
    assert place is not None
    assert (place.latitude, place.longitude, place.accuracy, place.live_until) == (31.2, 121.4, 12.5, None)
    venue = heard(venue={"location": point, "title": "印刷技校", "address": "某路"}, location=point).place
    assert venue is not None
    assert venue.title == "印刷技校"
    live = heard(location={**point, "live_period": 900}).place
    assert live is not None
    assert live.live_until == AT + timedelta(minutes=15)
    endless = heard(location={**point, "live_period": 0x7FFFFFFF}).place
    assert endless is not None
    assert endless.live_until is not None
    assert endless.live_until.year > 2090


@pytest.mark.parametrize("latitude", [91, float("nan"), float("inf"), "31", None, True, 10**400])
def test_a_point_that_is_none_is_no_place(latitude: Any) -> None:
    assert heard(location={"latitude": latitude, "longitude": 121.4}).place is None


def test_a_live_location_that_moves() -> None:
    moved = message(location={"latitude": 31.3, "longitude": 121.5, "live_period": 900}, edit_date=NOON + 60)
    found = read({"update_id": 6, "edited_message": moved["message"]}, US)
    assert found is not None
    assert (found.what, found.at) == ("edit", AT + timedelta(minutes=1))
    assert found.place is not None
    assert found.place.live_until == AT + timedelta(minutes=15)


def test_topics_and_what_is_answered() -> None:
    root = {"message_id": 40, "chat": GROUP, "date": NOON}
    in_topic = heard(text="井盖", is_topic_message=True, message_thread_id=40, reply_to_message=root)
    assert (in_topic.chat.topic, in_topic.reply_to) == ("40", None)
    answer = heard(
        text="完成", is_topic_message=True, message_thread_id=40, reply_to_message={**root, "message_id": 41}
    )
    assert (answer.chat.topic, answer.reply_to) == ("40", "41")
    thread = heard(text="完成", message_thread_id=40, reply_to_message=root)
    assert (thread.chat.topic, thread.reply_to) == (None, "40")


@pytest.mark.parametrize(
    ("field", "value"),
    [("sticker", {}), ("voice", {}), ("new_chat_members", [LIN]), ("pinned_message", {}), ("video", {})],
)
def test_what_we_do_not_read_is_named(field: str, value: Any) -> None:
    assert heard(**{field: value}).other == field


def test_a_message_of_a_kind_nobody_knows_yet() -> None:
    assert heard(hologram={"file_id": "x"}).other == "unknown"


def test_a_chat_that_moved_is_told_alike_from_both_ends() -> None:
    old = read(message(chat={"id": -5, "type": "group", "title": "群"}, migrate_to_chat_id=-1001), US)
    new = read(message(chat=GROUP, migrate_from_chat_id=-5), US)
    assert old is not None
    assert new is not None
    assert (old.what, old.chat.id, old.moved_to) == (new.what, new.chat.id, new.moved_to) == ("moved", "-5", "-1001")


@pytest.mark.parametrize(
    ("member", "told"),
    [
        ({"status": "administrator"}, "administrator"),
        ({"status": "member"}, "member"),
        ({"status": "restricted", "is_member": True}, "member"),
        ({"status": "restricted", "is_member": False}, "gone"),
        ({"status": "left"}, "gone"),
        ({"status": "kicked"}, "gone"),
    ],
)
def test_our_own_membership(member: dict[str, Any], told: str) -> None:
    raw = {"update_id": 1, "my_chat_member": {"chat": GROUP, "from": LIN, "date": NOON, "new_chat_member": member}}
    found = read(raw, US)
    assert found is not None
    assert (found.what, found.membership, found.chat.id) == ("membership", told, "-1001")
    assert keys(raw).natural == f"member:-1001:{NOON}:{member['status']}"


def press(**fields: Any) -> dict[str, Any]:
    card = {"message_id": 9, "chat": GROUP, "date": NOON, "from": {"id": 7, "is_bot": True}}
    return {
        "update_id": 8,
        "callback_query": {"id": "77", "from": LIN, "message": card, "data": "accept|LH1|x|y", **fields},
    }


def test_a_press() -> None:
    found = read(press(), US)
    assert found is not None
    assert found.press is not None
    assert (found.press.id, found.press.verb, found.press.ticket, found.press.argument) == (
        "77",
        "accept",
        "LH1",
        "x|y",
    )
    assert (found.message, found.chat.id) == ("9", "-1001")
    assert found.person is not None
    assert found.person.id == "11"


def test_a_press_on_a_message_that_is_gone() -> None:
    found = read(press(message={"message_id": 9, "chat": GROUP, "date": 0}), US)
    assert found is not None
    assert found.press is not None
    assert found.at == datetime.fromtimestamp(0, UTC)


@pytest.mark.parametrize("data", ["", "x" * 65, "接单|LH1", None, 5])
def test_a_press_with_data_that_is_not_ours(data: Any) -> None:
    found = read(press(data=data), US)
    assert found is not None
    assert found.press is not None
    assert (found.press.verb, found.press.ticket) == ("", None)


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"update_id": 1},
        {"update_id": 1, "message": "text"},
        {"update_id": 1, "message": {"message_id": 1}},
        {"update_id": 1, "message": {"message_id": 1, "chat": {"id": -9, "type": "channel"}}},
        {"update_id": 1, "channel_post": {"message_id": 1, "chat": GROUP}},
        {"update_id": 1, "poll": {"id": "1"}},
    ],
)
def test_nothing_anybody_could_act_on(raw: dict[str, Any]) -> None:
    assert read(raw, US) is None
    assert keys(raw).update


# Keys


def test_the_same_message_under_another_number_has_the_same_key() -> None:
    one, again = message(text="井盖"), {**message(text="井盖"), "update_id": 999}
    assert keys(one).natural == keys(again).natural == "message:-1001:3"
    assert keys(one).update != keys(again).update
    assert keys(one).lane == "-1001"


def test_every_edit_has_a_key_of_its_own_and_a_repeat_of_it_the_same() -> None:
    def edit(**fields: Any) -> str:
        return keys({"update_id": 1, "edited_message": message(edit_date=NOON + 5, **fields)["message"]}).natural

    assert edit(text="井盖") == edit(text="井盖")
    assert (
        len({edit(text="井盖"), edit(text="井盖!"), edit(caption="x"), edit(photo=SIZES), edit(document=SIZES[0])}) == 5
    )
    other_bot = [{**size, "file_id": "another bot's"} for size in SIZES]
    assert edit(photo=SIZES) == edit(photo=other_bot)


def test_two_presses_of_one_button_are_two_presses() -> None:
    assert keys(press()).natural == "press:77"
    assert keys(press(id="78")).natural == "press:78"
    assert keys(press()).lane == "-1001"


@pytest.mark.parametrize("id_given", ["\x00", "\ud800", "x" * 500, "a b"])
def test_keys_are_plain_words_whatever_they_are_made_of(id_given: str) -> None:
    assert keys(press(id=id_given)).natural.isascii()
    assert len(keys(press(id=id_given)).natural) < 64


# Whatever comes

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["private", "supergroup", "kicked", "restricted", "text_mention", "/report@x y", "accept|LH1|1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
FIELDS = [
    "message_id", "from", "chat", "date", "edit_date", "text", "caption", "photo", "document", "location",
    "venue", "sticker", "entities", "caption_entities", "reply_to_message", "forward_origin", "sender_chat",
    "media_group_id", "live_photo", "is_topic_message", "message_thread_id", "migrate_to_chat_id",
    "migrate_from_chat_id", "animation", "id", "type", "data", "message", "new_chat_member", "status",
    "is_member", "file_id", "file_unique_id", "file_size", "width", "height", "latitude", "longitude",
    "live_period", "title", "user", "is_bot", "first_name", "file_name", "mime_type",
]  # fmt: skip
ODD = st.recursive(
    JSON,
    lambda inner: st.dictionaries(st.sampled_from(FIELDS), inner, max_size=8) | st.lists(inner, max_size=2),
    max_leaves=20,
)
KINDS = ["message", "edited_message", "callback_query", "my_chat_member", "channel_post", "novelty"]


def _altered(raw: dict[str, Any], path: list[int], value: Any) -> dict[str, Any]:
    """The update with the field at the end of a path (chosen by number at each step) replaced."""
    copy: Any = json.loads(json.dumps(raw))
    part = copy
    for step in path:
        names = list(part) if isinstance(part, dict) else list(range(len(part)))
        name = names[step % len(names)]
        if step == path[-1] or not part[name] or not isinstance(part[name], dict | list):
            part[name] = value
            break
        part = part[name]
    return dict(copy)


TRUE_ONES = st.sampled_from(
    [
        message(
            photo=SIZES,
            caption="@roving_grid_bot 井盖",
            entities=[{"type": "text_mention", "user": LIN}],
            edit_date=NOON,
        ),
        message(venue={"location": {"latitude": 1.0, "longitude": 2.0, "live_period": 60}, "title": "x"}),
        message(
            document={"file_id": "f", "file_unique_id": "F", "mime_type": "image/png"},
            reply_to_message={"message_id": 2},
        ),
        {"update_id": 6, "edited_message": message(text="/report@x", edit_date=NOON)["message"]},
        press(),
        {"update_id": 1, "my_chat_member": {"chat": GROUP, "date": 1, "new_chat_member": {"status": "restricted"}}},
    ]
)
ALTERED = st.builds(_altered, TRUE_ONES, st.lists(st.integers(0, 9), min_size=1, max_size=6), ODD)
INVENTED = st.fixed_dictionaries({"update_id": JSON}, optional=dict.fromkeys(KINDS, ODD))


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(ALTERED | INVENTED)
def test_no_update_however_odd_is_too_much(raw: dict[str, Any]) -> None:
    told = keys(raw)
    assert all(part.isascii() and 0 < len(part) < 128 for part in (told.update, told.natural, told.lane, told.what))
    assert keys(raw) == told
    found = read(raw, US)
    if found is not None:
        assert found.chat.kind in ("private", "group")
        assert found.at.tzinfo is UTC
        assert (found.press is not None) == (found.what == "press")
        assert (found.membership is not None) == (found.what == "membership")


def test_an_update_as_deep_as_the_sea() -> None:
    deep: Any = "bottom"
    for _ in range(100_000):
        deep = [deep]
    assert keys({"message": {"text": deep, "chat": deep}}).what == "message"
    assert read({"message": {"text": deep, "chat": deep}}, US) is None
