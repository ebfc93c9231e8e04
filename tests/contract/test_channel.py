"""What every channel promises (bot/channels/base.py): Telegram's against a strict Bot API, in process and over HTTP."""

import asyncio
import io
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientTimeout, web
from PIL import Image

from bot.channels.base import (
    Button,
    Channel,
    ChatClosed,
    ChatMoved,
    FetchFailed,
    Letter,
    Menu,
    MenuEntry,
    MessageGone,
    Picture,
    Raw,
    Refused,
    SendError,
    TokenRejected,
    TooFast,
    Uncertain,
    Unsent,
)
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.transport import AiohttpWire
from handlers.heard import Heard
from simulator.server import make_app
from simulator.town import Town
from tests.inprocess import telegram

TOKEN = "7:abc"
LIN, MEI, STRANGER, GROUP, ELSEWHERE = 11, 12, 13, -1001, -1002
SEED = {
    "bot": {"token": TOKEN, "username": "roving_grid_bot", "first_name": "流动网格员"},
    "people": [
        {"id": LIN, "first_name": "小林", "username": "lin"},
        {"id": MEI, "first_name": "小梅"},
        {"id": STRANGER, "first_name": "生人"},
    ],
    "chats": [
        {"id": GROUP, "title": "柳湖骑手群", "members": [LIN, MEI], "bot_member": "administrator"},
        {"id": ELSEWHERE, "title": "别的群", "members": [LIN], "type": "group", "bot_member": "member"},
    ],
}


def picture(colour: tuple[int, int, int] = (40, 90, 160)) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(held, "JPEG")
    return held.getvalue()


@dataclass
class Line:
    town: Town
    channel: Channel

    async def hears(self, count: int) -> list[Heard | None]:
        """What the channel gives for the next `count` updates."""
        return [self.channel.read(raw) for raw in await self.receives(count)]

    async def receives(self, count: int) -> list[Raw]:
        """The next `count` updates, all of them confirmed."""
        kept: list[Raw] = []

        async def keep(page: Sequence[Raw]) -> None:
            kept.extend(page)

        receiving = asyncio.create_task(self.channel.receive(keep))
        async with asyncio.timeout(10):
            while not receiving.done() and (len(kept) < count or self.unconfirmed()):
                await asyncio.sleep(0.002)
        receiving.cancel()
        (ended,) = await asyncio.gather(receiving, return_exceptions=True)
        if isinstance(ended, Exception):
            raise ended
        return kept

    def unconfirmed(self) -> list[int]:
        return [update["update_id"] for update in self.town.updates() if update["confirmed"] is None]

    def calls(self, method: str) -> list[dict[str, Any]]:
        return [call for call in self.town.log() if call["method"] == method]

    def messages(self, chat: int = GROUP) -> dict[str, dict[str, Any]]:
        return {str(message["message_id"]): message for message in self.town.messages(None, chat)}

    def upload(self) -> dict[str, str]:
        return {"upload": self.town.upload(picture(), "hole.jpg")}

    async def say(self, text: str = "x", **more: Any) -> str:
        delivered = await self.channel.deliver(Letter("say", str(GROUP), text=text, **more))
        assert delivered.message is not None
        return delivered.message


