"""甄别: what becomes part of what, and who is taken out of busy hands."""

from datetime import timedelta

import pytest

from models.refusal import Refusal
from models.ticket import OPEN, Stage, Ticket
from models.ticket.event import TicketEvent
from tests.models.test_ticket import DRAINS, ELSEWHERE, FAR, GRID, HOURS, LIMITS, NOON, QIAO, ROADS, SHEN, ticket


def of(number: int, stage: Stage = Stage.DISPATCHED, *, restricted: bool = False) -> Ticket:
    made = ticket(stage)
    made.id, made.number, made.is_restricted = number, f"LH261120{number:04d}", restricted
    made.news = []
    return made


def kinds(news: list[TicketEvent]) -> list[str]:
    return [event.kind for event in news]


def test_a_merge_is_told_on_both_sides() -> None:
    one, other = of(1), of(2)
    one.merge(other, by=QIAO, at=NOON, grid=GRID)
    assert (one.stage, one.merged_into_id, one.ended_at) == (Stage.MERGED, 2, NOON)
    assert kinds(one.news) == ["merged"]
    assert kinds(other.news) == ["absorbed"]
    assert other.news[0].data["ticket"] == 1
    assert other.stage == Stage.DISPATCHED


@pytest.mark.parametrize("stage", Stage)
def test_only_into_what_is_open_and_not_mended(stage: Stage) -> None:
    one, other = of(1), of(2, stage)
    if stage in OPEN - {Stage.RESOLVED}:
        one.merge(other, by=QIAO, at=NOON, grid=GRID)
        assert one.stage == Stage.MERGED
        return
    with pytest.raises(Refusal, match=r"merge\.not_open"):
        one.merge(other, by=QIAO, at=NOON, grid=GRID)
    assert (one.stage, one.news, other.news) == (Stage.DISPATCHED, [], [])


def test_not_into_a_grid_he_does_not_lead_nor_out_of_what_is_not_public() -> None:
    one, other = of(1), of(2)
    with pytest.raises(Refusal, match=r"ticket\.not_your_grid"):
        one.merge(other, by=QIAO, at=NOON, grid=GRID, there=ELSEWHERE)
    with pytest.raises(Refusal, match=r"ticket\.not_your_grid"):
        one.merge(other, by=FAR, at=NOON, grid=GRID, there=ELSEWHERE)
    with pytest.raises(Refusal, match=r"merge\.itself"):
        one.merge(one, by=QIAO, at=NOON, grid=GRID)
    with pytest.raises(Refusal, match=r"merge\.restricted"):
        of(3, restricted=True).merge(other, by=QIAO, at=NOON, grid=GRID)
    one.merge(of(4, restricted=True), by=SHEN, at=NOON, grid=GRID, there=ELSEWHERE)
    assert one.merged_into_id == 4


def test_who_works_on_it_is_not_sent_it_again_and_a_new_one_is_told_apart() -> None:
    busy = of(1, Stage.WORKING)
    by_leader = {"by": QIAO, "at": NOON + timedelta(hours=1), "grid": GRID, "limits": LIMITS, "hours": HOURS}
    with pytest.raises(Refusal, match=r"dispatch\.already"):
        busy.dispatch(ROADS, rule="leader", **by_leader)
    busy.dispatch(DRAINS, rule="leader", **by_leader)
    assert busy.stage == Stage.DISPATCHED
    assert busy.news[-1].data["working"] is True
    busy.dispatch(ROADS, rule="leader", **by_leader)
    assert busy.news[-1].data["working"] is False
