"""A ledger goes in and the pages' numbers come out, on SQLite and on PostgreSQL."""

import json
from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from sqlalchemy import func, select

from data.filters import Filters
from data.ledgers import pipeline
from data.ledgers.prepare import ImportOptions
from data.ledgers.problems import LedgerError
from data.queries.progress_by_region import progress_by_region
from data.schema import department, extension, import_batch, import_original, item, item_department, item_event, item_link, verification
from data.store import Store
from tests import ledger_files as files

OUTFALLS = ImportOptions("sx-2019", "汾河流域入河排污口整治", as_known=date(2019, 12, 31))
FINDINGS = ImportOptions("ts-2022", "提质增效", kind="finding", as_known=date(2022, 10, 1))


def numbers(store: Store, campaign: str, day: str, known: str | None = None, level: str = "prefecture") -> dict[str, tuple[int, int, int]]:
    """(effective, rectified, closed) by region, as the page shows them."""
    query = f"campaign={campaign}&level={level}&as_of={day}" + (f"&known_at={known}" if known else "")
    df = progress_by_region("all", store, Filters.from_query(query))
    return {r.region: (r.effective, r.rectified, r.closed) for r in df.itertuples()}


def counted(store: Store, table) -> int:  # type: ignore[no-untyped-def]
    with store.reading() as conn:
        return int(conn.execute(select(func.count()).select_from(table)).scalar_one())


def events(store: Store, number: str) -> list[tuple[object, ...]]:
    """(kind, stage or deadline or field names, day) of one item, in the order of recording."""
    with store.reading() as conn:
        key = conn.execute(select(item.c.item_id).where(item.c.ledger_no == number)).scalar_one()
        rows = conn.execute(select(item_event).where(item_event.c.item_id == key).order_by(item_event.c.event_no)).mappings().all()
    return [(r["kind"], r["stage"] or r["due_on"] or r["voids"] or sorted(r["payload"] or ()), str(r["effective_at"])[:10]) for r in rows]


def one(store: Store, number: str) -> dict[str, object]:
    with store.reading() as conn:
        return dict(conn.execute(select(item).where(item.c.ledger_no == number)).mappings().one())


def imported(store: Store, rows: list[list[object]], options: ImportOptions, name: str = "台账.xlsx") -> pipeline.ImportResult:
    return pipeline.run_import(store, files.workbook(rows), name, options)


def test_outfall_ledger_gives_the_pages_numbers(store: Store) -> None:
    data = files.workbook(files.outfalls(14, 6))
    result = pipeline.run_import(store, data, "台账.xlsx", OUTFALLS)
    assert (result.items_new, result.items_changed, result.preview.counts["refused"]) == (20, 0, 0)
    assert result.preview.kind == "outfall"
    assert result.preview.sheets[0]["header_row"] == 3
    assert result.preview.sheets[0]["skipped"] == {"title": 2, "total": 1, "note": 1}
    assert numbers(store, "sx-2019", "2019-12-31") == {"太原市": (10, 7, 0), "吕梁市": (10, 7, 0)}
    # every way of writing the fifth of August means that day, the earliest of the ledger: all items are there since then
    assert numbers(store, "sx-2019", "2019-08-05", level="county") == {"清徐县": (10, 7, 0), "石楼县": (10, 7, 0)}
    assert sum(v[0] for v in numbers(store, "sx-2019", "2019-08-04").values()) == 0
    with store.reading() as conn:
        days = set(conn.execute(select(item.c.stage_on).where(item.c.stage == "completed")).scalars())
        kept = conn.execute(select(import_original.c.content)).scalar_one()
    assert days == {date(2019, 8, 5)}
    assert bytes(kept) == data


