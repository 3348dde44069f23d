"""What came in, what others published, and what is derived."""

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
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data.tables.base import metadata

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
