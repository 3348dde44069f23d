"""A campaign small enough to count by hand: fourteen findings in three counties, four tasks, five checks.

The day it speaks of is ``AS_OF`` = 2022-09-30. Findings in code ``xh-2022``, loop sm1-finding:

====  =======  =========  ==========  ==========================================================================
no.   county   found      due         what happened, and what that makes it on 2022-09-30
====  =======  =========  ==========  ==========================================================================
A1    Xuanwu   05-02      06-15       fed back 05-04, complete 06-10, passed 06-13, closed 06-14: X, on time
A2    Xuanwu   05-03      06-20       fed back 05-05, complete 06-18, passed 06-24, closed 06-25, relapsed 08-01
                                      (37 days later): open, 102 days overdue, credit gone
A3    Xuanwu   08-10      09-20       fed back 08-12, complete 09-15, failed 09-18, complete again 09-25, passed
                                      09-28, closed 09-29: X, late
A4    Xuanwu   08-20      10-05       being rectified: open, due in 5 days
A5    Xuanwu   08-25      09-25       withdrawn 09-05: W
B1    Qinhuai  08-16      08-31       complete the same day, passed and closed 08-20: X, on time
B2    Qinhuai  08-17      09-10       extended on 09-08 to 10-20: open, due in 20 days; due by the first deadline
B3    Qinhuai  08-18      09-05       being rectified: open, 25 days overdue
B4    Qinhuai  08-18      09-05       merged into B3 on 09-01: G
C1    Changshu 08-15      09-15       complete on its last day, being verified since 09-20: R, on time
C2    Changshu 08-15      09-10       complete 09-12, passed and closed 09-16: X, two days late
C3    Changshu 09-01      none        long-term: open, Z
C4    Changshu 08-20      09-28       complete 09-27, but recorded on 10-03: R, on time; as known on 09-30 open and
                                      2 days overdue
C5    Changshu 08-20      09-22       suspended 09-10: open and due, listed apart from the overdue
C6    Changshu 10-02      11-02       found after the day: not there yet
====  =======  =========  ==========  ==========================================================================

On 2022-09-30 that makes (n/d; Xuanwu + Qinhuai are Nanjing, Changshu is in Suzhou):

* U 14 = A1-A5, B1-B4, C1-C5; W 1 = A5; G 1 = B4; E 12 (Xuanwu 4, Qinhuai 3, Changshu 5; Nanjing 7)
* M1 completion: R = A1 A3 B1 C1 C2 C4 = 6/12 (Nanjing 3/7, Suzhou 3/5)
* M2 close-out: X = A1 A3 B1 C2 = 4/12
* D = A1 A2 A3 B1 B3 C1 C2 C4 C5 = 9; M3 due-completion: A1 A3 B1 C1 C2 C4 = 6/9
* M4 on time: A1 B1 C1 C4 = 4/9; against the first deadline B2 is due too: 4/10
* M5 overdue: A2 B3 = 2 (102 and 25 days), 2/9 of those due, A2 for more than 30: 1/9; C5 suspended; late but done A3 C2; extended B2 1/12
* M6 due within 7 days: A4; within 3 days: none
* M7 schedule: of E without Z (11) 9 were due = planned, 6 are rectified = actual: 3/11 behind
* M9 relapse within 90 days of close-out: of A1 A2 (closed by 07-02) A2 = 1/2
* M10 first verification: A1 A2 B1 C2 of A1 A2 A3 B1 C2 = 4/5; of all 6 concluded verifications 5 passed
* M11 days from feedback (B1: from discovery) to first completion: A1 37, A2 44, A3 34, B1 0, C1 29, C2 26, C4 37
* M12 checks with a finding: 3 of 5 concluded; one could not be verified and one is pending
* M18 verified among rectified: A1 A3 B1 C2 = 4/6
* M26 by lead department: ecology 7 of E, 4 of R; housing 5 and 2. A1 is shared 0.6 to 0.4, so by weights 6.6, 3.6; 5.4, 2.4

Tasks, code ``xh-task``, loop sm5-task, all in Xuanwu: T1 closed, T2 basically completed, T3 on schedule, T4 behind
schedule and due on 09-15. M8 on schedule: T1 T2 T3 = 3/4; M1 1/4, and 2/4 when basically completed counts.
"""

