"""Places: regions, their tree and other groupings, other names, boundaries, peer groups."""

from sqlalchemy import (
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data.tables.base import metadata

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
