"""Freezing a playlist: every scene of it, in both languages, both themes and both shapes of screen, kept as one state."""

from callbacks.registry import CHARTS, result, to_text
from callbacks.screen_list import expand, list_name, list_of, scene_name
from callbacks.screen_scene import scene_text
from dashboard.view import LANGUAGES, THEMES, Style, View
from data.filters import Filters
from data.screens import snapshots
from data.screens.playlists import Playlist
from data.store import Store

SHAPES = ("wall", "wide")
# an import that lands while the scenes are drawn makes it begin again
_TRIES = 3


class FreezeError(Exception):
    """It could not be frozen; ``key`` names the sentence, ``values`` fill it in."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


def freeze(store: Store, found: Playlist, name: str, by: str | None, scope: str) -> snapshots.Snapshot:
    """Keep what every entry of a playlist shows now, of one version of the store. Raises FreezeError, and then nothing is kept:
    ``wall.freeze.failed`` (a scene cannot be drawn), ``wall.freeze.moving`` (the store keeps changing), ``wall.freeze.empty``."""
    for _ in range(_TRIES):
        version = store.version()
        answers = _answers(store, found, scope)
        if store.version() == version:
            break
    else:
        raise FreezeError("wall.freeze.moving")
    facts = result(store, CHARTS["headline"], Filters.from_query(found.query), LANGUAGES[0], scope).attrs
    with store.writing() as conn:
        return snapshots.freeze(
            conn,
            found.code,
            name.strip() or found.name,
            answers,
            as_of=facts["as_of"],
            version=version,
            by=by,
            simulated=bool(facts["simulated"]),
        )


def _answers(store: Store, found: Playlist, scope: str) -> dict[str, str]:
    out: dict[str, str] = {}
    for lang in LANGUAGES:
        view = View(lang, Style.SCREEN)
        shown = expand(store, found, found.query, view, scope)
        if not shown:
            raise FreezeError("wall.freeze.empty")
        out[list_name(view)] = to_text(list_of(store, found, found.query, view, scope))
        for each in shown:
            for theme in THEMES:
                for shape in SHAPES:
                    drawn = view.but(theme=theme)
                    try:
                        out[scene_name(each.name, drawn, shape)] = scene_text(store, each, drawn, shape, scope)
                    except Exception as problem:
                        raise FreezeError("wall.freeze.failed", scene=each.title) from problem
    return out
