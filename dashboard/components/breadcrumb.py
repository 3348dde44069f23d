"""Where one is: 全国 › 江苏省 › 南京市."""

from collections.abc import Sequence

from dash import html

from dashboard.i18n import t
from dashboard.links import within
from dashboard.view import View
from data.filters import Filters


def breadcrumb(trail: Sequence[tuple[str, str]], filters: Filters, view: View) -> html.Ol:
    """``trail``: (code, name) from the country down to the place shown; the last is not a link.

    Without a chosen region nothing is: the places above the campaign's own hold nothing else.
    """
    last = len(trail) - 1
    out = []
    for k, (code, name) in enumerate(trail):
        if k == last:
            out.append(html.Li(html.Span(name, **{"aria-current": "location"})))
        elif filters.region is None:
            out.append(html.Li(html.Span(name)))
        else:
            out.append(html.Li(html.A(name, href=within(filters, f"region={code}", view), **{"data-nav": "plain"})))
    return html.Ol(out, className="breadcrumb-trail", **{"aria-label": t("progress.breadcrumb", view.lang)})
