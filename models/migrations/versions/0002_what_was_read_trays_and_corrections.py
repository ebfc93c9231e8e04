"""what was read, trays and corrections

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("pictured", sa.Boolean(), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_corrections_by_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_corrections_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index("ix_corrections_ticket_id", "corrections", ["ticket_id"])

    op.create_table(
        "trays",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("asks", sa.Text(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fresh", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_trays_chat_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_trays_message_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_trays_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trays")),
        sa.UniqueConstraint("chat_id", name=op.f("uq_trays_chat_id")),
    )
    with op.batch_alter_table("district") as batch_op:
        batch_op.add_column(sa.Column("hotline", sa.Text(), nullable=True))

    with op.batch_alter_table("drafts") as batch_op:
        batch_op.add_column(sa.Column("form", sa.JSON(), nullable=False, server_default="{}"))

    # Column by column: made anew, a table that others refer to would take their rows with it.
    op.add_column("tickets", sa.Column("is_outside", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(
        "tickets", sa.Column("border_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
    )
    op.add_column("tickets", sa.Column("border_stage", sa.Text(), nullable=True))
    op.add_column("tickets", sa.Column("told", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("tickets", sa.Column("is_named", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column(
        "tickets",
        sa.Column(
            "escalated", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, server_default="0"
        ),
    )
    op.add_column("tickets", sa.Column("secure_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tickets", sa.Column("secured_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tickets", sa.Column("clocks", sa.JSON(), nullable=False, server_default="{}"))
    near_a_border = sa.text("border_id IS NOT NULL")
    op.create_index(
        "ix_tickets_border_id", "tickets", ["border_id"], sqlite_where=near_a_border, postgresql_where=near_a_border
    )


def downgrade() -> None:
    op.drop_index("ix_tickets_border_id", "tickets")
    with op.batch_alter_table("tickets") as batch_op:
        batch_op.drop_column("clocks")
        batch_op.drop_column("secured_at")
        batch_op.drop_column("secure_by")
        batch_op.drop_column("escalated")
        batch_op.drop_column("is_named")
        batch_op.drop_column("told")
        batch_op.drop_column("border_stage")
        batch_op.drop_column("border_id")
        batch_op.drop_column("is_outside")

    with op.batch_alter_table("drafts") as batch_op:
        batch_op.drop_column("form")

    with op.batch_alter_table("district") as batch_op:
        batch_op.drop_column("hotline")

    op.drop_table("trays")
    op.drop_index("ix_corrections_ticket_id", "corrections")
    op.drop_table("corrections")
