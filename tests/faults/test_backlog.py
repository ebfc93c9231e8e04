"""More waits than can be done at once: the urgent is let through, and who floods a chat delays nobody elsewhere."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import inbox
from models.district import District
from models.mail import Inbox
from models.ticket import Ticket
from tests.cast import GROUP, LIN, MEI, WANG, Town
from tests.faults import mutants
from tests.faults.sick import SENDS
from tests.handlers.seeing import BAIYANG, LIUYIN, QIAONAN

GROUPS = (GROUP, LIUYIN, BAIYANG, QIAONAN)
A_TURN, A_PAGE = timedelta(milliseconds=5), timedelta(milliseconds=10)
"""What they take on an idle machine; the town's clock is moved by as much."""
NIGHT = 120
URGENT = "/report 团结西路88号门口高压线掉下来了，正在冒火花，快来人"


@dataclass(frozen=True, slots=True)
class Drained:
    """order: update id -> how many turns were done before it. card: when each ticket's card went out, seconds from the
    start, by the words of the report."""

    order: dict[int, int]
    lanes: dict[int, str]
    card: dict[str, float]

    @property
    def disorder(self) -> int:
        last: Counter[str] = Counter()
        found = 0
        for number in sorted(self.order, key=lambda one: self.order[one]):
            found += number < last[self.lanes[number]]
            last[self.lanes[number]] = max(last[self.lanes[number]], number)
        return found


def everybody_is_everywhere(town: Town) -> None:
    for chat in GROUPS:
        for person in (LIN, MEI, WANG):
            town.simulator.member(chat, person, "member")


async def drain(town: Town) -> Drained:
    """Page, turn, calls; page, turn, calls: as the loops of a running bot share one writing connection."""
    began, order = town.clock.moment, dict[int, int]()
    while True:
        fetched = await town._receive()
        town.clock.moment += A_PAGE if fetched else timedelta()
        await town.machine.clock.ring_due()
        turned = await town.machine.worker.turn()
        town.clock.moment += A_TURN
        await town.machine.sender.start_due()
        await town.machine.sender.finish()
        if not fetched and not turned:
            break
    for _ in range(15):
        await town.passes(seconds=1)
    async with town.machine.runtime.database.read() as session:
        rows = list(await session.scalars(select(Inbox).where(Inbox.channel == "telegram", Inbox.done_at > began)))
        words = {ticket.number: ticket.text for ticket in await session.scalars(select(Ticket))}
    rows.sort(key=lambda row: (row.done_at or began, row.id))
    order = {int(row.update): turn for turn, row in enumerate(rows)}
    card: dict[str, float] = {}
    for call in town.simulator.log(0, 100_000):
        if call["method"] in SENDS and call["result"] and int(call["params"]["chat_id"]) in GROUPS:
            for number in (word.removeprefix("#") for word in call["result"].get("text", "").split() if "#LH" in word):
                card.setdefault(words[number], call["time"] - began.timestamp())
    return Drained(order, {int(row.update): row.lane for row in rows}, card)


async def _a_night(town: Town) -> tuple[Drained, int]:
    """Returns also the update id of the urgent one, the last of all."""
    everybody_is_everywhere(town)
    await town.settles()
    for number in range(NIGHT - 1):
        chat, person = GROUPS[number % 4], (LIN, MEI, WANG)[number % 3]
        text = f"/report 团结西路{number + 1}号对面路灯不亮" if number % 10 == 0 else "今天单子真多"
        town.simulator.post(person, chat, text)
    town.simulator.post(LIN, GROUP, URGENT)
    last = town.simulator.updates(0, 100_000)[-1]["update_id"]
    return await drain(town), last


def _is_first_out(found: Drained, urgent: int) -> None:
    """Only the elders of its own chat go before it, a quarter of the night, and what was done while it was read."""
    assert found.disorder == 0
    assert found.order[urgent] < NIGHT / 4 + 10
    [out] = [at for words, at in found.card.items() if "高压线" in words]
    assert out <= 3.0


async def test_the_urgent_one_of_a_night_goes_first(paced: Town, capsys: pytest.CaptureFixture[str]) -> None:
    found, urgent = await _a_night(paced)
    [out] = [at for words, at in found.card.items() if "高压线" in words]
    with capsys.disabled():
        print(
            f"\n{NIGHT} updates waited: the last and urgent one had turn {found.order[urgent] + 1}, its card was out"
            f" after {out:.2f} s; out of order {found.disorder}"
        )
    _is_first_out(found, urgent)
    assert len(found.order) == NIGHT


async def test_control_in_the_order_they_came_it_waits_for_all(paced: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "place", inbox.place)  # put back at the end
    mutants.first_come()
    found, urgent = await _a_night(paced)
    assert found.order[urgent] == NIGHT - 1
    with pytest.raises(AssertionError):
        _is_first_out(found, urgent)


FLOOD, TEN = 66, 10


async def _a_flood(town: Town) -> tuple[Drained, list[int]]:
    """One person floods a group with signs and reports; then somebody in each other group says one thing."""
    everybody_is_everywhere(town)
    await town.settles()
    for number in range(FLOOD):
        if number % 3 == 0:
            town.simulator.post(LIN, GROUP, "", sticker="👍")
        else:
            town.simulator.post(LIN, GROUP, f"/report 团结西路{number}号对面路灯不亮")
    others = []
    for house, chat in enumerate(GROUPS[1:]):
        town.simulator.post(MEI, chat, f"/report 团结西路{house + 900}号对面路灯不亮")
        others.append(town.simulator.updates(0, 100_000)[-1]["update_id"])
    return await drain(town), others


def _nobody_else_waits(found: Drained, others: list[int]) -> None:
    assert max(found.order[number] for number in others) < 10, "delayed by the flood"
    assert max(at for words, at in found.card.items() if any(f"{house}号" in words for house in (900, 901, 902))) < 1.0


async def test_who_floods_a_group_delays_nobody_elsewhere_and_is_told_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(District, "most_in", lambda *_: TEN)
    found, others = await _a_flood(town)
    _nobody_else_waits(found, others)
    assert found.disorder == 0
    told = [
        call for call in town.simulator.log(0, 100_000) if call["method"] == "setMessageReaction" and call["result"]
    ]
    told += town.ours(LIN)
    assert len(told) == 1
    async with town.machine.runtime.database.read() as session:
        made = list(await session.scalars(select(Ticket.id).where(Ticket.chat_id.is_not(None))))
    assert len(made) == TEN + len(others)


async def test_control_in_the_order_they_came_all_wait_for_the_flood(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "place", inbox.place)
    mutants.first_come()
    found, others = await _a_flood(town)
    with pytest.raises(AssertionError, match="delayed by the flood"):
        _nobody_else_waits(found, others)


async def test_a_flood_by_fifty_in_private_delays_another_by_one_round(town: Town) -> None:
    people = range(5001, 5051)
    town.simulator.seed({"people": [{"id": person, "first_name": "路人"} for person in people]})
    for _ in range(2):
        for person in people:
            town.simulator.post(person, person, "在吗")
    town.simulator.post(MEI, GROUP, "/report 团结西路900号对面路灯不亮")
    last = town.simulator.updates(0, 100_000)[-1]["update_id"]
    found = await drain(town)
    assert found.order[last] <= 55  # the fifty each have one turn before, and none a second
    assert found.disorder == 0
