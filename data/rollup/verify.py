"""``store verify``: is what the pages count what the events say?

Three looks at every campaign and region, all of one state of the store: the stored rollup against the events folded afresh, array by
array; the stored rollup against the plain recount (data/rollup/recount.py) of a sample of items, set by set on a few days; and the
columns of ``item`` that repeat its events against their last word.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, func, select, update

from data import calendar
from data.calendar import NEVER
from data.loops.catalogue import STATUSES
from data.regions.tree import RegionTree
from data.rollup.block import ARRAYS, DIMENSIONS, Block, unpack
from data.rollup.fold import RawItems, fold, split, stage_names
from data.rollup.index import CampaignIndex
from data.rollup.moment import AGEING, SETS, Moment
from data.rollup.recount import histories, truth
from data.rollup.refresh import read_events, read_items, refresh
from data.schema import item, rollup, rollup_stale
from data.store import Store, bump

#: items recounted plainly, spread over all regions of a campaign; every region has some
PLAIN_ITEMS = 6_000
_LEAST_IN_REGION = 3
_REGIONS_AT_ONCE = 400
_ITEMS_AT_ONCE = 500
_SHOWN = 50
# array -> the list of words its codes stand for
_CODED = {**{name: name for name in DIMENSIONS}, "span_stage": "stage", "share_department": "share_department"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not agree. ``what``: count (a set), content (an array no count shows), missing or unreadable (no rollup row
    for items that are there), stale (marked, not rebuilt), item (a column of ``item``)."""

    what: str
    campaign: str
    region_id: int
    region: str
    name: str = ""
    day: date | None = None
    held: object = None
    true: object = None
    basic: bool = False

    def text(self) -> str:
        where = f"{self.campaign}, {self.region}"
        if self.what == "count":
            basic = ", basically completed counts" if self.basic else ""
            return f"{where}: {self.name} on {self.day}{basic}: rollup {self.held}, recount {self.true}"
        if self.what == "content":
            return f"{where}: {self.name} differs from the events"
        if self.what == "missing":
            return f"{where}: {self.true} items, but the rollup holds {self.held}"
        if self.what == "stale":
            return f"{where}: marked as stale and not rebuilt"
        if self.what == "unreadable":
            return f"{where}: the rollup row cannot be read ({self.held})"
        return f"{where}: item {self.name}: the table says {self.held}, its events {self.true}"


@dataclass(slots=True)
class Report:
    """What was compared and what did not agree; ``repaired``: rollups rebuilt and items set right."""

    campaigns: int = 0
    regions: int = 0
    items: int = 0
    plainly: int = 0
    differences: list[Difference] = field(default_factory=list)
    repaired: int = 0

    def text(self) -> str:
        """The report for a console, one line for each difference."""
        compared = f"{self.campaigns} campaigns, {self.regions} rollups, {self.items} items compared with their events"
        lines = [f"{compared}, {self.plainly} of them recounted one by one."]
        if not self.differences:
            return f"{lines[0]} They agree."
        lines += [difference.text() for difference in self.differences[:_SHOWN]]
        if len(self.differences) > _SHOWN:
            lines.append(f"... and {len(self.differences) - _SHOWN} more.")
        lines.append(f"{len(self.differences)} differences" + (f", {self.repaired} rollups and items put right." if self.repaired else "."))
        return "\n".join(lines)


def verify(store: Store, repair: bool = False) -> Report:
    """Compare every rollup with its events; with ``repair`` rebuild what differs, in one transaction."""
    report = Report()
    tree, campaigns = store.tree(), store.campaigns()
    with store.reading() as conn:
        if conn.dialect.name == "postgresql":
            # one state from the first statement to the last, whatever is imported meanwhile
            conn.execution_options(isolation_level="REPEATABLE READ")
        for info in campaigns:
            report.campaigns += 1
            day = store.ledger_day([info.campaign_id]) or calendar.today()
            _Campaign(conn, tree, info.campaign_id, info.code, day, report).compare()
    if repair and report.differences:
        with store.writing() as conn:
            report.repaired = _repair(conn, {info.code: info.campaign_id for info in campaigns}, report.differences)
            bump(conn, "verify: rollups rebuilt")
    return report


