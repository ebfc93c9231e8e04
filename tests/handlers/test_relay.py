"""代报: a leader reports for somebody who called him, and who that was is for leaders' eyes."""

import pytest
from sqlalchemy import select

from models.mail import Outbox
from models.ticket import TicketEvent
from models.trust import Caller, Look
from tests.cast import GROUP, OFFICE, QIAO, SHEN, Player, Town
from tests.handlers.seeing import cards, leader_card, photos, player, tickets, told

FIRST = "LH2611200001"
CALL = "代报 王女士 13812345678 说团结西路印刷技校门口路面塌陷"
LIU, STREET = 1012, 1019


async def looks(town: Town) -> list[Look]:
    async with town.machine.runtime.database.read() as session:
        return list(await session.scalars(select(Look).order_by(Look.id)))


async def callers(town: Town) -> list[Caller]:
    async with town.machine.runtime.database.read() as session:
        return list(await session.scalars(select(Caller).order_by(Caller.id)))


async def test_the_case_goes_its_way_and_the_caller_stays_apart(town: Town) -> None:
    await town.qiao.says(CALL)
    (ticket,) = await tickets(town)
    assert (ticket.entry, ticket.category, ticket.stage, ticket.is_named) == ("relay", "E0505", "dispatched", False)
    assert ticket.place == "团结西路印刷技校门口"
    assert "王" not in ticket.text
    assert "13812345678" not in ticket.text
    assert "路面塌陷" in ticket.text
    assert [caller.words for caller in await callers(town)] == ["王女士 · 13812345678"]
    card = town.card
    assert told("card.from_resident") in card.text
    assert told("entry.relay") in town.job.text
    assert told("entry.relay") not in card.text
    everywhere = [m for chat in (GROUP, OFFICE, SHEN) for m in town.ours(chat)]
    assert not any("王女士" in m.text or "13812345678" in m.text for m in everywhere)
    async with town.machine.runtime.database.read() as session:
        events = [event.data for event in await session.scalars(select(TicketEvent))]
        letters = [row.content for row in await session.scalars(select(Outbox))]
    assert "13812345678" not in str(events) + str(letters)
    assert "王女士" not in str(events) + str(letters)


async def test_what_names_the_caller_is_not_read_as_the_problem(town: Town) -> None:
    await town.qiao.says("/relay 柳桥卫生院门口井盖破了，来电人张建国 13911112222")
    (ticket,) = await tickets(town)
    assert (ticket.category, ticket.is_urgent, ticket.place) == ("P0123", False, "柳桥卫生院门口")
    assert [caller.words for caller in await callers(town)] == ["张建国 · 13911112222"]
    assert not any("张建国" in m.text or "13911112222" in m.text for m in town.ours(GROUP))


async def test_a_number_right_behind_the_name_stays_hidden(town: Town) -> None:
    await town.qiao.says("/relay 来电人张建国13911112222，柳桥三小门口路灯不亮")
    (ticket,) = await tickets(town)
    assert "13911112222" not in ticket.text + town.card.text
    assert (ticket.place, ticket.category) == ("柳桥三小门口", "P0106")


async def test_by_command_with_a_photo_and_with_an_album(town: Town) -> None:
    await town.qiao.posts("/relay 李大爷来电话说柳桥三小门口路面塌陷")
    assert [ticket.entry for ticket in await tickets(town)] == ["relay"]
    await town.qiao.posts("代报：张先生 13912345678 红光路西口路面塌陷", photos=3)
    await town.passes(seconds=3)
    assert [ticket.entry for ticket in await tickets(town)] == ["relay", "relay"]
    assert [photo.ticket_id for photo in await photos(town, "before")] == [1, 2, 2, 2]
    assert [caller.words for caller in await callers(town)] == ["李大爷", "张先生 · 13912345678"]


async def test_the_leader_hears_the_end_and_answers_for_the_caller(town: Town) -> None:
    mine = await town.qiao.says(CALL)
    await town.lu.posts("", reply_to=town.job)
    fix = next(m for m in reversed(town.ours(QIAO)) if m.has_photo and "没解决" in m.labels)
    assert fix.reply_to == mine.id
    assert town.last(GROUP).labels == []
    assert town.last(GROUP).mentions == []
    assert await town.qiao.presses("没解决", on=fix) == told("unsolved.noted", number=FIRST)
    await town.lu.posts("", reply_to=town.job)
    fix = next(m for m in reversed(town.ours(QIAO)) if m.has_photo and "没解决" in m.labels)
    assert await town.qiao.presses("已解决", on=fix) == told("solved.thanks", number=FIRST)
    assert (await tickets(town))[0].stage == "closed"
    assert len(cards(town)) == 3


async def test_a_place_outside_his_own_grid_is_the_leaders_own_where_none_is_named(town: Town) -> None:
    await player(town, LIU).starts()
    liu = Player(town, LIU, LIU)
    await liu.says("代报 陈阿姨说路灯不亮")
    (ticket,) = await tickets(town)
    async with town.machine.runtime.database.read() as session:
        book = await town.machine.runtime.book(session)
    assert book is not None
    assert book.grids[ticket.grid_id].name == "柳荫网格"


