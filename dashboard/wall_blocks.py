"""What a chart is on the wall: a picture, figures in large type, or a table whose rows go by themselves. Values in, plain JSON out."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from dashboard import frame
from dashboard.captions.item_list import set_name
from dashboard.captions.orders import last_meeting
from dashboard.formatting import count, day, days, missing, of
from dashboard.i18n import has, t
from dashboard.measures import MEASURES, change, value_text
from dashboard.view import View
from data.filters import Filters

Block = dict[str, Any]
# what the band of large figures shows, in this order
BAND = ("completion_rate", "closeout_rate", "overdue", "due_soon")
# narrower than this, in the wall's units, a table shows place, item and days only
_SMALL = 800


def picture(figure: Mapping[str, Any]) -> Block:
    """A chart that is drawn."""
    return {"kind": "figure", "figure": {"data": figure.get("data", []), "layout": figure.get("layout", {})}}


def table(columns: list[tuple[str, str]], rows: list[Block], empty: str) -> Block:
    """``columns`` (heading, ``text``, ``word`` that is not broken, or ``number``); ``rows`` {cells, mark, piece}: ``piece`` is the query of
    what lies behind a row."""
    return {"kind": "table", "columns": [{"text": text, "align": align} for text, align in columns], "rows": rows, "empty": empty}


def _row(cells: list[object], mark: str = "", piece: str = "") -> Block:
    return {"cells": ["—" if missing(cell) else str(cell) for cell in cells], "mark": mark, "piece": piece}


def headline(df: pd.DataFrame, filters: Filters, view: View) -> Block:
    """The band: completion and close-out with their numbers and the change of a week; what is overdue and about to be."""
    lang = view.lang
    names = ("measure", "numerator", "denominator", "reason", "numerator_before", "denominator_before")
    found = {row[0]: row[1:] for row in frame.rows(df, *names)}
    out = []
    for name in BAND:
        if name not in found:
            continue
        shown = MEASURES[name]
        numerator, denominator, reason, *before = (_whole(value) for value in found[name])
        null = shown.denominator is not None and not denominator
        moved = change(shown, (numerator, denominator), (before[0], before[1]), lang, "wall")
        parts = "" if shown.denominator is None or null else of(numerator, denominator, lang)
        out.append(
            {
                "name": t(f"wall.band.{name}", lang),
                "value": value_text(shown, numerator, denominator, lang),
                "parts": t(f"measure.reason.{reason or 'no_items'}", lang) if null else parts,
                "change": "" if null else moved.text,
                "good": moved.good,
                "alarm": bool(shown.alarm and numerator),
                "piece": f"rows={shown.numerator}",
            }
        )
    return {"kind": "figures", "figures": out}


def headline_title(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``13个市中6个未达序时进度，超期37件`` — who is behind, before anything else."""
    lang, attrs = view.lang, df.attrs
    found = {row[0]: row[1] for row in frame.rows(df, "measure", "numerator")}
    late, places, behind = _whole(found.get("overdue")), attrs.get("places") or 0, attrs.get("behind")
    if not _whole(found.get("effective")):
        return t("wall.headline.none", lang)
    overdue = t("wall.headline.overdue" if late else "wall.headline.no_overdue", lang, n=count(late, lang))
    if behind is None or places < 2:
        return t("wall.headline.only", lang, overdue=overdue)
    level = str(attrs.get("level"))
    unit = t(f"wall.level.{level}" if has(f"wall.level.{level}", lang) else "wall.level.any", lang)
    key = "wall.headline.behind" if behind else "wall.headline.on_schedule"
    return t(key, lang, n=count(behind, lang), places=count(places, lang), unit=unit, overdue=overdue)


def item_list(df: pd.DataFrame, filters: Filters, view: View) -> Block:
    """Items, the longest overdue first."""
    lang = view.lang
    late = (df.attrs.get("set") or "") in ("overdue", "long_overdue")
    small = 0 < view.room[0] < _SMALL
    names = ("region", "title", "object_name", "department_name", "due_current", "days_overdue", "stage_name")
    rows = []
    for region, title, named, department, due, overdue, stage in frame.rows(df, *names):
        what = named if not missing(named) and named else title
        last = "" if missing(overdue) else days(int(overdue), lang)
        middle = [] if small else [department if late else stage, day(due, lang)]
        where = _short(region, df, lang)
        if small and lang == "en" and where:
            where = str(where).partition(",")[0]
        rows.append(_row([where, what, *middle, last], "" if missing(overdue) else "overdue"))
    between = [
        (t("wall.column.department" if late else "wall.column.stage", lang), "text"),
        (t("wall.column.due", lang), "number"),
    ]
    columns = [
        (t("wall.column.region", lang), "word"),
        (t("wall.column.item", lang), "text"),
        *([] if small else between),
        (t("wall.column.overdue", lang), "number"),
    ]
    return table(columns, rows, t("wall.none", lang))


