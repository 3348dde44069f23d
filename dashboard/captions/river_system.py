"""Words of a river and its surroundings: what flows in, what it flows into, and how its sections stand."""

import pandas as pd

from dashboard import frame, waters
from dashboard.captions import rivers, wording
from dashboard.formatting import count
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters

_READ = ("what", "name", "role", "flows_into", "sections", "sections_met", "outfalls", "overdue", "code")
# tributaries that the caption names
_NAMED = 12


def _sums(df: pd.DataFrame) -> dict[str, int]:
    """Over the chosen water bodies: water bodies, sections with a class and of them those that miss their target, outfalls, overdue."""
    chosen = [row for row in frame.rows(df, *_READ) if row[0] == "water" and row[2] == "chosen"]
    judged, met = (sum(int(row[k]) for row in chosen) for k in (4, 5))
    return {
        "waters": len(chosen),
        "sections": judged,
        "missed": judged - met,
        "outfalls": sum(int(row[6]) for row in chosen),
        "overdue": sum(int(row[7]) for row in chosen),
    }


def _tributaries(df: pd.DataFrame) -> list[str]:
    """Names of what flows straight into the one chosen water body, from the source down."""
    rows = [row for row in frame.rows(df, *_READ, "km") if row[0] == "water"]
    own = [row[8] for row in rows if row[2] == "chosen"]
    if len(own) != 1:
        return []
    mine = [row for row in rows if row[3] == own[0]]
    return [str(row[1]) for row in sorted(mine, key=lambda row: (wording.null(row[9]), row[9]))]


def _counted(sums: dict[str, int], lang: str) -> dict[str, str]:
    return {what: t(f"river.system.count.{what}", lang, n=count(sums[what], lang)) for what in ("outfalls", "overdue")}


def title(df: pd.DataFrame, view: View) -> str:
    """How many flow in, and how much there is along it."""
    lang, sums = view.lang, _sums(df)
    if not sums["waters"]:
        return t("river.system.title.none", lang)
    said = _counted(sums, lang)
    if rivers.water(df, view) is None:
        return t("river.system.title.many", lang, n=count(sums["waters"], lang), **said)
    joined = _tributaries(df)
    if not joined:
        return rivers.named(df, view, "river.system.title.alone", **said)
    return rivers.named(df, view, "river.system.title.joined", n=len(joined), **said)


def subtitle(df: pd.DataFrame, view: View) -> str:
    """What is drawn, and of which month the classes are."""
    return wording.subtitle(df, view, t("river.system.subtitle", view.lang, month=waters.month(df.attrs.get("month"), view.lang)))


def river_system(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """The day and the water: what it flows into, what joins it, sections that miss their target, outfalls and overdue items along it."""
    lang, sums = view.lang, _sums(df)
    if not sums["waters"]:
        return rivers.sentence(df, filters, view, [t("river.system.none", lang)])
    parts = []
    if rivers.water(df, view) is not None:
        into = df.attrs.get("into")
        parts.append(t("river.system.into", lang, name=into) if into else t("river.system.sea", lang))
        joined = _tributaries(df)
        if joined:
            names = t("format.join", lang).join(joined[:_NAMED])
            parts.append(
                t("river.system.joined" if len(joined) <= _NAMED else "river.system.joined_some", lang, names=names, n=len(joined))
            )
    else:
        parts.append(t("river.system.waters", lang, n=count(sums["waters"], lang)))
    if sums["sections"]:
        key = "river.system.sections_missed" if sums["missed"] else "river.system.sections_met"
        parts.append(t(key, lang, month=waters.month(df.attrs.get("month"), lang), n=sums["sections"], k=sums["missed"]))
    else:
        parts.append(t("river.system.unjudged", lang))
    parts.append(t("river.system.items", lang, **_counted(sums, lang)))
    if df.attrs.get("left_out"):
        parts.append(t("river.system.left_out", lang, n=count(df.attrs["left_out"], lang)))
    return rivers.sentence(df, filters, view, parts)
