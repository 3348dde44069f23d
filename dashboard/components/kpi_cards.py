"""The figures at the top of the page: each a link to the items it counts."""

from dash import html

from dashboard import frame
from dashboard.formatting import count, missing
from dashboard.i18n import t
from dashboard.links import within
from dashboard.measures import MEASURES, Shown, change, value_text
from dashboard.view import View
from data.filters import Filters


def kpi_cards(df: object, filters: Filters, view: View) -> list[html.Li]:
    """One card for each known measure of the frame of ``headline``."""
    names = ("measure", "numerator", "denominator", "reason", "numerator_before", "denominator_before")
    rows = frame.rows(df, *names)  # type: ignore[arg-type]
    return [_card(MEASURES[row[0]], [_plain(v) for v in row[1:]], filters, view) for row in rows if row[0] in MEASURES]


def _plain(value: object) -> object:
    """Numbers of a column that has nulls come as floats; counts are whole."""
    if missing(value):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _card(shown: Shown, values: list, filters: Filters, view: View) -> html.Li:
    numerator, denominator, reason, numerator_before, denominator_before = values
    lang = view.lang
    null = shown.denominator is not None and not denominator
    text = value_text(shown, numerator, denominator, lang)
    loud = shown.alarm and bool(numerator)
    name = t(f"measure.{shown.id}.name", lang)
    under: list[object]
    if null:
        under = [html.Span(t(f"measure.reason.{reason or 'no_items'}", lang), className="kpi-reason")]
    else:
        moved = change(shown, (numerator, denominator), (numerator_before, denominator_before), lang)
        under = [html.Span(moved.text, className=f"kpi-change kpi-{('same', 'better', 'worse')[moved.good]}")]
    return html.Li(
        className="kpi" + (" kpi-alarm" if loud else ""),
        children=[
            html.Span(name, className="kpi-name", title=t(f"measure.{shown.id}.about", lang)),
            html.A(
                text,
                href=within(filters, f"rows={shown.numerator}", view),
                className="kpi-value",
                **{"data-nav": "plain", "data-go": "rows", "aria-label": f"{name} {text}"},
            ),
            html.Span(_parts(shown, numerator, denominator, filters, view), className="kpi-parts"),
            *under,
        ],
    )


def _parts(shown: Shown, numerator: object, denominator: object, filters: Filters, view: View) -> list[object]:
    """``618/650``: each number leads to its rows."""
    if shown.denominator is None:
        return [t(f"measure.{shown.id}.short", view.lang)]
    out: list[object] = []
    for number, rows in ((numerator, shown.numerator), (denominator, shown.denominator)):
        text = count(number, view.lang)  # type: ignore[arg-type]
        label = f"{t(f'measure.set.{rows}', view.lang)} {text}"
        if out:
            out.append("/")
        out.append(
            html.A(text, href=within(filters, f"rows={rows}", view), **{"data-nav": "plain", "data-go": "rows", "aria-label": label})
        )
    return out
