"""Every campaign with its own figures at its own newest day, for choosing one."""

from pandas import DataFrame

from data.filters import Filters
from data.measures import MEASURES
from data.queries.selection import Selection
from data.scope import ALL, region_of
from data.store import Store

COLUMNS = (
    "campaign",
    "campaign_name",
    "kinds",
    "start_on",
    "end_on",
    "as_of",
    "simulated",
    "effective",
    "numerator",
    "denominator",
    "overdue",
)

_RATE = MEASURES["completion_rate"]


def campaign_list(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row a campaign, the one that began last first: ``campaign`` (code), ``campaign_name``, ``kinds`` (tuple of item kinds),
    ``start_on``, ``end_on`` (dates or None), ``as_of`` (the day it is counted at: the filters', else its ledgers' newest),
    ``simulated``, ``effective``, ``numerator`` and ``denominator`` of the completion rate, ``overdue``. A viewer confined to a region
    is not told of campaigns without an item there. ``filters.campaign`` is not looked at.
    """
    rows = []
    for info in sorted(store.campaigns(), key=lambda c: (c.start_on is None, -c.start_on.toordinal() if c.start_on else 0, c.code)):
        selection = Selection(scope, store, filters.but(campaign=(info.code,)))
        if region_of(scope) != ALL and not selection.count("discovered"):
            continue
        kinds = {kind for part in selection.parts for kind in part.index.values["kind"]}
        rows.append(
            (
                info.code,
                info.name(lang),
                tuple(sorted(kinds)),
                info.start_on,
                info.end_on,
                selection.as_of,
                info.simulated,
                selection.count("effective"),
                selection.count(_RATE.numerator),
                selection.count(_RATE.denominator or "effective"),
                selection.count("overdue"),
            )
        )
    return DataFrame({name: [row[k] for row in rows] for k, name in enumerate(COLUMNS)}, columns=list(COLUMNS), dtype=object)
