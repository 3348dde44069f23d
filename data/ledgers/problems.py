"""What can be wrong with a ledger, said so that a clerk can put it right. Words live in messages.json."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ERROR, WARNING = "error", "warning"
#: of one kind of fault so many are kept row by row; the rest are counted
KEPT = 5_000


@cache
def _catalogue() -> dict[str, dict[str, dict[str, str]]]:
    return json.loads((Path(__file__).parent / "messages.json").read_text(encoding="utf-8"))


def _said(code: str, params: dict[str, object], lang: str, part: str) -> str:
    entry = _catalogue()[code]
    template = entry.get(lang, entry["zh-CN"])[part]
    return template.format_map(_Shown(params))


class _Shown(dict[str, object]):
    """Parameters as a message shows them; one that is missing is shown empty rather than raised."""

    def __missing__(self, key: str) -> str:
        return ""


class LedgerError(Exception):
    """The file as a whole, or the request, cannot be taken: ``code`` names the message, ``params`` fill it in."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
        self.preview: object = None

    def text(self, lang: str = "zh-CN") -> str:
        """Reason and remedy."""
        return f"{_said(self.code, self.params, lang, 'reason')} {_said(self.code, self.params, lang, 'remedy')}".strip()

    def __str__(self) -> str:
        return self.text("en")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where (sheet, spreadsheet row, header), the value found, the message code and how bad it is.

    ``row`` is None for a fault of a whole column or sheet. ``severity``: ``error`` = the row is refused,
    ``warning`` = it is taken all the same.
    """

    sheet: str
    row: int | None
    column: str
    value: str
    code: str
    severity: str
    params: dict[str, object] = field(default_factory=dict)

    def _params(self) -> dict[str, object]:
        return {"sheet": self.sheet, "row": self.row, "column": self.column, "value": self.value, **self.params}

    def reason(self, lang: str = "zh-CN") -> str:
        return _said(self.code, self._params(), lang, "reason")

    def remedy(self, lang: str = "zh-CN") -> str:
        return _said(self.code, self._params(), lang, "remedy")

    def text(self, lang: str = "zh-CN") -> str:
        """Reason and remedy in one line, without the place."""
        return f"{self.reason(lang)} {self.remedy(lang)}".strip()

    def as_dict(self, lang: str = "zh-CN") -> dict[str, object]:
        """The fault as pages and reports show it."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "code": self.code,
            "severity": self.severity,
            "reason": self.reason(lang),
            "remedy": self.remedy(lang),
        }


class Problems:
    """The faults of one file, in the order found; beyond KEPT of one code only the count goes on."""

    def __init__(self) -> None:
        self.kept: list[Problem] = []
        self.counts: Counter[str] = Counter()
        self.severity: dict[str, str] = {}

    def add(self, sheet: str, row: int | None, column: str, value: object, code: str, severity: str, **params: object) -> None:
        self.counts[code] += 1
        self.severity[code] = severity
        if self.counts[code] <= KEPT:
            self.kept.append(Problem(sheet, row, column, shown(value), code, severity, params))

    def sorted(self) -> list[Problem]:
        """Faults of whole columns first, then by sheet and row."""
        sheets: dict[str, int] = {}
        for problem in self.kept:
            sheets.setdefault(problem.sheet, len(sheets))
        return sorted(self.kept, key=lambda p: (p.row is not None, sheets[p.sheet], p.row or 0))

    def extend(self, others: Iterable[Problem]) -> None:
        for p in others:
            self.add(p.sheet, p.row, p.column, p.value, p.code, p.severity, **p.params)


def shown(value: object, limit: int = 80) -> str:
    """A value as a report shows it: one line, cut with an ellipsis."""
    if value is None:
        return ""
    text = str(value) if not isinstance(value, float) or not value.is_integer() else str(int(value))
    text = " ".join(text.replace("\x00", "").split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
