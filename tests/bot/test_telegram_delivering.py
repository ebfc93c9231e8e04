"""Every letter becomes the right call, and every refusal is told in words that say what to do next."""

from typing import Any

import pytest

from bot.channels.base import (
    Button,
    ChatClosed,
    ChatMoved,
    Delivered,
    Letter,
    MessageGone,
    MessageStays,
    Picture,
    Refused,
    SendError,
    TokenRejected,
    TooFast,
    Uncertain,
    Unsent,
)
from bot.channels.telegram.transport import Broken, NeverReached
from tests.bot.scripted import Answer, Scripted, bad, good, opened

CHAT = {"id": -1001, "type": "supergroup", "title": "群"}
SENT = {"message_id": 12, "date": 1, "chat": CHAT, "text": "x"}
PHOTO = {
    "message_id": 12, "date": 1, "chat": CHAT, "photo": [
        {"file_id": "small", "file_unique_id": "S", "width": 90, "height": 60},
        {"file_id": "big", "file_unique_id": "B", "width": 900, "height": 600},
    ],
}  # fmt: skip
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n"
NOT_MODIFIED = bad(
    400, "Bad Request: message is not modified: specified new message content and reply markup are the same"
)


class Server(Scripted):
    """Answers by method; a list is answered one after another."""

    def __init__(self, **answers: Answer | list[Answer]) -> None:
        self.answers = answers
        super().__init__(self.next)

    def next(self, method: str, _: dict[str, Any]) -> Answer:
        answer = self.answers[method]
        return answer.pop(0) if isinstance(answer, list) else answer

    async def deliver(self, letter: Letter) -> Delivered:
        return await (await opened(self)).deliver(letter)

    @property
    def methods(self) -> list[str]:
        return [method for method, _ in self.calls]


async def test_words_with_buttons_in_a_topic_as_an_answer() -> None:
    server = Server(sendMessage=good(SENT))
    letter = Letter(
        "say",
        "-1001",
        topic="40",
        text="<b>#LH1</b> &lt;洞&gt;",
        reply_to="3",
        buttons=((Button("接单", "accept", "LH1"),),),
    )
    assert await server.deliver(letter) == Delivered("12")
    ((method, asked),) = server.calls
    assert method == "sendMessage"
    assert asked == {
        "chat_id": -1001,
        "text": "#LH1 <洞>",
        "entities": [{"type": "bold", "offset": 0, "length": 4}],
        "message_thread_id": 40,
        "reply_parameters": {"message_id": 3, "allow_sending_without_reply": True},
        "reply_markup": {"inline_keyboard": [[{"text": "接单", "callback_data": "accept|LH1"}]]},
        "link_preview_options": {"is_disabled": True},
    }


async def test_a_picture_by_reference_and_by_bytes() -> None:
    server = Server(sendPhoto=good(PHOTO))
    assert await server.deliver(Letter("say", "5", text="洞" * 2000, picture=Picture(ref="abc"))) == Delivered(
        "12", "big"
    )
    assert server.calls[0][1]["photo"] == "abc"
    assert len(server.calls[0][1]["caption"]) == 1024
    for data, kind in ((JPEG, "image/jpeg"), (PNG, "image/png")):
        server = Server(sendPhoto=good(PHOTO))
        await server.deliver(Letter("say", "5", picture=Picture(data=data)))
        ((_, content, told),) = server.files_sent
        assert (content, told) == (data, kind)


@pytest.mark.parametrize(
    ("kind", "method", "field"),
    [("video", "sendVideo", "video"), ("voice", "sendVoice", "voice"), ("round", "sendVideoNote", "video_note")],
)
async def test_a_film_or_a_voice_goes_by_its_bytes(kind: Any, method: str, field: str) -> None:
    server = Server(**{method: good(SENT)})
    assert await server.deliver(Letter("say", "5", text="视频", picture=Picture(data=b"film", kind=kind))) == Delivered(
        "12"
    )
    ((_, asked),) = server.calls
    assert asked.get("caption") == (None if kind == "round" else "视频")
    assert [content for _, content, _ in server.files_sent] == [b"film"]
    with pytest.raises(Refused):
        await server.deliver(Letter("say", "5", text="视频", picture=Picture(ref="r", kind=kind)))


