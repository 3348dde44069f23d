"""Words of a region's timeline: how often something was decided or ordered, and the newest rung taken."""

import pandas as pd

from dashboard.captions import wording
from dashboard.formatting import count, day
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters


def region_timeline(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``截至…，清徐县措施记录2条、交办记录5条；最近一次措施是12月31日对清徐县约谈。``"""
    lang, attrs = view.lang, df.attrs
    counts = attrs.get("counts") or {}
    told = [t(f"caption.timeline.{kind}", lang, n=count(n, lang)) for kind, n in counts.items() if n]
    if not told:
        return wording.sentence(df, filters, view, [t("caption.timeline.none", lang)])
    parts = [t("caption.list", lang).join(told)]
    taken = attrs.get("taken")
    if taken:
        when, rung, region = taken
        parts.append(t("caption.timeline.taken", lang, day=day(when, lang), rung=rung, region=region))
    return wording.sentence(df, filters, view, parts)
