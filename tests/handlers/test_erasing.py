"""/erase: who somebody is goes, what he told of stays."""

from sqlalchemy import select

from models.card import Witness
from models.draft import Draft
from models.person import Address
from models.place import Whereabouts
from tests.cast import GROUP, HOLE, LIN, MEI, QIAO, Message, Player, Town
from tests.handlers.seeing import tickets, told


async def asked(town: Town) -> Message:
    """The question in his private chat."""
    await town.lin.starts("erase")
    return town.last(LIN)


async def rows(town: Town, *questions: object) -> list[list[object]]:
    async with town.machine.runtime.database.read() as session:
        return [list(await session.scalars(question)) for question in questions]  # type: ignore[call-overload]


async def test_his_name_goes_and_the_ticket_stays(town: Town) -> None:
    await town.lin.starts()
    await town.lin.posts(HOLE)
    await town.mei.presses("我也遇到", on=town.card)
    await Player(town, LIN, LIN).sends_place(34.27, 108.92)
    question = await asked(town)
    assert "还有 1 件没办完" in question.text
    assert await Player(town, LIN, LIN).presses("删除", on=question) == told("erase.gone")
    assert town.last(LIN).text == told("erase.done")
    assert question.id not in {message.id for message in town.messages(LIN)}
    ids = select(Address).where(Address.external_id == str(LIN))
    named, met, where = await rows(town, ids, select(Witness), select(Whereabouts))
    assert named == []
    assert len(met) == 1, "Mei's"
    assert where == []
    (ticket,) = await tickets(town)
    assert (ticket.reporter_id, ticket.stage, ticket.text) == (None, "dispatched", HOLE)
    await town.lu.presses("接单", on=town.job)
    await town.lu.posts("", reply_to=town.job)
    await town.passes(minutes=2)
    assert town.last(GROUP).mentions == ["小梅"]
    await town.nothing_went_wrong()


async def test_the_fix_and_the_card_that_named_him_do_so_no_more(town: Town) -> None:
    await town.lin.starts()
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    await town.lu.posts("", reply_to=town.job)
    await town.passes(minutes=2)
    fix = town.last(GROUP)
    assert fix.mentions == ["小林"]
    await Player(town, LIN, LIN).presses("删除", on=await asked(town))
    assert fix.now().mentions == []
    assert "小林" not in fix.now().text


async def test_who_comes_back_is_met_for_the_first_time(town: Town) -> None:
    await town.lin.starts()
    await town.lin.posts(HOLE)
    await Player(town, LIN, LIN).presses("删除", on=await asked(town))
    await Player(town, LIN, LIN).says("/mine")
    assert town.last(LIN).text.startswith("您还没有上报过")
    await town.lin.posts("红光路路灯不亮")
    first, second = await tickets(town)
    assert first.reporter_id is None
    assert second.reporter_id is not None
    await town.nothing_went_wrong()


async def test_nothing_goes_before_he_says_so(town: Town) -> None:
    await town.lin.starts()
    await town.lin.posts(HOLE)
    question = await asked(town)
    assert await Player(town, LIN, LIN).presses("不删了", on=question) == told("erase.kept")
    (ticket,) = await tickets(town)
    assert ticket.reporter_id is not None
    await town.passes(minutes=31)
    assert await Player(town, LIN, LIN).presses("删除", on=question) == told("erase.again")
    assert (await tickets(town))[0].reporter_id == ticket.reporter_id


async def test_pressed_twice_at_once_it_is_done_once(town: Town) -> None:
    await town.lin.posts(HOLE)
    question = await asked(town)
    for _ in range(2):
        town.simulator.press(LIN, LIN, question.id, question.data("删除"))
    await town.settles()
    assert (await tickets(town))[0].reporter_id is None
    await town.nothing_went_wrong()


async def test_who_holds_a_role_gives_it_up_first(town: Town) -> None:
    await town.qiao.says("/erase")
    assert town.last(QIAO).text == told("erase.roles")
    await town.shen.says("/revoke @qiaolan")
    await town.qiao.says("/erase")
    await town.qiao.presses("删除", on=town.last(QIAO))
    assert town.last(QIAO).text == told("erase.done")
    await town.nothing_went_wrong()


async def test_nobody_erases_another(town: Town) -> None:
    await town.lin.posts(HOLE)
    question = await asked(town)
    await town.mei.forges(question.data("删除"), on=town.card)
    assert (await tickets(town))[0].reporter_id is not None
    await Player(town, MEI, MEI).starts("erase")
    await Player(town, MEI, MEI).presses("删除", on=town.last(MEI))
    assert (await tickets(town))[0].reporter_id is not None


async def test_a_photo_still_waiting_for_words_is_forgotten(town: Town) -> None:
    await town.lin.starts()
    await town.lin.posts("")
    await Player(town, LIN, LIN).says("/report 老王的电话13812345678")
    await Player(town, LIN, LIN).presses("删除", on=await asked(town))
    (drafts,) = await rows(town, select(Draft))
    assert all((draft.text, draft.form, draft.state) == ("", {}, "dropped") for draft in drafts)  # type: ignore[attr-defined]
    await town.passes(hours=25)
    await town.nothing_went_wrong()
