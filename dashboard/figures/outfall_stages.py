"""The outfalls' way by region: four bars, and on each a tick for the share over the fixed baseline."""

import pandas as pd

from dashboard.captions import outfalls, wording
from dashboard.figures import canvas
from dashboard.figures.panels import of_total, panels
from dashboard.i18n import t
from dashboard.view import View

STAGES = ("surveyed", "monitored", "traced", "completed")


def outfall_stages(df: pd.DataFrame, view: View) -> dict[str, object]:
    """Rows: furthest behind in rectification first. Without a round there is no fixed baseline, and the note says so."""
    lang = view.lang
    if df.empty:
        return canvas.empty(view, t("figure.outfalls.title.none", lang))
    found = outfalls.bars(df, "stage")
    why = df.attrs.get("fixed_reason")
    note = t(f"figure.outfalls.note.{why}" if why else "figure.outfalls.note.tick", lang)
    words = outfalls.title(df, "stage", view), wording.subtitle(df, view, t("figure.outfalls.subtitle.stages", lang))
    return panels(df, STAGES, found, of_total(df, STAGES, found), view, words, [note])
