"""Words of the red flags: how many items lie inside protection zones, of which grade, and what people said of them."""

import pandas as pd

from dashboard.captions import wording
from dashboard.formatting import count
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters

_GRADES = ("grade1", "grade2", "quasi")
_VERDICTS = ("proposed", "confirmed", "dismissed")


def zone_flags(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``截至…，江苏省保护区内有红旗12面：一级保护区4面、二级保护区7面；待核实8面、已确认3面、已排除1面。``"""
    lang, attrs = view.lang, df.attrs
    number = int(attrs.get("count", len(df)))
    if not number:
        return wording.sentence(df, filters, view, [t("caption.flags.none", lang)])
    grades, verdicts = attrs.get("grades") or {}, attrs.get("counts") or {}
    by_grade = [t(f"caption.flags.{grade}", lang, n=count(grades[grade], lang)) for grade in _GRADES if grades.get(grade)]
    by_verdict = [t(f"caption.flags.{name}", lang, n=count(verdicts[name], lang)) for name in _VERDICTS if verdicts.get(name)]
    joined = t("caption.list", lang)
    parts = [t("caption.flags.total", lang, n=count(number, lang), zones=t("caption.flags.zones", lang, n=count(attrs.get("zones"), lang)))]
    if by_grade:
        parts.append(t("caption.flags.standing", lang, grades=joined.join(by_grade)))
    parts.append(joined.join(by_verdict))
    return wording.sentence(df, filters, view, parts)
