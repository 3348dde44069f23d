"""The store as first published."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "department",
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name_zh", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=True),
        sa.Column("line", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("department_id", name=op.f("pk_department")),
        sa.UniqueConstraint("code", name=op.f("uq_department_code")),
    )
    op.create_table(
        "extension",
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("old_due", sa.Date(), nullable=True),
        sa.Column("new_due", sa.Date(), nullable=False),
        sa.Column("approved_at", sa.DateTime(), nullable=False),
        sa.Column("approver_level", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("item_id", "number", name=op.f("pk_extension")),
    )
    op.create_table(
        "import_original",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_import_original")),
    )
    op.create_table(
        "import_profile",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_import_profile")),
    )
    op.create_table(
        "item_event",
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("event_no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=True),
        sa.Column("stage_label", sa.String(length=100), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(length=10), nullable=True),
        sa.Column("effective_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("voids", sa.Integer(), nullable=True),
        sa.Column("actor_role", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("item_id", "event_no", name=op.f("pk_item_event")),
    )
    op.create_index("ix_item_event_batch_id", "item_event", ["batch_id"], unique=False)
    op.create_table(
        "item_link",
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("effective_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("item_id", "type", "target_id", name=op.f("pk_item_link")),
    )
    op.create_table(
        "milestone",
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("planned_share", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("item_id", "number", name=op.f("pk_milestone")),
    )
    op.create_table(
        "peer_group",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_peer_group")),
        sa.UniqueConstraint("scheme", "code", name=op.f("uq_peer_group_scheme_code")),
    )
    op.create_table(
        "region",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("gb2260_code", sa.String(length=12), nullable=True),
        sa.Column("name_zh", sa.String(length=100), nullable=False),
        sa.Column("short_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=True),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=20), server_default="admin", nullable=False),
        sa.Column("sort_order", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["successor_id"], ["region.region_id"], name=op.f("fk_region_successor_id")),
        sa.PrimaryKeyConstraint("region_id", name=op.f("pk_region")),
    )
    op.create_index("ix_region_gb2260_code", "region", ["gb2260_code"], unique=False)
    op.create_table(
        "rollup_stale",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "region_id", name=op.f("pk_rollup_stale")),
    )
    op.create_table(
        "store_version",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_store_version")),
    )
    op.create_table(
        "term",
        sa.Column("dimension", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name_zh", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=True),
        sa.Column("sort_order", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("dimension", "code", name=op.f("pk_term")),
    )
    op.create_table(
        "verification",
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=True),
        sa.Column("verifier_level", sa.String(length=20), nullable=True),
        sa.Column("sampling", sa.String(length=20), nullable=True),
        sa.Column("result", sa.String(length=10), nullable=False),
        sa.Column("concluded_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("item_id", "number", name=op.f("pk_verification")),
    )
    op.create_table(
        "campaign",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("type", sa.String(length=40), server_default="inspection", nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("level", sa.String(length=12), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("legal_basis", sa.Text(), nullable=True),
        sa.Column("goal", sa.Text(), nullable=True),
        sa.Column("plan_curve", sa.JSON(), nullable=True),
        sa.Column("simulated", sa.Boolean(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["region.region_id"], name=op.f("fk_campaign_region_id")),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("code", name=op.f("uq_campaign_code")),
    )
    op.create_table(
        "item_department",
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), server_default="assist", nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.department_id"], name=op.f("fk_item_department_department_id")),
        sa.PrimaryKeyConstraint("item_id", "department_id", name=op.f("pk_item_department")),
    )
    op.create_table(
        "object",
        sa.Column("object_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("object_type", sa.String(length=20), nullable=False),
        sa.Column("official_code", sa.String(length=80), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("crs_declared", sa.String(length=20), nullable=True),
        sa.Column("coord_source", sa.String(length=60), nullable=True),
        sa.Column("sensitivity", sa.String(length=20), server_default="internal", nullable=False),
        sa.Column("detail", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["region_id"], ["region.region_id"], name=op.f("fk_object_region_id")),
        sa.PrimaryKeyConstraint("object_id", name=op.f("pk_object")),
    )
    op.create_table(
        "peer_group_member",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.group_id"], name=op.f("fk_peer_group_member_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.region_id"], name=op.f("fk_peer_group_member_region_id")),
        sa.PrimaryKeyConstraint("group_id", "region_id", name=op.f("pk_peer_group_member")),
    )
    op.create_table(
        "published_fact",
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.Column("region_text", sa.String(length=200), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("campaign_text", sa.String(length=200), nullable=False),
        sa.Column("measure", sa.String(length=100), nullable=False),
        sa.Column("precision", sa.String(length=10), nullable=False),
        sa.Column("numerator", sa.Float(), nullable=True),
        sa.Column("denominator", sa.Float(), nullable=True),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("as_of_text", sa.String(length=40), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("origin", sa.String(length=200), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["region_id"], ["region.region_id"], name=op.f("fk_published_fact_region_id")),
        sa.PrimaryKeyConstraint("fact_id", name=op.f("pk_published_fact")),
        sa.UniqueConstraint(
            "origin",
            "region_text",
            "campaign_text",
            "measure",
            "as_of_text",
            "quote",
            name=op.f("uq_published_fact_origin_region_text_campaign_text_measure_as_of_text_quote"),
        ),
    )
    op.create_table(
        "region_alias",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("alias", sa.String(length=100), nullable=False),
        sa.Column("origin", sa.String(length=40), server_default="file", nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["region.region_id"], name=op.f("fk_region_alias_region_id")),
        sa.PrimaryKeyConstraint("alias", "region_id", name=op.f("pk_region_alias")),
    )
    op.create_table(
        "region_boundary",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("geojson", sa.Text(), nullable=False),
        sa.Column("crs", sa.String(length=20), server_default="EPSG:4490", nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["region.region_id"], name=op.f("fk_region_boundary_region_id")),
        sa.PrimaryKeyConstraint("region_id", name=op.f("pk_region_boundary")),
    )
    op.create_table(
        "region_edge",
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("hierarchy", sa.String(length=20), server_default="statutory", nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["region.region_id"], name=op.f("fk_region_edge_child_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["region.region_id"], name=op.f("fk_region_edge_parent_id")),
        sa.PrimaryKeyConstraint("hierarchy", "child_id", "parent_id", name=op.f("pk_region_edge")),
    )
    op.create_table(
        "import_batch",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("as_known", sa.Date(), nullable=False),
        sa.Column("full_export", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.Column("imported_by", sa.String(length=100), nullable=True),
        sa.Column("rows_read", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_accepted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_warned", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_refused", sa.Integer(), server_default="0", nullable=False),
        sa.Column("items_new", sa.Integer(), server_default="0", nullable=False),
        sa.Column("items_changed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("items_same", sa.Integer(), server_default="0", nullable=False),
        sa.Column("items_missing", sa.JSON(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.campaign_id"], name=op.f("fk_import_batch_campaign_id")),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_import_batch")),
    )
    op.create_index("ix_import_batch_fingerprint", "import_batch", ["fingerprint"], unique=False)
    op.create_table(
        "rollup",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.campaign_id"], name=op.f("fk_rollup_campaign_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.region_id"], name=op.f("fk_rollup_region_id")),
        sa.PrimaryKeyConstraint("campaign_id", "region_id", name=op.f("pk_rollup")),
    )
    op.create_table(
        "round",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=True),
        sa.Column("mode", sa.String(length=20), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.campaign_id"], name=op.f("fk_round_campaign_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_round")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_round_campaign_id_number")),
    )
    op.create_table(
        "team",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name_zh", sa.String(length=100), nullable=False),
        sa.Column("home_region_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.campaign_id"], name=op.f("fk_team_campaign_id")),
        sa.ForeignKeyConstraint(["home_region_id"], ["region.region_id"], name=op.f("fk_team_home_region_id")),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_team")),
        sa.UniqueConstraint("campaign_id", "code", name=op.f("uq_team_campaign_id_code")),
    )
    op.create_table(
        "assignment",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("person_days", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["region_id"], ["region.region_id"], name=op.f("fk_assignment_region_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.round_id"], name=op.f("fk_assignment_round_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.team_id"], name=op.f("fk_assignment_team_id")),
        sa.PrimaryKeyConstraint("team_id", "round_id", "region_id", name=op.f("pk_assignment")),
    )
    op.create_table(
        "check",
        sa.Column("check_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("object_id", sa.BigInteger(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=True),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("findings", sa.Integer(), server_default="0", nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.campaign_id"], name=op.f("fk_check_campaign_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.region_id"], name=op.f("fk_check_region_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.round_id"], name=op.f("fk_check_round_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.team_id"], name=op.f("fk_check_team_id")),
        sa.PrimaryKeyConstraint("check_id", name=op.f("pk_check")),
    )
    op.create_index("ix_check_campaign_id_checked_on", "check", ["campaign_id", "checked_on"], unique=False)
    op.create_table(
        "item",
        sa.Column("item_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("loop", sa.String(length=40), nullable=False),
        sa.Column("ledger_key", sa.String(length=300), nullable=False),
        sa.Column("ledger_no", sa.String(length=120), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("theme", sa.String(length=80), nullable=True),
        sa.Column("category", sa.String(length=80), nullable=True),
        sa.Column("source", sa.String(length=80), nullable=True),
        sa.Column("disposal", sa.String(length=40), nullable=True),
        sa.Column("severity", sa.String(length=20), nullable=True),
        sa.Column("is_violation", sa.Boolean(), nullable=True),
        sa.Column("enforced", sa.Boolean(), nullable=True),
        sa.Column("long_term", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("object_id", sa.BigInteger(), nullable=True),
        sa.Column("object_name", sa.String(length=300), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("criterion", sa.Text(), nullable=True),
        sa.Column("measures", sa.Text(), nullable=True),
        sa.Column("investment", sa.Float(), nullable=True),
        sa.Column("discovered_on", sa.Date(), nullable=False),
        sa.Column("due_original", sa.Date(), nullable=True),
        sa.Column("due_current", sa.Date(), nullable=True),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("stage_label", sa.String(length=100), nullable=True),
        sa.Column("stage_on", sa.Date(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("crs_declared", sa.String(length=20), nullable=True),
        sa.Column("extra", sa.JSON(), nullable=True),
        sa.Column("content_hash", sa.String(length=32), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.campaign_id"], name=op.f("fk_item_campaign_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.department_id"], name=op.f("fk_item_department_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.region_id"], name=op.f("fk_item_region_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.round_id"], name=op.f("fk_item_round_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.team_id"], name=op.f("fk_item_team_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_item")),
    )
    op.create_index("ix_item_campaign_id_region_id", "item", ["campaign_id", "region_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_item_campaign_id_region_id", table_name="item")
    op.drop_table("item")
    op.drop_index("ix_check_campaign_id_checked_on", table_name="check")
    op.drop_table("check")
    op.drop_table("assignment")
    op.drop_table("team")
    op.drop_table("round")
    op.drop_table("rollup")
    op.drop_index("ix_import_batch_fingerprint", table_name="import_batch")
    op.drop_table("import_batch")
    op.drop_table("region_edge")
    op.drop_table("region_boundary")
    op.drop_table("region_alias")
    op.drop_table("published_fact")
    op.drop_table("peer_group_member")
    op.drop_table("object")
    op.drop_table("item_department")
    op.drop_table("campaign")
    op.drop_table("verification")
    op.drop_table("term")
    op.drop_table("store_version")
    op.drop_table("rollup_stale")
    op.drop_index("ix_region_gb2260_code", table_name="region")
    op.drop_table("region")
    op.drop_table("peer_group")
    op.drop_table("milestone")
    op.drop_table("item_link")
    op.drop_index("ix_item_event_batch_id", table_name="item_event")
    op.drop_table("item_event")
    op.drop_table("import_profile")
    op.drop_table("import_original")
    op.drop_table("extension")
    op.drop_table("department")
