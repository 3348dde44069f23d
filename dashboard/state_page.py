"""What a code leads to: the numbers as they were taken, on a plain page that anybody may print; and the same without anything around it,
for pages of others."""

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path

from dashboard.dark_figure import on_dark
from dashboard.exports.printing import cells
from dashboard.exports.table import Table
from dashboard.i18n import t
from dashboard.view import View

FOLDER = Path(__file__).resolve().parent / "state"
FILES = ("state.js", "state.css")
ROWS = 200
FORMATS = ("xlsx", "pptx", "docx", "csv", "json")
# stands between the pieces of a line
_BETWEEN = " · "


def state_page(
    table: Table,
    view: View,
    *,
    code: str,
    status: str,
    now: str | None,
    taken: Sequence[tuple[str, ...]],
    decisions: Sequence[tuple[str, ...]],
    may_release: bool,
    build: str,
) -> str:
    """The page of a kept state. ``now``: where the same selection stands today (None: closed to this visitor); ``taken``: when, format,
    size, way and hash of each file; ``decisions``: when, status, by, note."""
    lang = view.lang
    files = "".join(f'<a class="file" download href="/export/s/{code}.{form}">{form.upper()}</a>' for form in FORMATS)
    head = [
        f'<p class="kept">{escape(t("state.kept", lang, code=code))}</p>',
        f'<p class="marks">{_marks(table, lang)}{_status(status, lang)}</p>',
        f"<h1>{escape(table.title)}</h1>",
        _under(table),
    ]
    shown = [
        _picture(table),
        f'<p class="caption">{escape(table.caption)}</p>',
        f'<p class="files">{files}</p>',
        _rows(table, lang),
    ]
    beside = [
        _facts(table, code, lang),
        f'<p><a href="{escape(now)}">{_t("state.now", lang)}</a></p>' if now else "",
        _release(status, lang) if may_release else "",
        _list(t("state.decisions", lang), decisions, lang),
        _list(t("state.taken", lang), taken, lang),
    ]
    body = f'{"".join(head)}<div class="sides"><div>{"".join(shown)}</div><div>{"".join(beside)}</div></div>'
    return _document(view, table.title, body, table, code, build, "state")


def brief_page(
    title: str,
    charts: Sequence[tuple[str, str]],
    view: View,
    *,
    code: str,
    heads: Sequence[str],
    simulated: str,
    status: str,
    decisions: Sequence[tuple[str, ...]],
    may_release: bool,
    build: str,
) -> str:
    """What a brief was made of: (code, title) of each chart, the code "" where the reader may not open it. ``heads``: who issued it under
    which number; ``simulated``: the mark of what is not real, or nothing; the rest as in ``state_page``."""
    lang = view.lang
    lines = "".join(
        f'<li><a href="/s/{escape(each)}">{escape(name)}</a> <span class="under">{escape(each)}</span></li>'
        if each
        else f"<li>{escape(name)}</li>"
        for each, name in charts
    )
    under = "".join(f'<p class="under">{escape(each)}</p>' for each in heads)
    mark = f'<span class="mark">{escape(simulated)}</span>' if simulated else ""
    internal = f'<span class="mark">{_t("export.internal", lang)}</span>' if status == "internal" else ""
    body = (
        f'<p class="kept">{escape(t("state.brief_kept", lang, code=code))}</p><p class="marks">{mark}{internal}{_status(status, lang)}</p>'
        f"<h1>{escape(title)}</h1>{under}<ol>{lines}</ol>{_release(status, lang) if may_release else ''}"
        f"{_list(t('state.decisions', lang), decisions, lang)}"
    )
    return _document(view, title, body, None, code, build, "state")


def embed_page(table: Table, view: View, *, build: str) -> str:
    """The chart alone, with what has to be said of it."""
    foot = "".join(f"<p>{escape(line)}</p>" for line in table.foot)
    body = (
        f'<p class="marks">{_marks(table, view.lang)}</p><h1>{escape(table.title)}</h1>{_under(table)}'
        f"{_picture(table) or _rows(table, view.lang, True)}<footer>{foot}</footer>"
    )
    return _document(view, table.title, body, table, table.code, build, "embed")


def ask_page(view: View, words: str, typed: str, build: str) -> str:
    """Where a code is typed in. ``words``: what was wrong with the one before."""
    lang = view.lang
    body = (
        f"<h1>{_t('state.ask', lang)}</h1><p>{_t('state.ask_about', lang)}</p>"
        f"{f'<p class=wrong role=alert>{escape(words)}</p>' if words else ''}"
        f'<form action="/s/" method="get"><label for="code">{_t("state.code", lang)}</label>'
        f'<input id="code" name="code" value="{escape(typed[:60])}" autocomplete="off" spellcheck="false" required>'
        f"<button>{_t('state.open', lang)}</button></form>"
    )
    return _document(view, t("state.ask", lang), body, None, "", build, "state")


