"""The group ``schedule`` of the command line: what is made by itself, at its time. ``run`` is what cron starts every few minutes."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from callbacks import chromium, schedule_run
from callbacks.schedule_mail import Server
from callbacks.schedule_run import Busy, Site, said
from dashboard.formatting import day
from dashboard.i18n import t
from dashboard.map_notice import MapNotice, set_notice
from data import calendar
from data.schedules import plan
from data.schedules.runs import Runs

FILE, RECORD, LOCK = "schedules.toml", "schedules-done.json", "schedules.lock"
_file = click.option("--file", type=click.Path(dir_okay=False), help=f"The file of schedules; default: {FILE} in the instance folder.")
_lang = click.option("--lang", type=click.Choice(["zh-CN", "en"]), default=None, help="Language of messages.")


@click.group()
def schedule() -> None:
    """What is made by itself, at its time."""


def _site(context: click.Context, lang: str | None) -> Site:
    settings: Any = context.meta["dubang.settings"]()
    chromium.settle(settings.chromium)
    set_notice(MapNotice(settings.map_approval, settings.map_source))
    names = ("smtp_host", "smtp_port", "smtp_user", "smtp_password", "smtp_from", "smtp_tls")
    server = Server(*(getattr(settings, name) for name in names))
    instance = Path(settings.instance)
    return Site(context.obj(), instance, settings.public_url, settings.export_least, server, lang or settings.language)


def _read(site: Site, file: str | None) -> tuple[list[plan.Entry], list[tuple[int, str]]]:
    """The schedules that can be done, and everything that is wrong with the others."""
    entries, wrong = plan.read(Path(file) if file else site.instance / FILE)
    told = [(fault.line, said(fault, site.lang)) for fault in wrong]
    good = []
    for entry in entries:
        more = schedule_run.faults(site, [entry], calendar.today())
        told += [(line, t("schedules.at_line", site.lang, line=line, words=words) if line else words) for line, words in more]
        if not more:
            good.append(entry)
    return good, sorted(told)


@schedule.command("check")
@_file
@_lang
@click.pass_context
def check(context: click.Context, file: str | None, lang: str | None) -> None:
    """Say everything that is wrong with the file, with its line; exit status 1 when something is."""
    site = _site(context, lang)
    good, wrong = _read(site, file)
    for _, words in wrong:
        click.echo(words)
    if wrong:
        raise SystemExit(1)
    click.echo(t("schedules.good", site.lang, n=len(good)))


@schedule.command("list")
@_file
@_lang
@click.pass_context
def listing(context: click.Context, file: str | None, lang: str | None) -> None:
    """List the schedules: when each is due next, and how it went last time."""
    site = _site(context, lang)
    good, wrong = _read(site, file)
    runs, now = Runs(site.instance / RECORD), calendar.now_here()
    for entry in good:
        run = runs.held.get(entry.name)
        due = now if runs.due(entry, now) else entry.when.next(now)
        last = t("schedules.never", site.lang)
        if run is not None and run.ended:
            went = t("schedules.done" if run.ok else "schedules.undone", site.lang)
            last = f"{_moment(datetime.fromisoformat(run.ended), site.lang)} {went}: {run.said}"
        click.echo("\t".join((entry.name, entry.said, t("schedules.next", site.lang, moment=_moment(due, site.lang)), last)))
    for _, words in wrong:
        click.echo(words, err=True)


@schedule.command("run")
@_file
@_lang
@click.option("--now", "named", help="Do this one now, whatever its time; its next time stays as it is.")
@click.pass_context
def run(context: click.Context, file: str | None, lang: str | None, named: str | None) -> None:
    """Do what is due since the last run, once. Exit status 1 when something could not be done."""
    site = _site(context, lang)
    try:
        with schedule_run.alone(site.instance / LOCK):
            good, wrong = _read(site, file)
            for _, words in wrong:
                click.echo(words, err=True)
            bad = (
                _now(site, good, named)
                if named
                else schedule_run.run_due(site, good, Runs(site.instance / RECORD), calendar.now_here(), click.echo)
            )
    except Busy:
        # cron comes again in a few minutes
        click.echo(t("schedules.busy", site.lang), err=True)
        return
    if bad or wrong:
        raise SystemExit(1)


def _now(site: Site, entries: list[plan.Entry], name: str) -> int:
    entry = next((each for each in entries if each.name == name), None)
    if entry is None:
        known = ", ".join(each.name for each in entries) or "—"
        raise click.ClickException(t("schedules.unknown", site.lang, name=name[:60], known=known))
    ok, words = schedule_run.attempt(site, entry, calendar.today())
    click.echo(words, err=not ok)
    return int(not ok)


def _moment(when: datetime, lang: str) -> str:
    """A day and a clock, also at midnight."""
    return f"{day(when.date(), lang, year=True)} {when:%H:%M}"
