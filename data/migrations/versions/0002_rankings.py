"""The horse race: schemes, indicator series, score events, locked periods, appeals."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "indicator_series",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name_zh", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=True),
        sa.Column("unit", sa.String(length=20), nullable=True),
        sa.Column("decimals", sa.Integer(), server_default="1", nullable=False),
        sa.Column("standard", sa.String(length=100), nullable=True),
        sa.Column("origin", sa.String(length=200), nullable=True),
        sa.Column("simulated", sa.Boolean(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("series_id", name=op.f("pk_indicator_series")),
        sa.UniqueConstraint("code", name=op.f("uq_indicator_series_code")),
    )
    op.create_table(
        "period_lock",
        sa.Column("lock_id", sa.Integer(), nullable=False),
        sa.Column("scheme_code", sa.String(length=60), nullable=False),
        sa.Column("scheme_version", sa.String(length=40), nullable=False),
        sa.Column("selection", sa.String(length=500), server_default="", nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("locked_at", sa.DateTime(), nullable=False),
        sa.Column("locked_by", sa.String(length=100), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("store_version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("ranks", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("lock_id", name=op.f("pk_period_lock")),
        sa.UniqueConstraint(
            "scheme_code", "selection", "period", "edition", name=op.f("uq_period_lock_scheme_code_selection_period_edition")
        ),
    )
    op.create_table(
        "scheme",
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("loaded_at", sa.DateTime(), nullable=False),
        sa.Column("loaded_by", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("scheme_id", name=op.f("pk_scheme")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_scheme_code_version")),
    )
    op.create_table(
        "appeal",
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("lock_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=True),
        sa.Column("indicator", sa.String(length=60), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=12), server_default="open", nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["lock_id"], ["period_lock.lock_id"], name=op.f("fk_appeal_lock_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.region_id"], name=op.f("fk_appeal_region_id")),
        sa.PrimaryKeyConstraint("appeal_id", name=op.f("pk_appeal")),
    )
    op.create_index("ix_appeal_lock_id", "appeal", ["lock_id"], unique=False)
    op.create_table(
        "indicator_value",
        sa.Column("value_id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("numerator", sa.Float(), nullable=True),
        sa.Column("denominator", sa.Float(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("origin", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["region_id"], ["region.region_id"], name=op.f("fk_indicator_value_region_id")),
        sa.ForeignKeyConstraint(["series_id"], ["indicator_series.series_id"], name=op.f("fk_indicator_value_series_id")),
        sa.PrimaryKeyConstraint("value_id", name=op.f("pk_indicator_value")),
    )
    op.create_index("ix_indicator_value_series_id_as_of", "indicator_value", ["series_id", "as_of"], unique=False)
    op.create_table(
        "score_event",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("event_key", sa.String(length=80), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("adjustment", sa.String(length=60), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("points", sa.Float(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("document_no", sa.String(length=100), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("voids", sa.Integer(), nullable=True),
        sa.Column("simulated", sa.Boolean(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["region.region_id"], name=op.f("fk_score_event_region_id")),
        sa.ForeignKeyConstraint(["voids"], ["score_event.event_id"], name=op.f("fk_score_event_voids")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_score_event")),
    )
    op.create_index("ix_score_event_happened_on", "score_event", ["happened_on"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_score_event_happened_on", table_name="score_event")
    op.drop_table("score_event")
    op.drop_index("ix_indicator_value_series_id_as_of", table_name="indicator_value")
    op.drop_table("indicator_value")
    op.drop_index("ix_appeal_lock_id", table_name="appeal")
    op.drop_table("appeal")
    op.drop_table("scheme")
    op.drop_table("period_lock")
    op.drop_table("indicator_series")
