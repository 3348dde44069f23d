"""Importing a large workbook, against reading it with python-calamine alone and inserting the same rows once.

Each reading is taken in a process of its own: ``python -m bench.imports alone|import FILE URL`` prints one line of JSON.
"""

import json
import resource
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter
from sqlalchemy import Column, MetaData, Table, Text

from bench.histories import CLOSED, DEPARTMENTS, REPORTED, REPORTED_AGAIN, invent
from bench.stores import ROOT, SQLITE, Workshop
from bench.write import LAST, START, WORDS, counties
from data.bulk import insert_rows
from data.demo.texts import texts
from data.engine import make_engine
from data.ledgers.pipeline import run_import
from data.ledgers.prepare import ImportOptions
from data.store import Store, init

ROWS = 100_000
REPEATS = 3
_CAMPAIGN = "bench-import"


@dataclass(slots=True)
class Imports:
    """Seconds of each repeat; ``*_work``: processor seconds of its processes; ``memory``: bytes at most of the import's processes together;
    ``steps``: seconds by step of the last one."""

    backend: str
    alone: list[float] = field(default_factory=list)
    read: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    alone_work: list[float] = field(default_factory=list)
    whole_work: list[float] = field(default_factory=list)
    memory: int = 0
    steps: dict[str, float] = field(default_factory=dict)
    accepted: int = 0

    @property
    def ratio(self) -> float:
        return statistics.median(self.whole) / statistics.median(self.alone)

    @property
    def ratio_work(self) -> float:
        """The same of processor time, which other programs on the machine move less."""
        return statistics.median(self.whole_work) / statistics.median(self.alone_work)


def workbook(path: Path, rows: int, store: Store) -> None:
    """A ledger of 15 columns: places by name, days as real days and as text, one text of its own in each row."""
    tree = store.tree()
    with store.reading() as conn:
        places = counties(conn)
    h = invent(rows, len(places), seed=11)
    body = texts("terms")
    departments = [each["zh"] for each in body["departments"]][:DEPARTMENTS]
    categories = [each[1] for each in body["terms"]["category"]]
    done, doing, waiting = WORDS["statuses"]
    names: list[tuple[str, str, str]] = []
    for region_id, _ in places:
        above = {each.level: each.name_zh for each in tree.ancestors(region_id)}
        names.append((above.get("province", ""), above.get("prefecture", ""), tree.by_id(region_id).name_zh))
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    as_day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, WORDS["headers"])

    def day(number: int) -> date:
        return START + timedelta(days=number)

    first = h.day[h.owner.searchsorted(range(rows))].tolist()
    columns = (h.county, h.number, h.category, h.department, h.due, h.stage, h.stage_day)
    for n, (county, number, category, department, due, stage, stage_day) in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        thing = f"{WORDS['objects'][number % len(WORDS['objects'])]}-{number:05d}"
        text = WORDS["description"].format(object=thing, fault=WORDS["faults"][number // 3 % len(WORDS["faults"])])
        finished = stage in (CLOSED, REPORTED, REPORTED_AGAIN)
        status = done if finished else doing if stage else waiting
        at = n + 1
        sheet.write_number(at, 0, at)
        sheet.write_row(at, 1, (f"{places[county][1]}-{number:05d}", *names[county]))
        sheet.write_datetime(at, 5, day(first[n]), as_day)
        if due >= 0:
            sheet.write_string(at, 6, day(due).strftime("%Y/%m/%d"))
        sheet.write_row(at, 7, (status, categories[category], departments[department], thing, text, WORDS["measures"]))
        if finished:
            sheet.write_datetime(at, 13, day(stage_day), as_day)
        if number % 5 == 0:
            sheet.write_string(at, 14, f"{day(stage_day):%Y.%m} {names[county][2]}")
    book.close()


def measure(workshop: Workshop, backend: str, rows: int = ROWS, repeats: int = REPEATS) -> Imports:
    """Both ways, in turn, each time into a new store."""
    out = Imports(backend)
    file = workshop.folder / f"ledger-{rows}.xlsx"
    template = workshop.folder / "empty.db"
    if backend == SQLITE or not file.exists():
        template.unlink(missing_ok=True)
        engine = make_engine(f"sqlite:///{template}")
        store = init(engine)
        if not file.exists():
            workbook(file, rows, store)
        raw = engine.raw_connection()
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.close()
        engine.dispose()
    for _ in range(repeats):
        for how in ("alone", "import"):
            name = f"{how}_store"
            workshop.drop(backend, name)
            url = workshop.address(backend, name)
            if backend == SQLITE:
                shutil.copyfile(template, workshop.folder / f"{name}.db")
            else:
                engine = make_engine(url)
                init(engine)
                engine.dispose()
            said = _in_a_process(how, file, url)
            if how == "alone":
                out.alone.append(said["seconds"])
                out.alone_work.append(said["work"])
                out.read.append(said["read"])
            else:
                out.whole.append(said["seconds"])
                out.whole_work.append(said["work"])
                out.memory = max(out.memory, said["memory"])
                out.steps, out.accepted = said["steps"], said["accepted"]
            workshop.drop(backend, name)
    return out


def _in_a_process(how: str, file: Path, url: str) -> dict:  # type: ignore[type-arg]
    done = subprocess.run(
        [sys.executable, "-m", "bench.imports", how, file, url], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{how} of {file.name} failed:\n{done.stderr[-4000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def _work() -> float:
    """Processor seconds of this process and of those it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _alone(file: str, url: str) -> dict[str, object]:
    """Read the sheet with python-calamine; insert its rows into a table of texts."""
    from python_calamine import CalamineWorkbook

    engine = make_engine(url)
    table = Table("bench_rows", MetaData(), *(Column(f"c{k}", Text) for k in range(len(WORDS["headers"]))))
    with engine.begin() as conn:
        table.create(conn)
    store = Store(engine)
    began, worked = time.perf_counter(), _work()
    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    read = time.perf_counter() - began
    with store.writing() as conn:
        texts_of = ([None if v == "" else v if isinstance(v, (str, float)) else v.isoformat() for v in row] for row in rows)
        insert_rows(conn, table, [column.name for column in table.columns], texts_of)
    return {"seconds": time.perf_counter() - began, "work": _work() - worked, "read": read}


def _import(file: str, url: str) -> dict[str, object]:
    """The real import."""
    store = Store(make_engine(url))
    store.tree()
    path = Path(file)
    steps: list[tuple[str, float]] = []
    began, worked = time.perf_counter(), _work()

    def note(step: str, _: float) -> None:
        steps.append((step, time.perf_counter() - began))

    options = ImportOptions(campaign=_CAMPAIGN, new_campaign=_CAMPAIGN, kind="finding", as_known=LAST)
    result = run_import(store, path, path.name, options, note)
    seconds, work = time.perf_counter() - began, _work() - worked
    peak = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) * 1024
    ends = [at for _, at in steps[1:]] + [seconds]
    spent = {step: round(end - at, 3) for (step, at), end in zip(steps, ends, strict=True)}
    accepted = result.items_new
    return {"seconds": seconds, "work": work, "memory": peak, "steps": spent, "accepted": accepted, "counts": result.preview.counts}


if __name__ == "__main__":
    print(json.dumps((_alone if sys.argv[1] == "alone" else _import)(sys.argv[2], sys.argv[3])))
