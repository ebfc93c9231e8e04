"""协商: the parties of a ticket are asked to a meeting; day, place, whom and why in one message."""

import re

from sqlalchemy import select

from handlers.asking import ask_on_card, pressed_card, stop_asking
from handlers.calling.choosing import check_may
from handlers.calling.named import Named, departments_named
from handlers.calling.summon import check_number, keep, values_of
from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.reasons import kept_reason
from handlers.routing import Router
from handlers.when import moment
from models.refusal import Refusal
from models.task import Council

router = Router()
LONGEST_PLACE = 60  # characters
CAUSES = re.compile(r"[:：]|(?:原因|因为|事由|议题)\s*[:：]?")
BLANKS = re.compile(r"[\s、，,;；。]+")


@router.command("council", "leader")
async def council(desk: Desk) -> None:
    """协商 N 11月25日15:00 小白杨议事厅 公交公司 交警 物业：站牌挡路"""
    ticket = await desk.ticket()
    check_may(desk, ticket, "council")
    if not desk.order.words and desk.said.reply_to is not None and await pressed_card(desk, ticket) is not None:
        await ask_on_card(desk, ticket, "council")
        return
    await convened_in_words(desk)


@router.button("council")
async def council_pressed(desk: Desk) -> None:
    ticket = await desk.ticket()
    check_may(desk, ticket, "council")
    await ask_on_card(desk, ticket, "council")
    await desk.answer("council.how")


@router.answer("council")
async def convened_in_words(desk: Desk) -> None:
    ticket, book = await desk.ticket(), desk.town
    check_may(desk, ticket, "council")
    said, _, causes = _at_causes(desk.order.words)
    when, rest = moment(said, desk.now, book.zone)
    if when is None:
        raise Refusal("council.when", number=ticket.number)
    place, named = _place_and_parties(desk, rest)
    tasks = await desk.tasks_of(ticket)
    check_number(ticket, named, tasks)
    before = await desk.session.scalar(select(Council).where(Council.ticket_id == ticket.id))
    meeting, new = ticket.convene(
        before, named.departments, tasks, by=desk.me, at=desk.now, grid=side_of(book, ticket, desk.me),
        limits=book.limits(ticket.category, ticket.text), hours=book.hours, when=when, place=kept_reason(place),
        causes=kept_reason(causes),
    )  # fmt: skip
    if before is None:
        desk.session.add(meeting)
    await keep(desk, tasks, new, named)
    await stop_asking(desk, ticket)
    told = await values_of(desk, new)
    await desk.answer(
        "council.done", ticket=ticket, number=ticket.number, at=meeting.at, place=meeting.place,
        parties=told["parties"], unheard=told["unheard"],
    )  # fmt: skip


def _at_causes(text: str) -> tuple[str, str, str]:
    """15:00 has a colon too: causes stand behind one that follows no figure."""
    for found in CAUSES.finditer(text):
        if found[0] not in ":：" or not text[: found.start()][-1:].isdigit():
            return text[: found.start()], found[0], text[found.end() :].strip()
    return text, "", ""


def _place_and_parties(desk: Desk, text: str) -> tuple[str, Named]:
    """The place stands before the first department that is named; behind it only departments do."""
    words = [word for word in BLANKS.split(text) if word]
    first = next((at for at, word in enumerate(words) if desk.town.department_named(word)), len(words))
    return " ".join(words[:first])[:LONGEST_PLACE], departments_named(desk.town, " ".join(words[first:]))
