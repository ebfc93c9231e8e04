"""/stats and its buttons: one message that turns from period to period."""

from datetime import date
from typing import Any

from handlers.counting import EVERY, KEY, catch_up, uncounted
from handlers.desk import Desk, Label, Rows
from handlers.routing import Router
from handlers.stats import periods, scopes, sums
from handlers.stats.periods import NAMED, Period
from models.chat import Message
from models.figures import LEAST_TO_RANK
from models.refusal import Refusal

router = Router()
SHORT, MORE = "short", "more"
SLICES = 3
"""Counted before somebody is answered; what is still left then is told."""


@router.command("stats", "leader", "department", "inspector")
async def stats(desk: Desk) -> None:
    """[GRID|DEPT|排名] [period], in any order; nothing: one's own, this month."""
    # A code of digits is no ticket's number here.
    asked = desk.said.words if desk.said.command is not None else desk.order.words
    period, name = periods.read(asked, _today(desk))
    key = scopes.LEAGUE if scopes.is_league(name) else (scopes.named(desk, name) if name else scopes.own(desk)).key
    sentence, buttons, values = await _drawn(desk, key, period, SHORT)
    private = await desk.alone("stats")
    if private is desk.here:
        await desk.answer(sentence, buttons=buttons, remember=True, **values)
    elif private is not None:
        await desk.say(private, sentence, buttons=buttons, remember=True, **values)


@router.button("stats")
async def turn_to(desk: Desk) -> None:
    """Another period, or all of it, in the same message."""
    press = desk.said.press
    key, _, rest = (press.argument or "" if press else "").partition(".")
    name, _, size = rest.partition(".")
    message = await desk.session.scalar(Message.heard_as(desk.here.id, desk.said.message or ""))
    if message is None or message.ticket_id is not None or message.purpose != "answer" or size not in (SHORT, MORE):
        raise Refusal("press.unknown")
    sentence, buttons, values = await _drawn(desk, key, periods.named(name, _today(desk)), size)
    desk.edit(message, desk.here, sentence, buttons=buttons, **values)


async def _drawn(desk: Desk, key: str, period: Period, size: str) -> tuple[str, Rows, dict[str, Any]]:
    about = None
    if key == scopes.LEAGUE:
        if not scopes.may_compare(desk):
            raise Refusal("stats.not_yours")
    else:
        about = scopes.keyed(desk, key)
    left = True
    for _ in range(SLICES):
        left = left and await catch_up(desk)
    await desk.set_timer(KEY, "count", desk.now if left else desk.now + EVERY, KEY)
    values: dict[str, Any] = {
        "period": period.title(desk.locale),
        "behind": await uncounted(desk) if left else 0,
    }
    buttons = _buttons(desk, key, period, size)
    if about is None:
        return "stats.league", buttons, {**values, "least": LEAST_TO_RANK, **await sums.league(desk, period)}
    return "stats.shown", buttons, {**values, "full": size == MORE, **await sums.shown(desk, about, period)}


def _buttons(desk: Desk, key: str, period: Period, size: str) -> Rows:
    """The other periods, two a row; below them the rest of the figures."""
    labels = [
        Label(f"period.{name}", verb="stats", argument=f"{key}.{name}.{size}") for name in NAMED if name != period.key
    ]
    rows = [labels[at : at + 2] for at in range(0, len(labels), 2)]
    if key != scopes.LEAGUE:
        other = MORE if size == SHORT else SHORT
        rows.append([Label(f"stats.{other}", verb="stats", argument=f"{key}.{period.key}.{other}")])
    if scopes.may_compare(desk):
        to, turned = ("stats.to_own", scopes.OWN) if key == scopes.LEAGUE else ("stats.to_league", scopes.LEAGUE)
        rows.append([Label(to, verb="stats", argument=f"{turned}.{period.key}.{SHORT}")])
    return rows


def _today(desk: Desk) -> date:
    return desk.now.astimezone(desk.town.zone).date()
