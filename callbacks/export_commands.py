"""``manage.py export``: one chart as a file, from the command line."""

import errno
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from callbacks.chromium import ChromiumError
from callbacks.export_desk import Desk, NotReleased
from callbacks.export_pictures import FORMS, picture_bytes
from callbacks.exports import export_bytes
from callbacks.registry import CHARTS
from data.store import Store


class ExportFailed(Exception):
    """There is no file; the text says why."""


def made(
    store: Store, desk: Desk, chart: str, query: str, form: str, lang: str | None, scope: str, preset: str = "slide", scale: float = 1
) -> bytes:
    """A chart as the bytes of a file, in the book. Raises ExportFailed."""
    if chart not in CHARTS:
        raise ExportFailed(f"There is no chart {chart!r}. Charts: {', '.join(CHARTS)}")
    try:
        if form in FORMS:
            return picture_bytes(store, chart, query, form, lang, desk, preset, scale, scope)
        return export_bytes(store, chart, query, form, lang, scope, desk)
    except ChromiumError as fault:
        raise ExportFailed(str(fault)) from None
    except NotReleased as held:
        raise ExportFailed(held_words(held)) from None
    except OSError as problem:
        raise ExportFailed(no_book(problem)) from None


def write(output: Path, make: Callable[[], bytes]) -> None:
    """What ``make`` gives, as a file. Raises ExportFailed."""
    try:
        with whole(output) as file:
            file.write(make())
    except OSError as problem:
        raise ExportFailed(f"{output} cannot be written: {problem.strerror}.") from None


def held_words(held: NotReleased) -> str:
    """Why a file did not go out, with the code that can be released."""
    return f"Only what is {held.least} may go out from here; code {held.code} is {held.status}, and waits under its code to be released."


def no_book(problem: OSError) -> str:
    """That there is no file because there is no line for it."""
    return f"The book of exports cannot be written, so no file was made: {problem.strerror or type(problem).__name__}."


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file that is there whole in the end, or stays what it was. It is opened before what goes into it is made: where nothing can be
    written, nothing is taken. Raises OSError."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        # a folder says what it is; a link or a pipe stays what it is
        with path.open("wb") as file:
            yield file
        return
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
