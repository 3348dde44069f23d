"""The schematic of regions: the map's rows, each with a square of its own."""

import numpy as np
from pandas import DataFrame

from data.filters import Filters
from data.positions.places import region_points
from data.queries.region_map import region_map
from data.regions.shapes import Shapes
from data.regions.tiles import layout
from data.store import Store


def region_tiles(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """The columns and attributes of ``region_map`` (without ``shapes``), and ``col, row`` (int, from the north-west corner): no two rows on
    one square, neighbours and directions kept as far as squares allow, the same for the same regions."""
    frame = region_map(scope, store, filters, lang)
    shapes: Shapes = frame.attrs.pop("shapes")
    frame.attrs["drawn"] = len(frame)
    codes: list[str] = frame["region_code"].tolist()
    tree = store.tree()
    known = store.remembered("region-points", lambda: region_points(store))
    places = {}
    for code in codes:
        region = tree.get(code)
        if code in shapes:
            lon, lat = shapes.by_code[code].at
        elif region is not None and region.region_id in known:
            lon, lat = known[region.region_id]
        else:
            # nobody knows where it is: below all others
            lon, lat = (shapes.box[0] + shapes.box[2]) / 2, shapes.box[1]
        places[code] = (lon * shapes.squeeze, lat)
    cells = layout(places, sorted(shapes.neighbours))
    for name, k in (("col", 0), ("row", 1)):
        frame[name] = np.array([cells[code][k] for code in codes], dtype=np.int64)
    return frame
