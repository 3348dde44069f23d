"""The map with its panel: what can be shown, asked and played. Scripts in assets/map_*.js fill it; nothing in it is data."""

import json

from dash import dcc, html

from dashboard import ids, map_notice
from dashboard.components.chart_card import data_links
from dashboard.i18n import has, t, texts
from dashboard.site import Options, address
from dashboard.view import View
from data.filters import Filters

KILOMETRES = (0.5, 1, 2, 5, 10)
_WORDS = "map.js."


def map_stage(filters: Filters, facts: Options, view: View) -> html.Div:
    """``facts`` as the site gives them for a map."""
    lang = view.lang
    words = {key.removeprefix(_WORDS): text for key, text in texts(lang).items() if key.startswith(_WORDS)}
    config = {
        **facts,
        "lang": lang,
        "day": filters.as_of.isoformat() if filters.as_of else None,
        "words": words,
    }
    return html.Div(
        className="map-room",
        children=[
            _panel(filters, facts, view),
            html.Div(
                className="map-stage",
                children=[
                    html.Div(
                        html.P(t("map.loading", lang), className="map-loading"),
                        id=ids.MAP,
                        role="application",
                        tabIndex="0",
                        **{
                            "data-config": json.dumps(config, ensure_ascii=False, separators=(",", ":")),
                            "aria-label": t("map.about", lang),
                        },
                    ),
                    html.Nav(html.Ol(id="map-trail", className="map-trail"), **{"aria-label": t("map.trail", lang)}),
                    html.P(_said(facts, view), className="map-notice"),
                ],
            ),
            html.Aside(
                html.P(t("map.card.empty", lang), className="quiet"),
                id=ids.MAP_CARD,
                className="map-card",
                **{"aria-label": t("map.card.title", lang)},
            ),
            dcc.Store(id=ids.MAP_PICKED),
            dcc.Store(id=ids.MAP_SEEN),
        ],
    )


def _said(facts: Options, view: View) -> str:
    """The notice of the boundaries, and what a base map asks to be said of it."""
    base: dict[str, str] = facts["base"]  # type: ignore[assignment]
    notice = map_notice.current().text(view.lang)
    return f"{notice} · {base['attribution']}" if base["url"] and base["attribution"] else notice


def _button(key: str, key_id: str, view: View, pressed: bool | None = False, **more: object) -> html.Button:
    state = {} if pressed is None else {"aria-pressed": "true" if pressed else "false"}
    return html.Button(t(key, view.lang), id=key_id, className="switch", type="button", **state, **more)


def _panel(filters: Filters, facts: Options, view: View) -> html.Aside:
    lang = view.lang
    named = [name for name in facts["measures"] if has(f"measure.{name}.name", lang)]  # type: ignore[attr-defined]
    measures = [html.Option(t(f"measure.{name}.name", lang), value=name) for name in named]
    kilometres = [html.Option(t("map.km", lang, n=f"{km:g}"), value=f"{km:g}") for km in KILOMETRES]
    return html.Aside(
        className="map-panel",
        children=[
            html.Div(id="map-search", className="map-search"),
            html.Ul(id="map-found", className="map-found", hidden=True, **{"aria-live": "polite"}),
            html.Div(
                className="map-tools",
                children=[
                    _button("map.tool.left", "map-left", view, filters.rows == "open", title=t("map.tool.left_about", lang)),
                    _button("map.tool.lasso", "map-lasso", view, title=t("map.tool.lasso_about", lang)),
                    _button("map.tool.area_clear", "map-area-clear", view, None, hidden=not filters.area),
                    html.Span(
                        [
                            _button("map.tool.near", "map-near", view, title=t("map.tool.near_about", lang)),
                            html.Select(kilometres, id="map-km", **{"aria-label": t("map.tool.km", lang)}),
                        ],
                        className="map-near",
                    ),
                    _button("map.tool.locate", "map-locate", view, None, title=t("map.tool.locate_about", lang)),
                ],
            ),
            html.Div(id="map-standing", className="map-standing", hidden=True, role="status"),
            html.Div(
                className="map-player",
                children=[
                    html.Div(
                        [
                            _button("map.js.play", "map-play", view),
                            html.Span(id="map-day-said", className="map-day-said"),
                            html.Span(id="map-day-left", className="quiet", role="status"),
                        ],
                        className="map-player-head",
                    ),
                    html.Div(id="map-day-box"),
                ],
            ),
            html.Div(
                [html.Label(t("map.measure", lang), htmlFor="map-measure"), html.Select(measures, id="map-measure")],
                className="map-measure",
            ),
            html.H2(t("map.layers", lang), className="map-layers-title"),
            html.Ul(id="map-layers", className="map-layers"),
            html.P(data_links("region-map", filters, view), className="map-more"),
            html.P(html.A(t("map.to_places", lang), href=address("/places", None, view), **{"data-nav": "plain"}), className="map-more"),
        ],
        **{"aria-label": t("map.panel", lang)},
    )
