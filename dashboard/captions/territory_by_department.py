"""Words of the territory × department pivot (条块)."""

import pandas as pd

from dashboard.captions import crossed
from dashboard.view import View
from data import columns as c
from data.filters import Filters


def territory_by_department(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """Where completion is lowest, and how far each department has come."""
    return crossed.caption(df, c.DEPARTMENT, filters, view)
