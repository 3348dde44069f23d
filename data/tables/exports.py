"""What went out: exported states by their short codes, who took which file, and what may be shown to whom."""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from data.tables.base import metadata

export_state = Table(
    # what a chart said: the code in a file's foot leads here
    "export_state",
    metadata,
    # made from what the state holds: the same numbers have the same code
    Column("code", String(16), primary_key=True),
    # chart or brief
    Column("kind", String(10), nullable=False),
    # id of the chart or of the template
    Column("subject", String(60), nullable=False),
    # canonical selection with its days written out, language
    Column("query", Text, nullable=False),
    Column("lang", String(10), nullable=False),
    Column("title", Text, nullable=False),
    Column("as_of", Date),
    # the moment (UTC) of the store's newest change, and its number
    Column("known_at", DateTime, nullable=False),
    Column("store_version", Integer, nullable=False),
    # what its maker might see (data/scope.py)
    Column("scope", String(60), nullable=False),
    # over the text in ``body``
    Column("sha256", String(64), nullable=False),
    # zlib over JSON in UTF-8; null: too many rows to be kept, the selection makes them again
    Column("body", LargeBinary),
    Column("rows", BigInteger, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("made_at", DateTime, nullable=False),
)

export_release = Table(
    # append-only: the newest number of a code says what may be done with it; without a row it is internal
    "export_release",
    metadata,
    Column("code", String(16), ForeignKey("export_state.code"), primary_key=True),
    Column("number", Integer, primary_key=True),
    # internal, approved, public
    Column("status", String(10), nullable=False),
    Column("note", Text),
    Column("decided_at", DateTime, nullable=False),
    Column("decided_by", String(100)),
)

export_log = Table(
    # append-only: a file that was made
    "export_log",
    metadata,
    Column("export_id", Integer, primary_key=True),
    # made before the line is written: a line that waited in a file is written once
    Column("ticket", String(32), nullable=False, unique=True),
    # no constraint: a line may be written before its state is
    Column("code", String(16), nullable=False),
    Column("format", String(10), nullable=False),
    Column("name", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    # web, picture (made by the reader's browser), cli, batch, schedule
    Column("via", String(10), nullable=False),
    # internal, approved, public as it was then
    Column("status", String(10), nullable=False),
    Column("taken_by", String(100)),
    Column("taken_at", DateTime, nullable=False),
    Index("ix_export_log_code", "code"),
    Index("ix_export_log_taken_at", "taken_at"),
)
