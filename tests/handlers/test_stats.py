"""/stats: what was counted, who may read it, and that counting from the events anew finds the same."""

from collections import defaultdict
from itertools import groupby

import pytest
from sqlalchemy import select

from handlers.counting import A_SLICE, yardstick
from models.figures import Figures
from models.tally import Scope, Slot, Tally, spans_of
from models.ticket import TicketEvent
from models.ticket.accounting import account_of
from tests.cast import GROUP, GU, HOLE, LIN, LU, OFFICE, QIAO, SHEN, Player, Town
from tests.handlers.seeing import tickets, told

PLACES = ("西柳小区", "柳桥三小", "团结菜市场", "印刷技校")


async def mended(town: Town, place: str) -> None:
    await town.lin.posts(f"{place}门口路面塌陷")
    await town.passes(minutes=30)
    await town.lu.posts("", reply_to=town.job)
    await town.lin.presses("已解决", on=next(m for m in reversed(town.ours(GROUP)) if "已解决" in m.labels))


async def counted_anew(town: Town) -> dict[Slot, Figures]:
    """The tallies as they must be: every ticket from its events, over its rows."""
    rows: defaultdict[Slot, Figures] = defaultdict(Figures)
    async with town.machine.runtime.database.read() as session:
        book = await town.machine.runtime.book(session)
        assert book is not None
        events = await session.scalars(select(TicketEvent).order_by(TicketEvent.ticket_id, TicketEvent.seq))
        for _, its in groupby(events, key=lambda event: event.ticket_id):
            account = account_of(its, yardstick(book))
            shares = [(Scope.DISTRICT, 0, account.of_all)]
            shares += [(Scope.GRID, id, account.of_all) for id in book.grids[account.grid_id].line]
            shares += [(Scope.DEPARTMENT, id, figures) for id, figures in account.of_departments.items()]
            for first, span in spans_of(account.day):
                for scope, id, figures in shares:
                    rows[Slot(scope, id, first, span)].update(figures)
    return {slot: figures for slot, figures in rows.items() if +figures}


async def tallies(town: Town) -> dict[Slot, Figures]:
    async with town.machine.runtime.database.read() as session:
        return {tally.slot: Figures(tally.figures) for tally in await session.scalars(select(Tally)) if tally.figures}


async def test_a_leader_reads_how_his_grids_stand(town: Town) -> None:
    await mended(town, PLACES[0])
    await town.lin.posts(HOLE)
    await town.qiao.says("/stats")
    seen = town.last(QIAO)
    for part in (
        "办结率 1/2 = 50.00 %",
        "按期处置率 1/2 = 50.00 %",
        "返工率 0/1 = 0.00 %",
        "解决率 1/1",
        "满意率 –",
        "本月",
    ):
        assert part in seen.text
    assert "立案率" not in seen.text
    assert await tallies(town) == await counted_anew(town)


async def test_the_rest_and_other_periods_are_a_button_away_in_the_same_message(town: Town) -> None:
    await mended(town, PLACES[0])
    await town.qiao.says("/stats")
    seen, before = town.last(QIAO), len(town.ours(QIAO))
    await town.qiao.presses("更多", on=seen)
    assert "准确派遣率 1/1 = 100.00 %" in seen.now().text
    await town.qiao.presses("上月", on=seen)
    assert "办结率 –" in seen.now().text
    await town.qiao.presses("收起", on=seen)
    assert "准确派遣率" not in seen.now().text
    await town.qiao.presses("今年", on=seen)
    assert "办结率 1/1 = 100.00 %" in seen.now().text
    assert len(town.ours(QIAO)) == before


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("今天", "今天"), ("today", "今天"), ("2026-11", "2026-11"), ("11月", "2026-11"), ("今年", "今年"),
        ("2026", "2026-01-01 – 2026-12-31"), ("11月1日到15日", "2026-11-01 – 2026-11-15"),
        ("2026-11-01–2026-11-15", "2026-11-01 – 2026-11-15"), ("12月20日到1月5日", "2025-12-20 – 2026-01-05"),
        ("2026-09–2026-11", "2026-09-01 – 2026-11-30"), ("昨天", "昨天"), ("上周", "上周"),
        ("11月30日到2日", None), ("2月30日", None), ("2026-11-15到2026-11-01", None),
    ],
)  # fmt: skip
async def test_periods_as_people_write_them(town: Town, words: str, title: str | None) -> None:
    await town.shen.says(f"/stats {words}")
    seen = town.last(SHEN).text
    assert (title in seen) if title is not None else (seen == told("stats.when"))


