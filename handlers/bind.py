"""/bind and /unbind: which grid's group, or which department's chat, this is."""

from sqlalchemy import select

from handlers.desk import Desk
from handlers.notices import catch_up_department
from handlers.routing import Router
from models.card import Card
from models.chat import Chat
from models.refusal import Refusal

router = Router()
LONGEST_TITLE = 40  # characters of what a chat calls itself


@router.command("bind", "admin")
async def bind(desk: Desk) -> None:
    _only_admin_in_group(desk)
    name = desk.said.words.strip()
    chat = desk.here
    was, was_grid, left = _bound_to(desk), chat.grid_id is not None, list[Chat]()
    grid, department = desk.town.grid_named(name), desk.town.department_named(name)
    if grid is not None:
        chat.grid_id, chat.department_id = grid.id, None
    elif department is not None:
        # A department has one chat: what is its card in two places, nobody feels in charge of.
        left = [other for other in await desk.all_of(Chat.of_department(department.id)) if other.id != chat.id]
        for other in left:
            other.department_id = None
        chat.grid_id, chat.department_id = None, department.id
    else:
        raise Refusal("bind.what", name=name[:40])
    chat.unbound_at = None
    now = _bound_to(desk)
    if left or (was is not None and was != now):
        await desk.answer(
            "bind.changed", name=now, is_grid=grid is not None, was=was if was != now else None, was_grid=was_grid,
            moved=bool(left), title=left[0].title[:LONGEST_TITLE] if left else "",
        )  # fmt: skip
    else:
        await desk.answer("bind.grid" if grid else "bind.department", name=now)
    if grid is not None:
        await _end_cards(desk)
    if department is not None and grid is None:
        await catch_up_department(desk, chat, department.id)


@router.command("unbind", "admin")
async def unbind(desk: Desk) -> None:
    _only_admin_in_group(desk)
    chat = desk.here
    if chat.grid_id is None and chat.department_id is None:
        raise Refusal("bind.not_bound")
    chat.grid_id = chat.department_id = None
    chat.unbound_at = desk.now
    await desk.answer("bind.undone")


def _bound_to(desk: Desk) -> str | None:
    """What this chat is, by name."""
    grid, department = desk.town.grids.get(desk.here.grid_id or 0), None
    if grid is None:
        department = desk.town.departments.get(desk.here.department_id or 0)
    return grid.name if grid else department.name if department else None


async def _end_cards(desk: Desk) -> None:
    """What a department read here while it was its chat."""
    theirs = select(Card).where(Card.chat_id == desk.here.id, Card.audience.in_(("department", "joint", "cc")))
    for card in await desk.all_of(theirs.where(Card.ended.is_(False))):
        desk.draw(card, await desk.ticket_by_id(card.ticket_id))
        card.ended = True


def _only_admin_in_group(desk: Desk) -> None:
    if not desk.me.is_admin:
        raise Refusal("who.only_admin")
    if desk.here.is_private:
        raise Refusal("bind.in_group")
