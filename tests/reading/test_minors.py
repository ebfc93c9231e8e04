"""What tells of a minor who needs protection is for few eyes; a child beside a danger is everybody's affair."""

import csv
from pathlib import Path

import pytest

from reading.minors import tells_of_minor

DATA = Path(__file__).parents[1] / "data"


@pytest.mark.parametrize(
    "text",
    [
        "302那家又在打孩子，孩子惨叫了半个钟头",
        "小女孩被继父打得浑身是伤，西柳小区",
        "有个男孩被几个初中生围殴，学校后巷",
        "五岁的孩子没人管，天天捡剩饭吃",
        "未成年人进网吧通宵，红光路极速网吧",
        "黑网吧里全是未成年",
        "这家砖厂有童工",
        "校园欺凌，柳桥三小门口每天有人堵",
        "垃圾桶旁边有个弃婴",
        "小孩走失了，穿红衣服，六岁",
        "小男孩说找不到妈妈了，在公交站",
        "女学生被猥亵，地铁口",
        "初中生辍学在工地搬砖",
        "孩子被锁在家里哭了一天没人",
        "孩子一个人在家两天了，饿得直喊",
        "留守儿童，奶奶也走了，没人照看",
        "怀疑拐卖孩子，南站天桥",
        "虐待小孩",
        "保姆掐孩子，监控都看到了，孩子哭",
        "学生要自杀，站在楼顶，實驗中學",
    ],
)
def test_a_minor_who_needs_protection(text: str) -> None:
    assert tells_of_minor(text)


@pytest.mark.parametrize(
    "text",
    [
        "井盖没了，孩子差点掉下去",
        "大狗追着小学生跑，孩子吓哭了",
        "幼儿园门口电线断了打火花，楼下孩子还在玩",
        "孩子们在下面打球",
        "学校门口接孩子的车乱停没人管",
        "儿童滑梯坏了，夹头发",
        "孩子在喂流浪狗，突然被咬",
        "孩子的疫苗本丢了能补办吗",
        "小孩拿打火机点枯草玩",
        "学生公寓晚上锁了疏散门",
        "小学生过马路被打湿了衣服，路面积水",
        "孩子被狗咬了，快来人",
        "施工太吵，孩子哭了三回了",
        "打孩子王玩具店门口积水",
    ],
)
def test_a_child_beside_a_danger_is_everybodys_affair(text: str) -> None:
    assert not tells_of_minor(text)


@pytest.mark.parametrize("name", ["lines_dev.csv", "lines_held_back.csv"])
def test_of_the_test_lines_none_is_taken_for_one(name: str) -> None:
    """They tell of things that are broken; what is kept from the group there would be kept from those who use it."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        taken = [row["text"] for row in csv.DictReader(file) if tells_of_minor(row["text"])]
    assert taken == []
