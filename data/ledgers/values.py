"""Cells to values: text, dates in every order and script, counts with bounds, money, coordinates.

Each function takes one distinct value; callers run them over distinct values only. Words are in values.json.
"""

import json
import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

FIRST_YEAR, LAST_YEAR = 1990, 2099
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_EXCEL_EPOCH = datetime(1899, 12, 30)
_SPACE = re.compile(r"\s+")


@cache
def words() -> dict[str, Any]:
    return json.loads((Path(__file__).parent / "values.json").read_text(encoding="utf-8"))


@cache
def _blank() -> frozenset[str]:
    return frozenset(words()["blank"])


def text(value: object) -> str:
    """A cell as text: numbers without a needless .0, days as 2022-08-05, control characters gone, ends trimmed."""
    if isinstance(value, str):
        out = value
    elif isinstance(value, float):
        out = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    elif isinstance(value, datetime):
        out = value.isoformat(sep=" ") if (value.hour or value.minute or value.second) else value.date().isoformat()
    elif isinstance(value, date):
        out = value.isoformat()
    else:
        out = "" if value is None else str(value)
    if not out.isprintable():
        out = _CONTROL.sub("", out)
        # half a character cannot be stored
        out = out.encode("utf-8", "replace").decode("utf-8")
    return out.strip()


def has_control(value: object) -> bool:
    return isinstance(value, str) and not value.isprintable() and _CONTROL.search(value) is not None


def folded(value: object) -> str:
    """Text for comparing: full-width forms made plain, no blanks, lower case."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text(value))).lower()


def plain(value: object) -> str:
    """Text for showing and keys: full-width digits and letters made plain, inner blanks single."""
    out = text(value)
    if not out.isascii():
        out = unicodedata.normalize("NFKC", out)
    return _SPACE.sub(" ", out).strip()


def is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and folded(value) in _blank())


def yes_no(value: object) -> bool | None:
    """True, False, or None when the cell says neither."""
    word = folded(value)
    if word in words()["yes"]:
        return True
    return False if word in words()["no"] else None


# ----------------------------------------------------------------------------- dates


@dataclass(frozen=True, slots=True)
class Day:
    """A cell read as a day. ``problem`` is a message code; with ``day`` it is only a warning.
    ``word``: ``long_term``, ``at_once``, ``yes`` or ``no`` when the cell holds that instead of a day."""

    day: date | None = None
    problem: str | None = None
    word: str | None = None


_NONE = Day()


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    d = words()["date"]
    y, m, dd = d["year"], d["month"], d["day"]
    tail = f"(?:{d['before']})?"
    months = "|".join(sorted(map(re.escape, d["months"]), key=len, reverse=True))
    return {
        "ymd_text": re.compile(rf"(\d{{4}}|\d{{2}}){y}(\d{{1,2}}){m}(\d{{1,2}}){dd}?{tail}"),
        "ym_text": re.compile(rf"(\d{{4}}){y}(\d{{1,2}}){m}(?:{d['month_end']}|{tail})"),
        "y_text": re.compile(rf"(\d{{4}}){y}?(?:{d['year_end']}|{y}{tail})"),
        "md_text": re.compile(rf"(\d{{1,2}}){m}(\d{{1,2}}){dd}?{tail}"),
        "m_text": re.compile(rf"(\d{{1,2}}){m}(?:{d['month_end']}|{tail})"),
        "ymd": re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}})\.?{tail}"),
        "abc": re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})\.?"),
        "ym": re.compile(r"(\d{4})[-/.](\d{1,2})"),
        "md": re.compile(r"(\d{1,2})[-/.](\d{1,2})\.?"),
        "compact": re.compile(r"(\d{4})(\d{2})(\d{2})"),
        "d_name": re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th|\.)?[-/,.]?({months})[-/,.]*(\d{{4}}|\d{{2}})?"),
        "name_d": re.compile(rf"({months})[-/,.]*(\d{{1,2}})(?:st|nd|rd|th)?[-/,.]*(\d{{4}})?"),
        "time": re.compile(
            r"(?:(?<=\d)[tT\s]|(?<=\D)\s*|\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[ap]m|z|[+-]\d\d:?\d\d)?$", re.IGNORECASE
        ),
    }


def _made(year: int, month: int, day: int, problem: str | None = None) -> Day:
    try:
        made = date(year, month, day)
    except ValueError:
        return Day(problem="date_unreadable")
    if not FIRST_YEAR <= made.year <= LAST_YEAR:
        return Day(problem="date_out_of_range")
    return Day(made, problem)


def _full_year(text_: str) -> int:
    return int(text_) if len(text_) == 4 else 2000 + int(text_)


def _by_order(a: str, b: str, c: str, order: str | None) -> Day:
    """Three numbers of which the last may be a year: by the profile's order, else only when one reading is possible."""
    x, y, z = int(a), int(b), _full_year(c)
    if order == "dmy":
        return _made(z, y, x)
    if order == "mdy":
        return _made(z, x, y)
    if order == "ymd" and len(c) == 2:
        return _made(2000 + x, y, int(c))
    readings = {d.day for d in (_made(z, y, x), _made(z, x, y)) if d.day}
    if len(c) == 2:
        readings |= {d.day for d in (_made(2000 + x, y, int(c)),) if d.day}
    if len(readings) == 1:
        return Day(readings.pop())
    return Day(problem="date_ambiguous" if readings else "date_unreadable")


