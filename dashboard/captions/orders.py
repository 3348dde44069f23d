"""Words of the orders: how many the last meeting issued and how they stand, what earlier ones left open, what is decided now."""

from datetime import date

import pandas as pd

from dashboard.captions import wording
from dashboard.formatting import count, day
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters

# as they are told: what is done first, what must be asked about last
TOLD = ("done", "signed", "issued", "overdue", "withdrawn")


def orders(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``截至…，江苏省上次调度（10月14日）交办12项：已办结7项、已签收3项、超期2项；此前会议还有1项未办结。``"""
    lang, attrs = view.lang, df.attrs
    last = attrs.get("meeting_on")
    if last is None:
        return wording.sentence(df, filters, view, [t("caption.orders.none", lang)])
    parts = [last_meeting(attrs["counts"], last, view)]
    if attrs.get("earlier_open"):
        late = attrs["earlier_overdue"]
        key = "_none" if not late else "_all" if late == attrs["earlier_open"] else ""
        parts.append(t(f"caption.orders.earlier{key}", lang, n=count(attrs["earlier_open"], lang), overdue=count(late, lang)))
    if attrs.get("now"):
        parts.append(t("caption.orders.now", lang, day=day(attrs["now_on"], lang), n=count(attrs["now"], lang)))
    return wording.sentence(df, filters, view, parts)


def last_meeting(counts: dict[str, int], meeting_on: date, view: View) -> str:
    """``上次调度（10月14日）交办12项：已办结7项、已签收3项、超期2项``."""
    lang = view.lang
    stands = [t(f"caption.orders.{name}", lang, n=count(counts[name], lang)) for name in TOLD if counts[name]]
    total = count(sum(counts.values()), lang)
    return t("caption.orders.last", lang, day=day(meeting_on, lang), n=total, stands=t("caption.list", lang).join(stands))
