"""Makes the files of a batch, in the process that was started for it; whatever ends that process, what is made stays made."""

import contextlib
import logging
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from callbacks import batch_pool, batch_subjects
from callbacks.batch_define import day_of
from callbacks.batch_subjects import Noting
from callbacks.export_desk import Desk, NotReleased, system_user
from callbacks.site import options_for
from dashboard.exports.batch_index import Entry, index_csv, index_workbook
from dashboard.formatting import count, day, moment
from dashboard.i18n import t
from dashboard.options import sentence
from dashboard.view import View
from data import calendar, file_locks
from data.batches import bundle
from data.batches.definition import BatchError, Definition
from data.batches.jobs import CANCELLED, DONE, EMPTY, FAILED, HELD, MADE, RUNNING, UNMADE, Batches, Job, Line, Progress
from data.batches.names import file_name, safe
from data.exports.record import WAYS
from data.filters import Filters
from data.store import Store

log = logging.getLogger(__name__)

_EACH = 0.25
_TURN = 0.2
Tell = Callable[[Job], None]


def run(store: Store, batches: Batches, job: Job, folder: Path, url: str, least: str, tell: Tell = lambda job: None) -> Job:
    """Make what is left of a batch and its zip; gives the job as it ended. ``folder, url, least`` as the desk has them; ``tell`` hears of
    every step. Does nothing when another process is at it."""
    with contextlib.ExitStack() as locks:
        mine = locks.enter_context(job.lock.open("a+"))
        if not _taken(mine, 20):
            return batches.get(job.id) or job
        turn = locks.enter_context(batches.turn.open("a+"))
        while not file_locks.take(turn):
            if job.cancelled:
                return job.save(replace(job.progress, state=CANCELLED, ended=time.time()))
            time.sleep(_TURN)
        try:
            desk = Noting(store, folder, url or job.definition.host, least, WAYS[3])
            desk.by = system_user()
            return _Run(store, job, desk, tell).made()
        except BatchError as problem:
            return _failed(job, problem.code, problem.params)
        except (OSError, batch_pool.Unwritten) as problem:
            log.warning("a batch cannot be written: %s", problem)
            return _failed(job, "unwritten", {"why": problem.args[1] if len(problem.args) > 1 else str(problem)})
        except Exception:
            log.exception("batch %s failed", job.id)
            return _failed(job, "failed", {})


def fits(desk: Desk, job: Job) -> bool:
    """Whether the zip of a batch that was made before holds what would be made now, as far as releases go."""
    files = {(line.code, line.sha256) for line in job.lines() if line.there}
    return job.bundle.is_file() and desk.fitting(files) == files


def _taken(lock: object, tries: int) -> bool:
    for _ in range(tries):
        # somebody who looks whether this process lives holds the lock for a moment
        if file_locks.take(lock):  # type: ignore[arg-type]
            return True
        time.sleep(_TURN / 2)
    return False


def _failed(job: Job, code: str, params: dict[str, object]) -> Job:
    held = {name: str(value) for name, value in params.items()}
    lines = job.lines()
    done = sum(each.there for each in lines)
    return job.save(
        Progress(FAILED, done, job.definition.total, ended=time.time(), counts=_counts(lines), error={"code": code, "params": held})
    )


def _counts(lines: list[Line]) -> dict[str, int]:
    return dict(Counter(each.state for each in lines))


