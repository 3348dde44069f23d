"""Words of the warnings: how many of each level, how many of them were read, and what comes first."""

import pandas as pd

from dashboard import frame
from dashboard.captions import wording
from dashboard.formatting import count
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters

LEVELS = ("red", "yellow", "blue")


def warnings(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``截至2022年10月31日，江苏省有红色预警3条、黄色预警5条，其中4条已阅处；首先是：…``"""
    lang = view.lang
    counts = df.attrs.get("counts") or {}
    by_level = {level: counts.get(level, {}) for level in LEVELS}
    sums = {level: sum(each.values()) for level, each in by_level.items()}
    if not any(sums.values()):
        return wording.sentence(df, filters, view, [t("caption.warnings.none", lang)])
    read = sum(each.get("acknowledged", 0) for each in by_level.values())
    levels = t("caption.list", lang).join(t(f"caption.warnings.level.{level}", lang, n=count(n, lang)) for level, n in sums.items() if n)
    head = t("caption.warnings.counts", lang, levels=levels)
    if read:
        whole = read == sum(sums.values())
        head += t("caption.comma", lang) + t("caption.warnings.all_read" if whole else "caption.warnings.read", lang, n=count(read, lang))
    parts = [head]
    waiting = next((text for text, done in frame.rows(df, "text", "acknowledged") if not done), None)
    if waiting:
        parts.append(t("caption.warnings.first", lang, text=waiting.rstrip(".\u3002")))
    return wording.sentence(df, filters, view, parts)
