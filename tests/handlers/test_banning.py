"""/ban: not heard any more, told once and in private; /unban undoes it (contract 7)."""

import pytest
from sqlalchemy import select

from models.trust import Ban
from tests.cast import GROUP, HOLE, LIN, LU, MEI, OFFICE, QIAO, SHEN, Player, Town
from tests.handlers.seeing import player, tickets, told
from tests.handlers.test_inviting import link_for
from tests.handlers.test_tray import returned, tray

WHY = "反复发广告"


async def test_his_messages_make_no_tickets_and_the_group_hears_nothing(town: Town) -> None:
    said = await town.lin.says("大家好")
    await town.lin.starts()
    await player(town, SHEN, GROUP).says(f"/ban {WHY}", reply_to=said)
    assert town.last(LIN).text == told("ban.told", reason=WHY)
    assert town.last(SHEN).text == told("ban.done", name="小林")
    heard = len(town.ours(LIN))
    await town.lin.posts(HOLE)
    await town.lin.says("/report 路灯不亮")
    await town.lin.says("@roving_grid_bot 印刷技校门口路面塌陷")
    await Player(town, LIN, LIN).says("印刷技校门口路面塌陷")
    await Player(town, LIN, LIN).says("/help")
    assert await tickets(town) == []
    assert town.ours(GROUP) == []
    assert len(town.ours(LIN)) == heard, "told once"
    await town.nothing_went_wrong()


async def test_who_opened_no_private_chat_is_told_when_he_does(town: Town) -> None:
    await town.lin.says("大家好")
    await town.shen.says(f"/ban @xiaolin {WHY} 电话13812345678")
    answer = await town.lin.starts()
    assert answer.text == told("ban.told", reason=f"{WHY} 电话138****5678")
    await town.lin.starts()
    assert len(town.ours(LIN)) == 1


async def test_his_presses_do_nothing_and_his_earlier_tickets_go_on(town: Town) -> None:
    await town.lin.posts(HOLE)
    card = town.card
    await town.shen.says(f"/ban @xiaolin {WHY}")
    await town.lu.presses("接单", on=town.job)
    assert "处置中" in card.now().text
    await town.lu.posts("", reply_to=town.job)
    await town.passes(minutes=2)
    fix = town.last(GROUP)
    assert await town.lin.presses("已解决", on=fix) == ""
    assert (await tickets(town))[0].stage == "resolved"
    assert await town.lin.presses("没解决", on=fix) == ""
    assert (await tickets(town))[0].stage == "resolved"


async def test_the_administrator_hears_what_he_is_and_his_cards_come_back_with_him(town: Town) -> None:
    await town.lin.posts(HOLE)
    officer = Player(town, LU, LU)
    await officer.says("/todo")
    await town.qiao.says("/ticket LH2611200001")
    await town.qiao.presses("去处理", on=town.last(QIAO))
    card = next(m for m in reversed(town.ours(QIAO)) if "转派" in m.labels)
    await town.shen.says(f"/ban @qiaolan {WHY}")
    assert town.last(SHEN).text == told("ban.official", name="乔岚", roles="团结西路网格 · 网格长")
    assert card.now().labels == []
    await town.shen.says("/unban @qiaolan")
    assert "转派" in card.now().labels
    await town.qiao.presses("转派", on=card)
    await town.nothing_went_wrong()


async def test_a_banned_leader_or_officer_does_nothing_either(town: Town) -> None:
    number = await returned(town)
    old = tray(town)
    await town.shen.says(f"/ban @qiaolan {WHY}")
    assert old.now().text == told("tray.nothing")
    assert await town.qiao.forges(f"dispatch|{number}|1", on=old) == ""
    await town.qiao.says(f"/dispatch {number} 排水公司")
    assert (await tickets(town))[0].stage == "returned"
    await town.shen.says(f"/dispatch {number} 市政中心")
    await town.shen.says(f"/ban @luping {WHY}")
    assert await town.lu.presses("接单", on=town.job) == ""
    assert (await tickets(town))[0].stage == "dispatched"
    await town.shen.says("/unban @luping")
    await town.lu.presses("接单", on=town.job)
    assert (await tickets(town))[0].stage == "working"


async def test_undone_he_is_heard_again_and_the_record_keeps_both(town: Town) -> None:
    await town.lin.starts()
    await town.shen.says(f"/ban @xiaolin {WHY}")
    await town.passes(hours=1)
    await town.shen.says("/unban @xiaolin")
    assert town.last(LIN).text == told("unban.told")
    await town.lin.posts(HOLE)
    assert len(await tickets(town)) == 1
    async with town.machine.runtime.database.read() as session:
        (ban,) = list(await session.scalars(select(Ban)))
    assert (ban.reason, ban.lifted_by_id) == (WHY, ban.by_id)
    assert ban.lifted_at is not None


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("/ban @luping", told("ban.why")),
        ("/ban @ningadmin 想退休", told("ban.yourself")),
        ("/ban", told("person.who")),
        ("/unban @luping", told("unban.not_banned")),
    ],
)
async def test_what_cannot_be_is_told(town: Town, asked: str, answer: str) -> None:
    await town.shen.says(asked)
    assert town.last(SHEN).text == answer


async def test_nobody_else_bans_and_nobody_is_banned_twice(town: Town) -> None:
    await town.qiao.says(f"/ban @luping {WHY}")
    assert town.last(QIAO).text == told("who.only_admin")
    await town.shen.says(f"/ban @luping {WHY}")
    await town.shen.says(f"/ban @luping {WHY}")
    assert town.last(SHEN).text == told("ban.already")
    await player(town, LU, OFFICE).says("/unban @luping")
    await town.qiao.says("/unban @luping")
    assert town.last(QIAO).text == told("who.only_admin")


async def test_an_administrator_may_be_banned_while_another_stands(town: Town) -> None:
    await town.gu.starts(await link_for(town, "管理员"))
    await town.gu.says(f"/ban @ningadmin {WHY}")
    said = len(town.ours(SHEN))
    await town.shen.says("/unban @ningadmin")
    assert len(town.ours(SHEN)) == said
    await town.gu.says("/revoke @guyan 管理员")
    assert town.last(town.gu.id).text == told("revoke.last_admin"), "who is banned counts for nothing"


async def test_a_link_lets_no_banned_person_in(town: Town) -> None:
    payload = await link_for(town, "管理员")
    await town.mei.starts()
    await town.shen.says(f"/ban @xiaomei {WHY}")
    said = len(town.ours(MEI))
    town.simulator.start(MEI, payload)
    await town.settles()
    assert len(town.ours(MEI)) == said
    await town.lin.starts(payload)
    assert town.last(LIN).text.startswith("欢迎")
