"""several processes, and what they leave behind: what caused what, rows set aside, and which lane comes next

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FAILED = sa.text("state = 'failed'")
NEW = sa.text("state = 'new'")
CAUSED = ("outbox", "errands", "ticket_events")


def upgrade() -> None:
    # Column by column: made anew, a table that others refer to would take their rows with it.
    for table in CAUSED:
        op.add_column(table, sa.Column("cause_id", BIG, nullable=True))
    op.add_column("outbox", sa.Column("receipt", sa.Text(), nullable=True))
    op.create_index("ix_inbox_failed", "inbox", ["id"], unique=False, sqlite_where=FAILED, postgresql_where=FAILED)
    op.add_column("inbox", sa.Column("rank", BIG, nullable=False, server_default="0"))
    op.create_index("ix_inbox_ranks", "inbox", ["lane", "rank"], unique=False, sqlite_where=NEW, postgresql_where=NEW)
    op.create_index("ix_inbox_next", "inbox", ["rank", "id"], unique=False, sqlite_where=NEW, postgresql_where=NEW)
    op.drop_index("ix_inbox_new", table_name="inbox")


def downgrade() -> None:
    op.create_index("ix_inbox_new", "inbox", ["id"], unique=False, sqlite_where=NEW, postgresql_where=NEW)
    op.drop_index("ix_inbox_next", table_name="inbox")
    op.drop_index("ix_inbox_ranks", table_name="inbox")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_column("rank")
    op.drop_index("ix_inbox_failed", table_name="inbox")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_column("receipt")
    for table in reversed(CAUSED):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("cause_id")
