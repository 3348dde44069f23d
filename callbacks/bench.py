"""The bench of a page that takes files in: which of a visitor's files it works on, its newest job, and how far it has come."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

from dash import ctx, no_update
from pydantic import BaseModel, Field

from callbacks.import_files import address_of, mine, task, uploads, visitor
from dashboard.components.import_upload import queue
from data.ledgers import jobs
from data.ledgers.uploads import Upload
from data.store import Store

Text = Annotated[str, Field(max_length=8000)] | None
Clicks = Annotated[list[int | None], Field(max_length=500)]


class Listed(BaseModel):
    """What the list of batches is made from."""

    changed: Text
    asking: int | None
    view: Text


class Undo(BaseModel):
    """A click on undo, yes or no."""

    ask: Clicks
    yes: Clicks
    no: Clicks


@dataclass(frozen=True, slots=True)
class Bench:
    """``room``: the first word of the page's ids, and whose files these are. ``check``, ``take_in``, ``take_back``: kinds of its jobs.
    ``outcome(store, job, sha256)``: a job in the state that the store bears witness to. ``card(store, upload, lang)``: file and form."""

    room: str
    check: str
    take_in: str
    take_back: str
    outcome: Callable[[Store, jobs.Job, str], jobs.Job]
    card: Callable[[Store, Upload, str], object]

    def job_of(self, store: Store, upload: Upload) -> jobs.Job | None:
        """The newest check or import of an upload."""
        job = jobs.latest(upload.folder, (self.check, self.take_in))
        return self.outcome(store, job, upload.sha256) if job is not None else None

    def state_of(self, store: Store, upload: Upload) -> str:
        """waiting, working, checked, stopped or done."""
        job = self.job_of(store, upload)
        if job is None:
            return "waiting"
        if job.live:
            return "working"
        if job.task["kind"] == self.take_in and job.state == jobs.DONE:
            return "done"
        return "checked" if job.state == jobs.DONE else "stopped"

    def first_open(self, store: Store, waiting: Sequence[Upload]) -> Upload | None:
        """The first that is not done; else the newest, so that its result is still seen after a reload."""
        return next((each for each in waiting if self.state_of(store, each) != "done"), waiting[-1] if waiting else None)

    def opened(self, store: Store, arrived: str | None, current: str | None, lang: str) -> list[object]:
        """What the page shows after a file has arrived or a button of the line was clicked: id of the upload, the line, its card, whether
        the tick rests, the stamp of what is shown."""
        by = ctx.triggered_id
        # a button that has just been drawn reports itself without a click
        real = bool(ctx.triggered and ctx.triggered[0]["value"])
        wanted = current
        if isinstance(by, str) and real:
            open_now = mine(current, self.room)
            wanted = current if open_now and self.state_of(store, open_now) != "done" else arrived
        elif isinstance(by, dict) and real:
            if by["type"] == f"{self.room}-pick":
                wanted = by.get("upload")
            else:
                gone = mine(current if by["type"] == f"{self.room}-next" else by.get("upload"), self.room)
                if gone is not None and not busy(gone):
                    uploads().drop(gone)
        elif by is not None:
            return [no_update] * 5
        waiting = uploads().of(visitor(self.room))
        chosen = next((each for each in waiting if each.id == wanted), None) or self.first_open(store, waiting)
        line = queue(
            [{"id": each.id, "name": each.name, "state": self.state_of(store, each)} for each in waiting],
            chosen.id if chosen else None,
            lang,
            self.room,
        )
        if chosen is None:
            return [None, line, [], False, "-"]
        if chosen.id == current and not isinstance(by, dict):
            # it is there already: what has been chosen in its form stays (Dash also asks when a button has gone from the page)
            return [no_update, line, no_update, no_update, no_update]
        # nothing to choose once it is in
        card = [] if self.state_of(store, chosen) == "done" else self.card(store, chosen, lang)
        return [chosen.id, line, card, False, "-"]

    def undone(self, store: Store) -> list[object]:
        """What a click on undo, yes or no of a batch leads to: the batch that is asked about, the folder of the job that takes it back,
        whether the tick rests, what is said."""
        by = ctx.triggered_id
        if not clicked() or not isinstance(by, dict):
            return [no_update] * 4
        batch = by.get("batch") if isinstance(by.get("batch"), int) else None
        if by["type"] == f"{self.room}-ask":
            return [batch, no_update, no_update, []]
        if by["type"] == f"{self.room}-no" or batch is None:
            return [None, no_update, no_update, no_update]
        folder = uploads().room()
        jobs.start(folder, address_of(store), task(self.take_back, batch=batch))
        return [None, folder.name, False, []]


def busy(upload: Upload) -> bool:
    """Whether a job of that upload is under way."""
    job = jobs.latest(upload.folder)
    return job is not None and job.live


def clicked() -> bool:
    """A button that has just been drawn reports itself without a click."""
    return bool(ctx.triggered and ctx.triggered[0]["value"])