from datetime import date, datetime

from sqlalchemy import Connection, insert

from data.identity import item_id
from data.rollup.refresh import refresh
from data.schema import (
    campaign,
    check_,
    department,
    extension,
    import_batch,
    item,
    item_department,
    item_event,
    item_link,
    round_,
    term,
    verification,
)
from data.store import Store, bump

CODE, TASK_CODE = "xh-2022", "xh-task"
AS_OF = date(2022, 9, 30)
XUANWU, QINHUAI, CHANGSHU = "320102", "320104", "320581"

#: sets on AS_OF by ledger number; every measure is a ratio of two of them
SETS: dict[str, str] = {
    "discovered": "A1 A2 A3 A4 A5 B1 B2 B3 B4 C1 C2 C3 C4 C5",
    "withdrawn": "A5",
    "merged": "B4",
    "effective": "A1 A2 A3 A4 B1 B2 B3 C1 C2 C3 C4 C5",
    "rectified": "A1 A3 B1 C1 C2 C4",
    "closed": "A1 A3 B1 C2",
    "open": "A2 A4 B2 B3 C3 C5",
    "due": "A1 A2 A3 B1 B3 C1 C2 C4 C5",
    "not_due": "A4 B2",
    "no_due": "C3",
    "due_rectified": "A1 A3 B1 C1 C2 C4",
    "on_time": "A1 B1 C1 C4",
    "due_original": "A1 A2 A3 B1 B2 B3 C1 C2 C4 C5",
    "on_time_original": "A1 B1 C1 C4",
    "overdue": "A2 B3",
    "long_overdue": "A2",
    "scheduled_rectified": "A1 A3 B1 C1 C2 C4",
    "overdue_done": "A3 C2",
    "suspended": "C5",
    "due_soon": "A4",
    "due_urgent": "",
    "extended": "B2",
    "matured": "A1 A2",
    "relapsed": "A2",
    "verified_first": "A1 A2 A3 B1 C2",
    "passed_first": "A1 A2 B1 C2",
    "verified_rectified": "A1 A3 B1 C2",
    "status:returned": "",
    "status:rectified": "C1 C4",
    "status:in_progress": "A2 A4 B2 B3 C3",
    "ageing:8-30": "B3",
    "ageing:91-180": "A2",
    "stage:verifying": "C1",
}
#: the same a week earlier: A3 was back in progress, C4 not complete and not due
SETS_WEEK_BEFORE: dict[str, str] = {
    "effective": "A1 A2 A3 A4 B1 B2 B3 C1 C2 C3 C4 C5",
    "rectified": "A1 B1 C1 C2",
    "closed": "A1 B1 C2",
    "due": "A1 A2 A3 B1 B3 C1 C2 C5",
    "on_time": "A1 B1 C1",
    "overdue": "A2 A3 B3",
    "long_overdue": "A2",
    "scheduled_rectified": "A1 B1 C1 C2",
    "due_soon": "C4",
    "passed_first": "A1 A2 B1 C2",
    "verified_first": "A1 A2 A3 B1 C2",
    # A2 was closed on 06-25, exactly 90 days before
    "matured": "A1 A2",
    "status:returned": "A3",
}
#: on AS_OF, from what the store knew at the end of that day
SETS_AS_KNOWN: dict[str, str] = {
    "rectified": "A1 A3 B1 C1 C2",
    "on_time": "A1 B1 C1",
    "overdue": "A2 B3 C4",
    "due": "A1 A2 A3 B1 B3 C1 C2 C4 C5",
}