class _Run:
    """One run of a batch's process."""

    def __init__(self, store: Store, job: Job, desk: Noting, tell: Tell) -> None:
        self.store, self.job, self.desk, self.tell = store, job, desk, tell
        self.told = 0.0

    def made(self) -> Job:
        job = self.job
        if self.store.version() != job.definition.version:
            # every file of a batch is of one state of the store
            job = self.job = job.pinned(self.store.version())
        for part in job.folder.rglob("*.part"):
            part.unlink(missing_ok=True)
        job.bundle.unlink(missing_ok=True)
        job.files.mkdir(mode=0o700, exist_ok=True)
        lines = {(each.unit, each.form): each for each in self._kept()}
        before, total = len(lines), job.definition.total
        forms = job.definition.formats
        left = [k for k in range(len(job.definition.units)) if any((k, form) not in lines for form in forms)]
        self._say(Progress(RUNNING, before, total, before, time.time(), counts=_counts(list(lines.values()))), now=True)
        make = partial(unit_made, self.store, self.desk, job, frozenset(lines))
        for unit, some in batch_pool.made(left, make, self._stop, self._open):
            if some is None:
                some = [self._lost(unit, form) for form in forms if (unit, form) not in lines]
            if some:
                job.add(some)
                lines |= {(each.unit, each.form): each for each in some}
            there = self.job.progress
            self._say(replace(there, done=len(lines), unit=unit, counts=_counts(list(lines.values()))))
        if self._stop():
            return self._end(CANCELLED)
        held = job.lines()
        version = job.definition.version
        # a locked ranking is of the store it was locked from; what counts is whether ours changed, and whether a file noticed
        moved = self.store.version() != version and any(each.there and each.version != version for each in held)
        beside = indexed(self.store, job.definition, held, moved, self.desk.own)
        when = datetime.fromtimestamp(job.asked_at, calendar.SHANGHAI)
        if not bundle.zipped(job, held, beside, when, self._stop):
            return self._end(CANCELLED)
        self.desk.record.absorb()
        ended = self._end(DONE, moved)
        if not ended.resumable:
            shutil.rmtree(job.files, ignore_errors=True)
        return ended

    def _kept(self) -> list[Line]:
        """What was made before, as far as it is still what it was and would go out now with the marks it has."""
        there = [line for line in self.job.lines() if line.there and bundle.hash_of(self.job.files / line.name) == line.sha256]
        fit = self.desk.fitting((line.code, line.sha256) for line in there)
        kept = []
        for line in there:
            if (line.code, line.sha256) in fit:
                kept.append(line)
            else:
                (self.job.files / line.name).unlink(missing_ok=True)
        return kept

    def _open(self) -> None:
        """Read what every file needs, then let go of what copies of this process must not share."""
        definition = self.job.definition
        for subject in definition.subjects:
            query = definition.query_of(definition.places[0], batch_subjects.is_race(subject))
            batch_subjects.warm(self.store, self.desk, subject, query, definition)
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and thread.name == "warm":
                thread.join()
        self.store.engine.dispose()

    def _lost(self, unit: int, form: str) -> Line:
        return Line(unit, form, "", UNMADE, why=t("batches.error.process", self.job.definition.lang))

    def _stop(self) -> bool:
        return self.job.cancelled

    def _say(self, progress: Progress, now: bool = False) -> None:
        moment_ = time.monotonic()
        self.job = replace(self.job, progress=progress)
        if now or moment_ - self.told >= _EACH:
            self.told = moment_
            self.job.save(progress)
            self.tell(self.job)

    def _end(self, state: str, moved: bool = False) -> Job:
        self._say(replace(self.job.progress, state=state, ended=time.time(), unit=-1, moved=moved), now=True)
        return self.job


def unit_made(store: Store, desk: Noting, job: Job, there: frozenset[tuple[int, str]], unit: int) -> list[Line]:
    """One region's files of one subject: written, and a line for each. What cannot be made has a line that says why."""
    definition = job.definition
    place, subject = definition.units[unit]
    query = definition.query_of(place, batch_subjects.is_race(subject))
    out = []
    for form in definition.formats:
        if (unit, form) in there:
            continue
        try:
            made = batch_subjects.make(store, desk, subject, query, form, definition.lang, definition.scope)
        except NotReleased as held:
            if desk.state is not None:
                # kept, so that a person can release it
                desk.record.add(desk.state)
            out.append(Line(unit, form, "", HELD, code=held.code, why=batch_subjects.fault(held, definition.lang)))
            continue
        except OSError:
            raise
        except Exception as problem:
            log.exception("batch %s: %s of %s failed", job.id, subject, place.code)
            out.append(Line(unit, form, "", UNMADE, why=batch_subjects.fault(problem, definition.lang)))
            continue
        name = file_name(place.code, place.short, made.stem, form)
        bundle.write(job.files / name, made.body)
        out.append(
            Line(
                unit,
                form,
                name,
                EMPTY if made.empty else MADE,
                len(made.body),
                bundle.sha256(made.body),
                made.title,
                made.caption,
                made.code,
                made.as_of,
                made.version,
                made.simulated,
                " · ".join(made.marks),
            )
        )
    return out


