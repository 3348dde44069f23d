"""Where a printed number comes from: the tracer of tests/integration/test_one_number.py.

A sentence is taken apart into percentages, n/d pairs, percentage points and plain numbers. Each must be found in what the file holds:
a cell, a total, a sum or a count over rows, a rate of two of them that belong together, or a difference of two such rates. Days, names
and the digits that the words themselves hold (``7日内``, ``95%区间``) are taken out first.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import combinations
from typing import Any

from dashboard.captions import race
from dashboard.formatting import count, percent
from dashboard.i18n import texts

RATE, SCORE = "rate", "score"
# columns that are numerator and denominator of one rate, by their names or the ends of them
PAIRS = (
    ("numerator", "denominator"),
    ("numerator_before", "denominator_before"),
    ("fixed_numerator", "fixed_denominator"),
    ("actual_count", "total"),
    ("planned_count", "total"),
    ("like_met", "like_of"),
    ("before_met", "before_of"),
    ("closed", "discovered"),
    ("rectified", "effective"),
)
# values of a column that are told apart by counting: more are names of rows
_FEW = 40
# and of which every sum is tried
_KINDS = 8
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DAYS = re.compile(
    r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月\d{1,2}日|\d{1,2}月(?!个)|"
    rf"\b\d{{1,2}} (?:{_MONTHS})[a-z]*(?: \d{{4}})?|\b(?:{_MONTHS})[a-z]* \d{{4}}|\b\d{{4}}-\d\d-\d\d\b"
)
_NUMBER = r"[+\u2212-]?\d+(?:\.\d+)?"
_TOKENS = re.compile(
    rf"(?P<n>\d+(?:\.\d+)?)/(?P<d>\d+(?:\.\d+)?)|(?P<points>{_NUMBER})(?:个百分点| pp)|(?P<percent>{_NUMBER})%|(?P<plain>{_NUMBER})"
)


class Held:
    """What a file holds, as the strings that a reader may see. ``rows`` are {column: value}, ``totals`` {name: value}."""

    def __init__(
        self,
        rows: Sequence[Mapping[str, Any]],
        totals: Mapping[str, Any],
        kinds: Mapping[str, str],
        decimals: int = 2,
        said: Iterable[str] = (),
        constants: Iterable[int] = (),
    ) -> None:
        self.kinds, self.decimals = kinds, decimals
        self.names = {word for row in rows for word in row.values() if isinstance(word, str)} | set(said)
        groups = list(_grouped(rows, kinds))
        held = [_numbers(each) for each in (*rows, totals, *_parts(totals), *groups)]
        self.together = [self._shown(each) for each in held] + list(_tallies(rows))
        self.rates = [self._rates(each) for each in held]
        self.percents = set().union(*self.rates) if self.rates else set()
        self.points = {_apart(a, b) for each in self.rates for a, b in combinations(each, 2)} | {"0.0"}
        self.raw = {f"{float(abs(a - b)) * 100:.1f}" for each in held for a, b in combinations(self._ratios(each), 2)}
        scores = {printed for each in (*rows, *groups) for printed in self._scores(each)}
        self.points |= {_apart(a, b, decimals) for a, b in combinations(scores, 2)}
        self.plain = set().union(*self.together) | set(map(str, constants)) | {str(n) for n in _counts(rows)}
        self.plain |= set(_means(rows))
        self.wholes = {v for each in held for v in each.values() if isinstance(v, int) and v}
        for row in held[: len(rows) + 1]:
            whole = {value for value in row.values() if isinstance(value, int)}
            self.plain |= {str(abs(a - b)) for a, b in combinations(whole, 2)}

    def _shown(self, numbers: Mapping[str, float]) -> set[str]:
        out: set[str] = set()
        for name, value in numbers.items():
            kind = self.kinds.get(name, "")
            if kind == SCORE:
                out |= {race.printed(abs(value), self.decimals), race.printed(abs(value), self.decimals, signed=True).lstrip("+")}
            if kind == RATE:
                out.add(percent(value, 1).rstrip("%"))
            out |= {plain(count(abs(value))), plain(count(round(abs(value) * 2) / 2))}
        return out

    def _scores(self, row: Mapping[str, Any]) -> set[str]:
        numbers = _numbers(row)
        return {race.printed(v, self.decimals).replace("\u2212", "-") for k, v in numbers.items() if self.kinds.get(k) == SCORE}

    def _rates(self, numbers: Mapping[str, float]) -> set[str]:
        found = {percent(v, 1).rstrip("%") for k, v in numbers.items() if self.kinds.get(k) == RATE or k.endswith("_rate") or k == "rate"}
        return found | {percent(n, d).rstrip("%") for n, d in _pairs(numbers)}

    def _ratios(self, numbers: Mapping[str, float]) -> list[Fraction]:
        return [Fraction(n) / Fraction(d) for n, d in _pairs(numbers)]

    def untraced(self, text: str, parts: bool = False) -> list[str]:
        """The numbers of a text that come from nowhere. ``parts``: a count with its percentage after it is a part of something of its row."""
        found = []
        bare = self.bare(text)
        tokens = list(_TOKENS.finditer(bare))
        for k, token in enumerate(tokens):
            if token["n"]:
                ok = any(token["n"] in each and token["d"] in each for each in self.together)
                # a percentage just before it is of these two
                before = tokens[k - 1] if k else None
                if before and before["percent"] and token.start() - before.end() <= 2 and not _score(token):
                    ok = ok and percent(_number(token["n"]), _number(token["d"])).rstrip("%") == before["percent"]
            elif token["percent"]:
                after = tokens[k + 1] if k + 1 < len(tokens) else None
                beside = after is not None and after["n"] and after.start() - token.end() <= 2
                ok = bool(beside) or token["percent"].lstrip("+\u2212") in self.percents | self.plain
                part = tokens[k - 1]["plain"] if parts and k else None
                ok = ok or (part is not None and any(percent(_number(part), d) == f"{token['percent']}%" for d in self.wholes))
            elif token["points"]:
                size = token["points"].lstrip("+\u2212")
                note = "未修约为" in bare[: token.start()][-5:] or bare[token.end() :].startswith(" unrounded")
                ok = size in (self.raw if note else self.points)
            else:
                ok = token["plain"].lstrip("+\u2212-") in self.plain
            if not ok:
                found.append(token.group())
        return found

    def bare(self, text: str) -> str:
        """The text without names, days and the digits that words hold; thousands without separators."""
        text = re.sub(r"<[^>]+>", " ", text)
        text = _DAYS.sub("＿", text)
        for name in sorted(filter(_is_name, (_DAYS.sub("＿", name) for name in self.names)), key=len, reverse=True):
            text = text.replace(name, "＿")
        text = plain(text)
        for piece in literals():
            text = text.replace(piece, "＿")
        return text


def plain(text: str) -> str:
    """Without thousands' separators."""
    return re.sub(r"(?<=\d),(?=\d{3})", "", text)