def test_the_same_file_twice_changes_nothing(store: Store) -> None:
    data = files.workbook(files.outfalls())
    pipeline.run_import(store, data, "a.xlsx", OUTFALLS)
    before = (counted(store, item), counted(store, item_event), store.version())
    again = pipeline.run_import(store, data, "renamed.xlsx", OUTFALLS)
    assert again.already is not None and again.batch_id == 1
    assert (counted(store, item), counted(store, item_event), store.version()) == before
    # another day, the same rows: recognised one by one
    later = pipeline.run_import(store, data, "a.xlsx", replace(OUTFALLS, as_known=date(2020, 1, 31)))
    assert (later.items_new, later.items_changed, later.items_same) == (0, 0, 20)
    assert counted(store, item_event) == before[1]


def test_findings_in_every_state(store: Store) -> None:
    imported(store, files.findings(), FINDINGS)
    # WT-005 was completed after the ledger's day, so it is not completed yet, though its status says so
    assert events(store, "WT-001")[:3] == [
        ("stage", "discovered", "2022-08-20"),
        ("stage", "rectified_reported", "2022-09-10"),
        ("stage", "closed", "2022-09-20"),
    ]
    assert one(store, "WT-003")["stage"] == "rectifying"
    assert one(store, "WT-004")["stage"] == "discovered"
    assert one(store, "WT-006")["stage"] == "rectified_reported"
    assert numbers(store, "ts-2022", "2022-09-11")["太原市"] == (6, 2, 0)
    assert numbers(store, "ts-2022", "2022-09-20")["太原市"] == (6, 3, 1)
    with store.reading() as conn:
        shares = conn.execute(
            select(department.c.name_zh, department.c.line, item_department.c.weight)
            .join(item_department, item_department.c.department_id == department.c.department_id)
            .where(item_department.c.item_id == one(store, "WT-001")["item_id"])
            .order_by(department.c.department_id)
        ).all()
    assert [tuple(s) for s in shares] == [("生态环境局", "ecology", 0.5), ("水务局", "water", 0.5)]


def test_a_newer_ledger_becomes_further_events(store: Store) -> None:
    rows = files.findings()
    imported(store, rows, FINDINGS)
    newer = [list(r) for r in rows]
    newer[2][9] = "2022-10-10"  # WT-002 closed
    newer[2][10] = "已销号"
    newer[3][8], newer[3][10] = "2022-09-25", "已整改"  # WT-003 was completed before the first ledger's day, and reported late
    newer[4][7] = "2022-11-30"  # WT-004 extended
    newer[1][8] = "2022-09-11"  # WT-001: a slip of the pen put right
    newer[6][3] = "企业五（更名）"  # WT-006 renamed
    del newer[5]  # WT-005 is gone
    result = imported(store, newer, replace(FINDINGS, as_known=date(2022, 11, 1)))
    assert (result.items_new, result.items_changed, result.items_same) == (0, 5, 0)
    assert result.items_missing == ["WT-005"]
    assert counted(store, item) == 6
    assert one(store, "WT-002")["stage"] == "closed"
    assert events(store, "WT-001")[-2:] == [("void", 2, "2022-09-10"), ("stage", "rectified_reported", "2022-09-11")]
    assert one(store, "WT-003")["stage"] == "rectified_reported" and one(store, "WT-003")["stage_on"] == date(2022, 9, 25)
    assert (one(store, "WT-004")["due_original"], one(store, "WT-004")["due_current"]) == (date(2022, 9, 30), date(2022, 11, 30))
    assert counted(store, extension) == 1
    assert ("attribute", ["object_name"], "2022-11-01") in events(store, "WT-006")
    # what was known in October stays what it was
    assert numbers(store, "ts-2022", "2022-09-30", known="2022-10-01")["太原市"] == (6, 3, 1)
    assert numbers(store, "ts-2022", "2022-09-30")["太原市"] == (6, 4, 1)