async def test_a_closed_topic_does_not_silence_the_news() -> None:
    for words in ("message thread not found", "TOPIC_CLOSED", "TOPIC_DELETED"):
        server = Server(sendMessage=[bad(400, f"Bad Request: {words}"), good(SENT)])
        assert await server.deliver(Letter("say", "-1001", topic="40", text="x", reply_to="3")) == Delivered("12")
        assert server.calls[0][1].items() > server.calls[1][1].items()
        assert not {"message_thread_id", "reply_parameters"} & server.calls[1][1].keys()
    server = Server(sendMessage=bad(400, "Bad Request: message thread not found"))
    with pytest.raises(Refused):
        await server.deliver(Letter("say", "-1001", text="x"))
    assert len(server.calls) == 1


@pytest.mark.parametrize(
    ("letter", "method"),
    [
        (Letter("edit", "5", edit_of="9", text="x"), "editMessageText"),
        (Letter("edit", "5", edit_of="9", text="x", pictured=True), "editMessageCaption"),
        (Letter("edit", "5", edit_of="9", text="x", picture=Picture(ref="r")), "editMessageMedia"),
        (Letter("edit", "5", edit_of="9", text="x", pictured=True, picture=Picture(data=JPEG)), "editMessageMedia"),
        (Letter("edit", "5", edit_of="9"), "editMessageReplyMarkup"),
    ],
)
async def test_every_kind_of_edit(letter: Letter, method: str) -> None:
    server = Server(**{method: good(PHOTO)})
    assert await server.deliver(letter) == Delivered("9", "big")
    assert server.methods == [method]
    assert server.calls[0][1]["message_id"] == 9
    assert await Server(**{method: NOT_MODIFIED}).deliver(letter) == Delivered("9")
    assert await Server(**{method: good(True)}).deliver(letter) == Delivered("9")


async def test_an_edit_finds_out_whether_the_message_has_a_picture() -> None:
    no_text, no_caption = (
        bad(400, f"Bad Request: there is no {what} in the message to edit") for what in ("text", "caption")
    )
    server = Server(editMessageText=no_text, editMessageCaption=good(PHOTO))
    assert await server.deliver(Letter("edit", "5", edit_of="9", text="x")) == Delivered("9", "big")
    server = Server(editMessageText=good(SENT), editMessageCaption=no_caption)
    assert await server.deliver(Letter("edit", "5", edit_of="9", text="x", pictured=True)) == Delivered("9")
    server = Server(editMessageText=no_text, editMessageCaption=no_caption)
    with pytest.raises(Refused):
        await server.deliver(Letter("edit", "5", edit_of="9", text="x"))
    assert len(server.calls) == 2


async def test_a_server_that_adds_no_picture_to_a_text_makes_the_card_new() -> None:
    server = Server(editMessageMedia=bad(400, "Bad Request: there is no media in the message to edit"))
    with pytest.raises(MessageGone):
        await server.deliver(Letter("edit", "5", edit_of="9", text="x", picture=Picture(ref="r")))


async def test_a_press_is_answered_in_plain_words() -> None:
    server = Server(answerCallbackQuery=good(True))
    assert (
        await server.deliver(Letter("answer", "5", answer_to="77", text="<b>&lt;" + "字" * 300, alert=True))
        == Delivered()
    )
    asked = server.calls[0][1]
    assert (asked["callback_query_id"], asked["show_alert"]) == ("77", True)
    assert asked["text"].startswith("<b>&lt;字")
    assert len(asked["text"]) == 200
    assert await server.deliver(Letter("answer", "5", answer_to="77")) == Delivered()
    assert "text" not in server.calls[1][1]


async def test_reactions_and_removals() -> None:
    server = Server(setMessageReaction=good(True), deleteMessage=good(True))
    await server.deliver(Letter("react", "5", edit_of="9", emoji="👌"))
    await server.deliver(Letter("react", "5", reply_to="9"))
    await server.deliver(Letter("remove", "5", edit_of="9"))
    assert server.calls == [
        ("setMessageReaction", {"chat_id": 5, "message_id": 9, "reaction": [{"type": "emoji", "emoji": "👌"}]}),
        ("setMessageReaction", {"chat_id": 5, "message_id": 9, "reaction": []}),
        ("deleteMessage", {"chat_id": 5, "message_id": 9}),
    ]


