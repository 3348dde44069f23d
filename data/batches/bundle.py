"""A batch as one file: what its index says, the hashes of everything in it, and the files."""

import hashlib
import os
import secrets
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from data.batches.definition import BatchError
from data.batches.jobs import Job, Line

SUMS = "SHA256SUMS"
FOLDER = "files"
# packed already: to pack them again takes long and gains little
_PACKED = {"pptx", "docx", "xlsx", "png", "pdf"}
_CHUNK = 1024 * 1024


def hash_of(path: Path) -> str | None:
    """sha256 of a file in hex; None when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def write(path: Path, body: bytes) -> None:
    """A whole file or none: a reader never sees half of it."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb") as file:
            file.write(body)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def zipped(job: Job, lines: Sequence[Line], beside: dict[str, bytes], when: datetime, stop: Callable[[], bool]) -> bool:
    """Write the batch's zip: ``beside`` (index), the hashes, and the files that are there. ``when`` stands in every entry.

    False when ``stop`` said so. Raises BatchError when a file is not what its line says.
    """
    sums = [(hashlib.sha256(body).hexdigest(), name) for name, body in beside.items()]
    sums += [(line.sha256, f"{FOLDER}/{line.name}") for line in lines if line.there]
    listed = "".join(f"{sha}  {name}\n" for sha, name in sums).encode()
    part = job.bundle.with_suffix(".part")
    try:
        with zipfile.ZipFile(part, "w") as out:
            for name, body in {**beside, SUMS: listed}.items():
                out.writestr(_entry(name, when), body)
            for line in lines:
                if not line.there:
                    continue
                if stop():
                    part.unlink()
                    return False
                _copy(out, job.files / line.name, _entry(f"{FOLDER}/{line.name}", when), line.sha256)
        part.replace(job.bundle)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return True


def _copy(out: zipfile.ZipFile, path: Path, entry: zipfile.ZipInfo, sha256: str) -> None:
    digest = hashlib.sha256()
    with path.open("rb") as file, out.open(entry, "w") as to:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            to.write(chunk)
    if digest.hexdigest() != sha256:
        raise BatchError("changed", name=path.name)


def _entry(name: str, when: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (max(when.year, 1980), when.month, when.day, when.hour, when.minute, when.second))
    entry.compress_type = zipfile.ZIP_STORED if name.rpartition(".")[2] in _PACKED else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def sha256(body: bytes) -> str:
    """In hex."""
    return hashlib.sha256(body).hexdigest()
