"""Checks, imports and undos in a process of their own, and a record of them that every web process can read.

A job is three files in a folder: ``job-<n>.json`` (its state), ``job-<n>.lock`` (held by the process as long as it
lives) and what it leaves behind (``preview.json``, ``marked.xlsx``). A job whose record says it runs and whose lock
nobody holds was interrupted: its transaction was never committed, unless the store has the batch all the same.
One job works at a time; the others wait.

``python -m data.ledgers.jobs FOLDER NUMBER`` is that process; the store's address comes on its standard input.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.file_locks import held as _held
from data.file_locks import take as _take
from data.ledgers.uploads import read_json, write_json

ROOT = Path(__file__).resolve().parents[2]
CHECK, IMPORT, UNDO, MARK = "check", "import", "undo", "mark"
PLACES_CHECK, PLACES_IMPORT, PLACES_UNDO = "places-check", "places-import", "places-undo"
WAITING, RUNNING, DONE, FAILED, INTERRUPTED = "waiting", "running", "done", "failed", "interrupted"
#: a process that has not taken its lock by then never started
START_SECONDS = 30
_EACH = 0.2


@dataclass(slots=True)
class Job:
    """One job as its record has it. ``share``: how much is done, 0-1; ``step``: what is being done; ``error``: code and
    parameters of a message; ``result``: what a finished job found."""

    folder: Path
    number: int
    task: dict[str, Any]
    state: str = WAITING
    asked_at: float = 0.0
    step: str = ""
    share: float = 0.0
    error: dict[str, Any] | None = None
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def stamp(self) -> str:
        """Changes whenever there is something new to show."""
        return f"{self.folder.name}:{self.number}:{self.state}"

    @property
    def live(self) -> bool:
        return self.state in (WAITING, RUNNING)

    def save(self) -> None:
        body = {name: getattr(self, name) for name in ("task", "state", "asked_at", "step", "share", "error", "result")}
        write_json(self.folder / f"job-{self.number}.json", body)


def start(folder: Path, address: str, task: dict[str, Any]) -> Job:
    """Begin a job in a folder, unless one is under way there: that one is given back then.

    ``address`` of the store. ``task``: ``kind``; ``turn``, the file whose lock is the turn to work; what the kind needs.
    """
    newest = latest(folder)
    if newest is not None and newest.live:
        return newest
    number = newest.number + 1 if newest is not None else 1
    try:
        # whoever makes the lock file first starts the job; a second click finds it there
        (folder / f"job-{number}.lock").touch(0o600, exist_ok=False)
    except FileExistsError:
        time.sleep(_EACH)
        return latest(folder) or Job(folder, number, task, asked_at=time.time())
    job = Job(folder, number, task, asked_at=time.time())
    job.save()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "data.ledgers.jobs", str(folder), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            cwd=ROOT,
            start_new_session=True,
        )
    except OSError:
        job.state, job.error = FAILED, {"code": "job_unstarted", "params": {}}
        job.save()
        return job
    assert process.stdin is not None
    try:
        process.stdin.write(address.encode())
        process.stdin.close()
    except OSError:
        pass
    # somebody has to collect the exit status, whatever becomes of the request
    threading.Thread(target=process.wait, daemon=True, name=f"job-{number}").start()
    return job


def latest(folder: Path, kinds: tuple[str, ...] = ()) -> Job | None:
    """The newest job of a folder (of some kinds), in its true state."""
    numbers = sorted((int(path.stem.removeprefix("job-")) for path in folder.glob("job-*.json") if path.stem[4:].isdigit()), reverse=True)
    for number in numbers:
        job = _load(folder, number)
        if job is not None and (not kinds or job.task.get("kind") in kinds):
            return job
    return None


def _load(folder: Path, number: int) -> Job | None:
    body = read_json(folder / f"job-{number}.json")
    if not isinstance(body, dict):
        return None
    job = Job(folder, number, **body)
    if job.live and not _held(folder / f"job-{number}.lock") and not (job.state == WAITING and time.time() - job.asked_at < START_SECONDS):
        # the process may have finished between the two looks
        body = read_json(folder / f"job-{number}.json")
        if isinstance(body, dict):
            job = Job(folder, number, **body)
        if job.live:
            job.state = INTERRUPTED
    return job


# ----------------------------------------------------------------------------- the process


class Progress:
    """Writes how far a job is, a few times a second at most: ``progress(step, share)``, share 0-1."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.written = 0.0

    def __call__(self, step: str, share: float = 0.0) -> None:
        now = time.monotonic()
        if step == self.job.step and now - self.written < _EACH and share < 1:
            return
        self.job.step, self.job.share, self.written = step, share, now
        self.job.save()


def work(folder: Path, number: int, address: str) -> None:
    """Do one job: wait for its turn, do its task, leave its state."""
    from data.ledgers.problems import LedgerError

    with (folder / f"job-{number}.lock").open("r+") as mine:
        for _ in range(20):
            # somebody who looks whether this process lives holds the lock for a moment
            if _take(mine):
                break
            time.sleep(_EACH / 2)
        else:
            return
        job = _load_own(folder, number)
        with Path(job.task["turn"]).open("a+") as turn:
            while not _take(turn):
                time.sleep(_EACH)
            job.state = RUNNING
            job.save()
            try:
                job.result = _tasks()[job.task["kind"]](job, address)
                job.state = DONE
            except LedgerError as error:
                job.state, job.error = FAILED, {"code": error.code, "params": error.params}
            except MemoryError:
                job.state, job.error = FAILED, {"code": "reader_memory", "params": {}}
            except Exception:
                import traceback

                # for the operator; the visitor is told that nothing was written
                traceback.print_exc()
                job.state, job.error = FAILED, {"code": "job_failed", "params": {}}
            job.share = 1.0
            job.save()


def _load_own(folder: Path, number: int) -> Job:
    return Job(folder, number, **read_json(folder / f"job-{number}.json"))


def _tasks() -> dict[str, Callable[[Job, str], dict[str, Any]]]:
    from data.ledgers import tasks
    from data.places import tasks as places

    return {
        CHECK: tasks.check,
        IMPORT: tasks.take_in,
        UNDO: tasks.take_back,
        MARK: tasks.mark,
        PLACES_CHECK: places.check,
        PLACES_IMPORT: places.take_in,
        PLACES_UNDO: places.take_back,
    }


def moment(asked_at: float) -> datetime:
    """A job's beginning as the store writes moments: UTC without an offset, whole seconds."""
    return datetime.fromtimestamp(asked_at, UTC).replace(tzinfo=None, microsecond=0)


if __name__ == "__main__":
    # this module by its own name, so that the job it reads and the job its tasks know are of one class
    from data.ledgers.jobs import work as _work

    _work(Path(sys.argv[1]), int(sys.argv[2]), sys.stdin.read())
