"""The shared store's tables, as SQLAlchemy Core. ``docs/store.md`` is the contract for other writers.

Two clocks: ``effective_at`` is the civil time in Asia/Shanghai at which something happened,
``recorded_at`` the UTC time at which the store learned it. Both are stored without an offset.
Everything an item was or is follows from ``item_event``; columns of ``item`` that repeat it are
there for reading lists and are rewritten by the same transaction that appends the events.
"""

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
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# ----------------------------------------------------------------------------- places

region = Table(
    "region",
    metadata,
    Column("region_id", Integer, primary_key=True),
    Column("gb2260_code", String(12)),
    Column("name_zh", String(100), nullable=False),
    Column("short_zh", String(60), nullable=False),
    Column("name_en", String(120)),
    # country, province, prefecture, county, township
    Column("level", String(12), nullable=False),
    # admin, functional_zone, macro_region, key_region, basin, joint_area
    Column("kind", String(20), nullable=False, server_default="admin"),
    Column("sort_order", Integer, nullable=False, server_default="0"),
    Column("lon", Float),
    Column("lat", Float),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("successor_id", Integer, ForeignKey("region.region_id")),
    Index("ix_region_gb2260_code", "gb2260_code"),
)

region_edge = Table(
    "region_edge",
    metadata,
    Column("parent_id", Integer, ForeignKey("region.region_id"), nullable=False),
    Column("child_id", Integer, ForeignKey("region.region_id"), nullable=False),
    # statutory is a tree; reporting, key_region and basin need not be
    Column("hierarchy", String(20), nullable=False, server_default="statutory"),
    Column("valid_from", Date),
    Column("valid_to", Date),
    PrimaryKeyConstraint("hierarchy", "child_id", "parent_id"),
)

region_alias = Table(
    "region_alias",
    metadata,
    Column("region_id", Integer, ForeignKey("region.region_id"), nullable=False),
    Column("alias", String(100), nullable=False),
    Column("origin", String(40), nullable=False, server_default="file"),
    PrimaryKeyConstraint("alias", "region_id"),
)

region_boundary = Table(
    "region_boundary",
    metadata,
    Column("region_id", Integer, ForeignKey("region.region_id"), primary_key=True),
    Column("geojson", Text, nullable=False),
    Column("crs", String(20), nullable=False, server_default="EPSG:4490"),
    Column("origin", String(200), nullable=False),
)

peer_group = Table(
    "peer_group",
    metadata,
    Column("group_id", Integer, primary_key=True),
    Column("scheme", String(60), nullable=False),
    Column("code", String(40), nullable=False),
    Column("name_zh", String(100), nullable=False),
    Column("name_en", String(100)),
    UniqueConstraint("scheme", "code"),
)

