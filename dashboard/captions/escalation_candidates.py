"""Words of the proposals: which rung for how many regions, and that nobody has decided yet."""

import pandas as pd

from dashboard import frame
from dashboard.captions import wording
from dashboard.formatting import count
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters


def escalation_candidates(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``截至…，山西省按规则提出建议17条：约谈17个（市7个、县（市、区）10个）；均待人工确认。``"""
    lang = view.lang
    counts = df.attrs.get("counts") or {}
    if not counts:
        return wording.sentence(df, filters, view, [t("caption.escalation.none", lang)])
    names = dict(frame.rows(df, "rung", "rung_name"))
    joined = t("caption.list", lang)
    rungs = []
    for rung, levels in counts.items():
        if len(levels) == 1:
            # counted once is enough
            ((level, n),) = levels.items()
            rungs.append(t(f"caption.escalation.only.{level}", lang, rung=names[rung], n=count(n, lang)))
            continue
        of = joined.join(t(f"caption.escalation.{level}", lang, n=count(n, lang)) for level, n in levels.items())
        rungs.append(t("caption.escalation.rung", lang, rung=names[rung], n=count(sum(levels.values()), lang), levels=of))
    total = sum(n for levels in counts.values() for n in levels.values())
    parts = [t("caption.escalation.proposed", lang, n=count(total, lang), rungs=joined.join(rungs)), t("caption.escalation.waiting", lang)]
    return wording.sentence(df, filters, view, parts)
