"""The district that all turns share outlives the turn that read it."""

from pathlib import Path

import pytest

from handlers.book import Book
from tests.books import PostgresBooks
from tests.cast import town_in


async def test_a_turn_that_fails_takes_no_page_of_the_book_along(tmp_path: Path, books: PostgresBooks | None) -> None:
    async with town_in(tmp_path, books) as town:
        read: list[Book | None] = []

        async def turn() -> None:
            async with town.machine.runtime.database.write() as session:
                read.append(await Book.read(session))
                raise RuntimeError("the turn failed")

        with pytest.raises(RuntimeError, match="the turn failed"):
            await turn()
        book = read[0]
        assert book is not None
        assert book.district.name == "柳桥区"
        assert all(grid.name for grid in book.grids.values())
        assert all(department.name for department in book.departments.values())
        assert book.routes[0].lead_id in book.departments