@cache
def literals() -> tuple[str, ...]:
    """Pieces of words that hold digits of their own, longest first; what says 100 or 0 per cent is a claim and stays."""
    found = set()
    for lang in ("zh-CN", "en"):
        for text in texts(lang).values():
            found |= {piece.strip() for piece in re.split(r"\{[^}]*\}", text) if re.search(r"\d", piece)}
    return tuple(
        sorted(
            (each for each in found if re.search(r"[^\W\d_]|[±※]", each) and not re.search(r"\b(?:100|0)%", each) and len(each) > 1),
            key=len,
            reverse=True,
        )
    )


def _is_name(word: str) -> bool:
    return bool(re.search(r"\d", word) and re.search(r"[^\W\d_]", word)) and len(word) > 1


def _numbers(row: Mapping[str, Any]) -> dict[str, float]:
    return {name: v for name, v in row.items() if isinstance(v, (int, float)) and not isinstance(v, bool)}


def _parts(totals: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Totals of one thing: ``completed.numerator`` and ``completed.denominator`` belong together."""
    out: dict[str, dict[str, Any]] = defaultdict(dict)
    for name, value in totals.items():
        head, _, tail = name.rpartition(".")
        if head:
            out[head][tail] = value
    yield from out.values()


def _pairs(numbers: Mapping[str, float]) -> Iterator[tuple[float, float]]:
    """Numerators with their denominators."""
    for n, d in PAIRS:
        if n in numbers and numbers.get(d):
            yield numbers[n], numbers[d]


def _grouped(rows: Sequence[Mapping[str, Any]], kinds: Mapping[str, str]) -> Iterator[dict[str, float]]:
    """Sums of whole numbers and of points, over all rows and over those that share a word."""
    keys: list[str | None] = [None, *(name for name in (rows[0] if rows else {}) if any(isinstance(row[name], str) for row in rows))]
    for key in keys:
        sums: dict[object, Counter[str]] = defaultdict(Counter)
        for row in rows:
            for name, value in row.items():
                points = kinds.get(name) == SCORE and isinstance(value, float)
                if (isinstance(value, int) and not isinstance(value, bool)) or points:
                    sums[row[key] if key else None][name] += value
        if len(sums) <= _FEW:
            yield from (dict(each) for each in sums.values())


def _tallies(rows: Sequence[Mapping[str, Any]]) -> Iterator[set[str]]:
    """Of rows that share a word, how many there are and how many of them have some of the words of another column (open: overdue, due
    soon or later)."""
    words = [name for name in (rows[0] if rows else {}) if any(isinstance(row[name], str) for row in rows)]
    words = [name for name in words if len({row[name] for row in rows}) <= _KINDS]
    for key in words:
        for value in {row[key] for row in rows}:
            some = [row for row in rows if row[key] == value]
            found = {len(some)}
            for other in words:
                tally = list(Counter(row[other] for row in some).values())
                found |= {sum(each) for size in (1, 2, 3) for each in combinations(tally, size)}
            yield set(map(str, found))


def _means(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Means of the columns of whole numbers."""
    for name in rows[0] if rows else ():
        found = [row[name] for row in rows if isinstance(row[name], int) and not isinstance(row[name], bool)]
        if found:
            mean = sum(found) / len(found)
            yield plain(count(round(mean) if mean >= 1 else mean))


def _counts(rows: Sequence[Mapping[str, Any]]) -> set[int]:
    """How many rows there are, how many share a value, or two values; and how many values there are."""
    out = {len(rows)}
    names = list(rows[0]) if rows else []
    few = {}
    for name in names:
        values = [repr(row[name]) for row in rows]
        tally = Counter(values)
        out |= {len(tally), len(rows) - values.count("None"), len(set(values) - {"None"})}
        if len(tally) <= _FEW:
            few[name] = values
            out |= set(tally.values())
    for one, other in combinations(few, 2):
        out |= set(Counter(zip(few[one], few[other], strict=True)).values())
    return out


def _score(token: re.Match[str]) -> bool:
    return "." in token["n"]


def _number(text: str) -> float | int:
    return float(text) if "." in text else int(text)


def _apart(one: str, other: str, decimals: int = 1) -> str:
    """The difference of two printed numbers."""
    return f"{abs(Decimal(one) - Decimal(other)):.{decimals}f}"
