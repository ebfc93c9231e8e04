"""/people: who is what in the town."""

from sqlalchemy import select

from handlers.desk import Desk
from handlers.roles import role_at_head, role_told
from handlers.routing import Router
from models.person import Person, Role
from models.refusal import Refusal

router = Router()
A_SCREEN = 40


@router.command("people", "admin_private")
async def people(desk: Desk) -> None:
    """For administrators, in private; with a role: those alone."""
    if not desk.me.is_admin:
        raise Refusal("who.only_admin")
    kind, rest = role_at_head(desk.said.words)
    if kind is None and rest:
        raise Refusal("revoke.which")
    held = select(Role).where(Role.revoked_at.is_(None)).order_by(Role.kind, Role.grid_id, Role.department_id, Role.id)
    if kind is not None:
        held = held.where(Role.kind == kind.value)
    roles: list[Role] = await desk.all_of(held)
    shown = roles[:A_SCREEN]
    known = {person.id: person for person in await desk.all_of(Person.by_ids([role.person_id for role in shown]))}
    locale = await desk.language_of_whispers()
    holders = [
        {
            "role": role_told(desk.town, locale, role.kind, role.grid_id, role.department_id),
            "name": known[role.person_id].name,
            "username": next((one.username for one in known[role.person_id].addresses if one.username), None),
            "banned": known[role.person_id].is_banned,
        }
        for role in shown
    ]
    await desk.whisper("holders.list", start="people", holders=holders, more=len(roles) - len(shown))
