"""The waters of the demo store: a network that holds together, and everything that lies on it where it says it lies."""

import json
from itertools import pairwise

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from sqlalchemy import text

from data.regions.boundaries import area

GEOD = pyproj.Geod(ellps="GRS80")
GRADES = ["I", "II", "III", "IV", "V", "inferior"]


def read(store, sql):
    with store.reading() as conn:
        found = conn.execute(text(sql))
        frame = pd.DataFrame(found.fetchall(), columns=list(found.keys()), dtype=object)
    for name in frame:
        kinds = {type(value) for value in frame[name] if value is not None}
        # an id of 63 bits is no float, not even beside a null
        frame[name] = frame[name].astype("Int64" if kinds == {int} else "float64" if kinds == {float} else "object")
    return frame


@pytest.fixture(scope="module")
def bodies(demo_store):
    frame = read(demo_store, "SELECT * FROM water_body").set_index("water_body_id")
    frame["shape"] = [shapely.from_geojson(g) for g in frame.geometry]
    return frame


@pytest.fixture(scope="module")
def objects(demo_store):
    return read(demo_store, "SELECT o.*, r.gb2260_code AS region_code FROM object o JOIN region r ON r.region_id = o.region_id").set_index(
        "object_id"
    )


@pytest.fixture(scope="module")
def zones(demo_store):
    frame = read(demo_store, "SELECT * FROM zone")
    frame["shape"] = [shapely.from_geojson(g) for g in frame.geometry]
    return frame


def metres(line, lon, lat):
    """From a point to the nearest place on a line, on the ellipsoid, and the kilometres from the line's first point to there."""
    scale = np.cos(np.radians(lat))
    flat = shapely.LineString([((x - lon) * scale, y - lat) for x, y in line.coords])
    share = flat.project(shapely.Point(0, 0))
    at = flat.interpolate(share)
    km = 0.0
    for (a, b), (p, q) in zip(pairwise(line.coords), pairwise(flat.coords), strict=True):
        step = shapely.LineString([p, q])
        if step.distance(at) < 1e-9:
            part = shapely.Point(p).distance(at) / step.length
            km += part * GEOD.inv(*a, *b)[2] / 1000
            break
        km += GEOD.inv(*a, *b)[2] / 1000
    return GEOD.inv(lon, lat, lon + at.x / scale, lat + at.y)[2], km


def test_rivers_run_to_the_sea_or_into_each_other(bodies):
    assert len(bodies) == 42
    assert bodies.simulated.astype(bool).all()
    assert bodies.kind.value_counts().to_dict() == {"river": 35, "lake": 3, "canal": 2, "reservoir": 2}
    lines = bodies[bodies["kind"].isin(["river", "canal"])]
    assert lines["shape"].map(lambda line: 30 <= len(line.coords) <= 120 and line.is_simple).all()
    for body in lines.itertuples():
        lengths = sum(GEOD.inv(*a, *b)[2] for a, b in pairwise(body.shape.coords)) / 1000
        assert body.length_km == pytest.approx(lengths, rel=0.001)
    for body in bodies[bodies.flows_into_id.notna()].itertuples():
        main = bodies.loc[int(body.flows_into_id)]
        if body.shape.geom_type != "LineString":
            assert body.flows_into_km == 0.0
        elif main["shape"].geom_type == "LineString":
            away, km = metres(main["shape"], *body.shape.coords[-1])
            assert away < 2.0 and km == pytest.approx(body.flows_into_km, abs=0.2), body.code
        else:
            assert main["shape"].exterior.distance(shapely.Point(body.shape.coords[-1])) < 1e-5, body.code


def test_no_river_crosses_another_but_the_canal(bodies):
    lines = bodies[bodies["kind"] == "river"]
    for n, one in enumerate(lines.itertuples()):
        for other in list(lines.itertuples())[n + 1 :]:
            met = one.shape.intersection(other.shape)
            mouths = shapely.MultiPoint([one.shape.coords[-1], other.shape.coords[-1]])
            assert met.is_empty or met.distance(mouths) < 1e-4, (one.code, other.code)


