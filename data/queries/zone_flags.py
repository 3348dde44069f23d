"""Red flags: items that lie inside a drinking-water protection zone, and what people said of each."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from pandas import DataFrame, Series
from sqlalchemy import select

from data import calendar, identity
from data.filters import Filters
from data.places.flags import DISMISSED, PROPOSED, REOPENED
from data.positions.zones import Inside, grade_rank, inside
from data.queries.item_list import COLUMNS as _ITEM
from data.queries.item_list import item_rows
from data.queries.selection import Selection
from data.schema import zone_flag
from data.store import Store

COLUMNS = (
    "item_id", "ledger_no", "object_name", "kind", "region_code", "region", "zone_id", "zone", "grade", "approval_no", "inside_m",
    "on_edge", "verdict", "decided_on", "reason", "status",
)  # fmt: skip
_TYPES = {"inside_m": "int64", "on_edge": "bool"}
# what discharges comes first; problems of a source area lie in its zones by their nature and are no red flags
KINDS = ("outfall", "finding", "scattered_polluter")
_NATURAL = "source_problem"
# open questions first
VERDICTS = (PROPOSED, "confirmed", DISMISSED)
MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """The newest verdict of an item inside a zone; without one it is proposed."""

    verdict: str = PROPOSED
    decided_on: date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """An item (entry ``k`` of those found inside a zone) and what was said of it."""

    found: Inside
    k: int
    kind: str
    said: Verdict

    @property
    def item_id(self) -> int:
        return int(self.found.part.index.item_id[self.position])

    @property
    def position(self) -> int:
        return int(self.found.positions[self.k])

    def order(self) -> tuple[int, ...]:
        """Grade 1 first, within a grade proposed first, then what discharges."""
        zone, kind = self.found.zone, KINDS.index(self.kind) if self.kind in KINDS else len(KINDS)
        return (
            grade_rank(zone.grade), VERDICTS.index(self.said.verdict), kind, self.found.part.info.campaign_id, self.position, zone.zone_id,
        )  # fmt: skip


def zone_flags(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row for each item × zone: COLUMNS. Items are those discovered by the as-of day, neither withdrawn nor merged; zones those in
    force on that day. Of zones that lie in each other (one source area's grades) an item is flagged for the strictest, and for the next
    one only when the flag of the stricter was dismissed.

    ``item_id``, ``zone_id``: 16 hexadecimal digits; ``inside_m``: whole metres to the zone's nearest edge; ``on_edge``: within a metre of
    it (bool); ``verdict``: proposed (nobody has decided, or it was opened again), confirmed, dismissed, as people left it: by the end of
    ``known_at`` where that is given, else now; ``decided_on``, ``reason``: of the newest verdict, None without one; ``status``: the
    item's, on the as-of day. Grade 1 first, within a grade proposed first, then outfalls, findings, scattered polluters and the others,
    then by region and ledger number. A viewer who is not shown restricted positions gets no item that has one, and no restricted zone.

    ``attrs``: ``count`` (all flags), ``counts`` {verdict: n}, ``grades`` {grade: n not dismissed}, ``zones`` (how many hold any),
    ``cut`` (rows left out beyond MOST_ROWS).
    """
    selection = Selection(scope, store, filters)
    flags = sorted(_flags(inside(store, scope, selection), _verdicts(store, filters)), key=Flag.order)
    shown = flags[:MOST_ROWS]
    rows = _rows(selection, shown, lang)
    columns = {name: Series([row[i] for row in rows], dtype=_TYPES.get(name, object)) for i, name in enumerate(COLUMNS)}
    standing = [flag.found.zone.grade for flag in flags if flag.said.verdict != DISMISSED]
    return selection.frame(
        columns,
        lang,
        count=len(flags),
        counts={verdict: sum(flag.said.verdict == verdict for flag in flags) for verdict in VERDICTS},
        grades={grade: standing.count(grade) for grade in dict.fromkeys(standing)},
        zones=len({flag.found.zone.zone_id for flag in flags}),
        cut=len(flags) - len(shown),
    )


def _flags(found: list[Inside], verdicts: dict[tuple[int, int], Verdict]) -> list[Flag]:
    """The flags of items inside zones: of one source area's zones those down to the first that was not dismissed."""
    by_area: dict[tuple[int, int], list[Flag]] = {}
    for one in found:
        # a zone that says nothing of its source area stands for itself
        area = one.zone.object_id if one.zone.object_id is not None else -one.zone.zone_id
        kinds = [*one.part.index.values["kind"], ""]
        codes = one.part.index.codes("kind")[one.positions].tolist()
        for k, item_id in enumerate(one.part.index.item_id[one.positions].tolist()):
            if kinds[codes[k]] != _NATURAL:
                said = verdicts.get((item_id, one.zone.zone_id), Verdict())
                by_area.setdefault((item_id, area), []).append(Flag(one, k, kinds[codes[k]], said))
    out: list[Flag] = []
    for held in by_area.values():
        for flag in sorted(held, key=lambda each: (grade_rank(each.found.zone.grade), each.found.zone.zone_id)):
            out.append(flag)
            if flag.said.verdict != DISMISSED:
                break
    return out


def _verdicts(store: Store, filters: Filters) -> dict[tuple[int, int], Verdict]:
    """The newest verdict by item and zone; one that opens it again leaves it proposed."""
    f = zone_flag.c
    query = select(f.item_id, f.zone_id, f.verdict, f.decided_at, f.reason).order_by(f.item_id, f.zone_id, f.number)
    if filters.known_at:
        query = query.where(f.decided_at < calendar.recorded_before(filters.known_at))
    out: dict[tuple[int, int], Verdict] = {}
    with store.reading() as conn:
        for item_id, zone_id, verdict, moment, reason in conn.execute(query):
            out[item_id, zone_id] = Verdict(PROPOSED if verdict == REOPENED else verdict, calendar.local_day(moment), reason)
    return out


def _rows(selection: Selection, flags: list[Flag], lang: str) -> list[tuple[object, ...]]:
    """The rows of flags, in their order."""
    texts: dict[int, dict[str, object]] = {}
    for part in selection.parts:
        at = np.array(sorted({flag.position for flag in flags if flag.found.part is part}), dtype=np.int64)
        rows = item_rows(selection, part, at, lang)
        texts.update(
            (item_id, dict(zip(_ITEM, row, strict=True))) for item_id, row in zip(part.index.item_id[at].tolist(), rows, strict=True)
        )
    out: list[tuple[object, ...]] = []
    for flag in flags:
        row, zone, k = texts[flag.item_id], flag.found.zone, flag.k
        out.append(
            (
                row["item_id"], row["ledger_no"], row["object_name"], flag.kind, row["region_code"], row["region"],
                identity.to_hex(zone.zone_id), zone.name, zone.grade, zone.approval_no, round(float(flag.found.inside_m[k])),
                bool(flag.found.on_edge[k]), flag.said.verdict, flag.said.decided_on, flag.said.reason, row["status"],
            )
        )  # fmt: skip
    return out
