"""Places in a line of chat."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reading.place import Landmark, PlaceReader

SCHOOL = Landmark("印刷技校", ("技校", "印校"), "landmark", 34.27, 108.92, "LH01")
ROAD = Landmark("团结西路", (), "road", 34.271, 108.921, None)
MARKET = Landmark("机电五金城", ("五金城",), "landmark", 34.28, 108.93, "LH02")
stranger = PlaceReader([])
local = PlaceReader([ROAD, SCHOOL, MARKET])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("团结西路印刷技校门口,路面有一处塌陷", "团结西路印刷技校门口"),
        ("中银大厦门口 · 消防通道", "中银大厦门口"),
        ("永嘉路15弄3号 路灯坏了", "永嘉路15弄3号"),
        ("解放路与建设路交叉口红绿灯不亮", "解放路与建设路交叉口"),
        ("和平小区3栋2单元门禁坏了", "和平小区3栋2单元"),
        ("刚路过幸福巷12号,井盖没了", "幸福巷12号"),
        ("就在人民公园东侧", "人民公园东侧"),
        ("柏树坡88号着火了", "柏树坡88号"),
        ("白杨胡同乱堆杂物", "白杨胡同"),
        ("地铁站往东一百米,东升路 路面塌了", "东升路"),
        ("水塔巷路灯不亮", "水塔巷"),
        ("水塔巷路面塌陷", "水塔巷"),
        ("水塔巷马路上有坑", "水塔巷"),
        ("水塔巷外墙掉皮", "水塔巷"),
        ("老石桥栏杆", "老石桥"),
        ("老石桥栏杆断了", "老石桥"),
        ("玉石路70号邻居打架", "玉石路70号"),
        ("和平小区3栋邻里纠纷", "和平小区3栋"),
        ("团结西路路灯不亮", "团结西路"),
        ("团结西路口红绿灯不亮", "团结西路口"),
        ("水塔巷路口积水", "水塔巷路口"),
        ("解放路建设路交叉口积水", "解放路建设路交叉口"),
    ],
)
def test_a_place_is_read_by_the_way_places_are_named(text: str, words: str) -> None:
    hint = stranger.read(text)
    assert hint is not None
    assert hint.words == words
    assert hint.landmark is None
    assert hint.how == "pattern"
    assert 0 < hint.sure < 0.9


@pytest.mark.parametrize(
    "text",
    [
        "",
        "路灯不亮",
        "一路颠过来",
        "马路上全是水",
        "小区里没水",
        "人行道地砖翘了",
        "地下通道口有老人摔倒",
        "走路小心",
        "门口",
        "消防通道堵了",
        "?!",
        "我知道",
    ],
)
def test_words_that_name_no_certain_place_are_none(text: str) -> None:
    assert stranger.read(text) is None


def test_the_gazetteer_knows_where_it_is() -> None:
    hint = local.read("团结西路印刷技校门口,路面有一处塌陷")
    assert hint is not None
    assert hint.landmark is not None
    assert hint.words == "团结西路印刷技校门口"
    assert hint.sure >= 0.9


def test_an_alias_is_known_a_little_less_surely() -> None:
    by_name, by_alias = local.read("印刷技校对面积水"), local.read("技校对面积水")
    assert by_name is not None
    assert by_alias is not None
    assert by_name.landmark == by_alias.landmark == SCHOOL
    assert (by_name.words, by_alias.words) == ("印刷技校对面", "技校对面")
    assert by_name.sure > by_alias.sure


def test_the_longest_known_name_wins() -> None:
    hint = local.read("机电五金城里三合一住人")
    assert hint is not None
    assert hint.landmark == MARKET
    assert hint.sure == pytest.approx(0.95)


def test_traditional_text_is_read_and_given_back_as_typed() -> None:
    hint = local.read("團結西路(lù)印刷技校門口有一處塌陷")
    assert hint is not None
    assert hint.landmark in (SCHOOL, ROAD)
    assert hint.words == "團結西路(lù)印刷技校門口"


def test_a_known_place_outranks_a_longer_unknown_one() -> None:
    hint = local.read("从解放路与建设路交叉口往西到印校")
    assert hint is not None
    assert hint.landmark == SCHOOL


@pytest.mark.parametrize("word", ["路灯", "路面", "路边", "路牌", "路沿", "路障", "路基", "路桩", "路上", "外墙"])
@pytest.mark.parametrize("name", ["水塔巷", "幸福弄", "学府街", "龙王庙路", "印刷技校"])
def test_a_name_never_takes_the_first_letter_of_the_next_word(name: str, word: str) -> None:
    line = f"{name}{word}坏了"
    known = PlaceReader([Landmark(name, (), "road", 1, 1)]).read(line)
    assert known is not None
    assert known.words in (name, name + word)
    hint = stranger.read(line)
    assert hint is None or hint.words in (name, name + word)


@pytest.mark.parametrize("suffix", ["门口", "对面", "路口", "12号", "3号楼", "东侧"])
def test_a_known_name_goes_on_with_what_narrows_it_down(suffix: str) -> None:
    hint = local.read(f"印刷技校{suffix}路灯不亮")
    assert hint is not None
    assert hint.landmark == SCHOOL
    assert hint.words == f"印刷技校{suffix}"


def test_a_name_outranks_the_alias_of_another() -> None:
    reader = PlaceReader([Landmark("大技校", ("技校",), "landmark", 1, 1), Landmark("技校", (), "landmark", 2, 2)])
    hint = reader.read("技校门口")
    assert hint is not None
    assert hint.landmark is not None
    assert hint.landmark.lat == 2


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_is_read_without_a_crash(text: str) -> None:
    hint = local.read(text)
    assert hint is None or hint.words in text


@given(st.text(alphabet="路街巷号栋小区门口东侧与和到一3A里的在,", max_size=200))
@settings(deadline=None)
def test_any_pile_of_place_words_is_read_without_a_crash(text: str) -> None:
    for reader in (stranger, local):
        hint = reader.read(text)
        assert hint is None or (hint.words and hint.words in text)
