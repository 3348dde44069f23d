"""``python -m bench.contest``: 200 phones that score at once, and a wall that looks on.

The real app under gunicorn as ``manage.py run`` starts it (two workers of four threads). Phones are connections that stay open, driven by
a process of their own; every phone scores every entry. ``--within`` spreads the phones of one entry over so many seconds; 0 lets them go
together. Times are in units: one no-op callback in the same run.
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, select

from bench.cluster import die_with_parent
from bench.serve import CALLBACK, NOTHING, ROOT, Worker
from bench.stores import POSTGRES, SQLITE, Workshop
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
    """The app as people run it."""

    def __init__(self, url: str, folder: str) -> None:
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
        with (Path(folder) / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py"],
                cwd=ROOT,
                env=environ,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - the bench has one thread
            )
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the app did not start")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(40)


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


async def _phones(port: int, contest_id: int, held: list, entries: dict[int, list[int]], within: float) -> list[tuple[int, float]]:  # type: ignore[type-arg]
    out: list[tuple[int, float]] = []
    streams: list[list] = [[] for _ in held]  # type: ignore[type-arg]

    async def one(k: int, entry: int, criteria: list[int]) -> None:
        await asyncio.sleep(within * k / len(held))
        token, device = held[k]
        body = {"entry": entry, "key": f"bench-{k}-{entry}", "points": {str(each): (k + each) % 21 / 2 for each in criteria}}
        out.append(await _ask(port, streams[k], _raw(port, contest_id, token, device, json.dumps(body).encode())))

    # connections are opened before, as a page that is being looked at has them
    for k, (token, device) in enumerate(held):
        await _ask(port, streams[k], _raw(port, contest_id, token, device, None))
    watching = asyncio.create_task(_wall(port, contest_id))
    for entry, criteria in entries.items():
        await asyncio.gather(*(one(k, entry, criteria) for k in range(len(held))))
    watching.cancel()
    return out


async def _wall(port: int, contest_id: int) -> None:
    """The wall asks again and again for how far scoring has come."""
    inputs = [{"id": "contest-wall-tick", "property": "n_intervals", "value": 1}]
    state = [("contest-wall-of", str(contest_id)), ("contest-wall-seen", ""), ("view", "lang=zh-CN")]
    output = "..contest-wall.children...contest-wall-seen.data.."
    body = {
        "output": output,
        "outputs": [{"id": "contest-wall", "property": "children"}, {"id": "contest-wall-seen", "property": "data"}],
        "inputs": inputs,
        "state": [{"id": name, "property": "data", "value": value} for name, value in state],
        "changedPropIds": ["contest-wall-tick.n_intervals"],
    }
    content = json.dumps(body).encode()
    raw = f"POST {CALLBACK} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    streams: list = []  # type: ignore[type-arg]
    while True:
        status, _ = await _ask(port, streams, raw.encode() + content)
        assert status == 200, status
        await asyncio.sleep(0.5)


def unit(url: str) -> float:
    """Seconds of one no-op callback on this machine now."""
    with Worker(url) as worker:
        request = worker.prepare(f"{NOTHING}.children", ["x"])
        return statistics.median(worker.ask(request)[0] for _ in range(200))


def measure(url: str, phones: int, entries: int, within: float) -> str:
    """Run it once; a line of figures. Raises AssertionError when a score was lost."""
    contest_id, held, sheets = prepare(url, phones, entries)
    one = unit(url)
    with tempfile.TemporaryDirectory(prefix="dubang-bench-") as folder:
        served = Served(url, folder)
        try:
            answers = asyncio.run(_phones(served.port, contest_id, held, sheets, within))
        finally:
            served.stop()
    good = sum(status == 200 for status, _ in answers)
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
    assert (good, *kept, noted) == (wanted, wanted, wanted * CRITERIA, wanted), (good, kept, noted)
    times = sorted(seconds / one for _, seconds in answers)
    p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    shown = f"within {within:g} s: {good} of {wanted} acknowledged and kept"
    return f"{shown}; p50 {p50:.1f}, p95 {p95:.1f}, longest {times[-1]:.1f} units of {one * 1000:.2f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.contest", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--phones", type=int, default=PHONES)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    parser.add_argument("--within", type=float, nargs="+", default=[0.0, 1.0, 3.0], help="seconds (default: %(default)s)")
    parser.add_argument("--on", nargs="+", choices=(SQLITE, POSTGRES), default=[SQLITE, POSTGRES])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dubang-bench-") as folder:
        Path(folder).chmod(0o755)
        with Workshop(Path(folder)) as workshop:
            for backend in asked.on:
                url = workshop.address(backend, "contest")
                init(make_engine(url)).engine.dispose()
                for within in asked.within:
                    print(f"{backend}: {measure(url, asked.phones, asked.entries, within)}", flush=True)


if __name__ == "__main__":
    main()
