"""35: SQL in every text is text, and a table program reckons with nothing that somebody typed."""

import ast
import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot import corrections
from bot.corrections import Line, as_csv
from handlers import ROUTER
from models.person import Person
from tests.attacks.matrix import state
from tests.cast import HOLE, LIN, SHEN, Player, Town

ROOT = Path(__file__).parents[2]
FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://evil","x")',
    "＝1", "＋1", "－1", "＠x", "\ufeff=1", "\u200b=1", "%0A=1", "=", "-", '"=1', "';=1", "|=1", "\x00=1",
    "\x0b=1", "\xa0=1",
]  # fmt: skip
BEGINS = tuple("=+-@\t\r\n＝＋－＠")


def cells(words: str) -> list[str]:
    """Of the file with these words in each column that people's words can come to, as a table program reads it."""
    made = as_csv([Line(words, words, False, True), Line(words, None, True, False)])
    return [cell for row in list(csv.reader(io.StringIO(made)))[1:] for cell in row]


def formulas(words: str) -> list[str]:
    return [cell for cell in cells(words) if cell.lstrip("\ufeff\u200b\x00 \xa0\x0b").startswith(BEGINS)]


@pytest.mark.parametrize("words", FORMULAS, ids=range(len(FORMULAS)))
def test_no_cell_is_a_formula(words: str) -> None:
    assert formulas(words) == []


@settings(max_examples=300, derandomize=True)
@given(st.text(alphabet="=+-@\t\r\n\x00\ufeff\u200b ＝＠\",';|ab"), st.text(max_size=5))
def test_whatever_is_typed_no_cell_is_a_formula(begins: str, rest: str) -> None:
    assert formulas(begins + rest) == []


def test_control_cells_as_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corrections, "_defused", lambda cell: cell)
    assert formulas("=1+1") == ["=1+1", "=1+1", "=1+1"]


def test_no_other_file_of_ours_is_a_table() -> None:
    """Whoever writes another one finds this, and the door beside it."""
    rooms = ("bot", "handlers", "models", "media", "reading")
    files = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    writes = {str(path.relative_to(ROOT)) for path in files if "csv.writer" in path.read_text("utf-8")}
    assert writes == {"bot/corrections.py"}
    assert any("DictWriter" in path.read_text("utf-8") for path in files) is False


# --- SQL ---------------------------------------------------------------------------------------------

SQL = [
    "' OR '1'='1", "'; DROP TABLE tickets;--", '" OR ""="', "1); DELETE FROM people;--", "x' UNION SELECT 1--",
    "\\'; UPDATE roles SET kind='admin';--", "%' AND 1=1--", "_%", "'||(SELECT 1)||'", "${sleep(9)}", ":name", ":1",
    "%(a)s", "?", "$1", "{0}", "0x27", "'/**/OR/**/1=1", "admin'--", "');SELECT pg_sleep(9);--", "'; VACUUM;--",
    "\x00' OR 1=1--",
    "' AND 1=CAST((SELECT version()) AS int)--", "E'\\047", "$$;DROP TABLE inbox;$$", "\uff07 OR 1=1",
    "\u02bc OR 1=1", "LIKE '%'",
]  # fmt: skip


async def told_everything(town: Town) -> None:
    """Through every command, as a report, a name and in reply to a card; by a rider and by an administrator."""
    await town.lin.posts(HOLE)
    town.simulator.seed({"people": [{"id": LIN, "first_name": SQL[1], "username": "x"}]})
    shen = Player(town, SHEN, SHEN)
    for number, name in enumerate(sorted(set(ROUTER.commands) - {"erase", "unbind"})):
        words = SQL[number % len(SQL)].replace("\x00", "")
        await (shen if number % 2 else town.mei).says(f"/{name} {words}")
    for words in SQL[::3]:
        await town.mei.says(words.replace("\x00", ""), reply_to=town.card)


async def test_sql_in_every_text_is_text(town: Town) -> None:
    async with town.machine.runtime.database.read() as session:
        before = await state(session)
    await told_everything(town)
    async with town.machine.runtime.database.read() as session:
        after = await state(session)
        assert len(after["tickets"]) >= 1
        assert after["tickets"][0] == before["tickets"][0] if before["tickets"] else True
        for table in ("roles", "grids", "departments", "routes", "district", "bans"):
            assert after[table] == before[table], table
        nobody = (await session.scalars(Person.called("' OR '1'='1"))).unique().all()
    assert list(nobody) == []
    await town.nothing_went_wrong()


async def test_control_a_question_put_together_from_words(town: Town) -> None:
    await town.lin.posts(HOLE)

    async def called(name: str) -> int:
        async with town.machine.runtime.database.read() as session:
            return len(list(await session.execute(text(f"SELECT id FROM addresses WHERE name = '{name}'"))))

    async def asked(name: str) -> int:
        async with town.machine.runtime.database.read() as session:
            return len((await session.scalars(Person.called(name))).unique().all())

    assert (await called("' OR '1'='1") > 1, await asked("' OR '1'='1")) == (True, 0)


RAW = ("text", "exec_driver_sql", "literal_column", "executescript")


def woven(file: str, tree: ast.Module) -> list[str]:
    """Statements woven from values: an f-string, +, % or .format in what goes to the database as it stands."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "attr", "") or getattr(node.func, "id", "")
        if name in RAW and _is_woven(node.args[0]):
            found.append(f"{file}:{node.lineno} {name}")
    return found


def _is_woven(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        values = [one.value for one in node.values if isinstance(one, ast.FormattedValue)]
        return not all(isinstance(one, ast.Name) and one.id.isupper() for one in values)  # constants of the code
    if isinstance(node, ast.Call):
        return getattr(node.func, "attr", "") in ("format", "join", "replace")
    return isinstance(node, ast.BinOp)


WOVEN_OF_OUR_OWN = {"bot/starting.py": "names of pragmas that the code itself lists"}
"""file -> why: statements that cannot bind what they name (a table, a pragma), and name only what the code names."""


def test_no_statement_is_woven_from_values() -> None:
    found = []
    for room in ("bot", "handlers", "models"):
        for path in sorted((ROOT / room).rglob("*.py")):
            file = str(path.relative_to(ROOT))
            if "migrations" not in file and file not in WOVEN_OF_OUR_OWN:
                found += woven(file, ast.parse(path.read_text("utf-8")))
    assert found == []


@pytest.mark.parametrize(
    "line",
    ["text(f'SELECT {x}')", "session.execute(text('SELECT ' + x))", "c.exec_driver_sql('A %s' % x)",
     "text('SELECT {}'.format(x))", "sqlalchemy.text(f'{x}')"],
)  # fmt: skip
def test_control_a_woven_statement_is_found(line: str) -> None:
    assert woven("x.py", ast.parse(line))
    assert not woven("x.py", ast.parse("text('SELECT 1 WHERE a = :a'); text(CONSTANT)"))
