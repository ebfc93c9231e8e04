"""/invite: a link that works once and for two days, for one role and one part of the town."""

import re

import pytest
from sqlalchemy import select

from models.mail import Outbox
from models.person import Address, Role
from models.trust import Invitation
from tests.cast import DAI, DRAINAGE, GROUP, LIN, MEI, QIAO, SHEN, Message, Town
from tests.handlers.seeing import player, told
from tests.handlers.test_tray import returned

LINK = re.compile(r"https://t\.me/roving_grid_bot\?start=(\S+)")
WORTHLESS = told("invite.worthless")


async def link_for(town: Town, role: str) -> str:
    """What the administrator passes on: the payload of the deep link."""
    await town.shen.says(f"/invite {role}")
    found = LINK.search(town.last(SHEN).text)
    assert found is not None, town.last(SHEN).text
    return found[1]


async def roles_of(town: Town, telegram_id: int) -> list[tuple[str, bool]]:
    async with town.machine.runtime.database.read() as session:
        held = select(Role).join(Address, Address.person_id == Role.person_id)
        mine = held.where(Address.external_id == str(telegram_id)).order_by(Role.id)
        return [(role.kind, role.revoked_at is None) for role in await session.scalars(mine)]


@pytest.mark.parametrize(
    ("asked", "kind", "name", "undo"),
    [
        ("网格长 柳荫网格", "leader", "柳荫网格 · 网格长", "网格长 柳荫网格"),
        ("leader 610199001001002", "leader", "柳荫网格 · 网格长", "网格长 柳荫网格"),
        ("网格长：柳荫网格", "leader", "柳荫网格 · 网格长", "网格长 柳荫网格"),
        ("部门 排水公司", "department", "柳桥排水公司 · 部门人员", "部门人员 柳桥排水公司"),
        ("department paishui", "department", "柳桥排水公司 · 部门人员", "部门人员 柳桥排水公司"),
        ("核查员", "inspector", "柳桥区 · 督查员", "督查员"),
        ("管理员", "admin", "柳桥区 · 管理员", "管理员"),
    ],
)
async def test_who_comes_with_the_link_is_what_it_says(town: Town, asked: str, kind: str, name: str, undo: str) -> None:
    payload = await link_for(town, asked)
    assert len(payload) <= 64
    assert name in town.last(SHEN).text
    welcome = await town.lin.starts(payload)
    assert welcome.text == told(f"welcome.{kind}", role=name)
    assert len(welcome.text.splitlines()) == 2
    assert await roles_of(town, LIN) == [(kind, True)]
    assert town.last(SHEN).text == told("invite.taken", name="小林", role=name, undo=f"@xiaolin {undo}")
    await town.nothing_went_wrong()


async def test_the_words_of_the_notice_take_back_that_role_alone(town: Town) -> None:
    for role in ("网格长 桥南网格", "网格长 柳荫网格", "核查员"):
        payload = await link_for(town, role)
        await town.lin.starts(payload)
        if "柳荫" in role:
            undo = town.last(SHEN).text.partition("请发 ")[2]
    assert undo == "/revoke @xiaolin 网格长 柳荫网格"
    await town.shen.says(undo)
    assert await roles_of(town, LIN) == [("leader", True), ("leader", False), ("inspector", True)]
    assert "桥南网格" not in town.last(SHEN).text


@pytest.mark.parametrize(("asked", "key"), [("网格长", "invite.which_leader"), ("部门", "invite.which_department")])
async def test_who_forgets_for_what_part_of_the_town_is_asked(town: Town, asked: str, key: str) -> None:
    await town.shen.says(f"/invite {asked}")
    assert town.last(SHEN).text == told(key)


async def test_a_link_works_once(town: Town) -> None:
    payload = await link_for(town, "核查员")
    await town.lin.starts(payload)
    assert (await town.mei.starts(payload)).text == WORTHLESS
    assert await roles_of(town, MEI) == []
    assert (await town.lin.starts(payload)).text == told("invite.yours")
    assert await roles_of(town, LIN) == [("inspector", True)]


async def test_of_two_who_come_at_once_one_is_let_in(town: Town) -> None:
    payload = await link_for(town, "网格长 柳荫网格")
    for person in (LIN, MEI):
        town.simulator.start(person, payload)
    await town.settles()
    held = [await roles_of(town, person) for person in (LIN, MEI)]
    assert sorted(held) == [[], [("leader", True)]]


async def test_after_two_days_it_is_over(town: Town) -> None:
    payload = await link_for(town, "核查员")
    await town.passes(hours=48)
    assert (await town.lin.starts(payload)).text == WORTHLESS
    assert await roles_of(town, LIN) == []


async def test_the_answer_tells_nobody_which_links_there_are(town: Town) -> None:
    used, back, old = [await link_for(town, "核查员") for _ in range(3)]
    await town.gu.says("/start")
    await town.lin.starts(used)
    await town.shen.says("/revoke 邀请2")
    assert town.last(SHEN).text == told("invite.taken_back", id=2)
    said = {(await town.mei.starts(payload)).text for payload in (used, back, "invite-nothing", "invite-")}
    await town.passes(hours=49)
    said.add((await town.mei.starts(old)).text)
    assert said == {WORTHLESS}


