"""Sliders for other weights: what the order would be. The official ranking is not touched."""

from collections.abc import Mapping, Sequence

from dash import dcc, html

from dashboard import ids
from dashboard.components.chart_card import chart_card
from dashboard.i18n import t
from dashboard.links import race
from dashboard.view import View
from data.filters import Filters

CHART = "rank-what-if"
MOST = 100


def tried(filters: Filters, official: Mapping[str, float]) -> dict[str, float]:
    """The weights in the address laid over the official ones; what the scheme does not have is left out."""
    out = dict(official)
    for each in filters.weights:
        name, _, points = each.partition(":")
        if name in out:
            out[name] = float(points)
    return out


def what_if(indicators: Sequence[Mapping[str, object]], filters: Filters, view: View) -> list[object]:
    """``indicators``: {id, name, weight} of the scheme. Sliders, the way back, and the card of the chart."""
    lang = view.lang
    official = {str(each["id"]): float(str(each["weight"])) for each in indicators}
    weights = tried(filters, official)
    sliders = [
        html.Div(
            className="race-weight",
            children=[
                html.Div(
                    [
                        html.Span(str(each["name"]), className="race-weight-name"),
                        html.Span(t("rankings.try.official", lang, n=f"{official[str(each['id'])]:g}"), className="quiet"),
                    ],
                    className="race-weight-head",
                ),
                dcc.Slider(
                    id=ids.weight(str(each["id"])),
                    min=0,
                    max=MOST if official[str(each["id"])] > 50 else 50,
                    step=1,
                    value=weights[str(each["id"])],
                    marks=None,
                    updatemode="mouseup",
                    allow_direct_input=True,
                ),
            ],
            role="group",
            **{"aria-label": t("rankings.try.weight", lang, name=each["name"])},
        )
        for each in indicators
    ]
    return [
        html.P(t("rankings.try.about", lang), className="quiet"),
        html.Div(
            className="race-try",
            children=[
                html.Div(
                    [
                        *sliders,
                        html.A(
                            t("rankings.try.reset", lang),
                            id=ids.RACE_TRY_RESET,
                            href=race(filters, view, weights=()),
                            className="chart-link",
                            **{"data-nav": "plain", "data-without": "weights"},
                        ),
                    ],
                    className="race-weights",
                ),
                chart_card(CHART, None, filters, view),
            ],
        ),
        dcc.Store(id=ids.RACE_TRY_WEIGHTS, data=official),
    ]


__all__ = ["CHART", "tried", "what_if"]
