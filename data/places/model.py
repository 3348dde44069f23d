"""What an import of places takes and gives: options, faults with the repair they offer, the preview, the result.

Words live in messages.json. A row whose repair nobody confirmed is not taken; it stays in the kept file.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from dataclasses import field as made
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from data.ledgers.problems import LedgerError

LAYERS = ("outfall", "source_area", "section", "station", "enterprise", "zone", "water_body", "track", "quality")
Level = Literal["refused", "repairable", "warned"]
REFUSED: Final = "refused"
REPAIRABLE: Final = "repairable"
WARNED: Final = "warned"
#: so many faults are kept one by one, the rest are counted
KEPT = 5_000
#: so many points are given for drawing
SAMPLED = 2_000
#: so many lines and polygons are given with their outlines
OUTLINED = 300
_FEATURE = re.compile(r"#(\d+)(?: (.*))?", re.DOTALL)
_ROW = re.compile(r"(?:(.*)!)?(\d+)", re.DOTALL)


@cache
def _catalogue() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "messages.json").read_text(encoding="utf-8"))
    return found


class _Shown(dict[str, object]):
    """Parameters as a message shows them; one that is missing is shown empty rather than raised."""

    def __missing__(self, key: str) -> str:
        return ""


def word(value: object, lang: str) -> object:
    """A parameter in the reader's language: a code that has a word (``layer:zone``) by that word, a number without needless digits."""
    if isinstance(value, str):
        found = _catalogue()["words"].get(value)
        return found[lang] if found else value
    if isinstance(value, dict):
        return value.get(lang, "")
    if isinstance(value, (list, tuple)):
        return ("\u3001" if lang == "zh-CN" else ", ").join(str(word(v, lang)) for v in value)
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return value


def where_said(stands_at: str, lang: str = "zh-CN") -> str:
    """Where a row stands, in words: ``12`` and ``sheet!12`` are rows, ``#12 name`` is a feature."""
    feature, row = _FEATURE.fullmatch(stands_at), _ROW.fullmatch(stands_at)
    if feature:
        return label("stands_feature_named" if feature[2] else "stands_feature", lang, number=feature[1], name=feature[2])
    if row:
        return label("stands_sheet" if row[1] else "stands_row", lang, sheet=row[1], row=row[2])
    return stands_at


def said(code: str, part: str, params: Mapping[str, object], lang: str = "zh-CN") -> str:
    """A sentence of messages.json: ``part`` is reason or remedy."""
    entry = _catalogue()["faults"][code]
    template = entry.get(lang, entry["zh-CN"])[part]
    shown = {k: where_said(str(v), lang) if k in ("first", "second") else word(v, lang) for k, v in params.items()}
    return str(template.format_map(_Shown(shown)))


def label(key: str, lang: str = "zh-CN", **params: object) -> str:
    """A line of the command line's reports."""
    entry = _catalogue()["lines"][key]
    return str(entry.get(lang, entry["zh-CN"]).format_map(_Shown({k: word(v, lang) for k, v in params.items()})))


class PlaceError(LedgerError):
    """The file as a whole, or the request, cannot be taken; also says the errors that ledgers share (a damaged file)."""

    def text(self, lang: str = "zh-CN") -> str:
        """Reason and remedy."""
        if self.code not in _catalogue()["faults"]:
            return super().text(lang)
        return f"{said(self.code, 'reason', self.params, lang)} {said(self.code, 'remedy', self.params, lang)}".strip()


@dataclass(frozen=True, slots=True)
class PlaceOptions:
    """How a file of places is to be read.

    ``crs``: the system its coordinates are in; ``sheet``: of a workbook, or the layer of an archive; ``region``: code of the region
    the places must lie in; ``campaign``: outfalls become items of it; ``new_campaign``: its name when it is to be made;
    ``as_known``: the day the file speaks of; ``columns``: field -> header where the file's own word is not known.
    """

    layer: str
    crs: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    region: str | None = None
    campaign: str | None = None
    new_campaign: str | None = None
    as_known: date | None = None
    columns: Mapping[str, str] = made(default_factory=dict)
    sensitivity: str | None = None
    imported_by: str | None = None
    lang: str = "zh-CN"

    def to_dict(self) -> dict[str, Any]:
        body = {f.name: getattr(self, f.name) for f in fields(self)}
        return body | {"as_known": self.as_known.isoformat() if self.as_known else None, "columns": dict(self.columns)}

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> "PlaceOptions":
        """Unknown keys are left out; PlaceError for a day that is none."""
        body = {f.name: given[f.name] for f in fields(cls) if given.get(f.name) is not None}
        if isinstance(body.get("as_known"), str):
            try:
                body["as_known"] = date.fromisoformat(body["as_known"][:10])
            except ValueError:
                raise PlaceError("day_unreadable", value=body["as_known"]) from None
        return cls(**body)


