"""Never faster than Telegram allows, and never slower than it must be."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pace import Limits, Pace, Rate, parse

TELEGRAM = parse("30/s 1/s 20/min")


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def sent(pace: Pace, clock: Clock, chats: list[str]) -> list[tuple[float, str]]:
    """Send one to each, in this order, waiting just as long as the pace says."""
    calls = []
    for chat in chats:
        while (wait := pace.wait(chat, chat.startswith("-"))) > 0:
            clock.seconds += wait
        pace.spend(chat, chat.startswith("-"))
        calls.append((clock.seconds, chat))
    return calls


def broken(times: list[float], rate: Rate | None) -> bool:
    """Whether some window holds more than the rate allows."""
    if rate is None:
        return False
    return any(later < earlier + rate.seconds for earlier, later in zip(times, times[rate.calls :], strict=False))


RATES = st.none() | st.builds(Rate, st.integers(1, 5), st.sampled_from([1.0, 60.0, 0.1]))
CHATS = st.sampled_from(["1", "2", "3", "-1", "-2"])


@given(
    limits=st.builds(Limits, RATES, RATES, RATES), chats=st.lists(CHATS, max_size=60), rests=st.lists(st.floats(0, 5))
)
def test_no_window_ever_holds_more_than_its_limit(limits: Limits, chats: list[str], rests: list[float]) -> None:
    clock = Clock()
    pace = Pace(limits, clock)
    calls = []
    for number, chat in enumerate(chats):
        clock.seconds += rests[number] if number < len(rests) else 0.0
        calls += sent(pace, clock, [chat])
    assert not broken([at for at, _ in calls], limits.total)
    for chat in set(chats):
        times = [at for at, to in calls if to == chat]
        assert not broken(times, limits.chat)
        assert not (chat.startswith("-") and broken(times, limits.group))


def test_the_property_above_would_notice_a_pace_that_counts_by_the_calendar() -> None:
    """The negative control: twenty at the end of a minute and twenty more are forty in a second."""
    assert broken([59.9] * 20 + [60.1] * 20, Rate(20, 60.0))


def test_a_private_chat_hears_one_a_second() -> None:
    clock = Clock()
    times = [at for at, _ in sent(Pace(TELEGRAM, clock), clock, ["5"] * 4)]
    assert [later - earlier for earlier, later in pairwise(times)] == [1.0, 1.0, 1.0]


def test_a_group_waits_for_its_minute_after_twenty_and_no_other_chat_waits_with_it() -> None:
    clock = Clock()
    pace = Pace(TELEGRAM, clock)
    first = sent(pace, clock, ["-5"] * 20)[0][0]
    assert pace.wait("-5", True) == pytest.approx(first + 60.0 - clock.seconds)
    assert pace.wait("-6", True) == 0.0
    assert pace.wait("6", False) == 0.0


def test_thirty_chats_hear_it_at_once_and_the_next_one_a_second_later() -> None:
    clock = Clock()
    times = [at for at, _ in sent(Pace(TELEGRAM, clock), clock, [str(chat) for chat in range(31)])]
    assert times[29] == times[0]
    assert times[30] == times[0] + 1.0


def test_a_429_silences_that_chat_for_exactly_as_long_as_it_says() -> None:
    clock = Clock()
    pace = Pace(TELEGRAM, clock)
    pace.pause("-5", 3600)
    pace.pause("-5", 5)
    assert pace.wait("-5", True) == 3600.0
    assert pace.wait("-6", True) == 0.0
    clock.seconds += 3600
    assert pace.wait("-5", True) == 0.0


def test_off_is_off_but_a_429_still_counts() -> None:
    clock = Clock()
    pace = Pace(parse("off"), clock)
    sent(pace, clock, ["-5"] * 1000)
    assert clock.seconds == Clock().seconds
    pace.pause("-5", 2)
    assert pace.wait("-5", True) == 2.0


def test_chats_of_long_ago_are_forgotten_and_those_that_count_are_not() -> None:
    clock = Clock()
    pace = Pace(TELEGRAM, clock)
    pace.pause("999999", 10**6)
    for chat in range(5000):
        sent(pace, clock, [str(chat)])
    assert len(pace._chats) <= 1001 + 61 * 30
    clock.seconds += 60
    sent(pace, clock, ["-7"] * 20)
    before = pace.wait("-7", True)
    sent(pace, clock, [str(chat) for chat in range(1000)])
    assert before > 0
    assert pace.wait("999999", False) > 0


def test_a_call_that_is_long_on_its_way_counts_from_when_it_was_heard() -> None:
    clock = Clock()
    pace = Pace(TELEGRAM, clock)
    pace.spend("-7", True)
    clock.seconds += 0.75
    assert pace.wait("-7", True) == 0.25
    pace.answered("-7")
    assert pace.wait("-7", True) == 1.0
    assert pace.wait("-8", True) == 0.0
    pace.answered("-8")


@pytest.mark.parametrize("text", ["30/s 1/s 20/min", " 30/S  1/s 20/MIN "])
def test_the_setting_is_read(text: str) -> None:
    assert parse(text) == Limits(Rate(30, 1.0), Rate(1, 1.0), Rate(20, 60.0))
    assert parse("off") == parse(" OFF ") == Limits()


@pytest.mark.parametrize(
    "text", ["", "30", "30/s", "30/s 1/s", "0/s 1/s 20/min", "30/s 1/s 20/day", "-1/s 1/s 1/s", "a b c"]
)
def test_a_wrong_setting_is_told_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"write three, .* or off"):
        parse(text)
