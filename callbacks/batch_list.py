"""What the page of batches shows of them: the one under way, those that wait, those that were made; and the process that makes one."""

import subprocess
import sys
import threading
from os import environ
from pathlib import Path
from typing import Annotated

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from flask import current_app
from pydantic import BaseModel, Field

from callbacks import batch_subjects
from callbacks.batch_define import day_of, words
from callbacks.bench import clicked
from callbacks.guard import bind, current_scope
from callbacks.import_files import address_of
from dashboard import ids
from dashboard.components.batch_list import Shown, earlier, now_parts, said
from dashboard.formatting import count, day, moment
from dashboard.i18n import t
from dashboard.view import View
from data import calendar
from data.batches.definition import BatchError, Place
from data.batches.jobs import DONE, FAILED, HELD, KEPT_DAYS, RUNNING, UNMADE, Batches, Job, Progress
from data.ledgers.jobs import moment as utc
from data.store import Store

ROOT = Path(__file__).resolve().parents[1]
SHOWN = 30
Text = Annotated[str, Field(max_length=8000)] | None
Word = Annotated[str, Field(max_length=200)] | None
Clicks = Annotated[list[int | None], Field(max_length=500)]


class Looked(BaseModel):
    """A look at the batches."""

    ticks: int | None
    changed: Text
    view: Text
    seen: Text


class Stepped(BaseModel):
    """A click on cancel, go on or remove."""

    clicks: Clicks
    cancel: int | None
    current: Word
    view: Text


def register(app: Dash, store: Store, batches: Batches) -> None:
    """Bind the list and its buttons."""
    own = batch_subjects.own_folder(batches.folder.parent)

    def look(ticks: int | None, changed: str | None, view: str | None, seen: str | None) -> list[object]:
        shown, scope = View.from_query(view), current_scope()
        jobs = [job for job in batches.all() if job.definition.scope == scope]
        live = sorted((job for job in jobs if job.live), key=lambda each: (each.progress.state != RUNNING, each.asked_at))
        current = live[0] if live else None
        rest = [job for job in jobs if job is not current][:SHOWN]
        stamp = shown.lang + "|" + " ".join(f"{job.id[:8]}{job.progress.state}{job.progress.ended:.0f}" for job in rest)
        now = now_parts(_shown(store, current, shown.lang, own) if current else None, shown)
        # what is shown already stays as it is: somebody may be about to press a button in it
        listed = no_update if stamp == seen else earlier([_shown(store, job, shown.lang, own) for job in rest], KEPT_DAYS, shown)
        return [*now, current.id if current else None, listed, not live, stamp]

    bind(
        app,
        "batches:look",
        look,
        [
            Output(ids.BATCH_NOW, "hidden"),
            Output(ids.batch_now("title"), "children"),
            Output(ids.batch_now("about"), "children"),
            Output(ids.batch_now("bar"), "children"),
            Output(ids.batch_now("far"), "children"),
            Output(ids.batch_now("cancel"), "disabled"),
            Output(ids.batch_now("cancel"), "children"),
            Output(ids.BATCH_CURRENT, "data"),
            Output(ids.BATCH_LIST, "children"),
            Output(ids.BATCH_TICK, "disabled"),
            Output(ids.BATCH_SEEN, "data"),
        ],
        [Input(ids.BATCH_TICK, "n_intervals"), Input(ids.BATCH_CHANGED, "data"), Input(ids.VIEW, "data")],
        [State(ids.BATCH_SEEN, "data")],
        permission="export",
        model=Looked,
    )

    def stepped(clicks: list[int | None], cancel: int | None, current: str | None, view: str | None) -> list[object]:
        lang, by = View.from_query(view).lang, ctx.triggered_id
        if not clicked():
            return [no_update, no_update]
        name = str(by.get("name") or "") if isinstance(by, dict) else f"cancel:{current or ''}"
        do, _, batch_id = name.partition(":")
        job = mine(batches, batch_id)
        if job is None:
            return [said(t("batches.error.no_zip", lang), bad=True), f"{batch_id[:30]}:gone"]
        mark = f"{job.id}:{do}:{calendar.now_utc().isoformat()}"
        if do == "cancel":
            if job.live:
                job.cancel()
            return [said(t("batches.page.cancelled_said", lang)), mark]
        if job.live:
            return [said(t("batches.page.already", lang)), mark]
        if do == "remove":
            batches.remove(job)
            return [said(t("batches.page.removed", lang)), mark]
        if not start(store, batches, batches.again(job)):
            return [said(t("batches.error.unstarted", lang), bad=True), mark]
        return [said(t("batches.page.resumed", lang)), mark]

    bind(
        app,
        "batches:step",
        stepped,
        [Output(ids.BATCH_SAID, "children", allow_duplicate=True), Output(ids.BATCH_CHANGED, "data", allow_duplicate=True)],
        [Input({"type": "batch-step", "name": ALL}, "n_clicks"), Input(ids.batch_now("cancel"), "n_clicks")],
        [State(ids.BATCH_CURRENT, "data"), State(ids.VIEW, "data")],
        permission="export",
        model=Stepped,
        prevent_initial_call=True,
    )


