"""Words of where points come from: what a place earns and loses, and what it lacks to the next better place."""

from dataclasses import dataclass, replace

import pandas as pd

from dashboard import frame
from dashboard.captions import race
from dashboard.formatting import count
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters

ADJUSTMENTS = ("bonus", "penalty")
# what printing adds to a score: counted, never drawn or said
ROUNDING = "rounding"
# parts that a sentence names
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Part:
    """An indicator of a place, or its bonus or penalty. ``next``: what the next better place earns; None without."""

    id: str
    name: str
    weight: float
    earned: float
    lost: float
    numerator: float | None
    denominator: float | None
    text: str
    empty: bool
    next: float | None
    rows: str

    @property
    def adjustment(self) -> bool:
        return self.id in ADJUSTMENTS


@dataclass(slots=True)
class Place:
    """A place and its parts; ``next_name``: the place one rank better, "" for the first or where the frame does not name it;
    ``rounding``, ``next_rounding``: what printing adds to its score and to that of the next."""

    code: str
    name: str
    rank: int | None
    tied: bool
    parts: list[Part]
    next_code: str
    next_name: str
    rounding: float = 0.0
    next_rounding: float = 0.0

    @property
    def score(self) -> float:
        return sum(part.earned for part in self.parts) + self.rounding

    @property
    def gap(self) -> float | None:
        """Points that the next better place is ahead; None for the first."""
        known = [part.next - part.earned for part in self.parts if part.next is not None]
        return sum(known) + self.next_rounding - self.rounding if known else None


@dataclass(frozen=True, slots=True)
class _Held:
    """A frame read once: the place of every row, the rows of every place."""

    names: dict[str, str]
    ranks: dict[str, int | None]
    rows: dict[str, list[int]]


def _held(df: pd.DataFrame, view: View) -> _Held:
    return frame.once(df, ("contributions", view.lang), lambda: _read(df, view))


def _read(df: pd.DataFrame, view: View) -> _Held:
    held = _Held({}, {}, {})
    codes, ranks = race.optional(df, "region_code", "rank")
    for k, (code, name, rank) in enumerate(zip(map(str, codes), race.names(df, view), ranks, strict=True)):
        if code not in held.rows:
            held.names[code], held.ranks[code], held.rows[code] = name, race.whole(rank), []
        held.rows[code].append(k)
    return held


_COLUMNS = (
    "tied", "part", "part_name", "weight_used", "numerator", "denominator", "contribution", "lost", "value_text", "reason", "next_code",
    "next_contribution", "rows_query", "next_name",
)  # fmt: skip


def _places(df: pd.DataFrame, held: _Held, codes: list[str]) -> list[Place]:
    """Some places with their parts, in the order given. Of a country's counties two are drawn: the others' parts are not looked at."""
    mine = df.iloc[[k for code in codes for k in held.rows[code]]]
    rows = iter(list(zip(*race.optional(mine, *_COLUMNS), strict=True)))
    out = []
    for code in codes:
        place: Place | None = None
        for _ in held.rows[code]:
            tied, part, label, weight, n, d, earned, lost, text, reason, after, after_points, query, after_name = next(rows)
            if place is None:
                following = race.word(after)
                said = race.word(after_name) or held.names.get(following, "")
                place = Place(code, held.names[code], held.ranks[code], race.yes(tied), [], following, said)
                out.append(place)
            if part == ROUNDING:
                place.rounding, place.next_rounding = race.value(earned) or 0.0, race.value(after_points) or 0.0
                continue
            place.parts.append(
                Part(
                    id=str(part),
                    name=str(label),
                    weight=race.value(weight) or 0.0,
                    earned=race.value(earned) or 0.0,
                    lost=race.value(lost) or 0.0,
                    numerator=race.value(n),
                    denominator=race.value(d),
                    text=race.word(text),
                    empty=race.yes(reason),
                    next=race.value(after_points),
                    rows=race.word(query),
                )
            )
    return out


def shown(df: pd.DataFrame, view: View) -> list[Place]:
    """The places drawn: the first two picked, else the first and the last ranked. They are shared, do not change them."""
    return frame.once(df, ("contributions-shown", view.lang), lambda: _shown(df, view))


def _shown(df: pd.DataFrame, view: View) -> list[Place]:
    held = _held(df, view)
    picked = {str(code) for code in df.attrs.get("picked") or ()}
    codes = [code for code in held.rows if code in picked][:2]
    if not codes:
        ranked = [code for code, rank in held.ranks.items() if rank is not None]
        codes = ranked if len(ranked) < 2 else [ranked[0], ranked[-1]]
    mine = _places(df, held, codes)
    # what none of those drawn has been given or lost is not drawn
    touched = {part.id for place in mine for part in place.parts if not part.adjustment or part.earned}
    return [replace(place, parts=[part for part in place.parts if part.id in touched or (len(mine) == 1 and part.next)]) for place in mine]


