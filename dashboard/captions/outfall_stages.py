"""Words of the outfalls' way: surveyed, monitored, traced, rectified, over all known and over the fixed baseline."""

import pandas as pd

from dashboard.captions import outfalls, wording
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters


def outfall_stages(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``截至…，江苏省共排污口1873个；排查率…、监测率…；按首轮结束时已知的固定基数，整治完成率…；…。``"""
    lang = view.lang
    parts = outfalls.clauses(df, "stage", view)
    if len(df):
        why = df.attrs.get("fixed_reason")
        if why:
            parts.append(t(f"caption.outfalls.{why}", lang))
        else:
            shares = [
                t("caption.outfalls.share", lang, name=t(f"figure.outfalls.{stage}.short", lang), rate=_fixed(values, view))
                for stage, values in wording.total(df).items()
                if values["fixed_denominator"]  # type: ignore[index]
            ]
            if shares:
                parts.append(t("caption.outfalls.fixed", lang, shares=t("caption.list", lang).join(shares)))
    return wording.sentence(df, filters, view, parts)


def _fixed(values: object, view: View) -> str:
    return wording.rate(values["fixed_numerator"], values["fixed_denominator"], view)  # type: ignore[index]
