"""The country's boundaries."""

from itertools import pairwise

import pytest
import shapely

from data.regions.boundaries import _places, area, boundaries_geojson, boundary_geojson
from data.regions.country import package_table


def test_every_area_is_valid_and_holds_its_own_centre():
    counties = package_table("cn_district")
    assert len(counties) == 2891
    inside = 0
    for row in counties:
        shape = area(row["district_adcode"])
        assert shape.is_valid
        inside += shape.covers(shapely.Point(float(row["lon"]), float(row["lat"])))
    # centres are rounded and some are put where the name is printed
    assert inside > 2750


def test_counties_of_jiangsu_make_up_jiangsu():
    codes = [c for c in _places() if c.startswith("32") and not c.endswith("00")]
    assert len(codes) == 95
    whole = area("320000").area
    assert shapely.union_all([area(c) for c in codes]).area == pytest.approx(whole, rel=0.01)
    assert shapely.union_all(
        [area(c) for c in _places() if c.startswith("32") and c.endswith("00") and c != "320000"]
    ).area == pytest.approx(whole, rel=0.01)


def test_feature_as_charts_want_it():
    feature = boundary_geojson("320106")
    assert (feature["type"], feature["id"], feature["geometry"]["type"]) == ("Feature", "320106", "Polygon")
    ring = feature["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    # clockwise: the shoelace sum is positive
    assert sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring)) > 0
    assert all(round(v, 4) == v for point in ring for v in point)
    assert all(118.6 < x < 118.9 and 31.9 < y < 32.3 for x, y in ring)


def test_codes_without_an_area():
    with pytest.raises(KeyError):
        boundary_geojson("100000")
    assert [f["id"] for f in boundaries_geojson(["320106", "r3255", "500000"])["features"]] == ["320106", "500000"]
    assert boundaries_geojson([]) == {"type": "FeatureCollection", "features": []}