async def test_a_department_reads_its_own_and_nobody_elses(town: Town) -> None:
    await mended(town, PLACES[0])
    lu = Player(town, LU, LU)
    await lu.says("/stats 今天")
    assert "柳桥区市政中心" in town.last(LU).text
    assert "办结率 1/1 = 100.00 %" in town.last(LU).text
    for asked in ("/stats 排水", "/stats 柳桥区", "/stats 排名"):
        await lu.says(asked)
        assert town.last(LU).text in (told("stats.not_yours"), told("stats.unknown", name="柳桥区")), asked
    await town.lu.says("/stats")
    assert town.last(LU).text.startswith("📊")
    assert not any(message.text.startswith("📊") for message in town.ours(OFFICE))


async def test_who_works_nowhere_here_reads_none(town: Town) -> None:
    lin = Player(town, LIN, LIN)
    await lin.starts()
    for asked in ("/stats", "/stats 排水", "/stats 排名"):
        await lin.says(asked)
        assert town.last(LIN).text in (told("stats.not_staff"), told("stats.not_yours"))


async def test_an_inspector_reads_all_and_sees_departments_side_by_side(town: Town) -> None:
    await mended(town, PLACES[0])
    await town.gu.says("/stats")
    assert "上报 1 件" in town.last(GU).text
    await town.gu.presses("部门排名", on=town.last(GU))
    seen = town.last(GU).text
    assert "不到 10 件的不排名次" in seen
    assert "柳桥区市政中心 · 1 件 · 29 分钟 · 返工率 0/1 = 0.00 %" in seen
    assert "办结率" not in seen
    assert "1. " not in seen


async def test_a_button_is_asked_again_who_presses_it(town: Town) -> None:
    await town.gu.says("/stats")
    league = town.last(GU).data("部门排名")
    await town.qiao.says("/stats")
    mine = town.last(QIAO)
    before = mine.text
    assert await town.qiao.forges(league, on=mine) == told("stats.not_yours")
    data = mine.data("今年")
    for forged in (data.replace("own", "g1"), data.replace("own", "d1"), data.replace("own", "g99999"), data + "x"):
        await town.qiao.forges(forged, on=mine)
    assert mine.now().text == before


async def test_what_changed_is_taken_back_before_it_is_counted_anew(town: Town) -> None:
    for place in PLACES:
        await mended(town, place)
        await town.shen.says("/stats")
        assert await tallies(town) == await counted_anew(town)
    await town.gu.says("/reopen LH2611200001 又塌了")
    await town.passes(minutes=6)  # the timer of its own
    assert await tallies(town) == await counted_anew(town)
    assert all(ticket.counted_seq == ticket.last_seq for ticket in await tickets(town))


async def test_counting_is_done_in_slices_and_nothing_is_left_out(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    assert A_SLICE > 1
    monkeypatch.setattr("handlers.counting.A_SLICE", 1)
    for place in PLACES:
        await town.lin.posts(f"{place}门口路面塌陷")
    await town.shen.says("/stats")
    await town.passes(seconds=1)
    assert await tallies(town) == await counted_anew(town)
    assert len([ticket for ticket in await tickets(town) if ticket.counted_seq == ticket.last_seq]) == len(PLACES)


async def test_a_grid_by_its_name_and_what_there_is_not(town: Town) -> None:
    await mended(town, PLACES[0])
    (ticket,) = await tickets(town)
    async with town.machine.runtime.database.read() as session:
        book = await town.machine.runtime.book(session)
    assert book is not None
    grid = book.grids[ticket.grid_id]
    for asked in (grid.name, grid.code):
        await town.shen.says(f"/stats {asked} 今天")
        assert grid.name in town.last(SHEN).text
        assert "办结率 1/1 = 100.00 %" in town.last(SHEN).text
    await town.shen.says("/stats 没有的地方")
    assert town.last(SHEN).text == told("stats.unknown", name="没有的地方")
