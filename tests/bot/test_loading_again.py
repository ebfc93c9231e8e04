"""Loading again: what is there is updated, what is gone retired, and what was decided in chat stays so and is named."""

import json
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.demo import demo_district
from bot.district.faults import BadFolder
from bot.district.loading import load_folder
from models.chat import Chat
from models.district import District
from models.grid import Grid
from models.person import Address, Person, Role
from tests.cast import GROUP, HOLE, LIN, MEI, MORNING, SHEN, Player, Town

ROOM, YARD = "610199001001001", "61019900100100201"
Load = Callable[..., Awaitable[list[str]]]


@pytest.fixture
def load(town: Town, tmp_path: Path) -> Load:
    """Load the demo again, with the words of some files changed."""

    async def loaded(**changes: Callable[[str], str]) -> list[str]:
        folder = tmp_path / "again"
        with demo_district() as demo:
            shutil.copytree(demo, folder, dirs_exist_ok=True)
        for name, change in changes.items():
            path = folder / name.replace("_", ".")
            path.write_text(change(path.read_text("utf-8-sig")), "utf-8")
        return await load_folder(town.machine.runtime.database, folder, town.clock)

    return loaded


async def test_what_an_administrator_took_away_stays_so_and_is_named(town: Town, load: Load) -> None:
    await Player(town, SHEN, GROUP).says("/unbind")
    async with town.machine.runtime.database.write() as session:
        shen = (await session.scalars(Person.known_as("telegram", str(SHEN)))).unique().one()
        lu = (await session.scalars(Person.known_as("telegram", "1022"))).unique().one()
        dai = (await session.scalars(Person.known_as("telegram", "1023"))).unique().one()
        lu.roles[0].revoked_at, lu.roles[0].revoked_by_id = MORNING, shen.id
        dai.banned_at = MORNING
    told = await load()
    assert [line for line in told if "stays so" in line] == [
        "团结西路网格: its chat was unbound by an administrator and stays so (/bind there brings it back)",
        "people.csv:14 · department of shizheng was revoked by an administrator and stays so",
        "people.csv:15 · this person is banned by an administrator and stays so",
    ]
    async with town.machine.runtime.database.read() as session:
        chat = await session.scalar(Chat.known_as("telegram", str(GROUP)))
        lu = (await session.scalars(Person.known_as("telegram", "1022"))).unique().one()
    assert chat is not None
    assert (chat.grid_id, lu.departments) == (None, frozenset())


async def test_what_is_gone_is_retired_and_comes_back_as_it_was(town: Town, load: Load) -> None:
    def without_yard(words: str) -> str:
        content = json.loads(words)
        content["features"] = [item for item in content["features"] if item["properties"]["code"] != YARD]
        return json.dumps(content)

    def without(part: str) -> Callable[[str], str]:
        return lambda words: "".join(line for line in words.splitlines(keepends=True) if part not in line)

    async def yard() -> Grid:
        async with town.machine.runtime.database.read() as session:
            return (await session.scalars(select(Grid).where(Grid.code == YARD))).one()

    async def led(person: int) -> frozenset[int]:
        async with town.machine.runtime.database.read() as session:
            return (await session.scalars(Person.known_as("telegram", str(person)))).unique().one().grids

    first = await yard()
    qiao = await led(1011)
    await load(
        grids_geojson=without_yard, places_csv=without(YARD), routes_csv=without(YARD), people_csv=without("乔岚")
    )
    assert (await yard()).retired_at == town.clock.now()
    assert await led(1011) == frozenset()
    await load()
    again = await yard()
    assert (again.id, again.path, again.retired_at) == (first.id, first.path, None)
    assert await led(1011) == qiao != frozenset()


async def test_an_empty_count_leaves_what_is_known_and_another_replaces_it(town: Town, load: Load) -> None:
    def spoil(words: str) -> str:
        content = json.loads(words)
        about = next(item["properties"] for item in content["features"] if item["properties"]["code"] == ROOM)
        about |= {"households": None, "residents": 700, "name": "团结西路一网格"}
        return json.dumps(content)

    await load(grids_geojson=spoil)
    async with town.machine.runtime.database.read() as session:
        grid = (await session.scalars(select(Grid).where(Grid.code == ROOM))).one()
    assert (grid.households, grid.residents, grid.elders, grid.name) == (256, 700, 98, "团结西路一网格")


async def test_who_spoke_before_is_the_same_person_and_keeps_his_name(town: Town, load: Load) -> None:
    await town.lin.posts(HOLE)
    async with town.machine.runtime.database.read() as session:
        before = await session.scalar(select(Address).where(Address.external_id == str(LIN)))
        count = await session.scalar(select(func.count()).select_from(Person))
    told = await load(people_csv=lambda words: f"{words}{LIN},林某,inspector,\n{MEI},小梅,inspector,\n")
    assert "29 people" in told[0]
    async with town.machine.runtime.database.read() as session:
        after = await session.scalar(select(Address).where(Address.external_id == str(LIN)))
        lin = (await session.scalars(Person.known_as("telegram", str(LIN)))).unique().one()
        assert await session.scalar(select(func.count()).select_from(Person)) == (count or 0) + 1  # 小梅 is new
    assert before is not None
    assert after is not None
    assert (after.person_id, after.name) == (before.person_id, before.name)
    assert lin.is_inspector


async def test_the_database_of_one_district_takes_no_other(town: Town, load: Load) -> None:
    def another(words: str) -> str:
        return words.replace('adcode = "610199"', 'adcode = "610198"').replace('name = "柳桥区"', 'name = "桃园区"')

    await town.lin.posts(HOLE)
    with pytest.raises(BadFolder) as refused:
        await load(district_toml=another)
    assert str(refused.value) == (
        'district.toml · adcode: "610198" is another district: this database belongs to "柳桥区" ("610199"); '
        "give the new one a database of its own (DATABASE_URL)"
    )
    async with town.machine.runtime.database.read() as session:
        district = (await session.scalars(select(District))).one()
    assert (district.name, district.adcode, district.edition) == ("柳桥区", "610199", 1)


async def test_nothing_is_doubled_however_often(town: Town, load: Load) -> None:
    async def counts() -> list[int | None]:
        async with town.machine.runtime.database.read() as session:
            tables = (Grid, Person, Address, Role, Chat)
            return [await session.scalar(select(func.count()).select_from(table)) for table in tables]

    first = await counts()
    await load()
    await load()
    assert await counts() == first


async def test_the_hotline_and_the_calendar_of_the_folder_are_kept(town: Town, load: Load) -> None:
    def spoil(words: str) -> str:
        return words.replace('hotline = "12345"', 'hotline = "029-55500100"').replace(
            'calendar = "CN"', 'calendar = ""'
        )

    await load(district_toml=spoil)
    async with town.machine.runtime.database.read() as session:
        district = await session.scalar(select(District))
        book = await town.machine.runtime.book(session)
    assert district is not None
    assert (district.hotline, district.hours["calendar"]) == ("029-55500100", "")
    assert book is not None
    assert book.hours.calendar is None
    await load()
    async with town.machine.runtime.database.read() as session:
        book = await town.machine.runtime.book(session)
    assert book is not None
    assert book.hours.calendar is not None
