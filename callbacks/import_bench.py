"""What is on the bench of the import page: an upload, its newest job, and how far it has come."""

from callbacks.import_options import first_values, profiles
from dashboard.components.import_form import NEW, bench
from dashboard.components.import_upload import size
from data.ledgers import jobs, tasks
from data.ledgers.uploads import Upload, read_json
from data.store import Store

_KINDS = (jobs.CHECK, jobs.IMPORT)


def bench_of(store: Store, upload: Upload, lang: str) -> object:
    """The card of one upload with its form; what was chosen for it before is there again. Nothing to choose once it is in."""
    if state_of(store, upload) == "done":
        return []
    values = {**first_values(store), **(read_json(upload.folder / "form.json") or {})}
    campaigns = [{"value": c.code, "label": campaign_name(store, c.code, lang)} for c in store.campaigns() if not c.simulated]
    if values.get("campaign") not in (None, NEW, *(each["value"] for each in campaigns)):
        values["campaign"] = None
    return bench({"id": upload.id, "name": upload.name, "size": size(upload.size, lang)}, values, campaigns, profiles(store), lang)


def campaign_name(store: Store, code: str, lang: str) -> str:
    found = next((c for c in store.campaigns() if c.code == code), None)
    if found is None:
        return code
    return (found.name_en if lang == "en" and found.name_en else found.name_zh) or code


def job_of(store: Store, upload: Upload) -> jobs.Job | None:
    job = jobs.latest(upload.folder, _KINDS)
    return tasks.outcome(store, job, upload.sha256) if job is not None else None


def state_of(store: Store, upload: Upload) -> str:
    job = job_of(store, upload)
    if job is None:
        return "waiting"
    if job.live:
        return "working"
    if job.task["kind"] == jobs.IMPORT and job.state == jobs.DONE:
        return "done"
    return "checked" if job.state == jobs.DONE else "stopped"


def busy(upload: Upload) -> bool:
    job = jobs.latest(upload.folder)
    return job is not None and job.live


def first_open(store: Store, waiting: list[Upload]) -> Upload | None:
    """The first that is not done; else the newest, so that its result is still seen after a reload."""
    return next((each for each in waiting if state_of(store, each) != "done"), waiting[-1] if waiting else None)
