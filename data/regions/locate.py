"""Which region's outline holds a place. Outlines are drawn roughly: close to a border the answer is a guess."""

import shapely

from data.regions.outlines import outlines
from data.store import Store


def region_at(store: Store, lon: float, lat: float) -> int | None:
    """The smallest region whose outline holds a place of degrees, None outside of every one.

    Looks from the top down: a region without an outline of its own hides none of those below it.
    """
    point = shapely.Point(lon, lat)
    tree = store.tree()
    level, found = list(tree.roots), None
    while level:
        ids, boxes = _outlined(store, level)
        hits = sorted(boxes.query(point, predicate="intersects").tolist())
        if hits:
            found = ids[hits[0]]
            level = [r.region_id for r in tree.children(found)]
        else:
            level = [r.region_id for each in level if each not in ids for r in tree.children(each)]
    return found


def _outlined(store: Store, region_ids: list[int]) -> tuple[list[int], shapely.STRtree]:
    """Those of some regions that have an outline, and a tree of the outlines in that order; kept until the store changes."""

    def make() -> tuple[list[int], shapely.STRtree]:
        held = outlines(store, region_ids)
        return list(held), shapely.STRtree(list(held.values()))

    return store.remembered(f"outline-boxes:{region_ids[0]}:{len(region_ids)}", make)
