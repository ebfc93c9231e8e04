"""改类: the leader or the department in charge says what it really is; the reader learns from it."""

import re
from datetime import timedelta

from sqlalchemy import select

from handlers.asking import ask_on_card, pressed_card, stop_asking
from handlers.cards.drawing import BLANK
from handlers.desk import Desk
from handlers.kinds import kinds_for_reporter, kinds_named, likely_kinds, short_name
from handlers.labels import Label
from handlers.opening import route
from handlers.place import sorted_by_hand
from handlers.routing import Router
from models.category import Category
from models.chat import Chat, Message
from models.correction import Correction
from models.photo import Photo
from models.refusal import Refusal
from models.ticket import Stage, Ticket

router = Router()
INTO = re.compile(r"^(为|成|到|作|[:：])\s*")
"""改类为路面塌陷: what stands between the word and the name."""
CHOICES = 8
SURE = "!"
"""Behind a category in a press: he was asked whether the groups may read it."""
REMOVABLE_FOR = timedelta(hours=47)
"""A channel lets us take back what we said for two days; later its words and picture are replaced."""
LONGEST_NAME = 40  # characters of what was typed that are said back


@router.command("category", "leader", "department")
async def category(desk: Desk) -> None:
    """改类 in reply to the card, without a name: the card asks."""
    ticket = await desk.ticket()
    if not desk.order.words and desk.said.reply_to is not None and await pressed_card(desk, ticket) is not None:
        await _ask(desk, ticket)
        return
    await recategorise_as(desk, ticket, desk.order.words)


@router.answer("category")
async def named(desk: Desk) -> None:
    await recategorise_as(desk, await desk.ticket(), desk.order.words)


@router.button("category")
async def category_pressed(desk: Desk) -> None:
    press, ticket = desk.said.press, await desk.ticket()
    if press is None or press.argument is None:
        await _ask(desk, ticket)
        return
    new = desk.town.categories.get(press.argument.removesuffix(SURE))
    if new is None or new.retired_at is not None:
        raise Refusal("press.unknown")
    await _recategorise(desk, ticket, new, is_sure=press.argument.endswith(SURE))


@router.button("sort")
async def sorted_by_reporter(desk: Desk) -> None:
    """He who saw it says which of the likely kinds it is; then it goes its way."""
    press, ticket = desk.said.press, await desk.ticket()
    new = desk.town.categories.get(press.argument or "") if press else None
    if new is None or (ticket.asks_reporter and new not in kinds_for_reporter(ticket, desk.town)):
        raise Refusal("press.unknown")
    old, limits = ticket.category, desk.town.limits(new.code, ticket.text)
    ticket.tell_kind(new, by=desk.me, at=desk.now, limits=limits)
    if new.code != old:
        await _remember(desk, ticket, old)
    await _route_anew(desk, ticket, new)
    await stop_asking(desk, ticket)
    await desk.answer("category.thanks", number=ticket.number)


async def recategorise_as(desk: Desk, ticket: Ticket, name: str) -> None:
    """As the category of that name: its code, its name or a word of it."""
    ticket.check_may_recategorise(desk.me, desk.grid_of(ticket))
    name = INTO.sub("", name.strip()).rstrip("。.!！,， ")
    found, locale = kinds_named(desk.town, name), desk.locale
    if len(found) == 1:
        await _recategorise(desk, ticket, found[0])
        return
    offered = found or likely_kinds(ticket, desk.town)
    known = "、".join(short_name(kind, locale) for kind in offered[:CHOICES])
    if not name:
        raise Refusal("category.name_it", number=ticket.number, known=known)
    raise Refusal("category.several" if found else "category.unknown", name=name[:LONGEST_NAME], known=known)


async def _ask(desk: Desk, ticket: Ticket) -> None:
    ticket.check_may_recategorise(desk.me, desk.grid_of(ticket))
    await ask_on_card(desk, ticket, "category")
    await desk.answer("category.choose")


async def _recategorise(desk: Desk, ticket: Ticket, new: Category, *, is_sure: bool = False) -> None:
    book, grid, old = desk.town, desk.grid_of(ticket), ticket.category
    if ticket.is_restricted and not new.is_restricted and not is_sure:
        ticket.check_may_recategorise(desk.me, grid)
        await _ask_whether_public(desk, ticket, new)
        return
    limits = book.limits(new.code, ticket.text)
    ticket.recategorise(new, by=desk.me, at=desk.now, grid=grid, limits=limits, hours=book.hours)
    await _remember(desk, ticket, old)
    if ticket.is_restricted:
        await _hide(desk, ticket)
    if desk.me.leads(grid):
        await _route_anew(desk, ticket, new)
    await stop_asking(desk, ticket)
    await desk.answer("category.done", ticket=ticket, number=ticket.number, category=new.name(desk.locale))


async def _ask_whether_public(desk: Desk, ticket: Ticket, new: Category) -> None:
    """What was kept from the groups would stand there at once, and nobody takes back what was read."""
    sure = Label("button.sure", "category", ticket.number, argument=new.code + SURE)
    rows, name = [[sure, Label("button.cancel", "cancel", ticket.number)]], new.name(desk.locale)
    is_press = desk.said.press is not None
    if is_press and (desk.here.is_private or desk.here.department_id is not None):
        await desk.say(desk.here, "category.public", ticket=ticket, remember=True, buttons=rows,
                       number=ticket.number, category=name)  # fmt: skip
    else:
        await desk.answer("category.public", ticket=ticket, buttons=rows, number=ticket.number, category=name)


async def _remember(desk: Desk, ticket: Ticket, old: str) -> None:
    """A line to learn from, once for each category it was given; a photo without words teaches no reader."""
    known = select(Correction.id).where(Correction.ticket_id == ticket.id, Correction.new == ticket.category)
    if not ticket.text.strip() or await desk.session.scalar(known.limit(1)) is not None:
        return
    photos: list[Photo] = await desk.all_of(Photo.of(ticket.id))
    pictured = any(photo.role == "before" for photo in photos)
    desk.session.add(
        Correction(
            ticket_id=ticket.id, text=ticket.text, pictured=pictured, old=old, new=ticket.category, by_id=desk.me.id,
            at=desk.now,
        )
    )  # fmt: skip


async def _hide(desk: Desk, ticket: Ticket) -> None:
    """What the group has seen of the fixes of earlier rounds is no longer for it."""
    shown = select(Message).where(Message.ticket_id == ticket.id, Message.purpose == "fix")
    for fix in await desk.all_of(shown):
        if desk.now - fix.at < REMOVABLE_FOR:
            desk.remove(fix.id, fix.chat_id)
        else:
            chat = await desk.session.get_one(Chat, fix.chat_id)
            desk.edit(
                fix, chat, "fix.restricted", picture=BLANK, number=ticket.number, stage=ticket.stage,
                held=ticket.is_held,
            )  # fmt: skip
    ticket.fix_id = None


async def _route_anew(desk: Desk, ticket: Ticket, new: Category) -> None:
    """Before work it goes where the rules send what it really is; no rule overrides what a person has said."""
    book = desk.town
    if book.district.triage != "auto" or ticket.stage == Stage.PENDING or not ticket.is_before_work:
        return
    is_ours = not ticket.is_outside and ticket.place_source != "nowhere"
    way = book.way(new, desk.grid_of(ticket), ticket.text) if is_ours else None
    another = way is not None and way.lead.id != ticket.department_id
    if another and not await sorted_by_hand(desk, ticket):
        route(desk, ticket)
