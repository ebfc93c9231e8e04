"""A form as the report it would be: what is looked over is what is sent."""

from sqlalchemy import delete, update

from handlers import spam
from handlers.desk import Desk
from handlers.locating import Located
from handlers.nowhere import somewhere
from handlers.opening import fetch, open_report
from handlers.reported import Report
from models.category import Category
from models.chat import Message
from models.draft import Draft
from models.form import Form
from models.photo import Photo
from models.refusal import Refusal
from models.spot import Spot
from models.ticket import Ticket


async def report_of(desk: Desk, draft: Draft) -> Report:
    form = draft.told
    message = await desk.session.get_one(Message, draft.report_id)
    problem = desk.town.problems.read(form.words, has_photo=form.photos > 0)
    return Report(form.text, problem, _located(desk, form), message, desk.here, is_named=form.is_named)


def category_of(desk: Desk, form: Form, report: Report) -> Category:
    """The one he chose himself, else the one his words tell."""
    return desk.town.category(form.category or report.code)


async def send(desk: Desk, draft: Draft) -> Ticket:
    """It becomes a ticket, or joins the one of the same problem. The living message goes: the card stands for it."""
    form = draft.told
    if not form.tells_anything:
        raise Refusal("form.nothing_yet")
    report = await report_of(desk, draft)
    pictures = [photo.key for photo in await desk.all_of(Photo.of_draft(draft.id))]
    much = await spam.too_much(desk, report.text, report.problem, report.located, pictures)
    if much is not None:
        raise Refusal(much.key, number=much.number)
    ticket = await open_report(desk, report, category_of(desk, form, report))
    desk.reports[-1] = "form"
    for photo in (photos := await desk.all_of(Photo.of_draft(draft.id))):
        photo.ticket_id = ticket.id
    fetch(desk, photos, desk.lane(desk.here))
    parts: list[Draft] = await desk.all_of(Draft.parts_of(draft))
    for closed in (draft, *parts):
        closed.state, closed.ticket_id = "opened", ticket.id
    await desk.session.execute(update(Message).where(Message.draft_id == draft.id).values(ticket_id=ticket.id))
    _put_away(desk, draft)
    return ticket


async def drop(desk: Desk, draft: Draft) -> None:
    """Given up, or forgotten: nothing of it is kept."""
    parts: list[Draft] = await desk.all_of(Draft.parts_of(draft))
    for closed in (draft, *parts):
        closed.state = "dropped"
    await desk.session.execute(delete(Photo).where(Photo.draft_id == draft.id))
    _put_away(desk, draft)


def _put_away(desk: Desk, draft: Draft) -> None:
    draft.form, draft.text = {}, ""
    if draft.question_id is not None:
        desk.remove(draft.question_id, draft.chat_id)


def _located(desk: Desk, form: Form) -> Located:
    grids = desk.town.grids
    grid, border = grids.get(form.grid_id or 0), grids.get(form.border_id or 0)
    return somewhere(desk.town, Located(form.spot or Spot("grid"), grid, border, form.is_outside))
