"""How much of one person goes before others: his first dangers of an hour, his first commands of a minute.

Danger is never refused: what is beyond that is a ticket all the same, and goes its way in line.
"""

from datetime import timedelta

from handlers.desk import Desk
from models.often import once_more, so_often
from models.person import Person

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DANGERS = 20
"""Within an hour; more a person hardly sees. Who works for the town is called by many."""
ANSWERS = 120
"""Within a minute, in one chat."""
ANSWERS_AT_WORK = 600
REPORTS = frozenset({"report", "relay", "spot"})
"""Commands that may tell of danger: these have limits of their own (spam.py)."""
DANGER = "danger"


def works(person: Person) -> bool:
    return bool(person.grids or person.departments) or person.is_admin or person.is_inspector


def goes_ahead(desk: Desk) -> bool:
    """Whether danger he tells of now rings, and overtakes what is queued."""
    return desk.person is None or works(desk.me) or so_often(desk.me.warned, DANGER, desk.now, HOUR) < DANGERS


def count_danger(desk: Desk) -> None:
    if desk.person is not None and goes_ahead(desk):
        desk.me.warned = once_more(desk.me.warned, DANGER, desk.now, HOUR)


def asks_too_often(desk: Desk, name: str | None = None) -> bool:
    """Whether he had his answers of this minute here; counts this one. name: of the command, where it is one."""
    if desk.person is None or (name in REPORTS and tells(desk)):
        return False
    kind, most = f"answers:{desk.here.id}", ANSWERS_AT_WORK if works(desk.me) else ANSWERS
    if so_often(desk.me.warned, kind, desk.now, MINUTE) >= most:
        return True
    desk.me.warned = once_more(desk.me.warned, kind, desk.now, MINUTE)
    return False


def is_unheard(desk: Desk) -> bool:
    """Whether he is told no more why not, in this minute; a press always gets its answer."""
    return desk.said.press is None and asks_too_often(desk)


def tells(desk: Desk) -> bool:
    """Also in reply to his own photo."""
    order, said = desk.order, desk.said
    return bool(order.number or order.words or said.photos or said.reply_to)
