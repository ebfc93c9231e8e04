"""改类: the leader or the department in charge says what it really is."""

import pytest
from sqlalchemy import select

from models.correction import Correction
from models.district import District
from models.ticket import TicketEvent
from tests.cast import DAI, GROUP, HOLE, LIN, LU, OFFICE, QIAO, Player, Town
from tests.handlers.seeing import CLEANING, POLICE, player, tickets, told

NUMBER = "LH2611200001"
POTHOLE = "道路破损(坑洼开裂)"


async def corrections(town: Town) -> list[tuple[str, str, str, bool]]:
    async with town.machine.runtime.database.read() as session:
        rows = await session.scalars(select(Correction).order_by(Correction.id))
        return [(row.text, row.old, row.new, row.pictured) for row in rows]


async def category(town: Town) -> str:
    return (await tickets(town))[0].category


# --- by the department -------------------------------------------------------------------


async def test_by_a_button_on_the_departments_card(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    usual = job.labels
    assert "改类别" in usual
    assert await town.lu.presses("改类别", on=job) == told("category.choose")
    asking = job.now()
    assert asking.labels[-1] == "取消"
    assert 3 <= len(asking.labels) <= 9
    assert "道路破损" in asking.labels
    assert "路面塌陷" not in asking.labels
    assert told("asks.category") in asking.text
    await town.lu.presses("取消", on=job)
    assert job.now().labels == usual
    await town.lu.presses("改类别", on=job)
    assert await town.lu.presses("道路破损", on=job) == told("category.done", number=NUMBER, category=POTHOLE)
    assert POTHOLE in town.card.text
    assert POTHOLE in job.now().text
    assert "接单" in job.now().labels
    assert len(town.ours(GROUP)) == 1
    assert await category(town) == "E0113"


async def test_the_clock_keeps_its_start_and_gets_the_new_limits(town: Town) -> None:
    await town.lin.posts(HOLE)
    assert "今天 11:00 前先围护，11月27日 09:00 前修好" in town.card.text
    await town.passes(hours=1)
    await town.lu.says("改类 路灯", reply_to=town.job)
    assert "11月24日 09:00 前" in town.card.text
    assert "围护" not in town.card.text


async def test_it_stays_with_the_department_that_said_so(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("改类 暴露垃圾", reply_to=town.job)
    assert "市政中心" in town.card.text
    assert "暴露垃圾" in town.card.text
    assert town.ours(CLEANING) == []


async def test_what_it_hung_on_is_not_told_any_more(town: Town) -> None:
    await town.lin.posts(HOLE)
    assert "因为写了：" in town.card.text
    await town.lu.says("改类 道路破损", reply_to=town.job)
    assert "因为写了" not in town.card.text
    assert "因为写了" not in town.job.text


# --- how it may be said ------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    ["改类 道路破损", "改类别 道路破损(坑洼开裂)", "改类：道路破损", "改类为道路破损", "改类道路破损。", "改类 e0113",
     "改类 Ｅ０１１３", "改类 坑洼开裂"],
)  # fmt: skip
async def test_in_reply_to_the_card_as_people_write_it(town: Town, said: str) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says(said, reply_to=town.job)
    assert town.last(OFFICE).text == told("category.done", number=NUMBER, category=POTHOLE)