def _serial(number: float) -> Day:
    if 19_900_101 <= number <= 20_991_231 and number == int(number):
        n = int(number)
        return _made(n // 10000, n // 100 % 100, n % 100)
    if 20_000 <= number < 80_000:
        made = (_EXCEL_EPOCH + timedelta(days=number)).date()
        return _made(made.year, made.month, made.day)
    return Day(problem="date_out_of_range" if 0 <= number < 20_000 else "date_unreadable")


def day(value: object, order: str | None = None, year: int | None = None) -> Day:
    """Read a day. ``order``: ymd, dmy or mdy for numbers whose order cannot be seen; ``year``: for days without one."""
    if isinstance(value, datetime):
        return _made(value.year, value.month, value.day)
    if isinstance(value, date):
        return _made(value.year, value.month, value.day)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _serial(float(value)) if value else _NONE
    raw = plain(value)
    if is_blank(raw):
        return _NONE
    d = words()["date"]
    low = raw.lower()
    if low in d["long_term"]:
        return Day(word="long_term")
    if low in d["at_once"]:
        return Day(word="at_once")
    p = _patterns()
    low = _SPACE.sub("", p["time"].sub("", low))
    if m := p["ymd"].fullmatch(low) or p["ymd_text"].fullmatch(low) or p["compact"].fullmatch(low):
        return _made(_full_year(m[1]), int(m[2]), int(m[3]))
    if m := p["ym_text"].fullmatch(low) or p["ym"].fullmatch(low):
        y, month = int(m[1]), int(m[2])
        return _made(y, month, monthrange(y, month)[1] if 1 <= month <= 12 and y else 1, "date_month_only")
    if m := p["y_text"].fullmatch(low):
        return _made(int(m[1]), 12, 31, "date_month_only")
    if m := p["md_text"].fullmatch(low):
        return _made(year, int(m[1]), int(m[2])) if year else Day(problem="date_year_missing")
    if m := p["m_text"].fullmatch(low):
        if not year:
            return Day(problem="date_year_missing")
        return _made(year, int(m[1]), monthrange(year, int(m[1]))[1] if 1 <= int(m[1]) <= 12 else 0, "date_month_only")
    if m := p["abc"].fullmatch(low):
        return _by_order(m[1], m[2], m[3], order)
    if m := p["d_name"].fullmatch(low):
        said_year = _full_year(m[3]) if m[3] else year
        return _made(said_year, d["months"][m[2]], int(m[1])) if said_year else Day(problem="date_year_missing")
    if m := p["name_d"].fullmatch(low):
        said_year = int(m[3]) if m[3] else year
        return _made(said_year, d["months"][m[1]], int(m[2])) if said_year else Day(problem="date_year_missing")
    if (m := p["md"].fullmatch(low)) and 1 <= int(m[1]) <= 12 and 1 <= int(m[2]) <= 31 and "." not in low:
        return _made(year, int(m[1]), int(m[2])) if year else Day(problem="date_year_missing")
    if re.fullmatch(r"\d{5}(?:\.\d+)?", low):
        return _serial(float(low))
    said = yes_no(raw)
    if said is not None:
        return Day(word="yes" if said else "no")
    return Day(problem="date_unreadable")


# ----------------------------------------------------------------------------- numbers


def chinese_number(text_: str) -> float | None:
    """A number in Chinese numerals or digits with their big units (and k, million); None when it is none."""
    c = words()["count"]
    # two signs for zero stand first
    digits = {ch: max(0, i - 1) for i, ch in enumerate(c["digits"])} | c["also"] | {str(i): i for i in range(10)}
    big = c["big"]
    low = text_.lower().replace(",", "")
    for unit in sorted(big, key=len, reverse=True):
        if unit in low:
            head, _, rest = low.partition(unit)
            first = chinese_number(head) if head else None
            after = chinese_number(rest) if rest else 0.0
            return None if first is None or after is None else first * big[unit] + after
    if re.fullmatch(r"\d+(?:\.\d+)?", low):
        return float(low)
    total = 0.0
    current: float | None = None
    for ch in low:
        if ch in digits:
            current = digits[ch] if current is None else current * 10 + digits[ch]
        elif ch in c["units"]:
            total += (1 if current is None else current) * c["units"][ch]
            current = None
        else:
            return None
    return total + (current or 0) if low else None


def count(value: object) -> int | dict[str, object] | None:
    """A whole number when the cell states one exactly; else its bounds ``{"low", "high", "text"}`` (None = open);
    None when there is no number. A figure with "more than" is a lower bound and never equal to it."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return int(value) if float(value).is_integer() else None
    raw = plain(value)
    if is_blank(raw):
        return None
    c = words()["count"]
    low = raw.replace(" ", "").lower()
    bare = low
    marks = {"at_least": False, "at_most": False, "about": False}
    for kind in ("at_most", "at_least", "about"):
        for word in sorted(c[kind], key=len, reverse=True):
            key = word.replace(" ", "")
            if key in bare:
                marks[kind] = True
                bare = bare.replace(key, "")
    for word in sorted(c["counters"], key=len, reverse=True):
        if bare.endswith(word):
            bare = bare[: -len(word)]
            break
    number = chinese_number(bare)
    if number is None:
        return None
    if marks["at_least"]:
        return {"low": number, "high": None, "text": raw}
    if marks["at_most"]:
        return {"low": None, "high": number, "text": raw}
    if marks["about"]:
        return {"low": None, "high": None, "about": number, "text": raw}
    return int(number) if float(number).is_integer() else {"low": number, "high": number, "text": raw}


def money(value: object, unit: str | None) -> float | None:
    """An amount in 10,000 yuan; ``unit`` is the header's (the cell's own wins). None when it is no number."""
    rates = words()["money"]
    if isinstance(value, (int, float)):
        return float(value) * rates.get(unit or "", 1)
    raw = plain(value).replace(",", "").replace(" ", "").replace("\uffe5", "").replace("\u00a5", "")
    m = re.fullmatch(r"(\d+(?:\.\d+)?)(\D*)", raw)
    if not m or (m[2] and m[2] not in rates):
        return None
    return float(m[1]) * rates.get(m[2] or unit or "", 1)


_DMS = re.compile(r"(\d{1,3})[\u00b0\u5ea6](?:(\d{1,2})[\u2032'\u5206])?(?:(\d{1,2}(?:\.\d+)?)(?:\u2033|\u2032\u2032|\"|''|\u79d2))?")


def coordinate(value: object, low: float, high: float) -> float | None:
    """Decimal degrees within bounds, from a number, text or degrees-minutes-seconds; else None."""
    raw = plain(value).upper().strip("NESW ")
    try:
        number = float(raw)
    except ValueError:
        m = _DMS.fullmatch(raw.replace(" ", ""))
        if not m:
            return None
        number = int(m[1]) + int(m[2] or 0) / 60 + float(m[3] or 0) / 3600
    return number if low <= number <= high and number == number else None


def round_number(value: object) -> int | None:
    """1 from "1", "Round 1" and their Chinese forms; None when no number is in it."""
    r = words()["rounds"]
    low = folded(value)
    for word in r["english"]:
        low = low.removeprefix(word)
    for word in r["before"]:
        low = low.removeprefix(word)
    for word in sorted(r["after"], key=len, reverse=True):
        if low.endswith(word):
            low = low[: -len(word)]
            break
    number = chinese_number(low) if low else None
    return int(number) if number is not None and 0 < number < 1000 and number == int(number) else None


def split_list(value: str) -> list[str]:
    """Names in one cell, separated by commas, enumeration commas, semicolons, slashes or line ends."""
    return [part for part in (p.strip() for p in re.split(words()["separators"], value)) if part]


@cache
def _meanings(group: str) -> dict[str, str]:
    return {folded(word): meaning for meaning, spelled in words()[group].items() for word in spelled}


def meaning(group: str, value: object) -> str | None:
    """What a word of a group (verification, verdict, disposal, kinds) means, or None."""
    return _meanings(group).get(folded(value))
