"""The imports so far, newest first, and the way back."""

from typing import Any

from dash import html

from dashboard.formatting import count, day
from dashboard.i18n import t

_COLUMNS = ("when", "file", "campaign", "rows", "changes", "by", "state", "do")


def history(batches: list[dict[str, Any]], asking: int | None, lang: str) -> object:
    """The table. Each batch: batch, when (words), file, campaign, link, as_known, rows, accepted, refused, new, changed,
    same, missing, by, undone (words or None), original (address)."""
    if not batches:
        return html.P(t("imports.history.none", lang), className="quiet")
    head = html.Tr([html.Th(t(f"imports.history.{name}", lang), scope="col") for name in _COLUMNS])
    rows = []
    for each in batches:
        rows.append(_row(each, lang))
        if asking == each["batch"] and not each["undone"]:
            rows.append(html.Tr(html.Td(_ask(each, lang), colSpan=len(_COLUMNS)), className="import-asking"))
    return html.Table([html.Thead(head), html.Tbody(rows)], className="import-table import-history")


def _row(each: dict[str, Any], lang: str) -> html.Tr:
    counted = t("imports.history.rows_of", lang, accepted=count(each["accepted"], lang), refused=count(each["refused"], lang))
    changed = t(
        "imports.history.changes_of",
        lang,
        new=count(each["new"], lang),
        changed=count(each["changed"], lang),
        same=count(each["same"], lang),
    )
    missing = t("imports.history.missing_of", lang, n=count(each["missing"], lang)) if each["missing"] else ""
    undo = html.Button(
        t("imports.history.undo", lang),
        id={"type": "import-ask", "batch": each["batch"]},
        className="import-quiet-button",
        n_clicks=0,
        type="button",
        title=t("imports.history.undo_about", lang, batch=each["batch"]),
    )
    cells = (
        [html.Span(f"#{each['batch']} ", className="quiet"), each["when"]],
        html.A(each["file"], href=each["original"], title=t("imports.history.original", lang), download=""),
        [html.A(each["campaign"], href=each["link"], **{"data-nav": "plain"}), html.Br(),
         html.Span(t("imports.history.as_known", lang, day=day(each["as_known"], lang, year=True)), className="quiet")],
        counted,
        [changed, missing],
        each["by"] or t("imports.history.here", lang),
        t("imports.history.undone", lang, when=each["undone"]) if each["undone"] else t("imports.history.stands", lang),
        "" if each["undone"] else undo,
    )  # fmt: skip
    return html.Tr(
        [html.Td(html.Div(cell), **{"data-label": t(f"imports.history.{name}", lang)}) for name, cell in zip(_COLUMNS, cells, strict=True)],
        className="import-undone" if each["undone"] else "",
    )


def _ask(each: dict[str, Any], lang: str) -> html.Div:
    return html.Div(
        role="alertdialog",
        className="import-ask",
        **{"aria-label": t("imports.history.undo", lang)},
        children=[
            html.P(
                t(
                    "imports.history.ask",
                    lang,
                    batch=each["batch"],
                    file=each["file"],
                    new=count(each["new"], lang),
                    changed=count(each["changed"], lang),
                )
            ),
            html.Div(
                className="import-actions",
                children=[
                    html.Button(
                        t("imports.history.yes", lang, batch=each["batch"]),
                        id={"type": "import-yes", "batch": each["batch"]},
                        className="import-danger",
                        n_clicks=0,
                        type="button",
                    ),
                    html.Button(
                        t("imports.history.no", lang),
                        id={"type": "import-no", "batch": each["batch"]},
                        className="import-secondary",
                        n_clicks=0,
                        type="button",
                    ),
                ],
            ),
        ],
    )
