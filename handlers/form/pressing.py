"""The buttons of a form, and the words that stand for them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

from handlers import words
from handlers.desk import Desk
from handlers.form.keeping import keep
from handlers.form.page import show
from handlers.form.sending import drop, send
from handlers.routing import Router
from models.chat import Message
from models.draft import Draft
from models.form import LOOK, Form
from models.photo import Photo
from models.refusal import Refusal

router = Router()
TURNS: Mapping[str, Callable[[Form], Form]] = {
    "skip": Form.skips,
    "enough": Form.goes_on,
    "back": Form.goes_back,
    "name": lambda form: replace(form, is_named=True),
    "hide": lambda form: replace(form, is_named=False),
    "kinds": lambda form: replace(form, asks="kind"),
    "keep": lambda form: replace(form, asks=None),
}
"""action -> what it makes of the form. The others (kind-CODE, bare, send, direct, drop) need more."""
TYPED = {
    "form_word.skip": "skip",
    "form_word.back": "back",
    "form_word.name": "name",
    "form_word.hide": "hide",
    "form_word.send": "send",
    "form_word.drop": "drop",
}
"""What can be said in words too, whole and alone."""


@router.button("form")
async def pressed(desk: Desk) -> None:
    press = desk.said.press
    draft, living = await _pressed_form(desk)
    form = draft.told
    step, _, action = (press.argument or "" if press else "").partition("-")
    if step != form.step or not await act(desk, draft, action):
        # What it showed is not how things stand any more.
        await desk.answer("form.old", alert=True)
    if draft.state == "form":
        await show(desk, draft, anew=not living)


async def act(desk: Desk, draft: Draft, action: str) -> bool:
    """Returns whether there is such an action just now. Raises Refusal: there is nothing to send yet."""
    form = draft.told
    kind = action.removeprefix("kind-")
    if action in TURNS:
        form = TURNS[action](form)
    elif kind != action and kind in desk.town.categories:
        form = form.chooses(kind).goes_on()
    elif action == "bare":
        for photo in await desk.all_of(Photo.of_draft(draft.id)):
            await desk.session.delete(photo)
        form = form.loses_photos()
    elif action == "drop":
        await drop(desk, draft)
        await desk.answer("form.dropped")
        return True
    elif action == "direct" or (action == "send" and form.step == LOOK):
        ticket = await send(desk, draft)
        if desk.said.press is not None:
            await desk.answer("ask.thanks", number=ticket.number)
        return True
    else:
        return False
    await keep(desk, draft, form)
    return True


def action_said(text: str, form: Form) -> str | None:
    """跳过, 上一步, 不报了: typed instead of pressed."""
    said = text.strip(" \u3000,，.。!！~～").casefold()
    action = _spoken().get(said)
    if action in ("send", "name", "hide") and form.step != LOOK:
        return None
    return "enough" if action == "skip" and form.knows(form.step) else action


@cache
def _spoken() -> Mapping[str, str]:
    return {
        word.casefold(): action
        for locale in words.LOCALES
        for key, action in TYPED.items()
        for word in words.listed(locale, key)
    }


async def _pressed_form(desk: Desk) -> tuple[Draft, bool]:
    """The form whose button was pressed, and whether it was on the living copy. Raises Refusal: not his, or over."""
    press = desk.said.press
    number = press.ticket if press and press.ticket else ""
    draft = await desk.session.get(Draft, int(number)) if number.isdecimal() and len(number) < 19 else None
    if draft is None or draft.chat_id != desk.here.id or draft.person_id != desk.me.id:
        raise Refusal("form.over")
    if draft.state == "opened" and draft.ticket_id is not None:
        raise Refusal("form.sent", number=(await desk.ticket_by_id(draft.ticket_id)).number)
    if draft.state != "form" or draft.is_stale(desk.now):
        raise Refusal("form.over")
    living = await desk.session.get(Message, draft.question_id) if draft.question_id is not None else None
    known = living.external_id if living is not None else None
    if known is not None and known != desk.said.message:
        raise Refusal("form.old")
    return draft, known is not None
