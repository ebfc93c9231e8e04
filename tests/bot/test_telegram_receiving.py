"""No update is confirmed before it is kept, and nothing stops the loop but a rejected token."""

from collections.abc import Sequence
from typing import Any

import pytest
from telegram.error import NetworkError

from bot.channels.base import Raw, TokenRejected
from bot.channels.telegram import receiving
from bot.channels.telegram.transport import Broken, NeverReached
from tests.bot.scripted import Answer, Scripted, bad, good, opened


class Enough(Exception):
    """Ends a loop that otherwise never ends."""


class Server(Scripted):
    """Gives these answers to getUpdates, one after another; and True to all else."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        super().__init__(self.next)

    def next(self, method: str, _: dict[str, Any]) -> Answer:
        if method != "getUpdates":
            return good(True)
        return self.answers.pop(0) if self.answers else Enough()

    @property
    def offsets(self) -> list[int | None]:
        return [parameters.get("offset") for method, parameters in self.calls if method == "getUpdates"]


class Keeper:
    def __init__(self, *, fails: int = 0) -> None:
        self.kept: list[int] = []
        self.waits: list[float] = []
        self.fails = fails

    async def keep(self, page: Sequence[Raw]) -> None:
        if self.fails:
            self.fails -= 1
            raise OSError("no space left on device")
        self.kept += [update["update_id"] for update in page if "update_id" in update]

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        if len(self.waits) > 20:
            raise Enough


async def run(server: Server, keeper: Keeper) -> None:
    channel = await opened(server, sleep=keeper.sleep)
    # PTB takes Enough for a failed call; the loop would then try again for ever, were it not for the twenty waits.
    with pytest.raises((Enough, OSError)):
        await channel.receive(keeper.keep)


def page(*numbers: int) -> Answer:
    return good([{"update_id": number} for number in numbers])


async def test_a_page_is_confirmed_by_the_request_after_it_was_kept() -> None:
    server, keeper = Server(page(5, 6), page(7), good([]), page(8)), Keeper()
    await run(server, keeper)
    assert keeper.kept == [5, 6, 7, 8]
    assert server.offsets[:5] == [None, 7, 8, None, 9]


async def test_a_page_that_could_not_be_kept_is_not_confirmed() -> None:
    server, keeper = Server(page(5, 6)), Keeper(fails=1)
    await run(server, keeper)
    assert server.offsets == [None]
    server.answers = [page(5, 6)]
    await run(server, keeper)
    assert keeper.kept == [5, 6]
    assert server.offsets[1:3] == [None, 7]


async def test_every_request_says_what_it_wants() -> None:
    server = Server(page(5), bad(500, "Internal Server Error"), good([]))
    await run(server, Keeper())
    for method, asked in server.calls:
        assert method == "getUpdates"
        assert asked["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
        assert (asked["limit"], asked["timeout"]) == (100, 50)
        assert asked.get("offset", 1) > 0
        assert "drop_pending_updates" not in asked


async def test_ids_that_begin_anew_lower_after_a_quiet_week() -> None:
    server, keeper = Server(page(900), good([]), page(12), page(13)), Keeper()
    await run(server, keeper)
    assert keeper.kept == [900, 12, 13]
    assert server.offsets[:5] == [None, 901, None, 13, 14]


async def test_ids_that_fall_within_the_queue() -> None:
    server, keeper = Server(page(900), page(12), page(13)), Keeper()
    await run(server, keeper)
    assert server.offsets[:4] == [None, 901, 13, 14]


async def test_a_reversed_page_is_confirmed_whole() -> None:
    server = Server(page(9, 8, 7))
    await run(server, Keeper())
    assert server.offsets[1] == 10


async def test_one_malformed_update_stops_neither_its_page_nor_the_next() -> None:
    odd: list[Any] = [{"update_id": 5}, None, "x", {"message": {}}, {"update_id": "six"}, {"update_id": 7}]
    server, keeper = Server(good(odd), page(8)), Keeper()
    await run(server, keeper)
    assert [number for number in keeper.kept if isinstance(number, int)] == [5, 7, 8]
    assert server.offsets[:3] == [None, 8, 9]


@pytest.mark.parametrize("answer", [good(["x"]), good([{"update_id": -5}]), good({}), good(True)])
async def test_a_page_that_confirms_nothing_is_asked_for_again_more_slowly(answer: Answer) -> None:
    server, keeper = Server(answer, page(5)), Keeper()
    await run(server, keeper)
    assert keeper.kept == [5]
    assert server.offsets[:2] == [None, None]
    assert keeper.waits[0] > 0


async def test_a_429_is_waited_out_exactly() -> None:
    server, keeper = Server(bad(429, "Too Many Requests", retry_after=17), page(5)), Keeper()
    await run(server, keeper)
    assert keeper.waits[0] == 17
    assert keeper.kept == [5]


@pytest.mark.parametrize(
    "fault",
    [bad(500, "x"), bad(502, "x"), (502, b"<html>"), (200, b"{"), NeverReached("x"), Broken("x"), NetworkError("x"),
     bad(409, "Conflict: terminated by other request"), bad(400, "Bad Request: x"), bad(403, "Forbidden: x")],
)  # fmt: skip
async def test_faults_are_waited_out_with_growing_patience_and_the_offset_stays(fault: Answer) -> None:
    server, keeper = Server(page(5), *[fault] * 10, page(6), fault), Keeper()
    await run(server, keeper)
    assert server.offsets[1:13] == [6] * 11 + [7]
    assert keeper.waits[:10] == [0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30]
    assert keeper.waits[10] == 0.5
    assert keeper.kept == [5, 6]


async def test_a_webhook_in_the_way_is_removed_and_what_waits_is_kept() -> None:
    conflict = bad(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
    server, keeper = Server(conflict, page(5)), Keeper()
    await run(server, keeper)
    assert [method for method, _ in server.calls[:3]] == ["getUpdates", "deleteWebhook", "getUpdates"]
    assert server.calls[1] == ("deleteWebhook", {})
    assert keeper.kept == [5]


@pytest.mark.parametrize("who", ["other getUpdates", "setWebhook", "deleteWebhook"])
async def test_a_poll_that_was_ended_removes_no_webhook(who: str) -> None:
    """Two that did would end each other's polls for ever."""
    server, keeper = Server(bad(409, f"Conflict: terminated by {who} request"), page(5)), Keeper()
    await run(server, keeper)
    assert {method for method, _ in server.calls} == {"getUpdates"}
    assert keeper.kept == [5]


