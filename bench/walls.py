"""Two hundred walls on one processor: how long their questions take and how many bytes they are, and how soon an import is on all of them.

The server runs as ``manage.py run`` starts it, but on one processor; the walls are driven from the others. Each keeps its connections,
beats every half minute and fetches a scene when the one before has stood its time, saying which panels it has, as dashboard/wall does.
"""

import asyncio
import json
import os
import random
import re
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.charts import quantile
from bench.contest import Served, asking, post
from bench.serve import NOTHING
from bench.stores import Workshop
from bench.wall_lines import Lines, question
from bench.wall_serve import IMPORTED, Notes, demo, importing, serving

WALLS = 200
# seconds of a refresh, as the server says it, and by how much each wall's differs; how many times faster time runs in the second reading
TICK, JITTER, FASTER = 30.0, 0.1, 10.0
P95, BYTES = 10.0, 2000
LIST = "/api/screen/standard"
LOOK = "lang=zh-CN&look=dark&shape=wall"
OVERDUE = "rows=overdue"
SEED = 5
_UNITS = 200
_ROUNDS = 60


@dataclass(slots=True)
class Pace:
    """One reading: answers of an unchanged store, ``speed`` times as fast as the clock. Seconds and bytes (head and body) of beats, of
    scenes, and of no-op callbacks asked among them; ``busy``: the share of its processor that the server used; ``drawn``: scenes of which
    anything was sent although nothing had changed."""

    speed: float
    seconds: dict[str, list[float]] = field(default_factory=dict)
    bytes: dict[str, list[int]] = field(default_factory=dict)
    failed: Counter[int] = field(default_factory=Counter)
    asked: float = 0.0
    busy: float = 0.0
    drawn: int = 0

    def note(self, kind: str, seconds: float, size: int) -> None:
        self.seconds.setdefault(kind, []).append(seconds)
        self.bytes.setdefault(kind, []).append(size)


@dataclass(slots=True)
class Shown:
    """What an import did.

    ``after``: seconds from its end until each wall showed it; ``beats``: how many of its beats each had had answered by then; ``overdue``:
    the wall's number before and after; ``wrong``: walls whose panels were not those of the new version, ``where``: which panels those were;
    ``missing``: walls that never showed it; ``busy``: answers put off; ``computed``: how often each process computed each scene of the new
    version; ``distinct``: how many scenes those are.
    """

    after: list[float] = field(default_factory=list)
    beats: list[int] = field(default_factory=list)
    overdue: tuple[int, int] = (0, 0)
    wrong: int = 0
    where: Counter[str] = field(default_factory=Counter)
    missing: int = 0
    busy: int = 0
    computed: Counter[tuple[int, str]] = field(default_factory=Counter)
    distinct: int = 0

    @property
    def most(self) -> int:
        """The most often that one process computed one scene."""
        return max(self.computed.values(), default=0)

    def met(self) -> bool:
        """Whether every wall showed the new numbers with its first refresh, and each scene was computed once in each process."""
        in_time = not self.missing and not self.wrong and max(self.beats, default=9) <= 1
        return in_time and self.most == 1 and self.overdue[1] - self.overdue[0] == IMPORTED


@dataclass(slots=True)
class WallRun:
    """Everything measured on one store. ``unit``: seconds of a no-op callback on the same server, one right after another while no wall
    asks, as the rest of the bench counts: asked among the walls a no-op waits as they do, and would hide it."""

    backend: str
    walls: int
    unit: float = 0.0
    scenes: int = 0
    processes: int = 0
    paces: list[Pace] = field(default_factory=list)
    shown: Shown = field(default_factory=Shown)
    load: float = 0.0

    @property
    def among(self) -> float:
        """Seconds of a no-op callback asked among the walls at the clock's pace: like their questions, it comes to a server that rests."""
        return statistics.median(next(pace.seconds["nothing"] for pace in self.paces if pace.speed == 1))

    def units(self, seconds: Sequence[float], share: float = 0.5) -> float:
        """A quantile in units."""
        return quantile(seconds, share) / self.unit

    def met(self, pace: Pace) -> bool:
        late = max(self.units(pace.seconds[kind], 0.95) for kind in ("beat", "scene"))
        return late < P95 and max(max(pace.bytes[kind]) for kind in ("beat", "scene")) < BYTES and not pace.failed


# ----------------------------------------------------------------------------- one wall


def scene_path(entry: str, have: Sequence[str]) -> str:
    """Where a scene is asked for by a wall that has these panels."""
    held = f"&have={'%2C'.join(have)}" if have else ""
    return f"{LIST}/scene/{entry}?{LOOK}{held}"


