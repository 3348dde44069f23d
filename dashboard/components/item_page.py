"""One item for a reader: what it is, where it stands, and everything that happened, oldest first."""

from datetime import datetime, timedelta

from dash import html

from dashboard.formatting import DASH, count, day, missing, moment
from dashboard.i18n import has, t
from dashboard.site import address
from dashboard.view import View
from data.filters import Filters

Item = dict[str, object]

# groups of fields: (key of the heading, fields in order)
_GROUPS = (
    ("what", ("ledger_no", "kind", "loop_name", "category_name", "theme_name", "source_name", "severity", "is_violation", "enforced")),
    ("where", ("region", "object_name", "department_name", "campaign_name", "round", "team_name")),
    ("when", ("discovered_on", "due_original", "due_current", "stage_on", "long_term", "disposal_name")),
    ("text", ("description", "criterion", "measures", "investment", "batch_file")),
)
_DAYS = {"discovered_on", "due_original", "due_current", "stage_on"}
# recorded_at is UTC; readers live in Asia/Shanghai, which has no summer time
_SHANGHAI = timedelta(hours=8)


def no_item(view: View) -> html.Div:
    """The id in the address names no item the visitor may see."""
    return html.Div([html.H1(t("item.none", view.lang)), html.P(t("item.none_about", view.lang))])


def item_page(item: Item, view: View) -> html.Div:
    """``item`` as ``data.queries.item_detail`` gives it."""
    lang = view.lang
    heading = item.get("title") or item.get("object_name") or item.get("ledger_no") or item["item_id"]
    stage = [html.Span(_words(item.get("stage_name"), lang), className=f"stage stage-{item.get('status')}")]
    if not missing(item.get("stage_on")):
        stage.append(html.Span(t("item.since", lang, day=day(item["stage_on"], lang, year=True)), className="quiet"))  # type: ignore[arg-type]
    parts: list[object] = []
    if item.get("simulated"):
        # the header may speak of another campaign; where it says so already the style sheet hides this one
        stage.append(html.Span(t("shell.simulated", lang), className="shell-mark mark-simulated"))
    parts += [_way_back(item, view), html.H1(str(heading)), html.P(stage, className="item-stage")]
    groups = []
    for key, names in _GROUPS:
        rows = [_row(name, item.get(name), lang) for name in names if not _blank(item.get(name))]
        if rows:
            cells = [cell for row in rows for cell in row]
            groups.append(html.Section([html.H2(t(f"item.group.{key}", lang)), html.Dl(cells)], className=f"item-{key}"))
    extra = item.get("extra")
    if isinstance(extra, dict) and extra:
        cells = [cell for name, value in extra.items() for cell in (html.Dt(str(name)), html.Dd(_words(value, lang)))]
        groups.append(html.Section([html.H2(t("item.group.extra", lang)), html.Dl(cells)], className="item-extra"))
    parts.append(html.Div(groups, className="item-groups"))
    parts.append(timeline(item, view))
    parts += _links(item, view)
    return html.Div(parts)


def _way_back(item: Item, view: View) -> html.Nav:
    """``campaign › region › item``: the lists that the item stands in."""
    lang = view.lang
    steps = []
    if not _blank(item.get("campaign")):
        campaign = Filters(campaign=(str(item["campaign"]),))
        steps.append((item.get("campaign_name"), campaign))
        if not _blank(item.get("region_code")):
            steps.append((item.get("region"), campaign.but(region=str(item["region_code"]))))
    out = [html.Li(html.A(_words(name, lang), href=address("/progress", where, view), **{"data-nav": "plain"})) for name, where in steps]
    out.append(html.Li(html.Span(str(item.get("ledger_no") or item["item_id"]), **{"aria-current": "page"})))
    return html.Nav(html.Ol(out, className="breadcrumb-trail"), className="item-way", **{"aria-label": t("item.way", lang)})


def _blank(value: object) -> bool:
    return missing(value) or value == ""


def _row(name: str, value: object, lang: str) -> tuple[html.Dt, html.Dd]:
    return html.Dt(t(f"item.field.{name}", lang)), html.Dd(_field(name, value, lang))


