"""Disputes, people who need help, crime: the group learns that it was taken up, and nothing else."""

from datetime import timedelta

import pytest

from tests.cast import DAI, DRAINAGE, GROUP, HOLE, LIN, MEI, OFFICE, QIAO, WANG, Player, Town
from tests.handlers.seeing import POLICE, STREET, WATER, player, tickets, told

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
    assert "修好" not in job.text
    assert "不要拍到人" in job.text
    await player(town, 1033, POLICE).posts("", chat=POLICE, reply_to=job)
    assert town.last(POLICE).text.startswith(told("resolve.restricted", number="LH2611200001", missing=[]))
    await town.passes(minutes=2)
    fix = town.last(GROUP)
    assert fix.text == "#LH2611200001 已办理。"
    assert not fix.has_photo
    assert fix.labels == []
    own = town.last(LIN)
    assert "办好了" in own.text
    assert not own.has_photo
    await Player(town, LIN, LIN).presses("已解决", on=own)
    assert (await tickets(town))[0].stage == "closed"
    assert card.now().text.split() == ["#LH2611200001", "已受理"]
    assert fix.now().text == "#LH2611200001 已结案。"
    assert "已结案" in own.now().text
    assert len(town.ours(GROUP)) == 2


async def test_who_joined_it_hears_the_end_alone_without_being_asked(town: Town) -> None:
    await town.lin.starts()
    await town.mei.starts()
    await town.lin.posts(THIEF)
    await town.mei.posts(THIEF)
    await town.wang.posts(THIEF)
    assert len(await tickets(town)) == 1
    said = len(town.ours(GROUP))
    await player(town, 1033, POLICE).posts("", chat=POLICE, reply_to=town.last(POLICE))
    await town.passes(minutes=2)
    joined, own = town.last(MEI), town.last(LIN)
    assert "办好了" in joined.text
    assert joined.labels == []
    assert "请点一下" not in joined.text
    assert own.labels == ["已解决", "没解决", "更多照片（2）"]  # of the two who told of it too
    assert [message.text for message in town.ours(GROUP)[said:]] == ["#LH2611200001 已办理。"]
    assert town.ours(WANG) == []
    await Player(town, LIN, LIN).presses("没解决", on=own)
    assert "上报人说没办好" in joined.now().text
    assert "您说没办好" in own.now().text


async def test_who_joined_in_private_what_was_told_in_private_hears_it_once(town: Town) -> None:
    for who in (LIN, MEI):
        await Player(town, who, who).starts()
        await Player(town, who, who).posts(THIEF)
    said = len(town.ours(MEI))
    await player(town, 1033, POLICE).posts("", chat=POLICE, reply_to=town.last(POLICE))
    await town.passes(minutes=2)
    assert [("办好了" in message.text, message.labels) for message in town.ours(MEI)[said:]] == [(True, [])]
    assert town.last(LIN).labels == ["已解决", "没解决", "更多照片（1）"]


async def test_who_opened_no_private_chat_is_asked_in_the_group(town: Town) -> None:
    await town.lin.posts(THIEF)
    await player(town, 1033, POLICE).posts("", chat=POLICE, reply_to=town.last(POLICE))
    await town.passes(minutes=2)
    assert town.last(GROUP).text == "#LH2611200001 已办理。"
    await town.lin.presses("没解决", on=town.last(GROUP))
    assert (await tickets(town))[0].stage == "dispatched"


async def test_of_what_was_told_in_private_the_group_does_not_read_the_end(town: Town) -> None:
    lin = Player(town, LIN, LIN)
    await lin.starts()
    await lin.posts(THIEF)
    said = len(town.ours(GROUP))
    await player(town, 1033, POLICE).posts("", chat=POLICE, reply_to=town.last(POLICE))
    await town.passes(minutes=2)
    assert len(town.ours(GROUP)) == said
    own = town.last(LIN)
    assert not own.has_photo
    assert own.labels == ["已解决", "没解决"]