def test_undo_restores_and_keeps_history(store: Store) -> None:
    rows = files.findings()
    first = imported(store, rows, FINDINGS)
    before = numbers(store, "ts-2022", "2022-12-31")
    stages = {f"WT-{i:03d}": one(store, f"WT-{i:03d}")["stage"] for i in range(1, 7)}
    newer = [list(r) for r in rows]
    newer[3][8], newer[3][10], newer[3][3] = "2022-09-25", "已整改", "改名"
    newer[4][7] = "2022-11-30"
    newer.append(["WT-900", "太原市", "清徐县", "新企业", "新问题", "", "2022-10-15", "", "", "", ""])
    second = imported(store, newer, replace(FINDINGS, as_known=date(2022, 11, 1)))
    assert numbers(store, "ts-2022", "2022-12-31") != before
    with pytest.raises(LedgerError) as refused:
        pipeline.undo(store, first.batch_id)
    assert refused.value.code == "batch_built_on"
    total = counted(store, item_event)
    pipeline.undo(store, second.batch_id)
    assert numbers(store, "ts-2022", "2022-12-31") == before
    assert {n: one(store, n)["stage"] for n in stages} == stages
    assert one(store, "WT-003")["object_name"] == "企业2"
    assert one(store, "WT-004")["due_current"] == date(2022, 9, 30)
    assert counted(store, item_event) > total
    assert counted(store, extension) == 0
    # and it can come in again
    again = imported(store, newer, replace(FINDINGS, as_known=date(2022, 11, 1)))
    assert again.already is None and again.items_new == 1 and again.items_changed == 2
    assert one(store, "WT-900")["stage"] == "discovered"
    assert numbers(store, "ts-2022", "2022-12-31")["太原市"][0] == 7


def test_undo_of_the_only_batch_empties_the_page(store: Store) -> None:
    result = imported(store, files.outfalls(), OUTFALLS)
    pipeline.undo(store, result.batch_id)
    assert sum(v[0] for v in numbers(store, "sx-2019", "2019-12-31").values()) == 0
    assert counted(store, item) == 20
    with pytest.raises(LedgerError) as twice:
        pipeline.undo(store, result.batch_id)
    assert twice.value.code == "batch_undone"
    assert imported(store, files.outfalls(), OUTFALLS).items_new == 20
    assert numbers(store, "sx-2019", "2019-12-31") == {"太原市": (10, 7, 0), "吕梁市": (10, 7, 0)}


def test_tasks_with_status_words_and_merges(store: Store) -> None:
    words = ["已完成"] * 24 + ["按序时进度推进"] * 7 + ["未完成"] + ["并入"] * 23 + ["并入3"]
    rows: list[list[object]] = [
        ["序号", "任务编号", "整改任务", "完成情况"],
        *([i + 1, str(i + 1), f"任务{i}", w] for i, w in enumerate(words)),
    ]
    options = ImportOptions("hlj-2016", "督察整改任务", as_known=date(2018, 12, 31), region="黑龙江省")
    result = imported(store, rows, options)
    assert (result.preview.kind, result.items_new) == ("task", 56)
    df = progress_by_region("all", store, Filters.from_query("campaign=hlj-2016&level=province&as_of=2018-12-31"))
    row = df.iloc[0]
    assert (row.region, row.discovered, row.merged, row.effective, row.rectified) == ("黑龙江省", 56, 24, 32, 24)
    assert row.completion_rate == 0.75
    assert counted(store, item_link) == 1