class Hall:
    """All walls, the clock they go by, and where their answers are noted."""

    def __init__(self, port: int, entries: list[tuple[str, float]], kept: dict[str, dict[str, str]], version: int, build: str) -> None:
        self.port, self.entries, self.kept, self.version, self.build = port, entries, kept, version, build
        self.speed = FASTER
        self.pace: Pace | None = None
        self.busy = 0
        # a wall that has shown a newer version: (moment, entry, its panels)
        self.shown: dict[int, tuple[float, str, dict[str, str]]] = {}
        self.beats: dict[int, list[float]] = {}

    async def wall(self, k: int, dice: random.Random) -> None:
        """One wall, until it is cancelled."""
        lines, kept, entries = Lines(self.port), dict(self.kept), self.entries
        at, version, listed, turn = k % len(entries), self.version, self.version, asyncio.Lock()
        name = f"bench-wall-{k:06d}"

        async def reread() -> None:
            # which regions are the worst may have changed as well
            nonlocal entries, listed, at
            answer = await lines.ask(question(self.port, f"{LIST}?{LOOK}"))
            if answer.status != 200:
                self._failed(answer.status)
                return
            shown, told = entries[at][0], json.loads(answer.body)
            entries, listed = entries_of(told), told["version"]
            at = next((place for place, (entry, _) in enumerate(entries) if entry == shown), at % len(entries))

        async def fetch() -> None:
            nonlocal version
            async with turn:
                entry = entries[at][0]
                had = kept.get(entry, {})
                answer = await lines.ask(question(self.port, scene_path(entry, list(had.values()))))
                if answer.status != 200:
                    self._failed(answer.status)
                    return
                told = json.loads(answer.body)
                if self.pace is not None:
                    self.pace.note("scene", answer.seconds, answer.size)
                    self.pace.drawn += bool(told["panels"])
                kept[entry] = told["hashes"]
                version = told["head"]["version"]
                if version > self.version and k not in self.shown:
                    self.shown[k] = (time.monotonic(), entry, told["hashes"])

        async def play() -> None:
            nonlocal at
            await asyncio.sleep(dice.random() * entries[at][1] / self.speed)
            while True:
                at = (at + 1) % len(entries)
                await fetch()
                await asyncio.sleep(entries[at][1] / self.speed)

        async def beats() -> None:
            await asyncio.sleep(dice.random() * TICK / self.speed)
            while True:
                entry = entries[at][0]
                body: dict[str, object] = {"wall": name, "scene": entry, "version": version, "build": self.build, "size": "1920x1080"}
                body |= {"entry": at, "region": None, "theme": "dark", "frozen": None, "paused": False, "stale": 0, "failed": []}
                body |= {"check": {"ok": True, "words": []}, "errors": 0, "heap": 40_000_000, "nodes": 2500, "done": 0}
                sent = time.monotonic()
                answer = await lines.ask(question(self.port, f"{LIST}/beat?{LOOK}", body))
                if answer.status != 200:
                    self._failed(answer.status)
                else:
                    self.beats.setdefault(k, []).append(sent)
                    if self.pace is not None:
                        self.pace.note("beat", answer.seconds, answer.size)
                    newest = json.loads(answer.body)["version"]
                    if newest != listed:
                        await reread()
                    if newest != version:
                        await fetch()
                await asyncio.sleep(TICK / self.speed * (1 - JITTER + 2 * JITTER * dice.random()))

        try:
            await asyncio.gather(play(), beats())
        finally:
            lines.close()

    async def bystander(self) -> None:
        """Somebody who asks for nothing, among the walls."""
        lines, raw = Lines(self.port), nothing(self.port)
        try:
            while True:
                answer = await lines.ask(raw)
                if self.pace is not None and answer.status == 200:
                    self.pace.note("nothing", answer.seconds, answer.size)
                await asyncio.sleep(0.2)
        finally:
            lines.close()

    def _failed(self, status: int) -> None:
        self.busy += status == 503
        if self.pace is not None:
            self.pace.failed[status] += 1


def entries_of(listed: dict) -> list[tuple[str, float]]:  # type: ignore[type-arg]
    """(name, seconds it stands) of each entry of a list."""
    return [(each["name"], each["dwell"] / 1000) for each in listed["entries"]]


def nothing(port: int) -> bytes:
    """The callback that does nothing."""
    return post(port, asking(f"{NOTHING}.children", [(NOTHING, "id", "x")], []))


# ----------------------------------------------------------------------------- one run


async def _once(port: int, path: str) -> dict:  # type: ignore[type-arg]
    """A question over a connection of its own."""
    lines = Lines(port)
    answer = await lines.ask(question(port, path))
    lines.close()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status} for {path}: {answer.body[:400]!r}")
    return json.loads(answer.body)


async def _alone(port: int) -> list[float]:
    lines, raw = Lines(port), nothing(port)
    out = []
    for _ in range(_UNITS):
        answer = await lines.ask(raw)
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} for the callback that does nothing")
        out.append(answer.seconds)
    lines.close()
    return out


def _processes(served: Served) -> int:
    """How many answer: the master's children."""
    pid = served.process.pid
    return len(Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split())


