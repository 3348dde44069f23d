"""What was done of the schedules: one record beside the store, so that nothing is done twice, and what was missed is done once."""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from data.ledgers.uploads import read_json, write_json
from data.schedules.plan import Entry

# a moment is given up after so many failures; the next one is tried again
TRIES = 3


@dataclass(frozen=True, slots=True)
class Run:
    """``since``: when the schedule was first seen; ``slot``: the moment it was last done for; ``tried``: the moment it was last begun for,
    and how often (``tries``); ``ended``, ``ok`` and ``said`` of the last time. Moments as ``datetime.isoformat`` writes them."""

    since: str
    slot: str = ""
    tried: str = ""
    tries: int = 0
    ended: str = ""
    ok: bool = True
    said: str = ""


class Runs:
    """The record of one store."""

    def __init__(self, path: Path) -> None:
        self.path = path
        held = read_json(path)
        self.held: dict[str, Run] = {}
        for name, told in held.items() if isinstance(held, dict) else ():
            try:
                self.held[name] = Run(**told)
            except TypeError:
                continue

    def due(self, entry: Entry, now: datetime) -> datetime | None:
        """The moment for which an entry is to be made now; None: it is not. A schedule that is new begins with its next moment."""
        run = self.held.get(entry.name)
        newest = entry.when.newest(now)
        if run is None or newest <= datetime.fromisoformat(run.since):
            return None
        text = newest.isoformat()
        if run.slot >= text or (run.tried == text and run.tries >= TRIES):
            return None
        return newest

    def seen(self, entries: list[Entry], now: datetime) -> None:
        """Remember when schedules were first seen. One that is gone stays remembered: it may be gone for a slip of the pen."""
        new = {entry.name for entry in entries} - set(self.held)
        if new:
            self.held |= {name: Run(since=now.isoformat()) for name in sorted(new)}
            self._write()

    def begun(self, name: str, slot: datetime) -> None:
        """Note an attempt before it is made: what is ended in the middle of it is not begun for ever."""
        run = self.held[name]
        text = slot.isoformat()
        self._set(name, tried=text, tries=run.tries + 1 if run.tried == text else 1)

    def ended(self, name: str, slot: datetime, now: datetime, ok: bool, said: str, again: bool = True) -> None:
        """Note how an attempt ended. ``again``: what did not go well is tried again."""
        done = {"slot": slot.isoformat()} if ok or not again else {}
        self._set(name, ended=now.isoformat(), ok=ok, said=said[:500], **done)

    def _set(self, name: str, **changes: object) -> None:
        self.held[name] = Run(**{**asdict(self.held[name]), **changes})
        self._write()

    def _write(self) -> None:
        write_json(self.path, {name: asdict(run) for name, run in self.held.items()})
