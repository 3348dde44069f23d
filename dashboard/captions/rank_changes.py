"""Words of a correction: which edition corrects which, why, and who moved."""

import pandas as pd

from dashboard.captions import race
from dashboard.formatting import count, missing
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters

# a reason is written as a sentence; here it is a clause
_STOPS = " .;\u3002\uff1b"


def rank_changes(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``…第2版更正第1版：2个地区名次或得分变化；更正原因：…；通州区由第12升至第9；…。``"""
    lang, attrs = view.lang, df.attrs
    old, new = race.whole(attrs.get("edition_old")), race.whole(attrs.get("edition_new"))
    if old is None or new is None:
        return race.sentence(df, view, [t("ranking.changes.single", lang), str(attrs.get("fault") or "")])
    periods, codes, before, after = race.optional(df, "period", "region_code", "rank_old", "rank_new")
    if not codes:
        parts = [t("ranking.changes.none", lang)]
    else:
        # an edition's frame has a row for each indicator that changed
        known = dict(zip(zip(periods, codes, strict=True), zip(race.names(df, view), before, after, strict=True), strict=True))
        parts = [t("ranking.changes.clause", lang, old=old, new=new, n=len(known))]
        who = [each for each in known.values() if not missing(each[1]) and not missing(each[2]) and each[1] != each[2]]
        who.sort(key=lambda each: -abs(each[1] - each[2]))
        words = [race.moved(name, int(was), int(now), view) for name, was, now in who]
        named = race.listed(words[: 2 * race.LAST], view)
        if named:
            key = "ranking.changes.moved_some" if len(words) > 2 * race.LAST else "ranking.changes.moved_all"
            parts.append(t(key, lang, text=named, n=len(words)))
    if attrs.get("count"):
        parts.append(t("ranking.changes.count", lang, n=count(attrs["count"], lang)))
    if attrs.get("reason"):
        parts.append(t("ranking.changes.reason", lang, reason=str(attrs["reason"]).rstrip(_STOPS)))
    if attrs.get("fault"):
        parts.append(str(attrs["fault"]))
    return race.sentence(df, view, parts)
