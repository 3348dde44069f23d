"""What somebody asks a batch for, checked and pinned: which subjects, formats and regions, of which day and which state of the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from callbacks import chromium
from callbacks.batch_subjects import drawn, formats, known, templates
from callbacks.registry import CHARTS
from dashboard.briefs.template import BriefError
from dashboard.formatting import count
from dashboard.i18n import t
from dashboard.view import LANGUAGES
from data import calendar
from data.batches.definition import BRIEF, BatchError, Definition, Place
from data.filters import LEVELS, Filters
from data.queries.selection import Selection
from data.regions.tree import RANK, Region, RegionTree
from data.scope import ALL, region_of
from data.store import Store

MOST_FILES = 20_000
# levels that a batch goes through
BATCHED = ("province", "prefecture", "county", "township")
# words of a query that are no filters
_BESIDE = frozenset({"lang", "theme", "style"})
# the query's word for a field that is called otherwise
_WORDS = {"count_basic": "basic", "descending": "dir"}
_KEYS = frozenset(_WORDS.get(name, name) for name in Filters.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, as it was typed. ``regions``: one by one; else every region of ``level`` below ``below`` (or below what the
    query names, or anywhere)."""

    subjects: Sequence[str]
    formats: Sequence[str]
    query: str = ""
    level: str = ""
    below: str = ""
    regions: Sequence[str] = ()
    lang: str = "zh-CN"


def words(problem: BatchError, lang: str) -> str:
    """What is wrong, as a sentence."""
    fault = problem.params.get("fault")
    if isinstance(fault, BriefError):
        return fault.text(lang)
    params = {name: count(value, lang) if type(value) is int else str(value) for name, value in problem.params.items()}
    return t(f"batches.error.{problem.code}", lang, **params)


def define(store: Store, asked: Asked, scope: str, own: Path | None, host: str = "", today: date | None = None) -> Definition:
    """The batch that is asked for. ``own``: templates of briefs. Raises BatchError for the first thing that cannot be."""
    subjects, forms = tuple(dict.fromkeys(asked.subjects)), tuple(dict.fromkeys(asked.formats))
    check_subjects(subjects, forms, own)
    if asked.lang not in LANGUAGES:
        raise BatchError("lang", given=asked.lang[:20], known=", ".join(LANGUAGES))
    filters = checked_query(store, asked.query, today)
    state = store.state()
    below = asked.below or top_of(store, filters, scope) or ""
    places = _places(state.tree, asked, below, scope)
    made = tuple(Place(each.code, state.tree.full_name(each.region_id, asked.lang), _short(each, asked.lang)) for each in places)
    chosen = [c.campaign_id for c in state.campaigns if not filters.campaign or c.code in filters.campaign]
    day = filters.known_at or state.ledger_day(chosen) or calendar.today()
    found = Definition(
        subjects=subjects,
        formats=forms,
        places=made,
        # a county's chart grouped by prefecture would be one row
        query=filters.but(region=None, level=None).without_rows().but(rows=filters.rows).to_query(),
        lang=asked.lang,
        scope=scope,
        host=host,
        as_of=None if filters.as_of else day.isoformat(),
        version=state.version,
        below="" if asked.regions else below,
        level="" if asked.regions else asked.level,
    )
    if found.total > MOST_FILES:
        raise BatchError("many", n=found.total, most=MOST_FILES)
    return found


def check_subjects(subjects: Sequence[str], forms: Sequence[str], own: Path | None) -> None:
    """Raises BatchError for a chart, a brief or a format that there is not, or cannot be made here."""
    if not subjects:
        raise BatchError("no_subject")
    if not forms:
        raise BatchError("no_format")
    briefs = [each for each in subjects if each.startswith(BRIEF)]
    if briefs and len(subjects) > 1:
        raise BatchError("one_brief")
    for subject in subjects:
        try:
            if known(subject, own):
                continue
        except BriefError as fault:
            raise BatchError("template", fault=fault) from None
        name = subject.removeprefix(BRIEF)[:60]
        if subject.startswith(BRIEF):
            raise BatchError("brief", name=name, known=", ".join(templates(own)))
        raise BatchError("chart", name=name, known=", ".join(CHARTS))
    offered = formats(subjects[0])
    for form in forms:
        if form not in offered:
            raise BatchError("format", name=form[:20], known=", ".join(offered))
        if drawn(form) and chromium.find() is None:
            raise BatchError("no_chromium", name=form.upper())


