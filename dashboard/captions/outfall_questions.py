"""Words of the four questions about outfalls."""

import pandas as pd

from dashboard.captions import outfalls, wording
from dashboard.view import View
from data.filters import Filters


def outfall_questions(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``截至…，江苏省共排污口1873个；口在哪98.2%（1840/1873）、谁在排…；…。``"""
    return wording.sentence(df, filters, view, outfalls.clauses(df, "question", view))
