"""Coordinate systems: what a file declares, and where that is drawn."""

import numpy as np
import pyproj
import pytest

from data.places.crs import known, to_drawn, to_gcj


def drawn(x: float, y: float, crs: str) -> tuple[float, float]:
    lon, lat = to_drawn(np.array([x]), np.array([y]), crs)
    return float(lon[0]), float(lat[0])


def test_gcj02_against_published_values() -> None:
    # the pair that every published conversion gives as its example
    lon, lat = to_gcj(np.array([116.404]), np.array([39.915]))
    assert (lon[0], lat[0]) == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-9)
    assert drawn(116.41024449916938, 39.91640428150164, "GCJ-02") == pytest.approx((116.404, 39.915), abs=1e-8)


def test_bd09_against_published_values() -> None:
    # 116.404, 39.915 of GCJ-02 is this in BD-09; the formula back is good to some centimetres
    found = drawn(116.41036949371029, 39.92133699351021, "BD-09")
    assert found == pytest.approx(drawn(116.404, 39.915, "GCJ-02"), abs=2e-6)


@pytest.mark.parametrize("crs", ["CGCS2000", "WGS84", "EPSG:4490", "wgs 84", "GCS_WGS_1984"])
def test_degrees_are_drawn_as_they_are(crs: str) -> None:
    assert known(crs) == "EPSG:4490"
    assert drawn(118.77, 32.06, crs) == (118.77, 32.06)


def test_projected_metres_against_pyproj() -> None:
    x, y = pyproj.Transformer.from_crs(4490, 4549, always_xy=True).transform(118.77, 32.06)
    assert drawn(x, y, "EPSG:4549") == pytest.approx((118.77, 32.06), abs=1e-9)
    # 118.77 E lies 1.23 degrees, about 116 km, west of the zone's middle at 120 E
    assert x == pytest.approx(500_000 - 116_100, abs=200)


def test_unknown_systems_are_none() -> None:
    assert known("Beijing 54") is None
    assert known("EPSG:1") is None
    assert np.isnan(drawn(118.77, 32.06, "Beijing 54")).all()
