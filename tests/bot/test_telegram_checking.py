"""What the operator is told, and the menus people see."""

from typing import Any

import pytest

from bot.channels.base import ChatClosed, Finding, Menu, MenuEntry, Unsent
from bot.channels.telegram import TelegramChannel
from tests.bot.scripted import ME, TOKEN, Answer, Scripted, bad, good, opened

HELP = (MenuEntry("help", "帮助" * 200),)


class Server(Scripted):
    """A bot with or without privacy mode; other answers by method, 404 where there is none."""

    def __init__(self, *, sees_all: bool = True, **answers: Answer) -> None:
        self.sees_all, self.answers = sees_all, answers
        super().__init__(lambda method, _: self.answers.get(method, bad(404, "Not Found")))

    async def exchange(self, url: str, data: Any, deadline: float) -> tuple[int, bytes]:
        if url.endswith("getMe"):
            answer = self.answers.get("getMe", good(ME | {"can_read_all_group_messages": self.sees_all}))
            assert not isinstance(answer, Exception)
            return answer
        return await super().exchange(url, data, deadline)

    async def check(self, *chats: str) -> list[Finding]:
        return await TelegramChannel(TOKEN, "http://api.test", wire=self).check(chats)


def member(status: str, **fields: Any) -> Answer:
    return good({"status": status, "user": ME, **fields})


GROUP = good({"id": -5, "type": "supergroup", "title": "柳湖骑手群"})
NO_HOOK = good({"url": "", "has_custom_certificate": False, "pending_update_count": 0})


async def test_all_is_well() -> None:
    findings = await Server(getWebhookInfo=NO_HOOK, getChat=GROUP, getChatMember=member("administrator")).check("-5")
    assert [one.level for one in findings] == ["ok", "ok"]
    assert "@roving_grid_bot" in findings[0].text
    assert "柳湖骑手群" in findings[1].text


@pytest.mark.parametrize(
    "answer", [bad(401, "Unauthorized"), bad(404, "Not Found"), bad(500, "Oops"), (502, b"<html>")]
)
async def test_a_bot_that_cannot_work_is_an_error(answer: Answer) -> None:
    (finding,) = await Server(getMe=answer).check("-5")
    assert finding.level == "error"
    assert TOKEN not in finding.text


async def test_privacy_mode_is_a_warning_and_so_is_every_group_where_it_matters() -> None:
    findings = await Server(
        sees_all=False, getWebhookInfo=NO_HOOK, getChat=GROUP, getChatMember=member("member")
    ).check("-5")
    assert [one.level for one in findings] == ["ok", "warning", "warning"]
    assert "@BotFather" in findings[1].text
    assert "photos" in findings[2].text
    findings = await Server(
        sees_all=False, getWebhookInfo=NO_HOOK, getChat=GROUP, getChatMember=member("creator")
    ).check("-5")
    assert [one.level for one in findings] == ["ok", "warning", "ok"]


@pytest.mark.parametrize(
    "answers",
    [
        {"getChat": bad(400, "Bad Request: chat not found")},
        {"getChat": bad(403, "Forbidden: bot was kicked")},
        {"getChat": GROUP, "getChatMember": member("left")},
        {"getChat": GROUP, "getChatMember": member("kicked")},
        {"getChat": GROUP, "getChatMember": member("restricted", is_member=False)},
        {"getChat": GROUP, "getChatMember": member("restricted", is_member=True)},
        {"getChat": GROUP},
        {"getChat": good("nonsense"), "getChatMember": good([])},
    ],
)
async def test_a_chat_that_cannot_be_counted_on_is_a_warning(answers: dict[str, Answer]) -> None:
    server = Server(getWebhookInfo=NO_HOOK)
    server.answers |= answers
    findings = await server.check("-5")
    assert [one.level for one in findings] == ["ok", "warning"]
    assert "-5" in findings[1].text


async def test_a_private_chat_needs_no_membership() -> None:
    server = Server(getWebhookInfo=NO_HOOK, getChat=good({"id": 11, "type": "private", "first_name": "乔"}))
    assert [one.level for one in await server.check("11")] == ["ok", "ok"]


async def test_a_webhook_is_told_without_its_secret_path() -> None:
    hook = good(
        {"url": "https://town.example/secret", "pending_update_count": 3, "last_error_message": "Connection refused"}
    )
    findings = await Server(getWebhookInfo=hook).check()
    assert [one.level for one in findings] == ["ok", "ok", "warning", "ok"]
    assert "town.example" in findings[1].text
    assert "secret" not in findings[1].text


async def test_a_server_without_webhooks_is_a_warning() -> None:
    assert [one.level for one in await Server().check()] == ["ok", "warning"]


# Menus


async def test_menus_for_everyone_for_groups_and_for_one_chat() -> None:
    server = Server(setMyCommands=good(True), deleteMyCommands=good(True))
    channel = await opened(server)
    await channel.show_menus(
        [Menu(HELP, "private"), Menu(HELP, "group", "en"), Menu(HELP, "chat", chat="-5"), Menu((), "group")]
    )
    assert [(method, asked["scope"], asked.get("language_code")) for method, asked in server.calls] == [
        ("setMyCommands", {"type": "all_private_chats"}, None),
        ("setMyCommands", {"type": "all_group_chats"}, "en"),
        ("setMyCommands", {"type": "chat", "chat_id": -5}, None),
        ("deleteMyCommands", {"type": "all_group_chats"}, None),
    ]
    (command,) = server.calls[0][1]["commands"]
    assert command["command"] == "help"
    assert len(command["description"]) == 256


@pytest.mark.parametrize(
    "answer", [bad(404, "Not Found"), bad(403, "Forbidden: bot was kicked"), bad(400, "Bad Request: no")]
)
async def test_a_menu_that_cannot_be_shown_stops_no_other(answer: Answer) -> None:
    server = Server(setMyCommands=answer)
    await (await opened(server)).show_menus([Menu(HELP, "private"), Menu(HELP, "group")])
    assert len(server.calls) == 2


async def test_menus_wait_for_a_server_that_is_down() -> None:
    with pytest.raises(Unsent):
        await (await opened(Server(setMyCommands=bad(500, "Oops")))).show_menus([Menu(HELP, "private")])
    assert not issubclass(ChatClosed, Unsent)
