"""Every wall as it is now, the form of a wall's name, and the code for a phone."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from dashboard import ids
from dashboard.i18n import t
from dashboard.view import View

COLUMNS = ("name", "scene", "seen", "version", "mode", "size", "check", "do")


def age(seconds: int, lang: str) -> str:
    """How long ago: ``12秒前``, ``5分钟前``, ``3天前``."""
    if seconds < 5:
        return t("walls.age.now", lang)
    if seconds < 90:
        return t("walls.age.seconds", lang, n=seconds)
    if seconds < 5400:
        return t("walls.age.minutes", lang, n=round(seconds / 60))
    if seconds < 172_800:
        return t("walls.age.hours", lang, n=round(seconds / 3600))
    return t("walls.age.days", lang, n=round(seconds / 86_400))


def span(seconds: int, lang: str) -> str:
    """A length of time: ``30秒``, ``5分钟``."""
    if seconds < 90:
        return t("remote.js.seconds", lang, n=seconds)
    if seconds < 5400:
        return t("remote.js.minutes", lang, n=round(seconds / 60))
    return t("remote.js.hours", lang, n=round(seconds / 3600))


def step(do: str, wall: str, label: str, class_name: str = "switch") -> html.Button:
    """A button that does something with a wall; assets/screens.js tells the page's store of it."""
    return html.Button(label, type="button", className=class_name, **{"data-step": ids.WALLS_ASKED, "data-do": do, "data-on": wall})


def wall_list(rows: Sequence[Mapping[str, Any]], view: View) -> object:
    """``rows``: wall_id, name, playlist (its name, None when it is gone), code, scene, age (s), away, version, behind, frozen, paused,
    stale (s), size, failed (names), errors, check (None, or sentences), steered."""
    lang = view.lang
    if not rows:
        return html.P(t("walls.none", lang), className="quiet")
    away = sum(1 for row in rows if row["away"])
    head = html.Tr([html.Th(t(f"walls.column.{name}", lang), scope="col") for name in COLUMNS])
    table = html.Table([html.Thead(head), html.Tbody([_row(row, lang) for row in rows])], className="walls-table")
    return html.Div([html.P(t("walls.count", lang, n=len(rows) - away, away=away)), html.Div(table, className="walls-scroll")])


def _row(row: Mapping[str, Any], lang: str) -> html.Tr:
    unknown, wall = t("walls.unknown", lang), row["wall_id"]
    playlist = row["playlist"] or f"{row['code']} · {t('walls.playlist_gone', lang)}"
    seen: list[object] = [age(row["age"], lang)]
    if row["away"]:
        seen.append(html.Span(t("walls.away", lang), className="walls-away"))
    version: list[object] = [unknown if row["version"] is None else str(row["version"])]
    if row["version"] is not None and not row["frozen"]:
        behind = row["behind"]
        words = t("walls.behind", lang, n=behind) if behind else t("walls.current", lang)
        version.append(html.Span(words, className="walls-behind" if behind else "quiet"))
    mode = [t("walls.frozen" if row["frozen"] else "walls.live", lang)]
    mode += [t("walls.paused", lang)] if row["paused"] else []
    mode += [t("walls.steered", lang)] if row["steered"] else []
    faults: list[object] = []
    if row["stale"]:
        faults.append(html.Div(t("walls.stale", lang, age=span(row["stale"], lang)), className="walls-bad"))
    if row["failed"]:
        faults.append(html.Div(t("walls.failed", lang, names=" · ".join(row["failed"])), className="walls-bad"))
    if row["check"]:
        faults.append(html.Div(t("walls.check.bad", lang, words=" · ".join(row["check"])), className="walls-bad"))
    else:
        faults.append(html.Div(t("walls.check.none" if row["check"] is None else "walls.check.ok", lang), className="quiet"))
    if row["errors"]:
        faults.append(html.Div(t("walls.errors", lang, n=row["errors"]), className="quiet"))
    do: list[object] = [step("remote", wall, t("walls.remote", lang)), step("rename", wall, t("walls.rename", lang))]
    if row["steered"]:
        do.append(step("drop", wall, t("walls.drop", lang)))
    # a wall without a name is known by what it shows
    below = [playlist, " "] if row["name"] else []
    cells = [
        html.Th([html.Div(row["name"] or playlist), html.Div([*below, html.Code(wall[-6:])], className="quiet")], scope="row"),
        _cell("scene", row["scene"] or unknown, lang),
        _cell("seen", seen, lang),
        _cell("version", version, lang),
        _cell("mode", " · ".join(mode), lang),
        _cell("size", row["size"] or unknown, lang),
        _cell("check", faults, lang),
        html.Td(html.Div(do, className="walls-steps")),
    ]
    return html.Tr(cells, className="walls-gone" if row["away"] else None)


def _cell(column: str, children: object, lang: str) -> html.Td:
    """A cell that names its column where the table is too narrow for a head."""
    return html.Td(html.Div(children), **{"data-label": t(f"walls.column.{column}", lang)})


def rename_form(wall: str, name: str, view: View) -> html.Div:
    """The field of a wall's name."""
    lang = view.lang
    field = dcc.Input(id=ids.WALLS_NAME, value=name, type="text", maxLength=60, debounce=False)
    return html.Div(
        [
            html.Label([t("walls.name", lang), field]),
            step("name", wall, t("walls.save", lang), "action"),
            step("cancel", wall, t("walls.cancel", lang)),
        ],
        className="walls-form",
    )


def remote_code(name: str, code: str, url: str, picture: str, base: str, reachable: bool, view: View) -> html.Div:
    """A phone's code, shown once. ``picture``: SVG text of the address as a QR code."""
    lang = view.lang
    body: list[object] = [
        html.P(t("walls.code", lang, code=f"{code[:4]} {code[4:]}"), className="walls-code"),
        html.P(t("walls.code_about", lang, name=name)),
        html.P(html.A(url, href=url, target="_blank", className="walls-url")),
    ]
    if not reachable:
        body.append(html.P(t("walls.code_base", lang, base=base), className="screens-damaged"))
    return html.Div([html.Img(src=picture, alt=url), html.Div(body)], className="walls-remote")
