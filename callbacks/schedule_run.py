"""What schedules make: checked against the store, made at its time, put into a folder or sent."""

import logging
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from callbacks import batch_define, batch_run, batch_subjects, schedule_mail
from callbacks.batch_define import Asked
from callbacks.batch_subjects import Noting
from callbacks.export_desk import Desk, NotReleased, Withdrawn, system_user
from callbacks.schedule_mail import Attachment, MailError, Server
from dashboard.formatting import day
from dashboard.i18n import t
from data import file_locks, scope
from data.batches.definition import BRIEF, BatchError
from data.batches.jobs import DONE, Batches, Job
from data.batches.names import safe
from data.exports.record import WAYS, taking
from data.schedules.plan import Entry, Fault
from data.schedules.runs import Runs
from data.store import Store

log = logging.getLogger(__name__)

# what others get never holds restricted positions
SCOPE = scope.made(scope.ALL, False)


class Busy(Exception):
    """Another process runs the schedules of this store."""


class Undone(Exception):
    """A schedule could not be done; the text says why, in its own language."""


@dataclass(frozen=True, slots=True)
class Site:
    """What schedules work with: the store, the instance folder, the desk's settings, the mail server, the language of messages."""

    store: Store
    instance: Path
    url: str
    least: str
    server: Server
    lang: str

    @property
    def own(self) -> Path:
        return batch_subjects.own_folder(self.instance)


@dataclass(frozen=True, slots=True)
class Output:
    """A file that a schedule has made, and what its mail says of it."""

    name: str
    body: bytes
    title: str
    said: str


def said(fault: Fault, lang: str) -> str:
    """A fault as a line for the operator, with the line of the file that it is about."""
    words = t(f"schedules.fault.{fault.code}", lang, **{name: str(value) for name, value in fault.params.items()})
    return t("schedules.at_line", lang, line=fault.line, words=words) if fault.line else words


def faults(site: Site, entries: Sequence[Entry], today: date) -> list[tuple[int, str]]:
    """What the store does not know of what the schedules name, with lines."""
    out = []
    for entry in entries:
        try:
            asked = _asked(entry, site.lang)
            if entry.batch:
                batch_define.define(site.store, asked, SCOPE, site.own, site.url, today)
            else:
                batch_define.check_subjects(asked.subjects, asked.formats, site.own)
                batch_define.checked_query(site.store, entry.query, today)
        except BatchError as problem:
            out.append((entry.line(_key(problem.code, entry)), batch_define.words(problem, site.lang)))
        if entry.mail:
            try:
                site.server.checked()
            except MailError as problem:
                out.append((entry.line("to"), mail_words(problem, site.lang)))
    return out


# what a fault is about, where that is not the query
_KEYS = {
    "format": "formats", "no_format": "formats", "no_chromium": "formats", "chart": "charts", "brief": "brief", "template": "brief",
    "no_regions": "regions", "none_below": "level", "level": "level", "many": "level", "lang": "lang",
}  # fmt: skip


def _key(code: str, entry: Entry) -> str:
    if code == "region":
        return next((key for key in ("regions", "region") if key in entry.lines), "query")
    key = _KEYS.get(code, "query")
    return key if key in entry.lines else "query"


def mail_words(problem: MailError, lang: str) -> str:
    """What is wrong with a mail, as a sentence."""
    return t(f"schedules.mail.{problem.code}", lang, **{name: str(value) for name, value in problem.params.items()})


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock of a store's schedules. Raises Busy."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a+") as lock:
        if not file_locks.take(lock):
            raise Busy
        yield


def run_due(site: Site, entries: list[Entry], runs: Runs, now: datetime, tell: Callable[[str], None]) -> int:
    """Do what is due, each once, whatever became of the others; gives how many could not be done."""
    runs.seen(entries, now)
    bad = 0
    for entry in entries:
        slot = runs.due(entry, now)
        if slot is None:
            continue
        # noted before it begins: whatever it does to this process, it is not begun for ever
        runs.begun(entry.name, slot)
        ok, words, again = _attempt(site, entry, slot.date())
        runs.ended(entry.name, slot, now, ok, words, again)
        tell(f"{entry.name}\t{t('schedules.done' if ok else 'schedules.undone', site.lang)}\t{words}")
        bad += not ok
    return bad


def attempt(site: Site, entry: Entry, today: date) -> tuple[bool, str]:
    """Make one schedule and bring it where it goes, as seen from ``today``; whether that went well, and what there is to say."""
    ok, words, _ = _attempt(site, entry, today)
    return ok, words


def _attempt(site: Site, entry: Entry, today: date) -> tuple[bool, str, bool]:
    """The same, and whether to try again what did not go well."""
    lang = entry.lang or site.lang
    try:
        made = _made(site, entry, today, lang)
        return True, _sent(site, entry, made, lang) if entry.mail else _put(entry, made, lang), False
    except BatchError as problem:
        words = batch_define.words(problem, lang)
    except MailError as problem:
        # those who have it need it no second time
        return False, mail_words(problem, lang), problem.code != "some_refused"
    except Undone as problem:
        words = str(problem)
    except OSError as problem:
        words = t("batches.error.unwritten", lang, why=problem.strerror or type(problem).__name__)
    except Exception as problem:
        log.exception("schedule %s failed", entry.name)
        words = batch_subjects.fault(problem, lang)
    return False, words, True


# ----------------------------------------------------------------------------- making