# number: (region, category, department, theme, due, stages); a stage is (name, day[, day recorded])
Stage = tuple[str, ...]
FINDINGS: dict[str, tuple[str, str, str, str, str | None, list[Stage]]] = {
    "A1": (XUANWU, "wastewater", "ecology", "water", "06-15", [
        ("discovered", "05-02"), ("fed_back", "05-04"), ("rectifying", "05-06"), ("rectified_reported", "06-10"), ("verifying", "06-12"),
        ("closed", "06-14")]),
    "A2": (XUANWU, "wastewater", "ecology", "water", "06-20", [
        ("discovered", "05-03"), ("fed_back", "05-05"), ("rectified_reported", "06-18"), ("closed", "06-25"), ("reopened", "08-01"),
        ("rectifying", "08-02")]),
    "A3": (XUANWU, "dust", "ecology", "air", "09-20", [
        ("discovered", "08-10"), ("fed_back", "08-12"), ("rectified_reported", "09-15"), ("returned", "09-18"),
        ("rectified_reported", "09-25"), ("closed", "09-29")]),
    "A4": (XUANWU, "dust", "ecology", "air", "10-05", [("discovered", "08-20"), ("fed_back", "08-22"), ("rectifying", "08-23")]),
    "A5": (XUANWU, "dust", "ecology", "air", "09-25", [("discovered", "08-25"), ("withdrawn", "09-05")]),
    "B1": (QINHUAI, "wastewater", "housing", "water", "08-31", [
        ("discovered", "08-16"), ("rectified_reported", "08-16"), ("closed", "08-20")]),
    "B2": (QINHUAI, "wastewater", "housing", "water", "09-10", [("discovered", "08-17"), ("fed_back", "08-18"), ("rectifying", "08-19")]),
    "B3": (QINHUAI, "dust", "housing", "air", "09-05", [("discovered", "08-18"), ("fed_back", "08-19"), ("rectifying", "08-20")]),
    "B4": (QINHUAI, "dust", "housing", "air", "09-05", [("discovered", "08-18"), ("merged", "09-01")]),
    "C1": (CHANGSHU, "wastewater", "ecology", "water", "09-15", [
        ("discovered", "08-15"), ("fed_back", "08-17"), ("rectified_reported", "09-15"), ("verifying", "09-20")]),
    "C2": (CHANGSHU, "wastewater", "ecology", "water", "09-10", [
        ("discovered", "08-15"), ("fed_back", "08-17"), ("rectified_reported", "09-12"), ("closed", "09-16")]),
    "C3": (CHANGSHU, "solid-waste", "ecology", "soil", None, [("discovered", "09-01"), ("fed_back", "09-02"), ("rectifying", "09-05")]),
    "C4": (CHANGSHU, "solid-waste", "housing", "soil", "09-28", [
        ("discovered", "08-20"), ("fed_back", "08-21"), ("rectified_reported", "09-27", "10-03")]),
    "C5": (CHANGSHU, "solid-waste", "housing", "soil", "09-22", [("discovered", "08-20"), ("suspended", "09-10")]),
    "C6": (CHANGSHU, "solid-waste", "housing", "soil", "11-02", [("discovered", "10-02")]),
}  # fmt: skip
TASKS: dict[str, tuple[str, str, str, str, str | None, list[Stage]]] = {
    "T1": (XUANWU, "wastewater", "ecology", "water", "08-31", [("not_started", "05-02"), ("completed", "08-01"), ("closed", "08-15")]),
    "T2": (XUANWU, "wastewater", "ecology", "water", "12-31", [("not_started", "05-02"), ("basically_completed", "09-01")]),
    "T3": (XUANWU, "dust", "housing", "air", "12-31", [("not_started", "05-02"), ("on_schedule", "09-01")]),
    "T4": (XUANWU, "dust", "housing", "air", "09-15", [("not_started", "05-02"), ("behind_schedule", "09-01")]),
}
# concluded (pass, fail) and pending verifications: number, day, result
VERIFICATIONS = (
    ("A1", "06-13", "pass"), ("A2", "06-24", "pass"), ("A3", "09-18", "fail"), ("A3", "09-28", "pass"), ("B1", "08-20", "pass"),
    ("C2", "09-16", "pass"), ("C1", "09-20", "pending"),
)  # fmt: skip
CHECKS = (
    (XUANWU, "05-02", "concluded", 1), (XUANWU, "05-03", "concluded", 1), (XUANWU, "08-10", "concluded", 0),
    (QINHUAI, "08-16", "concluded", 2),
    (QINHUAI, "08-17", "not_verifiable", 0), (CHANGSHU, "08-15", "concluded", 0), (CHANGSHU, "08-15", "pending", 0),
)  # fmt: skip
LABELS = {
    "category": {"wastewater": ("污水直排", "Wastewater"), "dust": ("扬尘", "Dust"), "solid-waste": ("固体废物", "Solid waste")},
    "theme": {"water": ("水", "Water"), "air": ("大气", "Air"), "soil": ("土壤", "Soil")},
    "source": {"on_site": ("现场检查", "On-site check")},
}
DEPARTMENTS = {"ecology": ("生态环境局", "Ecology bureau"), "housing": ("住房和城乡建设局", "Housing bureau")}


