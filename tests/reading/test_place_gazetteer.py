"""The places a district knows: which of them a line means, and how sure that is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reading.addresses import as_number, crossed_roads, house_on_road, in_characters, other_spellings
from reading.likeness import slips
from reading.place import Landmark, PlaceHint, PlaceReader

MINE, NEXT, FAR = frozenset({"LH01", "LH0101"}), frozenset({"LH02"}), frozenset({"LH09"})
NEAR = (MINE, NEXT)


def mark(name: str, kind: str = "landmark", grid: str | None = "LH01", aliases: tuple[str, ...] = ()) -> Landmark:
    return Landmark(name, aliases, kind, 34.27, 108.92, grid)


WEST = mark("团结西路", "road")
EAST = mark("团结东路", "road", "LH02")
SCHOOL = mark("印刷技校", "school", aliases=("技校",))
GARDEN = mark("柳荫家园", "compound", aliases=("柳荫小区",))
THIRD = mark("柳荫家园3号楼", "building")
GATE = mark("柳荫家园东门", "gate")
YANG = mark("白杨路", "road", "LH02")
CROSSING = mark("团结西路白杨路口", "crossroads", "LH02", ("团结西路与白杨路交叉口",))
HOUSES = tuple(mark(f"朝阳路{number}号", "building") for number in (2, 18, 60))
SUNNY = mark("朝阳路", "road")
MARKET = mark("青云家具批发市场", "market")
town = PlaceReader([WEST, EAST, SCHOOL, GARDEN, THIRD, GATE, YANG, CROSSING, *HOUSES, SUNNY, MARKET])


def read(text: str, near: tuple[frozenset[str], ...] = NEAR, reader: PlaceReader = town) -> PlaceHint:
    hint = reader.read(text, near)
    assert hint is not None, text
    return hint


@pytest.mark.parametrize(
    ("text", "place", "how"),
    [
        ("印刷技校门口路灯不亮", SCHOOL, "exact"),
        ("技校门口路灯不亮", SCHOOL, "alias"),
        ("團結西路上有個大坑", WEST, "exact"),
        # Buildings, however their number is written, and by the compound's other name.
        ("柳荫家园3号楼2单元门禁坏了", THIRD, "exact"),
        ("柳荫家园3栋楼下积水", THIRD, "alias"),
        ("柳荫小区三号楼电梯又停了", THIRD, "alias"),
        ("柳荫小区3幢一楼漏水", THIRD, "alias"),
        ("柳荫小区东门垃圾没人收", GATE, "alias"),
        # One that nobody entered is in its compound.
        ("柳荫家园13号楼电梯坏了", GARDEN, "exact"),
        ("柳荫家园西门的路灯坏了", GARDEN, "exact"),
        # Crossings, in either order.
        ("团结西路与白杨路交叉口红绿灯不亮", CROSSING, "alias"),
        ("白杨路和团结西路交叉口红绿灯不亮", CROSSING, "exact"),
        ("白杨路团结西路路口有个井盖没了", CROSSING, "exact"),
        # House numbers: the very one, else the nearest.
        ("朝阳路18号门口堆了垃圾", HOUSES[1], "exact"),
        ("朝阳路20号门口堆了垃圾", HOUSES[1], "exact"),
        ("朝阳路五十八号门口堆了垃圾", HOUSES[2], "exact"),
        ("朝阳路上垃圾没人收", SUNNY, "exact"),
        # As it sounds, and with a slip in a long name.
        ("团结希路印刷机校门口路面塌了", SCHOOL, "fuzzy"),
        ("柏杨路路灯不亮", YANG, "fuzzy"),
        ("青云家居批法市场消防通道堵了", MARKET, "fuzzy"),
        ("青云家私批发市场消防通道堵了", MARKET, "fuzzy"),
    ],
)
def test_the_place_that_is_meant(text: str, place: Landmark, how: str) -> None:
    hint = read(text)
    assert hint.landmark == place
    assert hint.how == how


@pytest.mark.parametrize(
    "text",
    [
        "团结南路路灯不亮",
        "团结新路积水了",
        "小白杨路路灯不亮",
        "白桦路路灯不亮",
        "朝阳街18号门口堆了垃圾",
        "印刷二厂门口积水",
    ],
)
def test_another_name_is_another_place(text: str) -> None:
    hint = read(text)
    assert hint.landmark is None
    assert hint.how == "pattern"


def test_an_alias_in_another_name_or_another_word_is_not_meant() -> None:
    cinema = mark("人民电影院", aliases=("电影院",))
    reader = PlaceReader([cinema, mark("柳桥三小", "school", aliases=("三小",))])
    assert read("电影院门口积水", reader=reader).landmark == cinema
    assert read("路灯坏了,和平电影院门口", reader=reader).landmark is None
    hint = reader.read("停电三小时了,冰箱里的肉要坏")
    assert hint is None or hint.landmark is None


def test_a_number_is_never_read_as_another() -> None:
    reader = PlaceReader([mark("幸福小区13号楼", "building"), mark("第七中学", "school"), mark("二马路", "road")])
    for text in ("幸福小区3号楼电梯坏了", "第一中学门口积水", "三马路路灯不亮"):
        assert read(text, reader=reader).landmark is None


def test_a_road_without_a_known_house_is_the_road_a_little_less_surely() -> None:
    whole, house = read("团结西路路灯不亮"), read("朝阳路18号路灯不亮")
    assert whole.sure < house.sure
    assert read("朝阳路20号路灯不亮").sure < house.sure
    assert read("白杨路朝阳路路口路灯不亮").landmark in (YANG, SUNNY)


def test_the_words_go_on_with_what_narrows_them_down() -> None:
    assert read("朝阳路20号门口堆了垃圾").words == "朝阳路20号门口"
    assert read("柳荫小区3幢2单元漏水").words == "柳荫小区3幢2单元"


# --- several of one name ----------------------------------------------------------------


def gates(*grids: str | None) -> PlaceReader:
    return PlaceReader([mark("幸福小区", "compound", grid) for grid in grids])


def test_of_several_with_one_name_the_nearest_is_meant() -> None:
    for grids in (("LH09", "LH02", "LH0101"), ("LH0101", "LH02", "LH09"), ("LH02", "LH0101", None)):
        hint = read("幸福小区门口积水", reader=gates(*grids))
        assert hint.landmark is not None
        assert hint.landmark.grid == "LH0101"
    hint = read("幸福小区门口积水", reader=gates("LH09", "LH02"))
    assert hint.landmark is not None
    assert hint.landmark.grid == "LH02"


def test_where_several_fit_alike_it_is_less_sure() -> None:
    alone = read("幸福小区门口积水", reader=gates("LH01", "LH02"))
    tied = read("幸福小区门口积水", reader=gates("LH01", "LH0101"))
    anywhere = read("幸福小区门口积水", near=(), reader=gates("LH01", "LH02"))
    assert tied.sure == anywhere.sure < alone.sure
    assert tied.landmark is not None


def test_a_near_alias_comes_before_the_name_of_a_far_place() -> None:
    reader = PlaceReader([mark("三小", "school", "LH09"), mark("柳桥三小", "school", "LH01", ("三小",))])
    near = read("三小门口堵了", reader=reader)
    assert near.landmark is not None
    assert (near.landmark.name, near.how) == ("柳桥三小", "alias")
    anywhere = read("三小门口堵了", near=(), reader=reader)
    assert anywhere.landmark is not None
    assert (anywhere.landmark.name, anywhere.how) == ("三小", "exact")


def test_of_two_places_in_a_line_the_narrower_is_meant() -> None:
    assert read("团结西路印刷技校门口有一处塌陷").landmark == SCHOOL
    assert read("印刷技校在团结西路上,门口有一处塌陷").landmark == SCHOOL


# --- the parts of an address -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("numeral", "number"),
    [("26", 26), ("二十六", 26), ("十", 10), ("十二", 12), ("一百零八", 108), ("二百", 200), ("二六", 26), ("两", 2)],
)
def test_numbers_are_read_in_both_scripts(numeral: str, number: int) -> None:
    assert as_number(numeral) == number


@given(st.integers(1, 99))
def test_a_number_in_characters_is_read_back(number: int) -> None:
    assert as_number(in_characters(number)) == number
    assert f"幸福小区{in_characters(number)}栋" in other_spellings(f"幸福小区{number}号楼")


@given(st.text(alphabet="0123456789一二三四五六七八九十百零两〇", max_size=6))
def test_any_numeral_is_a_number_or_none(numeral: str) -> None:
    number = as_number(numeral)
    assert number is None or number >= 0


def test_crossings_and_houses_are_taken_apart() -> None:
    assert crossed_roads("红光路与翠柳路交叉口") == crossed_roads("翠柳路红光路口") == {"红光路", "翠柳路"}
    assert crossed_roads("红光路翠柳路") is crossed_roads("红光路口") is None
    assert house_on_road("朝阳路18号") == ("朝阳路", 18)
    assert house_on_road("朝阳小区18号") is house_on_road("朝阳路18号楼") is None


@pytest.mark.parametrize(
    ("name", "typed", "wrong"),
    [
        ("团结西路", "团结东路", None),
        ("团结西路", "团结路", None),
        ("人民路", "人民北路", None),
        ("三里屯", "十里屯", None),
        ("A座", "B座", None),
        ("团结西路", "团杰西路", 0),
        ("建设路", "建国路", 1),
        ("印刷技校", "印刷校", 1),
    ],
)
def test_letters_that_tell_names_apart_are_never_slips(name: str, typed: str, wrong: int | None) -> None:
    assert slips(name, typed) == slips(typed, name) == wrong


# --- whatever is in the gazetteer ---------------------------------------------------------------

names = st.text(alphabet="东西南北团结白杨幸福三3路街巷小区园号楼栋门校与口 A", min_size=0, max_size=8)
places = st.builds(
    Landmark, names, st.lists(names, max_size=2).map(tuple), st.sampled_from(["road", "compound", "gate"]),
    st.floats(34, 35), st.floats(108, 109), st.sampled_from(["LH01", "LH02", None]),
)  # fmt: skip


@given(
    st.lists(places, max_size=6),
    st.text(alphabet="东西南北团结白杨幸福三3路街巷小区园号楼栋门校与口坏了, A", max_size=40),
)
@settings(deadline=None)
def test_any_gazetteer_and_any_text_are_read_without_a_crash(known: list[Landmark], text: str) -> None:
    hint = PlaceReader(known).read(text, NEAR)
    assert hint is None or (
        hint.words in text and 0 < hint.sure <= 1 and (hint.how == "pattern") == (not hint.landmark)
    )


@given(st.lists(places, min_size=1, max_size=6), st.data())
@settings(deadline=None)
def test_a_name_by_itself_is_found(known: list[Landmark], data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(known))
    if len(place.name.strip()) > 1 and "  " not in place.name:
        hint = PlaceReader(known).read(place.name)
        assert hint is not None
        assert hint.landmark is not None
