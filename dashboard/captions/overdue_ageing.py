"""Words of the overdue ageing: how long open items have been past their deadline."""

import pandas as pd

from dashboard import frame
from dashboard.captions import wording
from dashboard.formatting import missing, percent
from dashboard.i18n import t
from dashboard.view import View
from data import columns as c
from data.filters import Filters

_LONG = 30


def bucket_name(low: object, high: object, view: View) -> str:
    """``8–15天``, ``61天及以上``."""
    if missing(high):
        return t("measure.bucket.open", view.lang, low=int(low))  # type: ignore[call-overload]
    return t("measure.bucket.range", view.lang, low=int(low), high=int(high))  # type: ignore[call-overload]


def buckets(df: pd.DataFrame) -> list[tuple]:
    """(bucket, from_days, to_days, count), shortest first as in the frame."""
    return frame.rows(df, c.BUCKET, "from_days", "to_days", c.COUNT)


def title(df: pd.DataFrame, view: View) -> str:
    """How many are overdue for more than a month, or how many there are."""
    rows = buckets(df)
    total = sum(row[3] for row in rows)
    if not total:
        return t("figure.ageing.title.none", view.lang)
    long = sum(row[3] for row in rows if row[1] > _LONG)
    if long and any(row[1] == _LONG + 1 for row in rows):
        return t("figure.ageing.title.long", view.lang, n=wording.items(long, df, view), days=_LONG)
    last = [row for row in rows if row[3]][-1]
    return t("figure.ageing.title.total", view.lang, n=wording.pieces(total, df, view), bucket=bucket_name(last[1], last[2], view))


def subtitle(df: pd.DataFrame, view: View) -> str:
    """Measure, denominator and as-of day."""
    total = sum(row[3] for row in buckets(df))
    return wording.subtitle(df, view, t("figure.ageing.subtitle", view.lang, n=wording.pieces(total, df, view)))


def overdue_ageing(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``截至…，37个问题超期；超期1–7天的20个，占54.1%；…。``"""
    rows = buckets(df)
    total = sum(row[3] for row in rows)
    if not total:
        return wording.sentence(df, filters, view, [t("caption.ageing.none", view.lang)])
    parts = [t("caption.ageing.total", view.lang, items=wording.items(total, df, view))]
    for _, low, high, number in rows:
        if number:
            bucket, share = bucket_name(low, high, view), percent(number, total, view.lang)
            parts.append(t("caption.ageing.part", view.lang, bucket=bucket, n=wording.pieces(number, df, view), share=share))
    return wording.sentence(df, filters, view, parts)