def _asked(entry: Entry, lang: str) -> Asked:
    subjects = (BRIEF + entry.brief,) if entry.brief else entry.charts
    return Asked(subjects, entry.formats, entry.query, entry.level, entry.region, entry.regions, entry.lang or lang)


def _made(site: Site, entry: Entry, today: date, lang: str) -> list[Output]:
    return _batch(site, entry, today, lang) if entry.batch else _files(site, entry, today, lang)


def _files(site: Site, entry: Entry, today: date, lang: str) -> list[Output]:
    asked = _asked(entry, lang)
    batch_define.check_subjects(asked.subjects, asked.formats, site.own)
    filters = batch_define.checked_query(site.store, entry.query, today)
    if entry.region:
        filters = filters.but(region=entry.region)
    desk = Noting(site.store, site.instance / "exports", site.url, site.least, WAYS[4])
    desk.by = system_user()
    out = []
    for subject in asked.subjects:
        for form in asked.formats:
            try:
                made = batch_subjects.make(site.store, desk, subject, filters.to_query(), form, lang, SCOPE)
            except NotReleased as held:
                if desk.state is not None:
                    desk.record.add(desk.state)
                raise _held(held, lang) from None
            marks = t("format.join", lang).join(made.marks)
            lines = [made.title, made.caption, marks, t("schedules.reopens", lang, code=made.code, address=made.address)]
            name = f"{entry.name}_{safe(made.stem, 120)}.{form}"
            out.append(Output(name, made.body, made.title, "\n".join(line for line in lines if line)))
    return out


def _held(held: NotReleased, lang: str) -> Undone:
    return Undone(f"{batch_subjects.fault(held, lang)} {t('export.reopens', lang, code=held.code)}")


def _batch(site: Site, entry: Entry, today: date, lang: str) -> list[Output]:
    batches = Batches(site.instance / "batches")
    desk = Desk(site.store, site.instance / "exports", site.url, site.least)
    wanted = batch_define.define(site.store, _asked(entry, lang), SCOPE, site.own, site.url, today)
    job = batches.like(wanted)
    if job is not None and job.live:
        raise BatchError("live", id=job.id)
    if job is None or job.progress.state == DONE:
        if job is None or job.definition.version != wanted.version or job.resumable or not batch_run.fits(desk, job):
            job = batches.make(wanted)
    else:
        # begun before and cut off
        job = batches.again(job)
    if job.live:
        job = batch_run.run(site.store, batches, job, site.instance / "exports", site.url, site.least)
    there = job.progress
    if there.state != DONE:
        error = there.error or {"code": "cancelled", "params": {}}
        raise BatchError(error["code"], **error["params"])
    missing = sum(there.counts.get(state, 0) for state in ("held", "failed"))
    if missing:
        raise Undone(t("batches.cli.missing", lang, n=missing, id=job.id))
    _noted(desk, job, lang)
    names = t("format.join", lang).join(batch_subjects.name_of(each, lang, site.own) for each in wanted.subjects)
    on = batch_define.day_of(wanted)
    title = t("schedules.batch_title", lang, names=names, places=len(wanted.places), day=day(on, lang, year=True))
    lines = [title, t("batches.cli.made", lang, n=there.total)]
    lines += [t("batches.cli.empty", lang, n=there.counts["empty"])] if there.counts.get("empty") else []
    lines += [t("batches.page.moved", lang)] if there.moved else []
    return [Output(f"{entry.name}_{batch_run.bundle_name(job)}", job.bundle.read_bytes(), title, "\n".join(lines))]


def _noted(desk: Desk, job: Job, lang: str) -> None:
    """Write into the book that the files of a batch go out, also those that went out before. Raises Undone when one may not."""
    who, made = system_user(), [line for line in job.lines() if line.there]
    try:
        # somebody may have decided otherwise while they were made
        status = desk.may_again((each.code, each.sha256) for each in made)
    except NotReleased as held:
        raise _held(held, lang) from None
    except Withdrawn:
        raise Undone(t("guard.batch_withdrawn", lang)) from None
    lines = (taking(each.code, each.form, each.name, each.sha256, each.bytes, WAYS[4], status[each.code], who) for each in made)
    desk.record.add(None, *lines)


# ----------------------------------------------------------------------------- bringing


def _put(entry: Entry, made: list[Output], lang: str) -> str:
    """Into the folder: each whole, or as it was before."""
    folder = entry.folder
    assert folder is not None
    folder.mkdir(parents=True, exist_ok=True)
    for each in made:
        part = folder / f".{each.name}.{secrets.token_hex(4)}.part"
        try:
            with part.open("wb") as file:
                file.write(each.body)
                file.flush()
                os.fsync(file.fileno())
            part.replace(folder / each.name)
        except OSError:
            part.unlink(missing_ok=True)
            raise
    return t("schedules.put", lang, n=len(made), folder=str(folder))


def _sent(site: Site, entry: Entry, made: list[Output], lang: str) -> str:
    subject = entry.subject or made[0].title
    text = "\n\n".join(dict.fromkeys(each.said for each in made)) + "\n\n" + t("schedules.foot", lang, name=entry.name)
    files = [Attachment(each.name, each.body) for each in made]
    schedule_mail.send(site.server, schedule_mail.message(site.server.checked(), entry.mail, subject, text, files))
    return t("schedules.sent", lang, n=len(made), addresses=", ".join(entry.mail))
