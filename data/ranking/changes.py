"""What changed between two editions of a period: whose figures, whose rank, and why, place by place. Pure."""

import math
from dataclasses import dataclass

from data.ranking.lock_words import words
from data.ranking.ranks import printed
from data.ranking.scheme import LEVEL, Words
from data.ranking.standing import Standing

VALUE, BONUS, PENALTY, VETO = "value", "bonus", "penalty", "veto"
ADDED, GONE, RULES, SCORE, RANK = "added", "gone", "rules", "score", "rank"
#: those that were put right, unlike those that only moved with the others
CORRECTED = frozenset({VALUE, BONUS, PENALTY, VETO, ADDED, GONE})
_NAN = float("nan")
MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator of one place in one edition: n, d and value, NaN where there is nothing; unit and decimals for readers."""

    numerator: float = _NAN
    denominator: float = _NAN
    value: float = _NAN
    unit: str = ""
    decimals: int = 1

    def same(self, other: "Figure") -> bool:
        pairs = ((self.numerator, other.numerator), (self.denominator, other.denominator), (self.value, other.value))
        return all(a == b or (a != a and b != b) for a, b in pairs)

    def text(self, lang: str) -> str:
        """``41/50``, ``−3.2%``, or that there is no data."""
        if self.denominator == self.denominator and self.numerator == self.numerator:
            return f"{_number(self.numerator)}/{_number(self.denominator)}"
        if self.value != self.value:
            return words("change.nothing", lang)
        return f"{_number(self.value, self.decimals)}{self.unit}"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs for one place. ``kind``: ``value`` (of ``indicator``), ``bonus``, ``penalty``, ``veto``, ``added``,
    ``gone``; or, with no figure of its own changed, ``rules``, ``score`` or ``rank``. Rank 0 is not ranked; scores as printed."""

    code: str
    name: Words
    kind: str
    rank_old: int
    rank_new: int
    score_old: float
    score_new: float
    indicator: str | None = None
    indicator_name: Words | None = None
    old: Figure = Figure()
    new: Figure = Figure()
    versions: tuple[str, str] = ("", "")

    @property
    def corrected(self) -> bool:
        """False for a place that moved only because others did."""
        return self.kind in CORRECTED

    def why(self, lang: str) -> str:
        """The sentence."""
        if self.kind in (VALUE, BONUS, PENALTY):
            name = self.indicator_name(lang) if self.indicator_name else words(f"change.{self.kind}", lang)
            text = words("change.value", lang, name=name, old=self.old.text(lang), new=self.new.text(lang))
        elif self.kind == VETO:
            text = words("change.veto_on" if self.new.value else "change.veto_off", lang)
        else:
            text = words(f"change.{self.kind}", lang, old=self.versions[0], new=self.versions[1])
        if self.kind not in (ADDED, GONE) and bool(self.rank_old) != bool(self.rank_new):
            text += words("change.in" if self.rank_new else "change.out", lang)
        return text


def diff(old: Standing, new: Standing, by: str = LEVEL) -> list[Change]:
    """Every change from one edition to the next: places with figures put right first, then those that moved with them, each by new
    rank, the unranked last. A place has one Change for each figure of its own that differs, else one if its rank or score does."""
    a, b = _Side(old, by), _Side(new, by)
    out: list[Change] = []
    for code in [*b.at, *(code for code in a.at if code not in b.at)]:
        out += _place(code, a, b)
    order = {code: n for n, code in enumerate([*b.at, *a.at])}
    corrected = {each.code for each in out if each.corrected}
    return sorted(out, key=lambda c: (c.code not in corrected, c.rank_new or math.inf, order[c.code]))


class _Side:
    """One edition, by place code."""

    def __init__(self, standing: Standing, by: str) -> None:
        self.standing = standing
        self.at = {code: k for k, code in enumerate(standing.places.code)}
        ranks = standing.ranks.get(by) or next(iter(standing.ranks.values()))
        self.rank: list[int] = ranks.rank.tolist()
        self.score: list[float] = printed(standing.scores.score, standing.scheme.decimals).tolist()
        self.column = {indicator.id: i for i, indicator in enumerate(standing.scheme.indicators)}
        counted = standing.counted
        self._numerator, self._denominator = counted.numerator.tolist(), counted.denominator.tolist()
        self._value = counted.value.tolist()
        self._plain = {BONUS: counted.bonus.tolist(), PENALTY: counted.penalty.tolist(), VETO: counted.veto.astype(float).tolist()}

    def name(self, k: int) -> Words:
        return Words(self.standing.places.name_zh[k], self.standing.places.name_en[k])

    def figure(self, k: int, indicator: str) -> Figure:
        i = self.column.get(indicator)
        if i is None:
            return Figure()
        unit, decimals = self.standing.units.get(indicator, ("", 1))
        return Figure(self._numerator[k][i], self._denominator[k][i], self._value[k][i], unit, decimals)

    def plain(self, k: int, kind: str) -> Figure:
        return Figure(value=self._plain[kind][k], decimals=2)


def _place(code: str, a: _Side, b: _Side) -> list[Change]:
    i, j = a.at.get(code), b.at.get(code)
    name = b.name(j) if j is not None else a.name(i or 0)

    def change(kind: str, **more: object) -> Change:
        return Change(
            code,
            name,
            kind,
            a.rank[i] if i is not None else 0,
            b.rank[j] if j is not None else 0,
            a.score[i] if i is not None else _NAN,
            b.score[j] if j is not None else _NAN,
            versions=(a.standing.scheme.version, b.standing.scheme.version),
            **more,  # type: ignore[arg-type]
        )

    if i is None or j is None:
        return [change(ADDED if i is None else GONE)]
    out = []
    new_rules = (a.standing.scheme.version, a.standing.scheme.sha256) != (b.standing.scheme.version, b.standing.scheme.sha256)
    names = {each.id: each.name for each in [*a.standing.scheme.indicators, *b.standing.scheme.indicators]}
    for indicator in [*b.column, *(each for each in a.column if each not in b.column)]:
        if new_rules and (indicator not in a.column or indicator not in b.column):
            # the rules name other indicators now: no figure of this place was put right
            continue
        before, after = a.figure(i, indicator), b.figure(j, indicator)
        if not before.same(after):
            out.append(change(VALUE, indicator=indicator, indicator_name=names[indicator], old=before, new=after))
    for kind in (BONUS, PENALTY, VETO):
        before, after = a.plain(i, kind), b.plain(j, kind)
        if not before.same(after):
            out.append(change(kind, old=before, new=after))
    if out:
        return out
    moved = a.rank[i] != b.rank[j]
    scored = not (a.score[i] == b.score[j] or (a.score[i] != a.score[i] and b.score[j] != b.score[j]))
    if moved or scored:
        out.append(change(RULES if new_rules else SCORE if scored else RANK))
    return out


def _number(value: float, decimals: int = 2) -> str:
    """A figure as readers have it: whole numbers without decimals."""
    text = str(int(value)) if value == int(value) else f"{value:.{decimals}f}"
    return text.replace("-", MINUS)


__all__ = ["CORRECTED", "Change", "Figure", "diff"]
