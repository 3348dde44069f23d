"""Words of the figures that stand above everything else."""

import pandas as pd

from dashboard import frame
from dashboard.captions import wording
from dashboard.formatting import count
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters


def headline(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``截至…共4398个问题，整改完成率93.4%（4108/4398），销号率90.1%（…），超期37件，临期12件``; each rate with its two numbers."""
    lang = view.lang
    found = {row[0]: row[1:] for row in frame.rows(df, "measure", "numerator", "denominator")}
    effective = found.get("effective", (0, None))[0]
    if wording.null(effective) or not effective:
        return wording.sentence(df, filters, view, [t("caption.progress.none", lang)])
    parts = [t("headline.total", lang, items=wording.items(effective, df, view))]
    for name in ("completion_rate", "closeout_rate", "due_completion_rate"):
        numerator, denominator = found[name]
        if denominator and not wording.null(denominator):
            parts.append(t("headline.rate", lang, name=t(f"measure.{name}.name", lang), rate=wording.rate(numerator, denominator, view)))
    parts.append(t("headline.late", lang, overdue=count(found["overdue"][0], lang), soon=count(found["due_soon"][0], lang)))
    return wording.sentence(df, filters, view, parts)
