"""The sheet that holds a chart's rows.

XlsxWriter makes an object of every cell and asks it three times what it is; of a thousand rows that is most of the time a workbook takes.
Rows have five sorts of cells and a style a column, so they are said in XML as they come. Everything else of the sheet (its head, filter,
widths, print settings), its styles and its texts stay the library's.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from dashboard.exports.kinds import FIGURE
from dashboard.exports.table import Cell, text_of

# what a cell can hold, in units of UTF-16
LONGEST = 32_767
# kinds of columns whose numbers have a style of their own
_STYLED = ("score", "change")


class DataSheet(Worksheet):
    """A worksheet whose head is written as in any other, and whose rows below it are ``put``."""

    def __init__(self) -> None:
        super().__init__()
        self._put: list[str] = []

    def put(self, rows: Iterable[Sequence[Cell]], kinds: Sequence[str], formats: Mapping[str, Format]) -> None:
        """Write rows below the head; ``kinds`` says what each column holds (dashboard/exports/kinds.py). Null is no cell."""
        letters = [xl_col_to_name(k) for k in range(len(kinds))]
        style = {name: each._get_xf_index() for name, each in formats.items()}
        plain = [style[kind] if kind in _STYLED or kind.startswith(FIGURE) else style["plain"] for kind in kinds]
        rates = [kind == "rate" for kind in kinds]
        text = self.str_table._get_shared_string_index
        r = 1
        for r, row in enumerate(rows, 2):
            said = [f'<row r="{r}">']
            for k, value in enumerate(row):
                if isinstance(value, str):
                    said.append(f'<c r="{letters[k]}{r}" s="{style["plain"]}" t="s"><v>{text(fit(value))}</v></c>')
                elif isinstance(value, bool):
                    said.append(f'<c r="{letters[k]}{r}" s="{style["plain"]}" t="b"><v>{int(value)}</v></c>')
                elif isinstance(value, date):
                    said.append(f'<c r="{letters[k]}{r}" s="{style["day"]}"><v>{self._convert_date_time(value):.16G}</v></c>')
                elif value is not None and value - value == 0:
                    used = style["rate" if _shows(value) else "near"] if rates[k] else plain[k]
                    said.append(f'<c r="{letters[k]}{r}" s="{used}"><v>{value:.16G}</v></c>')
            said.append("</row>")
            self._put.append("".join(said))
        if kinds:
            self._check_dimensions(r - 1, len(kinds) - 1)

    def _write_rows(self) -> None:
        super()._write_rows()
        self.fh.writelines(self._put)


def _shows(share: float) -> bool:
    """Whether a share printed with one decimal says what it is: 100.0% only where it is all, 0.0% only where it is nothing."""
    return 0.0005 <= share < 0.9995 or share in (0, 1) or share > 1


def fit(text: str) -> str:
    """Text that a cell can hold; what is cut ends in an ellipsis."""
    text = text_of(text)
    if 2 * len(text) <= LONGEST or len(text.encode("utf-16-le")) <= 2 * LONGEST:
        return text
    return text.encode("utf-16-le")[: 2 * (LONGEST - 1)].decode("utf-16-le", "ignore") + "…"
