"""Territory by department (条块, M26): every item counted once, under its lead department."""

from pandas import DataFrame

from data.filters import Filters
from data.queries.crossed import crossed
from data.store import Store


def territory_by_department(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """``region_code, region, department, department_name, effective, rectified, overdue, completion_rate``; see data.queries.crossed.

    Lead-department mode: totals over departments equal the territory's. data.queries.shared_responsibility has the weighted mode.
    """
    return crossed(scope, store, filters, "department", lang)
