"""先围护, then mend: two deadlines, and the button between them."""

from datetime import timedelta

from tests.cast import DRAINAGE, GROUP, HOLE, OFFICE, Town
from tests.handlers.seeing import told


async def test_a_collapse_is_to_be_fenced_first_and_mended_after(town: Town) -> None:
    await town.lin.posts(HOLE)
    assert "今天 11:00 前先围护，11月27日 09:00 前修好" in town.card.text
    assert "今天 11:00 前先围护" in town.job.text
    assert town.job.labels == ["接单", "退回", "已围护", "改类别"]
    said = len(town.ours(GROUP))
    assert "围护好了" in await town.lu.presses("已围护", town.job)
    assert "已先围护，11月27日 09:00 前修好" in town.card.text
    assert "处置中" in town.card.text
    assert town.job.labels == ["退回", "延期", "挂账", "改类别"]
    assert len(town.ours(GROUP)) == said


async def test_by_word_and_command(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("围护", reply_to=town.job)
    assert "围护好了" in town.last(OFFICE).text
    await town.lu.says("/secure", reply_to=town.job)
    assert town.last(OFFICE).text == told("ticket.already_secured", number="LH2611200001")


async def test_who_does_not_work_there_cannot_say_so(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.dai.says("/secure LH2611200001")
    assert "只有负责的单位" in town.last(DRAINAGE).text
    assert "先围护" in town.card.text


async def test_who_does_not_fence_in_time_is_late_though_the_mending_has_days(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", town.job)
    town.clock.moment += timedelta(hours=2, minutes=1)
    await town.lu.says("/todo")
    assert "已超时" in town.last(town.lu.id).text
    await town.lu.presses("已围护", town.job)
    assert "已超时" not in town.card.text


async def test_what_is_not_urgent_has_one_deadline(town: Town) -> None:
    await town.lin.posts("印刷技校门口路灯不亮")
    assert "先围护" not in town.card.text
    assert "已围护" not in town.job.labels
