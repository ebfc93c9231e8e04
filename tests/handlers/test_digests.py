"""早报, 晚报: twice a day for each leader and each department, on one screen."""

from datetime import timedelta

import pytest

from tests.cast import DAI, DRAINAGE, GROUP, HOLE, OFFICE, QIAO, SHEN, Message, Town
from tests.handlers.seeing import CLEANING, LIUYIN, player, tickets, told
from tests.handlers.test_chasing import RUBBISH, at
from tests.handlers.test_office import COMMUNITY, STREET, with_all_levels
from tests.handlers.test_tray import returned

SCREEN = 24  # lines of a phone


def digests(town: Town, chat: int) -> list[Message]:
    return [message for message in town.ours(chat) if message.text.startswith(("🌅", "🌇"))]


async def until(town: Town, clock: str) -> None:
    """Minute by minute as far as it matters: what falls due is done in its time."""
    while town.clock.moment < at(clock):
        await town.passes(minutes=min(30, (at(clock) - town.clock.moment).total_seconds() / 60))


async def test_a_leader_reads_what_is_open_what_is_late_and_who_holds_the_oldest(town: Town) -> None:
    await town.lin.posts(RUBBISH)
    await town.lin.posts(HOLE)
    await town.lu.says("围护", reply_to=town.job)
    await returned(town, "柳桥三小门口")
    await until(town, "18:59")
    assert digests(town, QIAO) == []
    await until(town, "19:00")
    (shown,) = digests(town, QIAO)
    assert shown.text.startswith("🌇 晚报 · 团结西路网格\n没办完 3 件，超时 1 件")
    for ticket in await tickets(town):
        assert ticket.number in shown.text
    assert told("holds.leader") in shown.text
    assert told("holds.department", parties="柳桥区市政中心") in shown.text
    rubbish = next(line for line in shown.text.splitlines() if "环卫" in line)
    assert "今天 09:00 上报" in rubbish
    assert rubbish.endswith("已超时")
    assert digests(town, GROUP) == []
    await town.nothing_went_wrong()


async def test_a_department_reads_its_own_in_its_chat(town: Town) -> None:
    await town.lin.posts(RUBBISH)
    await town.lin.posts(HOLE)
    await until(town, "19:00")
    (shown,) = digests(town, OFFICE)
    assert "柳桥区市政中心\n没办完 1 件，超时 1 件" in shown.text
    (other,) = digests(town, CLEANING)
    assert "LH2611200001" in other.text
    assert "LH2611200002" not in other.text
    assert digests(town, DRAINAGE) == [], "nothing is open with them"


async def test_nothing_is_said_when_nothing_is_open(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.posts("完成", reply_to=town.job)
    await town.lin.presses("已解决", on=town.last(GROUP))
    await until(town, "43:00")
    assert [digests(town, chat) for chat in (QIAO, OFFICE, SHEN)] == [[], [], []]


async def test_a_leader_above_reads_the_sums_of_those_below_the_worst_first(town: Town) -> None:
    await with_all_levels(town)
    await town.lin.posts("印刷技校门口路面坑洼")
    await town.lin.posts("柳桥三小门口路面坑洼")
    await player(town, 1001, LIUYIN).posts("垃圾满溢", chat=LIUYIN)
    await until(town, "19:00")
    (shown,) = digests(town, STREET)
    assert "没办完 3 件，超时 1 件" in shown.text
    below = [line for line in shown.text.splitlines() if line.endswith(("件", "超时 1")) and "没办完" not in line]
    assert len(below) >= 1
    assert "超时 1" in below[0], "the worst first"
    assert len(shown.text.splitlines()) <= SCREEN
    (nearer,) = digests(town, COMMUNITY)
    assert "团结西路网格 2 件" in nearer.text


async def test_mornings_and_evenings_and_after_a_day_off_one_and_not_three(town: Town) -> None:
    await town.lin.posts("印刷技校门口路面坑洼")
    await until(town, "31:30")
    assert [message.text[:4] for message in digests(town, QIAO)] == ["🌇 晚报", "🌅 早报"]
    town.clock.moment += timedelta(days=2, hours=3)
    await town.settles()
    assert len(digests(town, QIAO)) == 3
    await town.passes(hours=8, minutes=30)  # 19:00
    assert len(digests(town, QIAO)) == 4


async def test_who_wants_none_gets_none(town: Town) -> None:
    await town.lin.posts("印刷技校门口路面坑洼")
    await town.qiao.says("/digest off")
    assert town.last(QIAO).text == told("digest.off")
    await until(town, "19:00")
    assert digests(town, QIAO) == []
    assert len(digests(town, OFFICE)) == 1
    await town.qiao.says("/digest on")
    assert town.last(QIAO).text == told("digest.on")
    await until(town, "31:30")
    assert len(digests(town, QIAO)) == 1


async def test_an_officer_turns_off_that_of_his_department_and_nobody_else_does(town: Town) -> None:
    await town.lin.posts("印刷技校门口路面坑洼")
    for player_ in (town.lin, player(town, 1001, 1001), town.gu):
        await player_.says("/digest off")
        assert told("digest.not_staff") in player_.town.last(player_.home).text
    town.simulator.member(OFFICE, DAI, "member")
    await player(town, DAI, OFFICE).says("/digest off")
    assert town.last(OFFICE).text == told("digest.not_staff"), "an officer, and of another department"
    await town.lu.says("/digest off")
    assert town.last(OFFICE).text == told("digest.off")
    await until(town, "19:00")
    assert digests(town, OFFICE) == []
    assert len(digests(town, QIAO)) == 1


async def test_asked_for_it_comes_at_once(town: Town) -> None:
    await town.qiao.says("/digest")
    assert town.last(QIAO).text == told("digest.nothing")
    await town.lin.posts("印刷技校门口路面坑洼")
    await town.qiao.says("/digest")
    assert town.last(QIAO).text.startswith("🌅 早报 · 团结西路网格\n没办完 1 件\n")
    await until(town, "19:00")
    evening = digests(town, QIAO)[-1]
    await town.qiao.says("早报", reply_to=evening)
    assert len(digests(town, QIAO)) == 2 + 1
    await town.qiao.says("晚报 不要", reply_to=evening)
    assert town.last(QIAO).text == told("digest.off")


@pytest.mark.parametrize("locale", ["en"])
async def test_it_comes_in_the_language_of_its_chat(town: Town, locale: str) -> None:
    await town.qiao.says(f"/lang {locale}")
    await town.lin.posts("印刷技校门口路面坑洼")
    await until(town, "19:00")
    (shown,) = digests(town, QIAO)
    assert "1 open" in shown.text
    assert told("holds.offered", "en", parties="柳桥区市政中心") in shown.text


async def test_a_ticket_says_who_must_act_now(town: Town) -> None:
    await returned(town)
    await town.lin.says("/ticket LH2611200001")
    assert "👉 现在：" + told("holds.leader") in town.last(GROUP).text
    await town.lin.posts(HOLE)
    await town.lin.says("/ticket LH2611200002")
    assert "👉 现在：" + told("holds.offered", parties="柳桥区市政中心") in town.last(GROUP).text
    await town.lu.posts("完成", reply_to=town.job)
    await town.lin.says("/ticket LH2611200002")
    assert "👉 现在：" + told("holds.checker") in town.last(GROUP).text
    await town.lin.presses("已解决", on=next(m for m in town.ours(GROUP) if "已解决" in m.labels))
    await town.lin.says("/ticket LH2611200002")
    assert "👉" not in town.last(GROUP).text
