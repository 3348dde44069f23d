"""``python -m bench.contest``: 200 phones that score at once, and a wall that looks on.

The real app under gunicorn as ``manage.py run`` starts it (two workers). Phones are connections that stay open, driven by
a process of their own; every phone scores every entry. ``--within`` spreads the phones of one entry over so many seconds; 0 lets them go
together. Times are in units: one no-op callback in the same run.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from dash import Dash
from sqlalchemy import func, select

from app import create_app, serve
from bench.cluster import die_with_parent
from bench.serve import CALLBACK, NOTHING, ROOT, Worker, bind_nothing, spots
from bench.stores import POSTGRES, SQLITE, Workshop
from config import Settings
from data.contest import contests, links
from data.contest.plan import Plan, PlannedCriterion, PlannedJudge
from data.engine import make_engine
from data.schema import contest_ballot, contest_change, contest_score
from data.store import Store, init

PHONES = 200
ENTRIES = 6
CRITERIA = 3


def prepare(url: str, phones: int, entries: int) -> tuple[int, list[tuple[str, str]], dict[int, list[int]]]:
    """A contest that is open for all: (id, [(token, phone)], {entry: criteria})."""
    from datetime import date

    store = Store(make_engine(url))
    sheet = [PlannedCriterion(f"c{k}", 10.0, 10.0, 0.5) for k in range(CRITERIA)]
    judges = [PlannedJudge(f"judge {k}", "leader") for k in range(phones)]
    plan = Plan("bench", date(2022, 11, 20), {"county": sheet}, {"county": [f"county {k}" for k in range(entries)]}, judges)
    tree = store.tree()
    held = []
    with store.writing() as conn:
        contest_id = contests.create(conn, plan, tree)
        for judge, token in links.issue(conn, contest_id):
            who = links.holder(conn, contest_id, token)
            assert who is not None
            device = f"bench-phone-{judge.judge_id:012d}"
            links.bind(conn, who, device)
            held.append((token, device))
        contests.open_all(conn, contest_id)
        found = contests.load(conn, contest_id)
    criteria = [each.criterion_id for each in found.criteria]
    store.engine.dispose()
    return contest_id, held, {entry.entry_id: criteria for entry in found.entries}


class Served:
    """The app as people run it, with one callback more, which does nothing.

    ``module``: who serves (``python -m module --serve``). ``processors``: the only ones it may run on.
    """

    def __init__(self, url: str, folder: str, module: str = "bench.contest", processors: set[int] | None = None) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environ = {
            **os.environ,
            "DUBANG_DATABASE_URL": url,
            "DUBANG_INSTANCE": folder,
            "DUBANG_PORT": str(self.port),
            "DUBANG_HOST": "127.0.0.1",
        }

        def begin() -> None:
            die_with_parent()
            if processors:
                os.sched_setaffinity(0, processors)

        with (Path(folder) / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, "--serve"],
                cwd=ROOT,
                env=environ,
                stdout=log,
                stderr=log,
                preexec_fn=begin,  # noqa: PLW1509 - the bench has one thread
            )
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the app did not start")

    def processor(self) -> float:
        """Seconds of processor time that the server's workers have used."""
        spent = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[1]) == self.process.pid:
                    spent += int(fields[11]) + int(fields[12])
        return spent / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(40)


def serve_with_nothing() -> None:
    """What ``manage.py run`` does, with the callback that does nothing."""

    def make(settings: Settings) -> Dash:
        made = create_app(settings)
        bind_nothing(made)
        return made

    serve(Settings.from_env(), make)


async def _ask(port: int, streams: list, raw: bytes) -> tuple[int, float]:  # type: ignore[type-arg]
    """One request over a connection that stays open; opened again when the server has closed it: (status, seconds)."""
    began = time.perf_counter()
    for _ in range(20):
        try:
            if not streams:
                streams[:] = await asyncio.open_connection("127.0.0.1", port)
            reader, writer = streams
            writer.write(raw)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            if b"connection: close" in head.lower():
                writer.close()
                streams.clear()
            return int(head.split()[1]), time.perf_counter() - began
        except (OSError, asyncio.IncompleteReadError):
            streams.clear()
            await asyncio.sleep(0.05)
    return 0, time.perf_counter() - began


