"""Small multiples of bars: a row a region, a column a question or a stage; every bar from 0 to 100 %, with its numbers beside it.

A tick on a bar marks the same share over another base. The first row is the total.
"""

from collections.abc import Sequence

import pandas as pd

from dashboard import theme
from dashboard.captions.outfalls import Bar
from dashboard.figures import canvas
from dashboard.formatting import count, of, percent
from dashboard.i18n import t
from dashboard.view import Style, View

# more regions than this are read in the table
MOST = 40
_NAME_EM = 7.0
# how far apart the columns begin, in bars
_APART = 1.2
# parts of a row's height: how thick its bar is, and where the numbers stand above its middle
_BAR, _ABOVE = 0.3, 0.34


def panels(
    df: pd.DataFrame,
    kinds: Sequence[str],
    found: Sequence[Bar],
    total: Sequence[Bar],
    view: View,
    words: tuple[str, str],
    notes: Sequence[str],
) -> dict[str, object]:
    """The figure. ``kinds`` in the order of columns, ``total`` the bars of the first row, ``words`` title and subtitle, ``notes`` under it.

    A click on a bar leads to its rows, one on what is missing of it to those that are lacking.
    """
    lang, px = view.lang, canvas.font_size(view)
    codes = list(dict.fromkeys(bar.code for bar in found))
    most = canvas.most(view, MOST, 3.1, 9.0)
    shown = codes[:most]
    # a single region is its own total
    first = list(total) if len(codes) > 1 else []
    slot = {code: k + (1 if first else 0) for k, code in enumerate(shown)}
    drawn = [(0, bar) for bar in first] + [(slot[bar.code], bar) for bar in found if bar.code in slot]
    names = {0: f"<b>{t('figure.total', lang)}</b>"} if first else {}
    names |= {slot[bar.code]: canvas.wrap(bar.region, _NAME_EM) for bar in found if bar.code in slot}
    n = len(names)
    step = round(px * (3.1 if max(map(canvas.lines, names.values())) < 3 else 4.0))
    heads = [t(f"figure.outfalls.{kind}.head", lang) for kind in kinds]
    wrapped = [canvas.wrap(head, 4.6 if view.style is Style.PAGE else 9.0) for head in heads]
    top = round(max(map(canvas.lines, wrapped)) * px * 1.4) + 10
    said = list(notes)
    if len(codes) > most:
        said.append(t("figure.outfalls.more", lang, n=count(len(codes) - most, lang)))
    wide = 27.0 if view.style is Style.PAGE else min(60.0, view.room[0] / px - 1) if view.room[0] else 60.0
    foot = "<br>".join(canvas.wrap(note, wide) for note in said)
    bottom = round(canvas.lines(foot) * px * 1.45) + 10 if said else 8
    left = canvas.gutter(names.values(), px)
    wide = len(kinds) * _APART - (_APART - 1)
    at = {kind: k * _APART for k, kind in enumerate(kinds)}
    annotations = [
        {
            "x": at[kind], "y": 1, "yref": "paper", "xanchor": "left", "yanchor": "bottom", "align": "left", "showarrow": False,
            "borderpad": 0, "text": head, "font": {"size": px - (2 if view.style is Style.PAGE else 0)},
        }
        for kind, head in zip(kinds, wrapped, strict=True)
    ]  # fmt: skip
    if said:
        annotations.append(
            canvas.note(
                foot, view, x=0, xref="paper", xshift=-left, y=0, yref="paper", xanchor="left", yanchor="top", yshift=-4, align="left"
            )
        )
    return canvas.finish(
        view,
        [*_bars(drawn, at, view), *_ticks(drawn, at, view), *_numbers(drawn, at, view)],
        title=words[0],
        subtitle=words[1],
        height=n * step + top + bottom,
        margin={"l": left, "r": 12, "t": top, "b": bottom},
        barmode="overlay",
        bargap=1 - _BAR,
        xaxis={"range": [-0.005, wide + 0.005], "visible": False},
        yaxis={
            "range": [n - 0.5, -0.62],
            "tickvals": list(names),
            "ticktext": list(names.values()),
            "showgrid": False,
            "showline": False,
            "tickfont": {"color": theme.token("ink", view)},
        },
        annotations=annotations,
    )