async def test_by_command_with_number_and_code(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says(f"/category #{NUMBER} E0113")
    assert await category(town) == "E0113"
    await town.qiao.says(f"/category {NUMBER.lower()} 路灯")
    assert await category(town) == "P0106"


async def test_other_words_answer_the_card_that_asks(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("改类", reply_to=town.job)
    assert told("asks.category") in town.job.text
    await town.lu.says("道路破损", reply_to=town.job)
    assert await category(town) == "E0113"


async def test_words_that_mean_several_or_none_are_asked_back(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("改类 井盖", reply_to=town.job)
    said = town.last(OFFICE).text
    assert "好几类" in said
    assert "排水" in said
    assert "不明" in said
    assert len(said) < 200
    await town.lu.says("改类 天文台", reply_to=town.job)
    assert "没有找到“天文台”" in town.last(OFFICE).text
    assert "道路破损" in town.last(OFFICE).text, "the likely ones"
    await town.lu.says(f"/category {NUMBER}")
    assert "道路破损" in town.last(OFFICE).text
    assert "哪一类" in town.last(OFFICE).text
    assert await category(town) == "E0505"


async def test_the_same_again_changes_nothing(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("改类 路面塌陷", reply_to=town.job)
    assert town.last(OFFICE).text == told("category.same", number=NUMBER)
    assert await corrections(town) == []


# --- who may, and when --------------------------------------------------------------------


async def test_only_its_leader_and_its_department_may(town: Town) -> None:
    await town.lin.posts(HOLE)
    refused = told("ticket.not_yours", number=NUMBER)
    for person in (LIN, DAI, 1012, 1041):
        other = Player(town, person, person)
        await other.says(f"/category {NUMBER} 道路破损")
        assert town.last(person).text == refused, person
    assert await player(town, LIN).forges(f"category|{NUMBER}|E0113", on=town.card) == refused
    assert await player(town, LIN).forges(f"category|{NUMBER}", on=town.card) == refused
    town.simulator.member(GROUP, DAI, "member")
    assert await player(town, DAI).forges(f"category|{NUMBER}|E0113", on=town.card) == refused
    assert await town.lu.forges(f"category|{NUMBER}|XXXX", on=town.job) == told("press.unknown")
    assert await category(town) == "E0505"


async def test_only_until_it_is_mended(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    job = town.job
    assert "改类别" in job.labels
    data = job.data("改类别")
    await town.lu.posts("", reply_to=job)
    assert "改类别" not in job.now().labels
    assert await town.lu.forges(data, on=job) == told("ticket.not_now", number=NUMBER, stage="resolved")
    await town.qiao.says(f"/category {NUMBER} 道路破损")
    assert town.last(QIAO).text == told("ticket.not_now", number=NUMBER, stage="resolved")


async def test_who_handed_it_back_is_not_in_charge_any_more(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们", reply_to=town.job)
    await town.lu.says(f"/category {NUMBER} 道路破损")
    assert town.last(OFFICE).text == told("ticket.not_now", number=NUMBER, stage="returned")
    await town.qiao.says(f"/category {NUMBER} 暴露垃圾")
    assert await category(town) == "E0110"
    assert (await tickets(town))[0].stage == "returned", "no rule overrides what a department has said"


# --- by the leader -------------------------------------------------------------------------


async def test_said_by_the_leader_it_goes_to_whose_it_really_is(town: Town) -> None:
    await town.lin.posts(HOLE)
    old = town.job
    await town.qiao.says(f"/category {NUMBER} 暴露垃圾")
    assert "暴露垃圾" in town.last(CLEANING).text
    assert "已改派给柳桥区环卫园林中心" in old.now().text
    assert "环卫园林中心" in town.card.text
    assert len(town.ours(GROUP)) == 1


async def test_no_rule_overrides_a_person_who_said_whose_it_is(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/dispatch {NUMBER} 排水公司")
    await town.qiao.says(f"/category {NUMBER} 暴露垃圾")
    assert "排水公司" in town.card.text
    assert town.ours(CLEANING) == []


async def test_once_accepted_it_stays(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    await town.qiao.says(f"/category {NUMBER} 暴露垃圾")
    assert "市政中心" in town.card.text
    assert "暴露垃圾" in town.job.text


async def test_where_the_leader_sends_everything_nothing_leaves_by_itself(town: Town) -> None:
    async with town.machine.runtime.database.write() as session:
        (await session.get_one(District, 1)).triage = "leader"
    town.machine.runtime._book = None
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/category {NUMBER} 暴露垃圾")
    assert await category(town) == "E0110"
    assert town.ours(CLEANING) == []
    assert town.ours(OFFICE) == []


# --- restricted kinds ------------------------------------------------------------------------


async def test_what_turns_out_to_be_restricted_leaves_the_group_at_once(town: Town) -> None:
    await town.lin.starts()
    await town.lin.posts(HOLE)
    assert "印刷技校" in town.card.text
    await town.qiao.says("改类 治安可疑", reply_to=town.card, chat=GROUP)
    card = next(m for m in town.ours(GROUP) if NUMBER in m.text)
    assert card.text.split() == [f"#{NUMBER}", "已受理"]
    assert card.labels == []
    assert not any("治安" in message.text for message in town.ours(GROUP))
    assert "治安" in town.last(QIAO).text
    assert any("治安" in message.text for message in town.ours(LIN)), "its reporter still reads it"
    assert "治安" in town.last(POLICE).text


async def test_the_fix_of_an_earlier_round_leaves_with_it(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.posts("", reply_to=town.job)
    await town.passes(minutes=2)
    await town.lin.presses("没解决", on=town.last(GROUP))
    assert any(message.has_photo for message in town.ours(GROUP))
    await town.qiao.says(f"/category {NUMBER} X9016")
    assert not any(message.has_photo for message in town.ours(GROUP))
    assert not any("印刷技校" in message.text for message in town.ours(GROUP))


async def test_what_turns_out_to_be_none_is_shown_again(town: Town) -> None:
    await town.lin.posts("西柳小区有小偷撬电动车")
    assert town.last(GROUP).text.split() == [f"#{NUMBER}", "已受理"]
    await player(town, 1033, POLICE).says("改类 非机动车乱停放", reply_to=town.last(POLICE))
    assert town.last(GROUP).text.split() == [f"#{NUMBER}", "已受理"], "not before it was asked once more"
    await player(town, 1033, POLICE).presses("确定", on=town.last(POLICE))
    assert "非机动车乱停放" in town.card.text
    assert "我也遇到" in town.card.labels


# --- what is learnt from it -------------------------------------------------------------------


async def test_it_is_remembered_once_for_each_category(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("改类 道路破损", reply_to=town.job)
    await town.lu.says("改类 路面塌陷", reply_to=town.job)
    await town.lu.says("改类 道路破损", reply_to=town.job)
    assert await corrections(town) == [(HOLE, "E0505", "E0113", True), (HOLE, "E0113", "E0505", True)]


async def test_what_was_typed_is_masked_and_a_photo_without_words_teaches_nothing(town: Town) -> None:
    await town.lin.says(f"/report {HOLE} 打我电话13812345678")
    await town.lu.says("改类 道路破损", reply_to=town.job)
    (row,) = await corrections(town)
    assert "13812345678" not in row[0]
    assert row[3] is False
    await town.passes(minutes=2)
    await town.lin.posts("")
    await town.lin.presses("暴露垃圾", on=town.last(GROUP))
    await player(town, 1029, CLEANING).says("改类 垃圾满溢", reply_to=town.last(CLEANING))
    assert "垃圾满溢" in town.last(CLEANING).text
    assert len(await corrections(town)) == 1


async def test_the_time_line_tells_it(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("改类 道路破损", reply_to=town.job)
    await town.lin.says(f"/ticket {NUMBER}")
    assert f"类别改为{POTHOLE}" in town.last(GROUP).text
    async with town.machine.runtime.database.read() as session:
        event = (await session.scalars(select(TicketEvent).where(TicketEvent.kind == "recategorised"))).one()
    assert (event.data["old"], event.data["new"]) == ("E0505", "E0113")
    assert event.data["limits"]["finish"]
    assert event.by_id is not None


async def test_its_english_name_means_the_same(town: Town) -> None:
    await town.lin.posts(HOLE)
    await player(town, LU, LU).says(f"/category {NUMBER} Street lamp")
    assert await category(town) == "P0106"
