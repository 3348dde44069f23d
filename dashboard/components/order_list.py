"""The orders by meeting: how each stands, what is due, the items that go with it, and the steps a person can take."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from dash import dcc, html

from dashboard.captions.orders import TOLD
from dashboard.formatting import count, day, days, missing, of
from dashboard.i18n import t
from dashboard.site import address
from dashboard.view import View

#: what the list may be narrowed to
ALL, OPEN = "all", "open"
SHOWN = (ALL, OPEN, "overdue", "issued", "signed", "done", "withdrawn")
_OPEN = ("overdue", "issued", "signed")
LONGEST_NOTE = 2000
# more are read in the exported sheet
MOST = 120

Row = Mapping[str, Any]


def order_head(attrs: Mapping[str, Any], caption: str, view: View) -> list[object]:
    """The finding, and the sentence under it."""
    lang, last = view.lang, attrs.get("meeting_on")
    if last is None:
        return [
            html.H2(t("orders.heading", lang), className="chart-title"),
            html.P(t("orders.none_about", lang), className="chart-subtitle"),
        ]
    counts = attrs["counts"]
    total, late = sum(counts.values()), counts["overdue"]
    done = counts["done"] + counts["withdrawn"] == total
    key = "orders.finding.late" if late else "orders.finding.done" if done else "orders.finding.none_late"
    title = t(key, lang, day=day(last, lang), total=count(total, lang), n=count(late or total, lang))
    return [html.H2(title, className="chart-title"), html.P(caption, className="chart-caption order-caption")]


def shown_options(standings: Mapping[str, int], lang: str) -> list[dict[str, str]]:
    """``全部 25 · 未办结 12 · 超期 9 …``"""
    numbers = {ALL: sum(standings.values()), OPEN: sum(standings[name] for name in _OPEN), **standings}
    return [{"value": name, "label": t(f"orders.shown.{name}", lang, n=count(numbers[name], lang))} for name in SHOWN]


def order_list(
    rows: Sequence[Row], details: Mapping[int, Mapping[str, Any]], asking: str | None, today: str, may: bool, shown: str | None, view: View
) -> list[object]:
    """``rows`` of the frame of ``orders``; ``details``: by order ``items`` [(id, number)] and ``events`` [(what, day, due, note, by)];
    ``today``: the day a step is taken to happen on, ISO; ``may``: the visitor may take steps here."""
    lang = view.lang
    kept = [row for row in rows if _fits(row, shown or ALL)]
    if not kept:
        return [html.P(t("orders.none_shown" if rows else "orders.none", lang), className="quiet")]
    out: list[object] = []
    # meetings newest first; within one the frame's own order: what needs action first
    kept = sorted(kept, key=lambda row: -row["meeting_on"].toordinal())
    for meeting, group in groupby(kept[:MOST], key=lambda row: row["meeting_on"]):
        held = list(group)
        lines = [_order(row, details.get(row["order_id"], {}), asking or "", today, may, view) for row in held]
        out.append(
            html.Section(
                [html.H3(_meeting(meeting, held, lang), className="order-meeting"), html.Ul(lines, className="order-list")],
                className="order-group",
            )
        )
    if len(kept) > MOST:
        out.append(html.P(t("orders.more", lang, n=count(MOST, lang), all=count(len(kept), lang)), className="table-note"))
    return out


def _fits(row: Row, shown: str) -> bool:
    return shown == ALL or row["standing"] == shown or (shown == OPEN and row["standing"] in _OPEN)


def _meeting(meeting: date, held: Sequence[Row], lang: str) -> str:
    numbers = {name: sum(row["standing"] == name for row in held) for name in TOLD}
    stands = [t(f"caption.orders.{name}", lang, n=count(n, lang)) for name, n in numbers.items() if n]
    return t(
        "orders.meeting", lang, day=day(meeting, lang, year=True), n=count(len(held), lang), stands=t("caption.list", lang).join(stands)
    )


# ----------------------------------------------------------------------------- one order


def _order(row: Row, detail: Mapping[str, Any], asking: str, today: str, may: bool, view: View) -> html.Li:
    lang, number, standing = view.lang, row["order_id"], row["standing"]
    head: list[object] = [
        html.Span(t(f"orders.standing.{standing}", lang), className=f"order-mark order-mark-{standing}"),
        html.Strong(row["region"] or "", className="order-place"),
        html.Span(row["department_name"] or t("orders.whole_place", lang), className="order-office"),
        html.Span(row["method_name"], className="order-method"),
        html.Span(t("orders.number", lang, n=number), className="quiet"),
    ]
    main = [html.Div(head, className="order-line"), html.P(row["text"], className="order-text"), _more(row, detail, view)]
    children: list[object] = [html.Div(main, className="order-main")]
    if may:
        children.append(_steps(row, asking, today, lang))
    return html.Li(children, id=f"order-{number}", className=f"order order-{standing}")


def _facts(row: Row, lang: str) -> list[str]:
    due, late = day(row["due_on"], lang), row["days_overdue"]
    if row["standing"] == "overdue":
        said = [t("orders.due_late", lang, due=due, days=days(int(late), lang)) if late else t("orders.due_today", lang, due=due)]
    else:
        said = [t("orders.due", lang, due=due)]
    if not missing(row["signed_on"]):
        said.append(t("orders.signed_on", lang, day=day(row["signed_on"], lang)))
    if not missing(row["done_on"]):
        after = (row["done_on"] - row["due_on"]).days
        key = "orders.done_late" if after > 0 else "orders.done_on"
        said.append(t(key, lang, day=day(row["done_on"], lang), days=days(max(after, 0), lang)))
    if row["items"]:
        said.append(t("orders.items", lang, of=of(row["items_rectified"], row["items"], lang)))
    return said


def _more(row: Row, detail: Mapping[str, Any], view: View) -> html.Details:
    """What is due and done; opened, the items, each with the way to its page, and everything that happened."""
    lang = view.lang
    items = [
        html.Li(html.A(name, href=address(f"/item/{key}", None, view), **{"data-nav": "plain"})) for key, name in detail.get("items", ())
    ]
    happened = [html.Li(_event(each, lang)) for each in detail.get("events", ())]
    held: list[object] = []
    if items:
        held += [html.H4(t("orders.items_of", lang, n=len(items))), html.Ul(items, className="order-items")]
    held += [html.H4(t("orders.history", lang)), html.Ol(happened, className="order-history")]
    key = "orders.more_items" if items else "orders.more_history"
    facts = [html.Span(each) for each in _facts(row, lang)]
    more = html.Span(t(key, lang, n=len(items)), className="order-open")
    return html.Details([html.Summary([*facts, more], className="order-facts"), *held], className="order-more")


def _event(each: Sequence[Any], lang: str) -> list[object]:
    what, when, due, note, by = each
    out: list[object] = [html.Span(day(when, lang, year=True), className="quiet"), " ", html.Span(t(f"orders.what.{what}", lang))]
    if due is not None:
        out.append(html.Span(t("orders.until", lang, due=day(due, lang, year=True))))
    if by:
        out.append(html.Span(f" · {by}", className="quiet"))
    if note:
        out.append(html.Div(note, className="lock-text"))
    return out


# ----------------------------------------------------------------------------- steps


def steps_of(row: Row) -> list[str]:
    """What can happen to an order that stands so; the next step first."""
    standing, signed = row["standing"], not missing(row["signed_on"])
    if standing == "withdrawn":
        return []
    if standing == "done":
        return ["returned"]
    return (["done", "returned"] if signed else ["signed", "done"]) + ["extended", "withdrawn"]


def _steps(row: Row, asking: str, today: str, lang: str) -> html.Div:
    number, offered = row["order_id"], steps_of(row)
    what, _, of_order = asking.partition(":")
    if of_order == str(number) and what in offered:
        return _form(row, what, today, lang)
    buttons = [
        html.Button(
            t(f"orders.what.{each}", lang),
            id={"type": "order-ask", "name": f"{each}:{number}"},
            className="import-quiet-button" if k else "import-quiet-button order-next",
            n_clicks=0,
            type="button",
            **{"aria-label": t("orders.do", lang, what=t(f"orders.what.{each}", lang), n=number)},
        )
        for k, each in enumerate(offered)
    ]
    return html.Div(buttons, className="order-steps")


def _form(row: Row, what: str, today: str, lang: str) -> html.Div:
    number = row["order_id"]
    fields = [_line("day", today, "orders.step.day", lang)]
    if what == "extended":
        fields.append(_line("due", "", "orders.step.due", lang))
    key = "orders.step.reason" if what in ("returned", "extended", "withdrawn") else "orders.step.note"
    note = dcc.Textarea(id={"type": "order-step-field", "name": "note"}, value="", rows=2, maxLength=LONGEST_NOTE, className="import-input")
    fields.append(html.Label([html.Span(t(key, lang), className="filter-label"), note], className="order-field order-wide"))
    name = t(f"orders.what.{what}", lang)
    yes = html.Button(
        t("orders.step.yes", lang, what=name, n=number),
        id={"type": "order-step", "name": f"{what}:{number}"},
        className="import-danger" if what == "withdrawn" else "import-primary",
        n_clicks=0,
        type="button",
    )
    no = html.Button(
        t("orders.step.cancel", lang),
        id={"type": "order-ask", "name": f":{number}"},
        className="import-secondary",
        n_clicks=0,
        type="button",
        **{"data-cancel": ""},
    )
    about = html.P(t(f"orders.step.about.{what}", lang), className="import-hint order-wide")
    return html.Div(
        [about, *fields, html.Div([yes, no], className="lock-actions order-wide")],
        className="order-form order-step-form",
        role="group",
        **{"aria-label": t("orders.do", lang, what=name, n=number), "data-first": ""},
    )


def _line(name: str, value: str, key: str, lang: str) -> html.Label:
    box = dcc.Input(
        id={"type": "order-step-field", "name": name},
        type="text",
        value=value,
        maxLength=10,
        placeholder="2022-10-21",
        className="import-input",
        inputMode="numeric",
    )
    return html.Label([html.Span(t(key, lang), className="filter-label"), box], className="order-field")
