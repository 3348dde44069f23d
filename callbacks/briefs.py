"""Briefs put together from charts: /export/brief/<template>.<format>?<the page's query>, and the same without a server.

Every chart of a brief keeps its own state under its own code; the brief's code leads to all of them.
"""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from callbacks.export_desk import HERE, Desk
from callbacks.export_tables import table_of
from callbacks.registry import CHARTS, relevant, result
from dashboard.briefs import template as templates
from dashboard.briefs.brief import Brief, Chapter, Exhibit
from dashboard.briefs.template import BriefError, Part, Template, word
from dashboard.exports.table import Table
from dashboard.formatting import day
from dashboard.i18n import t
from dashboard.view import View
from data import calendar
from data.exports import release, states
from data.exports.states import State
from data.filters import Filters
from data.screens.playlists import laid_over
from data.store import Store

log = logging.getLogger(__name__)

# rows of a table in a document
ROWS = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What a brief is made for. ``issuer`` and ``number`` are printed as they are given; ``charts``: a choice of one's own in place of a
    template."""

    template: str
    query: str = ""
    lang: str = "zh-CN"
    issuer: str = ""
    number: str = ""
    title: str = ""
    charts: Sequence[str] = ()


def template_of(asked: Asked, own: Path | None = None) -> Template:
    """The template that is asked for. Raises BriefError."""
    if not asked.charts:
        return templates.named(asked.template, CHARTS, own)
    names = {lang: t("brief.chosen", lang) for lang in ("zh-CN", "en")}
    told = {
        "name": names,
        "title": {lang: t("brief.chosen_title", lang) for lang in names},
        "sections": [
            {"heading": {lang: t(f"chart.{c}", lang) for lang in names}, "parts": [{"chart": c}]} for c in asked.charts if c in CHARTS
        ]
        or None,
    }
    unknown = [c for c in asked.charts if c not in CHARTS]
    if unknown:
        raise BriefError("chart", template=asked.template, where="chart", value=unknown[0][:60])
    return templates.read(told, "charts", CHARTS)


def assemble(
    store: Store, asked: Asked, scope: str, desk: Desk, *, host: str = HERE, own: Path | None = None, printed: bool = False
) -> tuple[Brief, list[State]]:
    """The brief, and the states of its charts and of itself (the last one), not yet in the book.

    ``printed``: it holds every chart as it is drawn; else only those that office programs can draw, and tables for the rest. Raises
    BriefError.
    """
    template = template_of(asked, own)
    lang = asked.lang
    base = Filters.from_query(asked.query)
    made: list[State] = []
    figures = tables = 0
    chapters: list[Chapter] = []
    facts: dict[str, Any] = {}
    notes: dict[str, None] = {}
    for k, section in enumerate(template.sections, 1):
        parts: list[str | Exhibit] = []
        for part in section.parts:
            if part.text is not None:
                parts.append(word(part.text, lang))
                continue
            data, state, attrs = _chart(store, part, asked, scope, desk, host)
            made.append(state)
            # what the brief says of itself is what its first charts of items say: a ranking has a day of its own
            for name in ("region", "campaign", "as_of"):
                if not facts.get(name):
                    facts[name] = attrs.get(name)
            drawn = data.figure is not None and bool(data.rows) if printed else data.native is not None and bool(data.native.categories)
            with_picture = part.show in ("both", "picture") and drawn
            with_table = part.show in ("both", "table") or (part.show == "picture" and not with_picture)
            figures, tables = figures + with_picture, tables + with_table
            parts.append(Exhibit(data, figures * with_picture, tables * with_table, part.show))
            if data.definition:
                notes[t("brief.note", lang, chart=t(f"chart.{data.chart}", lang), definition=data.definition)] = None
        chapters.append(Chapter(_numbered(k, template, lang), parts))
    when = facts.get("as_of")
    words = {
        "campaign": str(facts.get("campaign") or ""),
        "region": str(facts.get("region") or t("caption.everywhere", lang)),
        "as_of": day(when, lang, year=True),
        "issuer": asked.issuer or word(template.issuer, lang),
        "number": asked.number,
        "year": str(when.year if when else calendar.today().year),
    }
    chapters = [
        Chapter(each.heading.format_map(words), [p.format_map(words) if isinstance(p, str) else p for p in each.parts]) for each in chapters
    ]
    exhibits = [part for each in chapters for part in each.parts if isinstance(part, Exhibit)]
    title = asked.title.strip()[:200] or word(template.title, lang).format_map(words).strip(" ，,:：")
    data = exhibits[0].data if exhibits else None
    brief = Brief(
        template=template.id,
        layout=template.layout,
        lang=lang,
        title=title,
        issuer=words["issuer"],
        number=asked.number,
        day=when,
        as_of=words["as_of"],
        selection=next((e.data.selection for e in exhibits if not CHARTS[e.data.chart].race), data.selection if data else ""),
        source=data.source if data else "",
        chapters=chapters,
        notes=list(notes),
        simulated=any(each.data.simulated for each in exhibits),
    )
    state = _state(brief, made, base, asked, scope, when, store)
    said = {"code": state.code, "address": desk.address(state.code, host), "reopens": t("export.reopens", lang, code=state.code)}
    # whoever released the brief has released what stands in it, in it; and charts that are released make no brief of them released
    internal = t("export.internal", lang) if desk.record.status(state.code) == release.INTERNAL else ""
    return replace(_marked(brief, internal), **said), [*made, state]


def _marked(brief: Brief, internal: str) -> Brief:
    """The brief and everything in it with the mark of what nobody has approved, or without it ("")."""
    chapters = [
        Chapter(
            each.heading,
            [replace(part, data=replace(part.data, internal=internal)) if isinstance(part, Exhibit) else part for part in each.parts],
        )
        for each in brief.chapters
    ]
    return replace(brief, chapters=chapters, internal=internal)


def charts_of(told: dict[str, Any], may_open: Callable[[str], bool]) -> list[tuple[str, str]]:
    """(code, title) of each chart of a kept brief; the code is "" where a reader may not open it: a link there would lead nowhere."""
    return [(code if may_open(code) else "", title) for code, title in told["charts"]]


def _chart(store: Store, part: Part, asked: Asked, scope: str, desk: Desk, host: str) -> tuple[Table, State, dict[str, Any]]:
    chart, view = CHARTS[part.chart], View(asked.lang)
    filters = Filters.from_query(laid_over(asked.query, part.query))
    if chart.race:
        # a ranking's scheme says which items count and when
        filters = filters.for_race().but(campaign=(), as_of=None, known_at=None)
    filters = relevant(chart, filters)
    if chart.rows and filters.size > ROWS:
        filters = filters.but(size=ROWS)
    frame = result(store, chart, filters, asked.lang, scope)
    table, state = desk.stamped(table_of(store, chart, frame, filters, view, scope), scope, host)
    if chart.rows and (left := int(frame.attrs.get("count") or 0) - len(frame)) > 0:
        table = replace(table, caption=table.caption + t("brief.rows_left", asked.lang, n=len(frame), left=left))
    return table, state, dict(frame.attrs)


def _numbered(k: int, template: Template, lang: str) -> str:
    head = word(template.sections[k - 1].heading, lang)
    return f"{t(f'brief.ordinal.{k}', lang)}{head}" if k <= 20 else head


def _state(brief: Brief, made: list[State], filters: Filters, asked: Asked, scope: str, when: date | None, store: Store) -> State:
    """The brief as a state: everything that it says in words of its own (who releases it releases these), and its charts by their codes."""
    version = store.version()
    told = {
        "template": brief.template,
        "lang": brief.lang,
        "layout": brief.layout,
        "title": brief.title,
        "issuer": brief.issuer,
        "number": brief.number,
        "chapters": [
            [each.heading, [part if isinstance(part, str) else {"show": part.show, "code": part.data.code} for part in each.parts]]
            for each in brief.chapters
        ],
        "charts": [[each.code, each.title] for each in made],
    }
    text = json.dumps(told, ensure_ascii=False)
    sha, now = states.digest(text), calendar.now_utc()
    return State(
        code=states.code_of(sha),
        kind="brief",
        subject=brief.template,
        query=(filters.but(as_of=when) if when else filters).to_query(),
        lang=asked.lang,
        title=brief.title,
        as_of=when,
        known_at=store.changed_at(version) or now,
        store_version=version,
        scope=scope,
        sha256=sha,
        rows=len(made),
        simulated=brief.simulated,
        made_at=now,
        body=states.packed(text),
    )