def item_list_title(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``超期37件，最长62天`` or how many of a set there are."""
    lang, number = view.lang, df.attrs.get("count", len(df))
    name = df.attrs.get("set") or filters.rows
    if not number:
        return t("wall.list.none", lang, set=set_name(name, view))
    longest = max((int(value) for value in frame.columns(df, "days_overdue")[0] if not missing(value)), default=0)
    if name == "overdue" and longest:
        return t("wall.list.overdue", lang, n=count(number, lang), days=days(longest, lang))
    if name == "open":
        return t("wall.list.open", lang, n=count(number, lang))
    return t("wall.list.some", lang, set=set_name(name, view), n=count(number, lang))


def orders(df: pd.DataFrame, filters: Filters, view: View) -> Block:
    """What meetings ordered, the overdue first, with how far each has come."""
    lang = view.lang
    names = ("meeting_on", "region", "text", "department_name", "method_name", "due_on", "standing", "days_overdue")
    numbers = ("items", "items_rectified")
    rows = []
    for met, region, text, department, method, due, standing, late, items, done in frame.rows(df, *names, *numbers):
        stands = t(f"wall.standing.{standing}", lang)
        if standing == "overdue":
            stands = t("wall.standing.overdue_days", lang, days=days(int(late or 0), lang))
        share = of(int(done), int(items), lang) if items else ""
        mark = {"overdue": "overdue", "done": "done", "withdrawn": "done"}.get(standing, "")
        rows.append(_row([_short(region, df, lang), text, department, method, day(met, lang), day(due, lang), share, stands], mark))
    kinds = {"region": "word", "order": "text", "department": "word", "method": "word"}
    shown = (*kinds, "meeting", "due", "items", "standing")
    columns = [(t(f"wall.column.{name}", lang), kinds.get(name, "number")) for name in shown]
    last = df.attrs.get("meeting_on")
    under = "" if last is None else last_meeting(df.attrs["counts"], last, view)
    under = under[:1].upper() + under[1:]
    return {**table(columns, rows, t("wall.orders.none", lang)), "subtitle": under}


def orders_title(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``上次调度交办9项，1项已办结，2项超期``."""
    lang, counts = view.lang, df.attrs.get("counts") or {}
    if df.attrs.get("meeting_on") is None:
        return t("wall.orders.none", lang)
    late = counts.get("overdue", 0)
    key = "wall.orders.late" if late else "wall.orders.good"
    return t(key, lang, n=count(sum(counts.values()), lang), done=count(counts.get("done", 0), lang), late=count(late, lang))


def warnings(df: pd.DataFrame, filters: Filters, view: View) -> Block:
    """Warnings nobody has read first, the red before the yellow before the blue; the level is a word and a shape as well as a colour."""
    lang = view.lang
    rows = []
    for level, kind, subject, text, since, read in frame.rows(df, "level", "kind_name", "subject", "text", "since", "acknowledged"):
        state = t("wall.warning.read", lang) if read else day(since, lang)
        rows.append(_row([t(f"wall.warning.{level}", lang), kind, subject, text, state], "done" if read else str(level)))
    kinds = {"level": "word", "kind": "word", "subject": "word", "warning": "text", "since": "number"}
    columns = [(t(f"wall.column.{name}", lang), kind) for name, kind in kinds.items()]
    return table(columns, rows, t("wall.warnings.none", lang))


def warnings_title(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``红色预警3条、黄色预警5条未阅处``, or that there is none."""
    counts = df.attrs.get("counts") or {}
    waiting = [(level, counts.get(level, {}).get("open", 0)) for level in ("red", "yellow", "blue")]
    said = [t(f"caption.warnings.level.{level}", view.lang, n=count(n, view.lang)) for level, n in waiting if n]
    if not said:
        return t("wall.warnings.all_read" if len(df) else "wall.warnings.none", view.lang)
    return t("wall.warnings.open", view.lang, levels=t("caption.list", view.lang).join(said))


def region_timeline(df: pd.DataFrame, filters: Filters, view: View) -> Block:
    """What was ordered and decided, the newest first."""
    lang = view.lang
    rows = []
    for when, kind, kind_name, what, region, text in frame.rows(df, "day", "kind", "kind_name", "what_name", "region", "text"):
        # what the ledger said stands in the figures already
        if kind != "ledger":
            name = kind_name if what == kind_name else t("wall.timeline.what", lang, kind=kind_name, what=what)
            rows.append(_row([day(when, lang), _short(region, df, lang), name, text]))
    columns = [(t(f"wall.column.{name}", lang), "text" if name == "event" else "word") for name in ("day", "region", "kind", "event")]
    return table(columns, rows, t("wall.timeline.none", lang))


def region_timeline_title(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """The newest rung taken, or how many records there are."""
    lang, taken = view.lang, df.attrs.get("taken")
    if taken:
        when, rung, region = taken
        text = t("caption.timeline.taken", lang, day=day(when, lang), rung=rung, region=region)
        return text[:1].upper() + text[1:]
    return t("wall.timeline.some" if len(df) else "wall.timeline.none", lang, n=count(len(df), lang))


def _short(region: object, df: pd.DataFrame, lang: str) -> object:
    """A full name without the selection's own and what holds that, which stand above everything: in Chinese the larger comes first."""
    if missing(region):
        return None
    whole, own = str(region), str(df.attrs.get("region") or "")
    if not own or own not in whole:
        return whole
    before, _, after = whole.partition(own)
    return (before if lang == "en" else after).strip(" ,·") or whole


def _whole(value: object) -> Any:
    if missing(value):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


Blocks = Callable[[pd.DataFrame, Filters, View], Block]
Titles = Callable[[pd.DataFrame, Filters, View], str]
# charts that are tables: how each stands on the wall, and what its headline says
BLOCKS: dict[str, tuple[Blocks, Titles]] = {
    "headline": (headline, headline_title),
    "item-list": (item_list, item_list_title),
    "orders": (orders, orders_title),
    "warnings": (warnings, warnings_title),
    "region-timeline": (region_timeline, region_timeline_title),
}