def _shown(store: Store, job: Job, lang: str, own: Path) -> Shown:
    wanted, there = job.definition, job.progress
    on = day_of(wanted)
    forms = t("format.join", lang).join(each.upper() for each in wanted.formats)
    asked = t("batches.page.asked", lang, moment=moment(calendar.local_moment(utc(job.asked_at)), lang))
    now = ""
    if 0 <= there.unit < len(wanted.units) and there.done < there.total:
        place, subject = wanted.units[there.unit]
        now = t("batches.page.making", lang, place=_label(store, place, lang), subject=batch_subjects.name_of(subject, lang, own))
    remarks = [
        t(f"batches.page.part_{state}", lang, n=count(there.counts[state], lang))
        for state in ("empty", HELD, UNMADE)
        if there.state == DONE and there.counts.get(state)
    ]
    if there.moved:
        remarks.append(t("batches.page.moved", lang))
    error = words(BatchError(there.error["code"], **there.error["params"]), lang) if there.error else ""
    size = job.bundle.stat().st_size if there.state == DONE and job.bundle.is_file() else 0
    return Shown(
        id=job.id,
        name=t("format.join", lang).join(batch_subjects.name_of(each, lang, own) for each in wanted.subjects),
        about=t(
            "batches.page.about",
            lang,
            where=_where(store, wanted.below, lang),
            places=len(wanted.places),
            forms=forms,
            language=t(f"batches.form.lang_{wanted.lang}", lang),
            day=day(on, lang, year=True),
            n=wanted.version,
        ),
        asked=asked,
        state=there.state,
        done=there.done,
        total=there.total,
        now=now,
        left=job.seconds_left,
        said=remarks,
        error=error,
        size=_size(size, lang) if size else "",
        resumable=job.resumable,
        again=there.state == DONE,
        stopping=job.live and job.cancelled,
    )


def _where(store: Store, below: str, lang: str) -> str:
    found = store.tree().get(below)
    return t("batches.page.of_region", lang, region=store.tree().full_name(found.region_id, lang)) if found is not None else ""


def _label(store: Store, place: Place, lang: str) -> str:
    found = store.tree().get(place.code)
    return store.tree().label(found.region_id, lang) if found is not None else place.short


def _size(size: int, lang: str) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{count(-(-size // 1000), lang)} KB"


def mine(batches: Batches, batch_id: object) -> Job | None:
    """The batch of that id, for a visitor of the scope in which it was asked for."""
    job = batches.get(batch_id)
    return job if job is not None and job.definition.scope == current_scope() else None


def start(store: Store, batches: Batches, job: Job) -> bool:
    """Have a process of its own make the batch; False when there can be none."""
    extensions = current_app.extensions
    told = {
        "DUBANG_DATABASE_URL": address_of(store),
        "DUBANG_INSTANCE": str(batches.folder.parent),
        "DUBANG_PUBLIC_URL": extensions["public_url"],
        "DUBANG_EXPORT_LEAST": extensions["export_least"],
    }
    try:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "batch", "run", job.id],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=ROOT,
            env={**environ, **told},
            start_new_session=True,
        )
    except OSError as problem:
        there = job.progress
        job.save(Progress(FAILED, there.done, there.total, error={"code": "unstarted", "params": {"why": problem.strerror or ""}}))
        return False
    # somebody has to collect the exit status, whatever becomes of the request
    threading.Thread(target=process.wait, daemon=True, name=f"batch-{job.id[:8]}").start()
    return True