def _bars(drawn: Sequence[tuple[int, Bar]], at: dict[str, float], view: View) -> list[dict[str, object]]:
    """What is done, and under it the whole."""
    some = [(y, bar) for y, bar in drawn if bar.d]
    kept = {
        "type": "bar", "orientation": "h", "y": [y for y, _ in some], "base": [at[bar.kind] for _, bar in some], "hoverinfo": "text",
        "hovertext": [_hover(bar, view) for _, bar in some],
    }  # fmt: skip
    whole = {
        "x": [1] * len(some),
        "marker": {"color": theme.token("rule", view)},
        "customdata": [_key(bar, bar.lacking_rows) for _, bar in some],
    }
    done = {
        "x": [bar.n / bar.d for _, bar in some],
        "marker": {"color": theme.token("status-rectified", view)},
        "customdata": [_key(bar, bar.rows) for _, bar in some],
    }
    return [{**kept, **whole}, {**kept, **done}]


def _key(bar: Bar, rows: str) -> str:
    region = f"region={bar.code}&" if bar.code else ""
    return f"{region}kind=outfall&rows={rows}"


def _ticks(drawn: Sequence[tuple[int, Bar]], at: dict[str, float], view: View) -> list[dict[str, object]]:
    """The share over the fixed baseline, as a line across the bar."""
    x: list[float | None] = []
    y: list[float | None] = []
    for slot, bar in drawn:
        if bar.fixed_d and bar.fixed_n is not None:
            place = at[bar.kind] + bar.fixed_n / bar.fixed_d
            x += [place, place, None]
            y += [slot - _BAR * 0.85, slot + _BAR * 0.85, None]
    if not x:
        return []
    line = {"color": theme.token("ink", view), "width": 2.5}
    return [{"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip", "connectgaps": False}]


def _numbers(drawn: Sequence[tuple[int, Bar]], at: dict[str, float], view: View) -> list[dict[str, object]]:
    """The share above each bar, with its two numbers where the window has room for them (assets/regions.css)."""
    ink2 = theme.token("ink-2", view)
    out = []
    roomy = not canvas.on_sheet(view) or view.room[0] / len(set(at)) > 11 * canvas.font_size(view)
    for uid, both in (("narrow-names", False), ("roomy-names", True)) if view.style is Style.PAGE else (("", roomy),):
        text = []
        for _, bar in drawn:
            if not bar.d:
                text.append(canvas.span(ink2, t("figure.null_why", view.lang, reason=t("figure.outfalls.none_to_do", view.lang))))
                continue
            share = percent(bar.n, bar.d, view.lang)
            share = share if bar.code else f"<b>{share}</b>"
            text.append(f"{share} {canvas.span(ink2, of(bar.n, bar.d, view.lang))}" if both else share)
        out.append(
            {
                "type": "scatter",
                "mode": "text",
                **({"uid": uid} if uid else {}),
                "x": [at[bar.kind] for _, bar in drawn],
                "y": [y - _ABOVE for y, _ in drawn],
                "text": text,
                "textposition": "middle right",
                "textfont": {"size": canvas.font_size(view) - 1, "color": theme.token("ink", view)},
                "hoverinfo": "skip",
                "cliponaxis": False,
            }
        )
    return out


def _hover(bar: Bar, view: View) -> str:
    lang = view.lang
    name = canvas.clean(bar.region) if bar.code else t("figure.total", lang)
    lines = [
        f"<b>{name}</b> {t(f'figure.outfalls.{bar.kind}.short', lang)}",
        f"{percent(bar.n, bar.d, lang)}  {of(bar.n, bar.d, lang)}",
        t("figure.outfalls.lacking", lang, n=count(bar.lacking, lang)),
    ]
    if bar.fixed_d:
        fixed = f"{percent(bar.fixed_n, bar.fixed_d, lang)}  {of(bar.fixed_n, bar.fixed_d, lang)}"
        lines.append(t("figure.outfalls.fixed", lang, rate=fixed))
    return "<br>".join(lines)


def of_total(df: pd.DataFrame, kinds: Sequence[str], found: Sequence[Bar]) -> list[Bar]:
    """The bars of the whole selection, linked to the same sets."""
    total = df.attrs.get("total") or {}
    sets = {bar.kind: (bar.rows, bar.lacking_rows) for bar in found}
    out = []
    for kind in kinds:
        values = total[kind]
        n, d = values["numerator"], values["denominator"]
        out.append(Bar("", "", False, kind, n, d, d - n, *sets[kind], values.get("fixed_numerator"), values.get("fixed_denominator")))
    return out
