"""Who called, in what a leader writes down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.callers import callers_in, without_callers


@pytest.mark.parametrize(
    ("text", "masked", "callers"),
    [
        ("王女士说3号楼电梯坏了", "**女士说3号楼电梯坏了", ("王女士",)),
        (
            "李大爷 13912345678 柳桥三小门口井盖没了",
            "**大爷 139****5678 柳桥三小门口井盖没了",
            ("李大爷", "13912345678"),
        ),
        ("居民王芳来电,13812345678,路面塌陷", "居民**来电,138****5678,路面塌陷", ("王芳", "13812345678")),
        ("王建国 13812345678 说红光路路灯不亮", "** 138****5678 说红光路路灯不亮", ("王建国", "13812345678")),
        ("老张师傅反映垃圾满溢", "**师傅反映垃圾满溢", ("老张师傅",)),
        ("业主欧阳先生,029-87654321", "业主**先生,029-****", ("欧阳先生", "029-87654321")),
        ("电梯坏了，联系张经理", "电梯坏了，联系**经理", ("张经理",)),
        ("我叫李明，路灯不亮", "我叫**，路灯不亮", ("我叫李明",)),
        ("王女士和王女士说路灯不亮", "**女士和**女士说路灯不亮", ("王女士",)),
    ],
)
def test_who_called_is_found_and_masked(text: str, masked: str, callers: tuple[str, ...]) -> None:
    assert callers_in(text) == (masked, callers)


@pytest.mark.parametrize(
    "text",
    [
        "团结西路印刷技校门口路面塌陷",
        "高层住宅说电梯坏了",
        "温泉小区电话亭玻璃碎了",
        "路口红绿灯坏了",
        "柳桥三小门口井盖没了",
        "#LH2611200001 又坏了",
        "王府井路口积水",
        "李家村垃圾满溢",
        "",
    ],
)
def test_places_and_things_stay(text: str) -> None:
    assert callers_in(text) == (text, ())


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("柳桥卫生院门口井盖破了，来电人张建国 13911112222", "柳桥卫生院门口井盖破了"),
        ("来电人张建国13911112222，柳桥卫生院门口井盖破了", "柳桥卫生院门口井盖破了"),
        ("王女士 13812345678 说团结西路印刷技校门口路面塌陷", "团结西路印刷技校门口路面塌陷"),
        ("刘先生刚打电话来说三小门口路灯不亮", "三小门口路灯不亮"),
        ("来电反映红光路垃圾满溢", "红光路垃圾满溢"),
        ("居民王芳来电,13812345678,路面塌陷", "路面塌陷"),
        ("来电人王府井路口积水", "王府井路口积水"),
    ],
)
def test_who_called_is_cut_from_what_is_read(text: str, rest: str) -> None:
    assert without_callers(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "王大爷家门口路灯不亮",
        "停水了，还没来电",
        "来电了又停电",
        "给物业打电话没人接",
        "温泉小区电话亭玻璃碎了",
        "张阿姨晕倒了快来人",
        "王大爷 90岁 走丢了",
        "#LH2611200001 又坏了",
        "",
    ],
)
def test_what_is_told_of_stays(text: str) -> None:
    assert without_callers(text) == text


@given(st.text(alphabet="王李张女士先生大爷说来电居民0123456789 ,，路灯坏老小阿姨#LH", max_size=60))
def test_nothing_found_is_left_in_the_text_and_masking_again_finds_no_name(text: str) -> None:
    masked, callers = callers_in(text)
    for caller in callers:
        if caller.isdecimal():
            assert caller not in masked
    assert callers_in(masked)[0] == masked


@given(st.text(max_size=80))
def test_cutting_never_fails_and_adds_nothing_but_commas(text: str) -> None:
    rest = without_callers(text)
    assert len(rest) <= len(text)
