"""Red flags inside protection zones, each for a person to confirm or to dismiss with a reason."""

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard.formatting import count, day
from dashboard.i18n import t
from dashboard.site import address
from dashboard.view import View
from data.filters import Filters

# more are read in the exported sheet
MOST = 60


def flag_list(rows: Sequence[dict[str, Any]], total: int, filters: Filters, view: View, may_decide: bool) -> list[object]:
    """``rows`` of the frame of ``zone-flags``; ``may_decide``: the visitor may confirm and dismiss."""
    lang = view.lang
    if not rows:
        return [html.P(t("map.flags.none", lang), className="quiet")]
    lines = [html.Li(_line(row, view, may_decide), className=f"zone-flag flag-{row['verdict']}") for row in rows[:MOST]]
    out: list[object] = [html.Ul(lines, className="flag-list")]
    if total > len(lines):
        out.append(html.P(t("map.flags.more", lang, n=count(len(lines), lang), all=count(total, lang)), className="table-note"))
    return out


def _line(row: dict[str, Any], view: View, may_decide: bool) -> list[object]:
    lang = view.lang
    where = t("map.flags.where", lang, zone=row["zone"], grade=t(f"map.grade.{row['grade']}", lang), m=count(row["inside_m"], lang))
    name = str(row["object_name"] or row["ledger_no"] or row["item_id"])
    said: list[object] = [
        html.Span(t(f"map.verdict.{row['verdict']}", lang), className="flag-verdict"),
        html.A(name, href=address(f"/item/{row['item_id']}", None, view), **{"data-nav": "plain"}),
        html.Span(f"{t('kind.' + str(row['kind']), lang)} · {row['ledger_no'] or ''} · {row['region']}", className="quiet"),
        html.Span(where),
        html.Span(t("map.card.approval", lang, number=row["approval_no"]), className="quiet"),
    ]
    if row["decided_on"] is not None:
        reason = f"{t('map.flags.colon', lang)}{row['reason']}" if row["reason"] else ""
        said.append(html.Span(t("map.flags.decided", lang, day=day(row["decided_on"], lang, year=True)) + reason, className="quiet"))
    if may_decide:
        said.append(_decision(row, view))
    return said


def _decision(row: dict[str, Any], view: View) -> html.Details:
    lang = view.lang
    key = {"item": row["item_id"], "zone": row["zone_id"]}
    open_again = row["verdict"] != "proposed"
    verdicts = ("reopened",) if open_again else ("confirmed", "dismissed")
    reason = dcc.Input(
        id={"type": "flag-reason", **key},
        type="text",
        maxLength=1000,
        placeholder=t("map.flags.reason", lang),
        className="flag-reason",
        value="",
    )
    buttons = [
        html.Button(
            t(f"map.flags.do.{verdict}", lang),
            id={"type": "flag-decide", "verdict": verdict, **key},
            n_clicks=0,
            className="switch",
            type="button",
        )
        for verdict in verdicts
    ]
    return html.Details([html.Summary(t("map.flags.decide", lang)), html.Div([reason, *buttons], className="flag-decision")])
