"""/invite: a link that works once and for two days; and what happens when somebody comes with one."""

import secrets
from hashlib import sha256
from typing import Any

from handlers import words
from handlers.desk import Desk, Label
from handlers.roles import role_at_head, role_told, scope_named
from handlers.routing import Router
from models.chat import Chat
from models.person import Person
from models.refusal import Refusal
from models.trust import Invitation, may_try, missed

router = Router()
SECRET_BYTES = 24
"""192 bits, as 32 characters of what a deep link may carry."""
START = "invite"


@router.command("invite", "admin_private")
async def invite(desk: Desk) -> None:
    """Without a word: the links that are still open."""
    if not desk.me.is_admin:
        raise Refusal("who.only_admin")
    private = await desk.alone("help")  # a link in a group would be anybody's
    if private is None:
        return
    text = desk.said.words.strip()
    if not text:
        await _list(desk, private)
        return
    kind, name = role_at_head(text)
    if kind is None:
        raise Refusal("invite.whom")
    grid_id, department_id = scope_named(desk.town, kind, name)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    made = Invitation.to(
        kind, _digest(secret), by=desk.me, at=desk.now, grid_id=grid_id, department_id=department_id
    )  # fmt: skip
    desk.session.add(made)
    await desk.session.flush()
    await desk.say(
        private, "invite.made", secret=True, link=f"{START}-{secret}", until=made.expires_at, id=made.id,
        role=_told(desk, private, made), buttons=[[Label("button.take_back", "take_back", argument=str(made.id))]],
    )  # fmt: skip


async def redeem(desk: Desk) -> None:
    """/start with such a link. Nobody learns from the answer which links there are."""
    if not may_try(desk.me, desk.now):
        await desk.answer("invite.slow")
        return
    digest = _digest(desk.said.words.strip().partition("-")[2])
    found = await desk.session.scalar(Invitation.hashed(digest))
    if found is not None and found.used_by_id == desk.me.id:
        await desk.answer("invite.yours")
        return
    if found is not None and found.revoked_at is None and found.expires_at > desk.now and _has(desk.me, found):
        await desk.answer("invite.have")  # he lets another have it
        return
    used: Any = await desk.session.execute(Invitation.taken(digest, by=desk.me, at=desk.now))
    if used.rowcount != 1 or found is None:
        missed(desk.me, desk.now)
        await desk.answer("invite.worthless")
        return
    desk.me.misses = 0
    desk.me.grant(found.kind, at=desk.now, grid_id=found.grid_id, department_id=found.department_id)
    await desk.session.flush()
    await desk.answer(f"welcome.{found.kind}", role=_told(desk, desk.here, found))
    host = await desk.session.scalar(Chat.private_of([found.by_id]))
    if host is not None:
        undo = await _undo(desk, desk.language_of(host), found)
        await desk.say(host, "invite.taken", name=desk.me.name, role=_told(desk, host, found), undo=undo)


async def _list(desk: Desk, private: Chat) -> None:
    still = await desk.all_of(Invitation.open_now(desk.now))
    links = [{"id": one.id, "role": _told(desk, private, one), "until": one.expires_at} for one in still]
    await desk.say(private, "invite.list", links=links)


def _told(desk: Desk, chat: Chat, one: Invitation) -> str:
    return role_told(desk.town, desk.language_of(chat), one.kind, one.grid_id, one.department_id)


async def _undo(desk: Desk, locale: str, one: Invitation) -> str:
    """What takes back this role of this person and nothing else, behind /revoke."""
    address = next(address for address in desk.me.addresses if address.channel == desk.here.channel)
    whom = f"@{address.username}" if address.username else address.external_id
    grid, department = desk.town.grids.get(one.grid_id or 0), desk.town.departments.get(one.department_id or 0)
    scope = grid.name if grid else department.name if department else ""
    return f"{whom} {words.listed(locale, f'role_word.{one.kind}')[0]} {scope}".strip()


def _has(person: Person, one: Invitation) -> bool:
    wanted = (one.kind, one.grid_id, one.department_id)
    return any((role.kind, role.grid_id, role.department_id) == wanted for role in person.held)


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
