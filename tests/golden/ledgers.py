"""Ledgers as an office would have kept them behind the published counts of figures.csv, and where each row lies.

The reports give totals; a ledger needs rows. Every published count becomes that many rows with the source's own status word. Where the
report names no place below the province the rows stay with the province. One split is our own: the outfalls of the Fen river go round
山西's eleven cities in turn (row k to city k mod 11), first those not rectified, then the others, because the split by city was not
published; only the total is checked against the report.
"""

import csv
import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import xlsxwriter

HERE = Path(__file__).parent
SHANXI = ("太原市", "大同市", "阳泉市", "长治市", "晋城市", "朔州市", "晋中市", "运城市", "忻州市", "临汾市", "吕梁市")
# the words of each kind's ledger: number, what it is, its state, what else is said of it
HEADERS = {
    "task": ("任务编号", "整改任务", "整改情况", None),
    "case": ("受理编号", "举报内容", "办理情况", None),
    "scattered_polluter": ("编号", "企业名称", "整治情况", "处置方式"),
    "outfall": ("排污口编号", "排污口名称", "整治情况", None),
    "project": ("项目编号", "项目名称", "完工情况", None),
    "warning": ("预警编号", "问题描述", "处置状态", "专题"),
    "source_problem": ("问题编号", "存在问题", "整治情况", None),
}


@dataclass(frozen=True)
class Ledger:
    """One campaign's ledger: ``rows`` without the header, as they stand in the sheet."""

    campaign: str
    name: str
    kind: str
    as_known: date
    headers: list[str]
    rows: list[list[str]]

    def workbook(self) -> bytes:
        """As .xlsx, with a title row above the header like the offices' own."""
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"in_memory": True})
        sheet = book.add_worksheet("台账")
        sheet.merge_range(0, 0, 0, len(self.headers) - 1, f"{self.name}台账")
        for k, row in enumerate([self.headers, *self.rows], 1):
            for column, text in enumerate(row):
                sheet.write_string(k, column, text)
        book.close()
        return out.getvalue()

    def text(self) -> bytes:
        """As .csv, which a hundred thousand rows are sooner written as."""
        out = io.StringIO(newline="")
        csv.writer(out).writerows([self.headers, *self.rows])
        return out.getvalue().encode("utf-8-sig")


def read(name: str) -> list[dict[str, str]]:
    """The rows of one of the tables beside this file."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ledgers() -> list[Ledger]:
    """Every ledger of figures.csv, in its order."""
    by_campaign: dict[str, list[dict[str, str]]] = {}
    for figure in read("figures.csv"):
        by_campaign.setdefault(figure["campaign"], []).append(figure)
    return [_ledger(figures) for figures in by_campaign.values()]


def _ledger(figures: list[dict[str, str]]) -> Ledger:
    first = figures[0]
    number, what, state, more = HEADERS[first["kind"]]
    cities = SHANXI if first["kind"] == "outfall" else None
    # the open ones first, so that they too go round all cities
    order = reversed(figures) if cities else figures
    rows: list[list[str]] = []
    for figure in order:
        for _ in range(int(figure["count"])):
            k = len(rows)
            place = [figure["place"], cities[k % len(cities)]] if cities else [figure["place"]]
            rows.append(
                [f"{first['campaign'].upper()}-{k + 1:05d}", *place, f"{first['name']}第{k + 1}项", figure["word"], figure["attribute"]]
            )
    headers = [number, *(["省", "地市"] if cities else ["所属行政区"]), what, state, more or "备注"]
    return Ledger(first["campaign"], first["name"], first["kind"], date.fromisoformat(first["as_known"]), headers, rows)