def _field(name: str, value: object, lang: str) -> str:
    if name in _DAYS:
        return day(value, lang, year=True)  # type: ignore[arg-type]
    if name == "kind" and has(f"kind.{value}", lang):
        return t(f"kind.{value}", lang)
    if name == "severity" and has(f"item.severity.{value}", lang):
        return t(f"item.severity.{value}", lang)
    return _words(value, lang)


def _words(value: object, lang: str) -> str:
    if _blank(value):
        return DASH
    if isinstance(value, bool):
        return t("item.yes" if value else "item.no", lang)
    if isinstance(value, (int, float)):
        return count(value, lang)
    return str(value)


def timeline(item: Item, view: View) -> html.Section:
    """Everything that happened to an item, oldest first."""
    lang = view.lang
    lines = [_event(event, view) for event in item.get("events", [])]  # type: ignore[attr-defined]
    return html.Section(
        className="item-history",
        children=[
            html.H2(t("item.history", lang, n=len(lines))),
            html.P(t("item.clocks", lang), className="quiet"),
            html.Ol(lines, className="timeline"),
        ],
    )


def _event(event: dict[str, object], view: View) -> html.Li:
    lang = view.lang
    standing = bool(event.get("standing", True))
    details = [event.get(name) for name in ("actor_role", "reason", "evidence")]
    said = [html.P(str(text), className="event-text") for text in details if not _blank(text)]
    recorded = event.get("recorded_at")
    if isinstance(recorded, datetime):
        recorded = recorded + _SHANGHAI
    return html.Li(
        className=f"event event-{event.get('status') or 'none'}" + ("" if standing else " event-void"),
        children=[
            html.Div(moment(event.get("effective_at"), lang), className="event-when"),  # type: ignore[arg-type]
            html.Div(
                [
                    html.Div(_happened(event, lang), className="event-what"),
                    *said,
                    html.Div(t("item.recorded", lang, when=moment(recorded, lang)), className="quiet"),  # type: ignore[arg-type]
                    *([] if standing else [html.Div(t("item.voided", lang), className="quiet")]),
                ]
            ),
        ],
    )


def _happened(event: dict[str, object], lang: str) -> str:
    kind = event.get("kind")
    if kind == "stage":
        name, label = _words(event.get("stage_name"), lang), event.get("stage_label")
        return t("item.event.stage_label", lang, stage=name, label=label) if label and label != name else name
    if kind == "due":
        return t("item.event.due", lang, day=day(event.get("due_on"), lang, year=True))  # type: ignore[arg-type]
    if kind == "verification":
        return t(f"item.event.verification.{event.get('result') or 'pending'}", lang)
    if kind == "attribute":
        payload = event.get("payload")
        changes: dict[str, object] = payload if isinstance(payload, dict) else {}
        return t("item.event.attribute", lang) + t("format.join", lang).join(
            t("item.event.change", lang, field=_name(field, lang), old=_old(pair, 0, lang), new=_old(pair, 1, lang))
            for field, pair in changes.items()
        )
    if kind == "void":
        return t("item.event.void", lang, n=event.get("voids"))
    return t("item.event.note", lang)


def _name(field: str, lang: str) -> str:
    for key in (f"item.field.{field}", f"item.field.{field}_name", f"column.{field}"):
        if has(key, lang):
            return t(key, lang)
    return field


def _old(pair: object, at: int, lang: str) -> str:
    return _words(pair[at], lang) if isinstance(pair, (list, tuple)) and len(pair) > at else DASH


def _links(item: Item, view: View) -> list[html.Section]:
    links = item.get("links")
    if not isinstance(links, list) or not links:
        return []
    lines = []
    for link in links:
        key = f"item.link.{link['type']}.{link['direction']}"
        words = t(key, view.lang) if has(key, view.lang) else str(link["type"])
        name = str(link.get("ledger_no") or link["item_id"])
        lines.append(html.Li([words, " ", html.A(name, href=f"/item/{link['item_id']}", **{"data-nav": "carry"})]))
    return [html.Section([html.H2(t("item.links", view.lang)), html.Ul(lines)])]
