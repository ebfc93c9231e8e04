"""Disputes, people who need help, crime: the group learns that it was taken up, and nothing else."""

from tests.cast import DAI, DRAINAGE, GROUP, LIN, QIAO, Town
from tests.handlers.seeing import POLICE, STREET, player, tickets, told

ELDER = "印刷技校家属院有位独居老人摔倒了"
THIEF = "西柳小区有小偷撬电动车"


async def test_the_group_reads_number_and_that_it_was_taken_up(town: Town) -> None:
    await town.lin.starts()
    await town.lin.posts(ELDER)
    card = town.last(GROUP)
    assert card.text.splitlines()[-2:] == ["#LH2611200001", "已受理"], "before it only whom to call"
    assert "老人" not in card.text
    assert "印刷技校" not in card.text
    assert card.labels == []
    assert not card.has_photo
    job = town.last(STREET)
    assert ELDER in job.text
    assert job.has_photo
    mine = town.last(LIN)
    for part in ("#LH2611200001", "特殊群体", "印刷技校家属院", "街道办", "110"):
        assert part in mine.text
    await player(town, 1034, STREET).presses("接单", on=job)
    assert card.now().text.splitlines()[-2:] == ["#LH2611200001", "已受理"]
    assert "处置中" in mine.now().text


async def test_without_a_private_chat_the_reporter_hears_no_more_than_the_group(town: Town) -> None:
    await town.lin.posts(THIEF)
    assert len(town.ours(GROUP)) == 1
    assert town.ours(LIN) == []


async def test_strangers_are_told_nothing_and_those_concerned_in_private(town: Town) -> None:
    await town.lin.posts(THIEF)
    await town.mei.says("/ticket LH2611200001")
    assert town.last(GROUP).text == told("ticket.restricted", number="LH2611200001")
    await player(town, DAI, DRAINAGE).says("/ticket LH2611200001")
    assert town.last(DRAINAGE).text == told("ticket.restricted", number="LH2611200001")
    await town.lin.says("/ticket LH2611200001")
    link = town.last(GROUP)
    assert link.text == told("private.open_first")
    url = str(link.raw["reply_markup"]["inline_keyboard"][0][0]["url"])
    assert url.endswith("?start=ticket-LH2611200001")
    answer = await town.lin.starts(url.rpartition("=")[2])
    assert "可疑" in answer.text
    assert "西柳小区" in answer.text
    await player(town, QIAO).says("/ticket LH2611200001")
    assert "西柳小区" in town.last(QIAO).text
    assert not any("西柳小区" in message.text for message in town.ours(GROUP))
    assert (await town.mei.starts("ticket-LH2611200001")).text == told("ticket.restricted", number="LH2611200001")


async def test_nobody_joins_and_the_fix_shows_no_picture(town: Town) -> None:
    await town.lin.starts()
    await town.lin.posts(THIEF)
    card, job = town.last(GROUP), town.last(POLICE)
    assert told("ticket.not_open", number="LH2611200001") == await town.mei.forges("join|LH2611200001", on=card)
    await player(town, 1033, POLICE).posts("", chat=POLICE, reply_to=job)
    await town.passes(minutes=2)
    fix = town.last(GROUP)
    assert not fix.has_photo
    assert fix.mentions == []
    assert "可疑" not in fix.text
    assert "西柳" not in fix.text
    assert town.last(LIN).has_photo
    await town.lin.presses("已解决", on=fix)
    assert (await tickets(town))[0].stage == "closed"
    assert card.now().text.split() == ["#LH2611200001", "已受理"]
    assert "可疑" not in fix.now().text
    assert len(town.ours(GROUP)) == 2


async def test_a_late_pair_brings_no_picture_into_the_group_either(town: Town) -> None:
    await town.lin.starts()
    await town.lin.posts(THIEF)
    town.simulator.faults([{"kind": "500", "method": "file", "times": 2}])
    await player(town, 1033, POLICE).posts("", chat=POLICE, reply_to=town.last(POLICE))
    await town.passes(seconds=61)
    fix = town.last(GROUP)
    assert "#LH2611200001" in fix.text
    await town.passes(minutes=20)
    await town.lin.presses("已解决", on=fix)
    assert len(town.ours(GROUP)) == 2
    assert not any(message.has_photo for message in town.ours(GROUP))
    assert town.last(LIN).has_photo


async def test_no_blank_stands_within_the_bold_number(town: Town) -> None:
    await town.lin.posts(THIEF)
    (bold,) = [entity for entity in town.last(GROUP).raw["entities"] if entity["type"] == "bold"]
    assert bold["length"] == len("#LH2611200001")
