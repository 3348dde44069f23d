"""Region × category: completion in a heat table."""

import pandas as pd

from dashboard.figures.heat_table import heat_table
from dashboard.view import View
from data import columns as c


def region_by_category(df: pd.DataFrame, view: View) -> dict[str, object]:
    """Regions down, categories across; a click on a cell leads to its rows."""
    return heat_table(df, c.CATEGORY, view)
