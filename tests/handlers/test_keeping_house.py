"""/start, /help, /lang, /bind, /unbind; coming into a group; people who may not take part."""

import re

from sqlalchemy import select

from models.person import Address, Person
from tests.cast import GROUP, GU, HOLE, LIN, LU, MORNING, OFFICE, QIAO, SHEN, Player, Town
from tests.handlers.seeing import cards, leader_card, tickets, told

NEW = -1002610199777


def new_group(town: Town, *members: int, bot: str | None = "member") -> None:
    group = {"id": NEW, "title": "新的群", "members": list(members), **({"bot_member": bot} if bot else {})}
    town.simulator.seed({"chats": [group]})


async def test_start_says_what_this_is(town: Town) -> None:
    hello = await town.lin.starts()
    assert hello.text == told("start.hello", district="柳桥区", grid="", department="")
    assert (await town.lin.starts("no-such-thing")).text == hello.text
    assert (await town.lin.starts("ticket-LH2611209999")).text == told("ticket.unknown", number="LH2611209999")


async def test_help_shows_what_one_can_use_here_and_nothing_else(town: Town) -> None:
    async def commands(person: int, chat: int) -> set[str]:
        await Player(town, person, chat).says("/help")
        return set(re.findall(r"/[a-z]+", town.last(chat).text.partition("\n隐私：")[0]))

    everybody = {"/report", "/mine", "/ticket", "/withdraw"}
    rider, officer = await commands(LIN, LIN), await commands(LU, LU)
    leader, admin = await commands(QIAO, QIAO), await commands(SHEN, GROUP)
    for seen in (rider, officer, leader, admin):
        assert everybody <= seen
    assert not rider & {"/accept", "/return", "/dispatch", "/bind", "/todo"}
    assert {"/accept", "/return", "/resolve", "/todo"} <= officer
    assert not officer & {"/dispatch", "/bind"}
    assert {"/dispatch", "/todo"} <= leader
    assert not leader & {"/accept", "/bind"}
    assert {"/bind", "/unbind"} <= admin
    assert {"/bind", "/unbind"} <= await commands(SHEN, SHEN)
    assert "/bind 绑定本群：网格或部门（在群里发）" in town.last(SHEN).text
    assert "/bind" not in await commands(QIAO, QIAO)
    assert "/stats" in await commands(GU, GU)
    assert "/lang" in rider


async def test_a_group_is_bound_to_a_grid_by_an_administrator(town: Town) -> None:
    new_group(town, LIN, QIAO, SHEN)
    for person in (LIN, QIAO):
        await Player(town, person, NEW).says("/bind 桥南网格")
        assert town.last(NEW).text == told("who.only_admin")
    shen = Player(town, SHEN, NEW)
    for name in ("天文台", "", "柳桥"):
        await shen.says(f"/bind {name}".strip())
        assert town.last(NEW).text == told("bind.what", name=name)
    await town.shen.says("/bind 桥南网格")
    assert town.last(SHEN).text == told("bind.in_group")
    await town.lin.posts("桥南小区门口路灯不亮", chat=NEW)
    assert cards(town, NEW) == []
    for name in ("610199001002001", "桥南网格"):
        await shen.says(f"/bind {name}")
        assert town.last(NEW).text == told("bind.grid", name="桥南网格")
    await town.lin.posts("桥南小区门口路灯不亮", chat=NEW)
    assert "桥南网格" in town.last(NEW).text
    await shen.says("/unbind")
    assert town.last(NEW).text == told("bind.undone")
    await town.lin.posts("桥南小区门口一堆垃圾没人收", chat=NEW)
    assert len(await tickets(town)) == 1
    await shen.says("/unbind")
    assert town.last(NEW).text == told("bind.not_bound")


async def test_a_departments_chat_moves(town: Town) -> None:
    new_group(town, LU, SHEN)
    for name in ("shizheng", "SHIZHENG", "柳桥区市政中心", "市政中心"):
        await Player(town, SHEN, NEW).says(f"/bind {name}")
        said = town.last(NEW).text
        assert said.startswith(told("bind.department", name="柳桥区市政中心"))
        assert ("那里不再收了" in said) == (name == "shizheng"), "once, when it moves"
    await town.lin.posts(HOLE)
    assert town.ours(OFFICE) == []
    assert town.last(NEW).labels == ["接单", "退回", "已围护", "改类别"]
    await Player(town, LU, NEW).presses("接单", on=town.last(NEW))
    assert "处置中" in town.card.text


async def test_coming_into_a_group_it_says_one_line(town: Town) -> None:
    new_group(town, LIN, SHEN, bot=None)
    bot = int(town.simulator.records.bot["id"])
    for status in ("member", "administrator", "member"):
        town.simulator.member(NEW, bot, status, SHEN)
        await town.settles()
        assert [m.text for m in town.ours(NEW)] == [told("bind.welcome")]
    town.simulator.member(NEW, bot, "kicked", SHEN)
    await town.settles()
    town.simulator.member(NEW, bot, "administrator", SHEN)
    await town.settles()
    assert len(town.ours(NEW)) <= 2
    town.simulator.member(GROUP, bot, "administrator", SHEN)
    await town.settles()
    assert town.ours(GROUP) == []


