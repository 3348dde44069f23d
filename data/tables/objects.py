"""What is inspected, and the visits paid to it."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from data.tables.base import metadata

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
