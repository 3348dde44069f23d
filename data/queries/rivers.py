"""What the queries about rivers share: the water bodies of a selection, what is on them, and how many items hang on each."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from data.queries.labels import labels
from data.queries.selection import Selection
from data.rollup import bits
from data.scope import ALL, exact, region_of
from data.store import Store
from data.waters.network import Body, Network, Site


class Held:
    """Something that is not copied with a frame's attributes, which pandas copies at every look at a column."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __deepcopy__(self, memo: object) -> "Held":
        return self


def within(selection: Selection) -> set[int] | None:
    """The regions that the viewer and the filters leave; None: all of them."""
    if selection.empty:
        return set()
    if selection.filters.region is None and region_of(selection.scope) == ALL:
        return None
    if selection.region_id is None:
        return None if region_of(selection.scope) == ALL else set()
    return selection.tree.within(selection.region_id)


def shown(selection: Selection, held: Network, codes: Sequence[str]) -> list[Body]:
    """The water bodies of a selection: those that are named, or all; in a region those that have something there."""
    regions = within(selection)
    bodies = [held.bodies[held.by_code[code]] for code in codes if code in held.by_code] if codes else list(held.bodies.values())
    if regions is None:
        return bodies
    return [b for b in bodies if b.region_id in regions or held.regions.get(b.water_body_id, set()) & regions]


def here(sites: Iterable[Site], regions: set[int] | None, scope: str) -> list[Site]:
    """Those of some sites that lie in the regions, as one viewer may know them: for who is not shown restricted positions, the restricted
    ones have none, neither by kilometre nor by the order they come in: they come last, by name."""
    found = [site for site in sites if regions is None or site.region_id in regions]
    if exact(scope) or not any(site.restricted for site in found):
        return found
    hidden = sorted((site.anywhere() for site in found if site.restricted), key=lambda site: (site.name_zh, site.object_id))
    return [site for site in found if not site.restricted] + hidden


def counts(selection: Selection, names: Sequence[str]) -> dict[str, dict[str, int]]:
    """How many items of each set hang on each water body: {code of the water body: {set: number}}; of the set ``outfalls`` those that are
    outfalls."""
    out: dict[str, dict[str, int]] = {}
    for part in selection.parts:
        codes, values = part.index.codes("water"), part.index.values["water"]
        for name in names:
            words = part.chosen(name)
            if name == "outfalls":
                words = words & part.index.having("kind", "outfall")[part.a : part.b]
            held = codes[bits.positions(words) + part.a * 64]
            for code, number in enumerate(np.bincount(held[held >= 0], minlength=len(values)).tolist()):
                if number:
                    mine = out.setdefault(values[code], dict.fromkeys(names, 0))
                    mine[name] += number
    return out


def basin(store: Store, body: Body, lang: str) -> str:
    """The basin's name; "" where none is said."""
    return labels(store, lang).get("basin", {}).get(body.basin or "", body.basin or "")


def simulated(selection: Selection, bodies: Iterable[Body]) -> bool:
    """Whether anything that is shown is made up: a campaign of the selection or a water body."""
    return selection.simulated or any(body.simulated for body in bodies)
