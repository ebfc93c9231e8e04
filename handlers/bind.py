"""/bind and /unbind: which grid's group, or which department's chat, this is."""

from handlers.desk import Desk
from handlers.notices import catch_up_department
from handlers.routing import Router
from models.chat import Chat
from models.refusal import Refusal

router = Router()


@router.command("bind", "admin")
async def bind(desk: Desk) -> None:
    _only_admin_in_group(desk)
    name = desk.said.words.strip()
    chat = desk.here
    grid, department = desk.town.grid_named(name), desk.town.department_named(name)
    if grid is not None:
        chat.grid_id, chat.department_id = grid.id, None
    elif department is not None:
        # A department has one chat: what is its card in two places, nobody feels in charge of.
        for other in await desk.all_of(Chat.of_department(department.id)):
            other.department_id = None
        chat.grid_id, chat.department_id = None, department.id
    else:
        raise Refusal("bind.what", name=name[:40])
    chat.unbound_at = None
    await desk.answer(
        "bind.grid" if grid else "bind.department", name=grid.name if grid else department.name if department else ""
    )
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


def _only_admin_in_group(desk: Desk) -> None:
    if not desk.me.is_admin:
        raise Refusal("who.only_admin")
    if desk.here.is_private:
        raise Refusal("bind.in_group")