@dataclass(slots=True)
class _Campaign:
    conn: Connection
    tree: RegionTree
    campaign_id: int
    code: str
    ledger_day: date
    report: Report

    def differ(self, what: str, region_id: int, **values: object) -> None:
        region = self.tree.full_name(region_id) if region_id in self.tree else f"r{region_id}"
        self.report.differences.append(Difference(what, self.code, region_id, region, **values))  # type: ignore[arg-type]

    def compare(self) -> None:
        held = self._counted(select(rollup.c.region_id, rollup.c["items"]).where(rollup.c.campaign_id == self.campaign_id))
        query = select(item.c.region_id, func.count()).where(item.c.campaign_id == self.campaign_id)
        there = self._counted(query.group_by(item.c.region_id))
        stale = select(rollup_stale.c.region_id).where(rollup_stale.c.campaign_id == self.campaign_id).order_by(rollup_stale.c.region_id)
        for region_id in self.conn.execute(stale).scalars():
            self.differ("stale", region_id)
        self.report.regions += len(held)
        self.report.items += sum(there.values())
        for region_id in sorted(there.keys() | held.keys()):
            if there.get(region_id, 0) != held.get(region_id, 0):
                self.differ("missing", region_id, held=held.get(region_id, 0), true=there.get(region_id, 0))
        share = PLAIN_ITEMS / max(1, sum(there.values()))
        regions = sorted(there.keys() | held.keys())
        for k in range(0, len(regions), _REGIONS_AT_ONCE):
            self._part(regions[k : k + _REGIONS_AT_ONCE], share)

    def _counted(self, query: Select[Any]) -> dict[int, int]:
        return {row[0]: row[1] for row in self.conn.execute(query)}

    def _part(self, regions: list[int], share: float) -> None:
        items = read_items(self.conn, self.campaign_id, regions)
        fresh = dict(split(fold(items, *read_events(self.conn, self.campaign_id, regions, items, None)), items.region_id))
        stored = self._stored(regions)
        for region_id, block in fresh.items():
            if region_id in stored and stored[region_id].size == block.size:
                self._arrays(region_id, stored[region_id], block)
        self._columns(items, fresh)
        self._plainly(fresh, stored, share)

    def _stored(self, regions: list[int]) -> dict[int, Block]:
        query = select(rollup.c.region_id, rollup.c.payload).where(
            rollup.c.campaign_id == self.campaign_id, rollup.c.region_id.in_(regions)
        )
        found: dict[int, Block] = {}
        for region_id, payload in self.conn.execute(query):
            if payload:
                try:
                    found[region_id] = unpack(payload)
                except Exception as error:  # whatever a damaged row raises is what is wrong with it
                    self.differ("unreadable", region_id, held=type(error).__name__)
        return found

    def _arrays(self, region_id: int, held: Block, true: Block) -> None:
        """The stored block against the fresh one; where a count shows the difference, the count is named."""
        wrong = [name for name in ARRAYS if not _same(held, true, name)]
        if not wrong:
            return
        shown = False
        indexes = [CampaignIndex({region_id: block}, self.tree, 0) for block in (held, true)]
        for day in _days_of_change((held, true)):
            counts = [_counts(index, day, False) for index in indexes]
            for name in counts[0].keys() | counts[1].keys():
                if counts[0][name] != counts[1][name]:
                    self.differ("count", region_id, name=name, day=calendar.day_of(day), held=counts[0][name], true=counts[1][name])
                    shown = True
            if shown:
                return
        self.differ("content", region_id, name=", ".join(wrong))

    def _columns(self, items: RawItems, fresh: dict[int, Block]) -> None:
        """``item.stage`` and ``item.due_current`` against the last event of their kind; items without any standing stage say nothing."""
        names = stage_names()
        c = item.c
        query = select(c.item_id, c.region_id, c.ledger_no, c.stage, c.due_current)
        query = query.where(c.campaign_id == self.campaign_id, c.region_id.in_(list(fresh)))
        said = {row[0]: row for row in self.conn.execute(query)}
        for block in fresh.values():
            a = block.arrays
            ids, at, due_at = a["item_id"].tolist(), a["span_at"].tolist(), a["due_at"].tolist()
            for k, item_id in enumerate(ids):
                if at[k] == at[k + 1]:
                    continue
                _, region_id, number, stage, due = said[item_id]
                true = names[int(a["span_stage"][at[k + 1] - 1])].split("/")[1]
                if stage != true:
                    self.differ("item", region_id, name=f"{number or item_id} stage", held=stage, true=true)
                day = int(a["due_day"][due_at[k + 1] - 1]) if due_at[k] < due_at[k + 1] else NEVER
                deadline = None if day == NEVER else calendar.day_of(day)
                if due != deadline:
                    self.differ("item", region_id, name=f"{number or item_id} due_current", held=due, true=deadline)

    def _plainly(self, fresh: dict[int, Block], stored: dict[int, Block], share: float) -> None:
        """The stored rollup against the plain recount, over the same items of each region."""
        chosen: dict[int, int] = {}
        for region_id, block in fresh.items():
            if region_id not in stored:
                continue
            ids = block.arrays["item_id"]
            wanted = min(len(ids), max(_LEAST_IN_REGION, round(len(ids) * min(1.0, share))))
            picked = ids[np.linspace(0, len(ids) - 1, wanted).round().astype(int)] if wanted else ids[:0]
            chosen.update(dict.fromkeys(picked.tolist(), region_id))
        if not chosen:
            return
        self.report.plainly += len(chosen)
        index = CampaignIndex({region_id: stored[region_id] for region_id in set(chosen.values())}, self.tree, 0)
        asked = _sample_days(stored.values(), calendar.day_number(self.ledger_day))
        true: dict[tuple[int, bool], Counter[tuple[int, str]]] = {when: Counter() for when in asked}
        ids_in_order = list(chosen)
        for k in range(0, len(ids_in_order), _ITEMS_AT_ONCE):
            for history in histories(self.conn, self.campaign_id, item_ids=ids_in_order[k : k + _ITEMS_AT_ONCE]):
                for day, basic in asked:
                    found = truth(history, calendar.day_of(day), basic).sets
                    true[day, basic].update((history.region_id, name) for name in found)
        region_of = _regions_of(index, chosen)
        for day, basic in asked:
            held = _counts_by_region(index, day, basic, region_of)
            for region_id, name in sorted(held.keys() | true[day, basic].keys()):
                a, b = held[region_id, name], true[day, basic][region_id, name]
                # regions outside the tree are in no index; that is said once
                if a != b and region_id in self.tree:
                    self.differ("count", region_id, name=name, day=calendar.day_of(day), held=a, true=b, basic=basic)


