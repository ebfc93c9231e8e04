"""Personal data is masked, everything else stays."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.personal import mask


@pytest.mark.parametrize(
    ("typed", "masked"),
    [
        ("电话13812345678谢谢", "电话138****5678谢谢"),
        ("138 1234 5678", "138****5678"),
        ("+86-138-1234-5678", "138****5678"),
        ("１３８１２３４５６７８", "138****5678"),
        ("一三八一二三四五六七八", "一三八****五六七八"),
        ("身份证610104199001011234", "身份证61****"),
        ("61010419900101123X", "61****"),
        ("卡号6222021234567890123", "卡号****0123"),
        ("6222 0212 3456 7890", "****7890"),
        ("029-87654321", "029-****"),
        ("(029)87654321", "029-****"),
        ("座机87654321", "座机****"),
        ("lin.wei+a@qq.com", "l***@qq.com"),
        ("QQ:12345678", "QQ:****"),
        ("加我微信号 lin_wei88 吧", "加我微信号 **** 吧"),
        ("vx：abc123456", "vx：****"),
        ("陕A12345堵着门", "陕A****堵着门"),
        ("陕A00000@0.0", "陕A***@0.0"),
        ("陕A·D12345", "陕A****"),
        ("我叫李小明，住三楼", "我叫**，住三楼"),
        ("我叫李明住三楼", "我叫**住三楼"),
        ("我叫歐陽娜娜", "我叫**"),
        ("王女士说下水道堵了", "*女士说下水道堵了"),
        ("独居的李大爷三天没出门", "独居的*大爷三天没出门"),
        ("楼上李建国老师家漏水", "楼上*老师家漏水"),
        ("602的欧阳奶奶", "602的*奶奶"),
        ("小王师傅", "小*师傅"),
        ("找陈师傅13812345678", "找**138****5678"),
        ("业主王建军 电话13812345678", "业主** 电话138****5678"),
        ("联系李小明13812345678", "联系**138****5678"),
    ],
)
def test_what_names_or_reaches_a_person_is_masked(typed: str, masked: str) -> None:
    assert mask(typed) == masked


@pytest.mark.parametrize(
    "typed",
    [
        "#LH2611210007 井盖又松了",
        "lh26112110007",
        "＃ＬＨ２６１１２１０００７",
        "案卷 6101132026112200001",
        "我叫外卖了,我叫不到车,我叫你别来",
        "打12345,拨110或者96333,400-800-1234",
        "西A栋12345,川流不息",
        "满100减50,20261121",
        "扫微信付88元",
        "SF1234567890123",
        "长安路138号,5678单元",
        "李家村,王府井,高新路口,白家口,马家庄",
        "水管师傅没来,保安大爷说的,门房大爷,谢谢师傅,外卖小哥,管理员大姐",
        "张师傅修车铺门口,王阿姨早餐店,李老师辅导班",
        "团结西路大爷摔倒,李家庄大爷,小白杨师傅,高一老师,路对面大爷,三秒钟老太太",
    ],
)
def test_other_words_and_numbers_stay(typed: str) -> None:
    assert mask(typed) == typed


PIECES = st.lists(
    st.sampled_from(
        [
            "13812345678",
            "我叫",
            "李小明",
            "王女士",
            "师傅",
            "联系",
            "微信",
            "QQ",
            " ",
            "-",
            "029",
            "87654321",
            "陕A",
            "12345",
            "a@b.cn",
            "6222021234567890",
            "*",
            "#LH2611210007",
            "，",
            "x",
        ]
    ),
    max_size=12,
).map("".join)


@given(st.one_of(st.text(), PIECES))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "电话", "我的号 ", "，", "\n"]))
def test_no_mobile_number_gets_through(number: str, before: str) -> None:
    assert number not in mask(f"{before}{number} 找我")


PLACES = Path(__file__).parents[1] / "data"


@pytest.mark.parametrize("name", ["lines_dev.csv", "lines_held_back.csv"])
def test_no_place_of_the_test_lines_is_lost(name: str) -> None:
    with (PLACES / name).open(encoding="utf-8", newline="") as file:
        lines = [(row["text"], row["place"]) for row in csv.DictReader(file) if row["place"]]
    assert lines
    lost = [text for text, place in lines if place in text and place not in mask(text)]
    assert lost == []


@pytest.mark.parametrize("said", ["", "大爷摔倒了", "师傅", "老师", "阿姨", "路灯不亮 13812345678"])
def test_no_place_of_the_gazetteer_is_lost(said: str) -> None:
    from bot.demo import demo_district

    with demo_district() as folder:
        rows = list(csv.DictReader((folder / "places.csv").open(encoding="utf-8-sig", newline="")))
    names = {name for row in rows for name in (row["name"], *row["aliases"].split("|")) if name}
    assert [name for name in names if name not in mask(name + said)] == []
