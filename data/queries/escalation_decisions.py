"""What was decided about regions of the selection, newest first: for the list below the proposals."""

from pandas import DataFrame, Series

from data.escalation.model import word
from data.escalation.read import decisions_until, read_decisions
from data.filters import Filters
from data.queries.selection import Selection
from data.store import Store

COLUMNS = (
    "number", "day", "region_code", "region", "rung", "rung_name", "verdict", "rule", "office", "document_no", "public", "reason", "by",
    "revoked_on", "revoked_why",
)  # fmt: skip


def escalation_decisions(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row for each decision by the as-of day, COLUMNS; ``verdict``: confirmed or dismissed; ``revoked_on``, ``revoked_why``: None while
    it stands. Regions and campaigns choose as in ``region_timeline``."""
    selection = Selection(scope, store, filters)
    tree = selection.tree
    within = set(tree.order) if selection.region_id is None else tree.within(selection.region_id) | {selection.region_id}
    campaigns = {None, *(c.campaign_id for c in selection.campaigns)}
    with store.reading() as conn:
        until = decisions_until(conn, filters, selection.as_of)
        held = [] if selection.empty else read_decisions(conn, until=until, known_at=filters.known_at)
    rows = [
        (
            each.escalation_id, each.effective_on, tree.by_id(each.region_id).code, tree.full_name(each.region_id, lang), each.rung,
            word("rung", each.rung, lang), each.verdict, each.rule, each.office, each.document_no, each.public, each.reason,
            each.decided_by, each.revoked_on, each.revoked_why,
        )
        for each in reversed(held)
        if each.region_id in within and each.campaign_id in campaigns
    ]  # fmt: skip
    columns = {name: Series([row[k] for row in rows], dtype=object) for k, name in enumerate(COLUMNS)}
    return selection.frame(columns, lang, as_of=until)
