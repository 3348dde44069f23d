"""Words of the sections' standing: how many meet their target, and which do not."""

import pandas as pd

from dashboard import waters
from dashboard.captions import official, wording
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
    if not late:
        return t("standing.title.all", lang, n=count(aimed, lang))  # type: ignore[arg-type]
    return t("standing.title.late", lang, n=count(late, lang), of=count(aimed, lang))  # type: ignore[arg-type]


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
    parts.append(_good(df, view))
    late = named(df, view)
    if late:
        missed = total["with_target"] - total["met"]  # type: ignore[operator]
        more = missed > _NAMED
        names = t("format.join", lang).join(late[:_NAMED])
        parts.append(t("standing.late_more" if more else "standing.late", lang, names=names, n=count(missed, lang)))
    return wording.sentence(df, filters, view, parts)


def _good(df: pd.DataFrame, view: View) -> str:
    """``达到或优于Ⅲ类的占98.6%（73/74）``, and how that stands to the share asked for where the frame has one (``attrs["goal"]``: its two
    numbers)."""
    total = wording.total(df)
    said = t("standing.good", view.lang, rate=wording.rate(total["good"], total["assessed"], view))
    goal = df.attrs.get("goal")
    held = official.against((total["good"], total["assessed"]), goal, official.TARGET, view) if goal else ""  # type: ignore[arg-type]
    return t("caption.comma", view.lang).join(filter(None, (said, held)))
