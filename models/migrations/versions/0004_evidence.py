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
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.Text(), nullable=False, server_default="photo"))
        batch_op.add_column(sa.Column("view", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("forwarded", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("public", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("hidden", BIG, nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("digest", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("likeness", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("marks", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("shows", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.create_index("ix_photos_digest", ["digest"], unique=False)
        batch_op.create_index("ix_photos_known", ["id"], unique=False, sqlite_where=KNOWN, postgresql_where=KNOWN)
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_doubted", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("district", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pictures", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    with op.batch_alter_table("district", schema=None) as batch_op:
        batch_op.drop_column("pictures")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_column("is_doubted")
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.drop_index("ix_photos_known")
        batch_op.drop_index("ix_photos_digest")
        for column in ("shows", "marks", "likeness", "digest", "hidden", "public", "forwarded", "view", "kind"):
            batch_op.drop_column(column)
