"""A playlist's entries written out: one scene cycled through regions becomes one entry for each."""

from dataclasses import dataclass
from typing import Any

from callbacks.registry import CHARTS, result
from dashboard import frame
from dashboard.formatting import missing
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters
from data.screens.playlists import Entry, Playlist, laid_over
from data.screens.scenes import SCENES, Scene
from data.store import Store


@dataclass(frozen=True, slots=True)
class Shown:
    """What a wall shows next: ``name`` is the same on every wall and in a frozen state; ``query`` the scene's whole selection."""

    name: str
    scene: Scene
    query: str
    region: str | None
    title: str
    dwell: int
    transition: str


def expand(store: Store, found: Playlist, query: str, view: View, scope: str) -> list[Shown]:
    """Every entry in its order. ``query`` is what lies under each entry's own selection. A region that is not in the store is left out."""
    out: list[Shown] = []
    for k, entry in enumerate(found.entries, 1):
        if entry.cycle is None:
            out.append(_plain(k, entry, query, view))
            continue
        for code in _regions(store, entry, Filters.from_query(laid_over(query, entry.query)), view, scope):
            shown = _about(store, k, entry, query, code, view)
            if shown is not None:
                out.append(shown)
    return out


def entry_named(store: Store, found: Playlist, name: str, query: str, view: View) -> Shown | None:
    """The entry of a name that ``expand`` gave, without asking which regions a cycle goes through now. None for any other name."""
    number, _, rest = name.partition(".")
    scene, _, code = rest.partition(".")
    if not (number.isascii() and number.isdecimal() and len(number) < 4 and 1 <= int(number) <= len(found.entries)):
        return None
    k = int(number)
    entry = found.entries[k - 1]
    if entry.scene != scene or (entry.cycle is None) != (not code):
        return None
    return _about(store, k, entry, query, code, view) if code else _plain(k, entry, query, view)


def _plain(k: int, entry: Entry, query: str, view: View) -> Shown:
    base = laid_over(query, entry.query)
    title = t(f"wall.scene.{entry.scene}", view.lang)
    return Shown(f"{k}.{entry.scene}", SCENES[entry.scene], base, Filters.from_query(base).region, title, entry.dwell, entry.transition)


def _about(store: Store, k: int, entry: Entry, query: str, code: str, view: View) -> Shown | None:
    """An entry about one region of its cycle; None for a region that is not in the store."""
    place = store.tree().get(code)
    if place is None:
        return None
    label = store.tree().label(place.region_id, view.lang)
    title = t("wall.scene_of", view.lang, scene=t(f"wall.scene.{entry.scene}", view.lang), region=label)
    own = laid_over(laid_over(query, entry.query), f"region={code}")
    return Shown(f"{k}.{entry.scene}.{code}", SCENES[entry.scene], own, code, title, entry.dwell, entry.transition)


def _regions(store: Store, entry: Entry, filters: Filters, view: View, scope: str) -> list[str]:
    """Codes in the order of a cycle: the worst first, in rank order, or as they were listed."""
    cycle = entry.cycle
    assert cycle is not None
    if cycle.by == "list":
        return list(cycle.regions)[: cycle.most]
    if cycle.by == "rank":
        chart = CHARTS["county-ranking"]
        race = filters.for_race().but(campaign=(), as_of=None, known_at=None)
        df = result(store, chart, race, view.lang, scope)
        ranked = [(rank, code) for code, rank in frame.rows(df, "region_code", "rank") if not missing(rank) and not missing(code)]
        if ranked:
            return [str(code) for _, code in sorted(ranked, key=lambda each: each[0])][: cycle.most]
    df = result(store, CHARTS["progress-by-region"], filters.but(level=cycle.level), view.lang, scope)
    rows = [row for row in frame.rows(df, "region_code", "overdue", "completion_rate") if not missing(row[0])]
    # the most overdue first, then the least complete; an empty set says nothing and comes last
    rows.sort(key=lambda row: (-row[1], 2.0 if missing(row[2]) else row[2]))
    return [str(row[0]) for row in rows][: cycle.most]


def list_of(store: Store, found: Playlist, query: str, view: View, scope: str) -> dict[str, Any]:
    """The playlist with its cycles written out: ``entries`` {name, scene, title, dwell, transition, grid}."""
    # before anything is asked: a change that lands meanwhile makes walls ask again
    version = store.version()
    shown = expand(store, found, query, view, scope)
    return {
        "code": found.code,
        "name": found.name,
        "revision": found.revision,
        "version": version,
        "simulated": any(c.simulated for c in store.campaigns()),
        "entries": [
            {
                "name": each.name,
                "scene": each.scene.id,
                "region": each.region,
                "title": each.title,
                "dwell": each.dwell * 1000,
                "transition": each.transition,
                "wall": _grid(each.scene, "wall"),
                "wide": _grid(each.scene, "wide"),
                "lead": each.scene.lead,
            }
            for each in shown
        ],
        "left_out": [fault.text(view.lang) for fault in found.faults],
        # where a phone's "go to that county" is shown
        "dossier": {"lead": SCENES["dossier"].lead, "wall": _grid(SCENES["dossier"], "wall"), "wide": _grid(SCENES["dossier"], "wide")},
    }


def _grid(scene: Scene, shape: str) -> dict[str, object]:
    grid = scene.wall if shape == "wall" else scene.wide
    return {"columns": grid.columns, "rows": grid.rows, "areas": list(grid.areas)}


def list_name(view: View) -> str:
    """Under which a frozen state keeps its list."""
    return f"list|{view.lang}"


def scene_name(entry: str, view: View, shape: str) -> str:
    """Under which a frozen state keeps a scene."""
    return f"scene|{entry}|{view.lang}|{view.theme}|{shape}"
