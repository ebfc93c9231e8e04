"""/audit: who did what, when and why; and how a ticket stood at a past moment."""

from sqlalchemy import select

from models.trust import Look
from tests.cast import GROUP, GU, HOLE, LIN, QIAO, SHEN, Player, Town
from tests.handlers.seeing import told

NUMBER = "LH2611200001"


async def looks(town: Town) -> list[str]:
    async with town.machine.runtime.database.read() as session:
        return list(await session.scalars(select(Look.about)))


async def played(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.passes(minutes=20)
    await town.lu.presses("接单", on=town.job)
    await town.passes(minutes=20)
    await town.lu.says("退回 不归我们管", reply_to=town.job)


async def test_an_administrator_reads_who_did_what_when_and_why(town: Town) -> None:
    await played(town)
    await town.shen.says(f"/audit {NUMBER}")
    seen = town.last(SHEN).text
    for part in ("小林：上报", "2026-11-20 09:00:00", "系统：立案", "2026-11-20 09:20:00", "接单", "不归我们管"):
        assert part in seen
    assert await looks(town) == ["audit"]


async def test_in_a_group_it_comes_in_private(town: Town) -> None:
    await played(town)
    before = len(town.ours(GROUP))
    await Player(town, SHEN, GROUP).says(f"/audit {NUMBER}")
    assert len(town.ours(GROUP)) == before
    assert "小林：上报" in town.last(SHEN).text


async def test_it_is_for_administrators_alone_and_nothing_is_told_of_what_there_is(town: Town) -> None:
    await played(town)
    await Player(town, LIN, LIN).starts()
    for person in (GU, QIAO, LIN):
        for number in (NUMBER, "LH2611209999"):
            await Player(town, person, person).says(f"/audit {number}")
            assert town.last(person).text == told("who.only_admin")
    assert await looks(town) == []


async def test_a_long_story_is_turned_page_by_page(town: Town) -> None:
    await town.lin.posts(HOLE)
    for _ in range(6):
        await town.lu.presses("接单", on=town.job)
        await town.lu.says("退回 不归我们管", reply_to=town.job)
        await town.qiao.says(f"/dispatch {NUMBER} 市政中心")
    await town.shen.says(f"/audit {NUMBER}")
    first = town.last(SHEN)
    assert "1. 2026" in first.text
    await town.shen.presses("更晚 ›", on=first)
    second = town.last(SHEN)
    assert second.id != first.id
    assert "21. 2026" in second.text
    assert "\n1. 2026" not in second.text
    assert await looks(town) == ["audit", "audit"]
    data = first.data("更晚 ›")
    await town.gu.says("/stats")
    assert await town.gu.forges(data, on=town.last(GU)) == told("who.only_admin")


async def test_how_it_stood_at_a_past_moment(town: Town) -> None:
    await played(town)
    for said, stage in (
        ("11月20日 9:10", "dispatched"), ("9:20", "working"), ("2026-11-20 09:39", "working"),
        ("今天 9点40", "returned"), ("今天", "returned"),
    ):  # fmt: skip
        await town.mei.says(f"/ticket {NUMBER} {said}")
        seen = town.last(GROUP).text
        assert told(f"stage.{stage}") in seen, said
        assert "时：" in seen, said
        await town.shen.says(f"/audit {NUMBER} {said}")
        assert told(f"stage.{stage}") in town.last(SHEN).text
    assert "小林" not in town.last(SHEN).text


async def test_before_it_was_reported_there_is_nothing_to_tell(town: Town) -> None:
    await played(town)
    for said in ("11月19日", "昨天 23:00", "8:59"):
        await town.mei.says(f"/ticket {NUMBER} {said}")
        assert "还没有上报" in town.last(GROUP).text, said
    await town.mei.says(f"/ticket {NUMBER} 11月31日")
    assert town.last(GROUP).text == told("then.when")
    await town.mei.says(f"/ticket {NUMBER} 谢谢")
    assert told("event.accepted") in town.last(GROUP).text
