"""How long a form waits: half an hour, then one kind word; a day, then it is forgotten."""

from dataclasses import replace
from typing import Any

from handlers.desk import Desk
from handlers.form.page import show
from handlers.form.sending import drop
from handlers.routing import Router
from models.draft import ANSWER_WITHIN, Draft
from models.form import ASIDE, Form

router = Router()


async def keep(desk: Desk, draft: Draft, form: Form) -> None:
    """What he has just told, and from now on the silence begins anew."""
    draft.fill(replace(form, touched_at=desk.now))
    await _wait(desk, draft)


async def open_form(desk: Desk) -> Draft | None:
    """The form he has begun here. One that was forgotten is put away, should its timer have come late."""
    draft: Draft | None = await desk.session.scalar(Draft.form_of(desk.me.id, desk.here.id))
    if draft is not None and draft.is_stale(desk.now):
        await drop(desk, draft)
        return None
    return draft


@router.timer("form")
async def silence(desk: Desk, data: dict[str, Any]) -> None:
    draft = await desk.session.get_one(Draft, data["draft"])
    if draft.state != "form":
        return
    await desk.stand_in(draft.chat_id, draft.person_id)
    form = draft.told
    if draft.is_stale(desk.now):
        await drop(desk, draft)
        return
    if not form.is_reminded and desk.now - form.touched_at >= ASIDE:
        draft.fill(replace(form, is_reminded=True))
        await show(desk, draft, "aside")
    await _wait(desk, draft)


@router.timer("page")
async def album_seems_whole(desk: Desk, data: dict[str, Any]) -> None:
    """The parts of an album are told of once."""
    draft = await desk.session.get_one(Draft, data["draft"])
    if draft.state == "form":
        await desk.stand_in(draft.chat_id, draft.person_id)
        await show(desk, draft)


async def _wait(desk: Desk, draft: Draft) -> None:
    form = draft.told
    until = form.touched_at + (ANSWER_WITHIN if form.is_reminded else ASIDE)
    await desk.set_timer(f"form:{draft.id}", "form", until, desk.lane(desk.here), draft=draft.id)
