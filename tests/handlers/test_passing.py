"""撤回 of what others are on as well: they lose nothing by it."""

from datetime import datetime

import pytest

from models.person import Person
from models.ticket import Ticket
from tests.cast import GROUP, HOLE, LIN, MEI, WANG, Player, Town
from tests.handlers.seeing import LIUYIN, POLICE, player, tickets, told
from tests.handlers.test_duplicates import AGAIN, FIRST, SECOND, kinds_of, people_on
from tests.handlers.test_restricted import THIEF


async def test_it_stays_and_is_the_next_ones_who_reported_it(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.wang.presses("我也遇到", on=town.card)
    second = await town.mei.posts(AGAIN)
    card, job = town.card, town.job
    await town.lin.says(f"/withdraw {FIRST}")
    assert town.last(GROUP).text == told("withdraw.left", number=FIRST)
    (ticket,) = await tickets(town)
    assert ticket.stage == "dispatched"
    assert (await kinds_of(town, 1))[-1] == "passed"
    assert await people_on(town, 1) == 2
    assert "2 人" in card.now().text
    await town.lu.posts("", reply_to=job)
    fix = town.last(GROUP)
    assert fix.reply_to == second.id
    assert set(fix.mentions) == {"王阿姨", "小梅"}
    assert await town.lin.presses("已解决", on=fix) == told("ticket.not_your_report", number=FIRST)
    assert await town.mei.presses("已解决", on=fix) == told("solved.thanks", number=FIRST)
    assert (await tickets(town))[0].stage == "closed"
    await town.lin.says(f"/ticket {FIRST}")
    assert told("event.passed") in town.last(GROUP).text


async def test_where_only_the_button_was_pressed_the_fix_stands_under_the_card(town: Town) -> None:
    await town.lin.posts(HOLE)
    card = town.card
    await town.mei.presses("我也遇到", on=card)
    await town.wang.presses("我也遇到", on=card)
    await town.lin.says(f"/withdraw {FIRST}")
    await town.lu.posts("", reply_to=town.job)
    fix = town.last(GROUP)
    assert fix.reply_to == card.id
    assert await town.wang.presses("没解决", on=fix) == told("ticket.not_your_report", number=FIRST)
    assert await town.mei.presses("没解决", on=fix) == told("unsolved.noted", number=FIRST)


async def test_the_last_of_them_ends_it_and_each_may_take_back_his_own(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.mei.posts(AGAIN)
    await town.mei.says(f"/withdraw {FIRST}")
    assert town.last(GROUP).text == told("ticket.not_your_report", number=FIRST)
    await town.lin.says(f"/withdraw {FIRST}")
    await town.lin.says(f"/withdraw {FIRST}")
    assert town.last(GROUP).text == told("ticket.not_your_report", number=FIRST)
    await town.mei.says(f"/withdraw {FIRST}")
    assert town.last(GROUP).text == told("withdraw.done", number=FIRST)
    assert (await tickets(town))[0].stage == "withdrawn"


async def test_once_work_began_nothing_is_passed_on(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.mei.presses("我也遇到", on=town.card)
    await town.lu.presses("接单", on=town.job)
    await town.lin.says(f"/withdraw {FIRST}")
    assert town.last(GROUP).text == told("ticket.too_late_to_withdraw", number=FIRST)
    assert await people_on(town, 1) == 2


async def test_who_told_it_in_private_is_asked_there_and_not_named(town: Town) -> None:
    await town.lin.posts(HOLE)
    card = town.card
    mei = Player(town, MEI, MEI)
    await mei.starts()
    his = await mei.posts(AGAIN)
    await town.lin.says(f"/withdraw {FIRST}")
    await town.lu.posts("", reply_to=town.job)
    fix, own = town.last(GROUP), town.last(MEI)
    assert (fix.reply_to, fix.labels, fix.mentions) == (card.id, ["更多照片（1）"], [])
    assert (own.reply_to, own.labels) == (his.id, ["已解决", "没解决", "更多照片（1）"])
    await mei.presses("已解决", on=own)
    assert (await tickets(town))[0].ended_by == "confirmed"


async def test_who_told_it_in_the_next_group_is_asked_there(town: Town) -> None:
    await town.lin.posts(HOLE)
    his = await player(town, MEI, LIUYIN).posts(HOLE, chat=LIUYIN)
    await town.lin.says(f"/withdraw {FIRST}")
    await town.lu.posts("", reply_to=town.job)
    fix = town.last(LIUYIN)
    assert (fix.reply_to, fix.labels) == (his.id, ["已解决", "没解决", "更多照片（1）"])
    assert town.last(GROUP).labels == ["更多照片（1）"]
    assert FIRST in town.last(GROUP).text


async def test_told_first_in_private_who_took_it_back_hears_no_more(town: Town) -> None:
    lin = Player(town, LIN, LIN)
    await lin.starts()
    await lin.posts(HOLE)
    await town.mei.posts(AGAIN)
    await lin.says(f"/withdraw {FIRST}")
    said, texts = len(town.ours(LIN)), [message.now().text for message in town.ours(LIN)]
    await town.lu.posts("", reply_to=town.job)
    assert len(town.ours(LIN)) == said
    assert [message.now().text for message in town.ours(LIN)] == texts
    assert await town.mei.presses("已解决", on=town.last(GROUP)) == told("solved.thanks", number=FIRST)


async def test_who_finds_that_his_is_another_one_passes_it_on_in_turn(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.wang.presses("我也遇到", on=town.card)
    second = await town.mei.posts(AGAIN)
    job = town.job
    await town.lin.says(f"/withdraw {FIRST}")
    await town.mei.says("不是同一件", reply_to=second)
    assert [ticket.stage for ticket in await tickets(town)] == ["dispatched", "dispatched"]
    assert (await people_on(town, 1), await people_on(town, 2)) == (1, 1)
    await town.lu.posts("", reply_to=job)
    fix = town.last(GROUP)
    assert FIRST in fix.text
    assert SECOND not in fix.text
    assert await town.wang.presses("已解决", on=fix) == told("solved.thanks", number=FIRST)


async def test_how_what_is_not_public_ends_is_shown_to_nobody(town: Town) -> None:
    await town.lin.starts()
    await town.mei.starts()
    await town.lin.posts(THIEF)
    await town.mei.posts(THIEF)
    await Player(town, LIN, LIN).says(f"/withdraw {FIRST}")
    assert town.last(LIN).text == told("withdraw.left", number=FIRST)
    await player(town, 1033, POLICE).posts("", chat=POLICE, reply_to=town.last(POLICE))
    before = len(town.ours(MEI))
    await town.passes(minutes=2)
    assert len(town.ours(MEI)) == before
    assert town.last(GROUP).text == f"#{FIRST} 已办理。"
    assert told("withdraw.left", number=FIRST) == town.last(LIN).text


MINORS = "印刷技校门口有个小孩被家长打,一直哭,住三单元顶楼"


async def inherited(town: Town) -> tuple[str, str, str]:
    """What somebody who merely came to be on a child's ticket is told of it once its reporter has withdrawn: his file,
    his list, and the answer to /photos."""
    for one in (town.lin, town.wang):
        await one.starts()
    await town.lin.posts(MINORS)
    await town.wang.posts("柳桥三小门口垃圾满溢")
    await town.qiao.says(f"/merge {SECOND} {FIRST}")
    await town.lin.says(f"/withdraw {FIRST}", chat=LIN)
    (ticket, _) = await tickets(town)
    assert ticket.stage not in ("withdrawn", "closed"), "others are on it: it goes on"
    await town.wang.says("/mydata", chat=WANG)
    sent = next(message for message in reversed(town.ours(WANG)) if "document" in message.raw)
    file = town.simulator.records.files.content(sent.raw["document"]["file_unique_id"]).decode()
    await town.wang.says("/mine", chat=WANG)
    mine = town.last(WANG).text
    await town.wang.says(f"/photos {FIRST}", chat=WANG)
    return file, mine, town.last(WANG).text


async def test_what_is_not_public_is_left_to_nobody(town: Town) -> None:
    file, mine, photos = await inherited(town)
    for words in (file, mine):
        assert FIRST in words
        assert not any(secret in words for secret in ("三单元", "小孩", "印刷技校"))
    assert photos == told("ticket.restricted", number=FIRST)
    (ticket, _) = await tickets(town)
    assert ticket.reporter_id is None


async def test_control_left_to_the_next_he_reads_it_all(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await town.wang.starts()
    async with town.machine.runtime.database.read() as session:
        person = await session.scalar(Person.known_as("telegram", str(WANG)))
    assert person is not None

    def to_the_next(self: Ticket, *, by: Person, at: datetime) -> None:
        self.pass_on(person.id, by=by, at=at)

    monkeypatch.setattr(Ticket, "go_on_alone", to_the_next)
    file, _, _ = await inherited(town)
    assert "三单元" in file
