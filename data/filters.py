"""What data a view shows: one frozen value that is link, store value and cache key at once.

Standard library only, so that every layer may import it. ``from_query`` never raises: unknown
keys are ignored and unusable values dropped, so a hostile or worn-out link shows the nearest
thing it can mean. ``to_query`` is canonical: sorted keys, no empties.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from urllib.parse import parse_qs, urlencode

LEVELS = ("province", "prefecture", "county", "township")
KINDS = (
    "finding",
    "task",
    "case",
    "lead",
    "warning",
    "outfall",
    "project",
    "source_problem",
    "scattered_polluter",
)
SORTS = (
    "ledger_no",
    "region",
    "category",
    "department",
    "round",
    "stage",
    "discovered_on",
    "due_current",
    "stage_on",
    "days_overdue",
)
PAGE_SIZES = (25, 50, 100, 200)
LISTS = ("level", "improvement")
LIVE = "live"

_CODE = re.compile(r"[^\s\x00-\x1f\x7f<>\"'`;\\]{1,80}")
_CORNER = re.compile(r"-?\d{1,3}(\.\d{1,5})?:-?\d{1,2}(\.\d{1,5})?")
_WEIGHT = re.compile(r"[a-z][a-z0-9_]{0,59}:\d{1,3}(\.\d{1,2})?")
_MAX_VALUES = 50
MAX_PICKED = 8
# corners of an area drawn on the map
MAX_CORNERS = 60


def _codes(value: object) -> tuple[str, ...]:
    """Clean, distinct, sorted codes out of a text, or a sequence of texts, separated by commas."""
    parts = value if isinstance(value, (list, tuple)) else [value]
    out: set[str] = set()
    for part in parts:
        if isinstance(part, str):
            out.update(p for p in (q.strip() for q in part.split(",")) if _CODE.fullmatch(p))
    return tuple(sorted(out)[:_MAX_VALUES])


def _code(value: object) -> str | None:
    found = _codes(value)
    return found[0] if found else None


def _area(value: object) -> tuple[tuple[float, float], ...]:
    """Corners ``lon:lat,lon:lat,…`` in their order; fewer than three make no area."""
    if isinstance(value, (list, tuple)):
        value = ",".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str):
        return ()
    parts = [part for part in value.split(",")[:MAX_CORNERS] if _CORNER.fullmatch(part)]
    corners = [(float(lon), float(lat)) for lon, lat in (part.split(":") for part in parts)]
    inside = tuple((lon, lat) for lon, lat in corners if abs(lon) <= 180 and abs(lat) <= 90)
    return inside if len(inside) > 2 else ()


def _degrees(value: float) -> str:
    return f"{value:.5f}".rstrip("0").rstrip(".")


def _with_plus(value: object) -> object:
    """A set's name as it was typed: names hold no blanks, and an unescaped + arrives as one."""
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    return value.replace(" ", "+") if isinstance(value, str) else value


def _day(value: object) -> date | None:
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
        return None
    try:
        day = date.fromisoformat(value.strip())
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2099 else None


def _one_of(value: object, allowed: Iterable[str]) -> str | None:
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    return value if isinstance(value, str) and value in tuple(allowed) else None


def _edition(value: object) -> str | None:
    number = _number(value, 1, 9999)
    return str(number) if number else _one_of(value, (LIVE,))


def _number(value: object, low: int, high: int) -> int | None:
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    text = str(value)
    if not re.fullmatch(r"\d{1,9}", text, flags=re.ASCII):
        return None
    return min(max(int(text), low), high)


