"""docs/reliability.md: every row names a test and a control that exist, or says that it is not shown."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "reliability.md").read_text("utf-8")
NAMED = re.compile(r"`((?:\w+/)*\w+\.py)::(\w+)`")
NOT_SHOWN = "not shown"
FAULTS = {str(number) for number in range(1, 41)}


def rows() -> list[list[str]]:
    """Rows of the tables: number or name, what is broken, what must hold, test, control, figure."""
    lines = [line for line in PAGE.splitlines() if line.startswith("| ") and line.count(" | ") == 5]
    cells = [[cell.strip() for cell in line.strip().strip("|").split(" | ")] for line in lines]
    return [row for row in cells if row[0] not in ("#", "attack", "beside", "---")]


@cache
def functions(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_a_row_names_a_test_and_a_control_that_exist_or_says_it_is_not_shown(row: list[str]) -> None:
    for cell in (row[3], row[4]):
        named = NAMED.findall(cell)
        assert named or NOT_SHOWN in cell, f"{row[0]}: neither a test nor a word that there is none: {cell}"
        for path, name in named:
            assert name in functions(TESTS / path), f"{row[0]}: no {name} in {path}"


def test_every_fault_of_the_table_has_its_row() -> None:
    assert {row[0] for row in rows()} >= FAULTS


def test_control_a_name_that_is_nowhere_is_found_out() -> None:
    with pytest.raises(AssertionError, match="no test_of_nothing"):
        test_a_row_names_a_test_and_a_control_that_exist_or_says_it_is_not_shown(
            ["0", "", "", "`test_house.py::test_of_nothing`", NOT_SHOWN, ""]
        )
