"""A scheme file (TOML) -> Scheme, or every fault of it in words. docs/recipes/scheme.md describes the file.

Nothing that a file may hold raises here: not its encoding, its size, its syntax or its values.
"""

import math
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any

from data.filters import KINDS, LEVELS
from data.measures import MEASURES
from data.ranking.faults import NOTE, Fault, nearest, phrase, words
from data.ranking.scheme import (
    BONUS,
    EXCLUDE,
    GROUP_FLOOR,
    IMPROVEMENT,
    LEVEL,
    MARK,
    PENALTY,
    PERIODS,
    VETO,
    Adjustment,
    Indicator,
    Scheme,
    Words,
)
from data.ranking.scheme_groups import read_groups
from data.ranking.values import CODE, Faults, Table
from data.regions.tree import RegionTree

MAX_BYTES = 256 * 1024
MAX_INDICATORS, MAX_ADJUSTMENTS = 60, 200
RESERVED = (BONUS, PENALTY, "score", "total")
_VERSION = re.compile(r"[^\s\x00-\x1f\x7f<>\"'`;,\\/]{1,40}")
_REGION = re.compile(r"[^\s\x00-\x1f\x7f<>\"'`;,\\]{1,80}")
_PLACE = re.compile(r"line (\d+), column (\d+)")
_FULL_WIDTH = re.compile("[\u201c\u201d\u2018\u2019\uff1d\uff0c\uff3b\uff3d\uff03\uff5b\uff5d]")
_TABLES = ("scheme", "families", "indicator", "adjustment", "group")


def read_scheme(
    text: str | bytes, name: str = "", tree: RegionTree | None = None, series: Collection[str] | None = None
) -> tuple[Scheme | None, list[Fault]]:
    """The scheme of a file, and what there is to say about it; None when anything is wrong (a fault that is not a note).

    ``name`` is the file's name for messages. With ``tree`` places are looked up; with ``series`` (codes that the store
    holds) so are series: one that is much like a known one is taken for a slip, another is noted and stays dormant.
    """
    if isinstance(text, bytes):
        text, decoded = decode(text, name)
        if decoded:
            return None, decoded
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    faults = Faults(name, text if len(text) <= MAX_BYTES else "")
    body = _parse(text, faults)
    scheme = _scheme(body, faults, tree, series, text) if body is not None else None
    return (None if faults.errors else scheme), faults.found


def decode(data: bytes, name: str = "") -> tuple[str, list[Fault]]:
    """A file's text: UTF-8 with or without a byte-order mark, UTF-16 with one, else GB 18030."""
    faults = Faults(name, "")
    if len(data) > MAX_BYTES:
        faults.add("too_large", limit=MAX_BYTES // 1024)
        return "", faults.found
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding), []
        except UnicodeDecodeError:
            continue
    faults.add("encoding")
    return "", faults.found


