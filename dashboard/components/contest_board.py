"""The officer's side of a contest: the list, the form of a new one, and the board a running one is led from."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dash import dcc, html

from dashboard import ids
from dashboard.formatting import day
from dashboard.i18n import t
from dashboard.site import address
from dashboard.view import View

# what can be done with an entry, by its state
TURN_STEPS = {"waiting": ("open", "contest.open_one"), "open": ("shut", "contest.close_one"), "closed": ("open", "contest.reopen")}
LONG = ("counties", "leaders", "departments", "criteria", "questions")


def contest_list(rows: Sequence[Mapping[str, Any]], view: View) -> html.Div | html.P:
    """``rows``: contest_id, name, held_on, state, entries, judges, simulated."""
    lang = view.lang
    if not rows:
        return html.P(t("contest.none", lang), className="quiet")
    body = []
    for row in rows:
        about = [t("contest.count", lang, entries=row["entries"], judges=row["judges"])]
        if row["simulated"]:
            about.append(t("contest.demo.mark", lang))
        body.append(
            html.Li(
                className="contest-row",
                children=[
                    html.Span(day(row["held_on"], lang, year=True), className="contest-day"),
                    html.Span([html.B(row["name"]), html.Span(" · ".join(about), className="contest-about")], className="contest-name"),
                    html.Span(t(f"contest.state.{row['state']}", lang), className=f"contest-state contest-{row['state']}"),
                    html.A(t("contest.manage", lang), href=address(f"/contest/{row['contest_id']}/run", None, view)),
                    html.A(t("contest.to_wall", lang), href=address(f"/contest/{row['contest_id']}", None, view), target="_blank"),
                ],
            )
        )
    return html.Ul(body, className="contest-list")


def contest_form(view: View) -> html.Details:
    """The fields of a new contest; names are pasted one on each line."""
    lang = view.lang
    fields = [
        _field("name", "contest.heading", dcc.Input(id=ids.contest_field("name"), type="text", maxLength=100, value=""), lang),
        _field("day", "contest.day", dcc.Input(id=ids.contest_field("day"), type="text", placeholder="2022-11-20", maxLength=10), lang),
        *(_field(name, f"contest.field.{name}", dcc.Textarea(id=ids.contest_field(name), value="", rows=5), lang) for name in LONG),
        _field("trim", "contest.field.trim", dcc.Input(id=ids.contest_field("trim"), type="number", value=1, min=0, max=10, step=1), lang),
        _field(
            "step",
            "contest.field.step",
            dcc.RadioItems(
                id=ids.contest_field("step"), value=1, options=[{"label": str(k), "value": k} for k in (1, 0.5, 0.1)], inline=True
            ),
            lang,
        ),
        html.Div(
            dcc.Checklist(id=ids.contest_field("peers"), value=[], options=[{"label": t("contest.field.peers", lang), "value": "peers"}]),
            className="contest-field contest-peers",
        ),
        html.Button(t("contest.add", lang), id=ids.CONTEST_CREATE, n_clicks=0, className="action", type="button"),
    ]
    return html.Details([html.Summary(t("contest.add", lang)), html.Div(fields, className="contest-form")], className="contest-new")


def _field(name: str, key: str, control: object, lang: str) -> html.Div:
    return html.Div([html.Label(t(key, lang), htmlFor=ids.contest_field(name)), control], className=f"contest-field contest-{name}")


def step(do: str, on: int, label: str, class_name: str = "") -> html.Button:
    """A button that changes the contest."""
    return html.Button(label, id={"type": "contest-step", "do": do, "on": on}, n_clicks=0, type="button", className=class_name)


def board(told: Mapping[str, Any], view: View) -> html.Div:
    """``told``: contest_id, name, held_on, state, simulated, rule, next, turns [{entry, name, part, state, scored, expected}],
    judges [{judge, name, role, linked, bound, own, entries: {entry: in|no|not}}]."""
    lang, state = view.lang, told["state"]
    running = state != "revealed"
    return html.Div(
        [
            html.P(
                [
                    html.Span(t(f"contest.state.{state}", lang), className=f"contest-state contest-{state}"),
                    html.Span(day(told["held_on"], lang, year=True)),
                    html.Span(told["rule"]),
                    *([html.Span(t("contest.demo.mark", lang), className="shell-mark mark-simulated")] if told["simulated"] else []),
                ],
                className="contest-facts",
            ),
            html.Section(_steps(told, view), className="contest-steps", **{"aria-label": t("contest.steps", lang)}),
            _turns(told["turns"], running, lang),
            html.H2(t("contest.panel", lang)),
            html.P(t("contest.panel_about", lang), className="quiet"),
            _panel(told, running, view),
        ]
    )


def _steps(told: Mapping[str, Any], view: View) -> list[object]:
    lang, contest, state = view.lang, told["contest_id"], told["state"]
    out: list[object] = []
    if state != "revealed":
        if told["next"]:
            out.append(step("next", contest, t("contest.next", lang, name=told["next"]), "action"))
            out.append(html.Span(step("all", contest, t("contest.all_open", lang), "switch"), title=t("contest.all_open_about", lang)))
        if state in ("open", "draft"):
            out.append(step("close", contest, t("contest.close_all", lang), "switch"))
        if state == "closed":
            out.append(
                html.Details(
                    [
                        html.Summary(t("contest.reveal", lang), className="action"),
                        html.P(t("contest.confirm_reveal", lang)),
                        step("reveal", contest, t("contest.reveal", lang), "action"),
                    ],
                    className="contest-reveal",
                )
            )
        out.append(links_form(contest, None, t("contest.links", lang), view, "switch"))
    out.append(
        html.A(
            t("contest.to_wall", lang), href=address(f"/contest/{contest}", None, view), target="_blank", className="switch contest-link"
        )
    )
    if state == "revealed":
        for part in sorted({turn["part"] for turn in told["turns"]}):
            query = f"period={contest}" + ("&group=department" if part == "department" else "")
            words = f"{t('contest.export', lang)} · {t(f'contest.part.{part}', lang)}"
            out.append(html.A(words, href=f"/export/contest-result.xlsx?{query}&lang={lang}", className="switch contest-link"))
    return out


def links_form(contest: int, judge: int | None, label: str, view: View, class_name: str = "") -> html.Form:
    """A button that opens the sheet of links in a window of its own."""
    hidden = [dcc.Input(type="hidden", name="judge", value=str(judge))] if judge is not None else []
    return html.Form(
        [*hidden, html.Button(label, type="submit", className=class_name)],
        action=address(f"/contest/{contest}/links", None, view),
        method="POST",
        target="_blank",
        className="contest-inline",
    )


def _turns(turns: Sequence[Mapping[str, Any]], running: bool, lang: str) -> html.Table:
    head = html.Tr([html.Th(t(f"contest.turn.{key}", lang)) for key in ("entry", "state", "scored")] + [html.Th("")])
    rows: list[html.Tr] = []
    before = ""
    for turn in turns:
        if turn["part"] != before:
            before = turn["part"]
            rows.append(html.Tr(html.Th(t(f"contest.part.{before}", lang), colSpan=4), className="contest-part"))
        acts = []
        if running:
            do, label = TURN_STEPS[turn["state"]]
            acts = [step(do, turn["entry"], t(label, lang), "switch")]
        rows.append(
            html.Tr(
                [
                    html.Td(turn["name"]),
                    html.Td(t(f"contest.state.{turn['state']}", lang), className=f"contest-{turn['state']}"),
                    html.Td(f"{turn['scored']} / {turn['expected']}"),
                    html.Td(acts),
                ]
            )
        )
    return html.Table([html.Thead(head), html.Tbody(rows)], className="contest-turns")


def _panel(told: Mapping[str, Any], running: bool, view: View) -> html.Div:
    lang, contest = view.lang, told["contest_id"]
    rows = []
    names = {turn["entry"]: turn["name"] for turn in told["turns"]}
    for each in told["judges"]:
        bound = "contest.bound" if each["bound"] else "contest.not_bound" if each["linked"] else "contest.no_link"
        marks = [_mark(each, entry, names[entry], contest, running, lang) for entry in names]
        acts: list[object] = []
        if running:
            acts.append(links_form(contest, each["judge"], t("contest.links_again", lang), view, "switch"))
            if each["bound"]:
                acts.append(step("release", each["judge"], t("contest.release", lang), "switch"))
            acts.append(step("remove", each["judge"], t("contest.remove", lang), "switch"))
        rows.append(
            html.Tr(
                [
                    html.Th(each["name"], scope="row"),
                    html.Td(t(f"contest.role.{each['role']}", lang)),
                    html.Td(t(bound, lang), className="quiet"),
                    html.Td(marks, className="contest-marks"),
                    html.Td(acts, className="contest-acts"),
                ]
            )
        )
    return html.Div(html.Table(html.Tbody(rows), className="contest-panel"), className="contest-scroll")


def _mark(judge: Mapping[str, Any], entry: int, name: str, contest: int, running: bool, lang: str) -> object:
    had: Collection[int] = judge["in"]
    if entry in had:
        if not running:
            return html.Span(f"{name} ✓ ", className="contest-in")
        label = f"{t('contest.given_back', lang)}: {judge['name']}, {name}"
        return html.Details(
            [html.Summary(f"{name} ✓"), step(f"back-{judge['judge']}", entry, label, "switch")], className="contest-in contest-inline"
        )
    return html.Span(f"{name} {'—' if entry in judge['not'] else '·'} ")
