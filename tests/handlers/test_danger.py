"""Danger: whom to call stands first, and whoever is to act hears of it at once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.claims import NEXT, RANKED
from models.chat import Chat
from models.mail import Outbox
from reading.problem import Problem, ProblemReader
from tests.cast import GROUP, HOLE, LIN, MEI, OFFICE, QIAO, Message, Player, Town
from tests.handlers.seeing import GAS, POLICE, STREET, cards, leader_card, player, tickets, told

FELL_IN = "团结西路印刷技校门口,路面塌陷,有人掉进去摔伤了"
WIRE = "西柳小区门口电线掉下来了,冒火花"
GAS_SMELL = "西柳小区三单元一股煤气味,快来人"
ELDER = "印刷技校家属院有位独居老人摔倒了,起不来"
CALLS: dict[str, tuple[str, ...]] = {
    FELL_IN: ("119", "120"),
    WIRE: ("95598",),
    GAS_SMELL: ("gas",),
    ELDER: ("120",),
    "有人掉下去了": ("120",),
    "井盖翘起来了,差点摔了": (),
}
FIRST = "⚠️ 有危险，请先打 119（火警）、120（急救）"


@pytest.fixture(autouse=True)
def danger_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the reader makes of these lines is told in tests/reading; here it is what they mean."""
    read = ProblemReader.read

    def sure(reader: ProblemReader, text: str, has_photo: bool = False) -> Problem:
        problem = read(reader, text, has_photo)
        dangerous = next((calls for line, calls in CALLS.items() if line in text), None)
        return replace(problem, urgent=dangerous is not None, calls=dangerous or ())

    monkeypatch.setattr(ProblemReader, "read", sure)


def first_line(message: Message) -> str:
    return message.text.splitlines()[0]


async def test_the_numbers_stand_first_on_the_groups_card(town: Town) -> None:
    await town.lin.posts(FELL_IN)
    assert first_line(town.card) == FIRST
    assert town.job.text.startswith("‼️")
    assert leader_card(town).text.startswith("‼️")
    assert (await tickets(town))[0].is_urgent


@pytest.mark.parametrize("said", [f"/report {FELL_IN}", f"@roving_grid_bot {FELL_IN}"])
async def test_without_a_photo_too(town: Town, said: str) -> None:
    await town.lin.says(said)
    assert first_line(town.card) == FIRST


async def test_in_an_album_and_in_a_caption_put_in_later(town: Town) -> None:
    await town.lin.posts(FELL_IN, photos=3)
    await town.passes(seconds=2)
    assert first_line(town.card) == FIRST
    wordless = await town.mei.posts("")
    await town.mei.edits(wordless, WIRE)
    assert first_line(town.card).startswith("⚠️ 有危险，请先打 95598（供电抢修）")


async def test_in_private(town: Town) -> None:
    await Player(town, LIN, LIN).says(FELL_IN)
    assert first_line(town.last(LIN)) == FIRST
    assert "印刷技校" in town.last(LIN).text


async def test_gas_is_the_districts_own_line(town: Town) -> None:
    await town.lin.posts(GAS_SMELL)
    assert first_line(town.card) == "⚠️ 有危险，请先打 029-55500105（燃气抢修）、119（火警）"
    assert "煤气味" in town.last(GAS).text


async def test_where_no_gas_company_is_known_the_fire_brigade_is(town: Town) -> None:
    from models.department import Department

    async with town.machine.runtime.database.write() as session:
        company = await session.get_one(Department, 5)
        assert company.name == "柳桥燃气公司"
        company.phone = None
    town.machine.runtime._book = None
    await town.lin.posts(GAS_SMELL)
    assert first_line(town.card) == "⚠️ 有危险，请先打 119（火警）"


async def test_an_urgent_kind_tells_its_hotline_and_what_is_not_urgent_none(town: Town) -> None:
    await town.lin.posts("印刷技校门口消防通道被车堵死了")
    assert first_line(town.card) == "☎️ 要紧可先打 119（火警）"
    await town.lin.posts("印刷技校门口路灯不亮")
    assert first_line(town.card).startswith("#LH")


async def test_an_urgent_kind_is_urgent_in_plain_words_to_those_in_charge(town: Town) -> None:
    await town.lin.posts(HOLE)
    assert town.job.text.startswith("紧急 #LH")
    await town.lu.says("退回 不归我们管", reply_to=town.job)
    assert "紧急 #LH" in leader_card(town).text
    assert not any("‼️" in message.text for chat in (OFFICE, QIAO) for message in town.ours(chat))


