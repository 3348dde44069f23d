"""Words of the schematic of regions: squares without boundaries."""

import pandas as pd

from dashboard.captions import regions, wording
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters


def region_tiles(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``截至…，江苏省整改完成率85.7%（16574/19339）；最低的是…；示意图，不表示边界。``"""
    return wording.sentence(df, filters, view, [*regions.clauses(df, view), t("caption.regions.schematic", view.lang)])
