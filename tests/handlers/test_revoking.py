"""/revoke, /people: what somebody was he is no more, at the next press; and the last administrator stays."""

import pytest

from tests.cast import DAI, DRAINAGE, GROUP, HOLE, LU, OFFICE, QIAO, SHEN, Town
from tests.handlers.seeing import player, tickets, told
from tests.handlers.test_inviting import link_for, roles_of
from tests.handlers.test_tray import returned, tray

SHAO = 1017
"""Leader of the community above Qiao's grid."""


@pytest.mark.parametrize("whom", ["@luping", "@LUPING", str(LU), "路平", "路平 部门", "@luping department"])
async def test_whoever_is_meant_works_for_it_no_more(town: Town, whom: str) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    await town.shen.says(f"/revoke {whom}")
    said = town.last(SHEN).text
    assert said.startswith(told("revoke.done", name="路平", roles="柳桥区市政中心 · 部门人员"))
    assert said.endswith("柳桥区市政中心现在没有部门人员了，请再请一位：/invite 部门 柳桥区市政中心")
    assert await roles_of(town, LU) == [("department", False)]
    assert await town.lu.presses("接单", on=job) == told("ticket.not_yours", number="LH2611200001")
    assert (await tickets(town))[0].stage == "dispatched"


async def test_the_last_leader_is_told_of_and_one_of_two_is_not(town: Town) -> None:
    await town.gu.starts(await link_for(town, "网格长 团结西路网格"))
    await town.shen.says("/revoke @guyan 网格长")
    assert town.last(SHEN).text == told("revoke.done", name="顾严", roles="团结西路网格 · 网格长")
    await town.shen.says("/revoke @qiaolan")
    assert "团结西路网格现在没有网格长了" in town.last(SHEN).text


async def test_in_reply_to_his_message_in_the_group(town: Town) -> None:
    said = await player(town, QIAO, GROUP).says("大家好")
    await player(town, SHEN, GROUP).says("/revoke", reply_to=said)
    assert await roles_of(town, QIAO) == [("leader", False)]
    assert town.ours(GROUP) == [], "told to the administrator alone"


async def test_a_leaders_tray_and_cards_stop_at_once_and_the_next_one_up_has_them(town: Town) -> None:
    await player(town, SHAO, SHAO).starts()
    number = await returned(town)
    old = tray(town)
    await town.shen.says("/revoke @qiaolan")
    told_him = [message.text for message in town.ours(QIAO)]
    assert told("revoke.told", roles="团结西路网格 · 网格长") in told_him
    assert old.now().text == told("tray.nothing")
    assert old.now().labels == []
    assert number in tray(town, SHAO).text
    answer = await town.qiao.forges(f"dispatch|{number}|1", on=old)
    assert answer == told("ticket.not_your_grid", number=number)
    await town.qiao.says(f"/dispatch {number} 排水公司")
    assert (await tickets(town))[0].stage == "returned"


async def test_pressed_and_revoked_at_once(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    town.simulator.post(SHEN, SHEN, "/revoke @luping")
    first = town.simulator.press(LU, OFFICE, job.id, job.data("接单"))
    again = town.simulator.press(LU, OFFICE, job.id, job.data("接单"))
    await town.settles()
    refused = told("ticket.not_yours", number="LH2611200001")
    assert {town.simulator.answer(press)["text"] for press in (first, again)} == {refused}


async def test_the_last_administrator_stays(town: Town) -> None:
    await town.shen.says("/revoke @ningadmin")
    assert town.last(SHEN).text == told("revoke.last_admin")
    await town.gu.starts(await link_for(town, "管理员"))
    await town.gu.says("/revoke @ningadmin")
    assert await roles_of(town, SHEN) == [("admin", False)]
    await town.shen.says("/invite 核查员")
    assert town.last(SHEN).text == told("who.only_admin")
    await town.gu.says("/revoke @guyan 管理员")
    assert town.last(town.gu.id).text == told("revoke.last_admin")


async def test_of_two_who_revoke_each_other_one_stays(town: Town) -> None:
    await town.gu.starts(await link_for(town, "管理员"))
    town.simulator.post(SHEN, SHEN, "/revoke @guyan 管理员")
    town.simulator.post(town.gu.id, town.gu.id, "/revoke @ningadmin 管理员")
    await town.settles()
    held = [("admin", True) in await roles_of(town, person) for person in (SHEN, town.gu.id)]
    assert sorted(held) == [False, True]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("", told("person.who")),
        ("@nobody", told("person.unknown", name="@nobody")),
        ("99999999", told("person.unknown", name="99999999")),
        ("张三丰", told("person.unknown", name="张三丰")),
        ("@luping 皇帝", told("revoke.which")),
        ("@luping 网格长", told("revoke.none")),
        ("@xiaolin", told("person.unknown", name="@xiaolin")),
        ("邀请7", told("invite.over")),
    ],
)
async def test_what_is_not_there_is_not_taken(town: Town, asked: str, answer: str) -> None:
    await town.shen.says(f"/revoke {asked}".strip())
    assert town.last(SHEN).text == answer


async def test_a_name_two_people_have_names_nobody(town: Town) -> None:
    town.simulator.seed({"people": [{"id": 1999, "first_name": "路平"}]})
    await player(town, 1999, 1999).starts()
    await town.shen.says("/revoke 路平")
    assert town.last(SHEN).text == told("person.several", name="路平")
    assert await roles_of(town, LU) == [("department", True)]


async def test_a_name_that_looks_like_a_username_is_none(town: Town) -> None:
    town.simulator.seed({"people": [{"id": 1999, "first_name": "luping"}]})
    await player(town, 1999, 1999).starts()
    await town.shen.says("/revoke @luping")
    assert await roles_of(town, LU) == [("department", False)]


async def test_the_folder_does_not_bring_it_back(town: Town) -> None:
    from bot.demo import demo_district
    from bot.district.loading import load_folder

    await town.shen.says("/revoke @daiheqing")
    with demo_district() as folder:
        said = await load_folder(town.machine.runtime.database, folder, town.clock)
    assert any("revoked by an administrator" in line for line in said)
    assert await roles_of(town, DAI) == [("department", False)]


async def test_only_an_administrator_revokes(town: Town) -> None:
    for player_ in (town.qiao, town.lu, player(town, DAI, DRAINAGE)):
        await player_.says("/revoke @ningadmin")
        assert town.last(player_.home).text == told("who.only_admin")
        await player_.says("/people")
        assert town.last(player_.home).text == told("who.only_admin")
    assert await roles_of(town, SHEN) == [("admin", True)]


async def test_who_holds_what_is_read_by_administrators(town: Town) -> None:
    await town.shen.says("/people 网格长")
    lines = town.last(SHEN).text.splitlines()
    assert "团结西路网格 · 网格长：乔岚（@qiaolan）" in lines
    assert len(lines) == 9
    await town.shen.says("/people")
    assert "柳桥区 · 督查员：顾严（@guyan）" in town.last(SHEN).text
    await player(town, SHEN, GROUP).says("/people 督查员")
    assert town.ours(GROUP) == []
    assert "顾严" in town.last(SHEN).text
