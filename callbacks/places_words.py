"""What a check of places found, made ready to be shown: faults in words, what may be confirmed, what the map draws."""

from collections import Counter
from typing import Any

from dashboard.components.places_preview import field_name
from dashboard.i18n import t
from data.places.model import REFUSED, REPAIRABLE, WARNED, Fault
from data.regions.locate import region_at
from data.store import Store

#: what can be confirmed comes first
ORDER = (REPAIRABLE, REFUSED, WARNED)
#: repairs that move a point
MOVING = ("swapped", "sign")
#: so many points of the file are asked where they lie, to know which outlines to draw around them
ASKED = 24
#: digits of a degree that are shown: about a metre
DIGITS = 5


def offered(shown: dict[str, Any]) -> set[int]:
    """Numbers of the rows whose repair may be confirmed: a row that has another fault besides stays out all the same."""
    refused = {each["row"] for each in shown["faults"] if each["level"] == REFUSED}
    return {each["row"] for each in shown["faults"] if each["level"] == REPAIRABLE and each["row"] not in refused}


def fault_rows(shown: dict[str, Any], lang: str) -> list[dict[str, Any]]:
    """Rows of the grid, what can be confirmed first. Of several repairs of one row the first bears the tick and lists them all."""
    may = offered(shown)
    kinds: dict[int, list[str]] = {}
    for each in shown["faults"]:
        if each["row"] in may and each["level"] == REPAIRABLE and each["repair"]:
            kinds.setdefault(each["row"], []).append(each["repair"])
    out, ticked = [], set()
    for number, each in enumerate(sorted(shown["faults"], key=lambda f: ORDER.index(f["level"]))):
        fault = Fault.from_dict(each)
        row = fault.row
        tick = row in may and fault.level == REPAIRABLE and row not in ticked
        if tick:
            ticked.add(row)
        out.append(
            {
                "id": str(number),
                "row": row,
                "level": fault.level,
                "stands_at": place_in_file(fault.stands_at, lang),
                "field": field_name(fault.field, lang) if fault.field else "",
                "value": fault.value,
                "reason": fault.text(lang),
                "remedy": fault.remedy(lang),
                "change": _change(fault),
                "offered": tick,
                "kinds": kinds.get(row, []) if tick else [],
            }
        )
    return out


def place_in_file(said: str, lang: str) -> str:
    """Where a row stands, in the file's words; a bare number is that of a row."""
    return t("places.faults.row", lang, n=said) if said.isdigit() else said


def _change(fault: Fault) -> str:
    """Longitude and latitude before and after a repair that moves a point; others say in words what they do."""
    if fault.repair not in MOVING or fault.after is None:
        return ""
    before = degrees(fault.before) if fault.before else fault.value
    return f"{before} \u2192\n{degrees(fault.after)}"


def degrees(at: tuple[float, float]) -> str:
    """``118.77012, 32.04123``: longitude and latitude."""
    return f"{at[0]:.{DIGITS}f}, {at[1]:.{DIGITS}f}"


def drawn(store: Store, shown: dict[str, Any], lang: str) -> dict[str, Any]:
    """What the map draws: ``points`` [longitude, latitude, state], ``shapes`` [geometry, state], ``repairs`` [row, before or None, after],
    ``spots`` {row: place}, ``names`` {row: where it stands in the file}, and ``outline``, an address."""
    may = offered(shown)
    repairs, spots, names = [], {}, {}
    for each in shown["faults"]:
        row, at = each["row"], each["after"] or each["before"]
        if at:
            spots.setdefault(str(row), at)
            names.setdefault(str(row), place_in_file(each["stands_at"], lang))
        if row in may and each["level"] == REPAIRABLE and each["after"]:
            moved = each["repair"] in MOVING and _drawable(each["before"])
            repairs.append([row, each["before"] if moved else None, each["after"]])
    # those that are drawn row by row need not be drawn from the sample
    points = [each for each in shown["sample"] if each[2] != REPAIRABLE or shown["cut"]]
    shapes = shown.get("shapes") or []
    return {"points": points, "shapes": shapes, "repairs": repairs, "spots": spots, "names": names, "outline": _outline(store, shown)}


def _drawable(at: list[float] | None) -> bool:
    return at is not None and abs(at[0]) <= 180 and abs(at[1]) <= 85


def _outline(store: Store, shown: dict[str, Any]) -> str:
    """The address of the outlines around the places: those of the region they must lie in, else of the smallest that holds most of them."""
    tree = store.tree()
    place = tree.get((shown.get("options") or {}).get("region"))
    found = place.region_id if place is not None else _around(store, shown["sample"])
    code = "all" if found is None else tree.by_id(found).code
    return f"/geo/{code}/{tree.child_level(found)}.json?v={store.version()}"


def _around(store: Store, sample: list[list[Any]]) -> int | None:
    good = [each for each in sample if each[2] != REFUSED]
    step = max(1, len(good) // ASKED)
    tree = store.tree()
    held: Counter[int] = Counter()
    for lon, lat, _ in good[::step][:ASKED]:
        at = region_at(store, lon, lat)
        if at is not None:
            held.update([at, *(each.region_id for each in tree.ancestors(at))])
    most = sum(1 for _ in good[::step][:ASKED]) * 0.8
    whole = [region for region, n in held.items() if n >= most and tree.children(region)]
    return max(whole, key=lambda region: len(tree.ancestors(region)), default=None)
