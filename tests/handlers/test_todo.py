"""/todo: what is mine now, danger first, then the oldest deadline; a number opens its card."""

from sqlalchemy import text

from tests.cast import HOLE, LU, QIAO, Message, Player, Town
from tests.handlers.seeing import number_in, player, tickets, told
from tests.handlers.test_lists import MORE_PLACES, PLACES


async def asked(town: Town, person: Player) -> Message:
    await person.says("/todo")
    return town.last(person.home)


def numbers(shown: Message) -> list[str]:
    return [word.lstrip("#") for word in shown.text.split() if word.startswith("#LH")]


async def test_a_number_opens_the_tickets_card_with_its_buttons(town: Town) -> None:
    lu = Player(town, LU, LU)
    await town.lin.posts(HOLE)
    shown = await asked(town, lu)
    assert shown.labels == ["0001"]
    assert told("todo_why.accept") in shown.text
    await lu.presses("0001", on=shown)
    card = town.last(LU)
    assert card.text.count("LH2611200001") == 1
    await lu.presses("接单", on=card)
    assert (await tickets(town))[0].stage == "working"
    await lu.presses("已围护", on=card)
    assert told("todo_why.mend") in (await asked(town, lu)).text
    await lu.posts("", reply_to=card)
    assert numbers(await asked(town, lu)) == []


async def test_danger_comes_first_then_the_oldest_deadline(town: Town) -> None:
    lu = Player(town, LU, LU)
    await town.lin.posts("西柳小区门口路灯不亮")
    await town.passes(minutes=5)
    await town.lin.posts(HOLE)
    await town.passes(minutes=5)
    await town.lin.posts("柳桥三小门口路面塌陷，有人掉进去了！")
    urgent = number_in(town.card)
    shown = numbers(await asked(town, lu))
    assert shown[0] == urgent
    assert shown[1] == "LH2611200002", "two hours, before two days"


async def test_pages_are_turned_in_place(town: Town) -> None:
    for place in (*PLACES, *MORE_PLACES):
        await town.lin.says(f"/report {place}门口路面塌陷")
    lu = Player(town, LU, LU)
    shown, before = await asked(town, lu), len(town.ours(LU))
    assert "12 件" in shown.text
    assert len(numbers(shown)) == 8
    assert shown.labels == [f"{n:04d}" for n in range(1, 9)] + [told("tree.on")]
    assert await lu.presses(told("tree.on"), on=shown) == ""
    assert numbers(shown.now()) == [f"LH26112000{n:02d}" for n in range(9, 13)]
    assert shown.now().labels[-1] == told("tree.back")
    assert len(town.ours(LU)) == before
    for _ in range(2):
        await lu.forges("todo||0", on=shown)
    assert len(numbers(shown.now())) == 8
    await lu.forges("todo||99999", on=shown)
    assert numbers(shown.now())[0] == "LH2611200009", "the last page there is"
    for data in ("todo||-1", "todo||x", "todo", "todo||1234567"):
        assert await lu.forges(data, on=shown) == told("press.unknown")
    assert await town.lin.forges("todo||0", on=town.card) == told("press.unknown")


async def test_a_leader_reads_why_each_of_them_waits_for_him(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("退回 那是电力的", reply_to=town.job)
    await town.lin.posts("柳桥三小门口路面塌陷")
    await town.lu.posts("", reply_to=town.job)
    await town.lin.posts("西柳小区门口路灯不亮")
    shown = await asked(town, town.qiao)
    assert numbers(shown) == ["LH2611200001", "LH2611200002"]
    assert told("waits.returned", reason="那是电力的") in shown.text
    assert told("todo_why.check") in shown.text
    await town.qiao.presses("0002", on=shown)
    card = town.last(QIAO)
    assert card.labels == ["核查通过", "返工", "更多照片（1）"]
    assert await town.qiao.presses("核查通过", on=card) == told("verify.done", number="LH2611200002")
    assert numbers(await asked(town, town.qiao)) == ["LH2611200001"]


async def test_what_lies_further_up_is_his_only_when_it_was_told_further_up(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们", reply_to=town.job)
    assert numbers(await asked(town, town.shen)) == []
    await town.passes(hours=3)
    assert numbers(await asked(town, town.shen)) == ["LH2611200001"]


async def test_who_is_both_reads_both(town: Town) -> None:
    async with town.machine.runtime.database.write() as session:
        of_qiao = "(SELECT person_id FROM addresses WHERE external_id = '1011')"
        await session.execute(
            text(
                "INSERT INTO roles (person_id, kind, department_id, by_folder, by_settings, granted_at) SELECT "
                f"{of_qiao}, 'department', department_id, by_folder, by_settings, granted_at FROM roles "
                "WHERE person_id = (SELECT person_id FROM addresses WHERE external_id = '1022')"
            )
        )  # fmt: skip
    await town.lin.posts(HOLE)
    await town.lin.posts("柳桥三小门口路面塌陷")
    await town.lu.says("退回 不归我们", reply_to=town.job)
    shown = await asked(town, town.qiao)
    assert set(numbers(shown)) == {"LH2611200001", "LH2611200002"}
    await town.qiao.presses("0001", on=shown)
    assert {"接单", "转派", "更多"} <= set(town.last(QIAO).labels), "he is an officer of it and its leader"


async def test_what_is_not_public_is_marked(town: Town) -> None:
    await town.lin.posts("西柳小区有人吵架打架")
    ticket = (await tickets(town))[0]
    assert ticket.is_restricted
    officer = await _officer(town, ticket.department_id)
    town.simulator.start(officer)
    await town.settles()
    shown = await asked(town, Player(town, officer, officer))
    assert f"#{ticket.number}" in shown.text
    assert "（不公开）" in shown.text


async def _officer(town: Town, department: int | None) -> int:
    async with town.machine.runtime.database.read() as session:
        held = text("SELECT external_id FROM roles JOIN addresses USING (person_id) WHERE department_id = :department")
        return int(str(await session.scalar(held, {"department": department})))


async def test_two_days_with_the_same_serial_are_told_apart(town: Town) -> None:
    lu = Player(town, LU, LU)
    await town.lin.posts(HOLE)
    await town.passes(days=1)
    await town.lin.posts("柳桥三小门口路面塌陷")
    assert (await asked(town, lu)).labels == ["200001", "210001"]


async def test_a_call_for_help_stands_in_the_list_of_those_who_were_called(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says("/whistle LH2611200001 市政中心 排水公司")
    dai = Player(town, town.dai.id, town.dai.id)
    shown = await asked(town, dai)
    assert numbers(shown) == ["LH2611200001"]
    assert told("todo_why.report_in") in shown.text
    await dai.presses("0001", on=shown)
    assert "LH2611200001" in town.last(town.dai.id).text


async def test_what_waits_for_a_leader_is_nobody_elses(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们", reply_to=town.job)
    await town.lin.posts("西柳小区有人吵架打架")
    for officer in (LU, town.dai.id):
        shown = await asked(town, Player(town, officer, officer))
        assert numbers(shown) == []
    assert numbers(await asked(town, player(town, 1012, 1012))) == []
    assert "LH2611200001" in numbers(await asked(town, town.qiao))