async def test_who_tries_many_has_to_wait(town: Town) -> None:
    good = await link_for(town, "核查员")
    for guess in range(5):
        assert (await town.lin.starts(f"invite-{guess}")).text == WORTHLESS
    assert (await town.lin.starts(good)).text == told("invite.slow")
    await town.passes(minutes=10)
    assert (await town.lin.starts(good)).text.startswith("欢迎")


async def test_only_the_hash_is_kept(town: Town) -> None:
    secret = (await link_for(town, "核查员")).removeprefix("invite-")
    assert len(secret) * 6 >= 128, "bits"
    async with town.machine.runtime.database.read() as session:
        (kept,) = list(await session.scalars(select(Invitation)))
        assert re.fullmatch(r"[0-9a-f]{64}", kept.hash)
        assert not any(secret in str(row.content) for row in await session.scalars(select(Outbox)))


async def test_an_open_link_is_taken_back_with_its_button_and_once(town: Town) -> None:
    payload = await link_for(town, "核查员")
    made = town.last(SHEN)
    await town.shen.says("/invite")
    assert "邀请1：柳桥区 · 督查员" in town.last(SHEN).text
    assert await town.gu.forges("take_back||1", on=await _any_message(town)) == told("who.only_admin")
    assert await town.shen.presses("收回链接", on=made) == told("invite.taken_back", id=1)
    assert await town.shen.presses("收回链接", on=made) == told("invite.over")
    assert (await town.lin.starts(payload)).text == WORTHLESS
    await town.shen.says("/invite")
    assert "没有还能用的邀请链接" in town.last(SHEN).text


async def _any_message(town: Town) -> Message:
    await town.gu.says("/help")
    return town.last(town.gu.id)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("谁", told("invite.whom")),
        ("网格长", told("invite.which_leader")),
        ("网格长 月亮网格", told("invite.grid", name="月亮网格")),
        ("部门 月亮公司", told("invite.department", name="月亮公司")),
    ],
)
async def test_what_it_is_for_must_be_known(town: Town, asked: str, answer: str) -> None:
    await town.shen.says(f"/invite {asked}")
    assert town.last(SHEN).text == answer


async def test_only_an_administrator_invites_and_never_in_a_group(town: Town) -> None:
    await town.qiao.says("/invite 网格长 团结西路网格")
    assert town.last(QIAO).text == told("who.only_admin")
    await player(town, SHEN, GROUP).says("/invite 核查员")
    assert LINK.search(town.last(SHEN).text)
    assert not any(LINK.search(message.text) for message in town.ours(GROUP))


async def test_a_new_leader_finds_what_waits(town: Town) -> None:
    await town.shen.says("/revoke @qiaolan")
    await returned(town)
    payload = await link_for(town, "网格长 团结西路网格")
    await town.mei.starts(payload)
    assert any("待办" in message.text for message in town.ours(MEI))
    await town.nothing_went_wrong()


async def test_who_has_it_already_leaves_the_link_for_another(town: Town) -> None:
    payload = await link_for(town, "部门 排水公司")
    assert (await player(town, DAI, DAI).starts(payload)).text == told("invite.have")
    assert (await town.lin.starts(payload)).text.startswith("欢迎")


async def test_who_was_revoked_may_be_invited_again(town: Town) -> None:
    await town.shen.says("/revoke @daiheqing")
    assert await roles_of(town, DAI) == [("department", False)]
    await player(town, DAI, DAI).starts(await link_for(town, "部门 排水公司"))
    assert await roles_of(town, DAI) == [("department", True)]
    await town.lin.posts("印刷技校门口下水道堵了，污水往外冒")
    await town.dai.presses("接单", on=next(m for m in reversed(town.ours(DRAINAGE)) if m.labels))
    assert "处置中" in town.last(GROUP).now().text


async def test_a_group_administrator_is_nobody_special(town: Town) -> None:
    town.simulator.member(GROUP, LIN, "administrator")
    await town.settles()
    await town.lin.says("/invite 管理员")
    assert town.last(GROUP).text == told("who.only_admin")
    assert await roles_of(town, LIN) == []


async def test_names_are_only_text(town: Town) -> None:
    payload = await link_for(town, "核查员")
    town.simulator.seed({"people": [{"id": 1999, "first_name": "<b>大</b>&"}]})
    await player(town, 1999, 1999).starts(payload)
    assert "<b>大</b>&" in town.last(SHEN).text


async def test_what_looks_like_a_link_of_ours_stays_text(town: Town) -> None:
    await town.lin.posts('印刷技校门口路面塌陷 <a href="start:invite-x"></a>')
    assert '<a href="start:invite-x"></a>' in town.job.text


async def test_in_english(town: Town) -> None:
    await town.shen.says("/lang en")
    await town.shen.says("/invite leader 柳荫网格")
    assert "leader of 柳荫网格" in town.last(SHEN).text
    await town.shen.says("/people inspector")
    assert town.last(SHEN).text == "inspector of 柳桥区: 顾严 (@guyan)"
