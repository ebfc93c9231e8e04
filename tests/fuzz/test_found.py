"""What made-up updates found, each told again as a conversation."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import callers
from bot.channels.telegram import reading
from models.chat import Alias, Chat
from models.mail import Inbox, Outbox
from tests.cast import GROUP, HOLE, LIN, OFFICE, Town, town_in
from tests.fuzz.playing import fuzzed

NEW = -1002888000001
WRONG = ("路灯不亮", "井盖没了", "一堆垃圾没人收", "乱停电动车", "树倒了", "下水道堵了", "施工噪音太大", "垃圾桶坏了")
US = {"id": 7000001, "is_bot": True, "first_name": "流动网格员"}


def group(number: int) -> dict[str, Any]:
    return {"id": number, "type": "supergroup", "title": "群"}


async def comes(town: Town, number: int, kind: str, **body: Any) -> None:
    """Something only the server tells. number: it comes with an id of its own."""
    told = {"date": int(town.clock.moment.timestamp()), "message_id": 9000 + number, **body}
    raw = {"update_id": 990_000_000 + number, kind: told}
    await town.machine.keep(town.machine.runtime.channel("telegram"), [raw])
    await town.settles()


async def chat_of(town: Town, number: int) -> Chat:
    async with town.machine.runtime.database.read() as session:
        return (await session.scalars(Chat.known_as("telegram", str(number)))).one()


async def moves_there_and_back(town: Town) -> None:
    for number, (old, new) in enumerate([(GROUP, NEW), (NEW, GROUP), (GROUP, NEW), (NEW, GROUP)]):
        await comes(town, number, "message", chat=group(old), migrate_to_chat_id=new)


async def is_shown_the_door_and_then_pressed(town: Town) -> None:
    """A membership out of order: we are there all the same."""
    await town.lin.posts(HOLE)
    await comes(town, 1, "my_chat_member", chat=group(GROUP), new_chat_member={"status": "left", "user": US})
    assert (await chat_of(town, GROUP)).is_parked
    await town.mei.presses(town.card.labels[0], on=town.card)  # which fails where nobody answers


async def is_behind_with_much_at_once(town: Town) -> None:
    """Two hours on all the cards are drawn anew, and some read so already: nothing is said of them, and what stands
    behind them in the same chat waits for nobody's rest."""
    for wrong in WRONG:
        await town.lin.posts(f"印刷技校门口{wrong}")
    await town.lin.posts(HOLE)
    await town.passes(hours=2)
    async with town.machine.runtime.database.read() as session:
        now = town.clock.now()
        left = await session.scalars(select(Outbox.kind).where(Outbox.is_pending(), Outbox.due_at <= now))
        moot = await session.scalars(select(Outbox.id).where(Outbox.reason == "it reads so already"))
        assert len(list(moot)) > 1
    assert not list(left), "due and not said"


async def test_a_group_that_moves_there_and_back_is_still_the_same(town: Town) -> None:
    was = (await chat_of(town, GROUP)).id
    await moves_there_and_back(town)
    assert (await chat_of(town, GROUP)).id == was
    await town.lin.posts(HOLE)
    assert "#LH" in town.card.text


async def test_no_group_moves_onto_one_that_stands_for_somebody_else(town: Town) -> None:
    await comes(town, 1, "message", chat=group(GROUP), migrate_to_chat_id=OFFICE)
    await town.lin.posts(HOLE)
    assert (await chat_of(town, OFFICE)).department_id is not None
    assert "#LH" in town.job.text
    assert "#LH" in town.card.text


async def test_control_where_a_bound_chat_gives_way_its_id_stands_for_another(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Chat, "is_bound", property(lambda self: False))
        await comes(town, 1, "message", chat=group(GROUP), migrate_to_chat_id=OFFICE)
    assert (await chat_of(town, OFFICE)).department_id is None


WAYS = ("migrate_to_chat_id", "migrate_from_chat_id")


async def becomes_a_person(town: Town, way: str) -> bool:
    """Whether one of the two now stands for the other, or is taken for gone."""
    await town.lin.starts()
    was = [(await chat_of(town, number)).id for number in (GROUP, LIN)]
    await comes(town, 1, "message", chat=group(GROUP), **{way: LIN})
    async with town.machine.runtime.database.read() as session:
        now = [(chat.external_id, chat.is_parked) for one in was if (chat := await session.get(Chat, one)) is not None]
    return now != [(str(GROUP), False), (str(LIN), False)]


@pytest.mark.parametrize("way", WAYS)
async def test_no_group_becomes_a_person(town: Town, way: str) -> None:
    assert not await becomes_a_person(town, way)


