"""Ledgers as offices write them, made for the tests: nothing here was anybody's."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time

import xlsxwriter

OUTFALL_HEADER = ("序号", "排污口编码", "所在市", "县（市、区）", "排污口名称", "整治状态", "完成\n日期")
FINDING_HEADER = (
    "问题编号",
    "设区市",
    "区县",
    "企业名称",
    "问题描述",
    "牵头单位",
    "发现时间",
    "整改期限",
    "完成时间",
    "销号日期",
    "整改状态",
)


def workbook(
    rows: Sequence[Sequence[object]],
    name: str = "台账",
    merged: Sequence[str] = (),
    more: dict[str, Sequence[Sequence[object]]] | None = None,
) -> bytes:
    """An .xlsx of rows; days become true dates, ``merged`` are ranges such as A1:D1."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    day = book.add_format({"num_format": "yyyy/m/d"})
    for sheet_name, sheet_rows in {name: rows, **(more or {})}.items():
        sheet = book.add_worksheet(sheet_name)
        for r, row in enumerate(sheet_rows):
            for c, value in enumerate(row):
                if isinstance(value, (date, datetime)):
                    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
                    sheet.write_datetime(r, c, moment, day)
                elif isinstance(value, (int, float)):
                    sheet.write_number(r, c, value)
                elif value:
                    sheet.write_string(r, c, str(value))
        if sheet_name == name:
            for cells in merged:
                sheet.merge_range(cells, None)
                (first, _) = cells.split(":")
                r, c = int("".join(ch for ch in first if ch.isdigit())) - 1, ord(first[0]) - 65
                sheet.write_string(r, c, str(rows[r][c]))
    book.close()
    return out.getvalue()


def text(rows: Sequence[Sequence[object]], encoding: str = "utf-8", delimiter: str = ",", line_end: str = "\r\n") -> bytes:
    """Separated text in an encoding."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return out.getvalue().encode(encoding)


def outfalls(done: int = 14, open_: int = 6) -> list[list[object]]:
    """Two title rows, a header with a line break, a total and a note; half in 清徐县, half in 石楼县."""
    rows: list[list[object]] = [["汾河流域入河排污口台账"], ["填报单位：省厅", "", "", "单位：个"], list(OUTFALL_HEADER)]
    for i in range(done + open_):
        place = ("太原市", "清徐县") if i % 2 else ("吕梁", "石楼")
        finished = i < done
        days = (date(2019, 8, 5), "2019年8月5日", "2019/8/5", "20190805", 43682, "2019.8.5")
        rows.append([i + 1, f"FH-{i:03d}", *place, f"排口{i}", "完成整治" if finished else "未完成整治", days[i % 6] if finished else ""])
    return [*rows, ["合计", "", "", "", str(done + open_)], ["注：数据截至2019年12月31日"]]


def findings(count: int = 6) -> list[list[object]]:
    """Findings of 太原 and 吕梁 in every state."""
    states = [
        ("已销号", "2022-09-10", "2022-09-20"), ("已整改", "2022-09-12", ""), ("整改中", "", ""),
        ("未整改", "", ""), ("已销号", "2022-10-20", "2022-10-25"), ("", "2022-09-01", ""),
    ]  # fmt: skip
    rows: list[list[object]] = [list(FINDING_HEADER)]
    for i in range(count):
        word, done, closed = states[i % len(states)]
        rows.append(
            [
                f"WT-{i + 1:03d}",
                "太原市",
                "清徐县",
                f"企业{i}",
                f"问题{i}",
                "生态环境局、水务局",
                "2022-08-20",
                "2022-09-30",
                done,
                closed,
                word,
            ]
        )
    return rows