SAY = Letter("say", "-1001", text="x")
EDIT = Letter("edit", "-1001", text="x", edit_of="9")
ERRORS: list[tuple[Letter, Answer, type[SendError]]] = [
    (SAY, bad(400, "Bad Request: chat not found"), ChatClosed),
    (SAY, bad(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-2002), ChatMoved),
    (SAY, bad(400, "Bad Request: have no rights to send a message"), ChatClosed),
    (SAY, bad(400, "Bad Request: not enough rights to send text messages to the chat"), ChatClosed),
    (SAY, bad(403, "Forbidden: bot was blocked by the user"), ChatClosed),
    (SAY, bad(403, "Forbidden: bot can't initiate conversation with a user"), ChatClosed),
    (SAY, bad(403, "Forbidden: bot was kicked from the supergroup chat"), ChatClosed),
    (SAY, bad(403, "Forbidden: user is deactivated"), ChatClosed),
    (SAY, bad(400, "Bad Request: message text is empty"), Refused),
    (SAY, bad(400, "Bad Request: BUTTON_DATA_INVALID"), Refused),
    (SAY, bad(413, "Request Entity Too Large"), Refused),
    (SAY, bad(429, "Too Many Requests: retry after 3600", retry_after=3600), TooFast),
    (SAY, bad(401, "Unauthorized"), TokenRejected),
    (SAY, bad(404, "Not Found"), Refused),
    (SAY, bad(500, "Internal Server Error"), Unsent),
    (SAY, bad(502, "Bad Gateway"), Uncertain),
    (SAY, (502, b"<html>"), Uncertain),
    (SAY, (200, b"{"), Uncertain),
    (SAY, good(True), Uncertain),
    (SAY, good({"message_id": "12"}), Uncertain),
    (SAY, NeverReached("no connection"), Unsent),
    (SAY, Broken("reset"), Uncertain),
    (SAY, RuntimeError("what the wire never foresaw"), Uncertain),
    (EDIT, bad(400, "Bad Request: message to edit not found"), MessageGone),
    (EDIT, bad(400, "Bad Request: message can't be edited"), MessageGone),
    (EDIT, bad(400, "Bad Request: MESSAGE_ID_INVALID"), MessageGone),
    (Letter("remove", "5", edit_of="9"), bad(400, "Bad Request: message to delete not found"), MessageGone),
    (Letter("remove", "5", edit_of="9"), bad(400, "Bad Request: message can't be deleted for everyone"), MessageStays),
    (Letter("react", "5", edit_of="9", emoji="✅"), bad(400, "Bad Request: REACTION_INVALID"), Refused),
    (
        Letter("answer", "5", answer_to="7"),
        bad(400, "Bad Request: query is too old and response timeout expired"),
        Refused,
    ),
]


@pytest.mark.parametrize(("letter", "answer", "error"), ERRORS)
async def test_every_refusal_in_the_words_of_the_house(letter: Letter, answer: Answer, error: type[SendError]) -> None:
    server = Scripted(lambda *_: answer)
    channel = await opened(server)
    with pytest.raises(SendError) as raised:
        await channel.deliver(letter)
    assert type(raised.value) is error
    assert len(server.calls) == 1  # never tried again here
    assert raised.value.reason
    if isinstance(raised.value, TooFast):
        assert raised.value.seconds == 3600
    if isinstance(raised.value, ChatMoved):
        assert raised.value.to == "-2002"


async def test_a_reason_quotes_nobody() -> None:
    words = "Bad Request: inline keyboard button URL 'tel:13912345678' is invalid for user 13912345678"
    with pytest.raises(Refused) as raised:
        await (await opened(Scripted(lambda *_: bad(400, words)))).deliver(SAY)
    assert "1391234" not in raised.value.reason
    assert "tel" not in raised.value.reason


@pytest.mark.parametrize(
    "letter",
    [
        Letter("say", "the group", text="x"),
        Letter("edit", "5", text="x"),
        Letter("say", "5", reply_to="first", text="x"),
        Letter("say", "5", text="x", picture=Picture()),
        Letter("say", "5", text="x", buttons=((Button("x", "accept", "字" * 30),),)),
    ],
)
async def test_a_letter_that_cannot_be_sent_is_refused_without_a_call(letter: Letter) -> None:
    server = Scripted(lambda *_: good(SENT))
    with pytest.raises(Refused):
        await (await opened(server)).deliver(letter)
    assert server.calls == []
