"""催办: the department hears it, once in a period."""

from tests.cast import GROUP, HOLE, LU, OFFICE, QIAO, Player, Town
from tests.handlers.seeing import cards, player, tickets, told
from tests.handlers.test_declining import NUMBER


async def test_the_department_hears_one_short_reply_that_rings(town: Town) -> None:
    await town.lin.posts(HOLE)
    job, before = town.job, len(town.ours(OFFICE))
    await town.passes(minutes=30)
    await town.qiao.says(f"/urge {NUMBER} 学校快放学了，孩子要走这里")
    assert town.last(QIAO).text == told("urge.done", number=NUMBER, department="柳桥区市政中心")
    rang = town.last(OFFICE)
    assert len(town.ours(OFFICE)) == before + 1
    assert rang.reply_to == job.id
    assert rang.text == told("card.hurry", number=NUMBER, words="学校快放学了，孩子要走这里")
    for shown in (job.now(), town.card):
        assert "今天 09:30 催办过" in shown.text
    assert len(cards(town)) == 1
    await town.lin.says(f"/ticket {NUMBER}")
    assert told("event.urged", words="学校快放学了，孩子要走这里") in town.last(GROUP).text


async def test_by_button_and_word_once_in_a_period(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/ticket {NUMBER}")
    await town.qiao.presses("去处理", on=town.last(QIAO))
    card = town.last(QIAO)
    assert card.labels == ["转派", "更多", "改类别"]
    await town.qiao.presses("更多", on=card)
    assert set(card.now().labels) >= {"催办", "吹哨", "合并", "不予立案", "免照片", "取消"}
    assert await town.qiao.presses("催办", on=card) == told("urge.done", number=NUMBER, department="柳桥区市政中心")
    assert card.now().labels == ["转派", "更多", "改类别"]
    hurry = told("card.hurry", number=NUMBER, words="")
    await town.passes(minutes=119)
    await town.qiao.says("催办", reply_to=card)
    assert "已经催过了（今天 09:00）" in town.last(QIAO).text
    assert [m.text for m in town.ours(OFFICE)].count(hurry) == 1
    await town.passes(minutes=1)
    await town.qiao.says("催办：快一点", reply_to=card)
    assert town.last(OFFICE).text == told("card.hurry", number=NUMBER, words="快一点")


async def test_who_may_not_and_what_nobody_works_on(town: Town) -> None:
    await town.lin.posts(HOLE)
    for person in (town.lin, town.lu, town.gu, player(town, 1012, 1012)):
        await person.says(f"/urge {NUMBER}")
        assert town.last(person.home).text == told("ticket.not_your_grid", number=NUMBER)
    await town.lu.says("退回 不归我们", reply_to=town.job)
    await town.qiao.says(f"/urge {NUMBER}")
    assert town.last(QIAO).text == told("ticket.not_now", number=NUMBER, stage="returned")
    assert (await tickets(town))[0].urged_at is None


async def test_a_department_that_reads_nothing_here_is_named_with_its_number(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.member(OFFICE, int(town.simulator.records.bot["id"]), "kicked")
    await town.settles()
    await town.qiao.says(f"/urge {NUMBER}")
    assert "在这里收不到消息" in town.last(QIAO).text


async def test_a_new_round_may_be_urged_at_once(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/urge {NUMBER}")
    await town.lu.posts("", reply_to=town.job)
    assert "催办过" not in town.card.text
    await town.qiao.says(f"/reopen {NUMBER} 还没修好")
    await Player(town, LU, LU).says(f"/accept {NUMBER}")
    await town.qiao.says(f"/urge {NUMBER}")
    assert town.last(QIAO).text == told("urge.done", number=NUMBER, department="柳桥区市政中心")