def test_faulty_rows_are_refused_with_reason_and_the_rest_goes_in(sqlite_store: Store) -> None:
    rows = files.findings(3)
    good = rows[1]

    def faulty(number: str, **cells: object) -> list[object]:
        row = list(good)
        row[0] = number
        for name, value in cells.items():
            row[int(name[1:])] = value
        return row

    rows += [
        faulty("B-1", c1="", c2="鼓楼区"),
        faulty("B-2", c2="无此县"),
        faulty("B-3", c1="", c2=""),
        faulty("B-4", c9="2022-08-01"),
        faulty("B-5", c6="2023-01-01", c8="", c9="", c10=""),
        faulty("WT-001", c3="另一家"),
        faulty("", c3="没有编号"),
        faulty("B-6", c6="昨天"),
        faulty("B-7", c7="2022-08-01"),
        faulty("B-8", c4="=cmd|' /C calc'!A1"),
        faulty("B-9", c4="<script>alert(1)</script>"),
        faulty("B-10", c4="长" * 10_000),
        faulty("B-11", c4="表情😀"),
        faulty("B-12", c10="乱写的状态", c8="", c9=""),
        faulty("B-13", c8="2022-12-01", c9="", c10="整改中"),
    ]
    result = imported(sqlite_store, rows, FINDINGS)
    refused = {p.row: p.code for p in result.preview.problems if p.severity == "error"}
    assert refused == {
        5: "region_ambiguous", 6: "region_unknown", 7: "region_missing", 8: "stage_before_found", 9: "found_in_future",
        10: "key_duplicate", 11: "key_empty", 12: "date_unreadable",
    }  # fmt: skip
    warned = {p.row: p.code for p in result.preview.problems if p.severity == "warning" and p.row}
    assert warned == {13: "due_before_found", 16: "text_long", 18: "status_unknown", 19: "date_in_future"}
    assert result.preview.counts == {"rows": 18, "accepted": 10, "warned": 4, "refused": 8}
    ambiguous = next(p for p in result.preview.problems if p.code == "region_ambiguous")
    assert ambiguous.column == "区县" and "江苏省南京市鼓楼区" in ambiguous.text("zh-CN")
    assert one(sqlite_store, "B-8")["description"] == "=cmd|' /C calc'!A1"
    assert one(sqlite_store, "B-9")["description"] == "<script>alert(1)</script>"
    assert one(sqlite_store, "B-10")["description"] == "长" * 10_000
    assert one(sqlite_store, "B-11")["description"] == "表情😀"


def test_control_characters_are_taken_out(store: Store) -> None:
    rows = files.findings(1)
    rows[1][4] = "有\x00空\x07字符"
    result = pipeline.run_import(store, files.text(rows), "a.csv", FINDINGS)
    assert [p.code for p in result.preview.problems] == ["nul_removed"]
    assert one(store, "WT-001")["description"] == "有空字符"


def test_unknown_columns_and_bounds_are_kept(sqlite_store: Store) -> None:
    rows = files.findings(1)
    rows[0] += ["网格员", "数量"]
    rows[1] += ["张三", "1.4万余"]
    imported(sqlite_store, rows, FINDINGS)
    assert one(sqlite_store, "WT-001")["extra"] == {"网格员": "张三", "count": {"low": 14000.0, "high": None, "text": "1.4万余"}}


def test_a_ledger_without_regions_needs_one(sqlite_store: Store) -> None:
    rows: list[list[object]] = [["问题编号", "问题描述", "发现时间"], ["1", "甲", "2022-08-01"]]
    with pytest.raises(LedgerError) as error:
        imported(sqlite_store, rows, FINDINGS)
    assert error.value.code == "no_region" and "--region" in error.value.text()
    assert counted(sqlite_store, item) == 0 and sqlite_store.campaigns() == []


def test_key_columns_defeat_numbers_issued_anew(sqlite_store: Store) -> None:
    rows = files.findings(4)
    options = replace(FINDINGS, key_columns=("企业名称", "问题描述"))
    imported(sqlite_store, rows, options)
    renumbered = [rows[0], *([f"NEW-{i}", *r[1:]] for i, r in enumerate(reversed(rows[1:])))]
    result = imported(sqlite_store, renumbered, replace(options, as_known=date(2022, 11, 1)))
    assert (result.items_new, result.items_missing, counted(sqlite_store, item)) == (0, [], 4)


def test_killed_midway_nothing_is_in(store: Store) -> None:
    data = files.workbook(files.outfalls())
    for step in ("items", "events", "fold", "commit"):

        def die(name: str, share: float, step: str = step) -> None:
            if name == step:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            pipeline.run_import(store, data, "a.xlsx", OUTFALLS, die)
        assert [counted(store, t) for t in (item, item_event, import_batch, import_original)] == [0, 0, 0, 0]
        assert store.campaigns() == []
    assert pipeline.run_import(store, data, "a.xlsx", OUTFALLS).items_new == 20


