"""What a playlist is, and how one is read: strictly when somebody saves it, leaving out what is damaged when a wall shows it.

A playlist as it is kept (column ``definition``, and ``standard.json``)::

    {"query": "campaign=js-2022", "lang": "zh-CN", "theme": "dark",
     "entries": [{"scene": "overview", "dwell": 30},
                 {"scene": "dossier", "dwell": 15, "transition": "slide", "cycle": {"by": "worst", "level": "county", "most": 5}}]}
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from data.filters import LEVELS, Filters
from data.ranking.lock_words import one_line
from data.regions.tree import RegionTree
from data.screens.scenes import SCENES

LANGUAGES, THEMES = ("zh-CN", "en"), ("dark", "light")
TRANSITIONS = ("fade", "slide", "cut")
CYCLES = ("worst", "rank", "list")
LEAST_DWELL, MOST_DWELL = 5, 600
MOST_ENTRIES, MOST_REGIONS = 60, 60
LONGEST_NAME, LONGEST_QUERY = 60, 1000

_CODE = re.compile(r"[a-z0-9-]{2,40}")
_REGION = re.compile(r"\d{6,12}|r\d{1,9}", re.ASCII)
_FOLDER = Path(__file__).resolve().parent


@cache
def _words() -> dict[str, dict[str, str]]:
    return json.loads((_FOLDER / "playlist_words.json").read_text(encoding="utf-8"))


class PlaylistError(ValueError):
    """It cannot be read or kept as it is. ``key`` names a sentence of playlist_words.json, ``values`` fill it in."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def text(self, lang: str = "zh-CN") -> str:
        """What is wrong and what to do."""
        words = _words()[self.key]
        values = {name: each.text(lang) if isinstance(each, PlaylistError) else each for name, each in self.values.items()}
        return words.get(lang, words["zh-CN"]).format(**values)

    def __str__(self) -> str:
        return self.text("en")


@dataclass(frozen=True, slots=True)
class Cycle:
    """One scene through several regions: ``worst`` first, in ``rank`` order, or those of a ``list``; at most ``most`` of them.

    ``level``: the level regions are taken from (None: the children of the selection's region); a list needs none.
    """

    by: str
    level: str | None = None
    regions: tuple[str, ...] = ()
    most: int = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """A scene for ``dwell`` seconds. ``query``: canonical Filters query laid over the playlist's own."""

    scene: str
    query: str = ""
    dwell: int = 20
    transition: str = "fade"
    cycle: Cycle | None = None


@dataclass(frozen=True, slots=True)
class Playlist:
    """Scenes in order. ``revision`` counts changes, 0 for one that was never kept.

    ``faults`` says what of a damaged row was left out; the entries that are there are sound.
    """

    code: str
    name: str
    revision: int
    query: str
    lang: str
    theme: str
    entries: tuple[Entry, ...]
    simulated: bool = False
    # whether a wall on another machine may show it with a key
    keyed: bool = False
    faults: tuple[PlaylistError, ...] = field(default=(), compare=False)

    @property
    def damaged(self) -> tuple[str, ...]:
        """What was left out, a sentence each (English, for reports)."""
        return tuple(str(fault) for fault in self.faults)


# ----------------------------------------------------------------------------- reading


# walls ask with the same few queries for weeks
@lru_cache(1024)
def laid_over(under: str, over: str) -> str:
    """One canonical query from two: what ``over`` says holds, the rest is ``under``'s."""
    below, above, bare = Filters.from_query(under), Filters.from_query(over), Filters()
    changed = {name: getattr(above, name) for name in Filters.__dataclass_fields__ if getattr(above, name) != getattr(bare, name)}
    return below.but(**changed).to_query()


def read(definition: object, *, code: str, name: str, revision: int = 0, simulated: bool = False) -> Playlist:
    """A playlist from its definition. Raises PlaylistError at the first thing that is wrong."""
    found = read_what_can_be(definition, code, name, revision, simulated)
    if found.faults:
        raise found.faults[0]
    return found


def definition_of(playlist: Playlist) -> dict[str, Any]:
    """The definition that ``read`` makes the same playlist of; JSON values."""
    entries = []
    for entry in playlist.entries:
        out: dict[str, Any] = {"scene": entry.scene, "query": entry.query, "dwell": entry.dwell, "transition": entry.transition}
        if entry.cycle is not None:
            cycle = entry.cycle
            out["cycle"] = {"by": cycle.by, "level": cycle.level, "regions": list(cycle.regions), "most": cycle.most}
        entries.append(out)
    return {"query": playlist.query, "lang": playlist.lang, "theme": playlist.theme, "entries": entries}


