"""One thing that happens: an update as the table has it, as nobody would send it, or a while in which nothing does."""

from typing import Any, Final

from hypothesis import strategies as st

from simulator.table import bot_api
from tests.fuzz import shapes, words
from tests.fuzz.damage import damaged
from tests.fuzz.marks import Next, Now, Photo, Pressed, PressId, Said, SaidId, Step, Text

API: Final = bot_api()
MESSAGE: Final = API.types["Message"]
ASKED_FOR: Final = ("message", "edited_message", "callback_query", "my_chat_member")
OTHER_KINDS: Final = tuple(sorted(API.types["Update"].keys() - {*ASKED_FOR, "update_id"}))
WHO_AND_WHERE: Final = {"message_id", "date", "chat", "from"}
WORDS: Final = {"text", "entities", "caption", "caption_entities"}
SHOWN: Final = (
    "photo",
    "document",
    "video",
    "voice",
    "video_note",
    "animation",
    "live_photo",
    "audio",
    "sticker",
    "story",
)
PLACES: Final = ("location", "venue")
MOVES: Final = {"migrate_to_chat_id", "migrate_from_chat_id"}
ENVELOPE: Final = (
    "message_thread_id", "is_topic_message", "sender_chat", "forward_origin", "is_automatic_forward", "external_reply",
    "quote", "via_bot", "edit_date", "has_protected_content", "media_group_id", "author_signature", "reply_markup",
    "sender_tag", "sender_business_bot", "business_connection_id", "direct_messages_topic", "effect_id",
    "link_preview_options", "guest_query_id", "paid_star_count", "is_from_offline", "show_caption_above_media",
)  # fmt: skip
SERVICE: Final = tuple(
    sorted(MESSAGE.keys() - WHO_AND_WHERE - WORDS - MOVES - {*SHOWN, *PLACES, *ENVELOPE, "reply_to_message"})
)
"""Everything else a message may be: polls, smiles, who came and went, pictures pinned, payments, gifts."""
MEMBERS: Final = API.unions["ChatMember"]
DEGREES: Final = st.one_of(st.floats(-200, 200), st.floats())
ABOUT_HERE: Final = st.floats(-0.02, 0.02)

albums = st.sampled_from(["album-1", "album-2", "album-3", "", "x" * 300])
replies = st.one_of(
    st.builds(Said, st.integers(0, 9), st.just(True)),
    st.builds(Said, st.integers(0, 9), st.just(True)),
    st.builds(Said, st.integers(0, 9), st.just(False)),
    st.builds(Said, st.integers(0, 9), st.booleans(), st.sampled_from(shapes.GROUPS)),
    shapes.filled("Message", 3),
    shapes.filled("InaccessibleMessage"),
)
MOMENTS: Final = (0.5, 2.0, 6.0, 20.0)
LONG: Final = (120.0, 120.0, 1900.0, 1900.0, 10_000.0, 50_000.0)
entities = st.one_of(
    st.lists(shapes.filled("MessageEntity"), max_size=3),
    st.just([{"type": "text_mention", "offset": 0, "length": 1, "user": {"id": 7000001, "is_bot": True}}]),
)  # fmt: skip


@st.composite
def where_and_who(draw: st.DrawFn) -> dict[str, Any]:
    """Mostly one of the cast in a group of the town or alone with us."""
    who = draw(shapes.users)
    turn = draw(st.integers(0, 9))
    if turn < 6:
        return {"from": who, "chat": draw(shapes.groups)}
    if turn < 9:
        return {"from": who, "chat": {"id": who["id"], "type": "private", "first_name": "林"}}
    return {"from": who, "chat": draw(shapes.chats)}


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    turn = draw(st.integers(0, 99))
    if turn < 30:
        return {"text": draw(words.said), **({"entities": draw(entities)} if turn < 6 else {})}
    if turn < 60:
        shown = "photo" if turn < 48 else draw(st.sampled_from(SHOWN))
        made = {shown: draw(shapes.field(shown, MESSAGE[shown].kinds, 1))}
        if draw(st.integers(0, 3)):
            made["caption"] = draw(words.captions)
        return made
    if turn < 66:
        return draw(places())
    if turn < 68:
        to = draw(
            st.one_of(shapes.extremes, st.sampled_from([-1002888000001, -1002888000002, shapes.STRANGE_GROUP, 5001]))
        )
        return {draw(st.sampled_from(sorted(MOVES))): to}
    if turn < 98:
        name = draw(st.sampled_from(SERVICE))
        return {name: draw(shapes.field(name, MESSAGE[name].kinds, 1))}
    return {}


@st.composite
def places(draw: st.DrawFn) -> dict[str, Any]:
    if draw(st.booleans()):
        location = {"latitude": 30.0 + draw(ABOUT_HERE), "longitude": 120.0 + draw(ABOUT_HERE)}
    else:
        location = {"latitude": draw(DEGREES), "longitude": draw(DEGREES)}
    location |= draw(
        st.sampled_from([{}, {"live_period": 900}, {"live_period": 2**31 - 1}, {"horizontal_accuracy": 1e308}])
    )
    if draw(st.booleans()):
        return {"location": location}
    return {"venue": {"location": location, "title": draw(words.odd), "address": draw(words.odd)}, "location": location}


