"""The forms of the lock panel: to lock, to correct, to appeal, to answer an appeal. One is open at a time."""

from typing import TYPE_CHECKING

from dash import dcc, html

from dashboard.i18n import t

if TYPE_CHECKING:
    from dashboard.components.period_lock import LockFacts

OUTCOMES = ("upheld", "partly", "dismissed", "withdrawn")
# as much as the store takes
LONGEST_REASON, LONGEST_TEXT = 2000, 4000


def ask(name: str, words: str, style: str) -> html.Button:
    """The button that opens a form."""
    return html.Button(words, id={"type": "lock-ask", "name": name}, className=style, n_clicks=0, type="button")


def form(facts: "LockFacts", asking: str, lang: str) -> html.Div | None:
    """The open form; None when there is none, or when the period allows it no longer."""
    name, _, number = asking.partition(":")
    period = facts.period_name
    if name == "lock" and facts.can_lock and not facts.editions and not facts.running:
        about = t("periods.form.lock", lang, period=period)
        return _form(name, about, [_line("reason", "remark", lang)], t("periods.form.lock_yes", lang, period=period), lang, final=True)
    if name == "correct" and facts.can_lock and facts.editions:
        about = t("periods.form.correct", lang, period=period, n=facts.newest + 1, old=facts.newest)
        fields = [_line("reason", "reason", lang, t("periods.field.reason_hint", lang))]
        return _form(name, about, fields, t("periods.form.correct_yes", lang, n=facts.newest + 1), lang, final=True)
    if name == "appeal" and facts.can_appeal and facts.edition:
        about = t("periods.form.appeal", lang, n=facts.edition)
        choices = [{"value": "", "label": t("periods.field.whole", lang)}, *({"value": i, "label": n} for i, n in facts.indicators)]
        fields = [
            _line("place", "place", lang),
            _choice("indicator", "indicator", choices, "", lang),
            _text("text", "text", lang),
        ]
        return _form(name, about, fields, t("periods.form.appeal_yes", lang), lang)
    if name == "decide" and facts.can_appeal:
        found = next((each for each in facts.appeals if str(each.number) == number and each.outcome == "open"), None)
        if found is not None:
            about = t("periods.form.decide", lang, n=found.number, place=found.place)
            outcomes = [{"value": each, "label": t(f"periods.outcome.{each}", lang)} for each in OUTCOMES]
            fields = [_choice("outcome", "outcome", outcomes, None, lang), _text("answer", "answer", lang)]
            return _form(asking, about, fields, t("periods.form.decide_yes", lang), lang, final=True)
    return None


def _form(name: str, about: str, fields: list[html.Label], yes: str, lang: str, final: bool = False) -> html.Div:
    return html.Div(
        className="lock-form",
        role="group",
        **{"aria-label": yes},
        children=[
            html.P(about),
            *fields,
            html.Div(
                className="lock-actions",
                children=[
                    html.Button(
                        yes,
                        id={"type": "lock-do" if name in ("lock", "correct") else "appeal-do", "name": name},
                        className="import-danger" if final else "import-primary",
                        n_clicks=0,
                        type="button",
                    ),
                    html.Button(
                        t("periods.cancel", lang),
                        id={"type": "lock-ask", "name": ""},
                        className="import-secondary",
                        n_clicks=0,
                        type="button",
                    ),
                ],
            ),
        ],
    )


def _label(words: str, control: object) -> html.Label:
    return html.Label([html.Span(words, className="filter-label"), control], className="lock-field")


def _line(name: str, words: str, lang: str, hint: str = "") -> html.Label:
    box = dcc.Input(
        id={"type": "lock-field", "name": name}, type="text", maxLength=LONGEST_REASON, placeholder=hint, className="import-input", value=""
    )
    return _label(t(f"periods.field.{words}", lang), box)


def _text(name: str, words: str, lang: str) -> html.Label:
    box = dcc.Textarea(id={"type": "lock-field", "name": name}, maxLength=LONGEST_TEXT, rows=3, className="import-input", value="")
    return _label(t(f"periods.field.{words}", lang), box)


def _choice(name: str, words: str, choices: list[dict[str, str]], value: str | None, lang: str) -> html.Label:
    box = dcc.RadioItems(id={"type": "lock-field", "name": name}, options=choices, value=value, className="import-radio")
    return _label(t(f"periods.field.{words}", lang), box)