async def test_a_danger_without_a_number_of_its_own_is_for_the_police_and_who_is_in_charge(town: Town) -> None:
    await town.lin.posts("印刷技校门口井盖翘起来了,差点摔了")
    assert first_line(town.card) == "⚠️ 有危险，请先打 110（报警）、029-55500114（柳桥街道办事处）"


async def test_whom_one_reaches_by_a_short_number_is_not_called_in_the_office(town: Town) -> None:
    await town.lin.posts("印刷技校门口井盖翘起来了,差点摔了")
    await town.qiao.says("/dispatch LH2611200001 柳桥消防救援大队")
    assert first_line(town.card) == "⚠️ 有危险，请先打 110（报警）、119（火警）"


async def test_a_restricted_case_shows_the_group_the_numbers_and_nothing_else(town: Town) -> None:
    await town.lin.starts()
    await town.lin.posts(ELDER)
    assert town.last(GROUP).text.splitlines() == ["⚠️ 有危险，请先打 120（急救）", "#LH2611200001", "已受理"]
    mine = town.last(LIN)
    assert first_line(mine) == "⚠️ 有危险，请先打 120（急救）、110（报警）"
    assert "老人" in town.last(STREET).text


async def test_a_restricted_case_without_danger_shows_no_number(town: Town) -> None:
    await town.lin.posts("西柳小区有小偷撬电动车")
    assert town.last(GROUP).text.splitlines() == ["#LH2611200001", "已受理"]
    assert town.last(POLICE).text.startswith("紧急 #LH")


async def test_once_it_is_safe_nobody_needs_to_call(town: Town) -> None:
    await town.lin.posts(FELL_IN)
    await town.lu.presses("已围护", on=town.job)
    assert first_line(town.card).startswith("#LH")
    assert not town.job.text.startswith("‼️")


async def test_once_it_is_mended_nobody_needs_to_call(town: Town) -> None:
    await town.lin.posts(GAS_SMELL)
    await player(town, 1025, GAS).posts("", reply_to=town.last(GAS))
    assert first_line(town.card).startswith("#LH")
    assert "待核查" in town.card.text


async def test_what_is_taken_back_is_no_danger_any_more(town: Town) -> None:
    report = await town.lin.posts(FELL_IN)
    await town.lin.says("撤回", reply_to=report)
    assert first_line(town.card).startswith("#LH")


