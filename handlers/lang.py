"""/lang zh, /lang en: the language of a chat."""

from handlers import words
from handlers.desk import Desk
from handlers.routing import Router
from models.refusal import Refusal

router = Router()


@router.command("lang", "private")
async def lang(desk: Desk) -> None:
    """In private everybody chooses for himself; in a group its leader,
    its department's officers or an administrator."""
    chosen = desk.said.words.strip().lower()
    if chosen not in words.LOCALES:
        raise Refusal("lang.which")
    if not desk.here.is_private and not _may_choose(desk):
        raise Refusal("lang.not_yours")
    desk.here.locale = desk.locale = chosen
    await desk.answer("lang.done")


def _may_choose(desk: Desk) -> bool:
    person, chat = desk.me, desk.here
    grid = desk.town.grids.get(chat.grid_id or 0)
    return person.is_admin or (grid is not None and person.leads(grid)) or person.works_for(chat.department_id)
