"""Classes of water as a reader meets them: their names, numerals and colours."""

from datetime import date

from dashboard import theme
from dashboard.formatting import missing
from dashboard.i18n import t
from dashboard.view import View

GRADES = ("I", "II", "III", "IV", "V", "inferior")


def rank(grade: object) -> int | None:
    """0 for the best class, 5 for worse than V; None where there is none."""
    return GRADES.index(str(grade)) if not missing(grade) and grade in GRADES else None


def grade(code: object, lang: str) -> str:
    """``Ⅲ类`` / ``Class III``; a dash where there is none."""
    return t(f"river.grade.{code}", lang) if rank(code) is not None else t("river.grade.none", lang)


def numeral(code: object, lang: str) -> str:
    """``Ⅲ`` / ``III``, ``劣Ⅴ`` / ``>V``; "" where there is none."""
    return t(f"river.numeral.{code}", lang) if rank(code) is not None else ""


def colour(code: object, view: View) -> str:
    """The colour of a class; that of a rule where there is none."""
    found = rank(code)
    return theme.token("rule", view) if found is None else theme.token(f"map-grade-{found + 1}", view)


def month(value: object, lang: str) -> str:
    """``2022年11月`` / ``Nov 2022``."""
    if not isinstance(value, date):
        return t("river.grade.none", lang)
    return t("river.month", lang, year=value.year, month=t(f"format.month.{value.month}", lang))


def indicators(codes: object, lang: str) -> str:
    """Indicators over the target: ``TP、NH3N``; "" for none."""
    return "" if missing(codes) or not codes else t("format.join", lang).join(str(codes).split(","))
