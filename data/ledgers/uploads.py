"""Files that visitors have handed in and not yet imported: one folder each, seen by its owner only, gone after a day."""

import hashlib
import hmac
import json
import os
import re
import secrets
import shutil
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from data.ledgers.problems import LedgerError

KEPT_SECONDS = 24 * 3600
#: so many files one visitor may have waiting; a forgotten browser must not fill the disk
WAITING = 20
NAME_LENGTH = 200
_ID = re.compile(r"^[A-Za-z0-9_-]{22}$")
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """One file handed in: where it lies, what it was called, its size in bytes and SHA-256."""

    id: str
    folder: Path
    name: str
    size: int
    sha256: str
    owner: str
    at: float

    @property
    def file(self) -> Path:
        return self.folder / "original"


class Uploads:
    """The folder of uploads. ``limit``: the largest file in bytes."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder = folder
        self.limit = limit

    def receive(self, stream: IO[bytes], name: str, visitor: str) -> Upload:
        """Keep what ``stream`` holds. LedgerError for an empty or too large file, or one visitor's too many files."""
        self.sweep()
        if len(self.of(visitor)) >= WAITING:
            raise LedgerError("uploads_many", limit=WAITING)
        made = Path(self._made())
        try:
            digest, size = hashlib.sha256(), 0
            with os.fdopen(_private(made / "original"), "wb") as file:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if size > self.limit:
                        raise LedgerError("file_too_large", limit=self.limit // 1024 // 1024)
                    digest.update(chunk)
                    file.write(chunk)
            if not size:
                raise LedgerError("file_empty")
            upload = Upload(made.name, made, clean_name(name), size, digest.hexdigest(), _mark(visitor), time.time())
            about = {key: value for key, value in asdict(upload).items() if key not in ("id", "folder")}
            write_json(made / "about.json", about)
        except OSError as error:
            shutil.rmtree(made, ignore_errors=True)
            raise LedgerError("upload_unsaved", detail=error.strerror or "") from None
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
        return upload

    def get(self, upload_id: object, visitor: str) -> Upload | None:
        """The upload of that id, for its owner; None for everybody else."""
        if not isinstance(upload_id, str) or not _ID.match(upload_id):
            return None
        upload = _read(self.folder / upload_id)
        return upload if upload is not None and hmac.compare_digest(upload.owner, _mark(visitor)) else None

    def of(self, visitor: str) -> list[Upload]:
        """A visitor's uploads, oldest first."""
        mine = _mark(visitor)
        return sorted((upload for upload in self._all() if upload.owner == mine), key=lambda upload: upload.at)

    def drop(self, upload: Upload) -> None:
        """Forget an upload; what was imported from it stays in the store."""
        shutil.rmtree(upload.folder, ignore_errors=True)

    def sweep(self, now: float | None = None) -> None:
        """Remove what is older than a day, and folders that a broken upload left behind."""
        oldest = (time.time() if now is None else now) - KEPT_SECONDS
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            if path.is_dir() and _ID.match(path.name) and path.stat().st_mtime < oldest:
                upload = _read(path)
                if upload is None or upload.at < oldest:
                    shutil.rmtree(path, ignore_errors=True)

    def room(self) -> Path:
        """A new empty folder beside the uploads, for work that has no file of its own; swept like them."""
        return self._made()

    def folder_of(self, room: object) -> Path | None:
        """The folder that ``room`` made, by its name; None when there is none."""
        folder = self.folder / room if isinstance(room, str) and _ID.match(room) else None
        return folder if folder is not None and folder.is_dir() else None

    def _made(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = self.folder / secrets.token_urlsafe(16)
        made.mkdir(mode=0o700)
        return made

    def _all(self) -> Iterator[Upload]:
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                if _ID.match(path.name) and (upload := _read(path)) is not None:
                    yield upload


def clean_name(name: str) -> str:
    """A file name fit to be shown: no path, no control or direction marks, not too long. It is never used as a path."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C").strip().strip(".")
    if len(plain) > NAME_LENGTH:
        stem, dot, suffix = plain.rpartition(".")
        plain = (stem[: NAME_LENGTH - len(suffix) - 1] + dot + suffix) if dot and len(suffix) <= 8 else plain[:NAME_LENGTH]
    return plain or "ledger"


def write_json(path: Path, body: Any) -> None:
    """Write a whole file or nothing: a reader never sees half of it."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with os.fdopen(_private(part), "w", encoding="utf-8") as file:
        json.dump(body, file, ensure_ascii=False, default=str)
    part.replace(path)


def read_json(path: Path) -> Any:
    """What a file holds; None when it is not there or not readable."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _private(path: Path) -> int:
    """A new file that only this account may read."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)


def _mark(visitor: str) -> str:
    return hashlib.sha256(visitor.encode()).hexdigest()


def _read(folder: Path) -> Upload | None:
    about = read_json(folder / "about.json")
    try:
        return Upload(id=folder.name, folder=folder, **about)
    except TypeError:
        return None
