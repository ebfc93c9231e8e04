"""Words that are changed after they were sent: a caption put in later explains its photo; a report that is put right
while it is young is followed by its ticket."""

from dataclasses import dataclass

from sqlalchemy import func, select

from handlers import form
from handlers.alarm import heard_of_danger
from handlers.desk import Desk
from handlers.drafts import explained
from handlers.locating import by_words, remember_own
from handlers.opening import route
from handlers.place import put, sorted_by_hand
from handlers.report import OUR_NAME, from_message
from handlers.reported import REPORT, Report
from models.category import Category
from models.chat import Chat, Message
from models.draft import ANSWER_WITHIN, Draft
from models.ticket import Stage, Ticket, TicketEvent
from reading.personal import mask

MOST = 20
"""So many changes of one report are followed."""
BY_WORDS = ("nowhere", "grid", "text")
"""A place that was told in words may be told otherwise; a measured one stays."""


async def edited(desk: Desk) -> None:
    """A live location that moved is remembered; everything else has words, or changes nothing."""
    heard = desk.said
    if heard.place is not None:
        # Only that: who rides on takes no ticket and no photo along.
        await remember_own(desk, heard.place)
        return
    if heard.message is None or not heard.text.strip():
        return
    message = await desk.session.scalar(Message.heard_as(desk.here.id, heard.message))
    if message is None:
        await _told_after_all(desk)
    elif message.draft_id is not None and message.ticket_id is None:
        draft = await desk.session.get_one(Draft, message.draft_id)
        if draft.state == "form":
            await form.edited(desk, draft, heard.text)
        elif draft.awaits(desk.me, desk.now):
            await explained(desk, draft, heard.text)
    elif message.ticket_id is not None and message.person_id == desk.me.id:
        ticket = await desk.ticket_by_id(message.ticket_id)
        await _put_right(desk, ticket, message)
        if ticket.secured_at is None:  # a caption is as old as its photo
            await heard_of_danger(desk, ticket, heard.text)


async def _told_after_all(desk: Desk) -> None:
    """What was nothing to us when it was sent: chatter, or words that named neither a problem nor us."""
    heard = desk.said
    is_old = heard.first_at is None or desk.now - heard.first_at > ANSWER_WITHIN
    if is_old or heard.command is not None or heard.reply_to is not None or heard.album is not None:
        return
    is_meant = bool(heard.photos) or heard.mentions_us or desk.here.is_private
    text = OUR_NAME.sub("", heard.text).strip()
    if is_meant and desk.town.problems.read(text, has_photo=bool(heard.photos)).is_report:
        await from_message(desk, text, asked_for=not heard.photos)


# --- a ticket follows -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What a person has said already, which no machine reads otherwise. kind: what it is; way: whose it is."""

    kind: bool
    way: bool


async def _put_right(desk: Desk, ticket: Ticket, message: Message) -> None:
    if message.id != ticket.report_id or ticket.reporter_id != desk.me.id or ticket.entry != REPORT:
        return
    text = await _whole(desk, ticket, message)
    if text is None or mask(text) == ticket.text or not ticket.is_young(desk.now):
        return
    changes = select(func.count()).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "amended")
    if (await desk.session.scalar(changes) or 0) >= MOST:
        return
    if not ticket.is_before_work:
        ticket.amend(mask(text), by=desk.me, at=desk.now)
        return
    chosen = _Chosen(kind=await _is_kind_chosen(desk, ticket, message), way=await sorted_by_hand(desk, ticket))
    await _read_anew(desk, ticket, message, text, chosen)


async def _whole(desk: Desk, ticket: Ticket, message: Message) -> str | None:
    """The words of the report as they stand now; None: nothing that would replace them. What was added to a caption
    in other messages is not told again by it, and stays."""
    heard = desk.said
    if heard.command not in (None, "report"):
        return None
    text = OUR_NAME.sub("", heard.words if heard.command else heard.text).strip()
    problem = desk.town.problems.read(text, has_photo=bool(heard.photos))
    if not text or problem.is_chatter:
        return None
    draft = await desk.session.get(Draft, message.draft_id) if message.draft_id is not None else None
    if draft is None or draft.album is not None:
        return text
    if await _is_of_several(desk, draft):
        return None
    if problem.is_report or not ticket.text.strip():
        return text
    return None if mask(text) in ticket.text else f"{ticket.text} {text}"


async def _is_of_several(desk: Desk, draft: Draft) -> bool:
    """Put together of several messages, as by /report step by step: he looked it over as a whole before he sent it."""
    own = select(func.count()).where(Message.draft_id == draft.id, Message.person_id == draft.person_id)
    return (await desk.session.scalar(own) or 0) > 1


async def _is_kind_chosen(desk: Desk, ticket: Ticket, message: Message) -> bool:
    """By 改类, or by a press under a photo without words."""
    draft = await desk.session.get(Draft, message.draft_id) if message.draft_id is not None else None
    if draft is not None and draft.step in desk.town.categories:
        return True
    said = select(TicketEvent.id).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "recategorised",
        TicketEvent.data["by_words"].as_boolean().is_not(True),
    )  # fmt: skip
    return await desk.session.scalar(said.limit(1)) is not None


async def _read_anew(desk: Desk, ticket: Ticket, message: Message, text: str, chosen: _Chosen) -> None:
    book = desk.town
    problem, located = book.problems.read(text, has_photo=bool(desk.said.photos)), by_words(desk, text)
    chat = await desk.session.get_one(Chat, message.chat_id)
    report = Report(text, problem, located, message, chat)
    category: Category | None = None
    if problem.is_report and not chosen.kind and report.code != ticket.category:
        category = book.category(report.code)
    if chosen.kind or not problem.is_report:
        ticket.amend(mask(text), by=desk.me, at=desk.now)
    else:
        kind = category or book.category(ticket.category)
        limits = book.limits(kind.code, text) if category is not None else None
        ticket.amend(
            mask(text), by=desk.me, at=desk.now, told=report.told(kind), category=category, limits=limits,
            hours=book.hours,
        )  # fmt: skip
    spot = located.spot
    if ticket.place_source in BY_WORDS and spot.has_point and spot.words != ticket.place:
        await put(desk, ticket, spot)
    if not chosen.way and book.district.triage == "auto" and ticket.response is None:
        _send_anew(desk, ticket)


def _send_anew(desk: Desk, ticket: Ticket) -> None:
    """Where the rules send what it is now said to be; of what nobody knows it stays where it is."""
    book = desk.town
    way = book.way(book.category(ticket.category), desk.grid_of(ticket), ticket.text)
    if ticket.stage != Stage.PENDING and way is not None and way.lead.id != ticket.department_id:
        route(desk, ticket)
