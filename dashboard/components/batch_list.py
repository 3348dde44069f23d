"""Batches that are being made, and those that were."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from dashboard import ids
from dashboard.formatting import count
from dashboard.i18n import t
from dashboard.view import View

WAITING, RUNNING = "waiting", "running"


@dataclass(frozen=True, slots=True)
class Shown:
    """A batch in words. ``name``: its subjects; ``about``: regions, formats, day, version; ``state``; ``done`` of ``total``; ``now``: what
    is being made; ``left``: seconds (None: not known yet); ``said``: what there is to say of how it ended; ``size`` of its zip, "" without
    one; ``stopping``: somebody has cancelled it."""

    id: str
    name: str
    about: str
    asked: str
    state: str
    done: int
    total: int
    now: str = ""
    left: float | None = None
    said: Sequence[str] = ()
    error: str = ""
    size: str = ""
    resumable: bool = False
    again: bool = False
    stopping: bool = False


def now_card(view: View) -> html.Section:
    """The card of what is under way. It stands in the page from the start, and only what moves in it is changed: whoever stands on its
    button still does when the bar has grown."""
    button = html.Button(
        t("batches.page.cancel", view.lang), id=ids.batch_now("cancel"), n_clicks=0, type="button", className="import-secondary"
    )
    return html.Section(
        [
            html.H2(id=ids.batch_now("title")),
            html.P(id=ids.batch_now("about"), className="quiet"),
            html.Div(id=ids.batch_now("bar")),
            html.Div([html.Span(id=ids.batch_now("far")), button], className="batch-far"),
        ],
        id=ids.BATCH_NOW,
        className="card batch-card batch-now",
        hidden=True,
    )


def now_parts(batch: Shown | None, view: View) -> list[object]:
    """What changes in the card: whether it is hidden, title, about, bar, how far, whether its button rests, what is on it."""
    lang = view.lang
    if batch is None:
        return [True, "", "", "", "", False, t("batches.page.cancel", lang)]
    return [
        False,
        t("batches.page.now", lang, name=batch.name),
        batch.about,
        _bar(batch, lang),
        _how_far(batch, lang),
        batch.stopping,
        t("batches.page.cancelling" if batch.stopping else "batches.page.cancel", lang),
    ]


def _bar(batch: Shown, lang: str) -> html.Div:
    percent = round(100 * batch.done / max(batch.total, 1))
    return html.Div(
        html.Div(style={"width": f"{max(percent, 1)}%"}, className="import-bar-done"),
        className="import-bar",
        role="progressbar",
        **{
            "aria-valuemin": "0",
            "aria-valuemax": str(batch.total),
            "aria-valuenow": str(batch.done),
            "aria-label": t("batches.page.bar", lang),
        },
    )


def _how_far(batch: Shown, lang: str) -> str:
    if batch.state == WAITING:
        return t("batches.page.starting", lang)
    words = _done(batch, lang)
    if batch.left is not None and batch.done < batch.total:
        minutes = batch.left >= 90
        words += (
            t("batches.page.left_minutes", lang, m=round(batch.left / 60)) if minutes else t("batches.page.left", lang, s=round(batch.left))
        )
    now = batch.now or t("batches.page.packing" if batch.done == batch.total else "batches.page.starting", lang)
    return f"{words}{t('batches.page.stop', lang)}{now}"


def earlier(batches: Sequence[Shown], days: int, view: View) -> list[object]:
    """The list of batches but that which is under way, the newest first."""
    lang = view.lang
    if not batches:
        return [html.P(t("batches.page.none", lang), className="quiet")]
    return [
        html.Ul([_row(each, lang) for each in batches], className="batch-list"),
        html.P(t("batches.page.kept", lang, days=days), className="quiet"),
    ]


def _row(batch: Shown, lang: str) -> html.Li:
    good = bool(batch.size)
    body = [
        html.Div(
            [html.Span(t(f"batches.state.{batch.state}", lang), className=f"batch-state batch-{batch.state}"), html.B(batch.name)],
            className="batch-head",
        ),
        html.Div([batch.about, t("batches.page.stop", lang), batch.asked], className="quiet"),
        *([html.P(batch.error, className="import-note import-note-bad")] if batch.error else []),
        *([html.Div(_so_far(batch, lang), className="quiet")] if not good else []),
        *(html.P(each, className="import-note import-note-warning") for each in batch.said),
    ]
    steps: list[object] = []
    if good:
        link = t("batches.page.download", lang, size=batch.size)
        name = {"aria-label": f"{link} {batch.name}"}
        steps.append(html.A(link, href=f"/batches/{batch.id}.zip", className="import-primary", download="", **name))
    if batch.resumable:
        key = "batches.page.remake" if batch.again else "batches.page.resume"
        steps.append(_button("resume", batch, t(key, lang), "import-secondary"))
    if batch.state == WAITING:
        steps.append(_button("cancel", batch, t("batches.page.cancel", lang), "import-secondary"))
        return html.Li([html.Div(body, className="batch-about"), html.Div(steps, className="batch-steps")], key=batch.id)
    sure = [html.P(t("batches.page.remove_sure", lang)), _button("remove", batch, t("batches.page.remove", lang), "import-danger")]
    steps.append(html.Details([html.Summary(t("batches.page.remove", lang), className="switch"), html.Div(sure)], className="screens-sure"))
    return html.Li([html.Div(body, className="batch-about"), html.Div(steps, className="batch-steps")], key=batch.id)


def _so_far(batch: Shown, lang: str) -> str:
    return t("batches.page.waiting", lang) if batch.state == WAITING else _done(batch, lang)


def _done(batch: Shown, lang: str) -> str:
    return t("batches.page.of", lang, n=count(batch.done, lang), total=count(batch.total, lang))


def _button(do: str, batch: Shown, words: str, style: str) -> html.Button:
    return html.Button(words, id=_step(do, batch.id), n_clicks=0, type="button", className=style, **{"aria-label": f"{words} {batch.name}"})


def _step(do: str, batch_id: str) -> dict[str, str]:
    return {"type": "batch-step", "name": f"{do}:{batch_id}"}


def said(words: str, bad: bool = False) -> list[html.P]:
    """What came of a click."""
    return [html.P(words, className="import-note import-note-bad" if bad else "import-note")] if words else []
