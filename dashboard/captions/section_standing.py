"""Words of the sections' standing: how many meet their target, and which do not."""

import pandas as pd

from dashboard import waters
from dashboard.captions import wording
from dashboard.formatting import count
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters

_NAMED = 4


def title(df: pd.DataFrame, view: View) -> str:
    """``3个断面未达目标（42个中）``, or that all meet it."""
    lang, total = view.lang, wording.total(df)
    aimed = total.get("with_target")
    if not aimed:
        return t("standing.title.none", lang)
    late = aimed - total["met"]  # type: ignore[operator]
    return t("standing.title.late" if late else "standing.title.all", lang, n=count(late, lang), of=count(aimed, lang))  # type: ignore[arg-type]


def subtitle(df: pd.DataFrame, view: View) -> str:
    """Measure, month and day."""
    return wording.subtitle(df, view, t("standing.subtitle", view.lang, month=waters.month(df.attrs.get("month"), view.lang)))


def named(df: pd.DataFrame, view: View) -> list[str]:
    """``浦口桥（Ⅳ类，目标Ⅲ类）`` of the sections that miss their target, worst first."""
    lang = view.lang
    return [
        t("standing.one", lang, name=name, grade=waters.grade(grade, lang), target=waters.grade(target, lang))
        for name, grade, target in df.attrs.get("late", [])
    ]


def section_standing(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """The month's sections, the shares at their target and at III or better, and those that miss it."""
    lang, total = view.lang, wording.total(df)
    if not total.get("assessed"):
        return wording.sentence(df, filters, view, [t("standing.none", lang)])
    month = waters.month(df.attrs.get("month"), lang)
    parts = [t("standing.assessed", lang, month=month, n=count(total["assessed"], lang))]  # type: ignore[arg-type]
    if total.get("with_target"):
        parts.append(t("standing.met", lang, rate=wording.rate(total["met"], total["with_target"], view)))
    parts.append(t("standing.good", lang, rate=wording.rate(total["good"], total["assessed"], view)))
    late = named(df, view)
    if late:
        more = len(late) > _NAMED
        parts.append(t("standing.late_more" if more else "standing.late", lang, names=t("format.join", lang).join(late[:_NAMED])))
    return wording.sentence(df, filters, view, parts)
