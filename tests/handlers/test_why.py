"""What a card says of itself: what it was read from, what else was told, how sure the place is."""

from dataclasses import replace

import pytest

from reading.problem import Problem, ProblemReader
from tests.cast import GROUP, HOLE, LIN, Player, Town
from tests.handlers.seeing import NUMBER, leader_card, player, tickets, told

HERE = 34.270989, 108.919347
READ = {
    HOLE: {"words": ("路面", "路面 塌陷", "塌陷", "门口,路面有一处塌陷")},
    "路面塌陷,垃圾桶满了,有人打架,灯也不亮": {
        "words": ("路面 塌陷",), "urgent": True, "calls": ("110",), "others": ("X9005", "E0192", "P0106", "E0110"),
    },
    "这里的路好像不太对": {
        "is_report": True, "code": "E0113", "sureness": 0.3, "likely": ("E0113", "E0505", "P0284"), "words": ("路",),
    },
    "印刷技校家属院有位独居老人摔倒了": {"words": ("独居老人", "摔倒了")},
}  # fmt: skip


@pytest.fixture(autouse=True)
def what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read = ProblemReader.read

    def sure(reader: ProblemReader, text: str, has_photo: bool = False) -> Problem:
        return replace(read(reader, text, has_photo), **READ.get(text, {}))

    monkeypatch.setattr(ProblemReader, "read", sure)


async def test_why_is_told_in_one_short_line_everywhere(town: Town) -> None:
    await town.lin.posts(HOLE)
    assert "\n因为写了：路面 · 塌陷\n" in town.card.text
    assert "\n因为写了：路面 · 塌陷\n" in town.job.text
    await town.lu.says("退回 不归我们", reply_to=town.job)
    assert "因为写了：路面 · 塌陷\n" in leader_card(town).text
    await Player(town, LIN, LIN).says(f"/report {HOLE}2号")
    assert "因为写了：" in town.last(LIN).text


async def test_where_a_person_chose_there_is_no_why(town: Town) -> None:
    await town.lin.posts("")
    await town.lin.presses("路面塌陷", on=town.last(GROUP))
    assert "路面塌陷" in town.card.text
    assert "因为写了" not in town.card.text
    assert "拿不准" not in town.job.text


async def test_of_a_restricted_case_the_group_learns_no_word(town: Town) -> None:
    await town.lin.starts()
    await town.lin.posts("印刷技校家属院有位独居老人摔倒了")
    assert "因为写了" not in town.last(GROUP).text
    assert "因为写了：独居老人 · 摔倒了" in town.last(LIN).text


async def test_a_guess_is_called_one_where_somebody_can_put_it_right(town: Town) -> None:
    await town.lin.posts("路口这个又坏了")
    assert "拿不准" not in town.card.text
    assert "（分类拿不准，不对请点“改类别”）" in town.job.text
    await town.lu.says("改类 路面塌陷", reply_to=town.job)
    assert "拿不准" not in town.job.text


async def test_what_else_was_told_is_named_and_makes_no_ticket(town: Town) -> None:
    await town.lin.posts("路面塌陷,垃圾桶满了,有人打架,灯也不亮")
    assert "\n还提到：垃圾满溢、路灯，请另拍一张上报" in town.card.text
    assert len(await tickets(town)) == 1
    await town.lu.posts("", reply_to=town.job)
    assert "还提到" not in town.card.text
    assert "因为写了" not in town.card.text


async def test_the_place_says_who_told_it_and_how_sure_it_is(town: Town) -> None:
    await town.lin.posts(HOLE)
    assert "（位置按文字说的，大约；不对就回复一个定位）" in town.card.text
    assert "（位置按文字说的，大约）" in town.job.text
    assert "回复一个定位" not in town.job.text
    place = {"latitude": HERE[0], "longitude": HERE[1], "horizontal_accuracy": 23.4}
    await town.lin.says("", location=place, reply_to=town.card)
    assert "（位置按发来的定位，误差约 20 米；不对就回复一个定位）" in town.card.text
    assert "地图" in town.card.text
    await town.lin.sends_place(*HERE, reply_to=town.card)
    assert "误差" not in town.card.text


async def test_a_place_nobody_named_is_said_once(town: Town) -> None:
    await town.lin.posts("路灯不亮")
    assert town.card.text.count("团结西路网格") == 1
    assert told("place_source.grid") in town.card.text


async def test_the_card_stays_short(town: Town) -> None:
    await town.lin.posts("路面塌陷,垃圾桶满了,有人打架,灯也不亮")
    await player(town, 1002).presses("我也遇到", on=town.card)
    lines = town.card.text.splitlines()
    assert len(lines) <= 8
    assert all(lines), "no empty line"
    assert lines[0] == "⚠️ 有危险，请先打 110（报警）"
    assert NUMBER.search(lines[1])
    assert "2 人遇到" in lines[2]


async def test_what_a_guess_hung_on_is_text(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(READ, HOLE, {"words": ("<b>井盖", "&amp;")})
    await town.lin.posts(HOLE)
    assert "因为写了：<b>井盖 · &amp;" in town.card.text