@dataclass(frozen=True, slots=True)
class Filters:
    """The selection. Empty tuple or None means "no restriction".

    ``region`` is a GB/T 2260 code, or ``r<region_id>`` for a region without one; ``level`` the level
    results are grouped at (default: the children of ``region``); ``round`` holds round numbers as text;
    ``as_of`` an end of day in Asia/Shanghai (default: the store's newest ledger day); ``known_at``
    restricts to what the store knew at the end of that day; ``count_basic`` lets 基本完成 count as
    rectified; ``rows`` names a set of items (see data.measures.SETS) for the rows behind a number. ``water`` holds codes of water
    bodies, ``area`` the corners (longitude, latitude) of an area drawn on the map, ``measure`` the measure a map of regions shows.

    The horse race has fields of its own: ``scheme`` and ``period`` name a scheme and one of its periods, ``edition`` an edition
    of a locked period (``live``: computed now), ``group`` a peer group, ``by`` which list, ``pick`` the places looked at
    closely, ``weights`` other weights to try, as ``indicator:points``.
    """

    campaign: tuple[str, ...] = ()
    round: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    department: tuple[str, ...] = ()
    water: tuple[str, ...] = ()
    area: tuple[tuple[float, float], ...] = ()
    measure: str | None = None
    region: str | None = None
    level: str | None = None
    as_of: date | None = None
    known_at: date | None = None
    count_basic: bool = False
    rows: str | None = None
    sort: str | None = None
    descending: bool = False
    page: int = 1
    size: int = 50
    scheme: str | None = None
    period: str | None = None
    edition: str | None = None
    group: str | None = None
    by: str | None = None
    pick: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()

    @classmethod
    def from_query(cls, query: str | Mapping[str, object] | None) -> "Filters":
        """Read a query string or a mapping of its values; never raises."""
        if isinstance(query, str):
            try:
                query = parse_qs(query.lstrip("?")[:8000], max_num_fields=100)
            except ValueError:
                query = {}
        if not isinstance(query, Mapping):
            query = {}
        get = query.get
        sizes = _number(get("size"), 1, 1000)
        return cls(
            campaign=_codes(get("campaign")),
            round=tuple(c for c in _codes(get("round")) if c.isascii() and c.isdigit()),
            kind=tuple(c for c in _codes(get("kind")) if c in KINDS),
            theme=_codes(get("theme")),
            category=_codes(get("category")),
            source=_codes(get("source")),
            department=_codes(get("department")),
            water=_codes(get("water")),
            area=_area(get("area")),
            measure=_code(get("measure")),
            region=_code(get("region")),
            level=_one_of(get("level"), LEVELS),
            as_of=_day(get("as_of")),
            known_at=_day(get("known_at")),
            count_basic=_one_of(get("basic"), ("1", "0")) == "1",
            rows=_code(_with_plus(get("rows"))),
            sort=_one_of(get("sort"), SORTS),
            descending=_one_of(get("dir"), ("asc", "desc")) == "desc",
            page=_number(get("page"), 1, 10_000_000) or 1,
            size=sizes if sizes in PAGE_SIZES else 50,
            scheme=_code(get("scheme")),
            period=_code(get("period")),
            edition=_edition(get("edition")),
            group=_code(get("group")),
            by=_one_of(get("by"), LISTS),
            pick=_codes(get("pick"))[:MAX_PICKED],
            weights=tuple(c for c in _codes(get("weights")) if _WEIGHT.fullmatch(c)),
        )

    def to_query(self) -> str:
        """The canonical query string: sorted keys, nothing that is a default."""
        pairs: list[tuple[str, str]] = []
        for name in ("campaign", "round", "kind", "theme", "category", "source", "department", "water", "pick", "weights"):
            values = getattr(self, name)
            if values:
                pairs.append((name, ",".join(values)))
        if self.area:
            pairs.append(("area", ",".join(f"{_degrees(lon)}:{_degrees(lat)}" for lon, lat in self.area)))
        for name in ("region", "level", "measure", "rows", "sort", "scheme", "period", "edition", "group", "by"):
            if getattr(self, name):
                pairs.append((name, getattr(self, name)))
        for name in ("as_of", "known_at"):
            if getattr(self, name):
                pairs.append((name, getattr(self, name).isoformat()))
        if self.count_basic:
            pairs.append(("basic", "1"))
        if self.descending:
            pairs.append(("dir", "desc"))
        if self.page != 1:
            pairs.append(("page", str(self.page)))
        if self.size != 50:
            pairs.append(("size", str(self.size)))
        return urlencode(sorted(pairs), safe=",:")

    def but(self, **changes: object) -> "Filters":
        """The same selection with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def without_rows(self) -> "Filters":
        """The selection that charts depend on: nothing about the item list."""
        return replace(self, rows=None, sort=None, descending=False, page=1, size=50)

    def without_map(self) -> "Filters":
        """The selection without what only a map of regions asks."""
        return replace(self, measure=None)

    def without_race(self) -> "Filters":
        """The selection without what only the horse race asks."""
        return replace(self, scheme=None, period=None, edition=None, group=None, by=None, pick=(), weights=())

    def for_race(self) -> "Filters":
        """What a ranking depends on: its scheme says which items count, so filters of items have no part in it."""
        out = self.without_rows()
        return replace(
            out,
            round=(),
            kind=(),
            theme=(),
            category=(),
            source=(),
            department=(),
            water=(),
            area=(),
            measure=None,
            level=None,
            count_basic=False,
        )

    def as_dict(self) -> dict[str, object]:
        """The fields that are set, as JSON values, for exports."""
        out: dict[str, object] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value == field.default:
                continue
            out[field.name] = value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
        return out
