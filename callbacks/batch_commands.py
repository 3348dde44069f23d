"""The group ``batch`` of the command line: files for many regions at one go."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from callbacks import batch_run, chromium
from callbacks.batch_define import Asked, define, words
from callbacks.batch_subjects import own_folder
from callbacks.export_desk import Desk
from dashboard.formatting import count, moment
from dashboard.i18n import t
from dashboard.map_notice import MapNotice, set_notice
from data import calendar, scope
from data.batches.definition import BRIEF, BatchError
from data.batches.jobs import DONE, Batches, Job
from data.batches.names import safe
from data.ledgers.jobs import moment as utc

if TYPE_CHECKING:
    from data.store import Store

_lang = click.option("--lang", type=click.Choice(["zh-CN", "en"]), default=None, help="Language of files and messages.")
_output = click.option(
    "-o", "--output", type=click.Path(dir_okay=False), help="Where the zip goes; default: it stays in the instance folder."
)
BAR = 24


@click.group()
def batch() -> None:
    """The same charts or one brief for many regions: files, an index and hashes in one zip."""


class Room:
    """What the commands work with: settings and store as the root has them."""

    def __init__(self, context: click.Context, lang: str | None = None) -> None:
        settings: Any = context.meta["dubang.settings"]()
        opener: Callable[[], Store] = context.obj
        self.settings, self._open = settings, opener
        self.lang = lang or settings.language
        self.batches = Batches(Path(settings.instance) / "batches")
        self.own = own_folder(Path(settings.instance))

    def store(self) -> "Store":
        chromium.settle(self.settings.chromium)
        set_notice(MapNotice(self.settings.map_approval, self.settings.map_source))
        return self._open()

    def scope(self) -> str:
        return scope.made(scope.ALL, bool(self.settings.exact_places))

    def run(self, store: "Store", job: Job, tell: batch_run.Tell) -> Job:
        settings = self.settings
        return batch_run.run(
            store, self.batches, job, Path(settings.instance) / "exports", settings.public_url, settings.export_least, tell
        )

    def fits(self, store: "Store", job: Job) -> bool:
        return batch_run.fits(Desk(store, Path(self.settings.instance) / "exports", least=self.settings.export_least), job)

    def job(self, batch_id: str) -> Job:
        found = self.batches.get(batch_id)
        if found is None:
            self.refuse(BatchError("missing", id=batch_id[:40]))
        return found

    def refuse(self, problem: BatchError) -> NoReturn:
        raise click.ClickException(words(problem, self.lang))


@batch.command("make")
@click.option("--charts", default="", help="Ids of charts, with commas between them.")
@click.option("--brief", default="", help="A template of briefs, instead of charts.")
@click.option("--formats", default="pptx", show_default=True, help="Formats, with commas between them.")
@click.option("--level", default="", help="Every region of this level (prefecture, county, township) below --region.")
@click.option("--region", "below", default="", help="Code of the region above; default: the query's, or the whole store.")
@click.option("--regions", default="", help="Codes of regions one by one, with commas between them, instead of a level.")
@click.option("--query", default="", help="The page's query string; as_of may be today, yesterday, week-end or month-end.")
@_lang
@_output
@click.pass_context
def make(
    context: click.Context,
    charts: str,
    brief: str,
    formats: str,
    level: str,
    below: str,
    regions: str,
    query: str,
    lang: str | None,
    output: str | None,
) -> None:
    """Make a batch, here and now. The same command again goes on where it was interrupted."""
    room = Room(context, lang)
    subjects = _parts(charts) + ([BRIEF + brief] if brief else [])
    asked = Asked(subjects, _parts(formats), query, level, below, _parts(regions), room.lang)
    store = room.store()
    try:
        wanted = define(store, asked, room.scope(), room.own, room.settings.public_url)
    except BatchError as problem:
        room.refuse(problem)
    job = room.batches.like(wanted)
    if job is not None and job.live:
        room.refuse(BatchError("live", id=job.id))
    if job is None or (job.progress.state == DONE and (job.definition.version != wanted.version or not job.bundle.exists())):
        job = room.batches.make(wanted)
    elif job.progress.state == DONE and not job.resumable and room.fits(store, job):
        click.echo(t("batches.cli.there", room.lang, id=job.id), err=True)
        _deliver(room, job, output)
        return
    else:
        click.echo(t("batches.cli.goes_on", room.lang, id=job.id), err=True)
        job = room.batches.again(job)
    _make(room, store, job, output)


@batch.command("resume")
@click.argument("batch_id")
@_lang
@_output
@click.pass_context
def resume(context: click.Context, batch_id: str, lang: str | None, output: str | None) -> None:
    """Go on with a batch that was interrupted or cancelled, or make again what could not be made."""
    room = Room(context, lang)
    job = room.job(batch_id)
    if scope.exact(job.definition.scope) and not scope.exact(room.scope()):
        # made for somebody who is shown more
        room.refuse(BatchError("missing", id=job.id))
    if job.live:
        room.refuse(BatchError("live", id=job.id))
    store = room.store()
    if job.resumable or not room.fits(store, job):
        _make(room, store, room.batches.again(job), output)
    else:
        _deliver(room, job, output)


@batch.command("run", hidden=True)
@click.argument("batch_id")
@click.pass_context
def run(context: click.Context, batch_id: str) -> None:
    """Make a batch that a page has asked for."""
    room = Room(context)
    room.run(room.store(), room.job(batch_id), lambda job: None)


@batch.command("list")
@_lang
@click.pass_context
def listing(context: click.Context, lang: str | None) -> None:
    """List batches, the newest first."""
    room = Room(context, lang)
    for job in room.batches.all():
        there = job.progress
        asked = moment(calendar.local_moment(utc(job.asked_at)), room.lang)
        parts = (
            job.id,
            t(f"batches.state.{there.state}", room.lang),
            f"{there.done}/{there.total}",
            asked,
            ",".join(job.definition.subjects),
        )
        click.echo("\t".join(parts))


@batch.command("remove")
@click.argument("batch_id")
@_lang
@click.pass_context
def remove(context: click.Context, batch_id: str, lang: str | None) -> None:
    """Remove a batch and its files; what went out stays in the book of exports."""
    room = Room(context, lang)
    job = room.job(batch_id)
    if job.live:
        room.refuse(BatchError("live", id=job.id))
    room.batches.remove(job)
    click.echo(t("batches.cli.removed", room.lang, id=job.id))


def _make(room: Room, store: "Store", job: Job, output: str | None) -> None:
    bar = _Bar(room.lang)
    try:
        ended = room.run(store, job, bar.tell)
    except KeyboardInterrupt:
        bar.end()
        raise click.ClickException(t("batches.cli.interrupted", room.lang, id=job.id)) from None
    bar.end()
    if ended.progress.state != DONE:
        error = ended.progress.error
        said = BatchError(error["code"], **error["params"]) if error else BatchError("cancelled")
        raise click.ClickException(f"{words(said, room.lang)} {t('batches.cli.resume', room.lang, id=ended.id)}")
    _deliver(room, ended, output)


def _deliver(room: Room, job: Job, output: str | None) -> None:
    """Put the zip where it was asked for; exit status 1 when files are missing from it."""
    if output:
        target = Path(output)
        part = target.with_name(f"{safe(target.name, 100)}.{job.id[:8]}.part")
        try:
            with job.bundle.open("rb") as body, part.open("wb") as file:
                while chunk := body.read(1024 * 1024):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except OSError as problem:
            part.unlink(missing_ok=True)
            room.refuse(BatchError("unwritten", why=problem.strerror or ""))
        click.echo(output)
    else:
        click.echo(str(job.bundle))
    counts = job.progress.counts
    missing = counts.get("held", 0) + counts.get("failed", 0)
    click.echo(t("batches.cli.made", room.lang, n=job.progress.total - missing), err=True)
    if counts.get("empty"):
        click.echo(t("batches.cli.empty", room.lang, n=counts["empty"]), err=True)
    if job.progress.moved:
        click.echo(t("batches.page.moved", room.lang), err=True)
    if missing:
        raise click.ClickException(t("batches.cli.missing", room.lang, n=missing, id=job.id))


class _Bar:
    """How far it is, on standard error: a line that is written over on a terminal, a line now and then elsewhere."""

    def __init__(self, lang: str) -> None:
        self._lang, self._terminal, self._last = lang, sys.stderr.isatty(), -1

    def tell(self, job: Job) -> None:
        there = job.progress
        tenth = there.done * 10 // max(there.total, 1)
        if not self._terminal and tenth == self._last:
            return
        self._last = tenth
        left = job.seconds_left
        words = t("batches.page.of", self._lang, n=count(there.done, self._lang), total=count(there.total, self._lang))
        words += t("batches.page.left", self._lang, s=round(left)) if left is not None and there.done < there.total else ""
        full = round(BAR * there.done / max(there.total, 1))
        click.echo(f"\r[{'#' * full}{'.' * (BAR - full)}] {words}   " if self._terminal else words, nl=not self._terminal, err=True)

    def end(self) -> None:
        if self._terminal:
            click.echo("", err=True)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
