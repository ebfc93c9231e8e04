"""evidence: what a picture is, who may see which copy of it, and what was found out about it

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KNOWN = sa.text("likeness IS NOT NULL")


def upgrade() -> None:
    # Column by column: made anew, a table that others refer to would take their rows with it.
    op.add_column("photos", sa.Column("kind", sa.Text(), nullable=False, server_default="photo"))
    op.add_column("photos", sa.Column("view", sa.Text(), nullable=True))
    op.add_column("photos", sa.Column("forwarded", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("photos", sa.Column("public", sa.Text(), nullable=True))
    op.add_column("photos", sa.Column("hidden", BIG, nullable=False, server_default="0"))
    op.add_column("photos", sa.Column("digest", sa.Text(), nullable=True))
    op.add_column("photos", sa.Column("likeness", sa.LargeBinary(), nullable=True))
    op.add_column("photos", sa.Column("marks", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("photos", sa.Column("shows", sa.JSON(), nullable=False, server_default="[]"))
    op.create_index("ix_photos_digest", "photos", ["digest"], unique=False)
    op.create_index("ix_photos_known", "photos", ["id"], unique=False, sqlite_where=KNOWN, postgresql_where=KNOWN)
    op.add_column("tickets", sa.Column("is_doubted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("messages", sa.Column("drawn", sa.Text(), nullable=True))
    op.add_column("district", sa.Column("pictures", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    with op.batch_alter_table("district", schema=None) as batch_op:
        batch_op.drop_column("pictures")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_column("drawn")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_column("is_doubted")
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.drop_index("ix_photos_known")
        batch_op.drop_index("ix_photos_digest")
        for column in ("shows", "marks", "likeness", "digest", "hidden", "public", "forwarded", "view", "kind"):
            batch_op.drop_column(column)
