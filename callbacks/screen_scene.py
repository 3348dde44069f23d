"""A scene as it is kept: its head, then each panel with its name and a hash, so that a wall asks only for what changed."""

import hashlib
import logging
from typing import Any

from werkzeug.exceptions import HTTPException

from callbacks.registry import CHARTS, render, result, to_text
from callbacks.screen_list import Shown
from dashboard import wall_blocks
from dashboard.formatting import day
from dashboard.view import View
from data.filters import Filters
from data.screens.playlists import laid_over
from data.screens.scenes import Panel
from data.store import Store

log = logging.getLogger(__name__)

# between the parts of a kept scene; JSON escapes control signs, so it stands in none of them
_PART = "\x1e"
_HASH = 12


class Partial(Exception):
    """A scene of which a chart failed: it is shown, and not kept. ``text`` as ``scene_text`` gives it."""

    def __init__(self, text: str) -> None:
        super().__init__("a chart failed")
        self.text = text


def scene_text(store: Store, shown: Shown, view: View, shape: str, scope: str) -> str:
    """Head, and each panel with name and hash. A chart that fails is named and takes no other with it: then Partial is raised."""
    panels: list[tuple[str, dict[str, Any]]] = []
    failed: list[str] = []
    facts: dict[str, Any] = {}
    rooms = shown.scene.rooms(shape)
    # before the charts are asked: a change that lands meanwhile makes walls ask again
    version = store.version()
    for panel in shown.scene.panels:
        try:
            told, attrs = _panel(store, panel, shown.query, view.but(room=rooms[panel.id]), scope)
        except HTTPException:
            raise
        except Exception:
            log.exception("scene %s: chart %s failed for %r", shown.name, panel.chart, shown.query)
            failed.append(panel.id)
            continue
        panels.append((panel.id, told))
        if not facts or panel.id == shown.scene.lead:
            facts = {**attrs, "simulated": facts.get("simulated", False) or bool(attrs.get("simulated"))}
        facts["simulated"] = facts["simulated"] or bool(attrs.get("simulated"))
    if not panels:
        raise RuntimeError(f"every chart of scene {shown.name} failed")
    titles = {name: told["title"] for name, told in panels}
    head = {
        "title": titles.get(shown.scene.lead, ""),
        "name": shown.title,
        "place": " · ".join(str(facts[key]) for key in ("region", "campaign") if facts.get(key)),
        "as_of": day(facts.get("as_of"), view.lang, year=True),
        "known_at": day(facts["known_at"], view.lang, year=True) if facts.get("known_at") else None,
        "simulated": bool(facts.get("simulated")),
        "version": version,
        "failed": failed,
        "query": shown.query,
    }
    parts = [to_text(head)]
    for name, told in panels:
        body = to_text(told)
        parts.append(f"{name}:{hashlib.sha256(body.encode()).hexdigest()[:_HASH]}{body}")
    text = _PART.join(parts)
    if failed:
        raise Partial(text)
    return text


def answer_of(text: str, entry: str, have: set[str], frozen: dict[str, object] | None) -> str:
    """``{entry, head, frozen, hashes: {panel: hash}, panels: {panel: …}}`` of a kept scene; panels whose hash the wall has are left out."""
    head, *parts = text.split(_PART)
    hashes, panels = [], []
    for part in parts:
        name, _, rest = part.partition(":")
        mark, body = rest[:_HASH], rest[_HASH:]
        hashes.append(f'"{name}":"{mark}"')
        if mark not in have:
            panels.append(f'"{name}":{body}')
    said = to_text(frozen)
    return f'{{"entry":{to_text(entry)},"head":{head},"frozen":{said},"hashes":{{{",".join(hashes)}}},"panels":{{{",".join(panels)}}}}}'


def _panel(store: Store, panel: Panel, query: str, view: View, scope: str) -> tuple[dict[str, Any], dict[str, Any]]:
    chart = CHARTS[panel.chart]
    filters = Filters.from_query(laid_over(query, panel.query))
    if chart.race:
        # the scheme says which items are compared, and its newest period is the one in question
        filters = filters.for_race().but(campaign=(), as_of=None, known_at=None)
    frame = result(store, chart, filters, view.lang, scope)
    drawn = render(chart, frame, filters, view)
    told: dict[str, Any]
    if drawn.figure is not None:
        told = wall_blocks.picture(drawn.figure)
        title, subtitle = drawn.title, drawn.subtitle
    else:
        block, title_of = wall_blocks.BLOCKS[chart.id]
        told = block(frame, filters, view)
        title, subtitle = title_of(frame, filters, view), told.get("subtitle", "")
    told = {**told, "title": title, "subtitle": subtitle, "text": drawn.caption, "chart": chart.id, "query": filters.to_query()}
    return told, dict(frame.attrs)