@st.composite
def messages(draw: st.DrawFn) -> dict[str, Any]:
    made = {"message_id": Next(), "date": Now(), **draw(where_and_who()), **draw(contents())}
    turn = draw(st.integers(0, 19))
    if turn < 7:
        made["reply_to_message"] = draw(replies)
    elif turn < 9:
        made["media_group_id"] = draw(albums)
    elif turn < 13:
        for name in draw(st.lists(st.sampled_from(ENVELOPE), min_size=1, max_size=3)):
            made[name] = draw(shapes.field(name, MESSAGE[name].kinds, 2))
    elif turn == 13:
        made["message_id"] = draw(st.one_of(shapes.extremes, st.builds(SaidId, st.integers(0, 9), st.booleans())))
        made["date"] = draw(shapes.moments)
    elif turn == 14:
        del made["from"]
    return made


@st.composite
def edits(draw: st.DrawFn) -> dict[str, Any]:
    made = {**draw(messages()), "edit_date": draw(shapes.moments)}
    if draw(st.integers(0, 4)):
        made["message_id"] = SaidId(draw(st.integers(0, 12)), False)
    return made


@st.composite
def presses(draw: st.DrawFn) -> dict[str, Any]:
    """The buttons we show, pressed by anybody; and what their presser never saw."""
    made: dict[str, Any] = {"id": PressId(), "from": draw(shapes.users), "chat_instance": "1"}
    turn = draw(st.integers(0, 19))
    which, button = draw(st.integers(0, 19)), draw(st.integers(0, 7))
    if turn < 12:
        made["message"] = made["data"] = Pressed(which, button)
    elif turn < 15:
        made["message"] = made["data"] = Pressed(which, button, elsewhere=draw(st.integers(0, 19)))
    elif turn < 16:
        made["message"] = made["data"] = Pressed(which, button, gone=True)
    else:
        made["message"] = Pressed(which, button)
        made["data"] = draw(forged)
    if turn == 19:
        made |= draw(
            st.sampled_from(
                [{"id": 5}, {"id": ""}, {"id": "x" * 500}, {"inline_message_id": "x"}, {"game_short_name": "x"}]
            )
        )
        made.pop(draw(st.sampled_from(["message", "data", "from", "chat_instance"])))
    return made


forged = st.one_of(
    words.odd,
    st.builds(
        lambda verb, ticket, argument, number: Text(f"{verb}|{ticket}|{argument}".rstrip("|"), number),
        st.sampled_from(sorted(words.ROUTER.buttons)),
        st.sampled_from(["{N}", "{N}", "1", "0", "-1", "2", "9" * 19, "LH2611200001", "lh2611200001", ""]),
        st.sampled_from(["", "", "0", "1", "2", "-1", "99999999999999999999", "E0505", "drainage", "x|y", "\x00"]),
        words.numbers,
    ),
)  # fmt: skip


@st.composite
def memberships(draw: st.DrawFn, kind: str = "ChatMember") -> dict[str, Any]:
    us = {"id": 7000001, "is_bot": True, "first_name": "流动网格员", "username": words.OURS}
    made = {**draw(where_and_who()), "date": draw(shapes.moments)}
    for name in ("old_chat_member", "new_chat_member"):
        made[name] = {**draw(shapes.filled(draw(st.sampled_from(MEMBERS)))), "user": us}
    return made


@st.composite
def updates(draw: st.DrawFn) -> Any:
    turn = draw(st.integers(0, 99))
    if turn < 60:
        made: Any = {"message": draw(messages())}
    elif turn < 67:
        made = {"edited_message": draw(edits())}
    elif turn < 83:
        made = {"callback_query": draw(presses())}
    elif turn < 87:
        made = {"my_chat_member": draw(memberships())}
    elif turn < 96:
        kind = draw(st.sampled_from(OTHER_KINDS))
        made = {kind: draw(shapes.field(kind, API.types["Update"][kind].kinds, 1))}
    else:
        made = {
            draw(st.sampled_from(["hologram", "", "update", "message_x"])): draw(st.one_of(shapes.junk, messages()))
        }
    if not draw(st.integers(0, 24)):
        made["update_id"] = draw(shapes.junk)
    return made


@st.composite
def lively(draw: st.DrawFn) -> dict[str, Any]:
    """What keeps a town going: a report as it should be, a word of whose it is under its card, a button."""
    turn = draw(st.integers(0, 9))
    if turn < 5:
        group = draw(st.sampled_from(shapes.GRIDS))
        made: dict[str, Any] = {
            "chat": shapes.group(group),
            "from": shapes.person(draw(st.sampled_from(shapes.RIDERS))),
        }
        made |= {"photo": Photo(draw(st.integers(0, 9))), "caption": draw(words.fresh)}
    else:
        who, chat = draw(st.sampled_from(shapes.OFFICERS))
        made = {
            "chat": shapes.group(chat),
            "from": shapes.person(who),
            "reply_to_message": Said(draw(st.integers(0, 5)), True),
        }
        made |= {"text": draw(words.orders)} if turn < 8 else {"photo": Photo(draw(st.integers(0, 9)))}
    return {"message": {"message_id": Next(), "date": Now(), **made}}


@st.composite
def steps(draw: st.DrawFn) -> Step:
    turn = draw(st.integers(0, 199))
    wait = 0.0 if turn < 188 else draw(st.sampled_from(MOMENTS)) if turn < 198 else draw(st.sampled_from(LONG))
    if draw(st.integers(0, 11)) == 11:
        return Step(wait, draw(lively()))
    update = draw(updates())
    if not draw(st.integers(0, 6)):
        update = draw(damaged(update))
    return Step(wait, update, draw(st.booleans()))
