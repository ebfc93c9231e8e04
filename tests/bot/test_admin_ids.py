"""ADMIN_IDS says who the first administrators are: now, and not once."""

from bot.callers import heed_admin_ids
from tests.cast import GROUP, LIN, Town


async def test_who_stands_in_the_settings_is_an_administrator_as_long_as_he_stands_there(town: Town) -> None:
    assert "只有管理员" in await _unbinds(town)
    town.machine.runtime.admin_ids = frozenset({str(LIN)})
    assert "已解除绑定" in await _unbinds(town)
    town.machine.runtime.admin_ids = frozenset()
    assert "只有管理员" in await _unbinds(town)


async def test_he_is_forgotten_at_the_start_without_a_word_from_him(town: Town) -> None:
    town.machine.runtime.admin_ids = frozenset({str(LIN)})
    await _unbinds(town)
    town.machine.runtime.admin_ids = frozenset()
    runtime = town.machine.runtime
    async with runtime.database.write() as session:
        await heed_admin_ids(session, "telegram", runtime.admin_ids, runtime.clock.now())
    runtime.admin_ids = frozenset({str(LIN)})
    assert "还没有绑定" in await _unbinds(town), "named again, he is one again"


async def _unbinds(town: Town) -> str:
    await town.lin.says("/unbind")
    return town.last(GROUP).text
