"""Territory × department (条块): completion in a pivot, with the total of each line and each territory."""

import pandas as pd

from dashboard.figures.heat_table import heat_table
from dashboard.view import View
from data import columns as c


def territory_by_department(df: pd.DataFrame, view: View) -> dict[str, object]:
    """Regions down, departments across; a click on a cell leads to its rows."""
    return heat_table(df, c.DEPARTMENT, view)