async def test_who_accepts_it_is_asked_for_no_picture_of_people(town: Town) -> None:
    await town.lin.posts(THIEF)
    await player(town, 1033, POLICE).says("接单", reply_to=town.last(POLICE))
    assert town.last(POLICE).text == told("accept.restricted", number="LH2611200001")


async def test_departments_that_only_had_a_copy_keep_the_number_alone(town: Town) -> None:
    await town.lin.posts(HOLE)
    (copy,) = [message for message in town.ours(DRAINAGE) if "抄送" in message.text]
    await town.qiao.says("/dispatch LH2611200001 水务集团")
    (moved,) = [message for message in town.ours(OFFICE) if "已改派" in message.text]
    await town.qiao.says("/category LH2611200001 治安可疑")
    for message in (copy, moved):
        assert message.now().text.splitlines() == ["#LH2611200001", "这件事不公开，不用处理了。"]
    assert "治安可疑" in town.last(WATER).text


async def test_a_copy_that_still_lived_is_history_then(town: Town) -> None:
    await town.lin.posts(HOLE)
    (copy,) = [message for message in town.ours(DRAINAGE) if "抄送" in message.text]
    await town.lu.says("改类 治安可疑", reply_to=town.job)
    assert copy.now().text.splitlines() == ["#LH2611200001", "这件事不公开，不用处理了。"]
    await town.lu.presses("接单", on=town.job)
    assert "印刷技校" not in copy.now().text


async def test_a_late_pair_brings_no_picture_into_the_group_either(town: Town) -> None:
    await town.lin.starts()
    await town.lin.posts(THIEF)
    town.simulator.faults([{"kind": "500", "method": "file", "times": 2}])
    await player(town, 1033, POLICE).posts("", chat=POLICE, reply_to=town.last(POLICE))
    await town.passes(seconds=61)
    fix = town.last(GROUP)
    assert "#LH2611200001" in fix.text
    await town.passes(minutes=20)
    await Player(town, LIN, LIN).presses("已解决", on=town.last(LIN))
    assert len(town.ours(GROUP)) == 2
    assert not any(message.has_photo for message in town.ours(GROUP))
    assert not town.last(LIN).has_photo


async def test_no_blank_stands_within_the_bold_number(town: Town) -> None:
    await town.lin.posts(THIEF)
    (bold,) = [entity for entity in town.last(GROUP).raw["entities"] if entity["type"] == "bold"]
    assert bold["length"] == len("#LH2611200001")


async def test_a_minor_who_needs_protection_is_not_public_whatever_the_category(town: Town) -> None:
    """Told of in a shop's noise, a network bar: the category is public, the child is not."""
    await town.lin.starts()
    await town.lin.posts("红光路极速网吧里全是未成年人，半夜还在放音响扰民")
    card = town.last(GROUP)
    assert card.text.splitlines()[-2:] == ["#LH2611200001", "已受理"]
    assert card.labels == []
    (ticket,) = await tickets(town)
    assert ticket.is_restricted
    await town.mei.says("/ticket LH2611200001")
    assert town.last(GROUP).text == told("ticket.restricted", number="LH2611200001")
    await town.qiao.says("/category LH2611200001 垃圾满溢")
    assert (await tickets(town))[0].is_restricted, "of another kind it tells of the child still"
    assert card.now().text.splitlines()[-2:] == ["#LH2611200001", "已受理"]


@pytest.mark.parametrize(
    "does",
    [
        "/decline {n} 不属实",
        "/urge {n} 请快一点",
        "/whistle {n} 街道办 市政中心",
        "/emergency {n} 街道办 消防",
        "/waive {n} 不便拍照",
        "/dispatch {n} 街道办",
    ],
)
async def test_whatever_is_done_to_it_the_group_reads_the_number_and_that_it_was_taken_up(
    town: Town, does: str
) -> None:
    await town.lin.starts()
    await town.lin.posts(THIEF)
    card, said = town.last(GROUP), len(town.ours(GROUP))
    await town.qiao.says(does.format(n="LH2611200001"))
    assert card.now().text.split()[-2:] == ["#LH2611200001", "已受理"]
    assert card.now().labels == []
    assert len(town.ours(GROUP)) == said
    assert not any(word in message.text for message in town.ours(GROUP) for word in ("电动车", "西柳", "可疑", "治安"))


