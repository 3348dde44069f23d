"""Locks on files, held by a process as long as it lives, whatever ends it."""

import sys
from pathlib import Path
from typing import IO


def take(file: IO[str]) -> bool:
    """Lock an open file for as long as it stays open; False when another process has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def held(path: Path) -> bool:
    """Whether some process has the lock of a file."""
    try:
        with path.open("r+") as file:
            return not take(file)
    except FileNotFoundError:
        return False
    except OSError:
        return True
