"""/revoke: a role is taken away, or a link that nobody has used; what he had on his screen stops at once."""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from handlers import tray as trays
from handlers.desk import Desk
from handlers.leaders import leader_chats
from handlers.naming import person_named
from handlers.roles import role_at_head, role_told, scope_named
from handlers.routing import Router
from models.card import Card
from models.chat import Chat
from models.person import Person, Role, RoleKind
from models.refusal import Refusal
from models.trust import Invitation

router = Router()
LINK = re.compile(r"(?:邀请|链接|invite|link)\s*([0-9]{1,18})", re.IGNORECASE)


@router.command("revoke", "admin_private")
async def revoke(desk: Desk) -> None:
    if not desk.me.is_admin:
        raise Refusal("who.only_admin")
    link = LINK.fullmatch(desk.said.words.strip())
    if link is not None:
        await _take_back(desk, int(link[1]))
        return
    person, rest = await person_named(desk, desk.said.words)
    kind, scope = role_at_head(rest)
    if rest and kind is None:
        raise Refusal("revoke.which")
    grid_id, department_id = scope_named(desk.town, kind, scope) if kind and scope else (None, None)
    ended = person.relieve(
        kind.value if kind else None, by=desk.me, at=desk.now, other_admins=await other_admins(desk, person),
        grid_id=grid_id, department_id=department_id,
    )  # fmt: skip
    await stand_down(desk, person, [role.grid_id for role in ended if role.grid_id is not None])
    private = await desk.session.scalar(Chat.private_of([person.id]))
    if private is not None and person.id != desk.me.id:
        await desk.say(private, "revoke.told", roles=roles_told(desk, desk.language_of(private), ended))
    told = roles_told(desk, await desk.language_of_whispers(), ended)
    left = await _left_alone(desk, ended)
    await desk.whisper("revoke.last" if left else "revoke.done", name=person.name, roles=told, **left)


@router.button("take_back")
async def take_back(desk: Desk) -> None:
    press = desk.said.press
    if press is None or not press.argument or not press.argument.isdecimal() or len(press.argument) > 18:
        raise Refusal("press.unknown")
    await _take_back(desk, int(press.argument))


async def other_admins(desk: Desk, person: Person) -> int:
    """How many there are besides him."""
    return len(set(await desk.session.scalars(Role.of_admins())) - {person.id})


async def stand_down(desk: Desk, person: Person, grids: Iterable[int]) -> None:
    """He leads these grids no more, or is not heard: his tray and cards say so, and what waited there waits for the
    next one up."""
    await desk.session.flush()
    own: list[Chat] = await desk.all_of(Chat.private_of([person.id]))
    living = select(Card).where(
        Card.chat_id.in_([chat.id for chat in own]), Card.audience.in_(("leader", "staff")), Card.ended.is_(False)
    )
    for card in await desk.all_of(living):
        ticket = await desk.ticket_by_id(card.ticket_id)
        if person.is_banned or not person.leads(desk.grid_of(ticket)):
            desk.draw(card, ticket)
            card.ended = card.audience == "leader"  # the other kind asks who he is whenever it is drawn
    await trays.edit(desk, own)
    for grid_id in grids:
        for chat in await leader_chats(desk, desk.town.grids[grid_id]):
            if (await trays.what_waits(desk.session, desk.town, chat, desk.now)).ids:
                await trays.ring(desk, [chat])


async def stand_up(desk: Desk, person: Person) -> None:
    """He is heard again: his cards have their buttons, and his tray shows what waits for him."""
    await desk.session.flush()
    own: list[Chat] = await desk.all_of(Chat.private_of([person.id]))
    his = select(Card).where(Card.chat_id.in_([chat.id for chat in own]), Card.audience.in_(("leader", "staff")))
    for card in await desk.all_of(his):
        ticket = await desk.ticket_by_id(card.ticket_id)
        if ticket.is_open and (card.audience == "staff" or person.leads(desk.grid_of(ticket))):
            card.ended = False
            desk.draw(card, ticket)
    await trays.edit(desk, own)


async def _left_alone(desk: Desk, ended: Iterable[Role]) -> dict[str, Any]:
    """The grids without a leader and the departments without an officer now, by name. {} for none."""
    bare = []
    for role in ended:
        scope: Any = None
        if role.kind == RoleKind.LEADER and role.grid_id is not None:
            scope = desk.town.grids.get(role.grid_id)
            others = Person.with_role(RoleKind.LEADER, grids=[role.grid_id])
        elif role.kind == RoleKind.DEPARTMENT and role.department_id is not None:
            scope = desk.town.departments.get(role.department_id)
            others = Person.with_role(RoleKind.DEPARTMENT, department=role.department_id)
        if scope is not None and not [other for other in await desk.all_of(others) if not other.is_banned]:
            bare.append({"name": scope.name, "leads": role.kind == RoleKind.LEADER})
    return {"bare": bare} if bare else {}


async def _take_back(desk: Desk, id: int) -> None:
    ended: Any = await desk.session.execute(Invitation.taken_back(id, by=desk.me, at=desk.now))
    if ended.rowcount != 1:
        raise Refusal("invite.over")
    await desk.whisper("invite.taken_back", id=id)


def roles_told(desk: Desk, locale: str, roles: list[Role]) -> str:
    return "、".join(role_told(desk.town, locale, role.kind, role.grid_id, role.department_id) for role in roles)