def _parse(text: str, faults: Faults) -> dict[str, Any] | None:
    if len(text) > MAX_BYTES:
        faults.add("too_large", limit=MAX_BYTES // 1024)
        return None
    if not text.strip():
        faults.add("empty")
        return None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        _syntax(str(error), text, faults)
    except RecursionError:
        faults.add("too_deep")
    except ValueError:
        # a number of thousands of digits
        faults.add("syntax", said="", line="", column="", line_text="")
    return None


def _syntax(said: str, text: str, faults: Faults) -> None:
    """Where the parser stopped, and the usual reason when the line shows it."""
    lines = text.splitlines()
    at = _PLACE.search(said)
    line, column = (int(at[1]), int(at[2])) if at else (len(lines), 1)
    written = lines[line - 1] if 0 < line <= len(lines) else ""
    code = "syntax"
    if _FULL_WIDTH.search(written.split("#")[0]):
        code = "full_width"
    elif said.startswith(("Cannot overwrite", "Cannot declare", "Cannot mutate", "Duplicate")):
        code = "written_twice"
    elif re.match(r"\s*[^\x00-\x7f\"'\s#\[]", written):
        code = "bare_chinese"
    faults.add(code, line=line, column=column, line_text=written.strip(), said=said.split(" (at", maxsplit=1)[0])


def _scheme(body: dict[str, Any], faults: Faults, tree: RegionTree | None, series: Collection[str] | None, source: str) -> Scheme:
    top = Table(faults, body, "")
    for key, needed in (("scheme", "table"), ("families", "table"), ("indicator", "tables"), ("adjustment", "tables"), ("group", "tables")):
        if key in body and not _is(body[key], needed):
            top.wrong_type(key, needed)
            body[key] = {} if needed == "table" else []
    top.close(_TABLES)
    if not body.get("scheme"):
        faults.add("no_scheme")
    head = Table(faults, body.get("scheme") or {}, "scheme")
    families = _families(body, faults)
    code, name, version = head.id("code", CODE), head.words(), _version(head)
    period = head.choice("period", PERIODS, "week", needed=True)
    level = head.choice("level", LEVELS, "county", needed=True)
    lists = head.choices("lists", (LEVEL, IMPROVEMENT)) or (LEVEL,)
    kinds, campaigns = head.choices("kinds", KINDS), head.texts("campaigns")
    region = _region(head, tree)
    indicators = _indicators(body, faults, families, name, series)
    adjustments = _adjustments(body, faults, {i.id for i in indicators})
    bonus_cap, penalty_cap = (_cap(head, f"{kind}_cap", any(a.kind == kind for a in adjustments)) for kind in (BONUS, PENALTY))
    groups = read_groups(head, body.get("group") or [], faults, level, region, tree)
    made = Scheme(
        code=code,
        version=version,
        name=name,
        period=period,
        level=level,
        indicators=indicators,
        families=families,
        basis=head.text("basis", limit=300),
        region=region,
        campaigns=campaigns,
        kinds=kinds,
        lists=lists,
        groups=groups,
        adjustments=adjustments,
        bonus_cap=bonus_cap,
        penalty_cap=penalty_cap,
        once_per_event=head.flag("once_per_event", True),
        decimals=head.whole("decimals", 2, 0, 4),
        unit=head.choice("unit", ("points", "percent"), "points"),
        small_base=head.whole("small_base", 5, 0, 100_000),
        small_base_rule=head.choice("small_base_rule", (MARK, EXCLUDE), MARK),
        missing_limit=head.number("missing_limit", 0.30, 0.0, 1.0),
        improvement_exempt=head.number("improvement_exempt", 0.0, 0.0, 1000.0) if head.has("improvement_exempt") else None,
        is_default=head.flag("default", False),
        simulated=head.flag("simulated", False),
        source=source,
        sha256=sha256(source.encode("utf-8", "surrogatepass")).hexdigest(),
    )
    head.close()
    return made


def _is(value: object, needed: str) -> bool:
    if needed == "table":
        return isinstance(value, Mapping)
    return isinstance(value, list) and all(isinstance(entry, Mapping) for entry in value)


def _version(head: Table) -> str:
    given = head.take("version")
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        head.fault("version_number", "version", value=given)
        return ""
    version = head.text("version", limit=40, needed=True)
    if version and not _VERSION.fullmatch(version):
        head.fault("bad_version", "version", value=version)
    return version


def _region(head: Table, tree: RegionTree | None) -> str | None:
    code = head.text("region") or None
    if code is None:
        return None
    if not _REGION.fullmatch(code):
        head.fault("unknown_place", "region", value=code, near="")
    elif tree is not None and tree.get(code) is None:
        head.fault("unknown_place", "region", value=code, near=places_like(code, tree))
    return code


def places_like(said: str, tree: RegionTree) -> Words:
    """The codes of the places that bear a name, as a hint."""
    from data.regions.match import RegionMatcher

    found = RegionMatcher(tree).match(text=said)
    ids = found.candidates or ([found.region_id] if found.region_id is not None else [])
    if not ids:
        return Words("", "")
    zh, en = (", ".join(f"{tree.full_name(i, lang)} {tree.by_id(i).code}" for i in ids[:4]) for lang in ("zh-CN", "en"))
    return phrase("near", names=Words(zh, en))


def _families(body: Mapping[str, Any], faults: Faults) -> dict[str, Words]:
    out: dict[str, Words] = {}
    for id_, value in (body.get("families") or {}).items():
        if isinstance(value, str):
            value = {"name": value}
        if not isinstance(value, Mapping):
            faults.add("wrong_type", "families", key=id_, value=value, needed=Words(*words()["types"]["table"]))
            continue
        table = Table(faults, value, f"families.{id_}")
        if not CODE.fullmatch(id_):
            table.fault("bad_id", id_, value=id_, allowed="[a-z][a-z0-9_]*")
        out[id_] = table.words()
        table.close()
    return out


def _indicators(
    body: Mapping[str, Any], faults: Faults, families: dict[str, Words], scheme_name: Words, series: Collection[str] | None
) -> tuple[Indicator, ...]:
    given = body.get("indicator") or []
    if not given:
        faults.add("no_indicator")
    if len(given) > MAX_INDICATORS:
        faults.add("too_many", "indicator", count=len(given), limit=MAX_INDICATORS)
        return ()
    if not families and not any("family" in entry for entry in given):
        # a scheme of one family need not name it
        families["all"] = scheme_name
    made = [_indicator(Table(faults, entry, "indicator", n), families, series) for n, entry in enumerate(given, 1)]
    _twice(made, faults, "indicator", set())
    weights = [i.weight for i in made]
    if made and all(w == w for w in weights) and abs(total := math.fsum(weights) - 100) > 1e-6:
        missing = phrase("short" if total < 0 else "over", points=round(abs(total), 6))
        faults.add("weights", "indicator", total=round(total + 100, 6), sum=" + ".join(f"{w:g}" for w in weights), missing=missing)
    return tuple(made)


def _twice(made: Sequence[Indicator | Adjustment], faults: Faults, table: str, also: Collection[str]) -> None:
    seen: dict[str, int] = {}
    for n, entry in enumerate(made, 1):
        if not entry.id:
            continue
        if entry.id in seen or entry.id in also:
            faults.add("id_twice", table, n, "id", entry.id, value=entry.id)
        seen.setdefault(entry.id, n)


def _indicator(table: Table, families: dict[str, Words], series: Collection[str] | None) -> Indicator:
    id_, name = table.id(reserved=RESERVED), table.words()
    family = table.text("family", needed=bool(families) and list(families) != ["all"]) or next(iter(families), "all")
    if table.has("family") and family not in families:
        table.fault("unknown_family", "family", value=family, known=", ".join(families) or "-")
    weight = table.number("weight", math.nan, needed=True)
    if weight <= 0:
        table.fault("weight_sign", "weight", value=weight)
    measure, code = _counts(table, series)
    floor, target = _floor(table, measure), _point(table, "target", measure)
    if floor == target and not math.isnan(target):
        table.fault("target_is_floor", "target", value=target)
    higher = _direction(table, measure, floor, target)
    cap = table.number("cap", 1.0)
    if not 0 < cap <= 10:
        table.fault("cap_sign", "cap", value=cap)
    small = table.whole("small_base", 0, 0, 100_000) if table.has("small_base") else None
    kinds, campaigns = table.choices("kinds", KINDS), table.texts("campaigns")
    table.close()
    return Indicator(id_, name, family, weight, measure, code, floor, target, cap, kinds, campaigns, small, higher)


def _counts(table: Table, series: Collection[str] | None) -> tuple[str | None, str | None]:
    """What the indicator counts: a measure or a series, exactly one."""
    measure, code = table.text("measure") or None, table.text("series", limit=60) or None
    if (measure is None) == (code is None):
        table.fault("both_or_neither" if measure is None else "both", "measure")
        return None, None
    if measure is not None and measure not in MEASURES:
        names: dict[str, str] = {zh: id_ for id_, (zh, _) in words()["measures"].items()}
        if names.get(measure) in MEASURES:
            return names[measure], None
        near = nearest(measure, [*MEASURES, *names])
        offered = phrase("near", names=", ".join(n if n in MEASURES else f"{names[n]} ({n})" for n in near)) if near else Words("", "")
        table.fault("unknown_measure", "measure", value=measure, near=offered, known=", ".join(MEASURES))
        return None, None
    if code is not None and not CODE.fullmatch(code):
        table.fault("bad_id", "series", value=code, allowed="[a-z][a-z0-9_-]*")
    elif code is not None and series is not None and code not in series:
        near = nearest(code, series, least=0.75)
        if near:
            table.fault("unknown_series", "series", value=code, near=phrase("near", names=", ".join(near)))
        else:
            table.fault("series_to_come", "series", NOTE, value=code)
    return measure, code


def _floor(table: Table, measure: str | None) -> float | str:
    if isinstance(table.body.get("floor"), str) and not table.body["floor"].strip().endswith(("%", "\uff05")):
        return table.choice("floor", (GROUP_FLOOR,), GROUP_FLOOR)
    return _point(table, "floor", measure)


def _point(table: Table, key: str, measure: str | None) -> float:
    """A floor or target. A rate may be written as a percentage; else rates are 0–1 and series in their own unit."""
    value = table.take(key)
    rate = measure is not None and MEASURES[measure].denominator is not None
    if isinstance(value, str):
        written = value.strip().replace("\uff05", "%").replace("\u2212", "-")
        if rate and re.fullmatch(r"-?\d{1,3}(\.\d{1,6})?\s*%", written):
            value = float(written.removesuffix("%")) / 100
        else:
            table.wrong_type(key, "number" if measure is None or not rate else "rate")
            return math.nan
    elif isinstance(value, (int, float)) or not table.has(key):
        value = table.number(key, math.nan, needed=True)
    else:
        table.wrong_type(key, "number")
        return math.nan
    if rate and not math.isnan(value) and not -1 <= value <= 1:
        table.fault("rate_range", key, value=value, instead=f"{value / 100:g}" if abs(value) <= 100 else "1")
        return math.nan
    return float(value)


def _direction(table: Table, measure: str | None, floor: float | str, target: float) -> bool:
    """Whether more is better: as the measure has it, as floor and target say, or as ``better`` says; they may not disagree."""
    said = table.choice("better", ("higher", "lower"), "") if table.has("better") else ""
    numbers = not isinstance(floor, str) and not math.isnan(floor) and not math.isnan(target) and floor != target
    by_points = (target > floor) if numbers and not isinstance(floor, str) else None
    by_measure = MEASURES[measure].higher_is_better if measure is not None else None
    by_word = said == "higher" if said else None
    if by_measure is not None and by_word is not None and by_measure != by_word:
        table.fault("direction_word", "better", value=said, way=phrase("higher" if by_measure else "lower"))
        by_word = None
    for other, key in ((by_measure, "target"), (by_word, "better")):
        if by_points is not None and other is not None and other != by_points:
            table.fault("direction", key, floor=floor, target=target, way=phrase("higher" if other else "lower"))
    if by_points is None and by_measure is None and by_word is None and isinstance(floor, str):
        table.fault("better_needed", "better")
    return next((way for way in (by_points, by_measure, by_word) if way is not None), True)


def _adjustments(body: Mapping[str, Any], faults: Faults, indicators: set[str]) -> tuple[Adjustment, ...]:
    given = body.get("adjustment") or []
    if len(given) > MAX_ADJUSTMENTS:
        faults.add("too_many", "adjustment", count=len(given), limit=MAX_ADJUSTMENTS)
        return ()
    made = []
    for n, entry in enumerate(given, 1):
        table = Table(faults, entry, "adjustment", n)
        id_, name = table.id(reserved=RESERVED), table.words()
        kind = table.choice("kind", (BONUS, PENALTY, VETO), "", needed=True)
        points = table.number("points", 0.0, needed=kind in (BONUS, PENALTY))
        if table.has("points") and ((kind == VETO and points != 0) or (kind != VETO and not 0 < points <= 100)):
            table.fault("veto_points" if kind == VETO else "points_sign", "points", value=points)
        table.close()
        made.append(Adjustment(id_, name, kind, points))
    _twice(made, faults, "adjustment", indicators)
    return tuple(made)


def _cap(head: Table, key: str, used: bool) -> float:
    """The most that bonuses or penalties may come to; needed when the scheme has some."""
    cap = head.number(key, 0.0)
    if cap < 0 or cap > 100 or (used and cap == 0):
        head.fault("no_cap" if used and cap == 0 else "cap_range", key, value=cap)
    return cap
