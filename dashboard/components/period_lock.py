"""How a period is locked: its state, the ways to lock, correct and appeal, its editions, what a correction changed, the appeals."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from dash import dcc, html

from dashboard import ids
from dashboard.components import period_forms
from dashboard.components.period_changes import changes
from dashboard.formatting import day
from dashboard.i18n import t
from dashboard.links import race
from dashboard.view import View
from data.filters import Filters

LOCK, CORRECT, APPEAL, DECIDE = "lock", "correct", "appeal", "decide"
HASH_SHOWN = 8


@dataclass(frozen=True, slots=True)
class EditionShown:
    """One edition for readers; ``when`` on the clock of Asia/Shanghai."""

    edition: int
    when: str
    by: str | None
    reason: str | None
    sha256: str
    scheme_version: str
    store_version: int


@dataclass(frozen=True, slots=True)
class AppealShown:
    """One appeal for readers. ``against``: the indicator's name, None for the result as a whole."""

    number: int
    edition: int
    place: str
    against: str | None
    text: str
    by: str | None
    when: str
    outcome: str
    answer: str | None
    answered_by: str | None
    answered_when: str | None


@dataclass(frozen=True, slots=True)
class LockFacts:
    """What the panel shows of one period. ``edition``: the one that is looked at, 0 for a live count; ``indicators``: (id, name);
    ``fault``: words, when the record is damaged; ``changed``: rows of ``rank-changes`` as dicts, and ``change`` its attributes."""

    period: str | None = None
    period_name: str = ""
    running: bool = False
    ends_on: date | None = None
    edition: int = 0
    editions: Sequence[EditionShown] = ()
    appeals: Sequence[AppealShown] = ()
    indicators: Sequence[tuple[str, str]] = ()
    can_lock: bool = False
    can_appeal: bool = False
    fault: str = ""
    changed: Sequence[dict[str, object]] = ()
    change: dict[str, object] = field(default_factory=dict)

    @property
    def newest(self) -> int:
        return max((each.edition for each in self.editions), default=0)


def period_panel(view: View) -> html.Section:
    """The panel and its stores; callbacks/periods.py fills it from the selection in ``ids.RACE``."""
    return html.Section(
        id="period-lock",
        className="card lock-panel",
        children=[
            html.H2(t("periods.title", view.lang), className="chart-title"),
            html.Div(id=ids.LOCK_SAID, className="lock-said", role="status"),
            html.Div(id=ids.RACE_LOCK),
            dcc.Store(id=ids.LOCK_ASKING),
            dcc.Store(id=ids.LOCK_CHANGED),
        ],
    )


def period_body(facts: LockFacts, asking: str | None, filters: Filters, view: View) -> list[object]:
    """What stands in the panel. ``asking``: the form that is open, e.g. ``correct`` or ``decide:12``."""
    lang = view.lang
    if facts.period is None:
        return [html.P(t("periods.none", lang), className="quiet")]
    out: list[object] = [_state(facts, filters, view)]
    if facts.fault:
        out.append(html.P(facts.fault, className="lock-note lock-note-bad", role="alert"))
    out.append(_actions(facts, lang))
    form = period_forms.form(facts, asking or "", lang)
    if form is not None:
        out.append(form)
    if facts.editions:
        out += [_editions(facts, filters, view), *changes(facts.changed, facts.change, filters, view), *_appeals(facts, lang)]
    return out


# ----------------------------------------------------------------------------- state


def _state(facts: LockFacts, filters: Filters, view: View) -> html.Div:
    lang = view.lang
    here = next((each for each in facts.editions if each.edition == facts.edition), None)
    if here is not None:
        chip, kind = t("periods.state.locked", lang, n=here.edition), "chip-locked"
        said: list[object] = [
            t("periods.locked_about", lang, by=here.by or t("periods.nobody", lang), when=here.when),
            t("periods.scheme_version", lang, version=here.scheme_version),
            t("periods.store_version", lang, n=here.store_version),
            _hash(here.sha256, lang),
        ]
    elif facts.editions:
        chip, kind = t("periods.state.live", lang), "chip-running"
        said = [_link(facts, facts.newest, t("periods.live_link", lang, n=facts.newest), filters, view)]
    elif facts.running:
        chip, kind = t("periods.state.running", lang), "chip-running"
        said = [t("periods.running_until", lang, day=day(facts.ends_on, lang, year=True))]
    else:
        chip, kind = t("periods.state.open", lang), "chip-running"
        said = [t("periods.open_about", lang)]
    out: list[object] = [
        html.P(
            className="lock-state",
            children=[
                html.Strong(facts.period_name),
                html.Span(chip, className=f"race-chip {kind}"),
                *(html.Span(each, className="lock-fact") for each in said),
            ],
        )
    ]
    if here is not None and here.edition != facts.newest:
        newest = _link(facts, facts.newest, t("periods.newer_link", lang, n=facts.newest), filters, view)
        out.append(html.P([t("periods.newer", lang, n=here.edition), newest], className="lock-note"))
    return html.Div(out)


