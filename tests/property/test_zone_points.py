"""Which of ten thousand points lie in which zone, and how far from its edge: against a plain loop over shapely."""

import json
import math
import shutil

import numpy as np
import pytest
import shapely
from sqlalchemy import insert

from data.engine import make_engine
from data.filters import Filters
from data.positions.ground import edge_metres, great_circle
from data.positions.near import near, where
from data.positions.zones import EDGE_M, ROUNDING, inside, zones_of
from data.queries.selection import Selection
from data.rollup.refresh import refresh
from data.schema import campaign, item, item_event, zone
from data.store import Store, bump
from tests.campaign import AS_OF, XUANWU

POINTS = 10_000
WEST, SOUTH, SIDE = 118.75, 32.02, 0.1
EARTH_M = 6371008.8


def shore(rng, x, y, size, corners):
    """An irregular ring about a point: no two corners at one distance."""
    turns = np.sort(rng.uniform(0, 2 * np.pi, corners))
    reach = size * rng.uniform(0.35, 1.0, corners)
    return np.column_stack([x + reach * np.cos(turns), y + reach * np.sin(turns)])


def drawn(rng):
    """Three areas: one with two holes, one in two pieces, one that lies in part over the first."""
    lake = shapely.make_valid(shapely.Polygon(shore(rng, WEST + 0.04, SOUTH + 0.05, 0.035, 60)))
    holes = [shapely.make_valid(shapely.Polygon(shore(rng, WEST + 0.04 + dx, SOUTH + 0.05, 0.008, 12))) for dx in (-0.008, 0.01)]
    pieces = [shapely.make_valid(shapely.Polygon(shore(rng, WEST + x, SOUTH + 0.08, 0.012, 25))) for x in (0.07, 0.09)]
    over = shapely.make_valid(shapely.Polygon(shore(rng, WEST + 0.05, SOUTH + 0.03, 0.03, 40)))
    return [lake.difference(shapely.union_all(holes)), shapely.union_all(pieces), over]


def on_edges(rng, areas, each):
    """Points on the edges as they are held, rounded to a millionth of a degree; corners among them."""
    out = []
    for area in areas:
        rings = shapely.get_rings(shapely.get_parts(area)).tolist()
        length = sum(ring.length for ring in rings)
        for ring in rings:
            for along in rng.uniform(0, ring.length, max(3, round(each * ring.length / length))):
                out.append(ring.interpolate(along).coords[0])
            out.extend(ring.coords[:3])
    return np.round(np.array(out), 6)


def written(store, points, areas):
    """Items at some points, all discovered, and the zones."""
    region_id = store.tree().get(XUANWU).region_id
    with store.writing() as conn:
        row = {"code": "points", "name_zh": "点", "start_on": AS_OF, "simulated": True}
        campaign_id = conn.execute(insert(campaign).values(row)).inserted_primary_key[0]
        items, events = [], []
        for k, (lon, lat) in enumerate(points.tolist(), 1):
            items.append(
                {
                    "item_id": k,
                    "campaign_id": campaign_id,
                    "kind": "outfall",
                    "loop": "sm4-outfall",
                    "ledger_key": str(k),
                    "ledger_no": str(k),
                    "region_id": region_id,
                    "discovered_on": AS_OF,
                    "stage": "confirmed",
                    "stage_on": AS_OF,
                    "lon": lon,
                    "lat": lat,
                }
            )
            events.append(
                {
                    "item_id": k,
                    "event_no": 1,
                    "kind": "stage",
                    "stage": "confirmed",
                    "effective_at": np.datetime64(f"{AS_OF}T10").item(),
                    "recorded_at": np.datetime64(f"{AS_OF}T10").item(),
                }
            )
        conn.execute(insert(item), items)
        conn.execute(insert(item_event), events)
        refresh(conn, campaign_id, [region_id])
        for k, area in enumerate(areas, 1):
            west, south, east, north = area.bounds
            conn.execute(
                insert(zone).values(
                    zone_id=k,
                    code=f"Z{k}",
                    name=f"区{k}",
                    grade="grade1",
                    approval_no="模拟批复",
                    geometry=shapely.to_geojson(area),
                    west=west,
                    south=south,
                    east=east,
                    north=north,
                    simulated=True,
                )
            )
        bump(conn, "points")


def metres_to_edge(area, lon, lat):
    """In the plane that touches the earth at the place, by shapely."""
    wide = math.pi * EARTH_M / 180 * math.cos(math.radians(lat))
    high = math.pi * EARTH_M / 180
    flat = shapely.transform(area.boundary, lambda at: (at - (lon, lat)) * (wide, high))
    return flat.distance(shapely.Point(0, 0))


