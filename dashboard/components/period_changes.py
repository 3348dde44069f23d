"""What a correction changed, as a table: who moved, and why."""

from collections.abc import Sequence

from dash import html

from dashboard.formatting import DASH, MINUS, missing
from dashboard.i18n import t
from dashboard.links import export
from dashboard.view import View
from data.filters import Filters

# more rows than this are read in the data file
MOST = 60
# so many places that only moved with the others are shown unasked
FEW = 5

Row = dict[str, object]


def changes(rows: Sequence[Row], attrs: Row, filters: Filters, view: View) -> list[object]:
    """Heading, reason and table of one correction; nothing without one. ``rows`` and ``attrs`` as ``rank-changes`` gives them."""
    lang = view.lang
    if not attrs.get("edition_new"):
        return []
    title = t("periods.diff", lang, n=attrs.get("count") or 0, old=attrs["edition_old"], new=attrs["edition_new"])
    facts = [t("periods.diff_moved", lang, n=attrs.get("moved") or 0)]
    if attrs.get("reason"):
        facts.append(t("periods.diff_reason", lang, reason=attrs["reason"]))
    out: list[object] = [html.H3(title), html.P(t("filters.separator", lang).join(facts), className="quiet")]
    if not rows:
        return [*out, html.P(t("periods.diff_none", lang), className="quiet")]
    decimals = int(str(attrs.get("decimals") or 0))
    put_right = [row for row in rows if row["corrected"]]
    moved = [row for row in rows if not row["corrected"]]
    if put_right:
        out.append(_table(put_right[:MOST], decimals, lang))
    if moved:
        # what was put right is read first; a few that moved with it stand open below
        words = html.Summary(t("periods.diff_others", lang, n=len(moved)))
        out.append(html.Details([words, _table(moved[:MOST], decimals, lang)], className="lock-others", open=len(moved) <= FEW))
    more = max(len(put_right) - MOST, 0) + max(len(moved) - MOST, 0)
    if more:
        link = export("rank-changes", "xlsx", filters.for_race(), view)
        out.append(html.P(html.A(t("periods.diff_more", lang, n=more), href=link)))
    return out


def _table(rows: Sequence[Row], decimals: int, lang: str) -> html.Div:
    heads = [t(f"periods.column.{name}", lang) for name in ("region", "rank", "score", "why")]
    body = [_line(row, heads, decimals, lang) for row in rows]
    head = html.Thead(html.Tr([html.Th(each, scope="col") for each in heads]))
    return html.Div(html.Table([head, html.Tbody(body)], className="import-table lock-table lock-changes"), className="lock-scroll")


def _line(row: Row, heads: Sequence[str], decimals: int, lang: str) -> html.Tr:
    cells = (
        row["region"],
        _pair(_rank(row["rank_old"], lang), _rank(row["rank_new"], lang), lang),
        _pair(_score(row["score_old"], decimals), _score(row["score_new"], decimals), lang),
        row["why"],
    )
    name = "" if row["corrected"] else "lock-moved-only"
    return html.Tr([html.Td(cell, **{"data-label": head}) for head, cell in zip(heads, cells, strict=True)], className=name)


def _rank(rank: object, lang: str) -> str:
    return t("periods.unranked", lang) if missing(rank) else str(rank)


def _score(score: object, decimals: int) -> str:
    return DASH if missing(score) else f"{score:.{decimals}f}".replace("-", MINUS)


def _pair(old: str, new: str, lang: str) -> str:
    return old if old == new else t("periods.from_to", lang, old=old, new=new)