peer_group_member = Table(
    "peer_group_member",
    metadata,
    Column("group_id", Integer, ForeignKey("peer_group.group_id"), nullable=False),
    Column("region_id", Integer, ForeignKey("region.region_id"), nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    PrimaryKeyConstraint("group_id", "region_id"),
)

# ----------------------------------------------------------------------------- campaigns and people's offices

department = Table(
    "department",
    metadata,
    Column("department_id", Integer, primary_key=True),
    Column("code", String(60), nullable=False, unique=True),
    Column("name_zh", String(100), nullable=False),
    Column("name_en", String(100)),
    # the line of command (条): ecology, water, housing, agriculture, industry, transport ...
    Column("line", String(40)),
)

campaign = Table(
    "campaign",
    metadata,
    Column("campaign_id", Integer, primary_key=True),
    Column("code", String(60), nullable=False, unique=True),
    Column("type", String(40), nullable=False, server_default="inspection"),
    Column("name_zh", String(200), nullable=False),
    Column("name_en", String(200)),
    Column("level", String(12)),
    Column("region_id", Integer, ForeignKey("region.region_id")),
    Column("start_on", Date),
    Column("end_on", Date),
    Column("legal_basis", Text),
    Column("goal", Text),
    # [[day, share], ...]: cumulative planned share; empty = from due dates
    Column("plan_curve", JSON),
    Column("simulated", Boolean, nullable=False, server_default="0"),
)

round_ = Table(
    "round",
    metadata,
    Column("round_id", Integer, primary_key=True),
    Column("campaign_id", Integer, ForeignKey("campaign.campaign_id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("name_zh", String(100), nullable=False),
    Column("name_en", String(100)),
    Column("mode", String(20)),
    Column("start_on", Date),
    Column("end_on", Date),
    UniqueConstraint("campaign_id", "number"),
)

team = Table(
    "team",
    metadata,
    Column("team_id", Integer, primary_key=True),
    Column("campaign_id", Integer, ForeignKey("campaign.campaign_id"), nullable=False),
    Column("code", String(60), nullable=False),
    Column("name_zh", String(100), nullable=False),
    Column("home_region_id", Integer, ForeignKey("region.region_id")),
    UniqueConstraint("campaign_id", "code"),
)

assignment = Table(
    "assignment",
    metadata,
    Column("team_id", Integer, ForeignKey("team.team_id"), nullable=False),
    Column("round_id", Integer, ForeignKey("round.round_id"), nullable=False),
    Column("region_id", Integer, ForeignKey("region.region_id"), nullable=False),
    Column("person_days", Float),
    PrimaryKeyConstraint("team_id", "round_id", "region_id"),
)

term = Table(
    # labels of the short codes that items carry: theme, category, source, disposal
    "term",
    metadata,
    Column("dimension", String(20), nullable=False),
    Column("code", String(80), nullable=False),
    Column("name_zh", String(100), nullable=False),
    Column("name_en", String(100)),
    Column("sort_order", Integer, nullable=False, server_default="0"),
    PrimaryKeyConstraint("dimension", "code"),
)

# ----------------------------------------------------------------------------- what is inspected

object_ = Table(
    "object",
    metadata,
    Column("object_id", BigInteger, primary_key=True, autoincrement=False),
    # enterprise, outfall, source_area, protection_zone, project, section, station, plot, city
    Column("object_type", String(20), nullable=False),
    Column("official_code", String(80)),
    Column("name", String(300), nullable=False),
    Column("region_id", Integer, ForeignKey("region.region_id")),
    Column("lon", Float),
    Column("lat", Float),
    Column("crs_declared", String(20)),
    Column("coord_source", String(60)),
    Column("sensitivity", String(20), nullable=False, server_default="internal"),
    Column("detail", JSON),
)

check_ = Table(
    # one visit; the basis of the finding rate (M12)
    "check",
    metadata,
    Column("check_id", BigInteger, primary_key=True, autoincrement=False),
    Column("campaign_id", Integer, ForeignKey("campaign.campaign_id"), nullable=False),
    Column("region_id", Integer, ForeignKey("region.region_id"), nullable=False),
    Column("object_id", BigInteger),
    Column("team_id", Integer, ForeignKey("team.team_id")),
    Column("round_id", Integer, ForeignKey("round.round_id")),
    Column("checked_on", Date, nullable=False),
    Column("method", String(20)),
    # concluded, not_verifiable, pending
    Column("result", String(20), nullable=False),
    Column("findings", Integer, nullable=False, server_default="0"),
    Column("recorded_at", DateTime, nullable=False),
    Index("ix_check_campaign_id_checked_on", "campaign_id", "checked_on"),
)

# ----------------------------------------------------------------------------- items and their events

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

# ----------------------------------------------------------------------------- what came in, and what is derived

import_batch = Table(
    "import_batch",
    metadata,
    Column("batch_id", Integer, primary_key=True),
    Column("campaign_id", Integer, ForeignKey("campaign.campaign_id"), nullable=False),
    Column("file_name", String(300), nullable=False),
    Column("sha256", String(64), nullable=False),
    # sha256 of file + campaign + kind + profile + as_known: the same import is recognised by it
    Column("fingerprint", String(64), nullable=False),
    Column("profile", JSON),
    Column("kind", String(20)),
    # the day the ledger speaks of; recorded_at of its events is the end of that day
    Column("as_known", Date, nullable=False),
    Column("full_export", Boolean, nullable=False, server_default="1"),
    Column("imported_at", DateTime, nullable=False),
    Column("imported_by", String(100)),
    Column("rows_read", Integer, nullable=False, server_default="0"),
    Column("rows_accepted", Integer, nullable=False, server_default="0"),
    Column("rows_warned", Integer, nullable=False, server_default="0"),
    Column("rows_refused", Integer, nullable=False, server_default="0"),
    Column("items_new", Integer, nullable=False, server_default="0"),
    Column("items_changed", Integer, nullable=False, server_default="0"),
    Column("items_same", Integer, nullable=False, server_default="0"),
    # ledger numbers in the store that this full export no longer lists; nothing is deleted for it
    Column("items_missing", JSON),
    Column("report", JSON),
    Column("undone_at", DateTime),
    Index("ix_import_batch_fingerprint", "fingerprint"),
)

import_original = Table(
    "import_original",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("file_name", String(300), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("stored_at", DateTime, nullable=False),
)

import_profile = Table(
    "import_profile",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("body", JSON, nullable=False),
    Column("updated_at", DateTime, nullable=False),
)

published_fact = Table(
    # figures others published: never mixed with computed values
    "published_fact",
    metadata,
    Column("fact_id", Integer, primary_key=True),
    Column("region_text", String(200), nullable=False),
    Column("region_id", Integer, ForeignKey("region.region_id")),
    Column("campaign_text", String(200), nullable=False),
    Column("measure", String(100), nullable=False),
    # exact, approx, gt, lt: bounds stay bounds
    Column("precision", String(10), nullable=False),
    Column("numerator", Float),
    Column("denominator", Float),
    Column("value", Float),
    Column("unit", String(40)),
    Column("as_of_text", String(40)),
    Column("as_of", Date),
    Column("origin", String(200)),
    Column("quote", Text),
    UniqueConstraint("origin", "region_text", "campaign_text", "measure", "as_of_text", "quote"),
)

rollup = Table(
    # day-by-day spans of the items of one campaign in one region, packed (data/rollup/block.py);
    # kept by the transaction that appends events, compared with a recount by `store verify`
    "rollup",
    metadata,
    Column("campaign_id", Integer, ForeignKey("campaign.campaign_id"), nullable=False),
    Column("region_id", Integer, ForeignKey("region.region_id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("items", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    PrimaryKeyConstraint("campaign_id", "region_id"),
)

rollup_stale = Table(
    # other writers name here what they touched; `store refresh` rebuilds it
    "rollup_stale",
    metadata,
    Column("campaign_id", Integer, nullable=False),
    Column("region_id", Integer, nullable=False),
    PrimaryKeyConstraint("campaign_id", "region_id"),
)

store_version = Table(
    # one row for each committed change of what pages show; the newest number is in every cache key
    "store_version",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("changed_at", DateTime, nullable=False),
    Column("why", String(200), nullable=False),
)