def next_name(place: Place, view: View) -> str:
    """How the next better place is called, by its name where the frame has it."""
    return place.next_name or (place.next_code and t("ranking.parts.the_next", view.lang))


def title(df: pd.DataFrame, view: View) -> str:
    """What a place lacks most to the next better one; of two places, where the difference between them lies."""
    lang, found = view.lang, shown(df, view)
    if not found:
        return t("ranking.parts.none", lang)
    if len(found) == 2:
        return _two(df, found, view)
    mine = found[0]
    words = {"name": mine.name, "place": race.place(mine.rank, mine.tied, view)}
    behind = lacking(mine)
    gap = mine.gap
    if gap is not None and gap > 0 and behind:
        points = race.distance(gap, df, view)
        return t("ranking.parts.title_gap", lang, **words, next=next_name(mine, view), gap=points, part=behind[0].name)
    most = max(mine.parts, key=lambda part: part.lost, default=None)
    key = "ranking.parts.title_first" if most is not None and most.lost > 0 else "ranking.parts.title_full"
    return t(key, lang, **words, score=race.score(mine.score, df, view), part=most.name if most else "")


def _two(df: pd.DataFrame, found: list[Place], view: View) -> str:
    high, low = sorted(found, key=lambda place: -place.score)
    words = {
        "a": high.name,
        "place_a": race.place(high.rank, high.tied, view),
        "b": low.name,
        "place_b": race.place(low.rank, low.tied, view),
    }
    gap = high.score - low.score
    if not gap or race.bare(gap, df, signed=True) == race.bare(0, df, signed=True):
        return t("ranking.parts.title_level", view.lang, **words)
    other = {part.id: part.earned for part in low.parts}
    most = max(high.parts, key=lambda part: part.earned - other.get(part.id, 0.0))
    return t("ranking.parts.title_two", view.lang, **words, gap=race.distance(gap, df, view), part=most.name)


def lacking(place: Place) -> list[Part]:
    """The parts on which the next better place earns more, the largest difference first."""
    behind = [part for part in place.parts if part.next is not None and part.next - part.earned > 1e-9]
    return sorted(behind, key=lambda part: part.earned - (part.next or 0.0))


def subtitle(df: pd.DataFrame, view: View) -> str:
    """What the bars are."""
    return race.subtitle(df, view, t("ranking.subtitle.contributions", view.lang))


def rank_contributions(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``…沛县第95，得分50.00分；其中按期率8.00/25（32.0%）、…；距前一名睢宁县3.10分，主要差在…。``"""
    lang, found = view.lang, shown(df, view)
    if not found:
        return race.sentence(df, view, [t("ranking.parts.none", lang)])
    parts = []
    for place in found:
        where, points = race.place(place.rank, place.tied, view), race.score(place.score, df, view)
        parts.append(t("ranking.parts.clause", lang, name=place.name, place=where, score=points))
        parts.append(t("ranking.parts.clause_parts", lang, parts=race.listed([_part(part, df, view) for part in place.parts], view)))
        gap = place.gap
        if gap is not None and gap > 0:
            said = {"next": next_name(place, view), "gap": race.distance(gap, df, view)}
            words = [
                t("ranking.parts.clause_gap_part", lang, part=part.name, gap=_more(part, df, view)) for part in lacking(place)[:_NAMED]
            ]
            # of a single part nothing is the most
            key = "ranking.parts.clause_gap" if len(place.parts) > 1 else "ranking.parts.clause_gap_only"
            parts.append(t(key, lang, **said, parts=race.listed(words, view)))
    more = len(set(map(str, df.attrs.get("picked") or ())) & _held(df, view).rows.keys()) - len(found)
    if more > 0:
        parts.append(t("ranking.parts.more", lang, n=more))
    parts.append(race.dormant(df, view))
    return race.sentence(df, view, parts)


def _part(part: Part, df: pd.DataFrame, view: View) -> str:
    if part.adjustment:
        return t("ranking.parts.clause_adjust", view.lang, part=part.name, points=race.bare(part.earned, df, signed=True))
    if part.empty:
        return t("ranking.parts.clause_empty", view.lang, part=part.name)
    words = {"part": part.name, "earned": race.printed(part.earned, race.decimals(df)), "weight": weight(part.weight, view)}
    return t("ranking.parts.clause_value" if part.text else "ranking.parts.clause_part", view.lang, **words, value=part.text)


def _more(part: Part, df: pd.DataFrame, view: View) -> str:
    """By how much the next better place is ahead on a part: ``+4.53``, of percentages ``+4.5个百分点``."""
    gap = (part.next or 0.0) - part.earned
    return race.distance(gap, df, view, signed=True) if df.attrs.get("unit") == "percent" else race.bare(gap, df, signed=True)


def weight(points: float, view: View) -> str:
    """A weight: ``25``, ``17.6``."""
    return count(round(points, 1), view.lang)