def _t(key: str, lang: str) -> str:
    return escape(t(key, lang))


def _marks(table: Table, lang: str) -> str:
    return "".join(f'<span class="mark">{escape(each)}</span>' for each in table.marks)


def _status(status: str, lang: str) -> str:
    # what is internal bears its mark already
    return "" if status == "internal" else f'<span class="status">{_t(f"release.{status}", lang)}</span>'


def _under(table: Table) -> str:
    """The selection, and what the line under the picture's title says beyond it and beyond the marks."""
    said = {piece for line in (table.selection, *table.marks, t("figure.simulated", table.lang)) for piece in line.split(_BETWEEN)}
    left = _BETWEEN.join(piece for piece in table.under.split(_BETWEEN) if piece not in said)
    return "".join(f'<p class="under">{escape(line)}</p>' for line in (table.selection, left) if line)


def _picture(table: Table) -> str:
    if table.figure is None:
        return ""
    height = table.figure.get("layout", {}).get("height", 400)  # type: ignore[attr-defined]
    return f'<div id="picture" role="img" aria-label="{escape(table.alt)}" style="--tall:{int(height)}px"></div>'


def _rows(table: Table, lang: str, opened: bool = False) -> str:
    if not table.rows:
        return f'<p class="none">{_t("figure.none", lang)}</p>' if table.figure is None else ""
    heads, rows, numeric, left = cells(table, ROWS)
    head = "".join(f"<th scope=col{' class=n' if number else ''}>{escape(text)}</th>" for text, number in zip(heads, numeric, strict=True))
    lines = [
        "<tr>"
        + "".join(f"<td{' class=n' if number else ''}>{escape(text)}</td>" for text, number in zip(row, numeric, strict=True))
        + "</tr>"
        for row in rows
    ]
    more = f"<p>{escape(table.more.replace('{n}', str(left)))}</p>" if left > 0 else ""
    inside = f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>{more}'
    if opened or table.figure is None:
        return inside
    return f"<details><summary>{escape(t('state.rows', lang, n=len(table.rows)))}</summary>{inside}</details>"


def _facts(table: Table, code: str, lang: str) -> str:
    # what the title and the sentence say stands above already; the columns' names stand in the sheets
    names = set(table.columns)
    rows = [(label, text) for label, text in table.notes[2:] if label not in names]
    rows += [(t("state.code", lang), code)]
    inside = "".join(f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in rows if text)
    return f"<dl>{inside}</dl>"


def _release(status: str, lang: str) -> str:
    options = "".join(
        f'<button type="button" data-status="{each}"{" disabled" if each == status else ""}>{_t(f"state.to.{each}", lang)}</button>'
        for each in ("internal", "approved", "public")
    )
    return (
        f'<section id="release"><h2>{_t("state.release", lang)}</h2><p>{_t("state.release_about", lang)}</p>'
        f'<label for="by">{_t("state.by", lang)}</label><input id="by" maxlength="100" autocomplete="name">'
        f'<label for="note">{_t("state.note", lang)}</label><input id="note" maxlength="500">'
        f'<div class="buttons">{options}</div><p id="said" role="status" aria-live="polite"></p></section>'
    )


def _list(head: str, rows: Sequence[tuple[str, ...]], lang: str) -> str:
    if not rows:
        return ""
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    counted = escape(t("state.counted", lang, what=head, n=len(rows)))
    return f'<details><summary>{counted}</summary><div class="wide"><table>{lines}</table></div></details>'


def _document(view: View, title: str, body: str, table: Table | None, code: str, build: str, kind: str) -> str:
    lang = view.lang
    figure = table.figure if table else None
    if figure is not None and view.theme == "dark":
        # kept as it was drawn, on light ground
        figure = on_dark(figure)
    told = {"figure": figure, "lang": lang, "code": code, "words": {"failed": t("state.failed", lang)}}
    held = json.dumps(told, ensure_ascii=False, default=str).replace("<", "\\u003c")
    drawn = table is not None and table.figure is not None
    scripts = ["plotly.min.js", *(["plotly-locale-zh-cn.js"] if lang == "zh-CN" else [])] if drawn else []
    needed = "".join(f'<script src="/wall/{each}?v={build}" defer></script>' for each in scripts)
    brand = "" if kind == "embed" else f'<p class="brand">{_t("shell.brand", lang)} <span>{_t("shell.tagline", lang)}</span></p>'
    return (
        f'<!DOCTYPE html><html lang="{lang}" data-bs-theme="{view.theme}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<link rel="icon" href="data:,"><link rel="stylesheet" href="/wall/tokens.css?v={build}">'
        f'<link rel="stylesheet" href="/state/state.css"></head><body class="{kind}">{brand}<main>{body}</main>'
        f'<script type="application/json" id="told">{held}</script>{needed}<script src="/state/state.js" defer></script></body></html>'
    )
