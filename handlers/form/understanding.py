"""What words said to a form tell: the place, the problem, or nothing we can read."""

from dataclasses import replace

from handlers.desk import Desk
from handlers.locating import Located, by_words, locate
from handlers.shown import place_words
from models.form import PLACE, WHAT, Form
from models.spot import Spot
from reading.personal import mask

CERTAIN = 0.9
"""How sure a problem must be that is told where the place was asked for, and no place is named."""
LONGEST_PLACE = 200
"""Characters of a place in words."""
A_FEW = 4
"""Characters that hardly tell of a problem by themselves."""


def understood(desk: Desk, form: Form, text: str) -> tuple[Form, str | None]:
    """The words put where they belong, and what has to be said if they belong nowhere."""
    problems = desk.town.problems
    located = by_words(desk, text)
    spot, where = located.spot, mask(text[:LONGEST_PLACE])
    # 红光路路口 alone may sound like a problem with the road: only what is said beyond the place tells one.
    beyond = text.replace(spot.words, " ").strip() if spot.words else text
    if form.asks == "kind" and not desk.said.photos:
        code = _kind_named(desk, text) or problems.read(text).code
        return (form.chooses(code), None) if code else (form, "no_kind")
    if form.step == PLACE:
        told = problems.read(beyond, has_photo=spot.words is not None)
        if told.is_report and len(beyond) >= A_FEW and (spot.words or (told.sureness >= CERTAIN and not form.words)):
            form = form.says(mask(text))
            return (stands(form, located) if spot.words else form), None
        if not spot.has_point:
            located = replace(located, spot=Spot("text", words=spot.words or place_words(where)))
        return stands(replace(form, where=where), located), None
    only_place = len(beyond) < A_FEW or not problems.read(beyond, has_photo=True).is_report
    if form.step != WHAT and spot.has_point and only_place and not desk.said.photos:
        return stands(replace(form, where=where), located), None
    told = problems.read(text, has_photo=form.photos > 0)
    if form.step != WHAT and not told.is_report and (told.is_chatter or len(text) < A_FEW):
        return form, None if desk.said.photos else "unread"
    return form.says(mask(text)), None


async def placed_already(desk: Desk, form: Form) -> Form:
    """Where nobody has been asked yet: from his words, or from where he has just been."""
    if form.spot is not None:
        words = words_for(form) or by_words(desk, form.words).spot.words
        return replace(form, spot=replace(form.spot, words=words)) if words else form
    located = await locate(desk, form.words)
    return stands(form, located) if located.spot.has_point else form


def words_for(form: Form) -> str | None:
    return form.spot.words if form.spot is not None else None


def stands(form: Form, located: Located) -> Form:
    grid, border = located.grid, located.border
    return form.stands(
        located.spot, grid.id if grid else None, border.id if border else None, is_outside=located.is_outside
    )


def _kind_named(desk: Desk, text: str) -> str | None:
    """The category somebody names as it is called, in either language."""
    said = text.strip().casefold()
    kinds = [kind for kind in desk.town.categories.values() if kind.retired_at is None]
    return next((kind.code for kind in kinds if said in (kind.name_zh, kind.name_en.casefold(), kind.code)), None)
