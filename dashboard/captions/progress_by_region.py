"""Words of the progress chart: how far rectification has come, and who is behind."""

import pandas as pd

from dashboard import frame
from dashboard.captions import wording
from dashboard.formatting import count, missing, percent
from dashboard.i18n import t
from dashboard.view import View
from data import columns as c
from data.filters import Filters


def title(df: pd.DataFrame, view: View) -> str:
    """The finding: the region furthest behind and the one with most overdue."""
    lang = view.lang
    rows = _ranked(df)
    if not rows:
        return t("figure.progress.title.none", lang)
    regions, done, effective, overdue = zip(*rows, strict=True)
    worst, most = len(rows) - 1, overdue.index(max(overdue))
    rate = percent(done[worst], effective[worst], lang)
    if len(rows) == 1:
        key = "one_overdue" if overdue[0] else "one"
        return t(f"figure.progress.title.{key}", lang, region=regions[0], rate=rate, n=count(overdue[0], lang))
    if done[worst] == effective[worst]:
        return t("figure.progress.title.all", lang, n=count(len(rows), lang))
    if not overdue[most]:
        if percent(done[0], effective[0], lang) == rate:
            return t("figure.progress.title.same", lang, rate=rate)
        return t("figure.progress.title.worst", lang, region=regions[worst], rate=rate)
    if most == worst or overdue[most] == overdue[worst]:
        return t("figure.progress.title.worst_overdue", lang, region=regions[worst], rate=rate, n=count(overdue[worst], lang))
    return t("figure.progress.title.two", lang, region=regions[worst], rate=rate, late=regions[most], n=count(overdue[most], lang))


def subtitle(df: pd.DataFrame, view: View) -> str:
    """Measure, denominator, order and as-of day."""
    return wording.subtitle(df, view, t("figure.progress.subtitle", view.lang))


def progress_by_region(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``截至2019年12月31日，山西省共2039个排污口，整改完成1934个，完成率94.9%（1934/2039）；…。``"""
    lang = view.lang
    total = wording.total(df)
    effective = total.get(c.EFFECTIVE)
    if not effective:
        return wording.sentence(df, filters, view, [t("caption.progress.none", lang)])
    parts = [
        t(
            "caption.progress.total",
            lang,
            items=wording.bounded(wording.items(effective, df, view), df, view),
            rectified=count(total[c.RECTIFIED], lang),  # type: ignore[arg-type]
            rate=wording.rate(total[c.RECTIFIED], effective, view),
        )
    ]
    if total.get(c.CLOSED) == 0:
        # no close-out on record is not a close-out rate of nought: many ledgers never say
        parts.append(t("caption.progress.closed_none", lang))
    elif total.get(c.CLOSED) is not None:
        rate = wording.rate(total[c.CLOSED], effective, view)
        parts.append(t("caption.progress.closed", lang, closed=count(total[c.CLOSED], lang), rate=rate))  # type: ignore[arg-type]
    parts.append(_due(df, total, view))
    if total.get(c.WITHDRAWN) or total.get(c.MERGED):
        parts.append(
            t(
                "caption.progress.excluded",
                lang,
                withdrawn=count(total.get(c.WITHDRAWN), lang),  # type: ignore[arg-type]
                merged=count(total.get(c.MERGED), lang),  # type: ignore[arg-type]
            )
        )
    if total.get("kept"):
        parts.append(t("caption.progress.kept", lang, kept=count(total["kept"], lang)))  # type: ignore[arg-type]
    parts.extend(_extremes(df, view))
    return wording.sentence(df, filters, view, parts)


def _due(df: pd.DataFrame, total: dict[str, object], view: View) -> str:
    if not total.get(c.DUE):
        return t("caption.progress.none_due", view.lang, reason=wording.reason(df, c.DUE_COMPLETION_RATE, "none_due", view))
    return t(
        "caption.progress.due",
        view.lang,
        due=count(total[c.DUE], view.lang),  # type: ignore[arg-type]
        done=count(total.get(c.DUE_RECTIFIED), view.lang),  # type: ignore[arg-type]
        rate=wording.rate(total.get(c.DUE_RECTIFIED), total[c.DUE], view),
        overdue=count(total.get(c.OVERDUE), view.lang),  # type: ignore[arg-type]
    )


def _extremes(df: pd.DataFrame, view: View) -> list[str]:
    rows = _ranked(df)
    if len(rows) < 2:
        return []
    best, worst = rows[0], rows[-1]
    if best[1] * worst[2] == worst[1] * best[2]:
        return [t("caption.progress.same", view.lang, rate=percent(best[1], best[2], view.lang))]
    tied = sum(1 for row in rows if row[1] * best[2] == best[1] * row[2])
    top = t("caption.progress.best", view.lang, region=best[0], rate=wording.rate(best[1], best[2], view))
    if tied > 1:
        rate = percent(best[1], best[2], view.lang)
        top = t("caption.progress.best_tied", view.lang, n=count(tied, view.lang), rate=rate)
    bottom = t("caption.progress.worst", view.lang, region=worst[0], rate=wording.rate(worst[1], worst[2], view))
    out = [t("caption.comma", view.lang).join((top, bottom))]
    late = max(rows, key=lambda row: row[3])
    if late[3]:
        out.append(t("caption.progress.most_overdue", view.lang, region=late[0], n=wording.items(late[3], df, view)))
    return out


def _ranked(df: pd.DataFrame) -> list[tuple[str, int, int, int]]:
    """(region, rectified, effective, overdue) of the regions that have a rate, best first as in the frame."""
    rows = frame.rows(df, c.REGION, c.RECTIFIED, c.EFFECTIVE, c.OVERDUE)
    return [row for row in rows if row[2] and not missing(row[2])]