def read_what_can_be(definition: object, code: str, name: str, revision: int, simulated: bool) -> Playlist:
    """What can be read, with the faults of what cannot. Raises PlaylistError when nothing can."""
    kept_name = _checked_name(code, name)
    if not isinstance(definition, Mapping) or not isinstance(definition.get("entries", []), list):
        raise PlaylistError("damaged", code=code)
    faults: list[PlaylistError] = []
    query = ""
    try:
        query = _query(definition.get("query", ""))
    except PlaylistError as fault:
        faults.append(fault)
    lang, theme = definition.get("lang", LANGUAGES[0]), definition.get("theme", THEMES[0])
    if lang not in LANGUAGES:
        faults.append(PlaylistError("lang_unknown", value=shown(lang)))
        lang = LANGUAGES[0]
    if theme not in THEMES:
        faults.append(PlaylistError("theme_unknown", value=shown(theme)))
        theme = THEMES[0]
    given = definition.get("entries", [])
    entries = []
    for number, each in enumerate(given[:MOST_ENTRIES], 1):
        try:
            entries.append(_entry(number, each, query))
        except PlaylistError as fault:
            faults.append(fault)
    if len(given) > MOST_ENTRIES:
        faults.append(PlaylistError("too_many", n=len(given), most=MOST_ENTRIES))
    if not given:
        raise PlaylistError("no_entries")
    return Playlist(code, kept_name, revision, query, lang, theme, tuple(entries), simulated, faults=tuple(faults))


def _checked_name(code: str, name: str) -> str:
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise PlaylistError("code_form", code=shown(code))
    kept = one_line(name)
    if not kept:
        raise PlaylistError("name_needed")
    if len(kept) > LONGEST_NAME:
        raise PlaylistError("name_long", n=len(kept), most=LONGEST_NAME)
    return kept


def _entry(number: int, given: object, below: str) -> Entry:
    if not isinstance(given, Mapping):
        raise PlaylistError("entry_unreadable", number=number)
    scene = given.get("scene")
    if not isinstance(scene, str) or scene not in SCENES:
        raise PlaylistError("scene_unknown", number=number, value=shown(scene))
    try:
        query = _query(given.get("query", ""))
    except PlaylistError as fault:
        raise PlaylistError("entry_query", number=number, value=fault.values["value"]) from None
    dwell = given.get("dwell", 20)
    if isinstance(dwell, bool) or not isinstance(dwell, int) or not LEAST_DWELL <= dwell <= MOST_DWELL:
        raise PlaylistError("dwell_range", number=number, value=shown(dwell), least=LEAST_DWELL, most=MOST_DWELL)
    transition = given.get("transition", TRANSITIONS[0])
    if transition not in TRANSITIONS:
        raise PlaylistError("transition_unknown", number=number, value=shown(transition))
    cycle = None if given.get("cycle") is None else _cycle(number, given["cycle"])
    if SCENES[scene].region and cycle is None and Filters.from_query(laid_over(below, query)).region is None:
        raise PlaylistError("region_needed", number=number)
    return Entry(scene, query, dwell, transition, cycle)


def _cycle(number: int, given: object) -> Cycle:
    if not isinstance(given, Mapping):
        raise PlaylistError("entry_unreadable", number=number)
    by, level, regions, most = given.get("by"), given.get("level"), given.get("regions") or [], given.get("most", 12)
    if by not in CYCLES:
        raise PlaylistError("cycle_unknown", number=number, value=shown(by))
    if level is not None and level not in LEVELS:
        raise PlaylistError("level_unknown", number=number, value=shown(level))
    if not isinstance(regions, (list, tuple)):
        raise PlaylistError("entry_unreadable", number=number)
    for each in regions:
        if not isinstance(each, str) or not _REGION.fullmatch(each):
            raise PlaylistError("region_unknown", number=number, value=shown(each))
    if by == "list" and not regions:
        raise PlaylistError("regions_needed", number=number)
    if len(regions) > MOST_REGIONS:
        raise PlaylistError("regions_many", number=number, n=len(regions), most=MOST_REGIONS)
    if isinstance(most, bool) or not isinstance(most, int) or not 1 <= most <= MOST_REGIONS:
        raise PlaylistError("most_range", number=number, value=shown(most), most=MOST_REGIONS)
    if by == "list":
        return Cycle(by, None, tuple(dict.fromkeys(regions)), most=max(most, len(regions)))
    return Cycle(by, level, (), most)


def _query(given: object) -> str:
    """The canonical query of a text; PlaylistError when it is none or says nothing that can be understood."""
    if not isinstance(given, str) or len(given) > LONGEST_QUERY:
        raise PlaylistError("query_unusable", value=shown(given))
    query = Filters.from_query(given).without_rows().to_query()
    if given.strip() and not query:
        raise PlaylistError("query_unusable", value=shown(given))
    return query


def shown(value: object) -> str:
    """A value as a sentence can quote it."""
    return one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))[:60]


def check_regions(playlist: Playlist, tree: RegionTree) -> None:
    """Raises PlaylistError when an entry names a region that the store does not have."""
    for number, entry in enumerate(playlist.entries, 1):
        named = list(entry.cycle.regions) if entry.cycle else []
        own = Filters.from_query(entry.query).region
        for code in [*named, *([own] if own else [])]:
            if tree.get(code) is None:
                raise PlaylistError("region_unknown", number=number, value=code)
    whole = Filters.from_query(playlist.query).region
    if whole and tree.get(whole) is None:
        raise PlaylistError("region_absent", value=whole)
