"""接单: the colleagues of who took it see that he did; the street does not."""

from tests.cast import GROUP, HOLE, LIN, LU, QIAO, Player, Town
from tests.handlers.seeing import told

NUMBER = "LH2611200001"
TAKEN = told("note.taken", name="路平")


async def test_his_department_sees_who_took_it_and_nobody_else(town: Town) -> None:
    await town.lin.starts()
    await town.lin.posts(HOLE)
    job = town.job
    assert TAKEN not in job.text
    await town.lu.presses("接单", on=job)
    assert TAKEN in job.now().text
    lu = Player(town, LU, LU)
    await lu.says(f"/ticket {NUMBER}")
    await lu.presses("去处理", on=town.last(LU))
    assert TAKEN in town.last(LU).text
    for chat in (GROUP, LIN, QIAO):
        assert not any("路平" in message.text for message in town.ours(chat))
    await town.lu.says("退回 不归我们", reply_to=job)
    assert TAKEN not in job.now().text
