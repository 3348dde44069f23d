"""Words of the sections: how many meet their target, and which does not."""

from typing import Any

import pandas as pd

from dashboard import frame, waters
from dashboard.captions import official, rivers, wording
from dashboard.formatting import count
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters

_READ = ("name", "target_grade", "grade", "current", "met", "exceeding")
# sections that the caption names
_NAMED = 4


def missed(df: pd.DataFrame) -> list[dict[str, Any]]:
    """Sections of the newest month that are worse than their target, worst first."""
    rows = [dict(zip(_READ, row, strict=True)) for row in frame.rows(df, *_READ)]
    late = [row for row in rows if row["current"] and row["met"] is False]
    return sorted(late, key=lambda row: -((waters.rank(row["grade"]) or 0) - (waters.rank(row["target_grade"]) or 0)))


def title(df: pd.DataFrame, view: View) -> str:
    """The section that is worst off, or that none is."""
    lang, total, late = view.lang, wording.total(df), missed(df)
    if not total.get("with_target"):
        return t("river.sections.title.none", lang)
    if not late:
        return rivers.named(df, view, "river.sections.title.all", n=count(total["with_target"], lang))  # type: ignore[arg-type]
    worst = late[0]
    # of those that miss it by as much, others may be of another class
    names = [row["name"] for row in late if row["grade"] == worst["grade"] and row["target_grade"] == worst["target_grade"]]
    return rivers.named(
        df,
        view,
        "river.sections.title.late",
        n=len(late),
        of=count(total["with_target"], lang),  # type: ignore[arg-type]
        name=official.tied(names, view, "sections"),
        grade=waters.grade(worst["grade"], lang),
    )


def subtitle(df: pd.DataFrame, view: View) -> str:
    """Measure and month."""
    return wording.subtitle(df, view, t("river.sections.subtitle", view.lang, month=waters.month(df.attrs.get("month"), view.lang)))


def river_sections(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """The day and the water: the sections of the newest month, the shares at their target and at III or better, and which miss it."""
    lang, total = view.lang, wording.total(df)
    if not total.get("assessed"):
        return rivers.sentence(df, filters, view, [t("river.sections.none", lang)])
    month = waters.month(df.attrs.get("month"), lang)
    parts = [t("river.sections.assessed", lang, month=month, n=count(total["assessed"], lang))]  # type: ignore[arg-type]
    if total.get("with_target"):
        parts.append(t("river.sections.met", lang, rate=wording.rate(total["met"], total["with_target"], view)))
    parts.append(t("river.sections.good", lang, rate=wording.rate(total["good"], total["assessed"], view)))
    late = missed(df)
    if late:
        names = [
            t(
                "river.sections.one" if not waters.indicators(row["exceeding"], lang) else "river.sections.one_over",
                lang,
                name=row["name"],
                grade=waters.grade(row["grade"], lang),
                target=waters.grade(row["target_grade"], lang),
                over=waters.indicators(row["exceeding"], lang),
            )
            for row in late[:_NAMED]
        ]
        said = t("format.join", lang).join(names)
        parts.append(t("river.sections.late" if len(late) <= _NAMED else "river.sections.late_some", lang, names=said, n=len(late)))
    return rivers.sentence(df, filters, view, parts)
