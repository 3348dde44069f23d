"""The warnings of a selection: how many of each level, each with the way to its rows, and the means to say that it was read."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dash import dcc, html

from dashboard.captions.warnings import LEVELS
from dashboard.formatting import count, day, missing
from dashboard.i18n import t
from dashboard.links import within
from dashboard.site import address
from dashboard.view import View
from data.filters import Filters

Row = Mapping[str, Any]
# more of one list are read in the exported sheet
MOST = 100
LONGEST_NOTE = 1000
# never colour alone
SHAPES = {"red": "\u25c6", "yellow": "\u25b2", "blue": "\u25cf"}


def warning_body(
    rows: Sequence[Row], counts: Mapping[str, Mapping[str, int]], watched: Sequence[str], filters: Filters, view: View,
    *, may_mark: bool, show_read: bool,
) -> list[object]:  # fmt: skip
    """``rows`` of the frame of ``warnings`` with its ``counts`` and ``watched``; ``may_mark``: the visitor may acknowledge and reopen."""
    lang = view.lang
    waiting = [row for row in rows if not row["acknowledged"]]
    read = [row for row in rows if row["acknowledged"]]
    out: list[object] = [_tiles(counts, view)]
    if not rows:
        out.append(html.P(t("warnings.none", lang), className="warning-none", role="status"))
    elif not waiting:
        out.append(html.P(t("warnings.none_open", lang), className="warning-none", role="status"))
    if waiting:
        out += _list(t("warnings.list", lang, n=count(len(waiting), lang)), waiting, filters, view, may_mark)
    if read and show_read:
        out += _list(t("warnings.list_read", lang, n=count(len(read), lang)), read, filters, view, may_mark)
    out.append(_watched(watched, view, opened=not rows))
    return out


def _tiles(counts: Mapping[str, Mapping[str, int]], view: View) -> html.Ul:
    lang = view.lang
    tiles = []
    for level in LEVELS:
        held = counts.get(level, {})
        waiting, read = held.get("open", 0), held.get("acknowledged", 0)
        said: list[object] = [
            html.Span([_mark(level, view), html.Span(t("warnings.tile_open", lang))], className="warning-tile-name"),
            html.Span(count(waiting, lang), className="warning-tile-number"),
        ]
        if read:
            said.append(html.Span(t("warnings.tile_read", lang, n=count(read, lang)), className="quiet"))
        name = t("warnings.tile", lang, level=t(f"warnings.level.{level}", lang))
        tiles.append(
            html.Li(
                said, className=f"warning-tile tile-{level}{'' if waiting else ' tile-none'}", **{"aria-label": name, "role": "listitem"}
            )
        )
    return html.Ul(tiles, className="warning-tiles", **{"aria-label": t("warnings.tiles", lang)})


def _mark(level: str, view: View) -> html.Span:
    """The level as colour, shape and word."""
    shape = html.Span(SHAPES[level], **{"aria-hidden": "true"})
    return html.Span([shape, t(f"warnings.level.{level}", view.lang)], className=f"warning-mark mark-{level}")


def _list(heading: str, rows: Sequence[Row], filters: Filters, view: View, may_mark: bool) -> list[object]:
    lines = [html.Li(_line(row, filters, view, may_mark), className=_class(row)) for row in rows[:MOST]]
    out: list[object] = [html.H2(heading), html.Ul(lines, className="warning-list")]
    if len(rows) > len(lines):
        n, total = count(len(lines), view.lang), count(len(rows), view.lang)
        out.append(html.P(t("warnings.more", view.lang, n=n, all=total), className="table-note"))
    return out


def _class(row: Row) -> str:
    return f"warning warning-{row['level']}" + (" warning-read" if row["acknowledged"] else "")


def _line(row: Row, filters: Filters, view: View, may_mark: bool) -> list[object]:
    lang = view.lang
    beside: list[object] = [html.Span(str(row["kind_name"]), className="warning-kind")]
    if row["since"] is not None:
        beside.append(html.Span(t("warnings.since", lang, day=day(row["since"], lang, year=True)), className="quiet"))
    said = _said(row, view)
    if said:
        beside.append(html.Span(said, className="quiet warning-said" if row["acknowledged"] else "warning-said warning-again"))
    return [
        _mark(row["level"], view),
        html.Div([html.P(_text(row), className="warning-text"), html.P(beside, className="warning-beside")], className="warning-what"),
        html.Div([*_way(row, filters, view), *([_form(row, view)] if may_mark else [])], className="warning-ways"),
    ]


def _text(row: Row) -> list[object]:
    """The sentence, with whom it is about to be seen first."""
    text, subject = str(row["text"]), str(row["subject"])
    return [html.Strong(subject), text.removeprefix(subject)] if text.startswith(subject) else [text]


def _said(row: Row, view: View) -> str:
    """When it was read, and what was noted; of one that came back, when it had been."""
    if missing(row["acknowledged_on"]):
        return ""
    key = "read" if row["acknowledged"] else "again"
    on: date = row["acknowledged_on"]
    if row["note"]:
        return t(f"warnings.{key}_note", view.lang, day=day(on, view.lang, year=True), note=row["note"])
    return t(f"warnings.{key}", view.lang, day=day(on, view.lang, year=True))


def _way(row: Row, filters: Filters, view: View) -> list[object]:
    """The link to the rows behind it; a place's own row has none."""
    lang, rows = view.lang, str(row["rows"])
    if not rows:
        return []
    water = rows.startswith("/")
    href = address(rows, _of_water(filters), view) if water else within(filters, rows, view)
    words = t("warnings.open_water" if water else "warnings.rows", lang)
    return [html.A(words, href=href, className="chart-link", **{"data-nav": "plain", "aria-label": f"{words} {row['subject']}"})]


def _of_water(filters: Filters) -> Filters:
    """What a water body's page takes over: it stands for itself, wherever one looked from."""
    return filters.without_rows().but(water=(), region=None, level=None)


def _form(row: Row, view: View) -> object:
    lang, key = view.lang, str(row["key"])
    if row["acknowledged"]:
        return html.Button(
            t("warnings.reopen", lang),
            id={"type": "warning-mark", "do": "reopen", "key": key},
            n_clicks=0,
            className="switch",
            type="button",
            **{"aria-label": f"{t('warnings.reopen', lang)} {row['subject']}"},
        )
    field = dcc.Input(
        id={"type": "warning-note", "key": key},
        type="text",
        maxLength=LONGEST_NOTE,
        placeholder=t("warnings.note_hint", lang),
        className="flag-reason",
        value="",
    )
    note = html.Label([html.Span(t("warnings.note", lang)), field], className="warning-note")
    button = html.Button(
        t("warnings.acknowledge", lang),
        id={"type": "warning-mark", "do": "acknowledge", "key": key},
        n_clicks=0,
        className="import-primary",
        type="button",
    )
    summary = html.Summary(t("warnings.open_summary", lang), **{"aria-label": f"{t('warnings.open_summary', lang)} {row['subject']}"})
    return html.Details([summary, html.Div([note, button], className="warning-form")], className="warning-fold")


def _watched(watched: Sequence[str], view: View, opened: bool) -> html.Details:
    lines = [html.Li(line) for line in watched]
    return html.Details([html.Summary(t("warnings.watched", view.lang)), html.Ul(lines)], className="warning-watched", open=opened)
