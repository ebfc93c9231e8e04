"""To which of the catalogue's conditions a report belongs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.conditions import tells


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("小区门口井盖裂成两半", "破损"),
        ("井蓋破了", "破损"),
        ("车一过井盖就哐当响", "弹跳异响"),
        ("路灯杆歪了快倒了", "倾斜倒地电线裸露"),
        ("路灯的井盖没了", "井盖缺失"),
        ("公交站玻璃掉下来了", "玻璃脱落"),
        ("厕所一直锁着门", "未开放"),
        ("楼下饭店油烟太大", "油烟:"),
        ("水管爆了，路都塌了", "致塌陷修复"),
    ],
)
def test_a_condition_is_told(text: str, condition: str) -> None:
    assert tells(text, condition)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("井盖没了", "破损"),
        ("路灯不亮", "井盖缺失"),
        ("水管爆了", "致塌陷修复"),
        ("座椅坏了", "健身器材"),
        ("井盖没了", ""),
        ("随便什么", "修复"),
    ],
)
def test_and_another_is_not(text: str, condition: str) -> None:
    assert not tells(text, condition)


@given(st.text(), st.text())
def test_any_text_may_be_asked(text: str, condition: str) -> None:
    tells(text, condition)
