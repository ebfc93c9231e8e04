"""/ban, /unban: who is not heard any more, why, and until when (contract 7)."""

from handlers.desk import Desk
from handlers.naming import person_named
from handlers.reasons import kept_reason
from handlers.revoke import other_admins, roles_told, stand_down, stand_up
from handlers.routing import Router
from models.refusal import Refusal
from models.trust import Ban

router = Router()


@router.command("ban", "admin_private")
async def ban(desk: Desk) -> None:
    """His earlier tickets go on. He is told once, in private; a group hears nothing of it from us."""
    if not desk.me.is_admin:
        raise Refusal("who.only_admin")
    person, rest = await person_named(desk, desk.said.words)
    reason = kept_reason(rest)
    if not reason:
        raise Refusal("ban.why")
    person.shut_out(by=desk.me, at=desk.now, other_admins=await other_admins(desk, person))
    banned = Ban(person_id=person.id, reason=reason, by_id=desk.me.id, at=desk.now)
    desk.session.add(banned)
    if await desk.tell_privately(person.id, "ban.told", reason=reason):
        banned.told_at = desk.now
    await stand_down(desk, person, person.grids)
    if person.held:
        roles = roles_told(desk, await desk.language_of_whispers(), person.held)
        await desk.whisper("ban.official", name=person.name, roles=roles)
    else:
        await desk.whisper("ban.done", name=person.name)


@router.command("unban", "admin_private")
async def unban(desk: Desk) -> None:
    if not desk.me.is_admin:
        raise Refusal("who.only_admin")
    person, _ = await person_named(desk, desk.said.words)
    person.let_in(by=desk.me)
    banned = await desk.session.scalar(Ban.in_force(person.id))
    if banned is not None:
        banned.lifted_at, banned.lifted_by_id = desk.now, desk.me.id
    await desk.tell_privately(person.id, "unban.told")
    await stand_up(desk, person)
    await desk.whisper("unban.done", name=person.name)


async def tell_once(desk: Desk) -> None:
    """He is not heard. Who had no private chat when that began is told when he opens one."""
    if not desk.here.is_private or desk.said.what != "message":
        return
    banned = await desk.session.scalar(Ban.in_force(desk.me.id))
    if banned is not None and banned.told_at is None:
        banned.told_at = desk.now
        await desk.answer("ban.told", reason=banned.reason)
