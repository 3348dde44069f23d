"""Words of the status structure: the published view, over everything discovered."""

import pandas as pd

from dashboard import frame
from dashboard.captions import wording
from dashboard.formatting import percent
from dashboard.i18n import t
from dashboard.view import View
from data import columns as c
from data.filters import Filters


def status_name(status: str, view: View) -> str:
    """A status in words."""
    return t(f"measure.status.{status}", view.lang)


def discovered(df: pd.DataFrame) -> int:
    """The denominator: everything discovered."""
    found = wording.total(df).get(c.COUNT)
    if found is None:
        found = wording.total(df).get(c.DISCOVERED)
    return int(found) if found else sum(frame.columns(df, c.COUNT)[0])  # type: ignore[call-overload]


def title(df: pd.DataFrame, view: View) -> str:
    """The largest status and its share."""
    rows, total = frame.rows(df, c.STATUS, c.COUNT), discovered(df)
    if not total or not rows:
        return t("figure.status.title.none", view.lang)
    status, number = max(rows, key=lambda row: row[1])
    return t("figure.status.title.first", view.lang, share=percent(number, total, view.lang), status=status_name(status, view))


def subtitle(df: pd.DataFrame, view: View) -> str:
    """Measure, denominator and as-of day."""
    return wording.subtitle(df, view, t("figure.status.subtitle", view.lang, n=wording.pieces(discovered(df), df, view)))


def status_structure(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``截至…共发现56项；已销号24项，占42.9%；…；并入24项，占42.9%。``"""
    rows, total = frame.rows(df, c.STATUS, c.COUNT), discovered(df)
    if not total:
        return wording.sentence(df, filters, view, [t("caption.status.none", view.lang)])
    parts = [t("caption.status.total", view.lang, items=wording.bounded(total, df, view))]
    for status, number in rows:
        if number:
            share = percent(number, total, view.lang)
            name = wording.inside(status_name(status, view), view)
            parts.append(t("caption.status.part", view.lang, status=name, n=wording.pieces(number, df, view), share=share))
    return wording.sentence(df, filters, view, parts)
