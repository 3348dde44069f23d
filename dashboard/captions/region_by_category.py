"""Words of the region × category heat table."""

import pandas as pd

from dashboard.captions import crossed
from dashboard.view import View
from data import columns as c
from data.filters import Filters


def region_by_category(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """Where completion is lowest, and how far each category has come."""
    return crossed.caption(df, c.CATEGORY, filters, view)