def _day(text: str) -> date:
    return date.fromisoformat(f"2022-{text}")


def _happened(text: str) -> datetime:
    """Ten in the morning in Shanghai."""
    return datetime.fromisoformat(f"2022-{text}T10:00:00")


def _recorded(text: str) -> datetime:
    """Eight in the evening of that day in Shanghai, as UTC."""
    return datetime.fromisoformat(f"2022-{text}T12:00:00")


def load(store: Store) -> None:
    """Write the campaign into a store that has the country's regions, as one change."""
    regions = {code: store.tree().get(code).region_id for code in (XUANWU, QINHUAI, CHANGSHU)}  # type: ignore[union-attr]
    with store.writing() as conn:
        for dimension, labels in LABELS.items():
            rows = [{"dimension": dimension, "code": code, "name_zh": zh, "name_en": en} for code, (zh, en) in labels.items()]
            conn.execute(insert(term), rows)
        for code, (zh, en) in DEPARTMENTS.items():
            conn.execute(insert(department).values(code=code, name_zh=zh, name_en=en, line=code))
        departments = {row.code: row.department_id for row in conn.execute(department.select())}
        _campaign(conn, CODE, "玄武秦淮常熟监督帮扶", "Three counties", "finding", FINDINGS, regions, departments)
        _campaign(conn, TASK_CODE, "督察整改任务", "Inspection tasks", "task", TASKS, regions, departments)
        bump(conn, "small campaign")