def _hash(sha256: str, lang: str) -> html.Code:
    return html.Code(t("periods.hash", lang, hash=sha256[:HASH_SHOWN]), title=t("periods.hash_about", lang, hash=sha256))


def _link(facts: LockFacts, edition: int, text: str, filters: Filters, view: View) -> html.A:
    href = race(filters, view, period=facts.period, edition=str(edition), as_of=None, known_at=None)
    return html.A(text, href=href, **{"data-nav": "plain"})


def _actions(facts: LockFacts, lang: str) -> html.Div:
    offered = []
    if facts.can_lock and not facts.editions and not facts.running:
        offered.append((LOCK, "import-primary"))
    if facts.can_lock and facts.editions:
        offered.append((CORRECT, "import-secondary"))
    if facts.can_appeal and facts.edition and not facts.fault:
        offered.append((APPEAL, "import-secondary"))
    return html.Div([period_forms.ask(name, t(f"periods.do.{name}", lang), style) for name, style in offered], className="lock-actions")


# ----------------------------------------------------------------------------- editions and appeals


def _editions(facts: LockFacts, filters: Filters, view: View) -> html.Div:
    lang = view.lang
    rows = []
    for each in reversed(facts.editions):
        name: list[object] = [_link(facts, each.edition, t("periods.edition_n", lang, n=each.edition), filters, view)]
        if each.edition == facts.edition:
            name.append(html.Span(t("periods.edition_here", lang), className="quiet"))
        reason = each.reason or (t("periods.first", lang) if each.edition == 1 else "")
        rows.append([name, each.when, each.by or t("periods.nobody", lang), reason, _hash(each.sha256, lang)])
    return html.Div([html.H3(t("periods.editions", lang)), table(("edition", "when", "by", "reason", "hash"), rows, lang, "lock-editions")])


def _appeals(facts: LockFacts, lang: str) -> list[object]:
    waiting = sum(each.outcome == "open" for each in facts.appeals)
    out: list[object] = [html.H3(t("periods.appeals", lang, n=len(facts.appeals), open=waiting))]
    if not facts.appeals:
        return [*out, html.P(t("periods.appeals_none", lang), className="quiet")]
    rows = [_appeal(each, facts.can_appeal, lang) for each in facts.appeals]
    return [*out, table(("appeal", "edition", "place", "against", "text", "outcome"), rows, lang, "lock-appeals")]


def _appeal(each: AppealShown, can_decide: bool, lang: str) -> list[object]:
    made = t("periods.appeal_made", lang, by=each.by or t("periods.nobody", lang), when=each.when)
    said: list[object] = [html.Div(each.text, className="lock-text"), html.Small(made, className="quiet")]
    outcome: list[object] = [html.Strong(t(f"periods.outcome.{each.outcome}", lang))]
    if each.answer:
        who = each.answered_by or t("periods.nobody", lang)
        words = t("periods.appeal_answered", lang, by=who, when=each.answered_when or "", answer=each.answer)
        outcome.append(html.Div(words, className="lock-text"))
    elif each.outcome == "open" and can_decide:
        outcome += [" ", period_forms.ask(f"{DECIDE}:{each.number}", t("periods.do.decide", lang), "import-quiet-button")]
    whole = t("periods.field.whole", lang)
    return [str(each.number), t("periods.edition_n", lang, n=each.edition), each.place, each.against or whole, said, outcome]


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], lang: str, name: str) -> html.Div:
    """A table whose cells carry their headings, so that a narrow page can set them one under the other."""
    heads = [t(f"periods.column.{column}", lang) for column in columns]
    body = [html.Tr([html.Td(cell, **{"data-label": head}) for head, cell in zip(heads, row, strict=True)]) for row in rows]
    head = html.Thead(html.Tr([html.Th(each, scope="col") for each in heads]))
    return html.Div(html.Table([head, html.Tbody(body)], className=f"import-table lock-table {name}"), className="lock-scroll")


__all__ = [
    "APPEAL",
    "CORRECT",
    "DECIDE",
    "LOCK",
    "AppealShown",
    "EditionShown",
    "LockFacts",
    "period_body",
    "period_panel",
    "table",
]
