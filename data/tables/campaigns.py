"""Campaigns, rounds, teams, departments, and the labels of codes."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data.tables.base import metadata

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
