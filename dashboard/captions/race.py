"""What the captions and titles of a ranking share: ranks and scores in words, who takes part, and the cautions.

A ranking's frame is read once into ``Row``; which of its ranks are shown (overall, or inside the peer group looked at) is decided here.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

import pandas as pd

from dashboard import frame
from dashboard.captions import wording
from dashboard.formatting import DASH, MINUS, Number, count, day, missing, stepped
from dashboard.i18n import has, t
from dashboard.view import Style, View

IMPROVEMENT = "improvement"
# places at the end that are named and coloured
LAST = 3
# more names than this are counted, not listed
NAMED = 4


class Row(NamedTuple):
    """A place of a ranking. ``rank`` None: not ranked, ``reason`` says why. ``low``/``high``: the score's interval, None without."""

    code: str
    name: str
    rank: int | None
    tied: bool
    score: float | None
    low: float | None = None
    high: float | None = None
    change: int | None = None
    before: int | None = None
    overall: int | None = None
    small: bool = False
    numerator: float | None = None
    denominator: float | None = None
    band: tuple[int, int] | None = None
    base: str = ""
    reason: str = ""
    reason_text: str = ""
    signals: tuple[str, ...] = ()


def value(raw: object) -> float | None:
    """A number or None."""
    return None if missing(raw) else float(raw)  # type: ignore[arg-type]


def whole(raw: object) -> int | None:
    """A whole number or None."""
    return None if missing(raw) else int(raw)  # type: ignore[call-overload]


def yes(raw: object) -> bool:
    """A flag; a missing one is not set."""
    return not missing(raw) and bool(raw)


def word(raw: object) -> str:
    """A text; a missing one is empty."""
    return "" if missing(raw) else str(raw)


def optional(df: pd.DataFrame, *names: str) -> list[list]:
    """Columns as lists; one that the frame does not have is empty in every row."""
    present = set(map(str, df.columns))
    found = iter(frame.columns(df, *(name for name in names if name in present)))
    return [next(found) if name in present else [None] * len(df) for name in names]


def names(df: pd.DataFrame, view: View) -> list[str]:
    """The places' names; those that several places share carry the place above."""
    regions, parents, codes = optional(df, "region", "parent", "region_code")
    # a place has several rows where rows are its parts
    shared = {name for name, times in Counter(name for name, _ in set(zip(regions, codes, strict=True))).items() if times > 1}
    return [
        t("ranking.of_parent", view.lang, name=name, parent=parent) if name in shared and not missing(parent) and parent else str(name)
        for name, parent in zip(regions, parents, strict=True)
    ]


def printed(raw: Number | None, decimals: int, signed: bool = False) -> str:
    """A score as it is published: half to even, once; 100 only where it is 100, 0 only where it is 0. ``signed``: a difference
    of scores, which has no such bounds."""
    if missing(raw):
        return DASH
    step = 10**decimals
    steps, rest = stepped(raw, step)  # type: ignore[arg-type]
    if steps == 100 * step and rest < 0 and not signed:
        steps -= 1
    elif steps == 0 and rest and not signed:
        steps = 1 if rest > 0 else -1
    shown = f"{abs(steps) // step}" + (f".{abs(steps) % step:0{decimals}d}" if decimals else "")
    return (MINUS if steps < 0 else "+" if signed and steps > 0 else "") + shown


def decimals(df: pd.DataFrame) -> int:
    """Decimals that the scheme prints."""
    found = df.attrs.get("decimals")
    return 2 if missing(found) else int(found)  # type: ignore[arg-type]


def bare(raw: Number | None, df: pd.DataFrame, signed: bool = False) -> str:
    """``96.40`` or ``96.4%``: a score beside a bar."""
    text = printed(raw, decimals(df), signed)
    return text + "%" if df.attrs.get("unit") == "percent" and text != DASH else text


def score(raw: Number | None, df: pd.DataFrame, view: View, signed: bool = False) -> str:
    """``96.40分`` / ``96.40 points`` or ``96.4%``: a score in a sentence."""
    if signed and df.attrs.get("unit") == "percent":
        return distance(raw, df, view, signed)
    text = bare(raw, df, signed)
    return text if text == DASH or text.endswith("%") else t("ranking.points", view.lang, n=text)


