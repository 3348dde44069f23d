"""Regions of any place from a table: one row a region, headers in English or Chinese, boundaries from GeoJSON if there are some.

Columns: name and level; usually code and parent_code; optional name_en, short_name, kind, lon, lat, valid_from,
valid_to, aliases. A parent is a code of the same table or of the store. Importing again updates by code (without a
code: by name and parent). Either the whole table goes in or nothing does.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from data.ledgers.problems import LedgerError
from data.regions.boundary_files import Boundary, read_boundaries
from data.regions.country import add_aliases, ids_in_use, read_json, short_name
from data.regions.table_read import Given, Rows, read_rows
from data.regions.tree import RANK, RegionTree
from data.schema import region, region_boundary, region_edge

_CODE = re.compile(r"[^\s\x00-\x1f\x7f<>\"'`;,\\]{1,12}")
_DAY = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D?(?:[ T].*)?")
_COUNTS = ("added", "updated", "unchanged", "boundaries")
_SHOWN = 200
_LIMITS = {"name": 100, "short_name": 60, "name_en": 120, "code": 12}


@cache
def _words() -> dict[str, Any]:
    return read_json("table_words.json")


@cache
def _short_names() -> dict[str, Any]:
    return read_json("short_names.json")


@dataclass(frozen=True, slots=True)
class TableProblem:
    """One fault: where it is (row numbers as a spreadsheet counts, column as headed), what stands there, what to do."""

    row: int | None
    column: str | None
    value: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    severity: str = "error"

    def text(self, lang: str = "zh-CN") -> str:
        """One sentence a clerk can act on."""
        if lang in self.params:
            return str(self.params[lang])
        words = _words()
        forms = words["messages"][self.code]
        levels = words["level_names"].get(lang, words["level_names"]["en"])
        return forms.get(lang, forms["en"]).format(**{"value": self.value[:80], "levels": levels, **self.params})


@dataclass(slots=True)
class Report:
    """What an import did. With an error among ``problems`` nothing was written and the counts are 0."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    boundaries: int = 0
    root_id: int | None = None
    problems: list[TableProblem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not any(p.severity == "error" for p in self.problems)

    def text(self, lang: str = "zh-CN") -> str:
        """The report as printed: what was done, then each fault with its place, the first 200 of them."""
        says = {code: forms.get(lang, forms["en"]) for code, forms in _words()["report"].items()}
        lines = [says["done" if self.ok else "refused"].format(**{name: getattr(self, name) for name in _COUNTS})]
        for p in self.problems[:_SHOWN]:
            place = says["place"].format(row=p.row, column=f" {p.column}" if p.column else "") if p.row else ""
            lines.append(f"{says[p.severity]} {place}{p.text(lang)}")
        if len(self.problems) > _SHOWN:
            lines.append(says["more"].format(count=len(self.problems) - _SHOWN))
        return "\n".join(lines)

    def fault(self, row: int | None, column: str | None, value: str, code: str, **params: object) -> None:
        self.problems.append(TableProblem(row, column, value, code, params))


@dataclass(slots=True)
class _Row:
    number: int
    values: dict[str, object]
    code: str
    parent_code: str
    aliases: list[str]
    parent: "_Row | int | None" = None
    region_id: int | None = None

    @property
    def level(self) -> str:
        return str(self.values["level"])


def import_regions(
    conn: Connection,
    rows_or_path: Given,
    geojson_path: str | Path | None = None,
    root_name: str | None = None,
) -> Report:
    """Load a region table, in the caller's transaction (who notes the change of the store afterwards).

    ``root_name``: the country (or whatever the whole is called) that rows without a parent belong to; made when new.
    Never raises over what the files hold: faults are in the report.
    """
    report = Report()
    try:
        cells = read_rows(rows_or_path)
    except LedgerError as error:
        report.problems.append(TableProblem(None, None, "", "file", {lang: error.text(lang) for lang in ("zh-CN", "en")}))
        return report
    top = _header_row(cells)
    columns = _columns(*cells[top], report) if cells else {}
    if not report.ok:
        return report
    if len(cells) < top + 2:
        report.fault(None, None, "", "empty")
        return report
    tree = RegionTree.load(conn)
    rows = [row for number, line in cells[top + 1 :] if (row := _row(number, line, columns, report)) is not None]
    if report.ok:
        # parents of rows with faults would only repeat the fault
        _join(rows, tree, root_name, columns, report)
    boundaries = _boundaries(geojson_path, rows, report)
    if report.ok:
        _write(conn, rows, tree, root_name, boundaries, report)
    return report


@cache
def _spellings() -> dict[str, str]:
    return {s: name for name, spellings in _words()["headers"].items() for s in spellings}


def _field(header: str) -> str | None:
    return _spellings().get(re.sub(r"\s+", " ", header.strip().casefold()))


def _header_row(cells: Rows) -> int:
    """Place of the first row that names what every table needs, under title rows if there are some; else the first."""
    needed = set(_words()["required"])
    return next((at for at, (_, line) in enumerate(cells[:20]) if needed <= {_field(cell) for cell in line}), 0)


def _columns(number: int, headers: list[str], report: Report) -> dict[str, tuple[int, str]]:
    """field -> (place in the row, header as written)."""
    out: dict[str, tuple[int, str]] = {}
    for at, header in enumerate(headers):
        name = _field(header)
        if name is None:
            continue
        if name in out:
            report.fault(number, header, header, "twice_column")
        out[name] = (at, header)
    for name in _words()["required"]:
        if name not in out:
            report.fault(number, None, name, "no_column")
    return out


def _row(number: int, line: list[str], columns: Mapping[str, tuple[int, str]], report: Report) -> _Row | None:
    words, before = _words(), len(report.problems)

    def cell(name: str) -> str:
        at = columns.get(name)
        return line[at[0]] if at and at[0] < len(line) else ""

    def fault(name: str, code: str, **params: object) -> None:
        report.fault(number, columns[name][1], cell(name), code, **params)

    def choice(name: str, default: str) -> str:
        written = cell(name).casefold()
        found = next((key for key, spellings in words[f"{name}s"].items() if written in spellings), None)
        if found is None and (written or not default):
            fault(name, name)
        return found or default

    def degrees(name: str, limit: int) -> float | None:
        if not cell(name):
            return None
        try:
            value = float(cell(name))
        except ValueError:
            value = 1e9
        if not -limit <= value <= limit:
            fault(name, "number", low=-limit, high=limit)
        return value

    def day(name: str) -> date | None:
        if not cell(name):
            return None
        found = _DAY.fullmatch(cell(name))
        try:
            if found:
                return date(*(int(part) for part in found.groups()))
        except ValueError:
            pass
        fault(name, "day")
        return None

    for name, limit in _LIMITS.items():
        if len(cell(name)) > limit:
            fault(name, "too_long", limit=limit)
    name, code = cell("name"), cell("code")
    if not name:
        fault("name", "no_name")
    if code and len(code) <= _LIMITS["code"] and not _CODE.fullmatch(code):
        fault("code", "code_sign")
    level = choice("level", "")
    values: dict[str, object] = {
        "gb2260_code": code or None,
        "name_zh": name,
        "short_zh": cell("short_name") or (name[:60] if name.isascii() else short_name(name, _short_names())[:60]),
        "name_en": cell("name_en") or (name if not any(ord(ch) > 0x2E7F for ch in name) else None),
        "level": level,
        "kind": choice("kind", "functional_zone" if "code" in columns and not code else "admin"),
        "lon": degrees("lon", 180),
        "lat": degrees("lat", 90),
        "valid_from": day("valid_from"),
        "valid_to": day("valid_to"),
    }
    first, last = values["valid_from"], values["valid_to"]
    if isinstance(first, date) and isinstance(last, date) and last < first:
        fault("valid_to", "days")
    if len(report.problems) > before:
        return None
    aliases = [a.strip()[:100] for a in re.split("[、,，;；|]", cell("aliases")) if a.strip()]
    return _Row(number, values, code, cell("parent_code"), aliases)


def _join(rows: list[_Row], tree: RegionTree, root_name: str | None, columns: Mapping[str, tuple[int, str]], report: Report) -> None:
    """Find each row's parent and the region it already is, and what contradicts."""
    code_header = columns["code"][1] if "code" in columns else None
    parent_header = columns["parent_code"][1] if "parent_code" in columns else None
    by_code: dict[str, _Row] = {}
    for row in rows:
        if row.code in by_code and row.code:
            report.fault(row.number, code_header, row.code, "twice", other=by_code[row.code].number)
        by_code.setdefault(row.code, row)
    root = next((i for i in tree.roots if root_name in {tree.by_id(i).name_zh, tree.by_id(i).name_en}), None) if root_name else None
    report.root_id = root
    names: dict[tuple[object, object], _Row] = {}
    for row in rows:
        if row.parent_code:
            held = tree.get(row.parent_code)
            row.parent = by_code.get(row.parent_code) or (held.region_id if held else None)
            if row.parent is None:
                report.fault(row.number, parent_header, row.parent_code, "parent")
                continue
        elif root_name and row.level != "country":
            row.parent = root
        above = row.parent.level if isinstance(row.parent, _Row) else tree.by_id(row.parent).level if row.parent is not None else "country"
        if RANK[above] > RANK[row.level]:
            report.fault(row.number, parent_header, row.parent_code, "parent_level")
        if not row.code:
            key = (row.values["name_zh"], row.parent_code)
            if key in names:
                report.fault(row.number, columns["name"][1], str(row.values["name_zh"]), "twice_name", other=names[key].number)
            names[key] = row
        _recognise(row, tree, code_header, report)
    for row in rows:
        seen, at = {id(row)}, row.parent
        while isinstance(at, _Row) and id(at) not in seen:
            seen.add(id(at))
            at = at.parent
        if at is row:
            report.fault(row.number, parent_header, row.code, "circle")
            return


def _recognise(row: _Row, tree: RegionTree, code_header: str | None, report: Report) -> None:
    above = tree.get(row.parent_code)
    parent_id = above.region_id if above else row.parent if isinstance(row.parent, int) else None
    if not row.code:
        siblings = tree.children(parent_id) if parent_id is not None else [tree.by_id(i) for i in tree.roots]
        row.region_id = next((s.region_id for s in siblings if s.name_zh == row.values["name_zh"]), None)
        return
    held = tree.get(row.code)
    if held is None:
        return
    if held.name_zh != row.values["name_zh"] and held.parent_id != parent_id:
        report.fault(row.number, code_header, row.code, "taken", other=tree.full_name(held.region_id))
    row.region_id = held.region_id


def _boundaries(path: str | Path | None, rows: list[_Row], report: Report) -> dict[str, Boundary]:
    if path is None:
        return {}
    codes = {row.code for row in rows if row.code}
    try:
        found, faulty = read_boundaries(Path(path), codes)
    except (OSError, ValueError) as error:
        report.fault(None, None, str(error), "boundaries")
        return {}
    if not found and not faulty:
        report.fault(None, None, "", "boundary_code")
    for code in faulty:
        report.fault(None, None, code, "boundary_shape")
    if found:
        for row in rows:
            if row.code and row.code not in found and row.code not in faulty:
                report.problems.append(TableProblem(row.number, None, str(row.values["name_zh"]), "no_boundary", {}, "warning"))
    return found


def _write(
    conn: Connection, rows: list[_Row], tree: RegionTree, root_name: str | None, boundaries: dict[str, Boundary], report: Report
) -> None:
    next_id = (conn.execute(select(func.max(region.c.region_id))).scalar() or 0) + 1
    new: list[dict[str, object]] = []
    if root_name and report.root_id is None:
        report.root_id, next_id = next_id, next_id + 1
        root = {"name_zh": root_name, "short_zh": root_name[:60], "name_en": root_name if root_name.isascii() else None}
        blank = dict.fromkeys(("gb2260_code", "lon", "lat", "valid_from", "valid_to"))
        new.append({**blank, "region_id": report.root_id, **root, "level": "country", "kind": "admin", "sort_order": 1})
    changed: list[tuple[int, dict[str, object]]] = []
    present = {row.region_id: row for row in conn.execute(select(region)).mappings()}
    for row in rows:
        shape = boundaries.get(row.code)
        if shape and row.values["lon"] is None:
            row.values["lon"], row.values["lat"] = shape.lon, shape.lat
        if row.region_id is None:
            row.region_id, next_id = next_id, next_id + 1
            # behind what is there, in the order of the table
            new.append({"region_id": row.region_id, **row.values, "sort_order": row.number})
            continue
        # an empty cell leaves what the store knows
        held = present[row.region_id]
        different = {k: v for k, v in row.values.items() if v is not None and v != held[k]}
        if different:
            changed.append((row.region_id, different))
    moved: list[dict[str, object]] = []
    for row in rows:
        assert row.region_id is not None
        parent_id = row.parent.region_id if isinstance(row.parent, _Row) else row.parent
        if parent_id is None and root_name and row.level != "country":
            parent_id = report.root_id
        held_parent = tree.by_id(row.region_id).parent_id if row.region_id in tree else None
        if parent_id is not None and parent_id != held_parent:
            moved.append({"parent_id": parent_id, "child_id": row.region_id, "hierarchy": "statutory"})
    if new:
        conn.execute(insert(region), new)
        ids_in_use(conn, region.c.region_id)
    for region_id, values in changed:
        conn.execute(update(region).where(region.c.region_id == region_id).values(**values))
    if moved:
        children = [m["child_id"] for m in moved]
        conn.execute(delete(region_edge).where(region_edge.c.hierarchy == "statutory", region_edge.c.child_id.in_(children)))
        conn.execute(insert(region_edge), moved)
    add_aliases(conn, {(a, row.region_id): None for row in rows for a in row.aliases if row.region_id is not None}, origin="table")
    shapes = [(row.region_id, boundaries[row.code]) for row in rows if row.code in boundaries]
    if shapes:
        conn.execute(delete(region_boundary).where(region_boundary.c.region_id.in_([i for i, _ in shapes])))
        drawn = [{"region_id": i, "geojson": s.geojson, "crs": "EPSG:4326", "origin": s.origin} for i, s in shapes]
        conn.execute(insert(region_boundary), drawn)
    touched = {i for i, _ in changed} | {m["child_id"] for m in moved}
    made = {row["region_id"] for row in new}
    report.added, report.updated = len(new), len(touched - made)
    report.unchanged = len(rows) - len(touched - made) - len(made & {row.region_id for row in rows})
    report.boundaries = len(shapes)
