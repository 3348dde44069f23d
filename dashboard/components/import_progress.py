"""How far a job is, and how it ended: always a sentence that says what was written and what was not."""

from typing import Any

from dash import html

from dashboard.formatting import count
from dashboard.i18n import has, t


def progress(kind: str, state: str, step: str, share: float, lang: str, room: str = "imports") -> html.Div:
    """A bar that moves. ``share`` 0-1. ``room``: whose words tell what is being done."""
    percent = round(share * 100)
    words = t("imports.progress.waiting", lang) if state == "waiting" and not step else step_words(kind, step, lang)
    return html.Div(
        className="import-card import-progress",
        children=[
            html.P([html.Strong(t(f"{room}.progress.{kind}", lang)), " ", words]),
            html.Div(
                html.Div(style={"width": f"{max(percent, 2)}%"}, className="import-bar-done"),
                className="import-bar",
                role="progressbar",
                **{
                    "aria-valuemin": "0",
                    "aria-valuemax": "100",
                    "aria-valuenow": str(percent),
                    "aria-label": t(f"{room}.progress.{kind}", lang),
                },
            ),
            html.P(t("imports.progress.away", lang), className="quiet"),
        ],
    )


def step_words(kind: str, step: str, lang: str) -> str:
    """What is being done just now."""
    key = f"imports.step.{step}"
    return t(key, lang) if step and has(key, lang) else t("imports.step.starting", lang)


def failure(kind: str, words: str, lang: str, room: str = "imports") -> html.Div:
    """A job that could not be done: why, what to do, and that nothing was written."""
    return html.Div(
        className="import-card import-outcome import-outcome-bad",
        role="alert",
        children=[
            html.H2(t(f"{room}.failed.{kind}", lang)),
            html.P(words),
            html.P(t(f"{room}.failed.{kind}_unwritten", lang), className="import-strong"),
        ],
    )


def interrupted(kind: str, lang: str, room: str = "imports") -> html.Div:
    """A job whose process is gone."""
    return html.Div(
        className="import-card import-outcome import-outcome-bad",
        role="alert",
        children=[html.H2(t(f"{room}.interrupted.{kind}", lang)), html.P(t(f"{room}.interrupted.{kind}_about", lang))],
    )


def success(result: dict[str, Any], campaign: str, link: str, others: int, lang: str) -> html.Div:
    """What came in. ``link``: the campaign's progress; ``others``: files that still wait."""
    if result.get("already"):
        return html.Div(
            className="import-card import-outcome import-outcome-bad",
            role="alert",
            children=[
                html.H2(t("imports.done.already", lang)),
                html.P(t("imports.done.already_about", lang, batch=result["batch"], when=result["already_text"])),
                _further(link, others, lang),
            ],
        )
    counts = result["counts"]
    numbers = (("new", result["new"]), ("changed", result["changed"]), ("same", result["same"]), ("refused", counts["refused"]))
    missing = result["missing_count"]
    return html.Div(
        className="import-card import-outcome",
        children=[
            html.H2(t("imports.done.title", lang, batch=result["batch"], campaign=campaign), tabIndex="-1"),
            html.Dl(
                [
                    html.Div(
                        [html.Dt(t(f"imports.count.{name}", lang)), html.Dd(count(number, lang))],
                        className=f"import-count import-count-{name}" + (" import-count-bad" if name == "refused" and number else ""),
                    )
                    for name, number in numbers
                ],
                className="import-counts",
            ),
            html.P(t("imports.done.refused", lang, n=count(counts["refused"], lang))) if counts["refused"] else None,
            html.Details(
                [
                    html.Summary(t("imports.preview.missing", lang, n=count(missing, lang))),
                    html.P(t("imports.preview.missing_about", lang), className="quiet"),
                    html.P(t("imports.list", lang).join(result["missing"]), className="import-numbers"),
                ],
                className="import-fold",
            )
            if missing
            else None,
            _further(link, others, lang),
        ],
    )


def _further(link: str, others: int, lang: str) -> html.Div:
    return html.Div(
        className="import-actions",
        children=[
            html.A(t("imports.done.to_progress", lang), href=link, className="import-primary", **{"data-nav": "plain"}),
            html.Button(
                t("imports.done.next_waiting", lang, n=others) if others else t("imports.done.next", lang),
                id={"type": "import-next", "at": "done"},
                className="import-secondary",
                n_clicks=0,
                type="button",
            ),
        ],
    )


def said(words: list[str]) -> list[html.P]:
    """What is wrong with the choices made, a line each."""
    return [html.P(line, className="import-note import-note-bad") for line in words]


def undone(batch: int, items: int | None, lang: str) -> html.P:
    """A batch that has been taken back."""
    if items is None:
        return html.P(t("imports.history.undone_done_plain", lang, batch=batch), className="import-note")
    return html.P(t("imports.history.undone_done", lang, batch=batch, n=count(items, lang)), className="import-note")
