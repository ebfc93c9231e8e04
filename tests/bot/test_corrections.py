"""`python -m bot corrections FILE`: what was put right, as lines to learn from."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

from bot.corrections import Line, as_csv, plain
from tests.cast import GROUP, HOLE, Town
from training.lines import read

ROOT = Path(__file__).parents[2]
COLUMNS = ["text", "is_report", "category", "alt_categories", "urgent", "place", "has_photo", "note"]


def exported(folder: Path, database: str, file: str = "lines.csv") -> subprocess.CompletedProcess[str]:
    """The program itself, in a process of its own."""
    env = {**os.environ, "DATABASE_URL": database, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "bot", "corrections", file],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )


def address(town: Town) -> str:
    return str(town.machine.runtime.database.url)


def rows(folder: Path, file: str = "lines.csv") -> list[list[str]]:
    return list(csv.reader(io.StringIO((folder / file).read_text("utf-8"))))


async def test_beside_the_running_bot_with_the_columns_of_the_training_lines(town: Town, tmp_path: Path) -> None:
    await town.lin.posts(f"{HOLE}\n联系13812345678")
    await town.lu.says("改类 道路破损", reply_to=town.job)
    await town.lin.says("/report 印刷技校门口路灯不亮")
    await town.lu.says("改类 暴露垃圾", reply_to=town.job)
    done = exported(tmp_path, address(town))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "corrected lines: 2, in lines.csv\n"
    head, first, second = rows(tmp_path)
    assert head == COLUMNS
    assert first[0].startswith(HOLE)
    assert "13812345678" not in first[0]
    assert "\n" not in first[0]
    assert first[1:] == ["1", "E0113", "", "0", "", "1", "correction"]
    assert second == ["印刷技校门口路灯不亮", "1", "E0110", "", "0", "", "0", "correction"]
    assert [line.codes for line in read(tmp_path / "lines.csv")] == [("E0113",), ("E0110",)]


async def test_nothing_in_it_tells_who(town: Town, tmp_path: Path) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("改类 道路破损", reply_to=town.job)
    exported(tmp_path, address(town))
    written = (tmp_path / "lines.csv").read_text("utf-8")
    for secret in ("LH26", str(town.lin.id), str(town.lu.id), str(GROUP), "小林", "路平"):
        assert secret not in written


async def test_what_was_put_right_again_counts_as_it_stands_now(town: Town, tmp_path: Path) -> None:
    await town.lin.posts(HOLE)
    for name in ("道路破损", "路面塌陷", "路灯"):
        await town.lu.says(f"改类 {name}", reply_to=town.job)
    exported(tmp_path, address(town))
    assert [row[2] for row in rows(tmp_path)[1:]] == ["P0106"]
    await town.lu.says("改类 道路破损", reply_to=town.job)
    exported(tmp_path, address(town))
    assert [row[2] for row in rows(tmp_path)[1:]] == ["E0113"]


async def test_a_ticket_declined_later_is_no_report(town: Town, tmp_path: Path) -> None:
    await town.lin.posts(HOLE)
    await town.lu.says("改类 道路破损", reply_to=town.job)
    await town.qiao.says("/decline LH2611200001 不属实")
    exported(tmp_path, address(town))
    assert rows(tmp_path)[1][1:4] == ["0", "", ""]
    assert read(tmp_path / "lines.csv")[0].is_report is False


async def test_nothing_put_right_is_a_file_with_its_head(town: Town, tmp_path: Path) -> None:
    done = exported(tmp_path, address(town))
    assert done.stdout == "corrected lines: 0, in lines.csv\n"
    assert rows(tmp_path) == [COLUMNS]


async def test_what_cannot_be_done_is_one_clear_line(town: Town, tmp_path: Path) -> None:
    for database, file in (
        (f"sqlite+aiosqlite:///{tmp_path}/nowhere.db", "lines.csv"),
        (address(town), "no/such/folder/lines.csv"),
    ):
        done = exported(tmp_path, database, file)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1, done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "nowhere.db").exists(), "reading makes no database"


def test_no_cell_begins_a_formula() -> None:
    sly = ["=1+1", "+1", "-1", "@A1", "＝1", "\t=1", " -2"]
    written = as_csv(Line(plain(text), "E0113", False, False) for text in sly)
    for row in list(csv.reader(io.StringIO(written)))[1:]:
        assert row[0].startswith("'"), row


def test_a_text_with_commas_and_quotes_comes_back_as_it_was() -> None:
    text = '路面塌陷,"很大",快来'
    _, row = csv.reader(io.StringIO(as_csv([Line(text, "E0505", True, True)])))
    assert row == [text, "1", "E0505", "", "1", "", "1", "correction"]