async def test_control_taken_for_a_webhook_that_stands_it_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "webhook_stands", lambda error: "Webhook" in error.message)
    with pytest.raises(AssertionError):
        await test_a_poll_that_was_ended_removes_no_webhook("deleteWebhook")


@pytest.mark.parametrize("answer", [bad(401, "Unauthorized"), bad(404, "Not Found")])
async def test_a_rejected_token_ends_it(answer: Answer) -> None:
    keeper = Keeper()
    channel = await opened(Server(page(5), answer), sleep=keeper.sleep)
    with pytest.raises(TokenRejected):
        await channel.receive(keeper.keep)
    assert keeper.kept == [5]


async def test_a_webhook_is_set_with_its_secret_and_its_kinds() -> None:
    server = Server()
    channel = await opened(server)
    await channel.set_webhook("https://town.example/telegram", "s3cret")
    method, asked = server.calls[0]
    assert method == "setWebhook"
    assert (asked["url"], asked["secret_token"]) == ("https://town.example/telegram", "s3cret")
    assert len(asked["allowed_updates"]) == 4
    assert "drop_pending_updates" not in asked
    assert channel.verify("s3cret", "s3cret")
    for wrong in ("s3cre", "S3cret", "", None, "密"):
        assert not channel.verify(wrong, "s3cret")
    assert not channel.verify("", "")


def test_a_poll_that_would_not_wait_is_refused() -> None:
    from bot.channels.telegram import TelegramChannel

    for seconds in (0, 51):
        with pytest.raises(ValueError, match="poll"):
            TelegramChannel("7:x", poll_s=seconds)
