"""Places: water bodies, protection zones, section quality, tracks, what people decided about places; positions join the rollup."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "place_batch",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("layer", sa.String(length=20), nullable=False),
        sa.Column("crs_declared", sa.String(length=40), nullable=False),
        sa.Column("options", sa.JSON(), nullable=True),
        sa.Column("rows_read", sa.Integer(), server_default="0", nullable=False),
        sa.Column("places_new", sa.Integer(), server_default="0", nullable=False),
        sa.Column("places_changed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("places_same", sa.Integer(), server_default="0", nullable=False),
        sa.Column("repaired", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refused", sa.Integer(), server_default="0", nullable=False),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.Column("imported_by", sa.String(length=100), nullable=True),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_place_batch")),
    )
    op.create_index("ix_place_batch_fingerprint", "place_batch", ["fingerprint"], unique=False)
    op.create_table(
        "section_quality",
        sa.Column("object_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("grade", sa.String(length=10), nullable=True),
        sa.Column("indicators", sa.JSON(), nullable=True),
        sa.Column("exceeding", sa.String(length=200), nullable=True),
        sa.Column("standard_version", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("object_id", "month", name=op.f("pk_section_quality")),
    )
    op.create_table(
        "zone_flag",
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("zone_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("item_id", "zone_id", "number", name=op.f("pk_zone_flag")),
    )
    op.create_table(
        "place_origin",
        sa.Column("place_kind", sa.String(length=12), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("stands_at", sa.String(length=120), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("crs_declared", sa.String(length=40), nullable=False),
        sa.Column("repairs", sa.JSON(), nullable=True),
        sa.Column("previous", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["place_batch.batch_id"], name=op.f("fk_place_origin_batch_id")),
        sa.PrimaryKeyConstraint("place_kind", "place_id", "batch_id", name=op.f("pk_place_origin")),
    )
    op.create_table(
        "water_body",
        sa.Column("water_body_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("basin", sa.String(length=80), nullable=True),
        sa.Column("flows_into_id", sa.BigInteger(), nullable=True),
        sa.Column("flows_into_km", sa.Float(), nullable=True),
        sa.Column("length_km", sa.Float(), nullable=True),
        sa.Column("target_grade", sa.String(length=10), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=True),
        sa.Column("geometry", sa.Text(), nullable=True),
        sa.Column("west", sa.Float(), nullable=True),
        sa.Column("south", sa.Float(), nullable=True),
        sa.Column("east", sa.Float(), nullable=True),
        sa.Column("north", sa.Float(), nullable=True),
        sa.Column("simulated", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["region_id"], ["region.region_id"], name=op.f("fk_water_body_region_id")),
        sa.PrimaryKeyConstraint("water_body_id", name=op.f("pk_water_body")),
    )
    op.create_index("ix_water_body_code", "water_body", ["code"], unique=False)
    op.create_table(
        "zone",
        sa.Column("zone_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("object_id", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("grade", sa.String(length=10), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("approval_no", sa.String(length=120), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("geometry", sa.Text(), nullable=False),
        sa.Column("west", sa.Float(), nullable=False),
        sa.Column("south", sa.Float(), nullable=False),
        sa.Column("east", sa.Float(), nullable=False),
        sa.Column("north", sa.Float(), nullable=False),
        sa.Column("sensitivity", sa.String(length=20), server_default="internal", nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("simulated", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["region_id"], ["region.region_id"], name=op.f("fk_zone_region_id")),
        sa.PrimaryKeyConstraint("zone_id", name=op.f("pk_zone")),
    )
    op.create_index("ix_zone_object_id", "zone", ["object_id"], unique=False)
    op.create_table(
        "track",
        sa.Column("track_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("went_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("geometry", sa.Text(), nullable=False),
        sa.Column("west", sa.Float(), nullable=False),
        sa.Column("south", sa.Float(), nullable=False),
        sa.Column("east", sa.Float(), nullable=False),
        sa.Column("north", sa.Float(), nullable=False),
        sa.Column("simulated", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.campaign_id"], name=op.f("fk_track_campaign_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.region_id"], name=op.f("fk_track_region_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.team_id"], name=op.f("fk_track_team_id")),
        sa.PrimaryKeyConstraint("track_id", name=op.f("pk_track")),
    )
    op.create_index("ix_item_ledger_no", "item", ["ledger_no"], unique=False)
    op.create_index("ix_item_object_id", "item", ["object_id"], unique=False)
    op.add_column("object", sa.Column("water_body_id", sa.BigInteger(), nullable=True))
    op.add_column("object", sa.Column("river_km", sa.Float(), nullable=True))
    op.add_column("object", sa.Column("bank", sa.String(length=8), nullable=True))
    op.add_column("object", sa.Column("owner", sa.String(length=300), nullable=True))
    op.add_column("object", sa.Column("grade_target", sa.String(length=10), nullable=True))
    op.add_column("object", sa.Column("simulated", sa.Boolean(), server_default="0", nullable=False))
    op.add_column("object", sa.Column("place_batch_id", sa.Integer(), nullable=True))
    op.create_index("ix_object_official_code", "object", ["official_code"], unique=False)
    op.create_index("ix_object_water_body_id", "object", ["water_body_id"], unique=False)
    # ledgers gave source areas the sensitivity of everything else; an intake is for few
    op.execute("UPDATE object SET sensitivity = 'restricted' WHERE object_type = 'source_area' AND sensitivity = 'internal'")
    # rollups written before hold no positions: `store upgrade` folds them again
    op.execute(
        "INSERT INTO rollup_stale (campaign_id, region_id) SELECT campaign_id, region_id FROM rollup WHERE NOT EXISTS "
        "(SELECT 1 FROM rollup_stale s WHERE s.campaign_id = rollup.campaign_id AND s.region_id = rollup.region_id)"
    )


def downgrade() -> None:
    op.drop_index("ix_object_water_body_id", table_name="object")
    op.drop_index("ix_object_official_code", table_name="object")
    op.drop_column("object", "place_batch_id")
    op.drop_column("object", "simulated")
    op.drop_column("object", "grade_target")
    op.drop_column("object", "owner")
    op.drop_column("object", "bank")
    op.drop_column("object", "river_km")
    op.drop_column("object", "water_body_id")
    op.drop_index("ix_item_object_id", table_name="item")
    op.drop_index("ix_item_ledger_no", table_name="item")
    op.drop_table("track")
    op.drop_index("ix_zone_object_id", table_name="zone")
    op.drop_table("zone")
    op.drop_index("ix_water_body_code", table_name="water_body")
    op.drop_table("water_body")
    op.drop_table("place_origin")
    op.drop_table("zone_flag")
    op.drop_table("section_quality")
    op.drop_index("ix_place_batch_fingerprint", table_name="place_batch")
    op.drop_table("place_batch")
