"""早报, 晚报: twice a day, for each leader and each department, on one screen."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from handlers.desk import Desk
from handlers.digests import department_digest, leader_digest
from handlers.routing import Router
from models.chat import Chat
from models.digest import KEY, is_worth_it, next_digest
from models.person import Person, Role, RoleKind
from models.refusal import Refusal

router = Router()
OFF, ON = ("off", "关", "关闭", "不要"), ("on", "开", "打开")


@router.timer(KEY)
async def time_for_digests(desk: Desk, data: dict[str, Any]) -> None:
    """A turn for each chat, so that nobody waits for all of them."""
    zone = desk.town.zone
    if is_worth_it(datetime.fromisoformat(data["planned"]), desk.now, zone):
        for chat in await desk.all_of(_readers()):
            await desk.set_timer(f"digest:{chat.id}", "digest", desk.now, desk.lane(chat), chat=chat.id)
    due = next_digest(desk.now, zone)
    await desk.set_timer(KEY, KEY, due, KEY, planned=due.isoformat())


@router.timer("digest")
async def digest_here(desk: Desk, data: dict[str, Any]) -> None:
    chat = await desk.session.get_one(Chat, data["chat"])
    if chat.is_parked or not chat.wants_digest:
        return
    shown = await _digest_of(desk, chat)
    if shown is not None:
        await desk.say(chat, "digest.shown", purpose="digest", remember=True, **shown)


@router.command("digest", "leader", "department")
async def digest(desk: Desk) -> None:
    """早报: how things stand now; off and on: whether to hear it twice a day."""
    chat, asked = desk.here, desk.order.words.strip().casefold()
    if not await _is_for(desk, chat):
        raise Refusal("digest.not_staff")
    if asked in OFF + ON:
        chat.wants_digest = asked in ON
        await desk.answer("digest.on" if chat.wants_digest else "digest.off")
        return
    shown = await _digest_of(desk, chat)
    if shown is None:
        await desk.answer("digest.nothing")
    else:
        await desk.answer("digest.shown", remember=True, **shown)


async def _is_for(desk: Desk, chat: Chat) -> bool:
    """In a leader's own chat, or for an officer in his department's."""
    if chat.is_private:
        return bool(desk.me.grids)
    return desk.me.works_for(chat.department_id) or (chat.department_id is not None and desk.me.is_admin)


async def _digest_of(desk: Desk, chat: Chat) -> dict[str, Any] | None:
    """None: nothing is open."""
    locale = desk.language_of(chat)
    if chat.department_id is not None:
        department = desk.town.departments.get(chat.department_id)
        return await department_digest(desk, department, locale) if department is not None else None
    if chat.person_id is None:
        return None
    person = (await desk.session.scalars(Person.by_ids([chat.person_id]))).one()
    return await leader_digest(desk, person, locale)


def _readers() -> Any:
    """Leaders' private chats, and those of departments, which want it."""
    held = select(Role.person_id).join(Person, Person.id == Role.person_id)
    leaders = held.where(Role.kind == RoleKind.LEADER.value, Role.revoked_at.is_(None), Person.banned_at.is_(None))
    private = Chat.person_id.in_(leaders) & (Chat.kind == "private")
    here = (private | Chat.department_id.is_not(None)) & Chat.parked_at.is_(None) & Chat.wants_digest
    return select(Chat).where(here).order_by(Chat.id)