def test_sections_stand_on_the_line_and_have_two_years_of_months(demo_store, bodies, objects):
    sites = objects[objects.object_type.isin(["section", "station"])]
    assert sites.object_type.value_counts().to_dict() == {"section": 180, "station": 45}
    assert sites.grade_target.isin(GRADES).all() and sites.simulated.astype(bool).all()
    for site in sites[sites.river_km.notna()].iloc[::7].itertuples():
        away, km = metres(bodies.loc[int(site.water_body_id), "shape"], site.lon, site.lat)
        assert away < 1.0 and km == pytest.approx(site.river_km, abs=0.3), site.name
    months = read(demo_store, "SELECT * FROM section_quality")
    assert set(months.object_id) == set(sites[sites.object_type == "section"].index)
    assert (months.month.astype(str).min(), months.month.astype(str).max()) == ("2020-12-01", "2022-11-01")
    count = months.groupby("object_id").month.count()
    assert set(count) == {23, 24}
    assert set(months.standard_version) == {"GB 3838-2002"}
    rank = months.grade.map({g: n for n, g in enumerate(GRADES)})
    target = months.object_id.map(sites.grade_target).map({g: n for n, g in enumerate(GRADES)})
    assert months.grade.isna().mean() < 0.02
    # what exceeds is named, and only where the class is worse than the target
    assert ((rank > target) == months.exceeding.notna())[rank.notna()].all()
    over = (rank > target).groupby(pd.to_datetime(months.month).dt.year).mean()
    assert 0.02 < over[2022] < over[2021] < 0.3


def test_a_class_is_that_of_its_worst_indicator(demo_store):
    months = read(
        demo_store, "SELECT q.*, w.kind FROM section_quality q JOIN object USING (object_id) JOIN water_body w USING (water_body_id)"
    )
    river = months[(months.kind == "river") & months.grade.notna()].iloc[::11]
    for row in river.itertuples():
        held = json.loads(row.indicators) if isinstance(row.indicators, str) else row.indicators
        worst = max(
            sum(held[name] > limit for limit in limits)
            for name, limits in {"COD": (15, 15, 20, 30, 40), "NH3N": (0.15, 0.5, 1, 1.5, 2), "TP": (0.02, 0.1, 0.2, 0.3, 0.4)}.items()
        )
        assert GRADES[worst] == row.grade, held


def test_outfalls_lie_on_the_banks_of_their_county(bodies, objects):
    outfalls = objects[objects.object_type == "outfall"]
    on_bank = outfalls[outfalls.water_body_id.notna()]
    assert len(outfalls) == 1500 and len(on_bank) > 1300
    for outfall in on_bank.iloc[::9].itertuples():
        line = bodies.loc[int(outfall.water_body_id), "shape"]
        away, km = metres(line, outfall.lon, outfall.lat)
        # at a bend the line may come nearer than where the outfall stands
        assert away < 61 and km == pytest.approx(outfall.river_km, abs=0.3), outfall.name
    for outfall in on_bank.iloc[::9].itertuples():
        line = bodies.loc[int(outfall.water_body_id), "shape"]
        ends = list(pairwise(line.coords))
        (x0, y0), (x1, y1) = min(ends, key=lambda pair: shapely.LineString(pair).distance(shapely.Point(outfall.lon, outfall.lat)))
        side = (x1 - x0) * (outfall.lat - y0) - (y1 - y0) * (outfall.lon - x0)
        assert outfall.bank == ("left" if side > 0 else "right")
        assert shapely.intersects_xy(area(outfall.region_code), outfall.lon, outfall.lat)


def test_an_owner_is_known_only_once_traced(demo_store):
    frame = read(
        demo_store,
        "SELECT o.owner, (SELECT count(*) FROM item_event e WHERE e.item_id = i.item_id AND e.stage = 'traced') AS traced FROM item i"
        " JOIN object o USING (object_id) WHERE o.object_type = 'outfall'",
    )
    assert frame[frame.traced == 0].owner.isna().all()
    assert 0.88 < frame[frame.traced > 0].owner.notna().mean() < 0.96


def test_items_stand_where_their_objects_do(demo_store):
    frame = read(
        demo_store,
        "SELECT i.lon, i.lat, o.lon AS x, o.lat AS y FROM item i JOIN object o USING (object_id) WHERE o.object_type = 'outfall'",
    )
    assert (frame.lon == frame.x).all() and (frame.lat == frame.y).all()


def test_points_near_a_county_lie_in_it(demo_store):
    items = read(
        demo_store,
        "SELECT i.lon, i.lat, i.kind, r.gb2260_code AS code FROM item i JOIN region r USING (region_id)"
        " WHERE i.lon IS NOT NULL AND r.level = 'county'",
    )
    # zones reach over a county's edge, and with them what is found inside them
    for code, part in items[items.kind != "source_problem"].groupby("code"):
        assert shapely.intersects_xy(area(code), part.lon, part.lat).all(), code


