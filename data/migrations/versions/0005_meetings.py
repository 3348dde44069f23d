"""The meeting: playlists and walls, frozen states, orders, escalations, warnings that were read."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "playlist",
        sa.Column("playlist_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("key_sha256", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=100), nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.Column("simulated", sa.Boolean(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("playlist_id", name=op.f("pk_playlist")),
        sa.UniqueConstraint("code", name=op.f("uq_playlist_code")),
        sa.UniqueConstraint("key_sha256", name=op.f("uq_playlist_key_sha256")),
    )
    op.create_table(
        "snapshot",
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("playlist", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("known_at", sa.DateTime(), nullable=False),
        sa.Column("store_version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("frozen_at", sa.DateTime(), nullable=False),
        sa.Column("frozen_by", sa.String(length=100), nullable=True),
        sa.Column("status", sa.String(length=10), server_default="internal", nullable=False),
        sa.Column("simulated", sa.Boolean(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("snapshot_id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint("code", name=op.f("uq_snapshot_code")),
    )
    op.create_table(
        "wall",
        sa.Column("wall_id", sa.String(length=40), nullable=False),
        sa.Column("playlist", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("scene", sa.String(length=120), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("build", sa.String(length=40), nullable=True),
        sa.Column("size", sa.String(length=40), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("remote_sha256", sa.String(length=64), nullable=True),
        sa.Column("remote_until", sa.DateTime(), nullable=True),
        sa.Column("command_no", sa.Integer(), server_default="0", nullable=False),
        sa.Column("command", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("wall_id", name=op.f("pk_wall")),
        sa.UniqueConstraint("remote_sha256", name=op.f("uq_wall_remote_sha256")),
    )
    op.create_table(
        "warning_mark",
        sa.Column("warning_key", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("marked_at", sa.DateTime(), nullable=False),
        sa.Column("marked_by", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("warning_key", "number", name=op.f("pk_warning_mark")),
    )
    op.create_table(
        "snapshot_answer",
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.snapshot_id"], name=op.f("fk_snapshot_answer_snapshot_id")),
        sa.PrimaryKeyConstraint("snapshot_id", "name", name=op.f("pk_snapshot_answer")),
    )
    op.create_table(
        "dispatch_order",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("meeting_on", sa.Date(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(length=60), nullable=True),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("simulated", sa.Boolean(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.campaign_id"], name=op.f("fk_dispatch_order_campaign_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.region_id"], name=op.f("fk_dispatch_order_region_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_dispatch_order")),
    )
    op.create_index("ix_dispatch_order_meeting_on", "dispatch_order", ["meeting_on"], unique=False)
    op.create_index("ix_dispatch_order_region_id", "dispatch_order", ["region_id"], unique=False)
    op.create_table(
        "escalation",
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("rung", sa.String(length=30), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=True),
        sa.Column("office", sa.String(length=200), nullable=True),
        sa.Column("public", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("simulated", sa.Boolean(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.campaign_id"], name=op.f("fk_escalation_campaign_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.region_id"], name=op.f("fk_escalation_region_id")),
        sa.PrimaryKeyConstraint("escalation_id", name=op.f("pk_escalation")),
    )
    op.create_index("ix_escalation_region_id", "escalation", ["region_id"], unique=False)
    op.create_table(
        "dispatch_order_event",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["dispatch_order.order_id"], name=op.f("fk_dispatch_order_event_order_id")),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_dispatch_order_event")),
    )
    op.create_table(
        "dispatch_order_item",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["dispatch_order.order_id"], name=op.f("fk_dispatch_order_item_order_id")),
        sa.PrimaryKeyConstraint("order_id", "item_id", name=op.f("pk_dispatch_order_item")),
    )


def downgrade() -> None:
    op.drop_table("dispatch_order_item")
    op.drop_table("dispatch_order_event")
    op.drop_index("ix_escalation_region_id", table_name="escalation")
    op.drop_table("escalation")
    op.drop_index("ix_dispatch_order_region_id", table_name="dispatch_order")
    op.drop_index("ix_dispatch_order_meeting_on", table_name="dispatch_order")
    op.drop_table("dispatch_order")
    op.drop_table("snapshot_answer")
    op.drop_table("warning_mark")
    op.drop_table("wall")
    op.drop_table("snapshot")
    op.drop_table("playlist")
