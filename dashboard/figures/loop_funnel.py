"""Loop funnel: how many items have reached each stage, and how long the step to it took."""

import pandas as pd

from dashboard import theme
from dashboard.captions.loop_funnel import Step, length, slowest, steps, subtitle, title
from dashboard.figures import canvas
from dashboard.formatting import count, missing, percent
from dashboard.i18n import t
from dashboard.view import View

_NAME_EM = 8.0


def loop_funnel(df: pd.DataFrame, view: View) -> dict[str, object]:
    """One bar a stage, in the loop's order; the time of a step stands between the bars it joins. A click leads to the rows.

    Several loops stand below each other, each over its own effective items.
    """
    found = steps(df)
    if not any(step[3] for step in found):
        return canvas.empty(view, t("figure.funnel.title.none", view.lang))
    lang, px = view.lang, canvas.font_size(view)
    names = [canvas.wrap(step[2], _NAME_EM) for step in found]
    plain = [f"{percent(step[3], step[4], lang)}  {count(step[3], lang)}" for step in found]
    n, step_px = len(found), round(px * 3.3)
    slots = list(range(n))
    keys = [f"rows=reached:{step[1]}" for step in found]
    slow = slowest(found)
    ink2 = theme.token("ink-2", view)
    annotations: list[dict[str, object]] = []
    for i, step in enumerate(found):
        share = step[3] / step[4] if step[4] else 0
        text = f"<b>{percent(step[3], step[4], lang)}</b>  {canvas.span(ink2, count(step[3], lang))}"
        annotations.append(
            {
                "x": share,
                "y": i,
                "xanchor": "left",
                "xshift": 6,
                "showarrow": False,
                "captureevents": True,
                "name": keys[i],
                "text": text,
            }
        )
        if i and step[0] == found[i - 1][0]:
            annotations.append(_between(step, i - 0.5, view, slow is step))
    return canvas.finish(
        view,
        [
            {
                "type": "bar",
                "orientation": "h",
                "y": slots,
                "x": [step[3] / step[4] if step[4] else 0 for step in found],
                "customdata": keys,
                "hovertext": [_hover(name, text, step, view) for name, text, step in zip(names, plain, found, strict=True)],
                "hoverinfo": "text",
                "marker": {"color": theme.token("status-rectified", view)},
            }
        ],
        title=title(df, view),
        subtitle=subtitle(df, view),
        height=n * step_px + 12,
        margin={"l": canvas.gutter(names, px), "r": canvas.gutter(plain, px, 80), "t": 4, "b": 8},
        bargap=0.56,
        xaxis={"range": [0, 1], "visible": False},
        yaxis={
            "range": [n - 0.6, -0.4],
            "tickvals": slots,
            "ticktext": names,
            "showgrid": False,
            "tickfont": {"color": theme.token("ink", view)},
        },
        annotations=annotations,
    )


def _between(step: Step, y: float, view: View, loud: bool) -> dict[str, object]:
    """The time of the step that leads to a stage; the slowest one in ink."""
    if not step[7] or missing(step[5]):
        text = t("figure.funnel.untimed", view.lang)
    elif not step[6]:
        text = t("figure.funnel.same_day", view.lang)
    else:
        text = t("figure.funnel.between", view.lang, median=length(step[5], view), p90=length(step[6], view))
    colour = theme.token("ink" if loud else "ink-2", view)
    words = f"<b>{text}</b>" if loud else text
    return canvas.note(words, view, x=0, y=y, xanchor="left", font={"color": colour, "size": canvas.font_size(view) - 1})


def _hover(name: str, text: str, step: Step, view: View) -> str:
    timed = t("figure.funnel.hover_timed", view.lang, n=count(step[7], view.lang))
    return f"<b>{name}</b><br>{text}<br>{timed}" if step[7] else f"<b>{name}</b><br>{text}"
