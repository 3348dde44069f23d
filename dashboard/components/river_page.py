"""The head of a river's page: what it is, how it stands, what was planned, who is in charge."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard import ids, waters
from dashboard.formatting import DASH, count, missing, percent
from dashboard.i18n import t
from dashboard.site import address
from dashboard.view import View
from data.filters import Filters

River = Mapping[str, Any]
INDEX = "/river"


def way(river: River, filters: Filters, view: View) -> html.Nav:
    """All waters, the basin, this one: the way back."""
    lang = view.lang
    plain = filters.but(water=())
    steps: list[object] = [html.A(t("river.page.all", lang), href=address(INDEX, plain, view), **{"data-nav": "plain"})]
    if river["basin"]:
        steps.append(html.Span(river["basin"]))
    steps.append(html.Span(river["name"], **{"aria-current": "page"}))
    return html.Nav(
        html.Ol([html.Li(step) for step in steps], className="breadcrumb-trail"),
        className="item-way",
        **{"aria-label": t("river.page.way", lang)},
    )


def head(river: River, filters: Filters, view: View) -> html.Section:
    """Everything that does not change with the filters, and the place for what does."""
    lang = view.lang
    kind = t(f"river.kind.{river['kind']}", lang) if river["kind"] in KINDS else str(river["kind"])
    said: list[object] = [html.Span(kind, className="quiet")]
    if river["target_grade"]:
        said.append(target(river["target_grade"], view))
    if river["simulated"]:
        said.append(html.Span(t("shell.simulated", lang), className="shell-mark mark-simulated"))
    return html.Section(
        className="river-head",
        children=[
            html.Div([html.H1(river["name"]), html.P(said, className="river-kind")], className="river-name"),
            html.Div(id=ids.RIVER_OTHER, role="status"),
            html.Div(
                className="river-facts",
                children=[
                    html.Section([html.H2(t("river.page.target", lang)), html.Dl(id=ids.RIVER_NOW)], className="river-now"),
                    html.Section([html.H2(t("river.page.basics", lang)), *_basics(river, filters, view)], className="river-basics"),
                    html.Section([html.H2(t("river.page.plan", lang)), *_plan(river, view)], className="river-plan"),
                ],
            ),
        ],
    )


KINDS = ("river", "canal", "lake", "reservoir", "coast")


def target(grade: object, view: View) -> html.Span:
    """The class aimed at, as a mark."""
    words = t("river.sections.aim", view.lang, grade=waters.grade(grade, view.lang))
    return html.Span(words, className="river-target")


def chip(grade: object, view: View) -> html.Span:
    """A class in its colour, with its numeral."""
    found = waters.rank(grade)
    name = "none" if found is None else str(found + 1)
    return html.Span(waters.numeral(grade, view.lang) or DASH, className=f"grade-chip grade-{name}", title=waters.grade(grade, view.lang))


def _basics(river: River, filters: Filters, view: View) -> list[object]:
    lang = view.lang
    rows: list[tuple[str, object]] = []
    if not missing(river["length_km"]) and river["length_km"]:
        rows.append(("length", t("river.km", lang, n=f"{river['length_km']:.0f}")))
    if river["into"]:
        rows.append(("into", _link(river["into"], filters, view)))
    if river["feeders"]:
        links: list[object] = []
        for each in river["feeders"]:
            links += [_link(each, filters, view, with_km=False), t("format.join", lang)]
        rows.append(("feeders", html.Span(links[:-1])))
    rows.append(("sections", count(river["sections"], lang)))
    if river["stations"]:
        rows.append(("stations", count(river["stations"], lang)))
    cells = [cell for name, value in rows for cell in (html.Dt(t(f"river.page.field.{name}", lang)), html.Dd(value))]
    return [html.P(river["basics"] or t("river.page.no_basics", lang)), html.Dl(cells)]


def _link(other: River, filters: Filters, view: View, with_km: bool = True) -> html.A:
    words = str(other["name"])
    if with_km and not missing(other["km"]):
        words = t("river.page.into_km", view.lang, name=words, km=f"{other['km']:.0f}")
    return html.A(words, href=address(f"{INDEX}/{other['water_id']}", filters.but(water=()), view), **{"data-nav": "plain"})


def _plan(river: River, view: View) -> list[object]:
    lang = view.lang
    out: list[object] = [html.P(river["plan"] or t("river.page.no_plan", lang))]
    for name in ("measures", "offices"):
        if river[name]:
            out += [html.H3(t(f"river.page.{name}", lang)), html.Ul([html.Li(text) for text in river[name]])]
    return out


def now(total: Mapping[str, Any], month: object, target_grade: object, items: Mapping[str, Any], view: View) -> list[object]:
    """Target against the newest month, and how far the items along the water have come: cells of a ``dl``."""
    lang = view.lang
    rows: list[tuple[str, object, bool]] = [("target", waters.grade(target_grade, lang), False)]
    if total.get("with_target"):
        met, judged = total["met"], total["with_target"]
        key = "river.page.met_all" if met == judged else "river.page.met"
        rows.append(("now", t(key, lang, n=judged, met=met), met < judged))
    else:
        rows.append(("now", t("river.page.no_month", lang), False))
    if total.get("assessed"):
        said = t("caption.rate", lang, rate=percent(total["good"], total["assessed"], lang), of=f"{total['good']}/{total['assessed']}")
        rows.append(("good", said, False))
        rows.append(("month", waters.month(month, lang), False))
    if items.get("effective"):
        numbers = {name: count(items[name], lang) for name in ("effective", "rectified", "open", "overdue", "closed")}
        rows.append(("problems", t("river.page.problems", lang, **numbers), False))
        rows.append(("open", t("river.page.open", lang, **numbers), items["overdue"] > 0))
        rows.append(("closed", numbers["closed"], False))
    return [
        cell
        for name, value, loud in rows
        for cell in (html.Dt(t(f"river.page.field.{name}", lang)), html.Dd(value, className="loud" if loud else ""))
    ]


def other(river: River, filters: Filters, view: View) -> list[object]:
    """A line where the filters have left this water body."""
    if filters.water == (river["code"],):
        return []
    lang = view.lang
    href = address(f"{INDEX}/{river['water_id']}", filters.but(water=(river["code"],)), view)
    link = html.A(t("river.page.back", lang, name=river["name"]), href=href, **{"data-nav": "plain"})
    return [html.P([t("river.page.other", lang, name=river["name"]), " ", link], className="page-note")]


def no_river(filters: Filters, view: View) -> html.Div:
    """The address names no water body the visitor may see."""
    lang = view.lang
    return html.Div(
        [
            html.H1(t("river.page.none", lang)),
            html.P(t("river.page.none_about", lang)),
            html.P(html.A(t("river.page.all", lang), href=address(INDEX, filters.but(water=()), view), **{"data-nav": "plain"})),
        ],
        className="plain-page",
    )


def rivers(rows: Sequence[Mapping[str, Any]], total: Mapping[str, Any], filters: Filters, view: View) -> list[object]:
    """The list of water bodies, a table for each basin, and what they add up to."""
    lang = view.lang
    if not rows:
        link = html.A(t("river.index.nothing_link", lang), href=address("/places", None, view), className="action", **{"data-nav": "plain"})
        return [html.P(t("river.index.nothing", lang), className="page-note"), html.P(link)]
    said = {name: count(total[name], lang) for name in ("waters", "sections", "met", "open", "overdue")}
    out: list[object] = [html.P(t("river.index.summary", lang, **said), className="river-summary")]
    basins: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        basins.setdefault(str(row["basin"] or ""), []).append(row)
    for name, mine in basins.items():
        out.append(_basin(name or t("river.index.basin_none", lang), mine, filters, view))
    out.append(html.P(t("river.index.none_found", lang), className="page-note river-none-found", hidden=True))
    return out


_COLUMNS = ("name", "length", "target", "grade", "met", "outfalls", "open", "overdue")


def _basin(name: str, rows: Sequence[Mapping[str, Any]], filters: Filters, view: View) -> html.Section:
    lang = view.lang
    head = html.Thead(
        html.Tr([html.Th(t(f"river.index.column.{column}", lang), scope="col", className=f"col-{column}") for column in _COLUMNS])
    )
    body = html.Tbody([_row(row, filters, view) for row in rows])
    table = html.Table([html.Caption(name, className="visually-hidden"), head, body], className="river-table")
    return html.Section(
        [html.H2(name), html.Div(table, className="river-table-frame", tabIndex="0", **{"aria-label": name, "role": "region"})],
        className="river-basin",
    )


def _row(row: Mapping[str, Any], filters: Filters, view: View) -> html.Tr:
    lang = view.lang
    kind = t(f"river.kind.{row['kind']}", lang) if row["kind"] in KINDS else str(row["kind"])
    under = kind if missing(row["flows_into"]) else t("figure.dot", lang).join((kind, t("river.index.into", lang, name=row["flows_into"])))
    link = html.A(row["name"], href=address(f"{INDEX}/{row['water_id']}", filters.but(water=()), view), **{"data-nav": "plain"})
    missed = row["met"] < row["sections"]
    return html.Tr(
        [
            html.Th([link, html.Span(under, className="quiet")], scope="row"),
            html.Td(DASH if missing(row["length_km"]) else t("river.km", lang, n=f"{row['length_km']:.0f}"), className="number"),
            html.Td(chip(row["target_grade"], view)),
            html.Td(chip(row["worst"], view)),
            html.Td(f"{row['met']}/{row['sections']}" if row["sections"] else DASH, className="number" + (" loud" if missed else "")),
            html.Td(count(row["outfalls"], lang), className="number"),
            html.Td(count(row["open"], lang), className="number"),
            html.Td(count(row["overdue"], lang), className="number" + (" loud" if row["overdue"] else "")),
        ],
        **{"data-name": f"{row['name']} {row['code']}".lower()},
    )
