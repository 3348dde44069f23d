"""Words of the item list: which set is shown, and how many rows it has."""

import pandas as pd

from dashboard.captions import wording
from dashboard.captions.overdue_ageing import bucket_name
from dashboard.i18n import has, t
from dashboard.view import View
from data.filters import Filters


def set_name(rows: str | None, view: View, stage_names: dict[str, str] | None = None) -> str:
    """A set of items in words: ``overdue``, ``status:closed``, ``reached:verifying``, ``ageing:8-30``.

    ``stage_names`` {stage id: name} where the caller knows them; otherwise a stage is named by its id.
    """
    head, _, tail = (rows or "discovered").partition(":")
    if not tail:
        key = f"measure.set.{head}"
        return t(key if has(key, view.lang) else "measure.set.other", view.lang)
    if head == "status":
        name = t(f"measure.status.{tail}", view.lang) if has(f"measure.status.{tail}", view.lang) else tail
    elif head == "ageing":
        low, _, high = tail.partition("-")
        name = tail
        if tail.endswith("+") and tail[:-1].isdigit():
            name = bucket_name(int(tail[:-1]), None, view)
        elif low.isdigit() and high.isdigit():
            name = bucket_name(int(low), int(high), view)
    else:
        name = (stage_names or {}).get(tail, tail)
    key = f"measure.set.{head}"
    return t(key, view.lang, name=name) if has(key, view.lang) else t("measure.set.other", view.lang)


def item_list(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``截至2022年10月31日，江苏省超期问题共37个。``"""
    number = df.attrs.get("count", len(df))
    name = set_name(df.attrs.get("set") or filters.rows, view, df.attrs.get("stage_names"))
    key = "caption.list.count" if number else "caption.list.none"
    return wording.sentence(df, filters, view, [t(key, view.lang, set=wording.inside(name, view), n=wording.pieces(number, df, view))])
