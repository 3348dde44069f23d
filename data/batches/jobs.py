"""Batches under way and made: a folder each, that any process can read and that outlives the process which fills it.

``job.json`` what is asked for, ``progress.json`` how far it is (replaced as a whole), ``done.jsonl`` a line for each file that is there
(appended, and on the disk before it counts), ``lock`` held by the process that works, ``cancel`` once somebody wants it to end, ``files/``
and in the end ``batch.zip``. A batch whose record says it runs and whose lock nobody holds was interrupted, and can go on.
"""

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from data.batches.definition import Definition
from data.file_locks import held
from data.ledgers.uploads import read_json, write_json

WAITING, RUNNING, DONE, FAILED, CANCELLED, INTERRUPTED = "waiting", "running", "done", "failed", "cancelled", "interrupted"
# what became of a file; those that are not there are made when the batch goes on
MADE, EMPTY, HELD, UNMADE = "made", "empty", "held", "failed"
KEPT_DAYS = 14
# a process that has not taken its lock by then never started
START_SECONDS = 30
_ID = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class Line:
    """One file of a batch. ``unit``: which place and subject; ``state``: made, empty (made, and says that there is nothing), held (not
    released) or failed; ``why``: what there is to say of a file that is not there; ``version``: of the store it was made from."""

    unit: int
    form: str
    name: str
    state: str
    bytes: int = 0
    sha256: str = ""
    title: str = ""
    caption: str = ""
    code: str = ""
    as_of: str = ""
    version: int = 0
    simulated: bool = False
    marks: str = ""
    why: str = ""

    @property
    def there(self) -> bool:
        return self.state in (MADE, EMPTY)


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` files; ``before`` of them were there when this run began at ``began`` (seconds); ``unit``: which one is being
    made; ``counts`` of each state; ``moved``: the store changed meanwhile; ``error``: code and parameters of a message."""

    state: str = WAITING
    done: int = 0
    total: int = 0
    before: int = 0
    began: float = 0.0
    ended: float = 0.0
    unit: int = -1
    counts: dict[str, int] = field(default_factory=dict)
    moved: bool = False
    error: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A batch as its folder has it; ``asked_at`` in seconds."""

    folder: Path
    definition: Definition
    asked_at: float
    progress: Progress

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def live(self) -> bool:
        return self.progress.state in (WAITING, RUNNING)

    @property
    def bundle(self) -> Path:
        """Where its zip lies once it is made."""
        return self.folder / "batch.zip"

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    @property
    def resumable(self) -> bool:
        """Whether there is something left to make, or to make again of one state of the store."""
        there = self.progress
        return not self.live and (there.state != DONE or there.moved or bool({HELD, UNMADE} & set(there.counts)))

    @property
    def seconds_left(self) -> float | None:
        """An estimate; None before there is anything to go by."""
        there = self.progress
        made = there.done - there.before
        if there.state != RUNNING or made < 2 or not there.began:
            return None
        return (time.time() - there.began) / made * (there.total - there.done)

    @property
    def cancelled(self) -> bool:
        """Whether somebody wants it to end."""
        return (self.folder / "cancel").exists()

    def cancel(self) -> None:
        """Have it end soon. What is made stays."""
        (self.folder / "cancel").touch(0o600)

    def save(self, progress: Progress) -> "Job":
        """The job with its progress, written."""
        write_json(self.folder / "progress.json", asdict(progress))
        return replace(self, progress=progress)

    def pinned(self, version: int) -> "Job":
        """The job of another version of the store: nothing that was made of the old one counts any longer."""
        again = replace(self, definition=replace(self.definition, version=version))
        (self.folder / "done.jsonl").unlink(missing_ok=True)
        shutil.rmtree(self.files, ignore_errors=True)
        again.keep()
        return again

    def keep(self) -> None:
        """Write what is asked for."""
        write_json(self.folder / "job.json", {"definition": self.definition.as_dict(), "asked_at": self.asked_at})

    # ------------------------------------------------------------------ the lines of files

    def lines(self) -> list[Line]:
        """Every line, the newest of each file, in order of units; a line that was cut off does not count."""
        found: dict[tuple[int, str], Line] = {}
        try:
            raw = (self.folder / "done.jsonl").read_bytes()
        except OSError:
            return []
        for text in raw.split(b"\n"):
            try:
                line = Line(**json.loads(text))
            except (ValueError, TypeError):
                continue
            found[line.unit, line.form] = line
        forms = {form: k for k, form in enumerate(self.definition.formats)}
        return sorted(found.values(), key=lambda each: (each.unit, forms.get(each.form, len(forms))))

    def add(self, lines: Iterable[Line]) -> None:
        """Append lines; they are on the disk when this returns."""
        text = "".join(json.dumps(asdict(each), ensure_ascii=False) + "\n" for each in lines).encode("utf-8", "replace")
        path = self.folder / "done.jsonl"
        with path.open("ab") as file:
            if file.tell() and path.read_bytes()[-1:] != b"\n":
                # what came before was cut off
                text = b"\n" + text
            file.write(text)
            file.flush()
            os.fsync(file.fileno())


class Batches:
    """The batches of one store, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def turn(self) -> Path:
        """The file whose lock is the turn to work: one batch at a time."""
        return self.folder / ".turn"

    def make(self, definition: Definition) -> Job:
        """A new batch that waits to be made; old ones go."""
        self.sweep()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = self.folder / secrets.token_urlsafe(16)
        folder.mkdir(mode=0o700)
        (folder / "lock").touch(0o600)
        job = Job(folder, definition, time.time(), Progress(total=definition.total, began=time.time()))
        job.keep()
        return job.save(job.progress)

    def again(self, job: Job) -> Job:
        """The batch waiting to go on; what is made counts."""
        (job.folder / "cancel").unlink(missing_ok=True)
        now = time.time()
        return job.save(Progress(done=job.progress.done, before=job.progress.done, total=job.definition.total, began=now))

    def get(self, batch_id: object) -> Job | None:
        """The batch of an id in its true state; None without one."""
        if not isinstance(batch_id, str) or not _ID.fullmatch(batch_id):
            return None
        folder = self.folder / batch_id
        told, progress = read_json(folder / "job.json"), read_json(folder / "progress.json")
        try:
            job = Job(folder, Definition.from_dict(told["definition"]), float(told["asked_at"]), Progress(**progress))
        except (TypeError, KeyError, ValueError):
            return None
        there = job.progress
        if job.live and not held(job.lock) and not (there.state == WAITING and time.time() - there.began < START_SECONDS):
            # its process may have ended between the two looks
            progress = read_json(folder / "progress.json")
            there = Progress(**progress) if isinstance(progress, dict) else there
            if there.state in (WAITING, RUNNING):
                there = replace(there, state=INTERRUPTED)
            job = replace(job, progress=there)
        return job

    def all(self) -> list[Job]:
        """Every batch, the newest first."""
        return sorted(self._jobs(), key=lambda each: each.asked_at, reverse=True)

    def like(self, definition: Definition) -> Job | None:
        """The newest batch that asks for the same."""
        wanted = definition.fingerprint
        return next((each for each in self.all() if each.definition.fingerprint == wanted), None)

    def remove(self, job: Job) -> None:
        """Forget a batch that is not under way, with its files."""
        shutil.rmtree(job.folder, ignore_errors=True)

    def sweep(self, now: float | None = None) -> None:
        """Remove what is older than ``KEPT_DAYS``, and folders that nothing can be read of."""
        oldest = (time.time() if now is None else now) - KEPT_DAYS * 86400
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            if not _ID.fullmatch(path.name) or path.stat().st_mtime >= oldest:
                continue
            job = self.get(path.name)
            if job is None or (not job.live and max(job.asked_at, job.progress.ended) < oldest):
                shutil.rmtree(path, ignore_errors=True)

    def _jobs(self) -> Iterator[Job]:
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                job = self.get(path.name)
                if job is not None:
                    yield job