@pytest.mark.parametrize("way", WAYS)
async def test_control_who_believes_that_people_move_loses_one_of_them(
    town: Town, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two stand in the way: who reads of the move, and who moves the row."""
    moved = reading._moved

    def believed(message: Any) -> Any:
        heard = moved({**message, way: -LIN} if way in message else message)
        if heard is None:
            return None
        is_goal = way == "migrate_to_chat_id"
        return replace(heard, moved_to=str(LIN)) if is_goal else replace(heard, chat=replace(heard.chat, id=str(LIN)))

    monkeypatch.setattr(reading, "_moved", believed)
    monkeypatch.setattr(Chat, "is_private", property(lambda self: False))
    assert await becomes_a_person(town, way)


async def test_a_group_heard_of_under_its_new_id_first_is_not_greeted_as_an_unknown_one(town: Town) -> None:
    town.simulator.seed({"chats": [{"id": NEW, "title": "群", "members": [LIN], "bot_member": "left"}]})
    await comes(town, 1, "my_chat_member", chat=group(NEW), new_chat_member={"status": "member", "user": US})
    await comes(town, 2, "message", chat=group(NEW), migrate_from_chat_id=GROUP)
    with town.simulator.change() as records:
        records.set_status(NEW, records.bot_id, "member")
    await town.passes(hours=1)
    assert [message.text for message in town.ours(NEW)] == []
    assert (await chat_of(town, NEW)).grid_id is not None


async def test_a_press_is_answered_where_we_think_we_are_gone(town: Town) -> None:
    await is_shown_the_door_and_then_pressed(town)


async def test_what_has_nothing_to_say_any_more_holds_up_nothing_behind_it(town: Town) -> None:
    await is_behind_with_much_at_once(town)


def test_what_is_made_up_in_our_name_or_in_nobodys_is_nothing_we_said() -> None:
    with fuzzed() as (_, fuzz):
        before, ours = len(fuzz.town.messages(GROUP)), len(fuzz.town.ours(GROUP))
        us = {"from": {**US, "id": fuzz.town.simulator.records.bot_id}}
        for number, sender in enumerate((us, {"sender_chat": {"id": GROUP, "type": "supergroup"}})):
            made: dict[str, Any] = {"message_id": 9001 + number, "chat": group(GROUP), "text": "退单 LH2611200001"}
            fuzz.placing.told({"message": {**made, **sender}}, obeys=True)
        assert len(fuzz.town.messages(GROUP)) == before + 2
        assert len(fuzz.town.ours(GROUP)) == ours


def two_ways_for_one_id(town: Town, patch: pytest.MonkeyPatch) -> None:
    async def move_chat(session: AsyncSession, chat: Chat, to: str, at: datetime) -> None:
        if chat.external_id != to:
            session.add(Alias(channel=chat.channel, external_id=chat.external_id, chat_id=chat.id))
            chat.external_id = to
            await session.flush()

    patch.setattr(callers, "move_chat", move_chat)


def holds_answers_back(town: Town, patch: pytest.MonkeyPatch) -> None:
    claims = town.machine.sender._claims
    heads = claims._heads

    async def there(*asked: Any) -> Any:
        return [(row, chat) for row, chat in await heads(*asked) if not chat.is_parked]

    patch.setattr(claims, "_heads", there)


def rests_after_what_said_nothing(town: Town, patch: pytest.MonkeyPatch) -> None:
    sender = town.machine.sender
    start = sender.start_due

    async def only_begun() -> int:
        done = await start()
        return done - sender._claims.settled if done else 0

    patch.setattr(sender, "start_due", only_begun)


@pytest.mark.parametrize(
    ("mutant", "plays", "told"),
    [
        (two_ways_for_one_id, moves_there_and_back, "IntegrityError"),
        (holds_answers_back, is_shown_the_door_and_then_pressed, "nobody answered"),
        (rests_after_what_said_nothing, is_behind_with_much_at_once, "due and not said"),
    ],
)
async def test_control_without_its_mend_the_same_goes_wrong(
    mutant: Callable[[Town, pytest.MonkeyPatch], None], plays: Callable[[Town], Awaitable[None]], told: str,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    async with town_in(tmp_path) as town:
        mutant(town, monkeypatch)
        with pytest.raises(AssertionError, match=told):
            await _ends_well(plays, town)


async def _ends_well(plays: Callable[[Town], Awaitable[None]], town: Town) -> None:
    await plays(town)
    async with town.machine.runtime.database.read() as session:
        reasons = list(await session.scalars(select(Inbox.reason).where(Inbox.attempts > 0)))
    assert not reasons, reasons
