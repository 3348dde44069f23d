"""What is inspected, and the visits paid to it."""

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
    # numbers of crs_declared (degrees where it is none); data/places/crs.py turns them into what is drawn
    Column("lon", Float),
    Column("lat", Float),
    Column("crs_declared", String(20)),
    Column("coord_source", String(60)),
    # public, internal, restricted (an intake: its position is for those who may see it)
    Column("sensitivity", String(20), nullable=False, server_default="internal"),
    # the water body it belongs to, how many km from its source, on which bank (left, right)
    Column("water_body_id", BigInteger),
    Column("river_km", Float),
    Column("bank", String(8)),
    # who discharges; sections: grade_target; and what else its layer has
    Column("owner", String(300)),
    Column("grade_target", String(10)),
    Column("detail", JSON),
    Column("simulated", Boolean, nullable=False, server_default="0"),
    Column("place_batch_id", Integer),
    Index("ix_object_official_code", "official_code"),
    Index("ix_object_water_body_id", "water_body_id"),
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