def test_an_older_ledger_changes_nothing_that_is_known(sqlite_store: Store) -> None:
    rows = files.findings()
    imported(sqlite_store, rows, FINDINGS)
    old = [list(r) for r in rows]
    for row in old[1:]:
        row[8] = row[9] = row[10] = ""
        row[3] = "旧名"
    result = imported(sqlite_store, old, replace(FINDINGS, as_known=date(2022, 8, 31)))
    assert result.items_changed == 0 and "older_ledger" in result.preview.problem_counts
    assert one(sqlite_store, "WT-001")["object_name"] == "企业0"
    assert result.items_missing == []


def test_verifications_that_fail_send_items_back(sqlite_store: Store) -> None:
    rows = files.findings(2)
    rows[0] += ["复核时间", "复核结果"]
    rows[1] += ["2022-09-15", "通过"]
    rows[2] += ["2022-09-18", "不通过"]
    rows[2][10] = ""
    imported(sqlite_store, rows, FINDINGS)
    assert one(sqlite_store, "WT-001")["stage"] == "closed"
    assert one(sqlite_store, "WT-002")["stage"] == "returned"
    assert counted(sqlite_store, verification) == 2
    assert ("verification", [], "2022-09-18") in events(sqlite_store, "WT-002")


def test_states_dated_later_do_not_undo_completion(sqlite_store: Store) -> None:
    rows: list[list[object]] = [
        ["排污口编码", "所在市", "县（市、区）", "监测时间", "溯源情况", "整治完成时间", "整治状态"],
        ["A1", "太原市", "清徐县", "2019-10-01", "已溯源", "2019-08-05", "已完成"],
        ["A2", "太原市", "清徐县", "2019-06-01", "未溯源", "", "整治中"],
    ]
    imported(sqlite_store, rows, OUTFALLS)
    assert one(sqlite_store, "A1")["stage"] == "completed"
    for day, done in (("2019-08-04", 0), ("2019-08-05", 1), ("2019-10-01", 1), ("2019-12-31", 1)):
        assert sum(v[1] for v in numbers(sqlite_store, "sx-2019", day).values()) == done, day
    assert [e[1] for e in events(sqlite_store, "A1")].count("traced") == 1
    assert "traced" not in [e[1] for e in events(sqlite_store, "A2")]


def test_history_and_original(sqlite_store: Store) -> None:
    data = files.workbook(files.outfalls())
    pipeline.run_import(sqlite_store, data, "../../汾河\u202e.xlsx", replace(OUTFALLS, imported_by="李四"))
    row = pipeline.history(sqlite_store)[0]
    assert (row["campaign"], row["file_name"], row["items_new"], row["imported_by"]) == ("sx-2019", "汾河.xlsx", 20, "李四")
    assert pipeline.original(sqlite_store, 1) == ("汾河.xlsx", data)
    with sqlite_store.reading() as conn:
        report = conn.execute(select(import_batch.c.report)).scalar_one()
    assert report["sheets"][0]["rows"] == 20 and json.dumps(report, ensure_ascii=False)


def test_several_sheets_are_one_ledger(sqlite_store: Store) -> None:
    rows = files.findings(4)
    numbers_ = count(1)
    other = [rows[0], *([f"S2-{next(numbers_)}", *r[1:]] for r in rows[1:3])]
    data = files.workbook(rows, more={"第二批": other, "填表说明": [["请按要求填写"], ["不要改动表头"]]})
    result = pipeline.run_import(sqlite_store, data, "a.xlsx", FINDINGS)
    assert result.items_new == 6
    assert [s["name"] for s in result.preview.sheets] == ["台账", "第二批"] and result.preview.left_out == ["填表说明"]
