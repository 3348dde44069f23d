"""The meeting: playlists of the wall, the walls themselves, frozen states, orders, escalations, warnings that were read."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from data.tables.base import metadata

playlist = Table(
    "playlist",
    metadata,
    Column("playlist_id", Integer, primary_key=True),
    # what stands in the address: /screen/<code>
    Column("code", String(40), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    # query, lang, theme, and the scenes in order (data/screens/playlists.py)
    Column("definition", JSON, nullable=False),
    # counts up with every change, so that walls know to read it again
    Column("revision", Integer, nullable=False, server_default="1"),
    # sha256 of the key that lets a wall on another machine show it; null: none may
    Column("key_sha256", String(64), unique=True),
    Column("created_at", DateTime, nullable=False),
    Column("changed_at", DateTime, nullable=False),
    Column("changed_by", String(100)),
    Column("removed_at", DateTime),
    Column("simulated", Boolean, nullable=False, server_default="0"),
)

wall = Table(
    # a browser that shows a playlist, and what it last said of itself
    "wall",
    metadata,
    # made by the browser, kept there
    Column("wall_id", String(40), primary_key=True),
    Column("playlist", String(40), nullable=False),
    Column("name", String(100)),
    Column("scene", String(120)),
    Column("version", Integer),
    Column("build", String(40)),
    Column("size", String(40)),
    # what it reports: failed scenes, stale since, its own check of letters and overlaps, frozen or live
    Column("report", JSON),
    Column("first_seen_at", DateTime, nullable=False),
    Column("seen_at", DateTime, nullable=False),
    # sha256 of the code a phone steers it with; null: nobody may
    Column("remote_sha256", String(64), unique=True),
    Column("remote_until", DateTime),
    # commands are numbered; a wall carries out each once
    Column("command_no", Integer, nullable=False, server_default="0"),
    Column("command", JSON),
)

snapshot = Table(
    # a state that does not move: what a playlist's scenes show, kept as it was
    "snapshot",
    metadata,
    Column("snapshot_id", Integer, primary_key=True),
    Column("code", String(20), nullable=False, unique=True),
    Column("playlist", String(40), nullable=False),
    Column("name", String(100), nullable=False),
    Column("as_of", Date, nullable=False),
    # the moment (UTC) up to which the store had been told
    Column("known_at", DateTime, nullable=False),
    Column("store_version", Integer, nullable=False),
    # over every answer, in the order of their names
    Column("sha256", String(64), nullable=False),
    Column("frozen_at", DateTime, nullable=False),
    Column("frozen_by", String(100)),
    # internal, approved, public
    Column("status", String(10), nullable=False, server_default="internal"),
    Column("simulated", Boolean, nullable=False, server_default="0"),
)

snapshot_answer = Table(
    "snapshot_answer",
    metadata,
    Column("snapshot_id", Integer, ForeignKey("snapshot.snapshot_id"), primary_key=True),
    # entry of the playlist, language and theme
    Column("name", String(200), primary_key=True),
    # zlib over JSON in UTF-8
    Column("body", LargeBinary, nullable=False),
)

dispatch_order = Table(
    # what a meeting ordered (调度交办)
    "dispatch_order",
    metadata,
    Column("order_id", Integer, primary_key=True),
    # the day of the meeting
    Column("meeting_on", Date, nullable=False),
    Column("campaign_id", Integer, ForeignKey("campaign.campaign_id")),
    Column("region_id", Integer, ForeignKey("region.region_id"), nullable=False),
    Column("department", String(60)),
    # unannounced, visit, assign, meeting, interview, accountability (六步法)
    Column("method", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("simulated", Boolean, nullable=False, server_default="0"),
    Index("ix_dispatch_order_meeting_on", "meeting_on"),
    Index("ix_dispatch_order_region_id", "region_id"),
)

dispatch_order_item = Table(
    "dispatch_order_item",
    metadata,
    Column("order_id", Integer, ForeignKey("dispatch_order.order_id"), primary_key=True),
    # no constraint crosses items
    Column("item_id", BigInteger, primary_key=True),
)

dispatch_order_event = Table(
    # append-only: how an order stands follows from these alone
    "dispatch_order_event",
    metadata,
    Column("order_id", Integer, ForeignKey("dispatch_order.order_id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    # issued, signed, done, returned, extended, withdrawn
    Column("what", String(12), nullable=False),
    Column("effective_on", Date, nullable=False),
    # the new deadline of an extension
    Column("due_on", Date),
    Column("note", Text),
    Column("recorded_at", DateTime, nullable=False),
    Column("recorded_by", String(100)),
)

escalation = Table(
    # what a person decided about a region: a rung taken, or a proposal set aside
    "escalation",
    metadata,
    Column("escalation_id", Integer, primary_key=True),
    Column("region_id", Integer, ForeignKey("region.region_id"), nullable=False),
    Column("campaign_id", Integer, ForeignKey("campaign.campaign_id")),
    # reminder, circular, listed_supervision, interview, exposure, special_inspection, accountability_transfer
    Column("rung", String(30), nullable=False),
    # confirmed, dismissed, revoked
    Column("verdict", String(10), nullable=False),
    # the rule that proposed it and what it found; null: a person's own decision
    Column("rule", String(60)),
    Column("evidence", JSON),
    Column("effective_on", Date, nullable=False),
    Column("document_no", String(100)),
    # whom it is addressed to
    Column("office", String(200)),
    Column("public", Boolean, nullable=False, server_default="0"),
    Column("reason", Text),
    Column("decided_at", DateTime, nullable=False),
    Column("decided_by", String(100)),
    Column("simulated", Boolean, nullable=False, server_default="0"),
    Index("ix_escalation_region_id", "region_id"),
)

warning_mark = Table(
    # a warning that a person has read; append-only, the newest number holds
    "warning_mark",
    metadata,
    # rule and what it is about
    Column("warning_key", String(200), primary_key=True),
    Column("number", Integer, primary_key=True),
    # acknowledged, reopened
    Column("what", String(12), nullable=False),
    # how grave the warning was then: it comes back when it grows graver
    Column("level", String(10), nullable=False),
    Column("note", Text),
    Column("marked_at", DateTime, nullable=False),
    Column("marked_by", String(100)),
)
