"""The town over real HTTP: python-telegram-bot's own client, broken lines, a webhook, the people's side, and a kill."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import telegram
from aiohttp import web
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from simulator.server import make_app
from simulator.town import Town
from tests.contract.simulated import BOT, GROUP, LIN, MEI, OLD_GROUP, QIAO, SEED, TOKEN, Clock, new_town, picture


class Server:
    def __init__(self, town: Town, address: str) -> None:
        self.town = town
        self.address = address

    def client(self, token: str = TOKEN) -> telegram.Bot:
        return telegram.Bot(token, base_url=f"{self.address}/bot", base_file_url=f"{self.address}/file/bot")


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    town = new_town(tmp_path, Clock())
    runner = web.AppRunner(make_app(town), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield Server(town, f"http://127.0.0.1:{runner.addresses[0][1]}")
    await runner.cleanup()
    town.close()


@pytest.fixture
async def bot(server: Server) -> AsyncIterator[telegram.Bot]:
    async with server.client() as client:
        yield client


@pytest.fixture
async def web_client(server: Server) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(server.address) as session:
        yield session


def keyboard(*data: str) -> telegram.InlineKeyboardMarkup:
    return telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton(one, callback_data=one) for one in data]])


# The real client


async def test_the_real_client_says_everything_we_need(bot: telegram.Bot) -> None:
    card = await bot.send_message(
        GROUP,
        "<b>#LH2611210007</b> 待受理",
        parse_mode="HTML",
        reply_markup=keyboard("accept"),
        link_preview_options=telegram.LinkPreviewOptions(is_disabled=True),
        message_thread_id=3,
    )
    assert [entity.type for entity in card.entities] == ["bold", "hashtag"]
    shot = await bot.send_photo(
        GROUP, picture(), caption="前", reply_parameters=telegram.ReplyParameters(card.message_id)
    )
    assert shot.reply_to_message is not None
    assert shot.reply_to_message.message_id == card.message_id
    assert (await bot.send_photo(GROUP, shot.photo[-1].file_id)).photo == shot.photo
    file = await bot.send_document(GROUP, b"a,b", filename="我的.csv", caption="数据")
    assert file.document is not None
    assert file.document.file_name == "我的.csv"
    album = [telegram.InputMediaPhoto(picture(100 + part)) for part in range(2)]
    assert len(await bot.send_media_group(GROUP, album, caption="两张")) == 2
    assert (await bot.send_location(GROUP, 31.2, 121.4)).location is not None
    assert (await bot.send_venue(GROUP, 31.2, 121.4, "印校", "一号")).venue is not None
    assert await bot.send_chat_action(GROUP, "typing")
    assert (await bot.copy_message(GROUP, GROUP, shot.message_id)).message_id
    assert (await bot.forward_message(GROUP, GROUP, card.message_id)).forward_origin is not None


async def test_the_real_client_changes_and_takes_back(bot: telegram.Bot, server: Server) -> None:
    card = await bot.send_message(GROUP, "一", reply_markup=keyboard("a"))
    where: dict[str, Any] = {"chat_id": GROUP, "message_id": card.message_id}
    await bot.edit_message_text("二", **where, reply_markup=keyboard("a"))
    await bot.edit_message_reply_markup(**where, reply_markup=keyboard("b"))
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_reply_markup(**where, reply_markup=keyboard("b"))
    await bot.edit_message_media(telegram.InputMediaPhoto(picture(), caption="图"), **where)
    edited = await bot.edit_message_caption(**where, caption="三", reply_markup=keyboard("c"))
    assert isinstance(edited, telegram.Message)
    assert (edited.caption, edited.photo[-1].width) == ("三", 64)
    press = server.town.press(LIN, GROUP, card.message_id, "c")
    assert await bot.answer_callback_query(press, "好", show_alert=True)
    assert await bot.set_message_reaction(GROUP, card.message_id, "👀")
    server.town.member(GROUP, BOT, "administrator")
    assert await bot.pin_chat_message(GROUP, card.message_id)
    assert await bot.delete_message(**where)
    assert await bot.delete_messages(GROUP, [card.message_id, 99])


async def test_the_real_client_asks_and_offers(bot: telegram.Bot, server: Server) -> None:
    assert (await bot.get_me()).can_read_all_group_messages is True
    chat = await bot.get_chat(GROUP)
    assert (chat.type, chat.title) == ("supergroup", "印校网格")
    assert (await bot.get_chat_member(GROUP, BOT)).status == "member"
    assert [one.user.id for one in await bot.get_chat_administrators(GROUP)] == [QIAO]
    assert await bot.get_chat_member_count(GROUP) == 4
    scope = telegram.BotCommandScopeChat(GROUP)
    assert await bot.set_my_commands([("report", "上报")], scope=scope, language_code="zh")
    assert [one.command for one in await bot.get_my_commands(scope, "zh")] == ["report"]
    assert await bot.delete_my_commands(scope, "zh")
    assert await bot.set_my_description("流动网格员", "zh")
    assert (await bot.get_my_description("zh")).description == "流动网格员"
    assert await bot.set_my_short_description("网格员")
    assert await bot.set_chat_menu_button(menu_button=telegram.MenuButtonCommands())
    assert await bot.set_webhook("http://127.0.0.1:9/telegram", secret_token="s", allowed_updates=["message"])
    info = await bot.get_webhook_info()
    assert (info.url, info.allowed_updates) == ("http://127.0.0.1:9/telegram", ("message",))
    assert await bot.delete_webhook()
    [shot] = server.town.post(LIN, GROUP, photos=[{"upload": server.town.upload(picture(), "p.jpg")}])
    file = await bot.get_file(shot["photo"][-1]["file_id"])
    assert bytes(await file.download_as_bytearray())[:2] == b"\xff\xd8"
    assert await bot.leave_chat(OLD_GROUP)


async def test_updates_arrive_as_the_client_knows_them(bot: telegram.Bot, server: Server) -> None:
    card = await bot.send_message(GROUP, "卡", reply_markup=keyboard("a"))
    town = server.town
    [mine] = town.post(LIN, GROUP, "/report@roving_grid_bot 坑", reply_to=card.message_id)
    town.edit(LIN, GROUP, mine["message_id"], "改")
    town.press(LIN, GROUP, card.message_id, "a")
    town.member(GROUP, BOT, "administrator")
    updates = await bot.get_updates(allowed_updates=telegram.Update.ALL_TYPES, timeout=1)
    assert [update.update_id for update in updates] == list(range(updates[0].update_id, updates[0].update_id + 4))
    said, edited, pressed, made = updates
    assert said.message is not None
    assert said.message.reply_to_message is not None
    assert said.message.entities[0].type == "bot_command"
    assert edited.edited_message is not None
    assert pressed.callback_query is not None
    assert isinstance(pressed.callback_query.message, telegram.Message)
    assert made.my_chat_member is not None
    assert made.my_chat_member.new_chat_member.status == "administrator"
    assert await bot.get_updates(offset=updates[-1].update_id + 1) == ()


async def test_the_client_knows_our_refusals_for_what_they_are(bot: telegram.Bot, server: Server) -> None:
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(LIN, "x")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(-77, "x")
    new = server.town.migrate(OLD_GROUP)["id"]
    with pytest.raises(ChatMigrated) as migrated:
        await bot.send_message(OLD_GROUP, "x")
    assert migrated.value.new_chat_id == new
    server.town.faults([{"method": "sendMessage", "times": 1, "kind": "429", "retry_after": 5}])
    with pytest.raises(RetryAfter):
        await bot.send_message(GROUP, "x")
    with pytest.raises(telegram.error.EndPointNotFound):
        await bot.do_api_request("deleteEphemeralMessage")
    with pytest.raises(BadRequest, match="Unknown parameter"):
        await bot.send_message(GROUP, "x", api_kwargs={"ephemeral_message_parameters": {"receiver_user_id": LIN}})
    with pytest.raises(InvalidToken):
        await server.client("1000:wrong").get_me()
    await bot.set_webhook("http://127.0.0.1:9/x")
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()


# Broken lines


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "garbled", "truncated", "empty", "502", "hang"])
async def test_a_broken_line_is_a_network_error_for_the_client(bot: telegram.Bot, server: Server, kind: str) -> None:
    server.town.faults([{"method": "sendMessage", "times": 1, "kind": kind, "seconds": 0.01}])
    with pytest.raises((NetworkError, telegram.error.TelegramError)):
        await bot.send_message(GROUP, "x")
    done = {"reset_after", "truncated", "hang"}
    assert len(server.town.messages(None, GROUP)) == (1 if kind in done else 0)
    await bot.send_message(GROUP, "y")


async def test_a_slow_answer_comes_whole(bot: telegram.Bot, server: Server) -> None:
    server.town.faults([{"method": "*", "times": 1, "kind": "slow", "seconds": 0.02}])
    assert (await bot.send_message(GROUP, "x")).text == "x"


# Every way to bring parameters


async def test_parameters_may_come_by_query_form_or_json(web_client: aiohttp.ClientSession) -> None:
    path, given = f"/bot{TOKEN}/sendmessage", {"chat_id": str(GROUP), "text": "x"}
    for call in (
        web_client.get(path, params=given),
        web_client.post(path, data=given),
        web_client.post(path, json=given),
        web_client.post(path, params={"chat_id": GROUP}, json={"text": "x"}),
    ):
        async with call as response:
            answer = await response.json()
            assert (response.status, answer["ok"], answer["result"]["text"]) == (200, True, "x")
    for wrong in ("{", "[]", '"x"'):
        async with web_client.post(path, data=wrong, headers={"Content-Type": "application/json"}) as response:
            assert response.status == 400
            assert (await response.json())["ok"] is False
    async with web_client.put(path, json=given) as response:
        assert response.status == 404


# The webhook


async def test_a_webhook_gets_updates_in_order_with_its_secret_and_again_when_it_fails(server: Server) -> None:
    heard: list[tuple[str, str]] = []
    enough = asyncio.Event()

    async def hook(request: web.Request) -> web.Response:
        update = await request.json()
        if len(heard) >= 2:
            enough.set()
        heard.append((request.headers["X-Telegram-Bot-Api-Secret-Token"], update["message"]["text"]))
        return web.json_response(
            {"method": "sendMessage", "chat_id": GROUP, "text": f"听到{update['message']['text']}"}
        )

    app = web.Application()
    app.router.add_post("/telegram", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    async with server.client() as bot:
        await bot.set_webhook(url, secret_token="s3cret")
        for text in "一二三":
            server.town.post(LIN, GROUP, text)
        await asyncio.wait_for(enough.wait(), 10)
        assert heard == [("s3cret", "一"), ("s3cret", "二"), ("s3cret", "三")]
        async with asyncio.timeout(10):
            while len(server.town.messages(None, GROUP)) < 6:  # three posts, three answers
                await asyncio.sleep(0.01)
        assert (await bot.get_webhook_info()).pending_update_count == 0
        await runner.cleanup()
        server.town.post(LIN, GROUP, "四")
        async with asyncio.timeout(10):
            while (await bot.get_webhook_info()).last_error_message is None:
                await asyncio.sleep(0.01)
        assert (await bot.get_webhook_info()).pending_update_count == 1


# The people's side


async def test_the_people_play_over_http(web_client: aiohttp.ClientSession, bot: telegram.Bot) -> None:
    async def tell(path: str, **asked: Any) -> Any:
        async with web_client.post(f"/api/{path}", json=asked) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def look(path: str) -> Any:
        async with web_client.get(path) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    assert [one["id"] for one in (await look("/api/town"))["people"]] == [LIN, MEI, QIAO, 14]
    async with web_client.post("/api/uploads", data=picture(), headers={"X-File-Name": "%E5%9D%91.jpg"}) as response:
        upload = (await response.json())["upload"]
    posted = await tell("messages", **{"as": LIN}, chat=GROUP, text="塌陷", photos=[{"upload": upload}])
    number = posted["messages"][0]["message_id"]
    [seen] = await look(f"/api/messages?as={MEI}&chat={GROUP}")
    assert (seen["caption"], seen["edited"], seen["deleted"], seen["reactions"]) == ("塌陷", False, False, {})
    async with web_client.get(seen["photo_url"]) as response:
        assert response.content_type == "image/jpeg"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    await tell("edit", **{"as": LIN}, chat=GROUP, message_id=number, text="大塌陷")
    await tell("react", **{"as": MEI}, chat=GROUP, message_id=number, emoji="👍")
    card = await bot.send_message(GROUP, "卡", reply_markup=keyboard("a"))
    press = await tell("press", **{"as": LIN}, chat=GROUP, message_id=card.message_id, data="a")
    await bot.answer_callback_query(press["callback_id"], "好")
    assert await look(f"/api/presses/{press['callback_id']}") == {"answered": True, "text": "好"}
    await tell("start", **{"as": LIN}, payload="x")
    await tell("members", chat=GROUP, person=MEI, status="administrator")
    await tell("delete", **{"as": LIN}, chat=GROUP, message_id=number)
    assert (await tell("migrate", chat=OLD_GROUP))["chat"]["type"] == "supergroup"
    assert (await tell("clock", shift=3600))["now"] == Clock().seconds + 3600
    await tell("limits", total_per_second=30, chat_per_second=1, group_per_minute=20)
    async with web_client.post("/api/limits", json=None) as response:
        assert response.status == 200
    assert (await tell("faults", rules=[{"kind": "500", "method": "getMe"}], seed=1))["rules"][0]["kind"] == "500"
    await tell("faults", rules=[])
    await tell("seed", people=[{"id": 30, "first_name": "顾"}])
    assert len(await look(f"/api/chats?as={LIN}")) == 3
    assert {call["method"] for call in await look("/api/log?after=0")} >= {"sendMessage", "answerCallbackQuery"}
    assert len(await look("/api/updates?after=0&limit=2")) == 2


async def test_events_stream_to_the_page(web_client: aiohttp.ClientSession, server: Server) -> None:
    async with web_client.get("/api/events", params={"as": LIN}) as response:
        assert response.content_type == "text/event-stream"
        assert await response.content.readline() == b": here\n"  # from here on nothing is missed
        server.town.post(MEI, GROUP, "坑")
        async with asyncio.timeout(5):
            while not (line := await response.content.readline()).startswith(b"data: "):
                pass
    assert json.loads(line.removeprefix(b"data: "))["message"]["text"] == "坑"


async def test_no_other_sites_page_can_play_in_the_town(web_client: aiohttp.ClientSession) -> None:
    said = {"as": LIN, "chat": GROUP, "text": "x"}
    async with web_client.post("/api/messages", data=json.dumps(said)) as response:
        assert response.status == 415
    async with web_client.post("/api/messages", json=said, headers={"Host": "evil.example"}) as response:
        assert response.status == 403
    for wrong in ([], {"as": "x"}, {**said, "photos": 5}, {**said, "photos": ["x"]}, {**said, "reply_to": "x"}):
        async with web_client.post("/api/messages", json=wrong) as response:
            assert response.status == 400, wrong


@pytest.mark.parametrize(
    "path", ["/../store.py", "/%2e%2e/store.py", "/..%2fstore.py", "/samples/..%2f__init__.py", "/no"]
)
async def test_only_the_pages_own_files_are_served(web_client: aiohttp.ClientSession, path: str) -> None:
    async with web_client.get(path) as response:
        assert response.status == 404


async def test_what_is_no_picture_is_only_a_download(web_client: aiohttp.ClientSession, server: Server) -> None:
    upload = server.town.upload(b"<script>alert(1)</script>", "x.html")
    [sent] = server.town.post(LIN, GROUP, photos=[{"upload": upload}], as_file=True)
    async with web_client.get(f"/api/files/{sent['document']['file_unique_id']}") as response:
        assert response.headers["Content-Disposition"] == "attachment"
        assert response.content_type == "application/octet-stream"


# A process of its own


async def test_a_killed_town_goes_on_where_it_stopped(tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps(SEED), encoding="utf-8")

    async def run() -> tuple[asyncio.subprocess.Process, str]:
        options = ("--port", "0", "--data", str(tmp_path / "town"), "--token", TOKEN, "--seed", str(seed))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "simulator", *options, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        return process, (await process.stdout.readline()).decode().strip()

    process, address = await run()
    async with telegram.Bot(TOKEN, base_url=f"{address}/bot") as bot:
        sent = [(await bot.send_message(GROUP, str(number))).message_id for number in range(5)]
    process.kill()
    await process.wait()
    process, address = await run()
    query = {"as": "*", "chat": GROUP}
    async with aiohttp.ClientSession(address) as session, session.get("/api/messages", params=query) as response:
        assert [message["message_id"] for message in await response.json()] == sent
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0
