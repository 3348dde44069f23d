"""A table of regions × values whose cells are shaded by completion: the darker, the further behind."""

from itertools import pairwise

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.captions.crossed import LEAST, Crossing, Line, subtitle, title
from dashboard.figures import canvas
from dashboard.formatting import count, of, percent
from dashboard.i18n import t
from dashboard.view import Style, View

MOST_ROWS = 40
MOST_COLUMNS = 14
# class edges of the shading: the finer ladder once most is done
_LATE, _EARLY = (0.6, 0.7, 0.8, 0.9, 1.0), (0.2, 0.4, 0.6, 0.8, 1.0)
# a cell gets the red mark when at least this part of its items is overdue
LOUD = 0.1
_NAME_EM = 8.0
# px of a cell that holds a rate and a mark with its number
_ROOMY = 68.0
# no column of a sheet is narrower than a rate
_COLUMN_EM = {"zh-CN": 3.75, "en": 5.2}


def heat_table(df: pd.DataFrame, dimension: str, view: View) -> dict[str, object]:
    """The heat table of a crossing; the totals stand in the last row and column, unshaded.

    Rows: lowest completion first. Numbers of cells with few items are in italics. Clicks carry the piece of query string.
    """
    found = Crossing(df, dimension, view)
    if not len(found):
        return canvas.empty(view, t("figure.cells.title.none", view.lang))
    lang, px = view.lang, canvas.font_size(view)
    most_rows = canvas.most(view, MOST_ROWS, 2.2, 9.5)
    most_columns = MOST_COLUMNS
    if canvas.on_sheet(view):
        most_columns = min(MOST_COLUMNS, max(3, int((view.room[0] / px - _NAME_EM) / _COLUMN_EM[lang]) - 1))
    order = sorted(range(len(found.rows)), key=lambda k: (found.rows[k].rate, -found.rows[k].effective))[:most_rows]
    across = sorted(range(len(found.columns)), key=lambda k: (not found.columns[k].key, -found.columns[k].effective))[:most_columns]
    kept_rows, kept_columns = [found.rows[k] for k in order], [found.columns[k] for k in across]
    at_row, at_column = _places(order, len(found.rows)), _places(across, len(found.columns))
    n, m = len(kept_rows), len(kept_columns)
    edges = _LATE if np.median(found.rate) >= 0.7 else _EARLY
    colours = [theme.token("surface", view), *theme.sequential(view, len(edges))][::-1]
    ink, ink2 = theme.token("ink", view), theme.token("ink-2", view)
    inks = [readable(colour, ink) for colour in colours]
    z: list[list[int | None]] = [[None] * m for _ in range(n)]
    text, hover, keys = ([[""] * m for _ in range(n)] for _ in range(3))
    loud: list[tuple[int, int, str]] = []
    drawn = (at_row[found.row_of] >= 0) & (at_column[found.column_of] >= 0) & (found.effective > 0)
    for k in np.flatnonzero(drawn).tolist():
        cell, i, j = found.cell(k), int(at_row[found.row_of[k]]), int(at_column[found.column_of[k]])
        share = cell.rectified / cell.effective
        level = sum(share >= edge for edge in edges)
        z[i][j] = level
        rate = percent(cell.rectified, cell.effective, lang)
        words = rate if cell.effective >= LEAST else f"<i>{rate}</i>"
        text[i][j] = words if inks[level] == ink else canvas.span(inks[level], words)
        hover[i][j] = t(
            "figure.cells.hover",
            lang,
            region=canvas.clean(cell.row.name),
            column=canvas.clean(cell.column.name),
            rate=rate,
            of=of(cell.rectified, cell.effective, lang),
            overdue=count(cell.overdue, lang),
        )
        keys[i][j] = f"region={cell.row.key}&{dimension}={cell.column.key}&rows=effective" if cell.column.key else ""
        if cell.overdue / cell.effective >= LOUD:
            loud.append((i, j, count(cell.overdue, lang)))
    names = [canvas.wrap(line.name, _NAME_EM) for line in kept_rows] + [f"<b>{t('figure.total', lang)}</b>"]
    # a column is as wide as the narrowest picture allows, 860 px in Chinese, 1040 px in English
    width = ((860 if lang == "zh-CN" else 1040) - canvas.gutter(names, px) - 8) / (m + 1) / px - 0.3
    if view.room[0]:
        # as wide as a column really is: long Latin words are parted
        width = max(3.0, (view.room[0] - canvas.gutter(names, px)) / (m + 1) / px - 0.4)
    apart = [" ".join(canvas.parted(word, width) for word in line.name.split(" ")) for line in kept_columns]
    heads = [canvas.wrap(name, width) for name in (apart if view.room[0] else [line.name for line in kept_columns])] + [
        f"<b>{t('figure.total', lang)}</b>"
    ]
    step = round(px * (2.2 if max(map(canvas.lines, names)) == 1 else 2.8))
    top = round(max(map(canvas.lines, heads)) * px * 1.35) + 12
    # the key, and a line for what is left out
    left_out = _left_out(len(found.rows), len(found.columns), most_rows, most_columns, lang)
    bottom = round(px * (2.2 + 1.6 * len(left_out))) + 8
    foot = [_key(edges, colours, lang), *left_out]
    return canvas.finish(
        view,
        [
            {
                "type": "heatmap",
                "z": z,
                "text": text,
                "texttemplate": "%{text}",
                "textfont": {"size": px, "color": ink},
                "hovertext": hover,
                "hoverinfo": "text",
                "customdata": keys,
                "colorscale": _steps(colours),
                "zmin": -0.5,
                "zmax": len(edges) + 0.5,
                "showscale": False,
                "xgap": 2,
                "ygap": 2,
                "hoverongaps": False,
            },
            _totals(found, kept_rows, kept_columns, dimension, view),
            _marks(loud, view, (view.room[0] - canvas.gutter(names, px)) / (m + 1) if canvas.on_sheet(view) else _ROOMY),
        ],
        title=title(found, view),
        subtitle=subtitle(df, dimension, view),
        height=(n + 1) * step + top + bottom,
        margin={"l": canvas.gutter(names, px), "r": 8, "t": top, "b": bottom},
        xaxis={
            "side": "top",
            "range": [-0.5, m + 0.5],
            "tickvals": list(range(m + 1)),
            "ticktext": heads,
            "tickangle": 0,
            "showgrid": False,
            "showline": False,
            "tickfont": {"color": ink2, "size": px},
        },
        yaxis={
            "range": [n + 0.5, -0.5],
            "tickvals": list(range(n + 1)),
            "ticktext": names,
            "showgrid": False,
            "showline": False,
            "tickfont": {"color": ink},
        },
        annotations=[
            canvas.note(
                "<br>".join(foot), view, x=0, y=0, xref="paper", yref="paper", xanchor="left", yanchor="top", yshift=-8, align="left"
            )
        ],
    )


