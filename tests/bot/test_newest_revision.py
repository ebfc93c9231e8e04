"""A start asks Alembic only where the tables are not at the newest revision: both must mean the same one."""

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from bot.migrating import newest

MIGRATIONS = Path(__file__).parent.parent.parent / "models" / "migrations"


def test_the_newest_is_alembics_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [newest()]