def distance(raw: Number | None, df: pd.DataFrame, view: View, signed: bool = False) -> str:
    """How far two scores are apart, in a sentence: in points, of percentages in percentage points."""
    text = printed(raw, decimals(df), signed)
    if text == DASH or df.attrs.get("unit") != "percent":
        return text if text == DASH else t("ranking.points", view.lang, n=text)
    return t("format.points", view.lang, value=text)


def place(rank: int | None, tied: bool, view: View) -> str:
    """``第3``, ``并列第3``, ``—``: a rank in a sentence."""
    if rank is None:
        return DASH
    return t("ranking.place_tied" if tied else "ranking.place", view.lang, n=count(rank, view.lang))


def short(rank: int | None, tied: bool, view: View) -> str:
    """``3``, ``并列3`` / ``=3``, ``—``: a rank in a figure or a table."""
    if rank is None:
        return DASH
    return t("ranking.short_tied", view.lang, n=rank) if tied else str(rank)


def moved(name: str, first: int, last: int, view: View) -> str:
    """``海安市由第4升至第1``: a place's way from one rank to another."""
    word = "up" if last < first else "down" if last > first else "stays"
    return t(f"ranking.moved.{word}", view.lang, name=name, first=count(first, view.lang), last=count(last, view.lang))


def listed(found: Sequence[str], view: View) -> str:
    """Names in a row."""
    return t("caption.list", view.lang).join(found)


def in_group(df: pd.DataFrame) -> bool:
    """Whether ranks inside a peer group are shown."""
    return bool(df.attrs.get("group_name")) and "group_rank" in df.columns


def improving(df: pd.DataFrame) -> bool:
    """Whether the list is the one by improvement."""
    return df.attrs.get("by") == IMPROVEMENT


def rows(df: pd.DataFrame, view: View) -> list[Row]:
    """Every place, in the frame's order. In the list by improvement ``score`` and its interval are those of the gain."""
    return frame.once(df, ("rows", view.lang), lambda: _rows(df, view))


def _rows(df: pd.DataFrame, view: View) -> list[Row]:
    # column by column: a country's counties are thousands of rows
    cell = _cells(df)
    grouped = in_group(df)
    nothing = [None] * len(df)
    overall = cell["rank"]
    rank, tied = (cell["group_rank"], cell["group_tied"]) if grouped else (overall, cell["tied"])
    columns = (
        _words(cell["region_code"]),
        names(df, view),
        [None if a is None else b for a, b in zip(overall, rank, strict=True)] if grouped else rank,
        list(map(bool, tied)),
        cell["score"],
        cell["score_low"],
        cell["score_high"],
        nothing if grouped else cell["change"],
        nothing if grouped else cell["rank_before"],
        overall,
        list(map(bool, cell["small_base"])),
        cell["numerator"],
        cell["denominator"],
        [None if a is None or b is None else (a, b) for a, b in zip(cell["band_low"], cell["band_high"], strict=True)],
        _words(cell["base_indicator"]),
        _words(cell["reason"]),
        _words(cell["reason_text"]),
        [tuple(text.split(",")) if text else () for text in _words(cell["signals"])],
    )
    return list(map(Row._make, zip(*columns, strict=True)))


def _cells(df: pd.DataFrame) -> dict[str, list]:
    """The wanted columns as lists, None where a value is missing; a column that the frame does not have is None throughout."""
    bare_frame = pd.DataFrame(df, copy=False)
    out = {}
    for name in _WANTED:
        if name not in bare_frame:
            out[name] = [None] * len(df)
            continue
        column = bare_frame[name]
        lacking = column.isna().to_numpy().nonzero()[0].tolist()
        # whole numbers with gaps: their list is made without the gaps' own objects
        gaps = isinstance(column.dtype, pd.Int64Dtype)
        found: list = (column.fillna(0).to_numpy(dtype="int64") if gaps and lacking else column).tolist()
        for k in lacking:
            found[k] = None
        out[name] = found
    for name in _WHOLE:
        # a column of whole numbers with gaps may come as floats
        if any(isinstance(each, float) for each in out[name]):
            out[name] = [None if each is None else int(each) for each in out[name]]
    return out


_WHOLE = ("rank", "group_rank", "change", "rank_before", "band_low", "band_high")


def _words(raw: list) -> list[str]:
    return [each if type(each) is str else "" if each is None else str(each) for each in raw]


