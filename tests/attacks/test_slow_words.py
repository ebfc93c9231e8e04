"""Text made to be slow: four times as long, it may take about four times as long, and no repeat stands in a repeat."""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from handlers import duplicates, longer, when
from models import limit
from models.limit import Limit
from reading import callers, evidence, lexicon, minors, normalise, numbers, personal, problem, same_spot, told, views
from reading.callers import callers_in, without_callers
from reading.normalise import LONGEST, trace
from tests.cast import HOLE, Town
from tests.handlers.seeing import tickets
from tests.reading.figures import catalogue

LONG, SHORT = 4096, 1024
NOTICED = 0.04  # seconds of CPU; what takes less stops nobody, and is too little to compare
GROWS = 8  # times as long for a text four times as long: a straight line takes 4, a square 16
SIGNS = [
    "0", "1", "1234567890", "2611", "LH", "LH2611", "六七八九十", "一二三", "a", "a.", "a@", " ", "\n", "\u3000", "，",
    "号", "1月", "单", "天", "王", "王先生", "我叫王", "来电", "来电人", "来电 ", "居民王", "13812345678",
    "138****5678 ", "(ā", "ﷺ", "㈱", "\u200b", "\u0301", "\U0001f600", "井盖", "塌.", "塌陷,", "jing", "jing gai ",
    "嗯", "谢", "*", "a*", "没", "楼下", "人来",
]  # fmt: skip

Reads = Callable[[str], object]


def sign_that_slows(reads: Reads, signs: Iterable[str] = SIGNS, least: float = NOTICED) -> str | None:
    """The first sign of which a text four times as long takes far more than four times as long. By the clock of the
    processor alone, each the best of three, so that a busy machine changes nothing."""
    for sign in signs:
        for end in ("", "x"):  # that fits nothing
            long, short = ((sign * length)[: length - len(end)] + end for length in (LONG, SHORT))
            if _took(reads, long) > least and _best(reads, long) > max(least, GROWS * _best(reads, short)):
                return sign
    return None


def _best(reads: Reads, text: str) -> float:
    return min(_took(reads, text) for _ in range(3))


def _took(reads: Reads, text: str) -> float:
    normalise.normalise.cache_clear()
    begun = time.process_time()
    reads(text)
    return time.process_time() - begun


def searches(pattern: re.Pattern[str]) -> Reads:
    return lambda text: sum(1 for _ in pattern.finditer(text))


READS: dict[str, Reads] = {
    "normalise": trace,
    "callers_in": callers_in,
    "without_callers": lambda text: without_callers(f"王女士说3号楼{text}"),
    "numbers of a report": duplicates._numbers,
    "longer by weeks": lambda text: longer.WEEKS.match(f"5{text}"),
    "longer by hours": lambda text: when.hours(text, Decimal(8)),
    "a limit": Limit.read,
    "sides and houses": same_spot.TELLS.findall,
    "who is no adult": minors.tells_of_minor,
    "a problem": problem.ProblemReader(catalogue()).read,
}


