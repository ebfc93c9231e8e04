"""自行处置: who found it has dealt with it. Opened and closed with one photo, counted apart (field.md a, 13)."""

from handlers import spam
from handlers.albums import album_taken
from handlers.desk import Desk
from handlers.drafts import open_draft
from handlers.locating import home, locate, own_grid
from handlers.nowhere import somewhere
from handlers.opening import fetch, keep_photos, open_report
from handlers.reported import SPOT, Report
from handlers.routing import Router
from models.draft import Draft
from models.refusal import Refusal

router = Router()


@router.command("spot", "group", "leader")
async def spot(desk: Desk) -> None:
    """In the grid's group anybody, in private a leader; under the photo, or in reply to one's own without words."""
    private, text = desk.here.is_private, desk.order.words
    if home(desk) is None and not private:
        raise Refusal("report.not_a_grid")
    if private and not (desk.me.grids or desk.me.is_admin):
        raise Refusal("spot.in_group")
    if not desk.said.pictures:
        await _photo_before(desk, text)
        return
    problem = desk.town.problems.read(text, has_photo=True)
    located = await locate(desk, text, desk.said.place, otherwise=own_grid(desk))
    if await spam.refused(desk, text, problem, located, [photo.key for photo in desk.said.photos]):
        return
    message = await desk.keep_message("report", pictured=True)
    report = Report(
        text, problem, somewhere(desk.town, located), message, desk.here, is_named=not private, entry=SPOT
    )  # fmt: skip
    ticket = await open_report(desk, report)
    photos = await keep_photos(desk, desk.said.photos, message, ticket_id=ticket.id, role="before")
    fetch(desk, photos, desk.lane(desk.here))
    await album_taken(desk, ticket, message)


async def _photo_before(desk: Desk, text: str) -> None:
    """Said of the photo he has sent before, and told nothing of yet."""
    replied = await desk.replied_to()
    draft = await desk.session.get(Draft, replied.draft_id) if replied is not None and replied.draft_id else None
    if draft is None or not draft.awaits(desk.me, desk.now):
        raise Refusal("spot.photo")
    draft.step = SPOT
    await open_draft(desk, draft, f"{draft.text} {text}".strip())
