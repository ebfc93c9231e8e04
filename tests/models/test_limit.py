"""How long something may take, as the catalogue writes it."""

from decimal import Decimal

import pytest

from models.limit import Limit


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("2工作时", [("2", "work_hour", "")]),
        ("破损4工作时", [("4", "work_hour", "破损")]),
        ("2-3工作日", [("3", "work_day", "")]),
        ("1.5紧急工作日", [("36", "urgent_hour", "")]),
        ("破损4工作时/修复7自然日", [("4", "work_hour", "破损"), ("7", "natural_day", "修复")]),
        ("12345工作日", []),
        ("按合同", []),
        ("0" * 4096, []),
        ("1-" * 2048 + "1", []),
    ],
)
def test_a_limit_is_read_whole_or_not_at_all(text: str, limits: list[tuple[str, str, str]]) -> None:
    assert Limit.read(text) == tuple(Limit(Decimal(value), unit, when) for value, unit, when in limits)