async def test_a_question_too_begins_with_the_number(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    read = ProblemReader.read

    def unsure(reader: ProblemReader, text: str, has_photo: bool = False) -> Problem:
        problem = read(reader, text, has_photo)
        return replace(problem, is_report=False, is_chatter=False) if text == "有人掉下去了" else problem

    monkeypatch.setattr(ProblemReader, "read", unsure)
    await town.lin.posts("有人掉下去了")
    asked = town.last(GROUP)
    assert asked.text.splitlines()[0].startswith("⚠️ 有危险，请先打 120（急救）")
    assert asked.text.splitlines()[1] == told("ask.what")
    assert await tickets(town) == []
    await town.lin.presses("路面塌陷", on=asked)
    assert first_line(town.card).startswith("⚠️ 有危险，请先打 120")


async def test_in_private_the_number_comes_before_the_question_where(town: Town) -> None:
    await Player(town, LIN, LIN).says("/report 井盖没了,有人掉下去了")
    assert first_line(town.last(LIN)).startswith("⚠️ 有危险，请先打 120（急救）")


# --- danger told of a ticket that is there already -----------------------------------------


async def test_a_second_report_makes_a_known_problem_urgent(town: Town) -> None:
    await town.mei.starts()
    await town.lin.posts(HOLE)
    assert first_line(town.card).startswith("#LH")
    await town.mei.posts(FELL_IN)
    (ticket,) = await tickets(town)
    assert ticket.is_urgent
    assert first_line(town.card) == FIRST
    assert "2 人遇到" in town.card.text
    assert len(cards(town)) == 1
    assert first_line(town.last(MEI)) == FIRST
    assert ticket.number in town.last(MEI).text
    rung = town.last(OFFICE)
    assert rung.text == told("card.alarmed", number=ticket.number, said=FELL_IN)
    assert rung.reply_to == town.job.id
    assert town.job.text.startswith("‼️")
    assert leader_card(town).text.startswith("‼️")


async def test_a_reply_makes_it_urgent_also_when_work_has_begun(town: Town) -> None:
    await town.mei.starts()
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    before = len(town.ours(GROUP))
    await town.mei.says("有人掉下去了!", reply_to=town.card)
    assert first_line(town.card).startswith("⚠️ 有危险，请先打 120（急救）")
    assert "处置中" in town.card.text
    assert len(town.ours(GROUP)) == before
    assert "有人掉下去了!" in town.last(OFFICE).text
    assert first_line(town.last(MEI)).startswith("⚠️ 有危险，请先打 120")
    assert leader_card(town).text.startswith("‼️")
    said = len(town.ours(OFFICE))
    await town.wang.says("有人掉下去了!", reply_to=town.card)
    assert len(town.ours(OFFICE)) == said, "once"


async def test_the_number_goes_before_everything_that_is_queued(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.mei.posts("柳桥三小门口一堆垃圾")
    async with town.machine.runtime.database.write() as session:
        group = (await session.scalars(select(Chat).where(Chat.external_id == str(GROUP)))).one()
        group.quiet_until = town.clock.now() + timedelta(minutes=1)
    for place in ("西柳小区门口", "柳桥三小门口", "印刷技校家属院"):
        await town.wang.posts(f"{place}路灯不亮")
    await town.wang.posts(HOLE)
    await town.mei.says("有人掉下去了", reply_to=next(m for m in town.ours(GROUP) if "路面塌陷" in m.text))
    async with town.machine.runtime.database.write() as session:
        group = (await session.scalars(select(Chat).where(Chat.external_id == str(GROUP)))).one()
        group.quiet_until = None
        await session.flush()
        now = town.clock.now()
        first = min(await session.scalars(NEXT, {"now": now, "patient": now - timedelta(minutes=1)}))
        assert (await session.get_one(Outbox, first % RANKED)).ticket_id == 1
    await town.settles()
    assert first_line(next(m for m in town.ours(GROUP) if "路面塌陷" in m.text)).startswith("⚠️")


async def test_a_caption_put_right_makes_it_urgent(town: Town) -> None:
    report = await town.lin.posts(HOLE)
    await town.lin.edits(report, f"{HOLE},有人掉下去了")
    assert first_line(town.card).startswith("⚠️ 有危险，请先打 120")
    assert town.last(OFFICE).text.startswith("‼️")
    assert len(await tickets(town)) == 1


async def test_one_more_picture_of_it_makes_it_urgent(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lin.posts("有人掉下去了", reply_to=town.card)
    assert "有人掉下去了" in [m.text.rpartition("：")[2] for m in town.ours(OFFICE)]
    assert len(await tickets(town)) == 1


async def test_fenced_and_still_somebody_falls_in(town: Town) -> None:
    await town.lin.posts(FELL_IN)
    await town.lu.presses("已围护", on=town.job)
    report = next(m for m in town.messages(GROUP) if m.text == FELL_IN)
    await town.lin.edits(report, f"{FELL_IN}。")
    assert first_line(town.card).startswith("#LH"), "an old caption says nothing of now"
    await town.mei.says("有人掉下去了", reply_to=town.card)
    assert first_line(town.card) == FIRST
    assert "已先围护" in town.card.text


async def test_what_its_department_says_is_how_the_work_goes(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("有人掉下去了，已经送医院", reply_to=town.job)
    assert first_line(town.card).startswith("#LH")


async def test_what_is_mended_stays_so(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.posts("", reply_to=town.job)
    await town.passes(minutes=2)
    await town.mei.says("有人掉下去了", reply_to=town.card)
    assert first_line(town.card).startswith("#LH")
    assert not (await tickets(town))[0].is_urgent


async def test_the_time_line_tells_it(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.mei.says("有人掉下去了", reply_to=town.card)
    await town.lin.says("/ticket LH2611200001")
    assert told("event.alarmed") in town.last(GROUP).text


async def test_what_was_said_of_a_danger_is_text_and_masked(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.mei.says("<b>有人掉下去了</b> 打我电话 13812345678", reply_to=town.card)
    rung = town.last(OFFICE).text
    assert "<b>有人掉下去了</b>" in rung
    assert "13812345678" not in rung


async def test_a_ticket_that_waits_with_the_leader_rings_there(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们", reply_to=town.job)
    await town.passes(minutes=1)
    heard = len(town.ours(QIAO))
    await town.mei.says("有人掉下去了", reply_to=town.card)
    assert len(town.ours(QIAO)) == heard + 1
    assert "‼️" in town.last(QIAO).text


async def test_in_english(town: Town) -> None:
    async with town.machine.runtime.database.write() as session:
        chat: Any = await session.scalar(select(Chat).where(Chat.external_id == str(GROUP)))
        chat.locale = "en"
    await town.lin.posts(FELL_IN)
    assert first_line(town.card) == "⚠️ Danger: first call 119 (fire), 120 (ambulance)"