@pytest.mark.parametrize("name", READS)
def test_four_times_as_long_takes_about_four_times_as_long(name: str) -> None:
    READS[name]("路灯不亮")  # what is read once, at the first line
    assert sign_that_slows(READS[name]) is None


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every one that the words of people are looked through with."""
    for module in (callers, duplicates, longer, limit, normalise, numbers, personal, same_spot, told, views):
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                yield f"{module.__name__}.{name}", value
    yield from (("a guard", pattern) for pattern, _ in told._guards())
    yield from (("a wish", pattern) for pattern in told._wishes())
    yield from (("an alarm", pattern) for pattern in (*evidence._alarms(), *evidence._certain()))
    yield from (("a turn of phrase", turn.pattern) for turns in lexicon.turns().values() for turn in turns)


def test_no_guard_takes_longer_and_longer() -> None:
    """Each by itself: a reader stops after so many characters, and what grows in one of forty is not seen in all."""
    slow = [(at, sign_that_slows(searches(pattern))) for at, (pattern, _) in enumerate(told._guards())]
    assert [one for one in slow if one[1]] == []


def test_no_repeat_stands_in_a_repeat() -> None:
    """(嗯+)+ tries every way in which 嗯嗯嗯嗯 can be cut: thirty, from somebody who only nods, take minutes."""
    checked = dict.fromkeys(patterns())
    assert len(checked) > 100
    assert [name for name, pattern in checked if repeated_repeats(pattern.pattern)] == []


@pytest.mark.parametrize(
    ("sign", "times"),
    [("嗯", 26), ("哦", 26), ("嘿", 26), ("呵", 26), ("谢", 37), ("好的", 37), ("辛苦了", 37), ("早", 37)],
)
def test_who_only_nods_is_read_at_once(sign: str, times: int) -> None:
    for guard, _ in told._guards():
        begun = time.process_time()
        guard.search(sign * times + "天")
        assert time.process_time() - begun < 1


def repeated_repeats(pattern: str) -> bool:
    """Whether one repeat without an end is all there is in another."""
    return any(_nested(list(parser.parse(pattern)), inside=False))


def _nested(items: list[Any], *, inside: bool) -> Iterator[bool]:
    for at, (kind, what) in enumerate(items):
        alone = inside and not any(map(_least_width, items[:at] + items[at + 1 :]))
        if kind in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            is_endless = what[1] is codes.MAXREPEAT
            if is_endless and alone:
                yield True
            yield from _nested(list(what[2]), inside=is_endless or alone)
        elif kind is codes.SUBPATTERN:
            yield from _nested(list(what[-1]), inside=alone)
        elif kind is codes.BRANCH:
            for branch in what[1]:
                yield from _nested(list(branch), inside=alone)


def _least_width(item: Any) -> int:
    return int(parser.SubPattern(parser.State(), [item]).getwidth()[0])


async def test_a_report_made_to_be_slow_is_a_report_and_kept_as_typed(town: Town) -> None:
    text = f"{HOLE}。{'ﷺ' * 900}"
    await town.lin.posts(text)
    (ticket,) = await tickets(town)
    assert text in ticket.text


async def test_an_officer_who_leaves_much_room_gets_his_hours(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    await town.lu.says(f"/extend LH2611200001 1{' ' * 3900}小时 等材料")
    request = (await tickets(town))[0].request
    assert (request["hours"], request["reason"]) == ("1", "等材料")


def test_what_is_behind_the_longest_text_is_not_read_and_the_way_back_stays() -> None:
    line = trace("ﷺ" * LONG)
    assert len(line.text) == len(line.origins) <= LONGEST
    assert line.typed(0, len(line.text)) == "ﷺ" * (LONGEST // 18 + 1)


def _pairwise(text: str) -> object:
    spans = [found.span() for found in callers.CALLED.finditer(text)]
    return [
        one for one in spans if not any(one != other and other[0] <= one[0] <= one[1] <= other[1] for other in spans)
    ]


CONTROLS: dict[str, Reads] = {
    "digits before a unit": searches(re.compile(r"(明天|\d+[月日号]).{0,24}施工")),
    "a word before stars": searches(re.compile(r"[0-9A-Za-z@._+-]*[*]+[0-9A-Za-z@._+-]*")),
    "blanks at the end": searches(re.compile(r"[\s,，:：]+$")),
    "blanks on both sides": lambda text: re.match(r"5\s*个?\s*周", f"5{text}"),
    "each with each": _pairwise,
}


@pytest.mark.parametrize("name", CONTROLS)
def test_control_as_they_were_read_before(name: str) -> None:
    assert sign_that_slows(CONTROLS[name], least=0.01) is not None


def test_control_a_repeat_in_a_repeat_is_found() -> None:
    assert repeated_repeats("^(ok|嗯+|行)+(?=$|[啦了])")
    assert repeated_repeats(r"(?:\s*a?\s*)+b")
    assert not repeated_repeats("^(ok|嗯|行)+(?=$|[啦了])")
    assert not repeated_repeats(r"(?:,\s*a)+b")


def test_control_what_nods_in_every_way_takes_twice_as_long_with_each() -> None:
    nods = re.compile("^(ok|嗯+|哦+)+(?=$|[啦了])")
    text = "嗯" * 20 + "天"
    assert _best(searches(nods), text) > 20 * _best(searches(nods), text[6:])