async def test_only_a_leader_relays_and_only_in_private(town: Town) -> None:
    await town.qiao.says("/relay")
    assert town.last(QIAO).text == told("relay.how")
    lu = Player(town, town.lu.id, town.lu.id)
    await lu.says("/relay 王女士说路面塌陷")
    assert town.last(lu.id).text == told("relay.only_leader")
    await player(town, QIAO).says(CALL, chat=GROUP)
    assert town.last(GROUP).text == told("relay.in_private")
    said = len(town.ours(GROUP))
    await town.lin.says(CALL)
    assert len(town.ours(GROUP)) == said, "riders talk"
    assert await tickets(town) == []
    assert await callers(town) == []


# --- who called -----------------------------------------------------------------------------


async def test_the_leader_of_the_grid_may_see_who_called_and_each_look_is_kept(town: Town) -> None:
    await town.qiao.says(CALL)
    shown = told("caller.shown", number=FIRST, caller="王女士 · 13812345678")
    await town.qiao.says(f"/caller {FIRST}")
    assert town.last(QIAO).text == shown
    await player(town, STREET).starts()
    street = Player(town, STREET, STREET)
    await street.says(f"/caller {FIRST}")
    assert town.last(STREET).text == shown
    await town.shen.says(f"/caller {FIRST}")
    assert town.last(SHEN).text == shown
    assert [(look.about, look.ticket_id) for look in await looks(town)] == [("caller", 1)] * 3
    assert len({look.person_id for look in await looks(town)}) == 3
    async with town.machine.runtime.database.read() as session:
        letters = [row.content for row in await session.scalars(select(Outbox))]
    assert "13812345678" not in str(letters), "forgotten once it was said"


async def test_nobody_else_may(town: Town) -> None:
    await town.qiao.says(CALL)
    await player(town, LIU).starts()
    refused = told("ticket.not_your_grid", number=FIRST)
    for other in (Player(town, LIU, LIU), Player(town, town.lu.id, town.lu.id), Player(town, town.gu.id, town.gu.id)):
        await other.says(f"/caller {FIRST}")
        assert town.last(other.id).text == refused
    await town.lin.says(f"/caller {FIRST}")
    assert town.last(GROUP).text == refused
    assert await town.lin.forges(f"caller|{FIRST}", on=town.card) == refused
    assert await looks(town) == []


async def test_asked_in_the_group_it_is_answered_alone(town: Town) -> None:
    await town.qiao.says(CALL)
    said = len(town.ours(GROUP))
    await player(town, QIAO).says("来电人", chat=GROUP, reply_to=town.card)
    assert len(town.ours(GROUP)) == said
    assert "王女士" in town.last(QIAO).text
    assert len(await looks(town)) == 1


async def test_by_button_under_the_leaders_card(town: Town) -> None:
    await town.qiao.says(CALL)
    await town.lu.says("退回 不归我们", reply_to=town.job)
    card = leader_card(town)
    await town.qiao.presses("更多", on=card)
    await town.qiao.presses("来电人", on=card)
    assert "王女士 · 13812345678" in town.last(QIAO).text
    assert len(await looks(town)) == 1


async def test_a_report_nobody_called_in_has_no_caller(town: Town) -> None:
    await town.lin.posts("团结西路印刷技校门口路面塌陷")
    await town.qiao.says(f"/caller {FIRST}")
    assert town.last(QIAO).text == told("caller.none", number=FIRST)
    assert await looks(town) == []


# --- known already ---------------------------------------------------------------------------


async def test_who_calls_of_what_is_known_is_kept_with_it(town: Town) -> None:
    await town.lin.posts("团结西路印刷技校门口路面塌陷")
    await town.qiao.says(CALL)
    assert len(await tickets(town)) == 1
    answer = next(m for m in reversed(town.ours(QIAO)) if "不是同一件" in m.labels)
    await town.qiao.says("代报 赵师傅说团结西路印刷技校门口路面塌陷")
    assert [caller.words for caller in await callers(town)] == ["王女士 · 13812345678\n赵师傅"]
    assert "2 人" in town.card.text
    await town.qiao.presses("不是同一件", on=answer)
    assert [ticket.entry for ticket in await tickets(town)] == ["report", "relay"]


async def test_his_caller_goes_along_when_it_is_another_one(town: Town) -> None:
    await town.lin.posts("团结西路印刷技校门口路面塌陷")
    await town.qiao.says(CALL)
    answer = next(m for m in reversed(town.ours(QIAO)) if "不是同一件" in m.labels)
    await town.qiao.presses("不是同一件", on=answer)
    assert [(caller.ticket_id, caller.words) for caller in await callers(town)] == [(2, "王女士 · 13812345678")]


@pytest.mark.parametrize("text", ["代报吗", "代报了没？"])
async def test_who_asks_about_it_does_not_do_it(town: Town, text: str) -> None:
    await town.qiao.says(text)
    assert await tickets(town) == []
