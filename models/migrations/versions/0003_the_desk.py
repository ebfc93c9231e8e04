"""the desk: tasks, tallies, requests, who was let in and who looked

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("id", BIG, nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("scope_id", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("span", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tallies")),
        sa.UniqueConstraint("scope", "scope_id", "day", "span", name=op.f("uq_tallies_scope_scope_id_day_span")),
    )
    op.create_table(
        "bans",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_bans_by_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["people.id"], name=op.f("fk_bans_lifted_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_bans_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bans")),
    )
    op.create_index("ix_bans_person_id", "bans", ["person_id"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("grid_id", BIG, nullable=True),
        sa.Column("department_id", BIG, nullable=True),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by_id", BIG, nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_invitations_by_id")),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_invitations_department_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_invitations_grid_id")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["people.id"], name=op.f("fk_invitations_revoked_by_id")),
        sa.ForeignKeyConstraint(["used_by_id"], ["people.id"], name=op.f("fk_invitations_used_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("hash", name=op.f("uq_invitations_hash")),
    )
    op.create_table(
        "callers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("ticket_id", BIG, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_callers_by_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_callers_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callers")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_callers_ticket_id")),
    )
    op.create_table(
        "councils",
        sa.Column("id", BIG, nullable=False),
        sa.Column("ticket_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("causes", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_councils_by_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_councils_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_councils")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_councils_ticket_id")),
    )
    op.create_table(
        "looks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("ticket_id", BIG, nullable=True),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_looks_person_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_looks_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
    )
    op.create_index("ix_looks_ticket_id", "looks", ["ticket_id"], unique=False)

    op.create_table(
        "tasks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("ticket_id", BIG, nullable=False),
        sa.Column("round", BIG, nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("department_id", BIG, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report_in_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_in_by_id", BIG, nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", BIG, nullable=True),
        sa.Column("excused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("told_late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_tasks_department_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["people.id"], name=op.f("fk_tasks_done_by_id")),
        sa.ForeignKeyConstraint(["reported_in_by_id"], ["people.id"], name=op.f("fk_tasks_reported_in_by_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_tasks_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("ticket_id", "round", "department_id", name=op.f("uq_tasks_ticket_id_round_department_id")),
    )
    op.create_index(
        "ix_tasks_to_do",
        "tasks",
        ["department_id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND excused_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND excused_at IS NULL"),
    )

    op.add_column("chats", sa.Column("wants_digest", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("categories", sa.Column("radius_m", sa.Double(), nullable=True))

    op.add_column("district", sa.Column("days", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("district", sa.Column("most", sa.JSON(), nullable=False, server_default="{}"))

    op.add_column("people", sa.Column("misses", BIG, nullable=False, server_default="0"))
    op.add_column("people", sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("people", sa.Column("hinted_at", sa.DateTime(timezone=True), nullable=True))

    op.add_column("people", sa.Column("warned", sa.JSON(), nullable=False, server_default="{}"))

    op.add_column("photos", sa.Column("department_id", BIG, nullable=True))
    op.create_index(
        "ix_photos_bytes",
        "photos",
        ["ticket_id"],
        unique=False,
        sqlite_where=sa.text("state <> 'gone'"),
        postgresql_where=sa.text("state <> 'gone'"),
    )
    op.create_index("ix_photos_key", "photos", ["key"], unique=False)

    op.add_column("tickets", sa.Column("entry", sa.Text(), nullable=False, server_default="report"))
    op.add_column("tickets", sa.Column("merged_into_id", BIG, nullable=True))
    op.add_column("tickets", sa.Column("response", sa.Text(), nullable=True))
    op.add_column("tickets", sa.Column("request", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("tickets", sa.Column("extensions", BIG, nullable=False, server_default="0"))
    op.add_column("tickets", sa.Column("suspensions", BIG, nullable=False, server_default="0"))
    op.add_column("tickets", sa.Column("whose_id", BIG, nullable=True))
    op.add_column("tickets", sa.Column("suspended_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tickets", sa.Column("photo_waived", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("tickets", sa.Column("urged_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tickets", sa.Column("reminded_for", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tickets", sa.Column("late_for", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tickets", sa.Column("ended_by", sa.Text(), nullable=True))
    op.add_column("tickets", sa.Column("satisfied", sa.Boolean(), nullable=True))
    op.add_column("tickets", sa.Column("counted_seq", BIG, nullable=False, server_default="0"))
    op.add_column("tickets", sa.Column("counted", sa.JSON(), nullable=False, server_default="{}"))
    op.create_index(
        "ix_tickets_open",
        "tickets",
        ["grid_id", "stage"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_tickets_uncounted",
        "tickets",
        ["id"],
        unique=False,
        sqlite_where=sa.text("counted_seq < last_seq"),
        postgresql_where=sa.text("counted_seq < last_seq"),
    )
    op.create_index("ix_witnesses_person_id", "witnesses", ["person_id"])
    # The only way a ticket could be closed so far.
    op.execute("UPDATE tickets SET ended_by = 'confirmed' WHERE stage = 'closed'")


def downgrade() -> None:
    op.drop_index("ix_witnesses_person_id", "witnesses")
    op.drop_index("ix_tickets_uncounted", "tickets")
    op.drop_index("ix_tickets_open", "tickets")
    op.drop_index("ix_photos_key", "photos")
    op.drop_index("ix_photos_bytes", "photos")
    with op.batch_alter_table("tickets") as batch_op:
        batch_op.drop_column("counted")
        batch_op.drop_column("counted_seq")
        batch_op.drop_column("satisfied")
        batch_op.drop_column("ended_by")
        batch_op.drop_column("late_for")
        batch_op.drop_column("reminded_for")
        batch_op.drop_column("urged_at")
        batch_op.drop_column("photo_waived")
        batch_op.drop_column("suspended_until")
        batch_op.drop_column("whose_id")
        batch_op.drop_column("suspensions")
        batch_op.drop_column("extensions")
        batch_op.drop_column("request")
        batch_op.drop_column("response")
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("entry")
    with op.batch_alter_table("chats") as batch_op:
        batch_op.drop_column("wants_digest")
    with op.batch_alter_table("categories") as batch_op:
        batch_op.drop_column("radius_m")
    with op.batch_alter_table("district") as batch_op:
        batch_op.drop_column("most")
        batch_op.drop_column("days")
    with op.batch_alter_table("people") as batch_op:
        batch_op.drop_column("hinted_at")
        batch_op.drop_column("missed_at")
        batch_op.drop_column("misses")
    with op.batch_alter_table("photos") as batch_op:
        batch_op.drop_column("department_id")
    with op.batch_alter_table("people") as batch_op:
        batch_op.drop_column("warned")
    op.drop_table("tasks")
    op.drop_table("looks")
    op.drop_table("councils")
    op.drop_table("callers")
    op.drop_table("invitations")
    op.drop_table("bans")
    op.drop_table("tallies")
