"""Regions by category: where which kind of problem remains."""

from pandas import DataFrame

from data.filters import Filters
from data.queries.crossed import crossed
from data.store import Store


def region_by_category(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """``region_code, region, category, category_name, effective, rectified, overdue, completion_rate``; see data.queries.crossed."""
    return crossed(scope, store, filters, "category", lang)