async def _scenes(port: int, names: list[str]) -> dict[str, dict]:  # type: ignore[type-arg]
    return {name: await _once(port, scene_path(name, [])) for name in names}


async def _warm(served: Served, names: list[str], notes) -> None:  # type: ignore[no-untyped-def]
    """Until each process has computed each scene."""
    workers = _processes(served)
    for _ in range(_ROUNDS):
        # many at a time: one after another a single process would answer them all
        await asyncio.gather(*(_once(served.port, scene_path(name, [])) for name in names * 2))
        found: Notes = notes()
        if len({(process, what) for process, _, what in found.computed}) >= workers * len(names):
            return
    raise RuntimeError("a process of the server is never asked")


def overdue(scene: dict) -> int:  # type: ignore[type-arg]
    """How many items are overdue by the band of large figures."""
    band = next(panel for panel in scene["panels"].values() if panel["kind"] == "figures")
    value = next(each["value"] for each in band["figures"] if each["piece"] == OVERDUE)
    return int(re.sub(r"\D", "", value))


async def _run(run: WallRun, served: Served, notes, url: str, seconds: float, others: set[int]) -> None:  # type: ignore[no-untyped-def]
    port = served.port
    listed = await _once(port, f"{LIST}?{LOOK}")
    entries = entries_of(listed)
    names = [name for name, _ in entries]
    await _warm(served, names, notes)
    run.scenes, run.processes = len(names), _processes(served)
    before = await _scenes(port, names)
    units = await _alone(port)
    hall = Hall(port, entries, {name: scene["hashes"] for name, scene in before.items()}, listed["version"], listed["build"])
    dice = random.Random(SEED)
    tasks = [asyncio.create_task(hall.wall(k, random.Random(dice.random()))) for k in range(run.walls)]
    tasks.append(asyncio.create_task(hall.bystander()))
    try:
        for speed in (FASTER, 1.0):
            hall.speed = speed
            # what was begun at the other pace runs out
            await asyncio.sleep(TICK / FASTER * 1.2)
            run.paces.append(await _pace(hall, served, speed, seconds if speed == 1.0 else seconds / 2))
        hall.beats.clear()
        process = await asyncio.create_subprocess_exec(*importing(url, 1), stdout=asyncio.subprocess.PIPE, preexec_fn=_on(others))
        said, _ = await process.communicate()
        done = json.loads(said)
        give_up = done["at"] + 2 * TICK * (1 + JITTER)
        while len(hall.shown) < run.walls and time.monotonic() < give_up:
            await asyncio.sleep(0.1)
            for task in tasks:
                if task.done():
                    task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    # a region that is no longer among the worst may stand on a wall until the next scene: its numbers are to be right as well
    after = await _scenes(port, sorted({names[0], *(entry for _, entry, _ in hall.shown.values())}))
    run.unit = statistics.median([*units, *await _alone(port)])
    shown = run.shown
    shown.busy = hall.busy
    shown.missing = run.walls - len(hall.shown)
    for k, (moment, entry, hashes) in hall.shown.items():
        shown.after.append(max(0.0, moment - done["at"]))
        shown.beats.append(sum(done["at"] < sent < moment for sent in hall.beats.get(k, [])))
        wanted = after[entry]["hashes"]
        shown.wrong += hashes != wanted
        shown.where.update(f"{entry} {panel}" for panel in {*hashes, *wanted} if hashes.get(panel) != wanted.get(panel))
    shown.overdue = (overdue(before[names[0]]), overdue(after[names[0]]))
    for (pid, version, what), times in notes().computed.items():
        if version == done["version"]:
            shown.computed[pid, what] = times
    shown.distinct = len({what for _, what in shown.computed})


async def _pace(hall: Hall, served: Served, speed: float, seconds: float) -> Pace:
    pace = Pace(speed)
    began, worked = time.monotonic(), served.processor()
    hall.pace = pace
    await asyncio.sleep(seconds)
    hall.pace = None
    pace.asked = time.monotonic() - began
    pace.busy = (served.processor() - worked) / pace.asked
    return pace


def _on(processors: set[int]):  # type: ignore[no-untyped-def]
    return lambda: os.sched_setaffinity(0, processors)


def measure(workshop: Workshop, backend: str, walls: int = WALLS, seconds: float = 60.0) -> WallRun:
    """``seconds``: how long the store stays as it is at the clock's pace. RuntimeError when the server does not answer."""
    run = WallRun(backend, walls, load=os.getloadavg()[0])
    url = demo(workshop, backend)
    mine = os.sched_getaffinity(0)
    one = {min(mine)}
    others = mine - one or one
    with tempfile.TemporaryDirectory(prefix="dubang-bench-") as folder:
        served, notes = serving(url, folder, one)
        os.sched_setaffinity(0, others)
        try:
            asyncio.run(_run(run, served, notes, url, seconds, others))
        finally:
            os.sched_setaffinity(0, mine)
            served.stop()
    return run