# ----------------------------------------------------------------------------- the index


def indexed(store: Store, definition: Definition, lines: list[Line], moved: bool, own: Path | None = None) -> dict[str, bytes]:
    """``index.xlsx`` and ``index.csv``: a line for every file that was asked for, also for those that are not there."""
    lang = definition.lang
    entries = []
    for line in lines:
        place, subject = definition.units[line.unit]
        entries.append(
            Entry(
                region_code=place.code,
                region=place.name,
                chart=subject,
                chart_name=batch_subjects.name_of(subject, lang, own),
                title=line.title,
                caption=line.caption,
                file=f"{bundle.FOLDER}/{line.name}" if line.there else "",
                format=line.form,
                bytes=line.bytes,
                sha256=line.sha256,
                code=line.code,
                as_of=line.as_of,
                store_version=line.version,
                state=line.state,
                marks=line.marks,
                why=line.why or (t("batches.index.nothing", lang) if line.state == EMPTY else ""),
            )
        )
    simulated = any(line.simulated for line in lines)
    mark = t("export.simulated", lang) if simulated else ""
    return {
        "index.xlsx": index_workbook(entries, _notes(store, definition, lines, moved, own), mark, lang),
        "index.csv": index_csv(entries),
    }


def _notes(store: Store, definition: Definition, lines: list[Line], moved: bool, own: Path | None) -> list[tuple[str, str]]:
    lang = definition.lang
    filters = Filters.from_query(definition.query).but(as_of=day_of(definition))
    about = filters.but(region=definition.below or None)
    counts = _counts(lines)
    said = t("format.join", lang).join(
        f"{t(f'batches.index.state_{state}', lang)} {count(counts[state], lang)}"
        for state in (MADE, EMPTY, HELD, UNMADE)
        if counts.get(state)
    )
    versions = t("batches.index.moved" if moved else "batches.index.one_state", lang, n=definition.version)
    told = store.changed_at(definition.version)
    return [
        (
            t("batches.index.what", lang),
            t("format.join", lang).join(batch_subjects.name_of(each, lang, own) for each in definition.subjects),
        ),
        (t("batches.index.where", lang), t("batches.index.regions", lang, n=len(definition.places))),
        (t("batches.index.files", lang), said),
        (t("export.note.filters", lang), sentence(about, options_for(store, definition.scope, about, lang), View(lang=lang))),
        (t("export.note.as_of", lang), day(filters.as_of, lang, year=True)),
        (t("export.note.query", lang), filters.to_query()),
        (t("export.note.source", lang), t("export.source", lang, n=definition.version)),
        *([(t("export.note.told", lang), moment(calendar.local_moment(told), lang))] if told else []),
        (t("batches.index.state_of_store", lang), versions),
        (t("batches.index.check", lang), t("batches.index.check_about", lang, file=bundle.SUMS)),
    ]


def bundle_name(job: Job) -> str:
    """What the zip is called where it is saved: ASCII, so that every system takes it."""
    definition = job.definition
    subject = definition.subjects[0].replace(":", "-") if len(definition.subjects) == 1 else f"{len(definition.subjects)}-charts"
    on = found.isoformat() if (found := day_of(definition)) else ""
    demo = "demo" if any(line.simulated for line in job.lines()) else ""
    parts = ("batch", safe(subject).encode("ascii", "ignore").decode(), safe(definition.below).encode("ascii", "ignore").decode(), on, demo)
    return "_".join(part for part in parts if part) + ".zip"
