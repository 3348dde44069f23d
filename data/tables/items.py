"""Items, their events, and what stands beside the events."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from data.tables.base import metadata

item = Table(
    "item",
    metadata,
    # data.identity.item_id(campaign code, ledger key): importing again is an upsert by this key
    Column("item_id", BigInteger, primary_key=True, autoincrement=False),
    Column("campaign_id", Integer, ForeignKey("campaign.campaign_id"), nullable=False),
    # finding, task, case, lead, warning, outfall, project, source_problem, scattered_polluter
    Column("kind", String(20), nullable=False),
    Column("loop", String(40), nullable=False),
    Column("ledger_key", String(300), nullable=False),
    Column("ledger_no", String(120)),
    Column("region_id", Integer, ForeignKey("region.region_id"), nullable=False),
    Column("round_id", Integer, ForeignKey("round.round_id")),
    Column("team_id", Integer, ForeignKey("team.team_id")),
    Column("department_id", Integer, ForeignKey("department.department_id")),
    Column("theme", String(80)),
    Column("category", String(80)),
    Column("source", String(80)),
    # shut, rectified, relocated, cancelled, consolidated, standardised, keep ...
    Column("disposal", String(40)),
    Column("severity", String(20)),
    Column("is_violation", Boolean),
    Column("enforced", Boolean),
    Column("long_term", Boolean, nullable=False, server_default="0"),
    Column("object_id", BigInteger),
    Column("object_name", String(300)),
    Column("title", Text),
    Column("description", Text),
    Column("criterion", Text),
    Column("measures", Text),
    Column("investment", Float),
    Column("discovered_on", Date, nullable=False),
    Column("due_original", Date),
    Column("due_current", Date),
    # the newest valid stage and the day it began, as far as the store knows
    Column("stage", String(40), nullable=False),
    Column("stage_label", String(100)),
    Column("stage_on", Date, nullable=False),
    Column("lon", Float),
    Column("lat", Float),
    Column("crs_declared", String(20)),
    # columns of the ledger that no field was mapped to: {header: text}
    Column("extra", JSON),
    # what the newest import read for this item, hashed: equal means nothing to do
    Column("content_hash", String(32)),
    Column("batch_id", Integer),
    Index("ix_item_campaign_id_region_id", "campaign_id", "region_id"),
    Index("ix_item_object_id", "object_id"),
    Index("ix_item_ledger_no", "ledger_no"),
)

item_department = Table(
    # shared items: weights of an item sum to 1; absent = item.department_id carries all
    "item_department",
    metadata,
    Column("item_id", BigInteger, nullable=False),
    Column("department_id", Integer, ForeignKey("department.department_id"), nullable=False),
    Column("role", String(10), nullable=False, server_default="assist"),
    Column("weight", Float, nullable=False),
    PrimaryKeyConstraint("item_id", "department_id"),
)

item_event = Table(
    "item_event",
    metadata,
    Column("item_id", BigInteger, nullable=False),
    Column("event_no", Integer, nullable=False),
    # stage, due, verification, attribute, note, void
    Column("kind", String(16), nullable=False),
    # kind=stage: the stage entered, and the word the source used for it
    Column("stage", String(40)),
    Column("stage_label", String(100)),
    # kind=due: the deadline that holds from effective_at on
    Column("due_on", Date),
    # kind=verification: pass, fail, pending
    Column("result", String(10)),
    Column("effective_at", DateTime, nullable=False),
    Column("recorded_at", DateTime, nullable=False),
    # kind=void: the event_no of the same item that is taken back
    Column("voids", Integer),
    Column("actor_role", String(40)),
    Column("reason", Text),
    Column("evidence", Text),
    # kind=attribute: {field: [old, new]}
    Column("payload", JSON),
    Column("batch_id", Integer),
    PrimaryKeyConstraint("item_id", "event_no"),
    Index("ix_item_event_batch_id", "batch_id"),
)

extension = Table(
    "extension",
    metadata,
    Column("item_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("old_due", Date),
    Column("new_due", Date, nullable=False),
    Column("approved_at", DateTime, nullable=False),
    Column("approver_level", String(20)),
    Column("reason", Text),
    Column("recorded_at", DateTime, nullable=False),
    Column("batch_id", Integer),
    PrimaryKeyConstraint("item_id", "number"),
)

verification = Table(
    "verification",
    metadata,
    Column("item_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    # desk, on_site, remote
    Column("method", String(20)),
    Column("verifier_level", String(20)),
    # full, random, targeted
    Column("sampling", String(20)),
    Column("result", String(10), nullable=False),
    Column("concluded_at", DateTime),
    Column("reason", Text),
    Column("recorded_at", DateTime, nullable=False),
    Column("batch_id", Integer),
    PrimaryKeyConstraint("item_id", "number"),
)

item_link = Table(
    "item_link",
    metadata,
    Column("item_id", BigInteger, nullable=False),
    Column("target_id", BigInteger, nullable=False),
    # merged_into, relapse_of, duplicate_of, split_from, follow_up_of
    Column("type", String(20), nullable=False),
    Column("effective_at", DateTime, nullable=False),
    Column("recorded_at", DateTime, nullable=False),
    Column("batch_id", Integer),
    PrimaryKeyConstraint("item_id", "type", "target_id"),
)

milestone = Table(
    "milestone",
    metadata,
    Column("item_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", String(200)),
    Column("planned_on", Date, nullable=False),
    Column("planned_share", Float, nullable=False),
    PrimaryKeyConstraint("item_id", "number"),
)
