"""The sender keeps the pace, lets the urgent go first, says only the newest, and finds a chat again."""

import re
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
from sqlalchemy import select
from telegram.request import RequestData

from bot.pace import Pace
from models.chat import Chat
from models.mail import Outbox
from models.ticket import TicketEvent
from tests.cast import GROUP, HOLE, LIN, LU, OFFICE, SHEN, Message, Town
from tests.faults.conftest import PACE
from tests.faults.sick import calm, early
from tests.inprocess import InProcess

OLD_GROUP = -500
NUMBER = re.compile(r"#(LH\d+)")


def reports(town: Town, number: int, chat: int = GROUP) -> None:
    for house in range(number):
        town.simulator.post(LIN, chat, f"/report 团结西路{house + 1}号门前路面塌陷")


def calls(town: Town, method: str = "", chat: int | None = None) -> list[dict[str, Any]]:
    return [
        call
        for call in town.simulator.log(0, 100_000)
        if method in ("", call["method"]) and (chat is None or call["params"].get("chat_id") == str(chat))
    ]


def numbers(messages: list[Message]) -> list[str]:
    return [found[1] for message in messages if (found := NUMBER.search(message.text))]


async def test_telegrams_pace_is_kept_so_well_that_it_never_complains(paced: Town) -> None:
    reports(paced, 25)
    began = paced.clock.moment
    while len(numbers(paced.ours(GROUP))) < 25 and paced.clock.moment < began + timedelta(minutes=10):
        await paced.passes(seconds=1)
    assert len(numbers(paced.ours(GROUP))) == 25
    assert paced.clock.moment - began >= timedelta(minutes=1)  # 20 in the first minute, and no more
    assert [call["method"] for call in calls(paced) if call["error"]] == []


