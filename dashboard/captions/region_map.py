"""Words of the map of regions."""

import pandas as pd

from dashboard import map_notice
from dashboard.captions import regions, wording
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters


def region_map(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``截至…，江苏省整改完成率85.7%（16574/19339）；最低的是…；审图号：…。``: a map with boundaries says by whose leave it is shown."""
    said = t("caption.regions.notice", view.lang, notice=wording.inside(map_notice.current().text(view.lang), view))
    return wording.sentence(df, filters, view, [*regions.clauses(df, view), said])
