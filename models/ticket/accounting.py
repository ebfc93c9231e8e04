"""What one ticket adds to the figures (field.md e), told from its events alone.

All of it counts for the day of the report, in the district's zone: a figure of November tells what became of November's
reports. What was closed on the spot (自行处置) is counted apart and in nothing else; what is void (declined, withdrawn,
merged) was reported, and was never to be handled.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.deadline import OfficeHours
from models.figures import Figures, note_time
from models.ticket.event import TicketEvent
from models.ticket.replay import Replay
from models.ticket.stage import OPEN, Stage
from models.ticket.story import Story

VOID = frozenset({Stage.DECLINED, Stage.WITHDRAWN, Stage.MERGED})


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What a district measures by. hours: for events of before they held their deadline. take_up: how soon a department
    is to accept or hand back what it is sent; check: how soon what it says is mended is to be checked."""

    zone: ZoneInfo
    hours: OfficeHours
    take_up: timedelta
    check: timedelta


@dataclass(frozen=True, slots=True)
class Account:
    """of_all: what its grids and the district count; of_departments: department -> what that one counts: the whole case
    for the one in charge, for others what they were sent and called to."""

    day: date
    grid_id: int
    of_all: Figures
    of_departments: Mapping[int, Figures]


def account_of(events: Iterable[TicketEvent], yardstick: Yardstick) -> Account:
    """events: of one ticket, all of them, in order of `seq`."""
    story = Story(Replay(yardstick.hours), yardstick.check)
    for event in events:
        story.take(event)
    past = story.past
    day = (past.reported_at or datetime.min.replace(tzinfo=UTC)).astimezone(yardstick.zone).date()
    if past.ended_by == "settled":
        return Account(day, past.grid_id, Figures(settled=1), {})
    case = _case(story)
    of_all = case.copy()
    of_departments: dict[int, Figures] = defaultdict(Figures)
    if past.department_id is not None:
        of_departments[past.department_id].update(case)
    for sent in story.sent:
        in_time = sent.taken_at is not None and sent.taken_at - sent.at <= yardstick.take_up
        for figures in (of_all, of_departments[sent.to]):
            figures.update(sent=1, sent_right=int(sent.is_right), taken_up=int(in_time))
    for call in story.calls:
        for figures in (of_all, of_departments[call.to]):
            figures["called"] += 1
            if call.took is not None:
                figures.update(came=1, came_in_time=int(call.took <= call.limit))
                note_time(figures, "whistle", call.took)
    return Account(day, past.grid_id, +of_all, {to: +figures for to, figures in of_departments.items()})


def _case(story: Story) -> Figures:
    """The case as a whole."""
    past, figures = story.past, story.counts.copy()
    figures.update(reported=1, told=1, open=int(past.stage in OPEN))
    is_void = past.stage in VOID
    if is_void:
        figures[past.stage] = 1
        figures["repeats"] += past.stage == Stage.MERGED
    is_handled = story.mended_at is not None and not is_void
    # What was dealt with on the spot was sent to nobody, and may have been done again all the same.
    figures["to_handle"] = int(is_handled or (bool(story.sent) and not is_void))
    figures["handled"], figures["handled_in_time"] = int(is_handled), int(is_handled and not story.is_late)
    figures["reworked"] *= is_handled
    if is_handled and past.stage == Stage.CLOSED and past.ended_at is not None:
        in_time = not story.is_late and (past.deadline is None or past.ended_at <= past.deadline)
        figures.update(closed=1, closed_in_time=int(in_time))
    if story.solved is not None:
        figures.update(answered=1, solved=int(story.solved))
    if story.satisfied is not None:
        figures.update(rated=1, satisfied=int(story.satisfied))
    if is_handled:
        note_time(figures, "minutes", story.handling())
    return figures
