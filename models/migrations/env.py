"""Alembic's way in: the connection comes from `bot.migrating`, or from -x url=… when a revision is written."""

from typing import Literal

from alembic import context
from sqlalchemy import create_engine

from models.all import metadata

config = context.config
PLAIN = {"SafeText": "sa.Text()", "UtcTime": "sa.DateTime(timezone=True)"}


def _plainly(kind: str, thing: object, _: object) -> str | Literal[False]:
    """A revision is history: it names the databases' types, never our classes, which may change."""
    return PLAIN.get(type(thing).__name__, False) if kind == "type" else False


def _run(connection: object) -> None:
    # SQLite cannot alter a table in place: Alembic copies it ("batch").
    context.configure(
        connection=connection,  # type: ignore[arg-type]
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",  # type: ignore[attr-defined]
        compare_type=True,
        render_item=_plainly,
    )
    with context.begin_transaction():
        context.run_migrations()


given = config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    engine = create_engine(context.get_x_argument(as_dictionary=True)["url"])
    with engine.connect() as opened:
        _run(opened)
