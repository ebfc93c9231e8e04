"""/revoke: a role is taken away, or a link that nobody has used; what he had on his screen stops at once."""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from handlers import tray as trays
from handlers.desk import Desk
from handlers.leaders import leader_chats
from handlers.naming import person_named
from handlers.roles import role_at_head, role_told
from handlers.routing import Router
from models.card import Card
from models.chat import Chat
from models.person import Person, Role
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
    kind, _ = role_at_head(rest)
    if rest and kind is None:
        raise Refusal("revoke.which")
    ended = person.relieve(
        kind.value if kind else None, by=desk.me, at=desk.now, other_admins=await other_admins(desk, person)
    )
    await stand_down(desk, person, [role.grid_id for role in ended if role.grid_id is not None])
    private = await desk.session.scalar(Chat.private_of([person.id]))
    if private is not None and person.id != desk.me.id:
        await desk.say(private, "revoke.told", roles=_told(desk, desk.language_of(private), ended))
    told = _told(desk, await desk.language_of_whispers(), ended)
    await desk.whisper("revoke.done", name=person.name, roles=told)


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


async def _take_back(desk: Desk, id: int) -> None:
    ended: Any = await desk.session.execute(Invitation.taken_back(id, by=desk.me, at=desk.now))
    if ended.rowcount != 1:
        raise Refusal("invite.over")
    await desk.whisper("invite.taken_back", id=id)


def _told(desk: Desk, locale: str, roles: list[Role]) -> str:
    return "、".join(role_told(desk.town, locale, role.kind, role.grid_id, role.department_id) for role in roles)
