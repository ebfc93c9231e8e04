"""Danger: which numbers to call first, and what else is told in the same line."""

import pytest

from reading.lexicon import danger
from reading.problem import Problem, ProblemReader
from tests.reading.figures import catalogue

reader = ProblemReader(catalogue())


def read(text: str) -> Problem:
    return reader.read(text, has_photo=True)


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("三楼着火了,快来人", ("119",)),
        ("电梯里困着两个人", ("119",)),
        ("楼道里一股煤气味", ("gas",)),
        ("煤气味好大,有人晕倒了", ("gas", "120")),
        ("老人晕倒在路边起不来了", ("120",)),
        ("奶奶走丢了,穿红衣服,找不到家", ("110",)),
        ("有个男的拿刀砍人,有人流血了", ("110", "120")),
        ("有人要跳楼,坐在楼顶边上", ("119", "110")),
        ("电线断了垂到地上,孩子够得着", ("95598",)),
        ("两车相撞,人躺在地上流血", ("120", "122")),
        ("红绿灯全灭,刚撞了一辆电动车", ("122",)),
    ],
)
def test_the_number_that_helps_first_comes_first(text: str, calls: tuple[str, ...]) -> None:
    problem = read(text)
    assert problem.urgent
    assert problem.calls[: len(calls)] == calls
    assert len(problem.calls) <= 2


@pytest.mark.parametrize(
    "text",
    [
        "柳桥三小门口有个小学生被拐,叫李晓",
        "有人拐卖小孩",
        "幼儿园门口有人抢小孩",
        "学校门口有个孩子被人带走了",
        "孩子让一个男的抱走了",
    ],
)
def test_who_takes_a_child_is_for_the_police_first(text: str) -> None:
    problem = read(text)
    assert (problem.code, problem.calls[0], problem.urgent) == ("X9016", "110", True)


@pytest.mark.parametrize("has_photo", [True, False])
def test_a_child_that_is_gone_is_for_the_police_first(has_photo: bool) -> None:
    problem = reader.read("我孩子不见了", has_photo)
    assert problem.is_report
    assert (problem.code, problem.calls[0], problem.urgent) == ("X9010", "110", True)


@pytest.mark.parametrize("words", ["没了", "没有了", "丢了", "不见了", "被偷了"])
@pytest.mark.parametrize("where", ["", "学校门口", "柳桥三小门口"])
def test_a_cover_that_is_gone_is_a_danger_however_it_is_said(where: str, words: str) -> None:
    problem = reader.read(f"{where}井盖{words}")
    assert problem.is_report
    assert (problem.code, problem.urgent) == ("P0123", True)


@pytest.mark.parametrize("text", ["打起来了", "楼下打架动刀了", "动刀了", "菜市场有人打架，流血了", "楼下打架见血了"])
def test_blows_and_blood_are_a_danger(text: str) -> None:
    problem = reader.read(text)
    assert problem.urgent
    assert "110" in problem.calls


@pytest.mark.parametrize("text", ["菜市场有人吵架打架", "井盖被偷了，已经补上了"])
def test_a_quarrel_and_what_is_mended_are_none(text: str) -> None:
    assert not reader.read(text).urgent


@pytest.mark.parametrize("text", ["路灯不亮", "昨天着火的那家修好了,谢谢消防", "垃圾桶满了", "等电梯十分钟", ""])
def test_nobody_is_told_to_call_for_nothing(text: str) -> None:
    problem = read(text)
    assert not problem.urgent
    assert problem.calls == ()


def test_the_sample_of_the_issue() -> None:
    problem = reader.read("刚过大厦门口那个井改子翘起来了 差点摔了")
    assert problem.is_report
    assert problem.code == "P0123"
    assert problem.urgent
    assert any("井盖" in word for word in problem.words)


@pytest.mark.parametrize(
    ("text", "code", "other"),
    [
        ("路灯不亮,垃圾桶也满了", "P0106", "E0192"),
        ("垃圾桶满了,消防通道停满了车", "E0496", "E0192"),
        ("井盖没了,旁边还有个老人晕倒了", "X9010", "P0123"),
    ],
)
def test_of_two_problems_the_graver_is_first_and_the_other_named(text: str, code: str, other: str) -> None:
    problem = read(text)
    assert problem.code == code
    assert problem.others == (other,)


@pytest.mark.parametrize("text", ["路灯不亮", "污水井盖没了", "公交站牌倒了", "楼道里电动车在充电"])
def test_one_problem_has_no_others(text: str) -> None:
    assert read(text).others == ()


def test_every_number_has_its_words_and_known_categories() -> None:
    codes = {kind.code for kind in catalogue()}
    for call in danger()["call"]:
        assert call["number"] in ("119", "gas", "120", "110", "122", "95598")
        assert set(call["codes"]) <= codes
