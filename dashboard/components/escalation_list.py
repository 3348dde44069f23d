"""What the rules propose, for a person to confirm or to dismiss, and what was decided before."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from dashboard.components.filter_bar import dropdown_words
from dashboard.formatting import count, day, missing
from dashboard.i18n import t
from dashboard.links import within
from dashboard.view import View
from data.filters import Filters

Row = Mapping[str, Any]
CONFIRM, DISMISS, REVOKE, OWN = "confirm", "dismiss", "revoke", "own"
# more are read in the exported sheet
MOST = 60
MOST_DECIDED = 30
LONGEST_REASON, LONGEST_OFFICE, LONGEST_DOCUMENT = 2000, 200, 100


def escalation_body(
    rows: Sequence[Row],
    findings: Sequence[Sequence[tuple[str, str | None]]],
    decided: Sequence[Row],
    caption: str,
    options: Mapping[str, Any],
    asking: str | None,
    may: bool,
    filters: Filters,
    view: View,
) -> list[object]:
    """``rows`` of the frame of ``escalation-candidates`` and its ``findings``; ``decided``: of ``escalation_decisions``; ``options``: of
    the form of a new order; ``asking``: the form that is open; ``may``: the visitor may decide here."""
    lang, asking = view.lang, asking or ""
    # a rule looks at the whole of a region: what its numbers lead to must not be narrowed by filters of items
    plain = Filters(campaign=filters.campaign, as_of=filters.as_of, known_at=filters.known_at, count_basic=filters.count_basic)
    out: list[object] = [html.P(caption, className="chart-caption order-caption")]
    lines = [
        _proposal(row, found, options["day"], asking, may, plain, view) for row, found in zip(rows[:MOST], findings[:MOST], strict=True)
    ]
    if lines:
        out.append(html.Ul(lines, className="order-list escalation-list"))
    if len(rows) > MOST:
        out.append(html.P(t("orders.more", lang, n=count(MOST, lang), all=count(len(rows), lang)), className="table-note"))
    if may:
        out.append(_own(options, asking, lang))
    out += _decided(decided, asking, options["day"], may, lang)
    return out


def _proposal(
    row: Row, found: Sequence[tuple[str, str | None]], today: str, asking: str, may: bool, filters: Filters, view: View
) -> html.Li:
    lang, key = view.lang, f"{row['rule']}:{row['region_code']}"
    evidence = [
        html.Li(html.A(said, href=within(filters, piece, view), **{"data-nav": "plain"}) if piece else said) for said, piece in found
    ]
    children: list[object] = [
        html.Div(
            [
                html.Span(t("escalation.propose", lang, rung=row["rung_name"]), className="order-mark escalation-mark"),
                html.Strong(row["region"], className="order-place"),
                html.Span(row["rule_name"], className="order-office"),
            ],
            className="order-line",
        ),
        html.Ul(evidence, className="escalation-evidence"),
        html.P(t("escalation.basis", lang, basis=row["basis"]), className="order-facts escalation-basis"),
    ]
    # a condition on a rung taken says the same
    if not missing(row["last_on"]) and all(piece for _, piece in found):
        before = {"rung": row["last_rung_name"], "day": day(row["last_on"], lang, year=True), "document": row["last_document"] or ""}
        children.append(html.P(t("escalation.before", lang, **before), className="order-facts"))
    children = [html.Div(children, className="order-main")]
    if may:
        do, _, which = asking.partition(":")
        if which == key and do == CONFIRM:
            about = t("escalation.about.confirm", lang, region=row["region"], rung=row["rung_name"])
            children.append(_form(f"{CONFIRM}:{key}", about, paper_fields(today, lang), t("escalation.yes.confirm", lang), lang))
        elif which == key and do == DISMISS:
            about = t("escalation.about.dismiss", lang)
            fields = [_text("day", "day", today, 10, lang), _long("reason", "dismiss_reason", lang)]
            children.append(_form(f"{DISMISS}:{key}", about, fields, t("escalation.yes.dismiss", lang), lang))
        else:
            children.append(
                html.Div([_ask(f"{each}:{key}", f"escalation.do.{each}", lang) for each in (CONFIRM, DISMISS)], className="order-steps")
            )
    return html.Li(children, className=f"order escalation-{row['rung']}")


def _own(options: Mapping[str, Any], asking: str, lang: str) -> object:
    """A rung that no rule proposed."""
    if asking != OWN:
        return html.Div(_ask(OWN, "escalation.do.own", lang), className="order-steps")
    fields = [
        _choice("region", options["regions"], lang),
        _choice("rung", options["rungs"], lang),
        *paper_fields(options["day"], lang),
    ]
    return _form(OWN, t("escalation.about.own", lang), fields, t("escalation.yes.confirm", lang), lang)


def paper_fields(today: str, lang: str) -> list[object]:
    """What a confirmed rung has on paper. Publicity is chosen, never assumed."""
    publicity = [{"value": each, "label": t(f"escalation.public.{each}", lang)} for each in ("yes", "no")]
    return [
        _text("office", "office", "", LONGEST_OFFICE, lang),
        _text("document", "document", "", LONGEST_DOCUMENT, lang),
        _text("day", "day", today, 10, lang),
        html.Div(
            [
                html.Span(t("escalation.field.public", lang), className="filter-label"),
                dcc.RadioItems(id={"type": "escalation-field", "name": "public"}, options=publicity, value=None, className="import-radio"),
            ],
            className="order-field",
            role="group",
            **{"aria-label": t("escalation.field.public", lang)},
        ),
        _long("reason", "reason", lang),
    ]


def _decided(decided: Sequence[Row], asking: str, today: str, may: bool, lang: str) -> list[object]:
    out: list[object] = [html.H3(t("escalation.decided", lang, n=count(len(decided), lang)), className="order-meeting")]
    if not decided:
        return [*out, html.P(t("escalation.decided_none", lang), className="quiet")]
    rows = []
    for each in decided[:MOST_DECIDED]:
        verdict: list[object] = [html.Strong(t(f"escalation.verdict.{each['verdict']}", lang, rung=each["rung_name"]))]
        if not missing(each["revoked_on"]):
            verdict.append(
                html.Div(t("escalation.revoked", lang, day=day(each["revoked_on"], lang, year=True), why=each["revoked_why"] or ""))
            )
        paper: list[object] = []
        if each["verdict"] == "confirmed":
            public = "yes" if each["public"] else "no"
            publicity = t(f"escalation.public.{public}", lang)
            paper = [html.Div(each["document_no"] or ""), html.Div(each["office"] or ""), html.Div(publicity, className="quiet")]
        said: list[object] = [html.Div(each["reason"] or "", className="lock-text"), html.Small(each["by"] or "", className="quiet")]
        if may and missing(each["revoked_on"]):
            if asking == f"{REVOKE}:{each['number']}":
                fields = [_text("day", "day", today, 10, lang), _long("reason", "revoke_reason", lang)]
                said.append(_form(asking, t("escalation.about.revoke", lang), fields, t("escalation.yes.revoke", lang), lang))
            else:
                said.append(html.Div(_ask(f"{REVOKE}:{each['number']}", "escalation.do.revoke", lang), className="order-steps"))
        rows.append([day(each["day"], lang, year=True), each["region"], verdict, paper, said])
    heads = [t(f"escalation.column.{name}", lang) for name in ("day", "region", "verdict", "paper", "reason")]
    # cells carry their headings, so that a narrow page can set them one under the other
    body = [html.Tr([html.Td(cell, **{"data-label": head}) for head, cell in zip(heads, row, strict=True)]) for row in rows]
    head = html.Thead(html.Tr([html.Th(each, scope="col") for each in heads]))
    shown = html.Table([head, html.Tbody(body)], className="import-table lock-table escalation-decided")
    if len(decided) > MOST_DECIDED:
        return [
            *out,
            html.Div(shown, className="lock-scroll"),
            html.P(t("orders.more", lang, n=MOST_DECIDED, all=count(len(decided), lang)), className="table-note"),
        ]
    return [*out, html.Div(shown, className="lock-scroll")]


# ----------------------------------------------------------------------------- controls


def _ask(name: str, words: str, lang: str) -> html.Button:
    style = "import-quiet-button order-next" if name.startswith(CONFIRM) else "import-quiet-button"
    return html.Button(t(words, lang), id={"type": "escalation-ask", "name": name}, className=style, n_clicks=0, type="button")


def _form(name: str, about: str, fields: list[object], yes: str, lang: str) -> html.Div:
    send = html.Button(yes, id={"type": "escalation-do", "name": name}, className="import-danger", n_clicks=0, type="button")
    no = html.Button(
        t("orders.step.cancel", lang),
        id={"type": "escalation-ask", "name": ""},
        className="import-secondary",
        n_clicks=0,
        type="button",
        **{"data-cancel": ""},
    )
    return html.Div(
        [html.P(about, className="import-hint order-wide"), *fields, html.Div([send, no], className="lock-actions order-wide")],
        className="order-form order-step-form",
        role="group",
        **{"aria-label": yes, "data-first": ""},
    )


def _text(name: str, words: str, value: str, most: int, lang: str) -> html.Label:
    box = dcc.Input(id={"type": "escalation-field", "name": name}, type="text", value=value, maxLength=most, className="import-input")
    return html.Label([html.Span(t(f"escalation.field.{words}", lang), className="filter-label"), box], className="order-field")


def _long(name: str, words: str, lang: str) -> html.Label:
    box = dcc.Textarea(id={"type": "escalation-field", "name": name}, value="", rows=2, maxLength=LONGEST_REASON, className="import-input")
    return html.Label([html.Span(t(f"escalation.field.{words}", lang), className="filter-label"), box], className="order-field order-wide")


def _choice(name: str, options: list[dict[str, str]], lang: str) -> html.Div:
    box = dcc.Dropdown(
        id={"type": "escalation-field", "name": name},
        options=options,
        value=None,
        placeholder=t("orders.form.choose", lang),
        labels=dropdown_words(lang),
    )
    words = t(f"escalation.field.{name}", lang)
    return html.Div([html.Span(words, className="filter-label"), box], className="order-field", role="group", **{"aria-label": words})
