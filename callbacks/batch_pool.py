"""Two processes that make a batch's files: copies of one that has read the store already, so that they share what it holds.

Where there are no such copies (Windows) the files are made one after another in the process itself.
"""

import gc
import logging
import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any

from data.batches.jobs import Line

log = logging.getLogger(__name__)

PROCESSES = 2
# how long a process may go on with the file in hand once it is to end
GRACE_SECONDS = 1.0
_LOOK = 0.2

Make = Callable[[int], list[Line]]


class Unwritten(Exception):
    """A file could not be written; arguments of the OSError."""


def made(units: Sequence[int], make: Make, stop: Callable[[], bool], before: Callable[[], None]) -> Iterator[tuple[int, list[Line] | None]]:
    """Each unit with its lines, in the order in which they come; (unit, None) when its process died of it; (unit, []) when one is begun.

    ``before`` is called once, where the copies are made: nothing may be open then that two processes must not share.
    """
    if not units:
        return
    if "fork" not in multiprocessing.get_all_start_methods():
        for unit in units:
            if stop():
                return
            yield unit, []
            yield unit, make(unit)
        return
    before()
    gc.collect()
    gc.freeze()
    pool = _Pool(make, min(PROCESSES, len(units), os.cpu_count() or 1))
    try:
        yield from pool.run(deque(units), stop)
    finally:
        pool.end()


class _Pool:
    def __init__(self, make: Make, count: int) -> None:
        self._context = multiprocessing.get_context("fork")
        self._make = make
        self._processes: dict[Connection, Any] = {}
        self._busy: dict[Connection, int] = {}
        for _ in range(count):
            self._start()

    def _start(self) -> Connection:
        near, far = self._context.Pipe()
        # a copy holds the near ends of those before it: it closes them, so that each sees the end of its own when this process is gone
        others = [near, *self._processes]
        process = self._context.Process(target=_work, args=(far, others, self._make), daemon=True)
        process.start()
        far.close()
        self._processes[near] = process
        return near

    def run(self, units: deque[int], stop: Callable[[], bool]) -> Iterator[tuple[int, list[Line] | None]]:
        for each in list(self._processes):
            yield from self._give(each, units)
        while self._busy and not stop():
            for each in wait(list(self._busy), _LOOK):
                assert isinstance(each, Connection)
                unit = self._busy.pop(each)
                try:
                    found = each.recv()
                    if isinstance(found, OSError):
                        # what cannot be written now cannot be written a moment later
                        raise Unwritten(*found.args)
                    yield unit, found
                except (EOFError, OSError):
                    log.warning("the process that made unit %d of a batch ended", unit)
                    self._processes.pop(each).join()
                    each.close()
                    yield unit, None
                    each = self._start() if units else None
                if each is not None:
                    yield from self._give(each, units)

    def _give(self, to: Connection, units: deque[int]) -> Iterator[tuple[int, list[Line] | None]]:
        if units:
            unit = units.popleft()
            to.send(unit)
            self._busy[to] = unit
            yield unit, []

    def end(self) -> None:
        for each in self._processes:
            each.close()
        for process in self._processes.values() if self._busy else ():
            # in the middle of a file: it ends what it has started for it
            process.terminate()
        until = time.monotonic() + GRACE_SECONDS
        for process in self._processes.values():
            process.join(max(0.0, until - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()


def _work(task: Connection, others: list[Connection], make: Make) -> None:
    # whoever interrupts the command line interrupts the process that started this one, which then ends it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    for each in others:
        each.close()
    while True:
        try:
            unit = task.recv()
        except (EOFError, OSError):
            return
        try:
            found: object = make(unit)
        except OSError as problem:
            found = problem
        try:
            task.send(found)
        except OSError:
            return
