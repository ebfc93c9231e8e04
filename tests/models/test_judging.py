"""What it is and how dangerous: who may put it right, when, and what that changes."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.category import Category
from models.refusal import Refusal
from models.ticket import Stage, Ticket
from models.ticket.timetable import Timetable
from models.told import Told
from tests.models.test_ticket import (
    DAI,
    EVERYBODY,
    GRID,
    GU,
    HOURS,
    LEADERS,
    LIN,
    LU,
    NOON,
    QIAO,
    record,
    ticket,
)  # fmt: skip

LAMP = Category(code="P0106", deadline_value="2", deadline_unit="work_day", is_urgent=False)
THIEF = Category(code="X9016", deadline_value="0", deadline_unit="now", is_urgent=True)
LATER = NOON + timedelta(minutes=5)
OF_LEADERS = {Stage.PENDING, Stage.FILED, Stage.DISPATCHED, Stage.RETURNED, Stage.WORKING, Stage.SUSPENDED}
OF_THE_DEPARTMENT = {Stage.DISPATCHED, Stage.WORKING, Stage.SUSPENDED}


def recategorise(it: Ticket, by: Any, new: Category = LAMP, at: datetime = LATER) -> None:
    it.recategorise(new, by=by, at=at, grid=GRID, limits=new.limits(), hours=HOURS)


@pytest.mark.parametrize("stage", Stage)
def test_its_leaders_may_until_it_is_mended_and_its_department_while_in_charge(stage: Stage) -> None:
    for by in EVERYBODY:
        it = ticket(stage)
        if stage == Stage.PENDING:
            it.department_id = LU.roles[0].department_id
        before = record(it)
        may = stage in OF_LEADERS if by.id in LEADERS else by is LU and stage in OF_THE_DEPARTMENT
        if may:
            recategorise(it, by)
            event = it.news[-1]
            assert (it.category, it.stage, event.kind, event.by_id) == ("P0106", stage, "recategorised", by.id)
            assert (event.data["old"], event.data["new"]) == ("E0505", "P0106")
            continue
        with pytest.raises(Refusal):
            recategorise(it, by)
        assert record(it) == before
        assert it.news == []


def test_the_start_stays_and_the_limits_are_the_new_ones() -> None:
    it = ticket(Stage.WORKING)
    recategorise(it, QIAO)
    assert it.dispatched_at == NOON
    assert it.deadline == LAMP.limits().finish.due(NOON, HOURS)
    assert it.timetable == replace(Timetable.kept(ticket(Stage.WORKING).clocks), limits=it.timetable.limits)


def test_what_it_was_before_is_refused() -> None:
    it = ticket(Stage.WORKING)
    with pytest.raises(Refusal) as no:
        recategorise(it, QIAO, Category(code="E0505", deadline_value="2", deadline_unit="urgent_hour", is_urgent=True))
    assert no.value.key == "category.same"


def test_whether_the_group_may_read_of_it_follows_the_category() -> None:
    it = ticket(Stage.DISPATCHED)
    recategorise(it, QIAO, THIEF)
    assert it.is_restricted
    recategorise(it, QIAO, LAMP)
    assert not it.is_restricted


def test_what_was_read_gives_way_to_what_was_said() -> None:
    it = ticket(Stage.DISPATCHED)
    it.told = Told(("路面",), ("E0505", "P0106"), ("P0106", "E0110"), ("119",), is_unsure=True).as_data()
    recategorise(it, LU)
    assert it.reading == Told((), ("E0505", "P0106"), ("E0110",), ("119",), is_unsure=False)


def test_the_reporter_says_what_it_is_only_while_it_is_a_guess_with_its_leader() -> None:
    for stage in Stage:
        for by in EVERYBODY:
            it = ticket(stage)
            it.told = Told((), ("E0505", "P0106"), is_unsure=True, is_guess=True).as_data()
            before = record(it)
            if by is LIN and stage in (Stage.PENDING, Stage.FILED, Stage.RETURNED):
                it.tell_kind(LAMP, by=by, at=LATER, limits=LAMP.limits())
                assert (it.category, it.stage, it.news[-1].kind) == ("P0106", stage, "recategorised")
                assert not it.asks_reporter
                continue
            with pytest.raises(Refusal):
                it.tell_kind(LAMP, by=by, at=LATER, limits=LAMP.limits())
            assert record(it) == before


def test_what_is_no_guess_or_came_back_asks_no_reporter() -> None:
    it = ticket(Stage.FILED)
    assert not it.asks_reporter
    it.told = Told(is_guess=True).as_data()
    assert it.asks_reporter
    it.returns = 1
    assert not it.asks_reporter


# --- danger ---------------------------------------------------------------------------


def test_an_alarm_in_line_rings_when_one_comes_that_is_not_and_makes_none_stand_in_line() -> None:
    it = ticket(Stage.WORKING)
    assert it.alarm(("119",), "着火了", by=LIN, at=LATER, is_in_line=True)
    assert (it.is_urgent, it.rushes) == (True, False)
    assert not it.alarm(("119",), "着火了", by=LIN, at=LATER, is_in_line=True)
    assert it.alarm(("119",), "着火了", by=QIAO, at=LATER)
    assert it.rushes
    assert not it.alarm(("119",), "着火了", by=LIN, at=LATER, is_in_line=True)
    assert it.rushes


def test_anybody_may_raise_an_alarm_and_the_same_again_is_none() -> None:
    for by in (LIN, DAI, GU):
        it = ticket(Stage.WORKING)
        assert it.alarm(("120",), "有人掉下去了", by=by, at=LATER)
        assert it.is_urgent
        assert it.reading.calls == ("120",)
        assert (it.news[-1].kind, it.news[-1].data["text"]) == ("alarmed", "有人掉下去了")
        assert not it.alarm(("120",), "有人掉下去了", by=by, at=LATER)
        assert len(it.news) == 1
        assert it.alarm(("119",), "着火了", by=by, at=LATER)
        assert it.reading.calls == ("119", "120")
        assert not it.alarm(("120", "119"), "还在烧", by=by, at=LATER), "a number rings once"


@pytest.mark.parametrize("stage", Stage)
def test_what_is_mended_or_done_with_raises_none(stage: Stage) -> None:
    it = ticket(stage)
    assert it.alarm((), "着火了", by=LIN, at=LATER) is (stage in OF_LEADERS)
    assert it.is_urgent is (stage in OF_LEADERS)
    assert it.is_danger_over is (stage not in OF_LEADERS)


def test_made_safe_it_is_over_until_it_is_told_again() -> None:
    it = ticket(Stage.WORKING)
    it.alarm(("119",), "着火了", by=LIN, at=LATER)
    it.secured_at = LATER
    assert it.is_danger_over
    assert it.alarm(("119",), "又着火了", by=LIN, at=LATER)
    assert not it.is_danger_over


# --- why, to be read aloud ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("because", "pieces"),
    [
        (("垃圾桶", "垃圾桶满出来", "没人收"), ("垃圾桶满出来", "没人收")),
        (("井盖子", "井盖子 翘起来", "井盖子翘"), ("井盖子", "翘起来")),
        (("路", "路面", "路面 塌陷", "塌陷", "路印刷技校门口,路面有一处塌"), ("路面", "塌陷")),
        (("下去", "掉下"), ("下去",)),
        (("电线", "电线 掉下来", "电线 冒火花", "学生"), ("电线", "掉下来", "冒火花")),
        ((), ()),
    ],
)
def test_the_pieces_of_why(because: tuple[str, ...], pieces: tuple[str, ...]) -> None:
    assert Told(because=because).pieces == pieces


@pytest.mark.parametrize(
    ("because", "text", "place", "pieces"),
    [
        (("院路灯不亮", "路灯", "不亮"), "柳桥卫生院路灯不亮", "柳桥卫生院", ("路灯", "不亮")),
        (("桥卫生院路灯不亮",), "柳桥卫生院路灯不亮", "柳桥卫生院", ()),
        (("路面", "塌陷"), "印刷技校门口路面塌陷", "团结西路印刷技校门口", ("路面", "塌陷")),
        (("路印刷技校门口路面塌陷", "塌陷"), "团结西路印刷技校门口路面塌陷", "团结西路印刷技校门口", ("塌陷",)),
        (("独居老人", "摔倒了"), "家属院有位独居老人摔倒了", "家属院有位独居", ("独居老人", "摔倒了")),
        (("overflowing",), "overflowing bins", None, ("overflowing",)),
    ],
)
def test_no_piece_is_cut_out_of_the_place(
    because: tuple[str, ...], text: str, place: str | None, pieces: tuple[str, ...]
) -> None:
    assert Told(because=because).pieces_beside(text, place) == pieces


@given(st.lists(st.text(max_size=12), max_size=8))
def test_whatever_was_read_the_pieces_are_few_and_short(words: list[str]) -> None:
    pieces = Told(because=tuple(words)).pieces
    assert len(pieces) <= 3
    assert all(1 < len(piece) <= (20 if piece.isascii() else 6) for piece in pieces)


@given(st.lists(st.sampled_from(["119", "120", "gas"]), max_size=3, unique=True), st.booleans())
def test_what_was_told_comes_back_from_its_record(calls: list[str], again: bool) -> None:
    told = Told(("路面",), ("E0505",), (), tuple(calls), is_unsure=again, again=again)
    assert Told.of(told.as_data()) == told