_WANTED = (
    "region_code", "rank", "tied", "group_rank", "group_tied", "score", "score_low", "score_high", "rank_before", "change", "small_base",
    "numerator", "denominator", "band_low", "band_high", "base_indicator", "reason", "reason_text", "signals",
)  # fmt: skip


def ranked(found: Iterable[Row]) -> list[Row]:
    """Those with a rank, best first."""
    return sorted((row for row in found if row.rank is not None), key=lambda row: row.rank)  # type: ignore[arg-type,return-value]


def last(found: Sequence[Row]) -> list[Row]:
    """The last three of ``ranked`` rows, best of them first; a tie is never cut in two, and where all are first nobody is last."""
    most = min(LAST, len(found) // 2)
    out: list[Row] = []
    for rank, tie in groupby(reversed(found), key=lambda row: row.rank):
        same = list(tie)
        if len(out) >= most or rank == found[0].rank or (out and len(out) + len(same) > 2 * LAST):
            break
        out += same
    return out[::-1]


def complete(df: pd.DataFrame, found: Sequence[Row]) -> bool:
    """Whether all that are ranked stand in the frame: the whole race, or a whole peer group."""
    number = whole(df.attrs.get("ranked"))
    return in_group(df) or number is None or number <= len(found)


def subtitle(df: pd.DataFrame, view: View, measure: str) -> str:
    """``what is shown · scheme · period · as of · locked or running``, with the simulated mark."""
    attrs, lang = df.attrs, view.lang
    parts = [] if view.style is Style.SCREEN and attrs.get("period_name") else [measure]
    if attrs.get("scheme_name") and view.style is not Style.SCREEN:
        parts.append(t("ranking.scheme", lang, scheme=attrs["scheme_name"], version=attrs.get("scheme_version") or DASH))
    if attrs.get("group_name"):
        parts.append(t("ranking.group", lang, group=attrs["group_name"]))
    if attrs.get("period_name"):
        parts.append(str(attrs["period_name"]))
    state = stand(df, view)
    if state:
        parts.append(state)
    return wording.subtitle(df, view, t("figure.dot", lang).join(filter(None, parts)))


def stand(df: pd.DataFrame, view: View) -> str:
    """``已锁定（第2版）``, ``进行中``, ``未锁定``; nothing where the frame does not say."""
    attrs, lang = df.attrs, view.lang
    if attrs.get("locked"):
        return t("ranking.locked", lang, n=attrs.get("edition") or 1)
    if attrs.get("running"):
        return t("ranking.running", lang)
    return t("ranking.open", lang) if "locked" in attrs else ""


def sentence(df: pd.DataFrame, view: View, parts: list[str]) -> str:
    """The caption: period, day, place and scheme, the clauses, where the result stands, the clock and the simulated mark."""
    attrs, lang = df.attrs, view.lang
    if attrs.get("absent"):
        what, asked = attrs["absent"]
        return wording.clauses([t(f"ranking.absent.{what}", lang, asked=asked)], view)
    text = opening(df, view) + wording.clauses([*parts, _stand_clause(df, view)], view)
    if attrs.get("known_at"):
        text += t("caption.known_at", lang, day=day(attrs["known_at"], lang, year=True))
    if attrs.get("simulated"):
        text += t("caption.simulated", lang)
    return text


def opening(df: pd.DataFrame, view: View) -> str:
    """``2022年第43周（…），截至2022年10月30日，江苏省按“…”（1版）：``"""
    attrs, lang = df.attrs, view.lang
    if not attrs.get("scheme_name"):
        return t("caption.opening", lang, as_of=wording.as_of(df, view), place=wording.place(df, view))
    scheme = t("ranking.scheme", lang, scheme=attrs["scheme_name"], version=attrs.get("scheme_version") or DASH)
    if not attrs.get("period_name") and not attrs.get("as_of"):
        return t("ranking.opening_scheme", lang, scheme=scheme)
    key, period = "ranking.opening" if attrs.get("region") else "ranking.opening_anywhere", attrs.get("period_name") or DASH
    return t(key, lang, period=period, as_of=wording.as_of(df, view), place=attrs.get("region"), scheme=scheme)


def beside(caption: str, df: pd.DataFrame, view: View) -> str:
    """A caption for a page whose head already says period, day, place and scheme: without its opening."""
    text = caption.removeprefix(opening(df, view))
    return text[:1].upper() + text[1:]


def _stand_clause(df: pd.DataFrame, view: View) -> str:
    attrs, lang = df.attrs, view.lang
    if attrs.get("locked"):
        key = "ranking.clause.locked_of" if (attrs.get("editions") or 1) > 1 else "ranking.clause.locked"
        at = attrs.get("locked_at")
        return t(key, lang, edition=attrs.get("edition") or 1, editions=attrs.get("editions") or 1, day=day(at, lang, year=True))
    if attrs.get("running"):
        return t("ranking.clause.running", lang)
    return t("ranking.clause.open", lang) if "locked" in attrs else ""


def taking_part(df: pd.DataFrame, found: Sequence[Row], view: View) -> str:
    """``参与排名92个，不参与3个（没有有效问题2个、缺项过多1个）``"""
    lang = view.lang
    number = sum(row.rank is not None for row in found)
    out = [row for row in found if row.rank is None]
    everybody = whole(df.attrs.get("ranked")) or 0
    if number < everybody and not in_group(df):
        # a part of the race: how many there are in all, and how many of them stand here
        return t("ranking.clause.part", lang, n=count(everybody, lang), here=count(number, lang))
    if not out:
        return t("ranking.clause.all_ranked", lang, n=count(number, lang))
    # a frame without the code has it in words
    why = Counter(reason(row.reason, view) if row.reason or not row.reason_text else row.reason_text for row in out)
    words = [t("ranking.clause.reason_count", lang, reason=said, n=count(n, lang)) for said, n in why.most_common()]
    return t("ranking.clause.ranked", lang, n=count(number, lang), out=count(len(out), lang), why=listed(words, view))


def reason(code: str, view: View) -> str:
    """Why a place is not ranked, in words."""
    key = f"ranking.reason.{code}"
    return t(key if code and has(key, view.lang) else "ranking.reason.other", view.lang)


def signal(code: str, view: View) -> str:
    """What a sign beside the rank says, in words."""
    key = f"ranking.signal.{code}"
    return t(key, view.lang) if has(key, view.lang) else code


def ties(found: Sequence[Row], view: View) -> str:
    """The rule of ties where there are any: ``3处并列：得分相同的并列，其后名次顺延``."""
    groups = len({row.rank for row in found if row.tied and row.rank is not None})
    return t("ranking.clause.ties", view.lang, n=count(groups, view.lang)) if groups else ""


def small(found: Sequence[Row], view: View) -> str:
    """How many places have a base too small to lean on."""
    number = sum(row.small for row in found if row.rank is not None)
    return t("ranking.clause.small", view.lang, n=count(number, view.lang)) if number else ""


def band(found: Sequence[Row], view: View) -> str:
    """The caution: the rank is exact, and how many neighbours cannot be told apart is a second reading."""
    widths = sorted(row.band[1] - row.band[0] + 1 for row in found if row.band and row.rank is not None)
    return t("ranking.clause.band", view.lang, n=count(widths[len(widths) // 2], view.lang)) if widths and widths[-1] > 1 else ""


def dormant(df: pd.DataFrame, view: View) -> str:
    """Indicators without any value, left out for everybody alike."""
    found = [str(name) for name in df.attrs.get("dormant") or ()]
    if not found:
        return ""
    quoted = [t("ranking.quoted", view.lang, name=name) for name in found]
    return t("ranking.clause.dormant", view.lang, n=len(found), names=listed(quoted, view))


def cautions(df: pd.DataFrame, found: Sequence[Row], view: View) -> list[str]:
    """Everything that is said of every list of ranks."""
    return [ties(found, view), small(found, view), band(found, view), dormant(df, view)]


def saturation(df: pd.DataFrame, view: View, kind: str) -> str:
    """Where order means nothing: how many share the best score, and the measures that still tell places apart. ``kind``: title, clause."""
    number = whole(df.attrs.get("saturated")) or 0
    if not number:
        return ""
    apart = [str(each["name"]) for each in (df.attrs.get("separators") or ())[:LAST]]
    key = f"ranking.saturated.{kind}" if apart else f"ranking.saturated.{kind}_none"
    return t(key, view.lang, n=count(number, view.lang), measures=listed(apart, view))
