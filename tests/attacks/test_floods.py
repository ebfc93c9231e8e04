"""36: whoever floods, with reports, dangers, commands or pictures, is heard so often and in nobody else's way.

GRID_FLOODERS=100: by so many at once.
"""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import update

from bot import placing
from handlers import following, haste
from handlers.saying import HOLDS, Saying
from models.chat import Chat
from models.district import District
from tests.books import PostgresBooks
from tests.cast import GROUP, LIN, QIAO, WANG, Player, Town, town_in
from tests.handlers.seeing import NUMBER, cards, photos, tickets, told
from tests.handlers.test_urgent_first import heard as taken_in

MOST, PEOPLE, EACH = 2, int(os.environ.get("GRID_FLOODERS", "6")), 4


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rules with smaller numbers: what goes ahead of one person, and what of his is answered."""
    monkeypatch.setattr("handlers.haste.DANGERS", 5)
    monkeypatch.setattr("bot.placing.DANGERS", 5)
    monkeypatch.setattr("handlers.haste.ANSWERS", 10)


async def flooded(town: Town, people: int) -> tuple[int, int, int]:
    """Each of them tells of so many houses at once. (tickets, how often one of them was told, others' tickets)"""
    async with town.machine.runtime.database.write() as session:
        await session.execute(update(District).values(most={"hour": MOST, "day": 60}, edition=District.edition + 1))
    crowd = [{"id": LIN + 3000 + number, "first_name": f"P{number}"} for number in range(people)]
    town.simulator.seed({"people": crowd})
    for number, one in enumerate(crowd):
        town.simulator.member(GROUP, one["id"], "member")
        town.simulator.start(one["id"])
        for house in range(EACH):
            text = f"西柳小区{number * EACH + house + 1}号楼门口路灯不亮"
            town.simulator.post(one["id"], GROUP, text, photos=[{"upload": town.picture()}])
    await town.settles()
    made = await tickets(town)
    first = Player(town, crowd[0]["id"], crowd[0]["id"])
    heard = sum(message.text == told("spam.hour") for message in town.ours(first.id))
    await town.mei.posts("柳桥三小门口垃圾满溢")
    return len(made), heard, len(await tickets(town)) - len(made)


@pytest.mark.parametrize("people", [1, PEOPLE])
async def test_each_is_heard_so_often_and_told_once(town: Town, people: int) -> None:
    assert await flooded(town, people) == (MOST * people, 1, 1)


async def test_control_where_nothing_is_too_much(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object, **__: object) -> None: ...

    monkeypatch.setattr("handlers.spam.too_much", never)
    assert await flooded(town, 1) == (EACH, 0, 1)


# --- danger: never refused, and of one person only so much before others ----------------------


@pytest_asyncio.fixture
async def paced(tmp_path: Path, books: PostgresBooks | None) -> AsyncIterator[Town]:
    """As fast as Telegram lets us."""
    async with town_in(tmp_path, books, limits="30/s 1/s 20/min") as town:
        await town.passes(minutes=2)
        yield town


FLOOD, STRANGER = 40, LIN + 4000
FIRE = "团结西路印刷技校门口着火了"


async def a_fire_while_one_floods(town: Town) -> tuple[list[int], int, int, int]:
    """A stranger tells us alone of so many fires, then a member tells of one. (in which order the group reads of them,
    urgent tickets, how often the leader was written to, of how many of them a department has)"""
    town.simulator.seed({"people": [{"id": STRANGER, "first_name": "S"}]})
    town.simulator.start(STRANGER)
    await town.settles()
    heard = len(town.ours(QIAO))
    for house in range(FLOOD):
        town.simulator.post(STRANGER, STRANGER, f"西柳小区{house + 1}号楼着火了")
    await taken_in(town)
    town.simulator.post(LIN, GROUP, FIRE, photos=[{"upload": town.picture()}])
    for _ in range(90):
        await town.passes(seconds=2)
    urgent = [ticket for ticket in await tickets(town) if ticket.is_urgent]
    numbers = {ticket.number: at for at, ticket in enumerate(urgent)}
    real = next(at for at, ticket in enumerate(urgent) if FIRE in ticket.text)
    posted = [match[1] for message in town.ours(GROUP) if (match := NUMBER.search(message.text))]
    order = [numbers[number] - real for number in posted if number in numbers]
    sent = sum(ticket.department_id is not None for ticket in urgent)
    return order, len(urgent), len(town.ours(QIAO)) - heard, sent


async def test_of_one_person_the_first_dangers_ring_and_his_others_stand_in_line(paced: Town) -> None:
    order, made, rung, sent = await a_fire_while_one_floods(paced)
    assert (made, sent) == (FLOOD + 1, FLOOD + 1), "each is a ticket, and somebody has it"
    assert 0 in order[: haste.DANGERS + 1], "the fire is not behind more than may go ahead"
    assert len(order) == haste.DANGERS + 1, "what he told alone beyond these makes no card in the group"
    assert rung <= haste.DANGERS + 3


async def test_control_where_all_that_is_danger_goes_ahead(paced: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.haste.DANGERS", FLOOD)
    order, _, rung, _ = await a_fire_while_one_floods(paced)
    assert 0 not in order[: FLOOD // 2]
    assert rung >= FLOOD


async def test_what_one_told_in_line_rings_when_another_tells_of_it(town: Town) -> None:
    for house in range(haste.DANGERS + 1):
        await town.lin.posts(f"西柳小区{house + 1}号楼门口着火了")
    last = (await tickets(town))[-1]
    assert last.is_urgent
    assert not last.rushes
    rung = len(town.ours(QIAO))
    await town.mei.posts(f"西柳小区{haste.DANGERS + 1}号楼门口着火了")
    assert len(await tickets(town)) == haste.DANGERS + 1, "it joined"
    assert (await tickets(town))[-1].rushes
    assert len(town.ours(QIAO)) > rung


async def test_who_is_called_by_many_may_tell_of_many(town: Town) -> None:
    for house in range(haste.DANGERS + 1):
        await town.qiao.says(f"/report 西柳小区{house + 1}号楼门口着火了", chat=GROUP)
    assert all(ticket.rushes for ticket in await tickets(town))


async def test_an_hour_later_his_danger_rings_again(town: Town) -> None:
    for house in range(haste.DANGERS + 1):
        await town.lin.posts(f"西柳小区{house + 1}号楼门口着火了")
    await town.passes(minutes=61)
    await town.lin.posts("团结西路印刷技校门口着火了")
    assert [ticket.rushes for ticket in await tickets(town)] == [True] * haste.DANGERS + [False, True]


async def goes_ahead_of(town: Town, flood: int) -> int:
    """How many of a stranger's fires, taken in page by page, are let through before what others bring."""
    town.simulator.seed({"people": [{"id": STRANGER, "first_name": "S"}]})
    town.simulator.start(STRANGER)
    await town.settles()
    for house in range(flood):
        town.simulator.post(STRANGER, STRANGER, f"西柳小区{house + 1}号楼着火了")
    while await town._receive():
        pass
    async with town.machine.runtime.database.read() as session:
        ahead = (await session.execute(placing.AHEAD, {"lanes": [f"telegram:{STRANGER}"]})).all()
    return sum(count for _, count in ahead)


async def test_of_one_person_alone_with_us_few_are_taken_in_before_others(town: Town) -> None:
    # Of the first page some stand there before anybody looks: a crowd begins at twenty.
    assert await goes_ahead_of(town, 150) <= haste.DANGERS


async def test_control_taken_in_as_they_are_urgent(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.placing.DANGERS", 1000)
    assert await goes_ahead_of(town, 150) > haste.DANGERS


# --- commands ------------------------------------------------------------------------------------


async def answers_to(town: Town, said: str, times: int, player: int, chat: int) -> int:
    before = len(town.ours(chat))
    for _ in range(times):
        town.simulator.post(player, chat, said)
    await town.settles()
    return len(town.ours(chat)) - before


@pytest.mark.parametrize("said", ["/help", "/ticket LH2611200001", "/ticket LH2611209999"])
async def test_in_a_minute_so_many_commands_are_answered(town: Town, said: str) -> None:
    await town.lin.posts("柳桥三小门口垃圾满溢")
    assert await answers_to(town, said, 30, WANG, GROUP) == haste.ANSWERS
    assert await answers_to(town, said, 1, LIN, GROUP) == 1, "another is heard"
    await town.passes(seconds=61)
    assert await answers_to(town, said, 1, WANG, GROUP) == 1, "and so is he, a minute later"


async def test_words_nobody_understands_are_answered_so_often_too(town: Town) -> None:
    town.simulator.start(WANG)
    await town.settles()
    assert await answers_to(town, "/nonsense", 30, WANG, WANG) <= haste.ANSWERS


async def test_control_where_nobody_asks_too_often(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.haste.ANSWERS", 1000)
    await town.lin.posts("柳桥三小门口垃圾满溢")
    assert await answers_to(town, "/help", 30, WANG, GROUP) == 30


async def test_who_works_for_the_town_is_not_hampered(town: Town) -> None:
    assert await answers_to(town, "/help", 30, QIAO, QIAO) == 30


async def test_what_is_told_by_a_command_is_heard_however_many_came_before(town: Town) -> None:
    await answers_to(town, "/help", 30, LIN, GROUP)
    await town.lin.says(f"/report {FIRE}")
    (ticket,) = await tickets(town)
    assert ticket.rushes


async def asked_and_told(paced: Town) -> int:
    """Two ask for all they may, then one of them reports. How many answers the group reads before the card."""
    for player in (LIN, WANG):
        for _ in range(haste.ANSWERS):
            paced.simulator.post(player, GROUP, "/help")
    await taken_in(paced)
    paced.simulator.post(LIN, GROUP, "柳桥三小门口垃圾满溢", photos=[{"upload": paced.picture()}])
    for _ in range(60):
        await paced.passes(seconds=2)
    said = paced.ours(GROUP)
    assert len(said) == 1 + 2 * haste.ANSWERS, "they come all the same"
    return said.index(cards(paced)[0])


async def test_a_card_goes_before_answers_that_wait(paced: Town) -> None:
    assert await asked_and_told(paced) <= 1 + HOLDS.seconds, "one a second, while it waits for its picture"


async def test_control_where_answers_are_news_the_card_comes_last(paced: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    post = Saying.post

    def as_news(self: Saying, chat: Chat, kind: str, content: dict[str, Any], **how: Any) -> None:
        post(self, chat, "say" if kind == "reply" else kind, content, **how)

    monkeypatch.setattr(Saying, "post", as_news)
    assert await asked_and_told(paced) == 2 * haste.ANSWERS


# --- pictures under one's own report ---------------------------------------------------------------


async def pictures_kept(town: Town, sent: int) -> int:
    report = await town.lin.posts("柳桥三小门口垃圾满溢")
    for _ in range(sent):
        town.simulator.post(LIN, GROUP, "", reply_to=report.id, photos=[{"upload": town.picture()}])
    await town.settles()
    return len(await photos(town, "before"))


async def test_of_one_person_and_ticket_so_many_pictures_are_kept(town: Town) -> None:
    assert await pictures_kept(town, following.MOST + 5) == following.MOST
    refused = [message for message in town.messages(GROUP) if following.ENOUGH in str(message.raw.get("reactions"))]
    assert len(refused) == 1, "he sees it once"


async def test_control_where_no_picture_is_too_much(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.following.MOST", 1000)
    assert await pictures_kept(town, 35) == 36