@dataclass(slots=True)
class Fault:
    """One thing wrong with one row: where it stands, what was found, and the repair that is offered, if any.

    ``row``: number of the row or feature from 1, as ``confirmed`` names it; ``stands_at``: as ``where`` puts it in words; ``before`` and
    ``after``: longitude and latitude as drawn, without and with the repair.
    """

    code: str
    row: int
    stands_at: str
    field: str | None = None
    value: str = ""
    params: dict[str, Any] = made(default_factory=dict)
    repair: str | None = None
    level: Level = REFUSED
    before: tuple[float, float] | None = None
    after: tuple[float, float] | None = None

    def _params(self) -> dict[str, Any]:
        named = f"field:{self.field}"
        name = named if named in _catalogue()["words"] else self.field
        return {"row": self.row, "stands_at": self.stands_at, "field": name, "value": self.value, **self.params}

    def where(self, lang: str = "zh-CN") -> str:
        """Where it stands, in words: the row of a sheet, or the feature with its name."""
        return where_said(self.stands_at, lang)

    def text(self, lang: str = "zh-CN") -> str:
        """What is wrong, one sentence."""
        return said(self.code, "reason", self._params(), lang)

    def remedy(self, lang: str = "zh-CN") -> str:
        """What to do about it, or what the offered repair does."""
        return said(self.code, "remedy", self._params(), lang)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> "Fault":
        body = dict(given)
        for name in ("before", "after"):
            body[name] = (body[name][0], body[name][1]) if body.get(name) else None
        return cls(**body)


@dataclass(slots=True)
class Preview:
    """What an import would do without any confirmation.

    ``rows`` = ``accepted`` + ``waiting`` + ``refused``: rows that come in (``warned`` of them with a remark), rows that come in once
    their repair is confirmed, rows that cannot come in. ``repairable``: waiting rows by repair. ``fields``: field -> header found.
    ``sample``: [longitude, latitude, state] with state ok, repairable (where the row would lie once repaired) or refused.
    ``shapes``: [geometry, state] of some lines and polygons, thinned GeoJSON geometries.
    ``cut``: faults beyond those kept. ``already``: the batch that took the same file with the same options.
    """

    file_name: str
    sha256: str
    layer: str
    crs: str
    rows: int = 0
    accepted: int = 0
    refused: int = 0
    warned: int = 0
    waiting: int = 0
    repairable: dict[str, int] = made(default_factory=dict)
    counts: dict[str, int] = made(default_factory=dict)
    faults: list[Fault] = made(default_factory=list)
    cut: int = 0
    fields: dict[str, str | None] = made(default_factory=dict)
    headers: list[str] = made(default_factory=list)
    sample: list[list[Any]] = made(default_factory=list)
    shapes: list[list[Any]] = made(default_factory=list)
    already: int | None = None
    form: str = ""
    notes: list[Fault] = made(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> "Preview":
        known = {f.name for f in fields(cls)}
        body = {k: v for k, v in given.items() if k in known}
        for name in ("faults", "notes"):
            body[name] = [Fault.from_dict(f) for f in body.get(name, [])]
        return cls(**body)


@dataclass(slots=True)
class Result:
    """What an import did. ``already``: the same import had been done before, as ``batch_id``; nothing was written."""

    batch_id: int
    new: int = 0
    changed: int = 0
    same: int = 0
    repaired: int = 0
    refused: int = 0
    preview: Preview | None = None
    already: bool = False
    #: items that outfalls became in the campaign
    items: int = 0
