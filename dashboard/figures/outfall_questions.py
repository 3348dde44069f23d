"""The four questions about outfalls by region: of how many the answer is known."""

import pandas as pd

from dashboard.captions import outfalls, wording
from dashboard.figures import canvas
from dashboard.figures.panels import of_total, panels
from dashboard.i18n import t
from dashboard.view import View

QUESTIONS = ("where", "who", "what", "whither")


def outfall_questions(df: pd.DataFrame, view: View) -> dict[str, object]:
    """Rows: those that know least first. A click on what is missing leads to the outfalls that lack the answer."""
    lang = view.lang
    if df.empty:
        return canvas.empty(view, t("figure.outfalls.title.none", lang))
    found = outfalls.bars(df, "question")
    words = outfalls.title(df, "question", view), wording.subtitle(df, view, t("figure.outfalls.subtitle.questions", lang))
    return panels(df, QUESTIONS, found, of_total(df, QUESTIONS, found), view, words, [t("figure.outfalls.note.questions", lang)])