def test_intakes_are_restricted_and_zones_lie_inside_each_other(objects, zones):
    sources = objects[objects.object_type == "source_area"]
    assert set(sources.sensitivity) == {"restricted"}
    assert set(objects[objects.object_type != "source_area"].sensitivity) == {"internal", "public"}
    placed = sources[sources.lon.notna()]
    assert len(placed) > 50 and set(zones.object_id) == set(placed.index)
    assert zones["shape"].map(lambda s: s.is_valid and s.geom_type == "Polygon").all()
    assert zones.approval_no.str.fullmatch(r"模拟批复〔20\d\d〕\d+号").all() and (zones.approved_on == zones.valid_from).all()
    assert set(zones.sensitivity) == {"internal"} and zones.simulated.astype(bool).all()
    for object_id, part in zones.groupby("object_id"):
        held = part.set_index("grade")["shape"]
        assert held["grade2"].contains_properly(held["grade1"])
        assert "quasi" not in held or held["quasi"].contains_properly(held["grade2"])
        assert held["grade1"].contains(shapely.Point(sources.loc[object_id, ["lon", "lat"]].astype(float).to_list()))


def test_zones_are_no_circles_and_no_buffers(bodies, objects, zones):
    for zone in zones.itertuples():
        middle = zone.shape.centroid
        away = np.array([middle.distance(shapely.Point(p)) for p in zone.shape.exterior.coords])
        assert away.std() / away.mean() > 0.15
        line = bodies.loc[int(objects.loc[zone.object_id, "water_body_id"]), "shape"]
        sides = np.array([line.distance(shapely.Point(p)) for p in zone.shape.exterior.coords])
        assert sides.std() / sides.mean() > 0.08
        assert line.intersects(zone.shape)


def test_some_things_lie_inside_zones(demo_store, zones):
    items = read(demo_store, "SELECT i.lon, i.lat, c.code FROM item i JOIN campaign c USING (campaign_id) WHERE i.lon IS NOT NULL")
    all_zones = shapely.union_all(zones["shape"].to_list())
    shapely.prepare(all_zones)
    inside = pd.Series(shapely.intersects_xy(all_zones, items.lon, items.lat)).groupby(items.code).mean()
    assert 0.02 < inside["js-outfalls-2022"] < 0.08
    assert inside["js-sources-2022"] == 1.0
    assert 0 < inside["js-2022"] < 0.05


def test_sixty_tracks_pass_what_was_visited_that_day(demo_store):
    tracks = read(demo_store, "SELECT t.*, m.campaign_id AS of_campaign FROM track t JOIN team m USING (team_id)")
    assert len(tracks) == 60 and (tracks.campaign_id == tracks.of_campaign).all() and tracks.simulated.astype(bool).all()
    assert pd.to_datetime(tracks.went_on).dt.day_of_week.lt(5).mean() > 0.9
    assert tracks.name.str.fullmatch(r"第.+督导帮扶组\d{4}-\d\d-\d\d路线").all()
    visits = read(
        demo_store,
        'SELECT k.checked_on, k.region_id, k.team_id, o.lon, o.lat FROM "check" k JOIN object o USING (object_id) WHERE o.lon IS NOT NULL',
    )
    for track in tracks.iloc[::6].itertuples():
        line = shapely.from_geojson(track.geometry)
        mine = visits[(visits.checked_on.astype(str) == str(track.went_on)) & (visits.region_id == track.region_id)]
        assert set(mine.team_id) == {track.team_id}
        near = [line.distance(shapely.Point(p)) < 1e-4 for p in zip(mine.lon, mine.lat, strict=True)]
        assert sum(near) >= 2, track.name


def test_the_rollup_knows_the_water_of_every_item(demo_store):
    from data.filters import Filters
    from data.queries.progress_by_region import progress_by_region

    frame = progress_by_region("all", demo_store, Filters.from_query("campaign=js-outfalls-2022&water=SIM-JIA"))
    counted = read(
        demo_store,
        "SELECT count(*) AS n FROM item i JOIN object o USING (object_id) JOIN water_body w USING (water_body_id) JOIN campaign c"
        " ON c.campaign_id = i.campaign_id WHERE w.code = 'SIM-JIA' AND c.code = 'js-outfalls-2022'",
    )
    assert frame.attrs["total"]["discovered"] == counted.n[0] > 50
