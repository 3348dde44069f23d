"""The horse race: schemes, imported indicator series, events that add or take points, locked periods, appeals."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data.tables.base import metadata

scheme = Table(
    # one row for each version that was loaded; none is ever changed (data/ranking/scheme_file.py)
    "scheme",
    metadata,
    Column("scheme_id", Integer, primary_key=True),
    Column("code", String(60), nullable=False),
    Column("version", String(40), nullable=False),
    # the file as it was read, and its sha256
    Column("source", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    # the scheme that is shown when none is asked for; the newest row that says so
    Column("is_default", Boolean, nullable=False, server_default="0"),
    Column("loaded_at", DateTime, nullable=False),
    Column("loaded_by", String(100)),
    UniqueConstraint("code", "version"),
)

indicator_series = Table(
    "indicator_series",
    metadata,
    Column("series_id", Integer, primary_key=True),
    Column("code", String(60), nullable=False, unique=True),
    Column("name_zh", String(100), nullable=False),
    Column("name_en", String(100)),
    # %, pp, ug/m3 …
    Column("unit", String(20)),
    Column("decimals", Integer, nullable=False, server_default="1"),
    # the standard or section set that the figures follow: two of them make no common trend (DOMAIN 4.5)
    Column("standard", String(100)),
    Column("origin", String(200)),
    Column("simulated", Boolean, nullable=False, server_default="0"),
)

indicator_value = Table(
    # append-only: a correction is a further row, and the newest recorded one counts
    "indicator_value",
    metadata,
    Column("value_id", Integer, primary_key=True),
    Column("series_id", Integer, ForeignKey("indicator_series.series_id"), nullable=False),
    Column("region_id", Integer, ForeignKey("region.region_id"), nullable=False),
    # the last day the figure speaks of
    Column("as_of", Date, nullable=False),
    # either value alone, or numerator and denominator too
    Column("value", Float),
    Column("numerator", Float),
    Column("denominator", Float),
    Column("recorded_at", DateTime, nullable=False),
    Column("origin", String(300)),
    Index("ix_indicator_value_series_id_as_of", "series_id", "as_of"),
)

score_event = Table(
    # bonus, penalty, veto; append-only, taken back by a row that names it
    "score_event",
    metadata,
    Column("event_id", Integer, primary_key=True),
    # the same happening under several headings has one key, and counts once
    Column("event_key", String(80), nullable=False),
    Column("region_id", Integer, ForeignKey("region.region_id"), nullable=False),
    # an adjustment of the scheme: named_by_inspection, data_fraud …
    Column("adjustment", String(60), nullable=False),
    Column("happened_on", Date, nullable=False),
    # null: what the scheme says
    Column("points", Float),
    Column("reason", Text),
    Column("document_no", String(100)),
    Column("recorded_at", DateTime, nullable=False),
    Column("voids", Integer, ForeignKey("score_event.event_id")),
    Column("simulated", Boolean, nullable=False, server_default="0"),
    Index("ix_score_event_happened_on", "happened_on"),
)

period_lock = Table(
    # one row for each edition of a locked period; none is ever changed
    "period_lock",
    metadata,
    Column("lock_id", Integer, primary_key=True),
    Column("scheme_code", String(60), nullable=False),
    Column("scheme_version", String(40), nullable=False),
    # what the race was over beside its scheme: the canonical query (campaign=…), "" for the scheme's own campaigns
    Column("selection", String(500), nullable=False, server_default=""),
    Column("period", String(20), nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("locked_at", DateTime, nullable=False),
    Column("locked_by", String(100)),
    # why there is another edition
    Column("reason", Text),
    Column("store_version", Integer, nullable=False),
    # of the payload before it is packed
    Column("sha256", String(64), nullable=False),
    # the whole standing, canonical JSON, zlib
    Column("payload", LargeBinary, nullable=False),
    # {region code: [rank, tied, score]} for each list, for histories
    Column("ranks", JSON, nullable=False),
    UniqueConstraint("scheme_code", "selection", "period", "edition"),
)

appeal = Table(
    # against one place's result in one edition of a locked period
    "appeal",
    metadata,
    Column("appeal_id", Integer, primary_key=True),
    Column("lock_id", Integer, ForeignKey("period_lock.lock_id"), nullable=False),
    Column("region_id", Integer, ForeignKey("region.region_id"), nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("made_by", String(100)),
    # what is disputed: an indicator's id, or null for the result as a whole
    Column("indicator", String(60)),
    Column("text", Text, nullable=False),
    # open, upheld, partly, dismissed, withdrawn
    Column("outcome", String(12), nullable=False, server_default="open"),
    Column("decided_at", DateTime),
    Column("decided_by", String(100)),
    Column("answer", Text),
    Index("ix_appeal_lock_id", "lock_id"),
)
