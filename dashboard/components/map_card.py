"""The card of a place that was clicked on the map: what it is, how far it has come, and the way to everything about it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dash import html

from dashboard.components.item_page import timeline
from dashboard.formatting import DASH, count, day, missing
from dashboard.i18n import has, t
from dashboard.links import within
from dashboard.measures import MEASURES, value_text
from dashboard.site import address
from dashboard.view import View
from data.filters import Filters

Facts = Mapping[str, Any]
_ITEM = ("ledger_no", "region", "category_name", "department_name", "discovered_on", "due_current", "disposal_name")
_DAYS = ("discovered_on", "due_current")
PHOTOS = ("before", "during", "after")


def map_card(facts: Facts, filters: Filters, view: View, neighbours: Sequence[Facts] = (), flags: Sequence[Facts] = ()) -> list[object]:
    """``facts`` as ``data.queries.place_card`` gives them; ``neighbours`` along the flow, ``flags`` of the item inside zones."""
    body = {
        "item": _item,
        "section": _section,
        "source-area": _source_area,
        "zone": _zone,
        "river": _river,
        "region": _region,
    }[facts["what"]](facts, filters, view)
    parts: list[object] = [_head(facts, view), *body]
    if flags:
        parts.insert(1, _flags(flags, view))
    if neighbours:
        # before an item's whole story
        at = len(parts) - 1 if facts["what"] == "item" else len(parts)
        parts.insert(at, _neighbours(neighbours, view))
    return parts


def no_card(view: View) -> list[object]:
    """There is no such place, or none that the visitor may see."""
    return [html.P(t("map.card.none", view.lang), className="quiet")]


def _head(facts: Facts, view: View) -> html.Header:
    lang = view.lang
    marks = [html.Span(t(f"map.card.what.{facts['what']}", lang), className="map-card-what")]
    if facts.get("simulated") or (facts.get("item") or {}).get("simulated"):
        marks.append(html.Span(t("shell.simulated", lang), className="shell-mark mark-simulated"))
    return html.Header([html.P(marks, className="map-card-marks"), html.H2(str(facts["name"]), id="map-card-title", tabIndex="-1")])


def _list(rows: Sequence[tuple[str, object]]) -> html.Dl:
    cells: list[object] = []
    for name, value in rows:
        cells += [html.Dt(name), html.Dd(value)]
    return html.Dl(cells, className="map-facts")


def _item(facts: Facts, filters: Filters, view: View) -> list[object]:
    lang, item, about = view.lang, facts["item"], facts["object"]
    stage = [html.Span(str(item.get("stage_name") or DASH), className=f"stage stage-{item.get('status')}")]
    if not missing(item.get("stage_on")):
        stage.append(html.Span(t("item.since", lang, day=day(item["stage_on"], lang, year=True)), className="quiet"))
    rows: list[tuple[str, object]] = []
    for name in _ITEM:
        value = item.get(name)
        if not missing(value) and value != "":
            rows.append((t(f"item.field.{name}", lang), day(value, lang, year=True) if name in _DAYS else str(value)))
    rows += _waterside(about, view)
    if item.get("kind") == "outfall":
        rows += _four_questions(item, about, view)
    link = html.A(
        t("map.card.open_item", lang),
        href=address(f"/item/{item['item_id']}", None, view),
        className="map-card-open",
        **{"data-nav": "plain"},
    )
    return [html.P(stage, className="item-stage"), _list(rows), _photos(view), html.P(link), timeline(item, view)]


def _waterside(about: Facts, view: View) -> list[tuple[str, object]]:
    lang = view.lang
    rows: list[tuple[str, object]] = []
    if about.get("official_code"):
        rows.append((t("map.card.code", lang), str(about["official_code"])))
    if about.get("water_id"):
        where = [html.A(str(about["water"]), href=address(f"/river/{about['water_id']}", None, view), **{"data-nav": "plain"})]
        if not missing(about.get("river_km")):
            where.append(html.Span(t("map.card.river_km", lang, km=f"{about['river_km']:.1f}"), className="quiet"))
        if about.get("bank") in ("left", "right"):
            where.append(html.Span(t(f"map.card.bank.{about['bank']}", lang), className="quiet"))
        rows.append((t("map.card.water", lang), where))
    return rows


def _four_questions(item: Facts, about: Facts, view: View) -> list[tuple[str, object]]:
    """口在哪、谁在排、排什么、排向哪: what is known of an outfall."""
    lang = view.lang
    known = {
        "where": item.get("lon") is not None or bool(about),
        "who": about.get("owner"),
        "what": item.get("category_name"),
        "whither": about.get("water"),
    }
    out: list[tuple[str, object]] = []
    for name, value in known.items():
        said = t("map.card.located", lang) if value is True else str(value) if value else t("map.card.unknown", lang)
        out.append((t(f"map.card.question.{name}", lang), said))
    return out


def _photos(view: View) -> html.Ul:
    """Places for pictures of the site; until there is one it says so."""
    lang = view.lang
    slots = [
        html.Li(
            [html.Span(t(f"map.card.photo.{slot}", lang)), html.Span(t("map.card.photo.none", lang), className="quiet")],
            className="photo-slot",
        )
        for slot in PHOTOS
    ]
    return html.Ul(slots, className="photo-slots", **{"aria-label": t("map.card.photos", lang)})


def _grade(value: object, lang: str) -> str:
    return t(f"map.class.{value}", lang) if value and has(f"map.class.{value}", lang) else DASH


def _section(facts: Facts, filters: Filters, view: View) -> list[object]:
    lang = view.lang
    judged = facts["meets"]
    now: list[object] = [html.Strong(_grade(facts["grade"], lang), className=f"grade grade-{facts['grade']}")]
    if judged is not None:
        now.append(html.Span(t("map.card.meets" if judged else "map.card.misses", lang), className="quiet" if judged else "kpi-worse"))
    rows: list[tuple[str, object]] = [(t("map.card.class_now", lang, month=_month(facts["month"], lang)), now)]
    rows.append((t("map.card.target", lang), _grade(facts["target"], lang)))
    if facts["exceeding"]:
        rows.append((t("map.card.exceeding", lang), str(facts["exceeding"])))
    if facts["judged"]:
        rows.append((t("map.card.months_met", lang), f"{count(facts['met'], lang)}/{count(facts['judged'], lang)}"))
    if facts["region"]:
        rows.append((t("item.field.region", lang), str(facts["region"])))
    rows += _waterside(facts["object"], view)
    if facts["standard"]:
        rows.append((t("map.card.standard", lang), str(facts["standard"])))
    strip = [
        html.Li(
            title=f"{_month(month, lang)} {_grade(grade, lang)}",
            className=f"grade-step grade-{grade}",
            children=_grade(grade, lang)[:1] if grade else "",
        )
        for month, grade in facts["history"]
    ]
    return [_list(rows), html.Ol(strip, className="grade-strip", **{"aria-label": t("map.card.history", lang)})]


def _month(value: object, lang: str) -> str:
    if not isinstance(value, date):
        return DASH
    return t("map.card.month", lang, year=value.year, month=t(f"format.month.{value.month}", lang))


def _zone_rows(zones: Sequence[Facts], view: View) -> list[object]:
    lang = view.lang
    lines = []
    for zone in zones:
        said = [html.Strong(t(f"map.grade.{zone['grade']}", lang)), html.Span(str(zone["name"]))]
        approved = f" {day(zone['approved_on'], lang, year=True)}" if zone["approved_on"] else ""
        said.append(html.Span(t("map.card.approval", lang, number=zone["approval"]) + approved, className="quiet"))
        lines.append(html.Li(said))
    return [html.Ul(lines, className="zone-lines")]


def _source_area(facts: Facts, filters: Filters, view: View) -> list[object]:
    lang = view.lang
    rows = [(t(name, lang), str(facts[key])) for name, key in (("item.field.region", "region"), ("map.card.code", "code")) if facts[key]]
    parts: list[object] = [_list(rows)]
    parts += _zone_rows(facts["zones"], view) if facts["zones"] else [html.P(t("map.card.no_zones", lang), className="quiet")]
    return parts


def _zone(facts: Facts, filters: Filters, view: View) -> list[object]:
    return [html.P(str(facts["region"] or ""), className="quiet"), *_zone_rows([facts], view)]


def _river(facts: Facts, filters: Filters, view: View) -> list[object]:
    lang = view.lang
    rows: list[tuple[str, object]] = [(t("map.card.target", lang), _grade(facts["target"], lang))]
    for name in ("effective", "overdue"):
        rows.append((t(f"measure.{name}.name", lang), count(facts[name], lang)))
    link = html.A(
        t("map.card.open_river", lang),
        href=address(f"/river/{facts['id']}", None, view),
        className="map-card-open",
        **{"data-nav": "plain"},
    )
    return [_list(rows), html.P(link)]


def _region(facts: Facts, filters: Filters, view: View) -> list[object]:
    lang = view.lang
    here = filters.but(region=str(facts["code"]), level=None)
    rows: list[tuple[str, object]] = []
    for measure, numerator, denominator, reason in facts["measures"]:
        shown = MEASURES[measure]
        text = value_text(shown, numerator, denominator, lang)
        if shown.denominator is not None:
            text += f" ({count(numerator, lang)}/{count(denominator, lang)})" if denominator else f" {t(f'measure.reason.{reason}', lang)}"
        link = html.A(text, href=within(here, f"rows={shown.numerator}", view), **{"data-nav": "plain"})
        rows.append((t(f"measure.{measure}.name", lang), link))
    return [_list(rows)]


def _neighbours(rows: Sequence[Facts], view: View) -> html.Section:
    """What lies up and down the flow."""
    lang = view.lang
    lines = []
    for row in rows:
        side = "upstream" if row["km"] < 0 else "downstream"
        said = t(f"map.card.{side}", lang, km=f"{abs(row['km']):.1f}")
        lines.append(html.Li([html.Span(str(row["name"])), html.Span(said, className="quiet")], className=f"flow-{side}"))
    return html.Section([html.H3(t("map.card.neighbours", lang)), html.Ol(lines, className="flow-lines")])


def _flags(flags: Sequence[Facts], view: View) -> html.Ul:
    """Where the item lies inside protection zones, and what was said of that."""
    lang = view.lang
    lines = []
    for flag in flags:
        words = t("map.card.inside", lang, zone=flag["zone"], grade=t(f"map.grade.{flag['grade']}", lang), m=count(flag["inside_m"], lang))
        verdict = t(f"map.verdict.{flag['verdict']}", lang)
        lines.append(html.Li([html.Strong(words), html.Span(verdict)], className=f"zone-flag flag-{flag['verdict']}"))
    return html.Ul(lines, className="card-flags")
