"""A file of places made ready: read, placed, judged. Nothing is written here."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np

from data import calendar
from data.ledgers.read import load_bytes
from data.ledgers.uploads import clean_name
from data.ledgers.values import folded
from data.places import beside_water, shapes, standing
from data.places.crs import known
from data.places.fields import REGION_CELLS, FieldReader
from data.places.ground import Ground
from data.places.located import POINTS, SHAPES, Place, places_of
from data.places.model import KEPT, LAYERS, OUTLINED, REFUSED, SAMPLED, WARNED, Fault, PlaceError, PlaceOptions, Preview
from data.places.read import Source, read_places
from data.places.rivers import Waters
from data.regions.match import RegionMatcher
from data.store import Store

Progress = Callable[[str, float], None]
#: what can be declared, as messages list it
KNOWN_SYSTEMS = "CGCS2000 (EPSG:4490), WGS84 (EPSG:4326), GCJ-02, BD-09, EPSG:4513-4554"
_SENSITIVITIES = ("public", "internal", "restricted")
_CODE = re.compile(r"[^\s\x00-\x1f\x7f<>\"'`;\\,/?#%&]{1,60}")


@dataclass(slots=True)
class Prepared:
    """A file of places ready to be shown or written. ``crs``: the system declared for the file, ``rows`` where each row names its own."""

    data: bytes
    sha256: str
    file_name: str
    options: PlaceOptions
    source: Source
    crs: str
    as_known: date
    places: list[Place]
    waters: Waters
    notes: list[Fault] = field(default_factory=list)

    def fingerprint(self, confirmed: frozenset[int]) -> str:
        """The same import is recognised by this: file, options, and the repairs confirmed."""
        o = replace(self.options, imported_by=None, lang="")
        done = sorted(p.row for p in self.places if p.offered and p.row in confirmed)
        return sha256(repr((self.sha256, sorted(o.to_dict().items(), key=str), self.as_known.isoformat(), done)).encode()).hexdigest()


def _silent(step: str, share: float) -> None:
    """No progress wanted."""


def prepare(store: Store, source: Path | str | bytes, file_name: str, options: PlaceOptions, progress: Progress | None = None) -> Prepared:
    """Read and judge a file. PlaceError (or a ledger's error) when it cannot be taken at all."""
    say = progress or _silent
    as_known = _checked(store, options)
    data = load_bytes(source)
    say("read", 0.05)
    found = read_places(data, options)
    name = clean_name(file_name)
    say("map", 0.3)
    places = places_of(found, options.layer)
    # the coordinates of a large file are held once
    found.rows.clear()
    notes: list[Fault] = []
    crs = "" if options.layer == "quality" else _declare(found, places, options, notes)
    tree = store.tree()
    with store.reading() as conn:
        matcher = RegionMatcher.load(conn, tree) if REGION_CELLS.keys() & found.fields.keys() else None
        reader = FieldReader(conn, options, tree, matcher, name)
    for place in places:
        reader.region(place)
        reader.read(place)
    say("check", 0.5)
    if options.layer == "quality":
        for place in places:
            _region_settled(place)
    else:
        _placed(store, places, options, notes)
    beside_water.look(places, options, reader.waters, notes)
    _twice(places, options.layer)
    say("check", 0.7)
    return Prepared(data, sha256(data).hexdigest(), name, options, found, crs, as_known, places, reader.waters, notes)


def _checked(store: Store, options: PlaceOptions) -> date:
    """Refuse options that mean nothing; returns the day the file speaks of."""
    if options.layer not in LAYERS:
        raise PlaceError("layer_unknown", layer=options.layer, known=", ".join(LAYERS))
    if options.crs and known(options.crs) is None:
        raise PlaceError("crs_unknown", value=options.crs, known=KNOWN_SYSTEMS)
    if options.region and store.tree().get(options.region) is None:
        raise PlaceError("region_option", value=options.region)
    if options.sensitivity and options.sensitivity not in _SENSITIVITIES:
        raise PlaceError("sensitivity_option", value=options.sensitivity, known=", ".join(_SENSITIVITIES))
    if options.campaign and not any(c.code == options.campaign for c in store.campaigns()):
        if not (options.new_campaign or "").strip() or options.layer != "outfall":
            raise PlaceError("campaign_unknown", campaign=options.campaign)
        if not _CODE.fullmatch(options.campaign):
            raise PlaceError("campaign_code", campaign=options.campaign)
    day = options.as_known or calendar.today()
    if day > calendar.today():
        raise PlaceError("as_known_future", day=day.isoformat())
    return day


def _declare(source: Source, places: list[Place], options: PlaceOptions, notes: list[Fault]) -> str:
    """Set the declared system of every place; returns the file's, or ``rows``."""
    by_row = not options.crs and not source.crs and "crs" in source.fields
    said = options.crs or source.crs
    if options.crs and source.crs and known(options.crs) != known(source.crs):
        notes.append(Fault("crs_differs", 0, "", "crs", source.crs, {"chosen": options.crs}, level=WARNED))
    if said is None and not by_row and source.form in ("geojson", "kml", "kmz"):
        said = "WGS84"
        notes.append(Fault("crs_assumed", 0, "", "crs", "", {"form": source.form}, level=WARNED))
    if all(place.geometry is None for place in places) and (said is None or known(said) is None):
        # names without positions, or nothing that could be read
        return ""
    if said is None and not by_row:
        raise PlaceError("crs_missing", known=KNOWN_SYSTEMS)
    if said is not None and known(said) is None:
        raise PlaceError("crs_unknown", value=said, known=KNOWN_SYSTEMS)
    for place in places:
        place.crs = said or place.values.get("crs", "")
        if place.geometry is None:
            continue
        if not place.crs:
            place.report("crs_row_missing", "crs", known=KNOWN_SYSTEMS)
        elif known(place.crs) is None:
            place.report("crs_row_unknown", "crs", place.crs, known=KNOWN_SYSTEMS)
    return said[:40] if said else "rows"


def _placed(store: Store, places: list[Place], options: PlaceOptions, notes: list[Fault]) -> None:
    """Geometry, position and region of every place."""
    ground = Ground(store)
    home = store.tree().get(options.region)
    with_shape = []
    for place in places:
        # a row in no known system cannot be drawn; one refused for another reason is looked at all the same, so that everything is told
        raw = shapes.made(place, options.layer) if place.geometry is not None and known(place.crs) is not None and place.crs else None
        place.geometry = None
        if raw is not None:
            with_shape.append((place, raw))
    standing.settle(with_shape, ground, home.region_id if home else None)
    for place, _ in with_shape:
        shapes.sound(place)
    open_ = [p for p, _ in with_shape if p.region_id is None and p.shape is not None]
    middle = [p.shape if p.shape.geom_type == "Point" else p.shape.representative_point() for p in open_]
    lon, lat = np.array([m.x for m in middle], dtype=np.float64), np.array([m.y for m in middle], dtype=np.float64)
    from_place = 0
    for place, found in zip(open_, ground.region_ids(lon, lat, home.region_id if home else None), strict=True):
        place.region_id = found if found is not None else (home.region_id if home else None)
        from_place += found is not None
    if from_place:
        notes.append(Fault("region_from_position", 0, "", "region", "", {"rows": from_place}, level=WARNED))
    for place in places:
        _region_settled(place)
        if options.layer == "outfall" and options.campaign and place.region_id is None and not place.refused:
            place.report("region_needed", "region")


def _region_settled(place: Place) -> None:
    """A region that the cells did not make clear stays a remark where the position knows it, and refuses the row where it does not."""
    problem = place.parsed.pop("region_problem", None)
    if problem == "region_conflict" or (problem and place.region_id is None):
        for fault in place.faults:
            if fault.code == problem:
                fault.level = REFUSED


def _twice(places: list[Place], layer: str) -> None:
    """Refuse the second of two rows that name the same place, however they spell it."""
    seen: dict[object, Place] = {}
    for place in places:
        if place.refused:
            continue
        p = place.parsed
        key: object
        if layer in POINTS:
            key = folded(p["code"]) or (folded(p["name"]), place.region_id)
        elif layer == "zone":
            key = (folded(p["code"]), p["grade"])
        elif layer == "quality":
            key = (p.get("object_id"), p.get("month"))
        elif layer == "track":
            key = (p["code"], p["name"], p["team"], p["went_on"])
        else:
            key = folded(p["code"])
        first = seen.setdefault(key, place)
        if first is not place:
            same = first.original == place.original and first.values == place.values
            shown = p["code"] or p["name"]
            place.report("row_repeated" if same else "code_twice", "code" if p["code"] else "name", shown, first=first.stands_at)


# ----------------------------------------------------------------------------- what is shown


def preview_of(ready: Prepared, already: int | None = None) -> Preview:
    """What an import would do without any confirmation."""
    out = Preview(ready.file_name, ready.sha256, ready.options.layer, ready.crs, rows=len(ready.places), already=already)
    repairs: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for place in ready.places:
        counts.update(f.code for f in place.faults)
        if place.refused:
            out.refused += 1
        elif offered := place.offered:
            out.waiting += 1
            repairs.update(set(offered))
        else:
            out.accepted += 1
            out.warned += bool(place.faults)
        out.faults += place.faults[: max(0, KEPT - len(out.faults))]
    out.repairable, out.counts = dict(repairs), dict(counts)
    out.cut = sum(counts.values()) - len(out.faults)
    out.fields = {name: ready.source.fields.get(name) for name in ready.source.fields}
    out.headers, out.form, out.notes = ready.source.headers[:300], ready.source.form, ready.notes
    there = [p for p in ready.places if p.shape is not None and not p.shape.is_empty]
    for place in there[:: max(1, -(-len(there) // SAMPLED))]:
        at = place.shape if place.shape.geom_type == "Point" else place.shape.representative_point()
        out.sample.append([round(at.x, 6), round(at.y, 6), _state(place)])
    if ready.options.layer in SHAPES:
        out.shapes = [[shapes.outline(p.shape), _state(p)] for p in there[:: max(1, -(-len(there) // OUTLINED))]]
    return out


def _state(place: Place) -> str:
    return "refused" if place.refused else "repairable" if place.offered else "ok"