def readable(colour: str, ink: str) -> str:
    """The ink of a theme on a filled area, or the paper's colour where that is read more easily."""
    other = theme.TOKENS["light"]["surface"] if ink == theme.TOKENS["light"]["ink"] else theme.TOKENS["dark"]["ground"]
    return ink if theme.contrast(colour, ink) >= theme.contrast(colour, other) else other


def _places(order: list[int], size: int) -> np.ndarray:
    """Where each line is drawn; -1: it is left out."""
    out = np.full(size, -1)
    out[order] = np.arange(len(order))
    return out


def _steps(colours: list[str]) -> list[list[object]]:
    """A colour scale of equal classes."""
    size = len(colours)
    return [[edge / size, colour] for i, colour in enumerate(colours) for edge in (i, i + 1)]


def _key(edges: tuple[float, ...], colours: list[str], lang: str) -> str:
    """The ruler of the classes."""
    whole = [round(edge * 100) for edge in edges]
    words = [t("figure.cells.key.below", lang, high=whole[0])]
    words += [t("figure.cells.key.range", lang, low=low, high=high) for low, high in pairwise(whole)]
    marks = [canvas.span(colour, "■") for colour in colours]
    return "  ".join(f"{mark} {word}" for mark, word in zip(marks, [*words, "100%"], strict=False))


def _totals(found: Crossing, rows: list[Line], columns: list[Line], dimension: str, view: View) -> dict[str, object]:
    """The last row and column, as text that can be clicked; the total is of everything, drawn or not."""
    lang, n, m = view.lang, len(rows), len(columns)
    done, whole = sum(line.rectified for line in found.rows), sum(line.effective for line in found.rows)
    cells_of = [
        *((m, i, line, f"region={line.key}&rows=effective") for i, line in enumerate(rows)),
        *((j, n, line, f"{dimension}={line.key}&rows=effective" if line.key else "") for j, line in enumerate(columns)),
    ]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [*(x for x, *_ in cells_of), m],
        "y": [*(y for _, y, *_ in cells_of), n],
        "text": [*(percent(line.rectified, line.effective, lang) for *_, line, _ in cells_of), f"<b>{percent(done, whole, lang)}</b>"],
        "hovertext": [
            *(f"<b>{canvas.clean(line.name)}</b><br>{of(line.rectified, line.effective, lang)}" for *_, line, _ in cells_of),
            of(done, whole, lang),
        ],
        "hoverinfo": "text",
        "customdata": [*(key for *_, key in cells_of), "rows=effective"],
        "textfont": {"color": theme.token("ink", view)},
    }


def _marks(loud: list[tuple[int, int, str]], view: View, wide: float) -> dict[str, object]:
    """Red corner marks with the number overdue; where a cell (``wide`` px) has room for one number, as on the wall, without it."""
    numbered = view.style is not Style.SCREEN and wide >= _ROOMY
    aside = 0.36 if wide >= _ROOMY else 0.43
    return {
        "type": "scatter",
        "mode": "markers+text" if numbered else "markers",
        "x": [j + aside for _, j, _ in loud],
        "y": [i - (0.24 if wide >= _ROOMY else 0.36) for i, *_ in loud],
        "text": [text for *_, text in loud],
        "hoverinfo": "skip",
        "marker": {
            "symbol": "square",
            "size": 14 if numbered else 18 if wide >= _ROOMY else 7,
            "color": theme.token("status-overdue", view),
        },
        "textfont": {"color": theme.text_on(theme.token("status-overdue", view)), "size": 10},
    }


def _left_out(rows: int, columns: int, most_rows: int, most_columns: int, lang: str) -> list[str]:
    out = []
    if rows > most_rows:
        out.append(t("figure.cells.more", lang, n=most_rows, m=count(rows - most_rows, lang)))
    if columns > most_columns:
        out.append(t("figure.cells.more_columns", lang, n=most_columns, m=count(columns - most_columns, lang)))
    return out
