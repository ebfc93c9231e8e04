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
