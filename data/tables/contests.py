"""The arena contest (擂台赛): who presents, who judges, what was scored, and every change of it."""

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Float, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from data.tables.base import metadata

contest = Table(
    "contest",
    metadata,
    Column("contest_id", Integer, primary_key=True),
    Column("name_zh", String(100), nullable=False),
    Column("name_en", String(100)),
    Column("held_on", Date, nullable=False),
    # draft, open, closed, revealed
    Column("state", String(10), nullable=False, server_default="draft"),
    # so many of the highest and as many of the lowest are dropped before the mean
    Column("trim", Integer, nullable=False, server_default="0"),
    # decimals of a printed score; ranks are decided on it
    Column("decimals", Integer, nullable=False, server_default="2"),
    # counties score each other as well, never themselves
    Column("peers", Boolean, nullable=False, server_default="0"),
    Column("created_at", DateTime, nullable=False),
    Column("revealed_at", DateTime),
    Column("simulated", Boolean, nullable=False, server_default="0"),
)

contest_criterion = Table(
    "contest_criterion",
    metadata,
    Column("criterion_id", Integer, primary_key=True),
    Column("contest_id", Integer, ForeignKey("contest.contest_id"), nullable=False),
    # what it is asked of: county (first part) or department (second part)
    Column("part", String(10), nullable=False),
    Column("position", Integer, nullable=False),
    # column of the results: c1, c2 … in the first part, d1, d2 … in the second
    Column("code", String(10), nullable=False),
    Column("name_zh", String(100), nullable=False),
    Column("name_en", String(100)),
    # points are multiples of step from 0 to most
    Column("most", Float, nullable=False),
    Column("step", Float, nullable=False),
    Column("weight", Float, nullable=False),
    UniqueConstraint("contest_id", "code"),
)

contest_entry = Table(
    # who presents, in turn
    "contest_entry",
    metadata,
    Column("entry_id", Integer, primary_key=True),
    Column("contest_id", Integer, ForeignKey("contest.contest_id"), nullable=False),
    Column("part", String(10), nullable=False),
    Column("position", Integer, nullable=False),
    Column("region_id", Integer, ForeignKey("region.region_id")),
    Column("name_zh", String(100), nullable=False),
    Column("name_en", String(100)),
    # waiting, open, closed
    Column("state", String(10), nullable=False, server_default="waiting"),
    Column("opened_at", DateTime),
    Column("closed_at", DateTime),
    UniqueConstraint("contest_id", "part", "position"),
)

contest_judge = Table(
    "contest_judge",
    metadata,
    Column("judge_id", Integer, primary_key=True),
    Column("contest_id", Integer, ForeignKey("contest.contest_id"), nullable=False),
    Column("name", String(100), nullable=False),
    # leader, department, county
    Column("role", String(10), nullable=False),
    # the entry that is the judge's own county or department, which the judge may not score
    Column("own_entry_id", Integer, ForeignKey("contest_entry.entry_id")),
    # sha256 of the link's token and of the phone that opened it first; neither is kept itself
    Column("token_sha256", String(64), unique=True),
    Column("device_sha256", String(64)),
    Column("bound_at", DateTime),
    Column("removed_at", DateTime),
    Index("ix_contest_judge_contest_id", "contest_id"),
)

contest_ballot = Table(
    # what one judge handed in for one entry; given back, it stays as a record and another may follow
    "contest_ballot",
    metadata,
    Column("ballot_id", Integer, primary_key=True),
    Column("contest_id", Integer, ForeignKey("contest.contest_id"), nullable=False),
    Column("judge_id", Integer, ForeignKey("contest_judge.judge_id"), nullable=False),
    Column("entry_id", Integer, ForeignKey("contest_entry.entry_id"), nullable=False),
    # made by the phone; the same key again is the same ballot
    Column("key", String(64), nullable=False),
    Column("received_at", DateTime, nullable=False),
    Column("returned_at", DateTime),
    UniqueConstraint("contest_id", "judge_id", "key"),
    Index(
        "ix_contest_ballot_one_each",
        "contest_id",
        "judge_id",
        "entry_id",
        unique=True,
        sqlite_where=text("returned_at IS NULL"),
        postgresql_where=text("returned_at IS NULL"),
    ),
)

contest_score = Table(
    # the points that count
    "contest_score",
    metadata,
    Column("contest_id", Integer, ForeignKey("contest.contest_id"), primary_key=True),
    Column("judge_id", Integer, ForeignKey("contest_judge.judge_id"), primary_key=True),
    Column("entry_id", Integer, ForeignKey("contest_entry.entry_id"), primary_key=True),
    Column("criterion_id", Integer, ForeignKey("contest_criterion.criterion_id"), primary_key=True),
    Column("ballot_id", Integer, ForeignKey("contest_ballot.ballot_id"), nullable=False),
    Column("points", Float, nullable=False),
)

contest_change = Table(
    # append-only: one row for each change, scores included
    "contest_change",
    metadata,
    Column("change_id", Integer, primary_key=True),
    Column("contest_id", Integer, ForeignKey("contest.contest_id"), nullable=False),
    Column("at", DateTime, nullable=False),
    # null: the officer
    Column("judge_id", Integer, ForeignKey("contest_judge.judge_id")),
    # created, opened, closed, reopened, revealed, links, bound, released, removed, scored, given_back
    Column("what", String(20), nullable=False),
    Column("detail", JSON),
    Index("ix_contest_change_contest_id", "contest_id"),
)
