"""The living message of a form: what is asked now, what is known already, and the buttons of the step."""

from collections.abc import Iterable
from dataclasses import dataclass

from handlers import words
from handlers.cards.fitting import shortened
from handlers.cards.origin import EVERYBODY
from handlers.danger import Call, whom_to_call_at_once
from handlers.desk import Desk, Label
from handlers.drafts import likely_kinds
from handlers.form.sending import category_of, report_of
from handlers.reported import Report
from models.category import Category
from models.chat import Message
from models.draft import Draft
from models.form import LOOK, PHOTO, STEPS, WHAT, Form

ROOM = 600
"""UTF-16 units of his own words in the look-over: he knows what he wrote."""


@dataclass(frozen=True, slots=True)
class Page:
    """What the message tells, in the chat's language. known: what was told so far, piece by piece. note: why it stands
    here again. is_open: nothing was told yet that could be sent."""

    step: str
    note: str | None
    calls: tuple[Call, ...]
    known: tuple[str, ...]
    photos: int
    category: str | None
    because: tuple[str, ...]
    text: str
    place: str | None
    place_source: str | None
    grid: str | None
    outside: bool
    district: str
    hotline: str
    restricted: bool
    named: str | None
    is_open: bool
    asks: str | None


async def show(desk: Desk, draft: Draft, note: str | None = None, *, anew: bool = True) -> None:
    """anew: below what was said since, where it is seen; the copy above goes. Else where it stands."""
    form, report = draft.told, await report_of(desk, draft)
    category = category_of(desk, form, report)
    page = _page(desk, form, report, category, note)
    buttons = list(_buttons(desk, draft, form, page))
    living = await desk.session.get(Message, draft.question_id) if draft.question_id is not None else None
    if living is not None and not anew:
        desk.edit(living, desk.here, "form.page", buttons=buttons, form=page)
        return
    if living is not None:
        desk.remove(living.id, draft.chat_id)
    message = await desk.say(
        desk.here, "form.page", purpose="ask", buttons=buttons, remember=True, urgent=bool(page.calls), form=page
    )
    if message is not None:
        message.draft_id, draft.question_id = draft.id, message.id


def _page(desk: Desk, form: Form, report: Report, category: Category, note: str | None) -> Page:
    book, locale, located = desk.town, desk.locale, report.located
    told, spot = report.told(category), form.spot
    found = not located.is_outside and located.spot.source != "nowhere"
    grid = located.grid.name if located.grid and found else None
    place = located.spot.words or grid
    is_named = form.knows(WHAT)
    pictures = words.plain(locale, "form.pictures", photos=form.photos) if form.photos else None
    where = place or (words.plain(locale, f"place_source.{spot.source}") if spot else None)
    known = (pictures, where, category.name(locale) if is_named else None)
    return Page(
        step=form.step,
        note=note,
        calls=whom_to_call_at_once(book, locale, report.problem),
        known=tuple(shortened(piece, ROOM // 10) for piece in known if piece) if form.step != LOOK else (),
        photos=form.photos,
        category=category.name(locale) if form.tells_anything else None,
        because=told.pieces_beside(report.text, located.spot.words),
        text=shortened(report.text, ROOM),
        place=place,
        place_source=words.plain(locale, f"place_source.{spot.source}") if spot else None,
        grid=grid,
        outside=located.is_outside,
        district=book.district.name,
        hotline=book.district.hotline or EVERYBODY,
        restricted=category.is_restricted,
        named=desk.me.addresses[0].name if form.is_named and desk.me.addresses else None,
        is_open=not form.tells_anything,
        asks=form.asks,
    )


def _buttons(desk: Desk, draft: Draft, form: Form, page: Page) -> Iterable[list[Label]]:
    def button(action: str, text: str | None = None) -> Label:
        return Label(f"form_button.{action}", "form", str(draft.id), f"{form.step}-{action}", text)

    def kinds() -> Iterable[list[Label]]:
        for code in likely_kinds(desk, form.words):
            yield [button(f"kind-{code}", desk.town.category(code).name(desk.locale))]

    if form.asks == "kind":
        yield from kinds()
        yield [button("keep")]
        return
    if form.step == LOOK:
        if form.tells_anything:
            yield [button("send")]
            if not page.restricted:
                yield [button("hide" if form.is_named else "name")]
            yield [button("kinds")]
    else:
        if page.calls and form.tells_anything:
            yield [button("direct")]
        if form.step == WHAT and not form.words:
            yield from kinds()
        if form.step == PHOTO and form.photos:
            yield [button("bare")]
    back = [button("back")] if form.step != STEPS[0] else []
    ahead = [button("enough" if form.knows(form.step) else "skip")] if form.step != LOOK else []
    yield [*back, *ahead]
    yield [button("drop")]
