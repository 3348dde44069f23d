"""A strip of months for each section, coloured by class; what misses the target carries its numeral."""

from typing import Any

import pandas as pd

from dashboard import frame, theme, waters
from dashboard.captions.river_quality import break_words, subtitle, title
from dashboard.figures import canvas
from dashboard.figures.canvas import below
from dashboard.formatting import count, missing
from dashboard.i18n import t
from dashboard.view import View

MOST = 40
_FOOT_EM = 44.0
_NAME_EM = 12.0
_READ = ("section_id", "name", "target_grade", "month", "grade", "met", "exceeding")


def river_quality(df: pd.DataFrame, view: View) -> dict[str, object]:
    """Rows from source to mouth (of many, those that missed most often), columns months. A break is a line with its reason."""
    rows = [dict(zip(_READ, row, strict=True)) for row in frame.rows(df, *_READ)]
    first, last = df.attrs.get("first"), df.attrs.get("last")
    if not rows or first is None or last is None:
        return canvas.empty(view, t("river.quality.title.none", view.lang))
    lang, px = view.lang, canvas.font_size(view)
    sections: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        sections.setdefault(row["section_id"], []).append(row)
    kept, left_out = _kept(list(sections.values()), canvas.most(view, MOST, 1.75, 9.0))
    width = (last.year - first.year) * 12 + last.month - first.month + 1
    names = [canvas.wrap(str(months[0]["name"]), _NAME_EM) for months in kept]
    aims = [waters.numeral(months[0]["target_grade"], lang) or t("river.quality.no_target", lang) for months in kept]
    breaks = df.attrs.get("breaks") or []
    foot = _foot(left_out, view)
    lines = [canvas.wrap(line, _FOOT_EM) if "<" not in line else line for line in foot]
    step = round(px * (1.75 if max(map(canvas.lines, names)) == 1 else 2.8))
    top = round(px * (1.7 + 1.5 * bool(breaks))) + 4
    bottom = round(px * 1.55 * (sum(map(canvas.lines, lines)) + 1)) + 12
    ticks = _ticks(first, width, lang)
    left = canvas.gutter(names, px)
    return canvas.finish(
        view,
        [_cells(kept, first, width, view)],
        title=title(df, view),
        subtitle=subtitle(df, view),
        height=len(kept) * step + top + bottom,
        margin={"l": left, "r": canvas.gutter([*aims, t("river.quality.aim", lang)], px, 40), "t": top, "b": bottom},
        xaxis={
            "range": [-0.5, width - 0.5],
            "tickvals": [at for at, _ in ticks],
            "ticktext": [text for _, text in ticks],
            "tickangle": 0,
            "showgrid": False,
            "showline": False,
            "tickfont": {"color": theme.token("ink-2", view), "size": px},
        },
        yaxis={
            "range": [len(kept) - 0.5, -0.5],
            "tickvals": list(range(len(kept))),
            "ticktext": names,
            "showgrid": False,
            "showline": False,
            "tickfont": {"color": theme.token("ink", view), "size": px},
        },
        shapes=[_line(month, first, view) for month, _ in breaks],
        annotations=[
            *(_aim(k, text, view) for k, text in enumerate(aims)),
            _aim(1, t("river.quality.aim", lang), view) | {"yref": "paper", "yanchor": "bottom", "yshift": 2},
            *(_why(month, why, first, width, view) for month, why in breaks),
            below(lines, left, round(px * 1.7), view),
        ],
    )


def _kept(sections: list[list[dict[str, Any]]], most: int) -> tuple[list[list[dict[str, Any]]], int]:
    if len(sections) <= most:
        return sections, 0
    order = sorted(range(len(sections)), key=lambda k: -sum(each["met"] is False for each in sections[k]))[:most]
    return [sections[k] for k in sorted(order)], len(sections) - most


def _at(month: Any, first: Any) -> int:
    return int((month.year - first.year) * 12 + month.month - first.month)


def _cells(sections: list[list[dict[str, Any]]], first: Any, width: int, view: View) -> dict[str, object]:
    lang = view.lang
    z: list[list[int | None]] = [[None] * width for _ in sections]
    text, hover = ([[""] * width for _ in sections] for _ in range(2))
    colours = [waters.colour(grade, view) for grade in waters.GRADES]
    size = len(colours)
    for k, months in enumerate(sections):
        for each in months:
            at, found = _at(each["month"], first), waters.rank(each["grade"])
            z[k][at] = found
            if found is None:
                text[k][at] = "·"
            elif each["met"] is False:
                text[k][at] = canvas.span(theme.text_on(colours[found]), waters.numeral(each["grade"], lang))
            hover[k][at] = _hover(each, lang)
    return {
        "type": "heatmap",
        "z": z,
        "text": text,
        "texttemplate": "%{text}",
        "textfont": {"size": round(canvas.font_size(view) * 0.85), "color": theme.token("ink-2", view)},
        "hovertext": hover,
        "hoverinfo": "text",
        "hoverongaps": False,
        "colorscale": [[edge / size, colour] for k, colour in enumerate(colours) for edge in (k, k + 1)],
        "zmin": -0.5,
        "zmax": size - 0.5,
        "showscale": False,
        "xgap": 1,
        "ygap": 2,
    }


def _hover(each: dict[str, Any], lang: str) -> str:
    parts = [
        f"<b>{canvas.clean(each['name'])}</b>",
        t("river.sections.hover", lang, grade=waters.grade(each["grade"], lang), month=waters.month(each["month"], lang)),
        t("river.sections.aim", lang, grade=waters.grade(each["target_grade"], lang)),
    ]
    if not missing(each["exceeding"]) and each["exceeding"]:
        parts.append(t("river.sections.over", lang, over=canvas.clean(waters.indicators(each["exceeding"], lang))))
    return "<br>".join(parts)


def _ticks(first: Any, width: int, lang: str) -> list[tuple[int, str]]:
    """January by its year, July by its name, and the newest month unless it stands too near to one of them."""
    out = []
    for at in range(width):
        month = (first.month - 1 + at) % 12 + 1
        if month == 1:
            out.append((at, str(first.year + (first.month - 1 + at) // 12)))
        elif month == 7:
            out.append((at, t("format.month.7", lang)))
    last = (first.month - 1 + width - 1) % 12 + 1
    if not out or width - 1 - out[-1][0] >= 3:
        out.append((width - 1, t(f"format.month.{last}", lang)))
    return out


def _line(month: Any, first: Any, view: View) -> dict[str, object]:
    at = _at(month, first) - 0.5
    return {
        "type": "line",
        "x0": at,
        "x1": at,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": theme.token("ink", view), "width": 1.5, "dash": "dot"},
    }


def _why(month: Any, why: str, first: Any, width: int, view: View) -> dict[str, object]:
    at = _at(month, first) - 0.5
    right = at > width * 0.6
    return canvas.note(
        break_words(month, why, view.lang), view, x=at, y=1, yref="paper", xanchor="right" if right else "left", yanchor="bottom", yshift=2
    )


def _aim(k: int, text: str, view: View) -> dict[str, object]:
    return canvas.note(text, view, x=1, xref="paper", xanchor="left", xshift=6, y=k, yanchor="middle")


def _foot(left_out: int, view: View) -> list[str]:
    """The key, and what is left out."""
    lang = view.lang
    key = "  ".join(f"{canvas.span(waters.colour(grade, view), '■')} {waters.numeral(grade, lang)}" for grade in waters.GRADES)
    out = [key, t("river.quality.key", lang)]
    if left_out:
        out.append(t("river.quality.more", lang, n=count(left_out, lang)))
    return out
