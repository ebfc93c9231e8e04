"""The parts of an address: roads and their crossings, house numbers, buildings. All texts are normalised."""

import re

DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
UNITS = {"十": 10, "百": 100}
NUMERAL = r"(?:[0-9]{1,5}|[一二三四五六七八九十百零〇两]{1,6})"
ROAD_TAIL = "(?:大街|大道|胡同|公路|路|街|巷|弄|道)"
ROAD = re.compile(rf"[^与和及跟、到至\s,]{{1,7}}?{ROAD_TAIL}")
CROSSING = re.compile("交叉口|交汇处|交汇口|交界处|交叉处|十字|丁字|岔口|路口|街口|巷口|转角|拐角|(?<=[路街巷道])口")
HOUSE = re.compile(rf"(?P<number>{NUMERAL})号(?!楼|线|门(?![口前外])|口|库|桥)")
BUILDING_TAILS = ("号楼", "栋", "幢", "座", "#楼", "#")
BUILDING = re.compile(rf"(?P<number>{NUMERAL})(?:{'|'.join(BUILDING_TAILS)})$")
MOST = 99  # buildings whose numbers are also written in characters


def as_number(numeral: str) -> int | None:
    """26 and 二十六; None for what is no number (十十). Digit by digit (二六) counts too."""
    if numeral.isascii():
        return int(numeral) if numeral.isdecimal() else None
    if not set(numeral) <= DIGITS.keys() | UNITS.keys():
        return None
    if not any(unit in numeral for unit in UNITS):
        return int("".join(str(DIGITS[digit]) for digit in numeral))
    total, left = 0, numeral
    for unit, value in reversed(UNITS.items()):
        before, sign, rest = left.partition(unit)
        if not sign:
            continue
        if len(before) > 1 or (before and before not in DIGITS):
            return None
        total += value * (DIGITS[before] if before else 1)
        left = rest.removeprefix("零").removeprefix("〇")
    if len(left) > 1 or (left and left not in DIGITS):
        return None
    return total + (DIGITS[left] if left else 0)


def in_characters(number: int) -> str:
    """1 to 99: 26 becomes 二十六."""
    tens, ones = divmod(number, 10)
    digits = "零一二三四五六七八九"
    front = "" if tens == 0 else "十" if tens == 1 else f"{digits[tens]}十"
    return front + (digits[ones] if ones else "")


def crossed_roads(words: str) -> frozenset[str] | None:
    """The two roads of 红光路与翠柳路交叉口, 红光路翠柳路口; None where the words tell of no crossing of two."""
    if not CROSSING.search(words):
        return None
    roads = frozenset(ROAD.findall(words)[:2])
    return roads if len(roads) == 2 else None


def house_on_road(name: str) -> tuple[str, int] | None:
    """(朝阳路, 18) of 朝阳路18号; None for anything else."""
    house = HOUSE.search(name)
    if house is None or house.end() != len(name):
        return None
    road, number = name[: house.start()], as_number(house["number"])
    return (road, number) if number is not None and re.search(rf"{ROAD_TAIL}$", road) else None


def house_number(text: str, begin: int) -> tuple[int, int] | None:
    """The house number that stands right at `begin`, and where it ends."""
    house = HOUSE.match(text, begin)
    number = as_number(house["number"]) if house else None
    return (number, house.end()) if house and number is not None else None


def other_spellings(name: str) -> list[str]:
    """As people also write a building: 3号楼, 3栋, 3幢, 三号楼. Nothing for a name that ends in no building."""
    building = BUILDING.search(name)
    number = as_number(building["number"]) if building else None
    if building is None or number is None:
        return []
    front = name[: building.start()]
    numerals = [str(number), in_characters(number)] if 0 < number <= MOST else [str(number)]
    spelt = [f"{front}{numeral}{tail}" for numeral in numerals for tail in BUILDING_TAILS]
    return [other for other in spelt if other != name]
