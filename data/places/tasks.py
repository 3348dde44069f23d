"""What a job process does with places: check a file, take it in, take a batch back. See data/ledgers/jobs.py."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from data.engine import make_engine
from data.ledgers.jobs import DONE, INTERRUPTED, PLACES_IMPORT, PLACES_UNDO, Job, Progress, moment
from data.ledgers.uploads import write_json
from data.places import pipeline
from data.places.model import PlaceOptions
from data.schema import place_batch
from data.store import Store


def check(job: Job, address: str) -> dict[str, Any]:
    """Say what an import would do, in ``preview.json``: ``Preview.to_dict`` with ``options`` and ``job``. Nothing is written."""
    store = Store(make_engine(address))
    options = PlaceOptions.from_dict(job.task["options"])
    shown = pipeline.check(store, job.folder / "original", job.task["name"], options, Progress(job))
    write_json(job.folder / "preview.json", shown.to_dict() | {"options": options.to_dict(), "job": job.number})
    return {"counts": counts(shown.rows, shown.accepted, shown.waiting, shown.refused, shown.warned)}


def take_in(job: Job, address: str) -> dict[str, Any]:
    """Import the file in one transaction."""
    store = Store(make_engine(address))
    options = PlaceOptions.from_dict(job.task["options"])
    confirmed = frozenset(int(row) for row in job.task.get("confirmed") or ())
    done = pipeline.run_import(store, job.folder / "original", job.task["name"], options, confirmed, Progress(job))
    return {
        "batch": done.batch_id, "layer": options.layer, "campaign": options.campaign, "new": done.new, "changed": done.changed,
        "same": done.same, "repaired": done.repaired, "refused": done.refused, "items": done.items, "already": done.already,
    }  # fmt: skip


def take_back(job: Job, address: str) -> dict[str, Any]:
    """Undo a batch in one transaction."""
    store = Store(make_engine(address))
    Progress(job)("undo")
    return {"batch": job.task["batch"], "places": pipeline.undo(store, int(job.task["batch"]))}


def counts(rows: int, accepted: int, waiting: int, refused: int, warned: int) -> dict[str, int]:
    return {"rows": rows, "accepted": accepted, "waiting": waiting, "refused": refused, "warned": warned}


def outcome(store: Store, job: Job, sha256: str = "") -> Job:
    """A job in the state that the store bears witness to: one that died after its transaction was committed is done."""
    if job.state != INTERRUPTED:
        return job
    b = place_batch.c
    with store.reading() as conn:
        if job.task.get("kind") == PLACES_UNDO:
            row = conn.execute(select(b.undone_at).where(b.batch_id == job.task["batch"])).first()
            if row is not None and row[0] is not None and row[0] >= moment(job.asked_at):
                return replace(job, state=DONE, result={"batch": job.task["batch"], "places": None})
        elif job.task.get("kind") == PLACES_IMPORT:
            where = (b.sha256 == sha256, b.undone_at.is_(None), b.imported_at >= moment(job.asked_at))
            batch = conn.execute(select(place_batch).where(*where).order_by(b.batch_id.desc())).mappings().first()
            if batch is not None:
                return replace(job, state=DONE, result=_result(dict(batch), job.task["options"]))
    return job


def _result(batch: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "batch": batch["batch_id"], "layer": batch["layer"], "campaign": options.get("campaign"), "new": batch["places_new"],
        "changed": batch["places_changed"], "same": batch["places_same"], "repaired": batch["repaired"], "refused": batch["refused"],
        "items": None, "already": False,
    }  # fmt: skip
