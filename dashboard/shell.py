"""What stands around every page: header, navigation, marks, footer, and the stores that pages share."""

from collections.abc import Sequence

from dash import dcc, html

from dashboard import ids
from dashboard.formatting import day
from dashboard.i18n import t
from dashboard.site import Facts, address, site
from dashboard.view import LANGUAGES, View
from data.filters import Filters

# path -> key of its name; in the order of the navigation
NAVIGATION = (
    ("/progress", "nav.progress"),
    ("/map", "nav.map"),
    ("/river", "nav.rivers"),
    ("/rankings", "nav.rankings"),
    ("/contest", "nav.contest"),
    ("/orders", "nav.orders"),
    ("/warnings", "nav.warnings"),
    ("/briefs", "nav.briefs"),
    ("/screens", "nav.screens"),
    ("/import", "nav.import"),
)
# what a ranking does not take over from another page: its scheme says what is compared, and its newest period is the one in question
NOT_RANKED_BY = ("campaign", "round", "kind", "theme", "category", "source", "department", "level", "as_of", "known_at", "basic")


def page(
    children: object, *, view: View, filters: Filters | None, path: str, carried: Filters | None = None, race: bool = False
) -> html.Div:
    """A whole page. ``filters`` is the page's own selection (None: the page has none, and carries ``carried`` on to others);
    with ``race`` it stands in the store that rankings follow, and the filters of items have no controls."""
    facts = site().facts(filters or carried or Filters())
    stores = [dcc.Store(id=ids.VIEW, data=view.to_query())]
    if filters is not None:
        stores += [
            dcc.Store(id=ids.RACE if race else ids.FILTERS, data=filters.to_query()),
            dcc.Store(id=ids.RACE_ADDRESS if race else ids.ADDRESS),
        ]
    kept = filters or carried
    return html.Div(
        className="page",
        children=[
            html.A(t("shell.skip", view.lang), href="#main", className="skip-link"),
            _header(view, kept, path, facts),
            html.Main(children, id="main", tabIndex="-1"),
            _footer(view, kept),
            html.Div(id=ids.TOAST, className="toast-line", role="alert"),
            _stale_badge(view),
            *stores,
        ],
        **{"data-lang": view.lang, "data-store": ids.RACE if race else ids.FILTERS},
    )


def _header(view: View, filters: Filters | None, path: str, facts: Facts) -> html.Header:
    lang = view.lang
    other = next(each for each in LANGUAGES if each != lang)
    plain = filters.without_rows() if filters else None
    links = [
        html.A(
            t(key, lang),
            href=address(to, _carried(plain, to, path), view),
            className="nav-link" + (" nav-here" if path == to else ""),
            **{"data-nav": "carry", "aria-current": "page" if path == to else "false"},
            **({"data-drop": ",".join(NOT_RANKED_BY)} if to == "/rankings" != path else {}),
        )
        for to, key in NAVIGATION
    ]
    return html.Header(
        className="shell-header",
        children=[
            html.A(
                [html.Span(t("shell.brand", lang), className="brand-name"), html.Span(t("shell.tagline", lang), className="brand-tagline")],
                href=address("/", plain, view),
                className="brand",
                **{"data-nav": "carry"},
            ),
            html.Nav(links, className="shell-nav", **{"aria-label": t("shell.navigation", lang)}),
            html.Div(status(facts, view), id=ids.STATUS, className="shell-status"),
            html.Div(
                className="shell-switches",
                children=[
                    html.A(
                        t(f"shell.language.{other}", lang),
                        id=ids.LANGUAGE_SWITCH,
                        href=address(path, filters, view.but(lang=other)),
                        lang=other,
                        className="switch",
                        **{"data-language": other},
                    ),
                    html.Button(
                        t(f"shell.theme.{view.theme}", lang),
                        id=ids.THEME_SWITCH,
                        className="switch",
                        n_clicks=0,
                        **{"data-light": t("shell.theme.light", lang), "data-dark": t("shell.theme.dark", lang), "type": "button"},
                    ),
                ],
            ),
        ],
    )


def _carried(filters: Filters | None, to: str, path: str) -> Filters | None:
    if filters is None or to != "/rankings" or path == to:
        return filters
    return filters.for_race().but(campaign=(), as_of=None, known_at=None)


def status(facts: Facts, view: View) -> Sequence[html.Span]:
    """The marks: simulated data, the day, the store's version, who may use this."""
    lang = view.lang
    marks = []
    if facts.simulated:
        marks.append(html.Span(t("shell.simulated", lang), className="shell-mark mark-simulated"))
    if facts.as_of:
        marks.append(html.Span(t("shell.as_of", lang, day=day(facts.as_of, lang, year=True)), className="shell-mark mark-day"))
    if facts.known_at:
        marks.append(html.Span(t("shell.known_at", lang, day=day(facts.known_at, lang, year=True)), className="shell-mark mark-day"))
    marks.append(
        html.Span(t("shell.version", lang, n=facts.version), className="shell-mark mark-version", title=t("shell.version_about", lang))
    )
    if facts.single_user:
        marks.append(html.Span(t("shell.single_user", lang), className="shell-mark mark-single", title=t("shell.single_user_about", lang)))
    return marks


def _stale_badge(view: View) -> html.Div:
    """Shown by assets/network_guard.js while the server does not answer; its words travel with it."""
    words = {f"data-{unit}": t(f"shell.stale_age.{unit}", view.lang, n="{n}") for unit in ("seconds", "minutes", "hours")}
    words["data-stale"] = t("shell.stale", view.lang, age="{age}")
    return html.Div(id=ids.STALE, className="stale-badge", role="status", hidden=True, **words)


def _footer(view: View, filters: Filters | None) -> html.Footer:
    plain = filters.without_rows() if filters else None
    batches = html.A(t("nav.batches", view.lang), href=address("/batches", plain, view), **{"data-nav": "carry"})
    return html.Footer(
        className="shell-footer",
        children=[html.Span(t("shell.footer", view.lang)), html.Span(t("shell.boundaries", view.lang)), batches],
    )