@pytest.fixture(scope="module")
def drawing(sqlite_template, tmp_path_factory):
    rng = np.random.default_rng(20220930)
    areas = drawn(rng)
    spread = np.round(rng.uniform((WEST, SOUTH), (WEST + SIDE, SOUTH + SIDE), (POINTS - 600, 2)), 6)
    edges = on_edges(rng, areas, 300)[:600]
    points = np.concatenate([spread, edges, np.round(rng.uniform((WEST, SOUTH), (WEST + SIDE, SOUTH + SIDE), (600 - len(edges), 2)), 6)])
    path = shutil.copyfile(sqlite_template, tmp_path_factory.mktemp("zones") / "dubang.db")
    store = Store(make_engine(f"sqlite:///{path}"))
    written(store, points, areas)
    # what the store reads back is what was written, to the last digit
    areas = [shapely.from_geojson(json.dumps(json.loads(shapely.to_geojson(area)))) for area in areas]
    yield store, points, areas, slice(len(spread), len(spread) + len(edges))
    store.engine.dispose()


def test_points_inside_are_those_of_a_plain_loop(drawing):
    store, points, areas, edges = drawing
    assert len(points) == POINTS
    found = inside(store, "all", Selection("all", store, Filters()))
    assert [one.zone.zone_id for one in found] == [1, 2, 3]
    for one, area in zip(found, areas, strict=True):
        held = dict(zip(one.part.index.item_id[one.positions].tolist(), zip(one.inside_m, one.on_edge, strict=True), strict=True))
        plain = {}
        for k, (lon, lat) in enumerate(points.tolist(), 1):
            at = shapely.Point(lon, lat)
            # rounded to a millionth of a degree a point on the edge may stand as much beside it
            if area.covers(at) or area.boundary.distance(at) <= ROUNDING:
                plain[k] = metres_to_edge(area, lon, lat)
        assert held.keys() == plain.keys()
        assert 200 < len(plain) < POINTS / 2
        for k, (metres, on_edge) in held.items():
            assert metres == pytest.approx(plain[k], abs=0.005)
            assert on_edge == (metres <= EDGE_M)
    # every point that was put on an edge is inside one zone at least, and said to be on an edge
    on = {int(i) for one in found for i, edge in zip(one.part.index.item_id[one.positions], one.on_edge, strict=True) if edge}
    assert set(range(edges.start + 1, edges.stop + 1)) <= on


def test_a_hole_is_outside_and_has_an_edge(drawing):
    store, _, areas, _ = drawing
    lake = zones_of(store).find(1)
    hole = shapely.Polygon(shapely.get_rings(areas[0])[1]).representative_point()
    lon, lat = np.array([hole.x]), np.array([hole.y])
    assert not lake.holds(lon, lat)[0]
    assert 0 < lake.edge(lon, lat)[0] < 1200
    assert where(store, "all", hole.x, hole.y).nearest.zone.zone_id in (1, 3)


def test_what_is_near_is_what_a_plain_loop_finds_nearest_first(drawing):
    store, points, areas, _ = drawing
    lon, lat = WEST + 0.05, SOUTH + 0.05
    around = near(store, "all", Filters(), lon, lat, 1.5)
    away = []
    for k, (x, y) in enumerate(points.tolist(), 1):
        a, b = math.radians(lat), math.radians(y)
        cosine = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(math.radians(x - lon))
        away.append((EARTH_M * math.acos(min(1.0, cosine)), k))
    within = sorted(each for each in away if each[0] <= 1500)
    zones = [
        metres_to_edge(area, lon, lat) for area in areas if area.covers(shapely.Point(lon, lat)) or metres_to_edge(area, lon, lat) <= 1500
    ]
    assert around.counts == {"item": len(within), "object": 0, "zone": len(zones)}
    assert around.count == len(within) + len(zones) and len(around.things) == 200
    distances = [thing.metres for thing in around.things]
    assert distances == sorted(distances)
    items = [thing for thing in around.things if thing.what == "item"]
    assert [thing.metres for thing in items] == pytest.approx([metres for metres, _ in within[: len(items)]], abs=0.2)


@pytest.mark.parametrize("lat", [0.0, 32.0, 53.0])
def test_distances_hold_at_every_latitude(lat):
    assert great_circle(118.0, lat, [118.0], [lat + 1.0])[0] == pytest.approx(111195.08, abs=0.1)
    assert great_circle(118.0, lat, [118.01], [lat])[0] == pytest.approx(1111.9508 * math.cos(math.radians(lat)), rel=1e-5)
    square = shapely.box(118.0, lat, 118.1, lat + 0.1)
    # 0.02 degrees in from the western edge, which is the nearest
    assert edge_metres(square, [118.02], [lat + 0.05])[0] == pytest.approx(2223.9 * math.cos(math.radians(lat + 0.05)), rel=1e-4)
