"""不是同一件: a report that joined another's ticket becomes one of its own, with its words, photos and place."""

from typing import Any

from sqlalchemy import select, update

from handlers.desk import Desk
from handlers.locating import Located
from handlers.nowhere import somewhere
from handlers.opening import open_anew
from handlers.passing import give_up
from handlers.reported import REPORT, Report
from handlers.routing import Router
from models.card import Witness
from models.chat import Chat, Message
from models.draft import JOINED, Draft
from models.form import Form
from models.photo import Photo
from models.refusal import Refusal
from models.spot import Spot
from models.ticket import Ticket
from models.trust import Caller

router = Router()


@router.command("another", "private")
async def another_one(desk: Desk) -> None:
    """In reply to the card, to what was told about it, or to one's own message there."""
    await _part(desk, await _joined_here(desk))


@router.button("another")
async def another_one_pressed(desk: Desk) -> None:
    press = desk.said.press
    chosen = press.argument if press else None
    if chosen is None:  # on the group's card: whoever presses, it is his own that he means
        await _part(desk, await _joined_here(desk))
        return
    draft = await desk.session.get(Draft, int(chosen)) if chosen.isdecimal() and len(chosen) < 19 else None
    if draft is None or draft.person_id != desk.me.id or draft.ticket_id is None:
        raise Refusal("press.unknown")
    await _part(desk, draft)


async def _joined_here(desk: Desk) -> Draft:
    """The report he means: the one he replies to, else his last one that joined this ticket."""
    ticket, replied = await desk.ticket(), await desk.replied_to()
    his: list[Draft] = await desk.all_of(Draft.joined_by(desk.me.id, ticket.id))
    if not his:
        raise Refusal("another.none", number=ticket.number)
    return next((one for one in his if replied is not None and one.report_id == replied.id), his[0])


async def _part(desk: Desk, draft: Draft) -> None:
    old = await desk.ticket_by_id(draft.ticket_id or 0)
    if not draft.is_joined:
        raise Refusal("another.over", number=old.number)
    new = await _open(desk, draft, draft.told)
    is_witness = await _leaves(desk, old, draft)
    await _takes_along(desk, old, new, draft)
    old.leave(new.id, by=desk.me, at=desk.now, is_witness=is_witness)
    await _leaves_nothing(desk, old, draft)
    draft.state, draft.ticket_id, draft.form = "opened", new.id, {}
    if draft.question_id is not None:
        told = await desk.session.get_one(Message, draft.question_id)
        told.ticket_id = new.id
        private = await desk.session.get_one(Chat, told.chat_id)
        desk.edit(told, private, "another.done", ticket=new, number=new.number, other=old.number)
    if desk.said.press is not None or draft.question_id is None:
        await desk.answer("another.done", ticket=new, number=new.number, other=old.number)


async def _open(desk: Desk, draft: Draft, form: Form) -> Ticket:
    message = await desk.session.get_one(Message, draft.report_id)
    chat = await desk.session.get_one(Chat, draft.chat_id)
    problem = desk.town.problems.read(form.words, has_photo=message.pictured)
    report = Report(
        form.words, problem, _located(desk, form), message, chat, is_named=form.is_named, entry=draft.step or REPORT
    )  # fmt: skip
    return await open_anew(desk, report, desk.town.category(form.category or report.code))


def _located(desk: Desk, form: Form) -> Located:
    grids = desk.town.grids
    grid, border = grids.get(form.grid_id or 0), grids.get(form.border_id or 0)
    return somewhere(desk.town, Located(form.spot or Spot("grid"), grid, border, form.is_outside))


async def _leaves(desk: Desk, old: Ticket, draft: Draft) -> bool:
    """Whether he shares the old one no more: not where he reported it, pressed 我也遇到, or told of it twice."""
    shared: Witness | None = await desk.session.scalar(
        select(Witness).where(Witness.ticket_id == old.id, Witness.person_id == desk.me.id)
    )
    if shared is None or old.reporter_id == desk.me.id or shared.message_id != draft.report_id:
        return False
    others: list[Draft] = await desk.all_of(Draft.joined_by(desk.me.id, old.id).where(Draft.id != draft.id))
    if others:
        shared.message_id = others[-1].report_id
        return False
    await desk.session.delete(shared)
    return True


async def _leaves_nothing(desk: Desk, old: Ticket, draft: Draft) -> None:
    """Where it had become his because the one who reported it took it back, it is the next one's, or nobody's."""
    is_his = old.reporter_id == desk.me.id and old.report_id == draft.report_id and old.is_before_work
    if is_his and not await desk.all_of(Draft.joined_by(desk.me.id, old.id).where(Draft.id != draft.id)):
        await give_up(desk, old)


async def _takes_along(desk: Desk, old: Ticket, new: Ticket, draft: Draft) -> None:
    """His messages and pictures, those of an album still to come, and who asked him to report it."""
    message = await desk.session.get_one(Message, draft.report_id)
    messages = {message.id}
    if message.draft_id is not None:  # the parts of an album, or of a form
        parts = select(Message.id).where(Message.draft_id == message.draft_id, Message.person_id == desk.me.id)
        messages |= set(await desk.session.scalars(parts))
        album = update(Draft).where(Draft.id == message.draft_id, Draft.ticket_id == old.id)
        await desk.session.execute(album.values(ticket_id=new.id))
    await desk.session.execute(update(Message).where(Message.id.in_(messages)).values(ticket_id=new.id))
    photos = update(Photo).where(Photo.ticket_id == old.id, Photo.message_id.in_(messages), Photo.role == "before")
    await desk.session.execute(photos.values(ticket_id=new.id))
    caller = update(Caller).where(Caller.ticket_id == old.id, Caller.by_id == desk.me.id, Caller.at >= draft.begun_at)
    await desk.session.execute(caller.values(ticket_id=new.id))


@router.timer("joined")
async def joined_for_good(desk: Desk, data: dict[str, Any]) -> None:
    """A day has gone by: it is the same one, and what he told is kept no longer."""
    draft = await desk.session.get(Draft, data["draft"])
    if draft is not None and draft.state == JOINED:
        draft.state, draft.form = "opened", {}
        await desk.redraw(await desk.ticket_by_id(draft.ticket_id or 0))