@asynccontextmanager
async def over_http(town: Town) -> AsyncIterator[TelegramChannel]:
    runner = web.AppRunner(make_app(town), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    channel = TelegramChannel(TOKEN, address, wire=AiohttpWire(deadline_s=3.0), sleep=_yield)
    await channel.open()
    try:
        yield channel
    finally:
        await channel.close()
        await runner.cleanup()


async def _yield(_: float) -> None:
    await asyncio.sleep(0)


@pytest.fixture(params=["in process", "over HTTP"])
async def line(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Line]:
    town = Town(tmp_path)
    town.seed(SEED)
    town.start(LIN)
    town.start(MEI)
    way = telegram(town) if request.param == "in process" else over_http(town)
    async with way as channel:
        both = Line(town, channel)
        await both.receives(2)  # the two that pressed Start
        yield both
    town.close()


# Receiving


async def test_what_people_do_is_heard_in_order(line: Line) -> None:
    line.town.post(LIN, GROUP, "路面塌陷", photos=[line.upload()])
    line.town.post(MEI, GROUP, "/report@roving_grid_bot 井盖")
    line.town.post(MEI, GROUP, location={"latitude": 31.2, "longitude": 121.4})
    photo, command, place = await line.hears(3)
    assert photo is not None
    assert (photo.text, photo.chat.id, len(photo.photos)) == ("路面塌陷", str(GROUP), 1)
    assert command is not None
    assert (command.command, command.words) == ("report", "井盖")
    assert place is not None
    assert place.place is not None
    assert place.place.latitude == pytest.approx(31.2, abs=1e-6)


async def test_nothing_is_confirmed_before_it_is_kept(line: Line) -> None:
    line.town.post(LIN, GROUP, "井盖")
    pages: list[Sequence[Raw]] = []

    async def full(page: Sequence[Raw]) -> None:
        pages.append(page)
        raise OSError("no space left on device")

    for _ in range(3):
        with pytest.raises(OSError, match="space"):
            await line.channel.receive(full)
    assert len(pages) == 3
    assert len(line.unconfirmed()) == 1
    (again,) = await line.receives(1)
    assert line.channel.keys(again) == line.channel.keys(pages[0][0])


async def test_ids_that_begin_anew_after_a_quiet_week(line: Line) -> None:
    numbers: list[int] = []

    async def keep(page: Sequence[Raw]) -> None:
        numbers.extend(update["update_id"] for update in page)

    line.town.post(LIN, GROUP, "一")
    receiving = asyncio.create_task(line.channel.receive(keep))
    async with asyncio.timeout(10):
        while line.unconfirmed():
            await asyncio.sleep(0.002)
        line.town.jump_updates(1000)
        for word in "二三四五":
            line.town.post(LIN, GROUP, word)
        while line.unconfirmed():
            await asyncio.sleep(0.002)
    receiving.cancel()
    assert numbers[-4:] == [1000, 1001, 1002, 1003]


@pytest.mark.parametrize(
    "kind", ["429", "500", "502", "reset_before", "reset_after", "garbled", "truncated", "empty", "slow"]
)
async def test_receiving_goes_on_when_the_fault_ends(line: Line, kind: str) -> None:
    line.town.post(LIN, GROUP, "井盖")
    line.town.faults([{"method": "getUpdates", "times": 3, "kind": kind, "seconds": 0.02}])
    (told,) = await line.hears(1)
    assert told is not None
    assert told.text == "井盖"


async def test_a_token_that_is_no_longer_known_ends_it(line: Line) -> None:
    line.town.seed({"bot": {"token": "7:another"}})
    with pytest.raises(TokenRejected):
        await line.receives(1)
    with pytest.raises(TokenRejected):
        await line.say()


# Saying


async def test_a_card_is_said_edited_and_taken_away(line: Line) -> None:
    (asked,) = line.town.post(LIN, GROUP, "路面塌陷")
    number = await line.say(
        '<b>#LH1</b> 😀 <a href="person:11">小林</a> &lt;b&gt;',
        reply_to=str(asked["message_id"]),
        buttons=((Button("接单", "accept", "LH1"), Button("私聊", start="x")),),
    )
    card = line.messages()[number]
    assert card["text"] == "#LH1 😀 小林 <b>"
    assert card["reply_to_message"]["message_id"] == asked["message_id"]
    assert card["entities"][0]["type"] == "bold"
    assert [one.get("callback_data", one.get("url")) for one in card["reply_markup"]["inline_keyboard"][0]] == [
        "accept|LH1",
        "https://t.me/roving_grid_bot?start=x",
    ]
    for _ in range(2):  # the second changes nothing, which is as good
        await line.channel.deliver(Letter("edit", str(GROUP), text="已接单", edit_of=number))
    assert line.messages()[number]["text"] == "已接单"
    assert "reply_markup" not in line.messages()[number]
    await line.channel.deliver(Letter("remove", str(GROUP), edit_of=number))
    assert line.messages()[number]["deleted"]


async def test_a_picture_goes_out_comes_back_and_is_shown_again(line: Line) -> None:
    sent = await line.channel.deliver(Letter("say", str(GROUP), text="修好了", picture=Picture(data=picture())))
    assert sent.message is not None
    assert sent.picture_ref is not None
    again = await line.channel.deliver(Letter("say", str(GROUP), text="再看", picture=Picture(ref=sent.picture_ref)))
    assert again.message is not None
    shown = line.messages()
    assert shown[sent.message]["photo"] == shown[again.message]["photo"]
    brought = await line.channel.fetch(sent.picture_ref, 10**7)
    assert Image.open(io.BytesIO(brought)).size == (640, 480)


async def test_a_card_gets_a_picture_later(line: Line) -> None:
    number = await line.say("处置中")
    letter = Letter("edit", str(GROUP), text="修好了", edit_of=number, picture=Picture(data=picture()))
    assert (await line.channel.deliver(letter)).picture_ref is not None
    await line.channel.deliver(Letter("edit", str(GROUP), text="已结案", edit_of=number, pictured=True))
    assert line.messages()[number]["caption"] == "已结案"
    assert "photo" in line.messages()[number]


async def test_a_long_text_arrives_cut(line: Line) -> None:
    number = await line.say("<b>" + "长😀" * 3000 + "</b>")
    assert line.messages()[number]["text"].endswith("…")


async def test_a_press_is_answered_once_and_not_too_late(line: Line) -> None:
    number = await line.say("卡", buttons=((Button("我也遇到", "join", "LH1"),),))
    press = line.town.press(MEI, GROUP, int(number), "join|LH1")
    (told,) = await line.hears(1)
    assert told is not None
    assert told.press is not None
    assert (told.press.verb, told.press.ticket, told.press.id) == ("join", "LH1", press)
    await line.channel.deliver(Letter("answer", str(GROUP), answer_to=press, text="已加入", alert=True))
    assert line.town.answer(press)["text"] == "已加入"
    late = line.town.press(MEI, GROUP, int(number), "join|LH1")
    line.town.set_clock(200)
    with pytest.raises(Refused):
        await line.channel.deliver(Letter("answer", str(GROUP), answer_to=late, text="x"))


async def test_a_reaction_from_the_fixed_list_and_one_that_is_not(line: Line) -> None:
    (asked,) = line.town.post(LIN, GROUP, "路面塌陷")
    await line.channel.deliver(Letter("react", str(GROUP), edit_of=str(asked["message_id"]), emoji="👀"))
    assert line.messages()[str(asked["message_id"])]["reactions"] == {"👀": [7]}
    with pytest.raises(Refused):
        await line.channel.deliver(Letter("react", str(GROUP), edit_of=str(asked["message_id"]), emoji="✅"))


async def test_a_chat_that_is_closed_to_us(line: Line) -> None:
    line.town.member(GROUP, 7, "kicked", by=LIN)
    for chat in (GROUP, STRANGER, -4711):
        with pytest.raises(ChatClosed):
            await line.channel.deliver(Letter("say", str(chat), text="x"))


async def test_a_chat_that_moved(line: Line) -> None:
    new = line.town.migrate(ELSEWHERE)["id"]
    with pytest.raises(ChatMoved) as raised:
        await line.channel.deliver(Letter("say", str(ELSEWHERE), text="x"))
    assert raised.value.to == str(new)
    moved = [told for told in await line.hears(2) if told is not None and told.what == "moved"]
    assert {(told.chat.id, told.moved_to) for told in moved} == {(str(ELSEWHERE), str(new))}


async def test_a_message_that_is_gone(line: Line) -> None:
    number = await line.say()
    line.town.delete(LIN, GROUP, line.town.post(LIN, GROUP, "x")[0]["message_id"])
    await line.channel.deliver(Letter("remove", str(GROUP), edit_of=number))
    for letter in (Letter("edit", str(GROUP), text="y", edit_of=number), Letter("remove", str(GROUP), edit_of=number)):
        with pytest.raises(MessageGone):
            await line.channel.deliver(letter)


LETTERS = {
    "sendMessage": Letter("say", str(GROUP), text="话"),
    "sendPhoto": Letter("say", str(GROUP), text="图", picture=Picture(data=picture())),
    "editMessageText": Letter("edit", str(GROUP), text="改"),
    "editMessageCaption": Letter("edit", str(GROUP), text="改", pictured=True),
    "editMessageMedia": Letter("edit", str(GROUP), text="改", picture=Picture(data=picture((200, 30, 30)))),
    "answerCallbackQuery": Letter("answer", str(GROUP), text="好"),
    "setMessageReaction": Letter("react", str(GROUP), emoji="👀"),
    "deleteMessage": Letter("remove", str(GROUP)),
}
FAULTS: dict[str, type[SendError] | None] = {
    "429": TooFast,
    "500": Unsent,
    "502": Uncertain,
    "403": ChatClosed,
    "400": Refused,
    "reset_before": Uncertain,
    "reset_after": Uncertain,
    "garbled": Uncertain,
    "truncated": Uncertain,
    "empty": Uncertain,
    "hang": Uncertain,
    "slow": None,
}


@pytest.mark.parametrize("method", LETTERS)
async def test_no_fault_is_taken_for_another_and_none_is_tried_again_here(line: Line, method: str) -> None:
    for kind, error in FAULTS.items():
        letter = await _addressed(line, method)
        line.town.faults([{"method": method, "times": 1, "kind": kind, "retry_after": 37, "seconds": 0.02}])
        before = len(line.calls(method))
        if error is None:
            await line.channel.deliver(letter)
        else:
            with pytest.raises(SendError) as raised:
                await line.channel.deliver(letter)
            assert type(raised.value) is error, kind
            assert TOKEN not in raised.value.reason
            assert not isinstance(raised.value, TooFast) or raised.value.seconds == 37
        assert len(line.calls(method)) == before + 1, kind
        line.town.faults([])
    await line.channel.deliver(await _addressed(line, method))


async def _addressed(line: Line, method: str) -> Letter:
    """The letter, with a fresh message or press to be about where it needs one."""
    letter = LETTERS[method]
    if letter.kind == "say":
        return letter
    with_picture = Picture(data=picture()) if method == "editMessageCaption" else None
    number = await line.say("卡", buttons=((Button("好", "join"),),), picture=with_picture)
    if letter.kind == "answer":
        return replace(letter, answer_to=line.town.press(MEI, GROUP, int(number), "join"))
    return replace(letter, edit_of=number)


async def not_waited_for(folder: Path, deadline_s: float, patience_s: float) -> None:
    """A server that is silent for longer than anybody's patience: only over HTTP can it be."""
    town = Town(folder)
    town.seed(SEED)
    async with over_http(town) as channel:
        channel._wire._deadline_s = deadline_s  # type: ignore[attr-defined]
        town.faults([{"kind": "hang", "seconds": 60}])
        with pytest.raises(Uncertain):
            async with asyncio.timeout(patience_s):
                await channel.deliver(Letter("say", str(GROUP), text="x"))
    assert len([one for one in town.messages(None, GROUP) if one.get("text") == "x"]) == 1  # it had arrived
    town.close()


async def test_a_server_that_is_silent_is_not_waited_for_longer_than_the_deadline(tmp_path: Path) -> None:
    await not_waited_for(tmp_path, deadline_s=0.5, patience_s=20)


async def test_control_without_the_deadline_it_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = ClientTimeout(total=None)
    monkeypatch.setattr("bot.channels.telegram.transport.aiohttp.ClientTimeout", lambda **_: endless)
    with pytest.raises(TimeoutError):
        await not_waited_for(tmp_path, deadline_s=0.1, patience_s=0.5)


# Fetching


async def test_a_picture_that_is_too_large_or_unknown_is_not_tried_again(line: Line) -> None:
    line.town.post(LIN, GROUP, photos=[line.upload()], as_file=True)
    (told,) = await line.hears(1)
    assert told is not None
    assert told.photos[0].file
    assert await line.channel.fetch(told.photos[0].ref, 10**6) == picture()
    for ref, limit in ((told.photos[0].ref, 100), ("no such file", 10**6)):
        with pytest.raises(FetchFailed) as raised:
            await line.channel.fetch(ref, limit)
        assert not raised.value.again


@pytest.mark.parametrize("method", ["getFile", "file"])
@pytest.mark.parametrize(
    "kind", ["429", "500", "502", "reset_before", "reset_after", "garbled", "truncated", "empty", "hang"]
)
async def test_a_picture_that_did_not_come_whole_is_tried_again(line: Line, method: str, kind: str) -> None:
    line.town.post(LIN, GROUP, photos=[line.upload()])
    (told,) = await line.hears(1)
    assert told is not None
    ref = told.photos[0].ref
    whole = await line.channel.fetch(ref, 10**6)
    line.town.faults([{"method": method, "times": 1, "kind": kind, "seconds": 0.02}])
    with pytest.raises(FetchFailed) as raised:
        await line.channel.fetch(ref, 10**6)
    assert raised.value.again
    assert await line.channel.fetch(ref, 10**6) == whole


# Menus and findings


async def test_menus_are_shown_where_they_belong(line: Line) -> None:
    entries = (MenuEntry("help", "帮助"),)
    await line.channel.show_menus([Menu(entries, "group"), Menu((MenuEntry("todo", "待办"),), "chat", chat=str(GROUP))])
    shown = {chat["id"]: [one["command"] for one in chat["commands"]] for chat in line.town.chats(LIN)}
    assert shown[GROUP] == ["todo"]
    assert shown[ELSEWHERE] == ["help"]


async def test_what_can_be_reached_and_what_cannot(line: Line) -> None:
    findings = await line.channel.check([str(GROUP), str(LIN), "-4711"])
    assert [one.level for one in findings] == ["ok", "ok", "ok", "warning"]
    assert "-4711" in findings[3].text
