"""What people call a place, as others read it: masked as the whole text is, and nothing of it where nothing is left."""

import pytest

from reading.personal import mask
from reading.place import PlaceReader
from reading.shown import masked_line, masked_place
from tests.reading.lines import all_lines


@pytest.fixture(scope="module")
def reader() -> PlaceReader:
    return PlaceReader([])


def shown(reader: PlaceReader, text: str) -> str | None:
    hint = reader.read(text)
    return masked_place(text, hint.start, hint.end) if hint else None


@pytest.mark.parametrize(
    "text",
    [
        "13812345678门口路灯不亮", "联系13812345678小区门口井盖破了", "身份证610104199001011234号楼门口路灯不亮",
        "陕A12345门口堵住消防通道", "陕A12345车位对面路灯不亮", "微信lin12345家门口", "029-87654321门口积水",
        "lin@qq.com小区门口路灯不亮", "王小明13812345678家门口路灯不亮",
        "路灯坏了在13812345678北侧", "138\u200b12345678门口路灯不亮", "138\n12345678门口路灯不亮",
    ],
)  # fmt: skip
def test_who_is_named_and_no_place(reader: PlaceReader, text: str) -> None:
    assert shown(reader, text) is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("西柳小区13812345678号楼路灯坏", "西柳小区138****5678号楼"),
        ("王小明 13812345678 西柳小区3号楼路灯坏", "西柳小区3号楼"),
        ("微信号abc12345小区3号楼路灯不亮", "微信号****小区3号楼"),
    ],
)
def test_what_still_names_a_place_stays_with_the_rest_masked(reader: PlaceReader, text: str, place: str) -> None:
    assert shown(reader, text) == place


@pytest.mark.parametrize(
    "place",
    [
        "团结西路128号",
        "柳塘小区12号楼1单元门口",
        "612路公交站",
        "灯杆LD0238旁边",
        "柳荫路与白杨路路口",
        "西门外10086号",
    ],
)
def test_house_lamp_post_and_bus_line_stay(place: str) -> None:
    assert masked_place(f"{place}路灯不亮", 0, len(place)) == place
    assert masked_place(place) == place


def test_on_the_lines_every_place_stays_as_typed(reader: PlaceReader) -> None:
    found = 0
    for line in all_lines():
        hint = reader.read(line.text)
        if hint is not None:
            found += 1
            assert line.text[hint.start : hint.end] == hint.words
            assert masked_place(line.text, hint.start, hint.end) == hint.words
    assert found > 80


def test_control_a_stretch_masked_alone_keeps_the_end_of_a_number() -> None:
    text = "王小明13812345678家门口"
    cut = text.index("45678")
    assert "45678" in mask(text[cut:])
    assert "45678家" not in str(masked_place(text, cut, len(text)))


def test_one_line_with_nothing_unseen() -> None:
    assert masked_line("团结\u202e西路\r\n\n已结案\u2028\u200b🏢\x00 市长") == "团结西路 已结案 🏢 市长"
    family = "\U0001f468\u200d\U0001f469"
    assert masked_line(f"林{family}") == f"林{family}"
    assert masked_line("1\u200d3812345678") == "138****5678"
    assert masked_place(" \u200b\n") is None
