"""What a row says besides where it is: names, codes, grades, days, the water body and the region it belongs to."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, select

from data.ledgers import values
from data.ledgers.statuses import StatusReader
from data.loops.catalogue import loop_of_kind
from data.places.headers import meaning, words
from data.places.located import POINTS, Place
from data.places.model import REFUSED, WARNED, PlaceOptions
from data.places.rivers import Waters
from data.regions.match import Match, RegionMatcher
from data.regions.tree import RegionTree
from data.schema import object_

#: water quality is judged by this where a file names no standard
STANDARD = "GB 3838-2002"
FIRST_STAGE = "confirmed"
_MONTH = re.compile(r"(\d{4})(?:[-/.\u5e74](1[0-2]|0?[1-9])(?!\d)|(0[1-9]|1[0-2])(?:\d{2})?(?!\d))")
_LIMITS = {"code": 80, "name": 300, "owner": 300, "category": 80, "approval_no": 120, "basin": 80, "standard_version": 40, "exceeding": 200,
           "source": 120, "name_en": 120, "team": 100}  # fmt: skip
_NAME_LIMITS = {"water_body": 120, "track": 200}
_EXTRA_FIELDS, _EXTRA_LENGTH = 40, 500
REGION_CELLS = {"province": "province", "prefecture": "prefecture", "county": "county", "township": "township", "region": "text",
                 "region_code": "code"}  # fmt: skip


class Names:
    """Objects of one type by code and by name."""

    def __init__(self, conn: Connection, object_type: str) -> None:
        o = object_.c
        self.by_code: dict[str, int] = {}
        self.by_name: dict[str, list[tuple[int, int | None]]] = {}
        query = select(o.object_id, o.official_code, o.name, o.region_id).where(o.object_type == object_type)
        for key, code, name, region_id in conn.execute(query.order_by(o.object_id)):
            if code:
                self.by_code.setdefault(values.folded(code), key)
            self.by_name.setdefault(values.folded(name), []).append((key, region_id))

    def find(self, code: str, name: str, region_ids: set[int] | None = None) -> list[int]:
        """Ids of what the code, else the name (inside some regions) means."""
        for said in (code, name):
            if said and (found := self.by_code.get(values.folded(said))) is not None:
                return [found]
        listed = self.by_name.get(values.folded(name), []) if name else []
        inside = [key for key, region_id in listed if region_ids is None or region_id in region_ids]
        return inside or [key for key, _ in listed]


class FieldReader:
    """Reads the cells of one layer; faults go into the places."""

    def __init__(self, conn: Connection, options: PlaceOptions, tree: RegionTree, matcher: RegionMatcher | None, file_name: str) -> None:
        """``matcher``: where the file has columns of regions."""
        self.options, self.layer, self.tree, self.matcher, self.file_name = options, options.layer, tree, matcher, file_name
        self.persons = re.compile(words()["persons"], re.IGNORECASE)
        self.waters = Waters(conn)
        self.sources = Names(conn, "source_area") if options.layer == "zone" else None
        self.sections = Names(conn, "section") if options.layer == "quality" else None
        self.statuses = StatusReader(loop_of_kind("outfall")) if options.layer == "outfall" else None

    def region(self, place: Place) -> None:
        """The region the row's own cells mean, as far as they are clear; what is not clear is left to the position."""
        cells = {part: place.values[name] for name, part in REGION_CELLS.items() if place.values.get(name)}
        if not cells or self.matcher is None:
            return
        match: Match = self.matcher.match(**cells, within=self.options.region)
        if match.region_id is not None:
            place.region_id = match.region_id
            return
        shown = "/".join(cells.values())
        names = {lang: _listed(self.matcher, match, lang) for lang in ("zh-CN", "en")}
        code = f"region_{match.problem or 'unknown'}"
        code = "region_unknown_near" if code == "region_unknown" and match.candidates else code
        place.parsed["region_problem"] = code
        place.report(code, "region", shown, WARNED, candidates=names)

    def read(self, place: Place) -> None:
        """Everything else the layer needs, into ``place.parsed``."""
        for name, text in place.values.items():
            limit = _NAME_LIMITS.get(self.layer, 300) if name == "name" else _LIMITS.get(name)
            if limit and len(text) > limit:
                place.report("too_long", name, text, REFUSED, limit=limit, length=len(text))
        p, v = place.parsed, place.values
        p["code"], p["name"] = values.plain(v.get("code", "")), v.get("name", "").strip()
        if values.is_blank(p["code"]):
            p["code"] = ""
        if self.layer in POINTS:
            self._object(place)
        else:
            _READERS[self.layer](self, place)

    # ------------------------------------------------------------------ objects

    def _object(self, place: Place) -> None:
        p, v = place.parsed, place.values
        self._named(place)
        p["owner"] = v.get("owner") or None
        p["bank"] = self._meant(place, "bank", "bank", WARNED)
        p["sensitivity"] = self.sensitivity(place)
        p["grade_target"] = self._meant(place, "grade_target", "quality", WARNED)
        detail: dict[str, Any] = {name: v[name] for name in ("category", "basin", "address", "note") if v.get(name)}
        if v.get("water_body"):
            detail["water_body"] = v["water_body"]
        extra = {h: text[:_EXTRA_LENGTH] for h, text in place.extra.items() if not self.persons.search(h)}
        p["detail"] = detail | dict(list(extra.items())[:_EXTRA_FIELDS]) or None
        if self.statuses is not None:
            self._outfall(place, self.statuses)

    def _outfall(self, place: Place, statuses: StatusReader) -> None:
        p, v = place.parsed, place.values
        p["stage"], p["status"] = FIRST_STAGE, None
        read = statuses.read(v.get("status", ""))
        if read is not None and read.stage is None:
            place.report("status_unknown", "status", v["status"], WARNED)
        elif read is not None:
            p["stage"], p["status"] = read.stage, v["status"]
        p["discovered_on"] = self._day(place, "discovered_on", WARNED)

    def sensitivity(self, place: Place) -> str | None:
        """What the row or the options say; None where neither does."""
        return self._meant(place, "sensitivity", "sensitivity", WARNED) or self.options.sensitivity

    # ------------------------------------------------------------------ zones, water bodies, tracks, quality

    def _zone(self, place: Place) -> None:
        p, v = place.parsed, place.values
        p["grade"] = self._meant(place, "grade", "grade", REFUSED, needed=True)
        number = v.get("approval_no", "")
        if values.is_blank(number):
            place.report("no_approval", "approval_no", number)
        p["approval_no"] = values.plain(number)
        for name in ("approved_on", "valid_from", "valid_to"):
            p[name] = self._day(place, name, WARNED)
        p["sensitivity"] = self.sensitivity(place)
        said = v.get("source_area", "") or p["code"]
        p["object_id"] = None
        if said and self.sources is not None:
            found = self.sources.find(said, said)
            if len(found) == 1:
                p["object_id"] = found[0]
            elif v.get("source_area"):
                place.report("source_several" if found else "source_unknown", "source_area", said, WARNED)
        p["name"] = p["name"] or v.get("source_area", "")
        self._named(place)
        p["code"] = p["code"] or v.get("source_area", "")[:80] or p["name"][:80]

    def _water(self, place: Place) -> None:
        p, v = place.parsed, place.values
        self._named(place)
        p["code"] = p["code"] or p["name"][:80]
        p["kind"] = self._meant(place, "kind", "kind", WARNED)
        p["basin"], p["name_en"] = v.get("basin") or None, v.get("name_en") or None
        p["target_grade"] = self._meant(place, "grade_target", "quality", WARNED)
        for name in ("length_km", "flows_into_km"):
            p[name] = self._number(place, name)
        p["flows_into"] = v.get("flows_into", "")

    def _track(self, place: Place) -> None:
        p, v = place.parsed, place.values
        p["went_on"] = self._day(place, "went_on", REFUSED)
        if p["went_on"] is None and not place.refused:
            place.report("day_missing", "went_on")
        p["team"] = v.get("team") or None
        p["name"] = p["name"] or p["code"] or v.get("team", "") or self.file_name[:200]

    def _quality(self, place: Place) -> None:
        p, v = place.parsed, place.values
        if not p["code"] and not p["name"]:
            place.report("no_name", "name")
        elif self.sections is not None:
            within = self.tree.within(place.region_id) if place.region_id is not None else None
            found = self.sections.find(p["code"], p["name"], within)
            if len(found) != 1:
                place.report("section_several" if found else "section_unknown", "name", p["code"] or p["name"])
            p["object_id"] = found[0] if len(found) == 1 else None
        said = values.folded(v.get("month", ""))
        m = _MONTH.match(said)
        if m is None:
            place.report("month_unreadable", "month", v.get("month", ""))
        else:
            p["month"] = f"{int(m[1]):04d}-{int(m[2] or m[3]):02d}-01"
        grade = v.get("grade", "")
        none = {values.folded(w) for w in words()["no_class"]}
        p["grade"] = None if not grade or values.folded(grade) in none else self._meant(place, "grade", "quality", REFUSED)
        p["standard_version"] = v.get("standard_version") or STANDARD
        p["exceeding"] = v.get("exceeding") or None
        p["source"] = v.get("source") or self.file_name[:120]
        numbers = {h: n for h, text in place.extra.items() if (n := _float(text)) is not None}
        p["indicators"] = numbers or None

    # ------------------------------------------------------------------ cells

    def _named(self, place: Place) -> None:
        p = place.parsed
        if not p["name"] and not p["code"]:
            place.report("no_name", "name")
        p["name"] = p["name"] or p["code"]

    def _meant(self, place: Place, name: str, group: str, level: str, needed: bool = False) -> str | None:
        said = place.values.get(name, "")
        if values.is_blank(said):
            if needed:
                place.report(f"{group}_missing", name)
            return None
        found = meaning(group, said)
        if found is None:
            place.report(f"{group}_unknown", name, said, level)
        return found

    def _day(self, place: Place, name: str, level: str) -> Any:
        said = place.values.get(name, "")
        found = values.day(said)
        if found.day is None and not values.is_blank(said):
            place.report("day_unclear", name, said, level)
        return found.day

    def _number(self, place: Place, name: str) -> float | None:
        said = place.values.get(name, "")
        found = _float(said)
        if said and not values.is_blank(said) and (found is None or found < 0):
            place.report("number_unreadable", name, said, WARNED)
            return None
        return found


def _listed(matcher: RegionMatcher, match: Match, lang: str) -> str:
    return (", " if lang == "en" else "\u3001").join(matcher.full_names(match, lang)[:6])


def _float(text: str) -> float | None:
    said = values.plain(text).replace(",", "").lower()
    for unit in words()["kilometres"]:
        said = said.removesuffix(unit)
    try:
        found = float(said)
    except ValueError:
        return None
    return found if found == found and abs(found) < 1e15 else None


_READERS: dict[str, Callable[[FieldReader, Place], None]] = {
    "zone": FieldReader._zone,
    "water_body": FieldReader._water,
    "track": FieldReader._track,
    "quality": FieldReader._quality,
}
