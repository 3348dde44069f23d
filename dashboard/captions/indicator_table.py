"""Words of the indicator table: what it holds, who takes part, and the cautions that go with every list of ranks."""

import pandas as pd

from dashboard.captions import race
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters


def indicators(df: pd.DataFrame) -> list[str]:
    """The ids of the frame's indicators, in its order."""
    return [str(name).removesuffix("_points") for name in df.columns if str(name).endswith("_points")]


def indicator_table(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``…参与排名92个，…；7个指标的分子、分母、数值与得分；…。``"""
    found = race.rows(df, view)
    if not found:
        return race.sentence(df, view, [t("ranking.clause.none", view.lang)])
    parts = [race.taking_part(df, found, view), t("ranking.table.clause", view.lang, n=len(indicators(df)))]
    return race.sentence(df, view, parts + race.cautions(df, found, view))
