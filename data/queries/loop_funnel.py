"""How far items have come through their loop, and how long each step took."""

import numpy as np
from pandas import DataFrame

from data.filters import Filters
from data.loops.catalogue import load_loops
from data.measures import NO_ITEMS, rate
from data.queries.selection import Part, Selection
from data.rollup import bits
from data.store import Store


def loop_funnel(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row a stage of each loop: ``loop, stage, stage_name, reached`` (items that have ever entered it by the as-of day, of the
    effective ones), ``share`` of the effective items of that loop, ``median_days, p90_days`` from the stage before it that the item went
    through, ``timed`` (how many items these are over). NaN where nothing was timed.
    """
    selection = Selection(scope, store, filters)
    rows: list[tuple[str, str, str, int, float | None, float | None, int | None, int]] = []
    loops = {loop for part in selection.parts for loop in part.index.loops}
    effective_all = 0
    for loop_id, loop in load_loops().items():
        if loop_id not in loops:
            continue
        stages = loop.funnel
        parts = [part for part in selection.parts if loop_id in part.index.loops]
        effective = 0
        for part in parts:
            words = part.chosen("effective")
            # a campaign may hold items of several loops
            if len(part.index.loops) > 1:
                words = words & _of_loop(part, loop_id)
            effective += bits.count(words)
        effective_all += effective
        found = []
        for k, stage in enumerate(stages):
            before = tuple(f"{loop_id}/{s.id}" for s in reversed(stages[:k]))
            reached, timed = 0, []
            for part in parts:
                words = part.chosen("effective") & bits.pack(
                    part.index.reached(f"{loop_id}/{stage.id}")[part.a * 64 : part.b * 64] <= part.day
                )
                reached += bits.count(words)
                if before:
                    timed.append(part.index.durations(f"{loop_id}/{stage.id}", before).quantiles(words, part.a))
            # over several campaigns the one with most items speaks; medians do not add up
            n, median, p90 = max(timed, key=lambda t: t[0], default=(0, None, None))
            found.append((loop_id, stage.id, stage.name(lang), reached, rate(reached, effective), median, p90, n))
        rows += found
    names = ("loop", "stage", "stage_name", "reached", "share", "median_days", "p90_days", "timed")
    kinds = (object, object, object, np.int64, float, float, float, np.int64)
    # arrays of their final type: converting a frame afterwards copies all that it says of itself, column by column
    columns = {name: np.array([row[k] for row in rows], dtype=kind) for k, (name, kind) in enumerate(zip(names, kinds, strict=True))}
    return selection.frame(columns, lang, total={"effective": effective_all}, reasons={} if effective_all else {"share": NO_ITEMS})


def _of_loop(part: Part, loop_id: str) -> bits.Words:
    kinds = [k for k in part.index.values["kind"] if k in load_loops()[loop_id].kinds]
    return part.index.among("kind", kinds, part.a, part.b)
