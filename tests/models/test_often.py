"""How often somebody did something within a span."""

from datetime import UTC, datetime, timedelta

from models.often import once_more, so_often

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_it_is_counted_until_the_span_is_over() -> None:
    kept: dict[str, str] | None = None
    for times in range(3):
        assert so_often(kept, "answers:1", NOON, MINUTE) == times
        kept = once_more(kept, "answers:1", NOON + timedelta(seconds=times), MINUTE)
    assert so_often(kept, "answers:1", NOON + timedelta(seconds=59), MINUTE) == 3
    assert so_often(kept, "answers:1", NOON + MINUTE, MINUTE) == 0
    assert so_often(kept, "answers:2", NOON, MINUTE) == 0


def test_what_is_over_is_forgotten_and_what_is_kept_of_the_last_time_stays() -> None:
    kept = once_more({"hour": NOON.isoformat()}, "answers:1", NOON, MINUTE)
    later = once_more(kept, "danger", NOON + HOUR, HOUR)
    assert later.keys() == {"hour", "danger"}
    assert so_often(later, "hour", NOON, HOUR) == 0, "of that only the last time is kept"
