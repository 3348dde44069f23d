"""Degrees out of text, however they are written: decimal, degrees-minutes-seconds with signs, hyphens, blanks or words, full width."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from data.places.headers import words

LON, LAT = "lon", "lat"
_NUMBER = r"\d+(?:\.\d+)?"
_SIGNED = re.compile(rf"[+-]?{_NUMBER}|[+-]?\.\d+")
_MARKED = re.compile(rf"(\d+(?:\.\d+)?)\u00b0\s*(?:({_NUMBER})')?\s*(?:({_NUMBER})\"?)?")
_LOOSE = re.compile(rf"(\d+)[\s:-]+({_NUMBER})(?:[\s:-]+({_NUMBER}))?")
_COMMA = re.compile(r"[+-]?\d{1,3},\d+")
_SPLIT = re.compile(r"[,;/|\u3001]+")
_ONE = re.compile(rf"[+-]?\d+(?:\.\d+)?\u00b0\s*(?:{_NUMBER}')?\s*(?:{_NUMBER}\"?)?")


@dataclass(frozen=True, slots=True)
class Angle:
    """A number of degrees; ``axis`` when the text says which one it is. ``problem``: ``minutes`` or ``seconds`` of 60 and more."""

    value: float
    axis: str | None = None
    problem: str | None = None


@cache
def _signs() -> dict[str, str]:
    a = words()["angle"]
    return {sign: plain for kind, plain in (("degree", "\u00b0"), ("minute", "'"), ("second", '"')) for sign in a[kind]}


@cache
def _letters() -> list[tuple[str, str]]:
    a = words()["angle"]
    letters = {"east": "E", "west": "W", "north": "N", "south": "S"}
    return [(word, letter) for name, letter in letters.items() for word in a[name] if not word.isascii()]


@cache
def _axes() -> "re.Pattern[str]":
    a = words()["angle"]
    named = sorted(((w, d) for d in ("east", "west", "north", "south") for w in a[d]), key=lambda each: -len(each[0]))
    return re.compile("|".join(re.escape(w) for w, _ in named))


@cache
def _direction(word: str) -> tuple[str, int]:
    a = words()["angle"]
    for name, axis, sign in (("east", LON, 1), ("west", LON, -1), ("north", LAT, 1), ("south", LAT, -1)):
        if word in a[name]:
            return axis, sign
    raise KeyError(word)


def plain(text: str) -> str:
    """One form of every sign and width: degrees, minutes and seconds as ``\u00b0 ' "``, letters large, blanks single."""
    out = text.strip()
    if out.isascii() and "`" not in out and "''" not in out:
        return " ".join(out.upper().split())
    # before the sign for degrees, which is part of some of these words
    for word, letter in _letters():
        out = out.replace(word, letter)
    signs = _signs()
    out = "".join(signs.get(c, c) for c in out)
    out = "".join(signs.get(c, c) for c in unicodedata.normalize("NFKC", out)).replace("''", '"')
    out = out.replace("\u2212", "-").replace("\u2013", "-").replace("\u2014", "-")
    return " ".join(out.upper().split())


def angle(text: str) -> Angle | None:
    """One coordinate; None when the text is none."""
    said = plain(text)
    axis, sign = None, 1
    found = list(_axes().finditer(said))
    if len(found) > 1:
        return None
    if found:
        axis, sign = _direction(found[0].group())
        said = (said[: found[0].start()] + " " + said[found[0].end() :]).strip(" :=,")
    if said[:1] in "+-" and said:
        sign *= -1 if said[0] == "-" else 1
        said = said[1:].strip()
    if _SIGNED.fullmatch(said):
        return Angle(sign * float(said), axis)
    if _COMMA.fullmatch(said):
        return Angle(sign * float(said.replace(",", ".")), axis)
    m = _MARKED.fullmatch(said) or _LOOSE.fullmatch(said)
    if m is None:
        return None
    return _of_parts(m[1], m[2], m[3], sign, axis)


def _of_parts(degrees: str, minutes: str | None, seconds: str | None, sign: int, axis: str | None) -> Angle | None:
    if ("." in degrees and (minutes or seconds)) or (minutes and "." in minutes and seconds):
        return None
    m, s = float(minutes or 0), float(seconds or 0)
    value = sign * (float(degrees) + m / 60 + s / 3600)
    return Angle(value, axis, "minutes" if m >= 60 else "seconds" if s >= 60 else None)


def of_columns(degrees: str, minutes: str, seconds: str) -> Angle | None:
    """One coordinate out of three cells; None when the degrees are none."""
    if not minutes.strip() and not seconds.strip():
        return angle(degrees)
    numbers = []
    for cell in (degrees, minutes or "0", seconds or "0"):
        said = plain(cell).strip("\u00b0'\" ") or "0"
        if not _SIGNED.fullmatch(said):
            return None
        numbers.append(said)
    sign = -1 if numbers[0].startswith("-") else 1
    return _of_parts(numbers[0].lstrip("+-").removesuffix(".0"), numbers[1].removesuffix(".0"), numbers[2], sign, None)


def pair(text: str) -> tuple[Angle, Angle] | None:
    """Longitude and latitude out of one text; without words for the axes the longitude stands first. None when it is no such pair."""
    said = plain(text).strip("()[]")
    parts = _halves(said)
    if parts is None:
        return None
    a, b = angle(parts[0]), angle(parts[1])
    if a is None or b is None:
        return None
    if a.axis == LAT or b.axis == LON:
        a, b = b, a
    if a.axis == LAT or b.axis == LON:
        return None
    return a, b


def _halves(said: str) -> tuple[str, str] | None:
    marks = list(_axes().finditer(said))
    if len(marks) == 2:
        before = said[: marks[0].start()].strip(" ,;")
        cut = marks[1].start() if not before else marks[0].end()
        return said[:cut].strip(" ,;/|\u3001"), said[cut:].strip(" ,;/|\u3001")
    parts = [p.strip() for p in _SPLIT.split(said) if p.strip()]
    if len(parts) == 2:
        return parts[0], parts[1]
    if len(parts) != 1:
        return None
    whole = _ONE.findall(said)
    if len(whole) == 2:
        return whole[0], whole[1]
    blanks = said.split(" ")
    if len(blanks) == 2:
        return blanks[0], blanks[1]
    if len(blanks) == 6:
        return " ".join(blanks[:3]), " ".join(blanks[3:])
    return None
