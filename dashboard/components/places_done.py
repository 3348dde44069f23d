"""What an import of places brought, and the imports so far with the way back."""

from typing import Any

from dash import html

from dashboard.formatting import count
from dashboard.i18n import t

_COLUMNS = ("when", "file", "layer", "changes", "by", "state", "do")
_NUMBERS = ("new", "changed", "same", "repaired", "out")


def success(result: dict[str, Any], to_map: str, to_progress: str, others: int, lang: str) -> html.Div:
    """``result``: batch, layer, already, items, campaign (name or ""), and the numbers; ``to_map``, ``to_progress``: addresses ("" for
    none); ``others``: files that still wait."""
    batch = result["batch"]
    if result["already"]:
        said: list[object] = [
            html.H2(t("places.done.already", lang), tabIndex="-1"),
            html.P(t("places.done.already_about", lang, batch=batch)),
        ]
    else:
        came = result["new"] + result["changed"] + result["same"]
        title = t("places.done.title", lang, batch=batch, layer=t(f"places.layer.{result['layer']}", lang))
        said = [
            html.H2(title, tabIndex="-1"),
            html.P(t("places.done.came", lang, n=count(came, lang)), className="import-strong"),
            html.Dl([_number(name, result["refused" if name == "out" else name], lang) for name in _NUMBERS], className="import-counts"),
        ]
        if result["refused"]:
            said.append(html.P(t("places.done.refused", lang, n=count(result["refused"], lang))))
        if result["items"]:
            said.append(html.P(t("places.done.items", lang, n=count(result["items"], lang), campaign=result["campaign"])))
    links = [
        html.A(
            t(f"places.done.{name}", lang), href=link, className="import-primary" if not at else "import-secondary", **{"data-nav": "plain"}
        )
        for at, (name, link) in enumerate((name, link) for name, link in (("to_map", to_map), ("to_progress", to_progress)) if link)
    ]
    undo = [] if result["already"] else [ask_button(batch, "done", t("places.done.undo", lang), lang)]
    return html.Div(
        className="import-card import-outcome" + (" import-outcome-bad" if result["already"] else ""),
        role="alert" if result["already"] else "status",
        children=[*said, html.Div([*links, _following(others, lang), *undo], className="import-actions")],
    )


def taken_back(batch: int, others: int, lang: str) -> html.Div:
    """In place of what came in, once its batch has been undone."""
    return html.Div(
        [
            html.H2(t("places.history.undone_done_plain", lang, batch=batch), tabIndex="-1"),
            html.Div(_following(others, lang), className="import-actions"),
        ],
        className="import-card",
    )


def _following(others: int, lang: str) -> html.Button:
    return html.Button(
        t("places.done.next_waiting", lang, n=others) if others else t("places.done.next", lang),
        id={"type": "places-next", "at": "done"},
        className="import-secondary",
        n_clicks=0,
        type="button",
    )


def _number(name: str, number: int, lang: str) -> html.Div:
    style = f"import-count import-count-{name}" + (" import-count-bad" if name == "out" and number else "")
    return html.Div([html.Dt(t(f"places.count.{name}", lang)), html.Dd(count(number, lang))], className=style)


def ask_button(batch: int, at: str, words: str, lang: str) -> html.Button:
    """Asks whether a batch is to be undone."""
    return html.Button(
        words,
        id={"type": "places-ask", "batch": batch, "at": at},
        className="import-quiet-button",
        n_clicks=0,
        type="button",
        title=t("places.history.undo_about", lang, batch=batch),
    )


def undone(batch: int, places: int | None, lang: str) -> html.P:
    """A batch that has been taken back."""
    if places is None:
        return html.P(t("places.history.undone_done_plain", lang, batch=batch), className="import-note")
    return html.P(t("places.history.undone_done", lang, batch=batch, n=count(places, lang)), className="import-note")


# ----------------------------------------------------------------------------- history


def history(batches: list[dict[str, Any]], asking: int | None, lang: str) -> object:
    """The table, newest first. Each batch: batch, when (words), file, layer, new, changed, same, repaired, refused, by, undone (words or
    None)."""
    if not batches:
        return html.P(t("places.history.none", lang), className="quiet")
    head = html.Tr([html.Th(t(f"places.history.{name}", lang), scope="col") for name in _COLUMNS])
    rows = []
    for each in batches:
        rows.append(_row(each, lang))
        if asking == each["batch"] and not each["undone"]:
            rows.append(html.Tr(html.Td(_ask(each, lang), colSpan=len(_COLUMNS)), className="import-asking"))
    return html.Table([html.Thead(head), html.Tbody(rows)], className="import-table import-history places-history")


def _row(each: dict[str, Any], lang: str) -> html.Tr:
    numbers = {name: count(each[name], lang) for name in ("new", "changed", "same")}
    changes = t("places.history.changes_of", lang, **numbers)
    for name in ("repaired", "refused"):
        if each[name]:
            changes += t(f"places.history.{name}_of", lang, n=count(each[name], lang))
    cells = (
        [html.Span(f"#{each['batch']} ", className="quiet"), each["when"]],
        each["file"],
        t(f"places.layer.{each['layer']}", lang),
        changes,
        each["by"] or t("imports.history.here", lang),
        t("places.history.undone", lang, when=each["undone"]) if each["undone"] else t("places.history.stands", lang),
        "" if each["undone"] else ask_button(each["batch"], "history", t("places.history.undo", lang), lang),
    )
    return html.Tr(
        [html.Td(html.Div(cell), **{"data-label": t(f"places.history.{name}", lang)}) for name, cell in zip(_COLUMNS, cells, strict=True)],
        className="import-undone" if each["undone"] else "",
    )


def _ask(each: dict[str, Any], lang: str) -> html.Div:
    words = t(
        "places.history.ask",
        lang,
        batch=each["batch"],
        file=each["file"],
        new=count(each["new"], lang),
        changed=count(each["changed"], lang),
    )
    yes = html.Button(
        t("places.history.yes", lang, batch=each["batch"]),
        id={"type": "places-yes", "batch": each["batch"]},
        className="import-danger",
        n_clicks=0,
        type="button",
    )
    no = html.Button(
        t("places.history.no", lang),
        id={"type": "places-no", "batch": each["batch"]},
        className="import-secondary",
        n_clicks=0,
        type="button",
    )
    return html.Div(
        [html.P(words), html.Div([yes, no], className="import-actions")],
        role="alertdialog",
        className="import-ask",
        **{"aria-label": t("places.history.undo", lang)},
    )