def _same(held: Block, true: Block, name: str) -> bool:
    a, b = held.arrays[name], true.arrays[name]
    if len(a) != len(b):
        return False
    words = _CODED.get(name)
    if words is not None:
        # code -1 is the last entry: none
        a, b = (np.array([*block.words[words], None], dtype=object)[array] for block, array in ((held, a), (true, b)))
        return bool((a == b).all())
    return bool(np.array_equal(a, b, equal_nan=a.dtype.kind == "f"))


def _names(index: CampaignIndex) -> Iterator[str]:
    yield from SETS
    yield from (f"status:{status}" for status in STATUSES)
    yield from (f"ageing:{bucket}" for bucket, _, _ in AGEING)
    stages = {name.split("/")[1] for name in stage_names() if name.split("/")[0] in index.loops}
    yield from (f"{head}:{stage}" for head in ("stage", "reached") for stage in sorted(stages))
    yield from (f"disposal:{value}" for value in index.values["disposal"])


def _counts(index: CampaignIndex, day: int, basic: bool) -> Counter[str]:
    moment = Moment(index, day, 0, index.words, basic)
    return Counter({name: int(np.bitwise_count(moment[name]).sum()) for name in _names(index)})


def _regions_of(index: CampaignIndex, chosen: dict[int, int]) -> NDArray[np.int64]:
    """By position: the region of a chosen item, 0 elsewhere."""
    out = np.zeros(index.size, dtype=np.int64)
    out[index.place] = [chosen.get(item_id, 0) for item_id in index.item_id[index.place].tolist()]
    return out


def _counts_by_region(index: CampaignIndex, day: int, basic: bool, region_of: NDArray[np.int64]) -> Counter[tuple[int, str]]:
    moment = Moment(index, day, 0, index.words, basic)
    out: Counter[tuple[int, str]] = Counter()
    for name in _names(index):
        regions, counts = np.unique(region_of[moment.positions(moment[name])], return_counts=True)
        out.update({(region, name): n for region, n in zip(regions.tolist(), counts.tolist(), strict=True) if region})
    return out


def _days_of_change(blocks: Iterable[Block]) -> list[int]:
    """Days on which anything in the blocks changes, newest first, and a day long after."""
    found: set[int] = set()
    for block in blocks:
        for name in ("span_day", "due_from", "due_day", "verif_day", "extended_day"):
            found.update(block.arrays[name].tolist())
    found.discard(NEVER)
    days = sorted(found, reverse=True)
    return [min(days[0] + 120, NEVER - 1), *days] if days else []


def _sample_days(blocks: Iterable[Block], ledger_day: int) -> list[tuple[int, bool]]:
    """The ledger's day, the middle of what happened, and a day soon after most of it; the middle one with 基本完成 counted."""
    happened = np.sort(np.concatenate([block.arrays["span_day"] for block in blocks]))
    if not len(happened):
        return [(ledger_day, False)]
    middle, late = (int(happened[int((len(happened) - 1) * part)]) for part in (0.5, 0.9))
    return [(ledger_day, False), (middle, True), (late + 1, False)]


def _repair(conn: Connection, campaigns: dict[str, int], differences: list[Difference]) -> int:
    """Rebuild the rollups named and set the items' columns right; how many of both."""
    regions: dict[int, set[int]] = {}
    for difference in differences:
        regions.setdefault(campaigns[difference.campaign], set()).add(difference.region_id)
    done = 0
    for campaign_id, wanted in regions.items():
        refresh(conn, campaign_id, wanted)
        done += len(wanted)
        for history in histories(conn, campaign_id, wanted) if any(d.what == "item" for d in differences) else ():
            if history.stages:
                moment, stage = history.stages[-1]
                due = history.deadlines[-1][1] if history.deadlines else None
                wrong = (item.c.item_id == history.item_id) & ((item.c.stage != stage.id) | item.c.due_current.is_distinct_from(due))
                done += conn.execute(update(item).where(wrong).values(stage=stage.id, stage_on=moment.date(), due_current=due)).rowcount
    return done


__all__ = ["Difference", "Report", "verify"]
