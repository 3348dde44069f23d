"""Words of the progress chart: how far rectification has come, and who is behind."""

import pandas as pd

from dashboard import frame
from dashboard.captions import official, wording
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
    _, done, effective, overdue = zip(*rows, strict=True)
    worst, most = len(rows) - 1, overdue.index(max(overdue))
    rate = percent(done[worst], effective[worst], lang)
    last = [row[0] for row in rows if row[1] * effective[worst] == done[worst] * row[2]]
    late = [row[0] for row in rows if row[3] == overdue[most]]
    words = {"region": official.tied(last, view), "rate": rate, "n": wording.pieces(overdue[most], df, view)}
    if len(rows) == 1:
        key = "one_overdue" if overdue[0] else "one"
        return t(f"figure.progress.title.{key}", lang, **words)
    if done[worst] == effective[worst]:
        return t("figure.progress.title.all", lang, n=count(len(rows), lang))
    if not overdue[most]:
        if percent(done[0], effective[0], lang) == rate:
            return t("figure.progress.title.same", lang, rate=rate)
        return t("figure.progress.title.worst", lang, **words)
    if len(last) == 1 and overdue[most] == overdue[worst]:
        return t("figure.progress.title.worst_overdue", lang, **words)
    key = "two_tied" if len(late) > 1 else "two"
    return t(f"figure.progress.title.{key}", lang, **words, late=official.tied(late, view))


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
            items=wording.bounded(effective, df, view),
            rectified=wording.pieces(total[c.RECTIFIED], df, view),
            rate=wording.rate(total[c.RECTIFIED], effective, view),
        )
    ]
    if total.get(c.CLOSED) is not None:
        parts.append(closed(total[c.CLOSED], effective, total.get(c.DISCOVERED), df, view))
    parts.append(_due(df, total, view))
    out = [
        t(f"caption.progress.out.{name}", lang, n=wording.pieces(total[name], df, view))
        for name in (c.WITHDRAWN, c.MERGED, "kept")
        if total.get(name)
    ]
    if out:
        parts.append(t("caption.progress.excluded", lang, out=t("caption.list", lang).join(out)))
    parts.extend(_extremes(df, view))
    return wording.sentence(df, filters, view, parts)


def closed(number: object, effective: object, discovered: object, df: pd.DataFrame, view: View) -> str:
    """``已销号14895个，销号率77.0%（…）``; of petition cases ``已办结4347件，办结率99.1%（…）``, over everything received (M15)."""
    if number == 0:
        # no close-out on record is not a close-out rate of nought: many ledgers never say
        return t("caption.progress.closed_none", view.lang)
    case = df.attrs.get("kind") == "case" and not wording.null(discovered)
    rate = wording.rate(number, discovered if case else effective, view)
    key = "caption.progress.closed_case" if case else "caption.progress.closed"
    return t(key, view.lang, closed=wording.pieces(number, df, view), rate=rate)


def _due(df: pd.DataFrame, total: dict[str, object], view: View) -> str:
    if not total.get(c.DUE):
        return t("caption.progress.none_due", view.lang, reason=wording.reason(df, c.DUE_COMPLETION_RATE, "none_due", view))
    return t(
        "caption.progress.due",
        view.lang,
        due=wording.pieces(total[c.DUE], df, view),
        done=wording.pieces(total.get(c.DUE_RECTIFIED), df, view),
        rate=wording.rate(total.get(c.DUE_RECTIFIED), total[c.DUE], view),
        overdue=wording.pieces(total.get(c.OVERDUE), df, view),
    )


def _extremes(df: pd.DataFrame, view: View) -> list[str]:
    rows = _ranked(df)
    if len(rows) < 2:
        return []
    best, worst = rows[0], rows[-1]
    if best[1] * worst[2] == worst[1] * best[2]:
        return [t("caption.progress.same", view.lang, rate=percent(best[1], best[2], view.lang))]
    ends = [_end(rows, best, "best", view), _end(rows, worst, "worst", view)]
    out = [t("caption.comma", view.lang).join(ends)]
    most = max(row[3] for row in rows)
    if most:
        late = [row[0] for row in rows if row[3] == most]
        key = "caption.progress.most_overdue_tied" if len(late) > 1 else "caption.progress.most_overdue"
        out.append(t(key, view.lang, region=official.tied(late, view), n=wording.pieces(most, df, view)))
    return out


def _end(rows: list[tuple[str, int, int, int]], end: tuple[str, int, int, int], word: str, view: View) -> str:
    """The best or the worst; those that share it together, and then without the numbers of one of them."""
    names = [row[0] for row in rows if row[1] * end[2] == end[1] * row[2]]
    if len(names) > 1:
        return t(f"caption.progress.{word}_tied", view.lang, region=official.tied(names, view), rate=percent(end[1], end[2], view.lang))
    return t(f"caption.progress.{word}", view.lang, region=end[0], rate=wording.rate(end[1], end[2], view))


def _ranked(df: pd.DataFrame) -> list[tuple[str, int, int, int]]:
    """(region, rectified, effective, overdue) of the regions that have a rate, best first as in the frame."""
    rows = frame.rows(df, c.REGION, c.RECTIFIED, c.EFFECTIVE, c.OVERDUE)
    return [row for row in rows if row[2] and not missing(row[2])]
