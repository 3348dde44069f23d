"""What a sentence about two states needs, and what it may say of a number that is not exact.

A rate's change is in percentage points, a count's in per cent or in pieces. Where two rates are printed, their difference is that of the
printed figures, because a reader subtracts those; where the unrounded difference rounds otherwise, a note says so. Over an empty set
there is no rate and no change of one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.formatting import DASH, Number, count, exact, missing, percent, points, ratio, stepped
from dashboard.i18n import t
from dashboard.view import View

# what a state is compared with: the same time last year (同比), the period before (环比), the same day a week ago
YEAR, PERIOD, WEEK = "year", "period", "week"
# what a rate is held against
TARGET, SCHEDULE = "target", "schedule"
# what is known of a number that is not exact: it is no less than this (True), more than, less than, or about this
AT_LEAST, OVER, UNDER, ABOUT = "ge", "gt", "lt", "approx"
# names that are said of a tie; more of them are counted
NAMED = 3
_WAN = 10_000

#: a rate as its two numbers
Pair = tuple[Number | None, Number | None]


@dataclass(frozen=True, slots=True)
class Gap:
    """A difference of two rates in tenths of a percentage point: as the printed rates differ, and as the unrounded ones do."""

    printed: int
    raw: int

    @property
    def rounded(self) -> bool:
        """Whether the two are not the same, so that a note is due."""
        return self.printed != self.raw

    @property
    def way(self) -> int:
        """1 up, -1 down, 0 level, as a reader of the printed rates sees it."""
        return (self.printed > 0) - (self.printed < 0)


def tenths(numerator: Number | None, denominator: Number | None) -> int | None:
    """The rate as ``percent`` prints it, in tenths of a per cent; None over an empty set."""
    text = percent(numerator, denominator)
    return None if text == DASH else int(text[:-1].replace(".", ""))


def gap(one: Pair, other: Pair) -> Gap | None:
    """How far the first rate lies above the second; None where either has none."""
    shown, shown_other = tenths(*one), tenths(*other)
    if shown is None or shown_other is None:
        return None
    return Gap(shown - shown_other, round((ratio(*one) - ratio(*other)) * 1000))  # type: ignore[operator]


def size(found: Gap, lang: str) -> str:
    """``1.3个百分点``: the difference without its direction."""
    return points(exact(abs(found.printed)) / 1000, lang, signed=False)


def note(found: Gap | None, view: View) -> str:
    """``（修约后数值之差；未修约为1.4个百分点）`` where the two differ, else nothing."""
    if found is None or not found.rounded:
        return ""
    return t("official.note", view.lang, raw=points(exact(abs(found.raw)) / 1000, view.lang, signed=False))


def change(now: Pair, before: Pair, since: str, view: View) -> str:
    """``同比上升2.3个百分点``, ``与上年同期持平``; of a rate, in percentage points, with its note: readers know the earlier rate as it was
    printed. Empty where either rate is null."""
    found = gap(now, before)
    if found is None:
        return ""
    if not found.way:
        return t(f"official.level.{since}", view.lang)
    word = "up" if found.way > 0 else "down"
    return t(f"official.rate_{word}", view.lang, since=t(f"official.since.{since}", view.lang), size=size(found, view.lang)) + note(
        found, view
    )


def growth(now: Number | None, before: Number | None, since: str, view: View) -> str:
    """``同比下降0.7%``; of a count or a quantity, in per cent of what it was. Empty where that was nothing: there is no percentage of 0."""
    moved = ratio(None if missing(now) or missing(before) else exact(now) - exact(before), before)  # type: ignore[arg-type]
    if moved is None:
        return ""
    if not moved:
        return t(f"official.level.{since}", view.lang)
    steps, _ = stepped(abs(moved) * 100, 10)
    # what prints as 0.0% is not level
    said = f"{steps // 10}.{steps % 10}%" if steps else bounded_percent(exact(0.1), UNDER, view)
    word = "up" if moved > 0 else "down"
    return t(f"official.count_{word}", view.lang, since=t(f"official.since.{since}", view.lang), size=said)


def more(now: Number | None, before: Number | None, since: str, view: View, pieces: Callable[[Number], str]) -> str:
    """``比一周前增加5件``; of a count, in ``pieces`` (number and measure word). Empty where either is unknown."""
    if missing(now) or missing(before):
        return ""
    moved = exact(now) - exact(before)  # type: ignore[arg-type]
    if not moved:
        return t(f"official.level.{since}", view.lang)
    word = "more" if moved > 0 else "fewer"
    return t(f"official.{word}", view.lang, since=t(f"official.than.{since}", view.lang), size=pieces(abs(moved)))


def against(actual: Pair, aim: Pair, what: str, view: View) -> str:
    """``高于目标1.3个百分点``, ``与目标持平``, ``落后序时进度3.2个百分点``, with its note. Empty where either is null."""
    found = gap(actual, aim)
    if found is None:
        return ""
    word = {1: "above", -1: "below", 0: "level"}[found.way]
    return t(f"official.{what}.{word}", view.lang, size=size(found, view.lang)) + note(found, view)


def bounded(number: Number | None, kind: object, view: View) -> str:
    """A number of which only a bound is known: ``1.4万余``, ``近10万``, ``约938万``, ``不少于2039``; exact where ``kind`` is empty.

    ``kind`` is True or one of AT_LEAST, OVER, UNDER, ABOUT. A bound is written as it was published, never rounded further.
    """
    if not kind or missing(number):
        return count(number, view.lang)
    which = AT_LEAST if kind is True else str(kind)
    return t(f"official.bound.{which}", view.lang, n=_round(number, view))  # type: ignore[arg-type]


def bounded_percent(value: Number, kind: str, view: View) -> str:
    """A share of which only a bound is known, in per cent: ``超过99%``, ``近60%``, ``不足5%``. No decimals are added to it."""
    which = "near" if kind == UNDER and value >= 50 else kind
    return t(f"official.bound_percent.{which}", view.lang, value=count(value, view.lang))


def _round(number: Number, view: View) -> str:
    """``1.4万`` in Chinese where that says all of it."""
    whole = exact(number)
    if view.lang != "zh-CN" or whole < _WAN or whole % (_WAN // 10):
        return count(number, view.lang)
    wan = whole / _WAN
    return t("format.wan", view.lang, value=f"{float(wan):.1f}".removesuffix(".0"))


def tied(names: Sequence[str], view: View, kind: str = "regions") -> str:
    """Who shares a place: ``甲县``, ``甲县、乙县``, ``甲县及另外4个地区``; a tie is never told as one of its members. ``kind``: regions,
    categories or sections."""
    if len(names) <= NAMED:
        return t("caption.list", view.lang).join(names)
    return t(f"official.tied.{kind}", view.lang, first=names[0], n=count(len(names) - 1, view.lang))
