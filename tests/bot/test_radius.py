"""`radius_m` of categories.csv: how near two reports of one kind are one problem; the column may be left out."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.demo import demo_district
from bot.district import BadFolder, read_folder
from bot.district.loading import load_folder
from models.category import Category
from tests.cast import StillClock, Town


def with_radius(folder: Path, cells: dict[str, str]) -> None:
    file = folder / "categories.csv"
    with demo_district() as demo:
        head, *rows = (demo / "categories.csv").read_text("utf-8-sig").splitlines()
    told = [f"{row},{cells.get(row.partition(',')[0], '')}" for row in rows]
    file.write_text("\n".join([f"{head},radius_m", *told]) + "\n", "utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with demo_district() as demo:
        for file in demo.iterdir():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


async def test_it_is_loaded_and_taken_back_again(town: Town, folder: Path) -> None:
    async def radius() -> float | None:
        async with town.machine.runtime.database.read() as session:
            found: float | None = await session.scalar(select(Category.radius_m).where(Category.code == "E0505"))
            return found

    assert await radius() is None
    with_radius(folder, {"E0505": "80"})
    await load_folder(town.machine.runtime.database, folder, StillClock())
    assert await radius() == 80
    with_radius(folder, {})
    await load_folder(town.machine.runtime.database, folder, StillClock())
    assert await radius() is None


@pytest.mark.parametrize("cell", ["0", "-5", "near", "99999"])
def test_what_is_no_such_distance_is_a_fault_with_its_line(folder: Path, cell: str) -> None:
    with_radius(folder, {"E0505": cell})
    with pytest.raises(BadFolder) as bad:
        read_folder(folder)
    assert "radius_m" in str(bad.value)