async def _complaints_on_an_uneven_line(town: Town, patch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Every other call to the group is nearly a second on its way to the server."""
    exchange, ways = InProcess.exchange, cycle((0.9, 0.0))

    async def late(self: InProcess, url: str, data: RequestData | None, deadline: float) -> tuple[int, bytes]:
        if url.endswith("sendMessage") and data is not None and data.json_parameters["chat_id"] == str(GROUP):
            town.clock.moment += timedelta(seconds=next(ways))
        return await exchange(self, url, data, deadline)

    patch.setattr(InProcess, "exchange", late)
    reports(town, 6)
    for _ in range(40):
        await town.passes(seconds=0.25)
    assert len(numbers(town.ours(GROUP))) == 6
    return [call for call in calls(town) if call["error"]]


async def test_nor_on_a_line_on_which_some_calls_are_long_on_their_way(
    paced: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await _complaints_on_an_uneven_line(paced, monkeypatch) == []


async def test_control_counted_from_when_they_left_they_come_too_close(
    paced: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pace, "answered", lambda *_: None)
    assert await _complaints_on_an_uneven_line(paced, monkeypatch)


async def test_control_without_a_pace_of_ones_own_the_server_complains(town: Town) -> None:
    town.simulator.limits(PACE)
    reports(town, 5)
    await town.settles()
    assert [call for call in calls(town, chat=GROUP) if (call["error"] or {}).get("error_code") == 429]
    await calm(town)
    assert len(numbers(town.ours(GROUP))) == 5
    assert early(calls(town)) == []


async def test_what_is_urgent_overtakes(paced: Town) -> None:
    reports(paced, 6)
    paced.simulator.post(LIN, GROUP, "/report 团结西路88号门口高压线掉下来了，正在冒火花，快来人")
    await paced.settles()
    for _ in range(12):
        await paced.passes(seconds=1)
    order = numbers(paced.ours(GROUP))
    assert len(order) == 7
    assert order.index(max(order)) < 3, "the last report was the urgent one"
    assert sorted(order) != order


async def test_of_many_edits_of_a_card_only_the_newest_is_made(town: Town) -> None:
    await town.lin.posts(HOLE)
    card = town.card
    town.simulator.faults([{"method": "*", "chat": GROUP, "kind": "429", "retry_after": 60, "times": 1}])
    for rider in range(3001, 3011):
        town.simulator.seed({"people": [{"id": rider, "first_name": "骑手"}]})
        town.simulator.member(GROUP, rider, "member")
        town.simulator.press(rider, GROUP, card.id, card.data("我也遇到"))
        await town.settles()
    (refused,) = [call for call in calls(town, "editMessageText", GROUP) if call["error"]]
    await calm(town)
    (made,) = [call for call in calls(town, "editMessageText", GROUP) if call["result"]]
    assert made["id"] > refused["id"]
    assert "11" in card.now().text
    assert len(town.ours(GROUP)) == 1


async def _old_group(town: Town) -> None:
    town.simulator.seed(
        {"chats": [{"id": OLD_GROUP, "title": "老群", "type": "group", "members": [LIN, SHEN], "bot_member": "member"}]}
    )
    await town.shen.says("/bind 610199001001001", chat=OLD_GROUP)


async def test_a_group_that_becomes_a_supergroup_is_followed_when_it_says_so(town: Town) -> None:
    await _old_group(town)
    await town.lin.says(f"/report {HOLE}", chat=OLD_GROUP)
    new = town.simulator.migrate(OLD_GROUP)["id"]
    await town.settles()
    reports(town, 3, new)  # their numbers, and those of their cards, are those of older messages
    await calm(town)
    assert numbers(town.ours(new)) == ["LH2611200002", "LH2611200003", "LH2611200004"]
    await town.lu.presses("接单", on=next(job for job in town.ours(OFFICE) if numbers([job]) == ["LH2611200001"]))
    assert [numbers([card]) for card in town.ours(new) if "处置中" in card.text] == [["LH2611200001"]]
    assert not [call for call in calls(town, chat=OLD_GROUP) if call["error"]]


async def test_and_when_the_first_to_say_so_is_an_error(town: Town) -> None:
    await _old_group(town)
    reports(town, 2, OLD_GROUP)
    await town._receive()
    new = town.simulator.migrate(OLD_GROUP)["id"]  # its words about it wait at the server, behind our letters
    while await town.machine.worker.turn():
        pass
    while await town.machine.sender.start_due():
        await town.machine.sender.finish()
    assert len(numbers(town.ours(new))) == 2
    await calm(town)
    reports(town, 3, new)
    await calm(town)
    assert numbers(town.ours(new)) == ["LH2611200001", "LH2611200002", "LH2611200003"]  # two of the last were known
    refused = [call for call in calls(town, chat=OLD_GROUP) if call["error"]]
    assert len(refused) == 1, "the old address was tried once"
    async with town.machine.runtime.database.read() as session:
        assert len(list(await session.scalars(select(Chat).where(Chat.external_id == str(new))))) == 1


async def test_shown_the_door_it_waits_and_goes_on_when_let_in_again(town: Town) -> None:
    bot = int(town.simulator.view()["bot"]["id"])
    town.simulator.member(OFFICE, bot, "kicked")
    await town.lin.posts(HOLE)
    tried = len(calls(town, chat=OFFICE))
    for _ in range(10):
        await town.passes(minutes=1)
    assert len(calls(town, chat=OFFICE)) == tried <= 1
    assert numbers(town.ours(GROUP)), "others are not held up"
    town.simulator.member(OFFICE, bot, "member")
    await calm(town)
    assert numbers(town.ours(OFFICE)) == numbers(town.ours(GROUP))


async def test_a_door_found_shut_only_when_knocking_parks_the_chat_too(town: Town) -> None:
    town.simulator.faults([{"method": "*", "chat": OFFICE, "kind": "403", "times": 3}])
    await town.lin.posts(HOLE)
    for _ in range(10):
        await town.passes(minutes=1)
    assert len(calls(town, chat=OFFICE)) == 1
    town.simulator.faults([])
    await town.lu.says("在吗", chat=OFFICE)  # somebody writes to us there: so we are there
    await calm(town)
    assert numbers(town.ours(OFFICE))


async def test_a_card_somebody_deleted_is_posted_anew_once(town: Town) -> None:
    await town.lin.posts(HOLE)
    card, job = town.card, town.job
    await town.simulator.call("7000001:test", "deleteMessage", {"chat_id": GROUP, "message_id": card.id})
    await town.lu.presses("接单", on=job)
    await calm(town)
    (anew,) = [message for message in town.ours(GROUP) if numbers([message])]
    assert anew.id != card.id
    assert "处置中" in anew.text
    await town.lu.posts("", chat=OFFICE, reply_to=job)
    await calm(town)
    assert "待核查" in anew.now().text
    assert len(town.ours(GROUP)) == 2


async def test_a_press_too_old_to_answer_counts_once_and_may_be_repeated(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    data = job.data("接单")
    town.simulator.press(LU, OFFICE, job.id, data)
    await town._receive()
    town.clock.moment += timedelta(seconds=200)
    await calm(town)
    assert "处置中" in job.now().text
    town.simulator.press(LU, OFFICE, job.id, data, forged=True)
    await calm(town)
    async with town.machine.runtime.database.read() as session:
        accepted = list(await session.scalars(select(TicketEvent).where(TicketEvent.kind == "accepted")))
        given_up = list(await session.scalars(select(Outbox).where(Outbox.state == "failed")))
    assert len(accepted) == 1
    assert [row.kind for row in given_up] == ["answer"]
    assert "too old" in str(given_up[0].reason)