def _raw(port: int, contest_id: int, token: str, device: str, body: bytes | None) -> bytes:
    method, what = ("POST", "score") if body is not None else ("GET", "state")
    lines = [
        f"{method} /api/contest/{contest_id}/{what} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"X-Judge-Token: {token}",
        f"X-Judge-Device: {device}",
        "Content-Type: application/json",
        f"Content-Length: {len(body or b'')}",
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + (body or b"")


Asked = list[tuple[int, float]]


async def _burst(port: int, streams: list[list], rounds: list[list[bytes]], within: float) -> Asked:  # type: ignore[type-arg]
    """Each round: every phone sends its request, together or spread over ``within`` seconds; the next round when all have an answer."""
    out: Asked = []

    async def one(k: int, raw: bytes) -> None:
        await asyncio.sleep(within * k / len(streams))
        out.append(await _ask(port, streams[k], raw))

    for requests in rounds:
        await asyncio.gather(*(one(k, raw) for k, raw in enumerate(requests)))
    return out


async def _phones(served: Served, contest_id: int, held: list, entries: dict[int, list[int]], within: float) -> list[tuple[Asked, float]]:  # type: ignore[type-arg]
    """(answers, the server's processor seconds) of no-op callbacks and of ballots: same phones, rounds and moments, a wall looking on."""
    port = served.port

    def ballot(k: int, entry: int, criteria: list[int]) -> bytes:
        token, device = held[k]
        body = {"entry": entry, "key": f"bench-{k}-{entry}", "points": {str(each): (k + each) % 21 / 2 for each in criteria}}
        return _raw(port, contest_id, token, device, json.dumps(body).encode())

    nothing = post(port, asking(f"{NOTHING}.children", [(NOTHING, "id", "x")], []))
    ballots = [[ballot(k, entry, criteria) for k in range(len(held))] for entry, criteria in entries.items()]
    # connections are opened before, as a page that is being looked at has them
    streams: list[list] = [[] for _ in held]  # type: ignore[type-arg]
    for k, (token, device) in enumerate(held):
        await _ask(port, streams[k], _raw(port, contest_id, token, device, None))
    out = []
    for rounds in ([[nothing] * len(held)] * len(ballots), ballots):
        watching = asyncio.create_task(_wall(port, contest_id))
        await asyncio.sleep(0.3)
        before = served.processor()
        answers = await _burst(port, streams, rounds, within)
        out.append((answers, served.processor() - before))
        watching.cancel()
    return out


def asking(output: str, inputs: list[tuple[str, str, object]], state: list[tuple[str, str, object]]) -> dict[str, object]:
    """What the page posts for a callback."""
    named = [[{"id": each[0], "property": each[1], "value": each[2]} for each in these] for these in (inputs, state)]
    changed = [f"{each[0]}.{each[1]}" for each in inputs]
    return {"output": output, "outputs": spots(output), "inputs": named[0], "state": named[1], "changedPropIds": changed}


def post(port: int, body: dict[str, object]) -> bytes:
    content = json.dumps(body).encode()
    head = f"POST {CALLBACK} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


async def _wall(port: int, contest_id: int) -> None:
    """The wall asks again and again for how far scoring has come."""
    state = [("contest-wall-of", "data", str(contest_id)), ("contest-wall-seen", "data", ""), ("view", "data", "lang=zh-CN")]
    output = "..contest-wall.children...contest-wall-seen.data.."
    raw = post(port, asking(output, [("contest-wall-tick", "n_intervals", 1)], state))
    streams: list = []  # type: ignore[type-arg]
    while True:
        status, _ = await _ask(port, streams, raw)
        assert status == 200, status
        await asyncio.sleep(0.5)


def unit(url: str) -> float:
    """Seconds of one no-op callback on this machine now."""
    with Worker(url) as worker:
        request = worker.prepare(f"{NOTHING}.children", ["x"])
        return statistics.median(worker.ask(request)[0] for _ in range(200))


@dataclass(frozen=True, slots=True)
class Reading:
    """One run: times in units, sorted; ``processor`` milliseconds of the server for each request; ``load`` of the machine before it."""

    backend: str
    within: float
    unit: float
    nothing: list[float]
    ballots: list[float]
    processor: tuple[float, float]
    load: float

    def text(self) -> str:
        nothing, ballots = (
            f"p50 {times[len(times) // 2]:.1f}, p95 {times[int(len(times) * 0.95)]:.1f}, longest {times[-1]:.1f}"
            for times in (self.nothing, self.ballots)
        )
        return (
            f"{self.backend}, within {self.within:g} s: {len(self.ballots)} ballots, all acknowledged and kept: {ballots} units of "
            f"{self.unit * 1000:.2f} ms; no-op callbacks: {nothing}; the server's processor time for each: ballot "
            f"{self.processor[1]:.2f} ms, no-op {self.processor[0]:.2f} ms; load {self.load:.1f}"
        )


def measure(url: str, backend: str, phones: int, entries: int, within: float) -> Reading:
    """Run it once. Raises AssertionError when a score was lost or not acknowledged."""
    contest_id, held, sheets = prepare(url, phones, entries)
    load = os.getloadavg()[0]
    one = unit(url)
    with tempfile.TemporaryDirectory(prefix="dubang-bench-") as folder:
        served = Served(url, folder)
        try:
            (nothing, idle), (answers, spent) = asyncio.run(_phones(served, contest_id, held, sheets, within))
        finally:
            served.stop()
    store = Store(make_engine(url))
    with store.reading() as conn:
        kept = [
            conn.execute(select(func.count()).select_from(table).where(table.c.contest_id == contest_id)).scalar_one()
            for table in (contest_ballot, contest_score)
        ]
        noted = conn.execute(
            select(func.count()).where(contest_change.c.contest_id == contest_id, contest_change.c.what == "scored")
        ).scalar_one()
    store.engine.dispose()
    wanted = phones * entries
    good = [sum(status == 200 for status, _ in each) for each in (nothing, answers)]
    assert (*good, *kept, noted) == (wanted, wanted, wanted, wanted * CRITERIA, wanted), (good, kept, noted)
    times = [sorted(seconds / one for _, seconds in each) for each in (nothing, answers)]
    return Reading(backend, within, one, times[0], times[1], (idle / wanted * 1000, spent / wanted * 1000), load)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.contest", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--phones", type=int, default=PHONES)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    parser.add_argument("--within", type=float, nargs="+", default=[0.0, 1.0, 3.0], help="seconds (default: %(default)s)")
    parser.add_argument("--on", nargs="+", choices=(SQLITE, POSTGRES), default=[SQLITE, POSTGRES])
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve_with_nothing()
        return
    with tempfile.TemporaryDirectory(prefix="dubang-bench-") as folder:
        Path(folder).chmod(0o755)
        with Workshop(Path(folder)) as workshop:
            for backend in asked.on:
                url = workshop.address(backend, "contest")
                init(make_engine(url)).engine.dispose()
                for within in asked.within:
                    print(measure(url, backend, asked.phones, asked.entries, within).text(), flush=True)


if __name__ == "__main__":
    main()