async def test_a_request_for_time_shows_nothing_in_the_group(town: Town) -> None:
    await town.lin.posts(THIEF)
    card, police = town.last(GROUP), player(town, 1033, POLICE)
    await police.says("接单", reply_to=town.last(POLICE))
    await police.says("/extend LH2611200001 1 在查监控")
    await town.qiao.says("/return LH2611200001 x")
    assert card.now().text.split()[-2:] == ["#LH2611200001", "已受理"]
    assert len(town.ours(GROUP)) == 1


async def test_the_leaders_list_is_for_those_concerned(town: Town) -> None:
    await town.lin.posts(THIEF)
    await town.qiao.says("/todo")
    await player(town, QIAO, GROUP).says("/todo")
    await player(town, DAI, DRAINAGE).says("/todo")
    for chat in (GROUP, DRAINAGE):
        assert not any("西柳" in message.text for message in town.ours(chat))


async def test_the_picture_leaves_where_it_is_no_longer_for_them(town: Town) -> None:
    """A message keeps a picture for ever, but not which one."""
    await town.lin.posts(HOLE)
    (copy,) = [message for message in town.ours(DRAINAGE) if "抄送" in message.text]
    job = town.job
    assert copy.has_photo
    shown = {copy.raw["photo"][-1]["file_unique_id"], job.raw["photo"][-1]["file_unique_id"]}
    await town.qiao.says("/dispatch LH2611200001 水务集团")
    await town.qiao.says("/category LH2611200001 治安可疑")
    for message in (copy, job):
        now = message.now()
        assert now.raw["photo"][-1]["file_unique_id"] not in shown
        assert now.text.splitlines() == ["#LH2611200001", "这件事不公开，不用处理了。"]
    water = town.last(WATER)
    assert water.has_photo


@pytest.mark.parametrize(("days", "stays"), [(1, False), (3, True)])
async def test_the_fix_of_an_earlier_round_shows_no_picture_any_more(town: Town, days: int, stays: bool) -> None:
    await town.lin.posts(HOLE)
    await town.lu.posts("", reply_to=town.job)
    await town.passes(minutes=2)
    fix = town.last(GROUP)
    picture = fix.raw["photo"][-1]["file_unique_id"]
    await town.lin.presses("没解决", on=fix)
    town.clock.moment += timedelta(days=days)
    await town.qiao.says("/category LH2611200001 治安可疑")
    left = [message for message in town.messages(GROUP) if message.id == fix.id]
    assert bool(left) == stays
    for message in left:
        assert message.raw["photo"][-1]["file_unique_id"] != picture
        assert message.text == "#LH2611200001 重新处理中。"
        assert message.labels == []


async def test_a_leader_whose_role_is_revoked_keeps_the_number_alone(town: Town) -> None:
    await town.lin.posts("有人持刀追人，西柳小区")
    (card,) = [message for message in town.ours(QIAO) if "LH2611200001" in message.text]
    assert "西柳" in card.text
    await town.shen.says("/revoke @qiaolan")
    assert card.now().text.splitlines() == ["#LH2611200001", "这件事不公开，不用处理了。"]
    assert card.now().labels == []


async def test_who_has_no_private_chat_is_shown_the_way_and_others_learn_nothing_there(town: Town) -> None:
    await town.lin.posts(THIEF)
    card = town.last(GROUP)
    assert card.labels == ["私聊查看"]
    (row,) = card.raw["reply_markup"]["inline_keyboard"]
    payload = str(row[0]["url"]).rpartition("=")[2]
    assert (await town.mei.starts(payload)).text == told("ticket.restricted", number="LH2611200001")
    assert "西柳小区" in (await town.lin.starts(payload)).text
    await player(town, 1033, POLICE).says("接单", reply_to=town.last(POLICE))
    assert card.now().labels == [], "he has found it"