async def test_added_as_an_administrator_it_says_its_line_too(town: Town) -> None:
    new_group(town, LIN, SHEN, bot=None)
    town.simulator.member(NEW, int(town.simulator.records.bot["id"]), "administrator", SHEN)
    await town.settles()
    assert [m.text for m in town.ours(NEW)] == [told("bind.welcome")]


async def test_the_first_administrators_are_named_by_the_settings(town: Town) -> None:
    new_group(town, LIN)
    town.machine.runtime.admin_ids = frozenset({str(LIN)})
    await Player(town, LIN, NEW).says("/bind 桥南网格")
    assert town.last(NEW).text == told("bind.grid", name="桥南网格")


async def test_the_language_of_a_chat(town: Town) -> None:
    lin = Player(town, LIN, LIN)
    await lin.says("/lang")
    assert town.last(LIN).text == told("lang.which")
    await lin.says("/lang fr")
    assert town.last(LIN).text == told("lang.which")
    await lin.says("/lang EN")
    assert town.last(LIN).text == told("lang.done", "en")
    await town.lin.says("/lang en")
    assert town.last(GROUP).text == told("lang.not_yours")
    await Player(town, QIAO, GROUP).says("/lang en")
    assert town.last(GROUP).text == told("lang.done", "en")
    await town.lin.posts(HOLE)
    assert "Road collapse" in town.card.text
    assert "路面塌陷" in town.job.text
    await town.lu.says("/lang en")
    assert town.last(OFFICE).text == told("lang.done", "en")
    await lin.says("/lang zh")
    assert town.last(LIN).text == told("lang.done")


async def test_who_is_banned_is_not_heard(town: Town) -> None:
    await town.lin.posts(HOLE)
    card = town.card
    async with town.machine.runtime.database.write() as session:
        address = (await session.scalars(select(Address).where(Address.external_id == str(LIN)))).one()
        (await session.get_one(Person, address.person_id)).banned_at = MORNING
    before = (await tickets(town))[0].version
    await town.lin.posts("柳桥三小门口路面塌陷")
    await town.lin.posts("", photos=3)
    await town.lin.says("/withdraw LH2611200001")
    await town.lin.says("/report 路灯不亮")
    await town.lin.sends_place(34.270989, 108.919347, reply_to=card)
    await town.passes(seconds=20)
    assert await town.lin.presses("我也遇到", on=card) == ""
    assert len(town.ours(GROUP)) == 1
    assert [ticket.version for ticket in await tickets(town)] == [before]


async def test_an_album_of_somebody_banned_meanwhile_and_a_role_taken_away_count_from_now_on(town: Town) -> None:
    await town.lin.posts(HOLE)
    job = town.job
    async with town.machine.runtime.database.write() as session:
        for person in (await session.scalars(Person.known_as("telegram", str(LU)))).unique():
            for role in person.roles:
                role.revoked_at = MORNING
    assert await town.lu.presses("接单", on=job) == told("ticket.not_yours", number="LH2611200001")
    assert (await tickets(town))[0].stage == "dispatched"


async def test_a_leader_who_starts_late_gets_what_waited_for_one(town: Town) -> None:
    bot = int(town.simulator.records.bot["id"])
    for person in (QIAO, SHEN):
        town.simulator.member(person, bot, "kicked")
    await town.settles()
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们管", reply_to=town.job)
    await town.mei.posts("柳桥三小门口路面塌陷")
    await town.lin.starts()
    assert not any("#LH" in message.text for message in town.ours(LIN))
    await town.qiao.starts()
    card = leader_card(town)
    assert "#LH2611200001" in card.text
    assert "不归我们管" in card.text
    assert not any("#LH2611200002" in message.text for message in town.ours(QIAO))
    await town.qiao.starts()
    await town.shen.starts()
    assert len([message for message in town.ours(QIAO) if "#LH" in message.text]) == 1
    assert not any("#LH" in message.text for message in town.ours(SHEN))
    await town.qiao.says("派单 排水公司", reply_to=card)
    assert (await tickets(town))[0].stage == "dispatched"


async def test_what_a_department_without_a_chat_has_waits_for_the_leader_too(town: Town) -> None:
    for person in (QIAO, SHEN):
        town.simulator.member(person, int(town.simulator.records.bot["id"]), "kicked")
    town.simulator.member(OFFICE, SHEN, "member")
    await town.settles()
    await Player(town, SHEN, OFFICE).says("/unbind")
    await town.lin.posts(HOLE)
    await town.qiao.starts()
    assert leader_card(town).labels[:1] == ["转派"]


async def test_when_a_departments_chat_moves_its_cards_move_along(town: Town) -> None:
    await town.lin.posts(HOLE)
    before = town.job
    new_group(town, LU, SHEN)
    await Player(town, SHEN, NEW).says("/bind shizheng")
    assert before.now().labels == []
    (card,) = cards(town, NEW)
    assert card.labels == ["接单", "退回", "已围护", "改类别"]
    assert len(town.ours(GROUP)) == 1
