"""Every measure of a selection in one table: numerator, denominator, value, or the reason why there is none."""

import numpy as np
from pandas import DataFrame
from sqlalchemy import func, select

from data import calendar
from data.filters import Filters
from data.measures import MEASURES, NO_ITEMS, NONE_CHECKED, NONE_RECTIFIED, NONE_TIMED, NONE_VERIFIED, rate
from data.queries.planned_vs_actual import planned_vs_actual
from data.queries.selection import Selection
from data.queries.spells import first_round_ends, fixed_baseline, flows, investment, rectification_days, verifications
from data.schema import check_, round_
from data.store import Store

_THREE_BATCHES = ("shut", "rectified", "relocated")
Row = tuple[str, str, float | None, float | None, float | None, str | None]


def measure_table(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """``measure, code`` (M1 …), ``numerator, denominator`` (NaN where the measure has none), ``value`` (rates 0–1, days or counts),
    ``reason`` when value is null. One row a measure; M19 has one a batch, M11 one a statistic, M20 one a flow."""
    selection = Selection(scope, store, filters)
    rows: list[Row] = []
    effective = selection.count("effective")
    for measure in MEASURES.values():
        n = selection.count(measure.numerator) - (selection.count(measure.minus) if measure.minus else 0)
        if measure.denominator is None:
            rows.append((measure.id, measure.code, n, None, float(n), None))
        else:
            d = selection.count(measure.denominator)
            rows.append((measure.id, measure.code, n, d, rate(n, d), None if d else (measure.reason if effective else NO_ITEMS)))
    curve = planned_vs_actual(scope, store, filters, lang).attrs
    rows.append(("schedule_deviation", "M7", None, None, curve["deviation"], curve["reasons"].get("deviation")))
    passed, concluded = verifications(selection)
    rows.append(("verification_pass_rate", "M10a", passed, concluded, rate(passed, concluded), None if concluded else NONE_VERIFIED))
    rows += _times(selection)
    rows += _checks(selection, store)
    rows += _baseline(selection, store)
    done, planned = investment(selection)
    rows.append(("project_investment_rate", "M17i", done, planned, rate(done, planned), None if planned else NO_ITEMS))
    batches = [selection.count(f"disposal:{batch}") for batch in _THREE_BATCHES]
    for batch, n in zip(_THREE_BATCHES, batches, strict=True):
        rows.append((f"batch_{batch}", "M19", n, sum(batches), rate(n, sum(batches)), None if sum(batches) else NONE_RECTIFIED))
    for name, value in flows(selection).items():
        rows.append((name, "M20", None, None, float(value), None))
    names = ("measure", "code", "numerator", "denominator", "value", "reason")
    kinds = (object, object, float, float, float, object)
    columns = {name: np.array([row[k] for row in rows], dtype=kind) for k, (name, kind) in enumerate(zip(names, kinds, strict=True))}
    return selection.frame(columns, lang, reasons={})


def _times(selection: Selection) -> list[Row]:
    found = rectification_days(selection)
    reason = None if found["n"] else NONE_TIMED
    return [
        (f"rectification_days_{name}", "M11", None, found["n"], found[name], reason)
        for name in ("mean", "median", "p90", "survival_median")
    ] + [("rectification_untimed", "M11x", found["untimed"], None, found["untimed"], None)]


def _checks(selection: Selection, store: Store) -> list[Row]:
    """M12: visits with at least one finding, of the concluded ones; those that could not be verified are shown apart."""
    c = check_.c
    query = select(c.result, func.count(), func.sum((c.findings > 0).cast(check_.c.findings.type))).where(c.checked_on <= selection.as_of)
    query = query.where(c.campaign_id.in_([info.campaign_id for info in selection.campaigns]))
    if selection.known_at:
        query = query.where(c.recorded_at < calendar.recorded_before(selection.known_at))
    if selection.region_id is not None:
        query = query.where(c.region_id.in_(selection.tree.within(selection.region_id)))
    if selection.filters.round:
        numbers = [int(n) for n in selection.filters.round]
        query = query.where(c.round_id.in_(select(round_.c.round_id).where(round_.c.number.in_(numbers))))
    found = {}
    if not selection.empty:
        with store.reading() as conn:
            found = {result: (int(n), int(hits or 0)) for result, n, hits in conn.execute(query.group_by(c.result))}
    concluded, hits = found.get("concluded", (0, 0))
    unverifiable = found.get("not_verifiable", (0, 0))[0]
    return [
        ("finding_rate", "M12", hits, concluded, rate(hits, concluded), None if concluded else NONE_CHECKED),
        ("checks_not_verifiable", "M12x", unverifiable, None, float(unverifiable), None),
    ]


def _baseline(selection: Selection, store: Store) -> list[Row]:
    """M16 over the outfalls known when the first round ended: newly found ones do not raise this denominator."""
    ends = first_round_ends(store)
    rows: list[Row] = []
    for name, code, numerator, denominator in (
        ("monitored_rate_fixed", "M16m-fixed", "monitored", "outfalls"),
        ("traced_rate_fixed", "M16t-fixed", "traced", "outfalls"),
        ("outfall_completion_rate_fixed", "M16c-fixed", "rectified", "effective"),
    ):
        n, d = (fixed_baseline(selection, ends, part) for part in (numerator, denominator))
        rows.append((name, code, n, d, rate(n, d), None if d else NO_ITEMS))
    return rows
