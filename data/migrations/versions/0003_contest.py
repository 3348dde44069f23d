"""The arena contest: criteria, entries, judges, ballots, scores, changes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contest",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="draft", nullable=False),
        sa.Column("trim", sa.Integer(), server_default="0", nullable=False),
        sa.Column("decimals", sa.Integer(), server_default="2", nullable=False),
        sa.Column("peers", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("revealed_at", sa.DateTime(), nullable=True),
        sa.Column("simulated", sa.Boolean(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("contest_id", name=op.f("pk_contest")),
    )
    op.create_table(
        "contest_criterion",
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name_zh", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=True),
        sa.Column("most", sa.Float(), nullable=False),
        sa.Column("step", sa.Float(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_contest_criterion_contest_id")),
        sa.PrimaryKeyConstraint("criterion_id", name=op.f("pk_contest_criterion")),
        sa.UniqueConstraint("contest_id", "code", name=op.f("uq_contest_criterion_contest_id_code")),
    )
    op.create_table(
        "contest_entry",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("name_zh", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=True),
        sa.Column("state", sa.String(length=10), server_default="waiting", nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_contest_entry_contest_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.region_id"], name=op.f("fk_contest_entry_region_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_contest_entry")),
        sa.UniqueConstraint("contest_id", "part", "position", name=op.f("uq_contest_entry_contest_id_part_position")),
    )
    op.create_table(
        "contest_judge",
        sa.Column("judge_id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("own_entry_id", sa.Integer(), nullable=True),
        sa.Column("token_sha256", sa.String(length=64), nullable=True),
        sa.Column("device_sha256", sa.String(length=64), nullable=True),
        sa.Column("bound_at", sa.DateTime(), nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_contest_judge_contest_id")),
        sa.ForeignKeyConstraint(["own_entry_id"], ["contest_entry.entry_id"], name=op.f("fk_contest_judge_own_entry_id")),
        sa.PrimaryKeyConstraint("judge_id", name=op.f("pk_contest_judge")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_contest_judge_token_sha256")),
    )
    op.create_index("ix_contest_judge_contest_id", "contest_judge", ["contest_id"], unique=False)
    op.create_table(
        "contest_ballot",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("returned_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_contest_ballot_contest_id")),
        sa.ForeignKeyConstraint(["judge_id"], ["contest_judge.judge_id"], name=op.f("fk_contest_ballot_judge_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["contest_entry.entry_id"], name=op.f("fk_contest_ballot_entry_id")),
        sa.PrimaryKeyConstraint("ballot_id", name=op.f("pk_contest_ballot")),
        sa.UniqueConstraint("contest_id", "judge_id", "key", name=op.f("uq_contest_ballot_contest_id_judge_id_key")),
    )
    op.create_index(
        "ix_contest_ballot_one_each",
        "contest_ballot",
        ["contest_id", "judge_id", "entry_id"],
        unique=True,
        sqlite_where=sa.text("returned_at IS NULL"),
        postgresql_where=sa.text("returned_at IS NULL"),
    )
    op.create_table(
        "contest_score",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_contest_score_contest_id")),
        sa.ForeignKeyConstraint(["judge_id"], ["contest_judge.judge_id"], name=op.f("fk_contest_score_judge_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["contest_entry.entry_id"], name=op.f("fk_contest_score_entry_id")),
        sa.ForeignKeyConstraint(["criterion_id"], ["contest_criterion.criterion_id"], name=op.f("fk_contest_score_criterion_id")),
        sa.ForeignKeyConstraint(["ballot_id"], ["contest_ballot.ballot_id"], name=op.f("fk_contest_score_ballot_id")),
        sa.PrimaryKeyConstraint("contest_id", "judge_id", "entry_id", "criterion_id", name=op.f("pk_contest_score")),
    )
    op.create_table(
        "contest_change",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("judge_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_contest_change_contest_id")),
        sa.ForeignKeyConstraint(["judge_id"], ["contest_judge.judge_id"], name=op.f("fk_contest_change_judge_id")),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_contest_change")),
    )
    op.create_index("ix_contest_change_contest_id", "contest_change", ["contest_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_contest_change_contest_id", table_name="contest_change")
    op.drop_table("contest_change")
    op.drop_table("contest_score")
    op.drop_index("ix_contest_ballot_one_each", table_name="contest_ballot")
    op.drop_table("contest_ballot")
    op.drop_index("ix_contest_judge_contest_id", table_name="contest_judge")
    op.drop_table("contest_judge")
    op.drop_table("contest_entry")
    op.drop_table("contest_criterion")
    op.drop_table("contest")
