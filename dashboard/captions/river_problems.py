"""Words of the items along a river: how many are overdue, of which kind most."""

import pandas as pd

from dashboard.captions import official, rivers, wording
from dashboard.formatting import count
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters

# categories that the caption names
_NAMED = 3


def category_name(name: object, view: View) -> str:
    """A category in words; items without one have a name of their own."""
    return str(name) if name else t("figure.cells.no_category", view.lang)


def title(df: pd.DataFrame, view: View) -> str:
    """The category with most overdue, or how many are still open."""
    lang, total = view.lang, wording.total(df)
    if not total.get("effective"):
        return t("river.problems.title.none", lang)
    if not total["open"]:
        return rivers.named(df, view, "river.problems.title.done", n=count(total["effective"], lang))  # type: ignore[arg-type]
    if not total["overdue"]:
        return rivers.named(df, view, "river.problems.title.open", n=count(total["open"], lang))  # type: ignore[arg-type]
    groups = df.attrs["categories"]
    most = groups[0][4]
    names = [category_name(entry[1], view) for entry in groups if entry[4] == most]
    return rivers.named(
        df,
        view,
        "river.problems.title.overdue_tied" if len(names) > 1 else "river.problems.title.overdue",
        n=count(total["overdue"], lang),  # type: ignore[arg-type]
        category=official.tied(names, view, "categories"),
        k=count(most, lang),
    )


def subtitle(df: pd.DataFrame, view: View) -> str:
    """What a mark is, and how many there are."""
    total = wording.total(df)
    return wording.subtitle(df, view, t("river.problems.subtitle", view.lang, n=count(total.get("effective", 0), view.lang)))  # type: ignore[arg-type]


def river_problems(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """The day and the water: items, how many are rectified and closed, how many open, overdue and due soon, and of which kind most."""
    lang, total = view.lang, wording.total(df)
    if not total.get("effective"):
        return rivers.sentence(df, filters, view, [t("river.problems.none", lang)])
    said = {name: count(total[name], lang) for name in ("effective", "rectified", "closed", "open", "overdue", "due_soon")}  # type: ignore[arg-type]
    parts = [t("river.problems.done", lang, **said), t("river.problems.open", lang, **said)]
    late = [entry for entry in df.attrs.get("categories") or [] if entry[4]]
    if late:
        names = [t("river.problems.category", lang, name=category_name(entry[1], view), k=count(entry[4], lang)) for entry in late[:_NAMED]]
        key = "river.problems.most" if len(late) <= _NAMED else "river.problems.most_some"
        parts.append(t(key, lang, names=t("format.join", lang).join(names)))
    if df.attrs.get("left_out"):
        parts.append(t("river.problems.left_out", lang, n=count(df.attrs["left_out"], lang)))
    return rivers.sentence(df, filters, view, parts)
