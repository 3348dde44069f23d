"""Water bodies, protection zones, section quality, tracks, and what people decided about places."""

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

# geometry columns hold GeoJSON geometry text in EPSG:4490 degrees; what a file said stands in place_origin
water_body = Table(
    "water_body",
    metadata,
    Column("water_body_id", BigInteger, primary_key=True, autoincrement=False),
    # opaque text, as its source has it
    Column("code", String(80), nullable=False),
    Column("name_zh", String(120), nullable=False),
    Column("name_en", String(120)),
    # river, canal, lake, reservoir, coast
    Column("kind", String(12), nullable=False),
    Column("region_id", Integer, ForeignKey("region.region_id")),
    Column("basin", String(80)),
    # the water body this one flows into, and how many km from that one's source it does
    Column("flows_into_id", BigInteger),
    Column("flows_into_km", Float),
    Column("length_km", Float),
    # I II III IV V inferior
    Column("target_grade", String(10)),
    # one river one policy: basics, plan, measures, in charge (offices, never persons)
    Column("detail", JSON),
    # a line from source to mouth, or the area of a lake
    Column("geometry", Text),
    Column("west", Float),
    Column("south", Float),
    Column("east", Float),
    Column("north", Float),
    Column("simulated", Boolean, nullable=False, server_default="0"),
    Column("batch_id", Integer),
    Index("ix_water_body_code", "code"),
)

zone = Table(
    # a drinking-water source protection zone as its approval draws it, never a buffer
    "zone",
    metadata,
    Column("zone_id", BigInteger, primary_key=True, autoincrement=False),
    # the source area
    Column("object_id", BigInteger),
    Column("code", String(80), nullable=False),
    Column("name", String(300), nullable=False),
    # grade1, grade2, quasi
    Column("grade", String(10), nullable=False),
    Column("region_id", Integer, ForeignKey("region.region_id")),
    Column("approval_no", String(120), nullable=False),
    Column("approved_on", Date),
    Column("geometry", Text, nullable=False),
    Column("west", Float, nullable=False),
    Column("south", Float, nullable=False),
    Column("east", Float, nullable=False),
    Column("north", Float, nullable=False),
    # public, internal, restricted
    Column("sensitivity", String(20), nullable=False, server_default="internal"),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("simulated", Boolean, nullable=False, server_default="0"),
    Column("batch_id", Integer),
    Index("ix_zone_object_id", "object_id"),
)

zone_flag = Table(
    # what a person said of an item inside a zone; the newest number holds. Nothing here: proposed, nobody has looked
    "zone_flag",
    metadata,
    Column("item_id", BigInteger, nullable=False),
    Column("zone_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    # confirmed, dismissed, reopened
    Column("verdict", String(12), nullable=False),
    Column("reason", Text),
    Column("decided_at", DateTime, nullable=False),
    Column("decided_by", String(100)),
    PrimaryKeyConstraint("item_id", "zone_id", "number"),
)

section_quality = Table(
    # the class a section was assessed at in one month; standards change, so each row says which
    "section_quality",
    metadata,
    Column("object_id", BigInteger, nullable=False),
    # the month's first day
    Column("month", Date, nullable=False),
    # I II III IV V inferior; null: assessed, but no class
    Column("grade", String(10)),
    Column("indicators", JSON),
    # which indicators exceed the target
    Column("exceeding", String(200)),
    Column("standard_version", String(40), nullable=False),
    Column("source", String(120)),
    Column("recorded_at", DateTime, nullable=False),
    PrimaryKeyConstraint("object_id", "month"),
)

track = Table(
    # where a team went: no personal names
    "track",
    metadata,
    Column("track_id", BigInteger, primary_key=True, autoincrement=False),
    Column("team_id", Integer, ForeignKey("team.team_id")),
    Column("campaign_id", Integer, ForeignKey("campaign.campaign_id")),
    Column("region_id", Integer, ForeignKey("region.region_id")),
    Column("went_on", Date, nullable=False),
    Column("name", String(200)),
    Column("geometry", Text, nullable=False),
    Column("west", Float, nullable=False),
    Column("south", Float, nullable=False),
    Column("east", Float, nullable=False),
    Column("north", Float, nullable=False),
    Column("simulated", Boolean, nullable=False, server_default="0"),
    Column("batch_id", Integer),
)

place_batch = Table(
    # one import of places
    "place_batch",
    metadata,
    Column("batch_id", Integer, primary_key=True),
    Column("file_name", String(300), nullable=False),
    Column("sha256", String(64), nullable=False),
    # sha256 of file and options: the same import is recognised by it
    Column("fingerprint", String(64), nullable=False),
    # outfall, source_area, section, station, enterprise, zone, water_body, track, quality
    Column("layer", String(20), nullable=False),
    Column("crs_declared", String(40), nullable=False),
    Column("options", JSON),
    Column("rows_read", Integer, nullable=False, server_default="0"),
    Column("places_new", Integer, nullable=False, server_default="0"),
    Column("places_changed", Integer, nullable=False, server_default="0"),
    Column("places_same", Integer, nullable=False, server_default="0"),
    Column("repaired", Integer, nullable=False, server_default="0"),
    Column("refused", Integer, nullable=False, server_default="0"),
    Column("report", JSON),
    Column("imported_at", DateTime, nullable=False),
    Column("imported_by", String(100)),
    Column("undone_at", DateTime),
    Index("ix_place_batch_fingerprint", "fingerprint"),
)

place_origin = Table(
    # what a file said about a place, word for word, and what was done to it
    "place_origin",
    metadata,
    # object, zone, water_body, track, quality
    Column("place_kind", String(12), nullable=False),
    Column("place_id", BigInteger, nullable=False),
    Column("batch_id", Integer, ForeignKey("place_batch.batch_id"), nullable=False),
    # sheet and row, or the feature's number
    Column("stands_at", String(120), nullable=False),
    # coordinates as written
    Column("original", Text, nullable=False),
    Column("crs_declared", String(40), nullable=False),
    # codes of the repairs a person confirmed
    Column("repairs", JSON),
    # the row before this batch, for taking it back; null: it was not there
    Column("previous", JSON),
    PrimaryKeyConstraint("place_kind", "place_id", "batch_id"),
)
