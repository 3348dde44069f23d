"""Numbers and days as text. Rounding is half to even from the raw ratio (GB/T 8170), in exact arithmetic."""

import math
from datetime import date, datetime
from fractions import Fraction

from pandas import NA

from dashboard.i18n import t

DASH = "—"
MINUS = "\u2212"

Number = int | float | Fraction


def missing(value: object) -> bool:
    """True for None, NaN, NaT and the missing value of pandas' own types."""
    return value is None or value is NA or value != value


def exact(value: Number) -> Fraction:
    """The number as a fraction; a float is taken at its twelve-decimal value, so that 0.1 + 0.2 is 3/10."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, int):
        return Fraction(value)
    number = float(value)
    return Fraction(int(number)) if number.is_integer() else Fraction(f"{number:.12f}")


# a float counts to its twelfth decimal
_FINE = 10**12


def stepped(value: Number, step: int) -> tuple[int, int]:
    """How many ``1/step`` the number is, half to even from its exact value, and on which side of that it lies (-1, 0, 1)."""
    if isinstance(value, float):
        # as ``exact``, in whole numbers: a table of scores asks for thousands of these
        size, unit = int(f"{value:.12f}".replace(".", "")) * step, _FINE
    else:
        whole = exact(value)
        size, unit = whole.numerator * step, whole.denominator
    steps, rest = divmod(size, unit)
    steps += 2 * rest > unit or (2 * rest == unit and steps % 2)
    over = size - steps * unit
    return steps, (over > 0) - (over < 0)


def ratio(numerator: Number | None, denominator: Number | None) -> Fraction | None:
    """n/d, or None over an empty set."""
    if missing(numerator) or missing(denominator) or not denominator:
        return None
    return exact(numerator) / exact(denominator)  # type: ignore[arg-type]


def percent(numerator: Number | None, denominator: Number | None, lang: str = "zh-CN") -> str:
    """``75.0%``; ``—`` over an empty set; 100.0% only when n = d, 0.0% only when n = 0."""
    if type(numerator) is int and type(denominator) is int and denominator > 0 and 0 <= numerator <= denominator:
        # the usual case, in whole numbers: a heat table asks for hundreds of these
        tenths, rest = divmod(numerator * 1000, denominator)
        tenths += 2 * rest > denominator or (2 * rest == denominator and tenths % 2)
        tenths = min(max(tenths, 1 if numerator else 0), 1000 if numerator == denominator else 999)
        return f"{tenths // 10}.{tenths % 10}%"
    share = ratio(numerator, denominator)
    if share is None:
        return DASH
    tenths = round(share * 1000)
    if tenths == 1000 and share != 1:
        tenths = 999 if share < 1 else 1001
    elif tenths == 0 and share != 0:
        tenths = 1
    return f"{tenths // 10}.{tenths % 10}%"


def points(difference: Number | None, lang: str = "zh-CN", signed: bool = True) -> str:
    """A difference of two ratios (0-1) in percentage points: ``+2.3个百分点``, ``−0.4 pp``."""
    if missing(difference):
        return DASH
    tenths = round(exact(difference) * 1000)  # type: ignore[arg-type]
    sign = MINUS if tenths < 0 else "+" if tenths > 0 and signed else ""
    if not signed:
        sign = ""
    size = abs(tenths)
    return t("format.points", lang, value=f"{sign}{size // 10}.{size % 10}")


def count(number: Number | None, lang: str = "zh-CN", signed: bool = False) -> str:
    """An exact count: ``12117`` and ``1,234,567`` in Chinese, ``12,117`` in English; shared items keep one decimal."""
    if missing(number):
        return DASH
    if type(number) is int and number >= 0 and not signed:
        return f"{number:,}" if lang != "zh-CN" or number >= 100_000 else str(number)
    value = exact(number)  # type: ignore[arg-type]
    tenths = round(value * 10)
    size = abs(tenths)
    whole = size // 10
    text = f"{whole:,}" if lang != "zh-CN" or whole >= 100_000 else str(whole)
    if size % 10:
        text += f".{size % 10}"
    return (MINUS if tenths < 0 else "+" if signed and tenths > 0 else "") + text


def short_count(number: Number | None, lang: str = "zh-CN") -> str:
    """A rounded count for axes: ``1.2万``, ``3.4亿``; ``12k``, ``3.4M``. Below 10,000 it is exact."""
    if missing(number):
        return DASH
    value = exact(number)  # type: ignore[arg-type]
    steps = ((10**8, "format.yi"), (10**4, "format.wan")) if lang == "zh-CN" else ((10**6, "format.million"), (10**4, "format.thousand"))
    for size, key in steps:
        if abs(value) >= size:
            unit = 1000 if key == "format.thousand" else size
            tenths = round(value * 10 / unit)
            text = f"{tenths / 10:.1f}".removesuffix(".0")
            return t(key, lang, value=text)
    return count(value, lang)


def of(numerator: Number | None, denominator: Number | None, lang: str = "zh-CN") -> str:
    """``24/32``: the two numbers behind a rate."""
    return f"{count(numerator, lang)}/{count(denominator, lang)}"


def day(value: date | str | None, lang: str = "zh-CN", year: bool = False) -> str:
    """``8月15日`` / ``15 Aug``; with ``year`` ``2022年8月15日`` / ``15 Aug 2022``. Takes dates, timestamps, ISO text."""
    if missing(value) or value == "":
        return DASH
    when = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    month = t(f"format.month.{when.month}", lang)  # type: ignore[union-attr]
    key = "format.day_year" if year else "format.day"
    return t(key, lang, year=when.year, month=month, day=when.day)  # type: ignore[union-attr]


def moment(value: datetime | str | None, lang: str = "zh-CN") -> str:
    """A civil time: ``2022年8月15日 09:30`` / ``15 Aug 2022 09:30``; midnight and 24:00 show the day alone."""
    if missing(value) or value == "":
        return DASH
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    text = day(when, lang, year=True)
    clock = when.strftime("%H:%M")  # type: ignore[union-attr]
    return text if clock in ("00:00", "23:59") else f"{text} {clock}"


def days(number: Number | None, lang: str = "zh-CN") -> str:
    """A length of time: ``12天`` / ``12 days``."""
    if missing(number):
        return DASH
    return t("format.days", lang, n=count(number, lang))


def number(value: object) -> float | int | None:
    """A JSON number or None: NaN and infinities become None, whole floats integers."""
    if value is None or isinstance(value, bool):
        return None if value is None else int(value)
    size = float(value)  # type: ignore[arg-type]
    if not math.isfinite(size):
        return None
    return int(size) if size.is_integer() else size
