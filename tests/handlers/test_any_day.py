"""Days of a town in which anybody says and presses anything at any time. Whatever comes of it, no turn fails, every
press is answered, and the records hold together."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers import words
from models.task import Task
from models.ticket import OPEN, Stage, Ticket, TicketEvent
from models.ticket.timetable import Timetable
from tests.cast import DRAINAGE, GROUP, GU, HOLE, LIN, LU, MEI, OFFICE, QIAO, SHEN, WANG, Message, Player, Town

PEOPLE = {LIN: GROUP, MEI: GROUP, WANG: GROUP, QIAO: QIAO, 1017: 1017, LU: OFFICE, 1023: DRAINAGE, GU: GU, SHEN: SHEN}
"""Who plays, and where he mostly speaks; 1017 leads the community above."""
CHATS = (GROUP, OFFICE, DRAINAGE, QIAO, 1017, LIN, MEI, LU, GU, SHEN)
EVERYWHERE = (GROUP, OFFICE, DRAINAGE)
"""Groups in which everybody sits, so that everybody can press everything."""
LINES = (
    HOLE, "井盖翘起来了,在印刷技校门口", "团结西路路灯不亮", "垃圾桶满了没人收", "污水井往外冒水", "有老人摔倒了",
    "邻居打架了", "中午吃什么", "树倒了,挡着路",
)  # fmt: skip
ARGUMENTS = (
    "", "", "市政中心", "排水公司 市政中心", "4 等配件", "明天 等配件", "不属实", "LH2611200001",
    "LH2611200002 LH2611200001",
    "LH2611209999 x", "乔岚", "满意", "<b>&", "٣", "网格长 610199001001001", "-1 x", "9" * 40,
)  # fmt: skip
STEPS = 80


class Day:
    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.chance = town, random.Random(seed)

    async def passes(self) -> None:
        chance = self.chance
        who = chance.choice(list(PEOPLE))
        player = Player(self.town, who, PEOPLE[who])
        step = chance.choices(("report", "press", "word", "command", "photo", "wait"), (4, 12, 5, 5, 3, 3))[0]
        if step == "report":
            await player.posts(chance.choice(LINES), chat=GROUP)
        elif step == "press":
            buttons = [
                (m, b["callback_data"])
                for m in self._cards(who)
                for row in m._rows
                for b in row
                if "callback_data" in b
            ]
            if buttons:
                message, data = chance.choice(buttons)
                await player.forges(data, on=message)
        elif step == "word":
            card = self._card(who)
            if card is not None:
                said = f"{chance.choice(sorted(words.all_spoken()))} {chance.choice(ARGUMENTS)}".strip()
                await player.says(said, chat=card.chat, reply_to=card)
        elif step == "command":
            from handlers import ROUTER

            number = f"LH26112000{chance.randint(0, 9):02}" if chance.random() < 0.7 else ""
            command = f"/{chance.choice(sorted(ROUTER.commands))} {number} {chance.choice(ARGUMENTS)}"
            await player.says(command.strip(), chat=chance.choice((PEOPLE[who], who)))
        elif step == "photo":
            card = self._card(who)
            if card is not None:
                await player.posts(chance.choice(("", "修好了")), chat=card.chat, reply_to=card)
        else:
            await self.town.passes(minutes=chance.choice((1, 12, 40, 200, 1500)))

    def _cards(self, who: int) -> list[Message]:
        """What he can see and reply to: a private chat is his alone."""
        return [message for chat in CHATS if chat in (*EVERYWHERE, who) for message in self.town.ours(chat)[-6:]]

    def _card(self, who: int) -> Message | None:
        cards = self._cards(who)
        return self.chance.choice(cards) if cards else None


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_anybody_does_the_records_hold_together(town: Town, seed: int) -> None:
    for person in PEOPLE:
        town.simulator.start(person)
        for chat in EVERYWHERE:
            town.simulator.member(chat, person, "member")
    await town.settles()
    day = Day(town, seed)
    await town.lin.posts(HOLE)
    for _ in range(STEPS):
        await day.passes()
    await hold_together(town)


async def hold_together(town: Town) -> None:
    runtime = town.machine.runtime
    async with runtime.database.read() as session:
        book = await runtime.book(session)
        assert book is not None
        tickets = {ticket.id: ticket for ticket in await session.scalars(select(Ticket))}
        tasks = list(await session.scalars(select(Task)))
        for ticket in tickets.values():
            events = list(await session.scalars(TicketEvent.of(ticket.id)))
            assert [event.seq for event in events] == list(range(1, ticket.last_seq + 1))
            assert events[-1].data["stage"] == ticket.stage
            table = Timetable.of(events)
            assert (ticket.deadline, ticket.secure_by) == (table.deadline(book.hours), table.secure_by(book.hours))
            assert (ticket.stage in OPEN) == (ticket.ended_at is None)
            assert (ticket.stage == Stage.MERGED) == (ticket.merged_into_id is not None)
            assert ticket.merged_into_id is None or ticket.merged_into_id in tickets
            assert ticket.stage not in (Stage.DISPATCHED, Stage.WORKING, Stage.SUSPENDED) or ticket.department_id
            assert (ticket.stage == Stage.SUSPENDED) == (ticket.suspended_until is not None)
            mine = [task for task in tasks if task.ticket_id == ticket.id and task.round == ticket.round]
            if ticket.stage in (Stage.RESOLVED, Stage.CLOSED):
                assert not [task for task in mine if task.is_open], "mended with a part still open"
            for task in mine:
                assert (task.done_at is not None) + (task.excused_at is not None) + task.is_open == 1
                assert task.done_at is None or task.reported_in_at is not None
        assert all(ticket.reported_at + timedelta(0) <= town.clock.moment for ticket in tickets.values())