def _campaign(
    conn: Connection,
    code: str,
    zh: str,
    en: str,
    kind: str,
    items: dict[str, tuple[str, str, str, str, str | None, list[Stage]]],
    regions: dict[str, int],
    departments: dict[str, int],
) -> None:
    row = {"code": code, "name_zh": zh, "name_en": en, "start_on": _day("05-01"), "end_on": _day("12-31"), "simulated": False}
    campaign_id = conn.execute(insert(campaign).values(row)).inserted_primary_key[0]  # type: ignore[index]
    rounds = {}
    for number, start, end in ((1, "05-01", "06-30"), (2, "08-10", "10-31")):
        row = {"campaign_id": campaign_id, "number": number, "name_zh": f"第{number}轮", "name_en": f"Round {number}"}
        row |= {"start_on": _day(start), "end_on": _day(end)}
        rounds[number] = conn.execute(insert(round_).values(row)).inserted_primary_key[0]  # type: ignore[index]
    batch = {"campaign_id": campaign_id, "file_name": "small.xlsx", "sha256": "0" * 64, "fingerprint": code, "as_known": AS_OF}
    conn.execute(insert(import_batch).values(batch | {"imported_at": _recorded("09-30"), "rows_read": len(items)}))
    loop = {"finding": "sm1-finding", "task": "sm5-task"}[kind]
    for number, (region, category, office, theme, due, stages) in items.items():
        key = item_id(code, number)
        last = stages[-1]
        conn.execute(
            insert(item).values(
                item_id=key, campaign_id=campaign_id, kind=kind, loop=loop, ledger_key=number, ledger_no=number, region_id=regions[region],
                round_id=rounds[1 if stages[0][1] < "07-01" else 2], department_id=departments[office], theme=theme,
                category=category, source="on_site", long_term=due is None, title=f"{number} {LABELS['category'][category][0]}",
                object_name=f"某单位-{number}", discovered_on=_day(stages[0][1]), due_original=due and _day(due),
                due_current=_day("10-20") if number == "B2" else due and _day(due), stage=last[0], stage_on=_day(last[1]),
            )
        )  # fmt: skip
        conn.execute(insert(item_event), _events(key, number, due, stages))
    if kind == "finding":
        _beside(conn, campaign_id, regions, departments)
    refresh(conn, campaign_id, regions.values())


def _events(key: int, number: str, due: str | None, stages: list[Stage]) -> list[dict[str, object]]:
    events: list[dict[str, object]] = []

    def add(kind: str, day: str, recorded: str | None = None, **values: object) -> None:
        nothing = {"stage": None, "due_on": None, "result": None, "reason": None}
        moments = {"effective_at": _happened(day), "recorded_at": _recorded(recorded or day)}
        events.append({"item_id": key, "event_no": len(events) + 1, "kind": kind} | nothing | moments | values)

    for name, day, *recorded in stages:
        add("stage", day, *recorded, stage=name)
    if due:
        add("due", stages[0][1], due_on=_day(due))
    if number == "B2":
        add("due", "09-08", due_on=_day("10-20"), reason="汛期停工")
    for owner, day, result in VERIFICATIONS:
        if owner == number:
            add("verification", day, result=result)
    return events


def _beside(conn: Connection, campaign_id: int, regions: dict[str, int], departments: dict[str, int]) -> None:
    """Extension, verifications, link, shared responsibility and checks of the findings."""
    extended = {"item_id": item_id(CODE, "B2"), "number": 1, "old_due": _day("09-10"), "new_due": _day("10-20")}
    conn.execute(insert(extension).values(extended | {"approved_at": _happened("09-08"), "recorded_at": _recorded("09-08")}))
    counts: dict[str, int] = {}
    for number, day, result in VERIFICATIONS:
        counts[number] = counts.get(number, 0) + 1
        row = {"item_id": item_id(CODE, number), "number": counts[number], "method": "on_site", "sampling": "full", "result": result}
        conn.execute(insert(verification).values(row | {"concluded_at": _happened(day), "recorded_at": _recorded(day)}))
    link = {"item_id": item_id(CODE, "B4"), "target_id": item_id(CODE, "B3"), "type": "merged_into"}
    conn.execute(insert(item_link).values(link | {"effective_at": _happened("09-01"), "recorded_at": _recorded("09-01")}))
    for office, role, weight in (("ecology", "lead", 0.6), ("housing", "assist", 0.4)):
        row = {"item_id": item_id(CODE, "A1"), "department_id": departments[office], "role": role, "weight": weight}
        conn.execute(insert(item_department).values(row))
    for number, (region, day, result, findings) in enumerate(CHECKS, 1):
        row = {"check_id": number, "campaign_id": campaign_id, "region_id": regions[region], "checked_on": _day(day), "result": result}
        conn.execute(insert(check_).values(row | {"findings": findings, "recorded_at": _recorded(day)}))