def checked_query(store: Store, query: str, today: date | None = None) -> Filters:
    """The selection of a typed query, whose ``as_of`` may be the name of a day. Pages drop what they cannot read; here it is an error."""
    given = dict(parse_qsl(query.lstrip("?"), keep_blank_values=True, max_num_fields=100))
    for key in given:
        if key not in _KEYS | _BESIDE:
            raise BatchError("query_key", name=key[:40], known=", ".join(sorted(_KEYS)))
    if given.get("as_of") in calendar.NAMED_DAYS:
        given["as_of"] = calendar.named_day(given["as_of"], today or calendar.today()).isoformat()
    filters = Filters.from_query(urlencode(given))
    for key in ("as_of", "known_at"):
        if given.get(key) and getattr(filters, key) is None:
            raise BatchError("query_day", name=key, value=given[key][:40], known=", ".join(calendar.NAMED_DAYS))
    if given.get("level") and filters.level is None:
        raise BatchError("level", level=given["level"][:20], known=", ".join(LEVELS))
    codes = {each.code for each in store.campaigns()}
    for code in filters.campaign:
        if code not in codes:
            raise BatchError("campaign", code=code, known=", ".join(sorted(codes)) or "—")
    if filters.region and store.tree().get(filters.region) is None:
        raise BatchError("region", code=filters.region)
    return filters


def day_of(wanted: Definition) -> date | None:
    """The day that a batch's files are counted at."""
    return Filters.from_query(wanted.query).as_of or (date.fromisoformat(wanted.as_of) if wanted.as_of else None)


def levels_below(tree: RegionTree, code: str | None, scope: str = ALL) -> list[tuple[str, int]]:
    """The levels that a batch can go through below a region (anywhere: None), with how many regions each has."""
    top = tree.get(code)
    rank = RANK.get(top.level, 0) if top is not None else 0
    out = [(level, len(_at(tree, top, level, scope))) for level in BATCHED if RANK[level] > rank]
    return [each for each in out if each[1]]


def top_of(store: Store, filters: Filters, scope: str) -> str | None:
    """The region whose regions a selection is about: its own, or the smallest that holds everything in it (None: the whole store)."""
    if filters.region:
        return filters.region
    found = Selection(scope, store, filters).region_id
    return store.tree().by_id(found).code if found is not None else None


def _places(tree: RegionTree, asked: Asked, below: str, scope: str) -> list[Region]:
    if asked.regions:
        chosen = list(dict.fromkeys(code.strip() for code in asked.regions if code.strip()))
        held = [(code, tree.get(code)) for code in chosen]
        for code, place in held:
            if place is None or not _seen(tree, place, scope):
                raise BatchError("region", code=code[:40])
        return [place for _, place in held if place is not None]
    if not asked.level:
        raise BatchError("no_regions")
    if asked.level not in BATCHED:
        raise BatchError("level", level=asked.level[:20], known=", ".join(BATCHED))
    top = tree.get(below) if below else None
    if below and top is None:
        raise BatchError("region", code=below[:40])
    found = _at(tree, top, asked.level, scope)
    if not found:
        raise BatchError("none_below", level=asked.level, region=top.code if top else ALL)
    return found


def _at(tree: RegionTree, top: Region | None, level: str, scope: str) -> list[Region]:
    """The rows of results grouped at a level, in tree order: a county without a prefecture stands among the prefectures."""
    rows = tree.group_at(level)
    inside = tree.within(top.region_id) if top is not None else set(tree.order)
    found = (tree.by_id(i) for i in tree.order if i in inside and rows[i] == i)
    out = [each for each in found if RANK.get(each.level, 0) >= RANK[level] and each is not top]
    return [each for each in out if _seen(tree, each, scope)]


def _seen(tree: RegionTree, place: Region, scope: str) -> bool:
    confined = region_of(scope)
    own = tree.get(confined)
    return confined == ALL or (own is not None and place.region_id in tree.within(own.region_id))


def _short(place: Region, lang: str) -> str:
    return (place.name_en or place.short_zh) if lang == "en" else place.short_zh
