"""Words of the figures that stand above everything else."""

from typing import Any

import pandas as pd

from dashboard import frame
from dashboard.captions import official, wording
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters

RATES = ("completion_rate", "closeout_rate", "due_completion_rate")
_READ = ("measure", "numerator", "denominator", "reason", "numerator_before", "denominator_before")


def headline(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``截至…共4398个问题…；整改完成率93.4%（4108/4398），比一周前上升0.8个百分点；…；超期37个，比一周前减少5个；7日内到期12个。``"""
    lang = view.lang
    found = {row[0]: row[1:] for row in frame.rows(df, *_READ)}
    effective = found.get("effective", (0,))[0]
    if wording.null(effective) or not effective:
        return wording.sentence(df, filters, view, [t("caption.progress.none", lang)])
    parts = [t("headline.total", lang, items=wording.items(effective, df, view))]
    parts += [_rate(name, found[name], view) for name in RATES]
    for name in ("overdue", "due_soon"):
        now, _, _, before, _ = found[name]
        moved = official.more(now, before, official.WEEK, view, lambda n: wording.pieces(n, df, view)) if name == "overdue" else ""
        parts.append(_two(t(f"headline.{name}", lang, n=wording.pieces(now, df, view)), moved, view))
    return wording.sentence(df, filters, view, parts)


def _rate(name: str, row: tuple[Any, ...], view: View) -> str:
    """A rate with its two numbers and its change in a week; over an empty set the reason."""
    numerator, denominator, reason, *before = row
    said = wording.inside(t(f"measure.{name}.name", view.lang), view)
    if wording.null(denominator) or not denominator:
        return t("headline.no_rate", view.lang, name=said, reason=t(f"measure.reason.{reason or 'no_items'}", view.lang))
    if name == "closeout_rate" and not numerator:
        return t("caption.progress.closed_none", view.lang)
    moved = official.change((numerator, denominator), (before[0], before[1]), official.WEEK, view)
    return _two(t("headline.rate", view.lang, name=said, rate=wording.rate(numerator, denominator, view)), moved, view)


def _two(said: str, moved: str, view: View) -> str:
    return t("caption.comma", view.lang).join(filter(None, (said, moved)))
