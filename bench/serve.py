"""One gunicorn worker with the real app, and one connection that asks what a browser asks."""

import gzip
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from functools import cached_property
from pathlib import Path
from typing import Any

from dash import Dash, Input, Output
from flask import Flask

from app import create_app, rest_collector
from bench.cluster import die_with_parent
from callbacks import guard
from config import Settings

ROOT = Path(__file__).resolve().parent.parent
CALLBACK = "/_dash-update-component"
NOTHING = "bench-nothing"
Spot = dict[str, str]


def create() -> Flask:
    """The real app with one callback more, which does nothing; for gunicorn."""
    app = create_app(Settings.from_env())
    bind_nothing(app)
    rest_collector()
    server: Flask = app.server
    return server


def bind_nothing(app: Dash) -> str:
    """Register a callback that returns what it is given, behind the same guard as all others; its id."""
    guard.matrix()[NOTHING] = "view"

    def nothing(value: str | None) -> str | None:
        return value

    return guard.bind(app, NOTHING, nothing, Output(NOTHING, "children"), [Input(NOTHING, "id")], permission="view")


def spots(output: str) -> list[Spot] | Spot:
    """The outputs as the browser names them, from Dash's id of a callback."""

    def one(text: str) -> Spot:
        name, _, prop = text.rpartition(".")
        return {"id": name, "property": prop}

    if output.startswith(".."):
        return [one(each) for each in output[2:-2].split("...")]
    return one(output)


def body(declared: dict[str, Any], values: list[object], states: list[object]) -> bytes:
    """What dash-renderer posts when the first input has changed. ``declared`` is an entry of /_dash-dependencies."""
    inputs = [{**_named(each), "value": value} for each, value in zip(declared["inputs"], values, strict=True)]
    state = [{**_named(each), "value": value} for each, value in zip(declared["state"], states, strict=True)]
    first = inputs[0]
    changed = f"{first['id']}.{first['property']}"
    sent: dict[str, object] = {
        "output": declared["output"],
        "outputs": spots(declared["output"]),
        "inputs": inputs,
        "changedPropIds": [changed],
        "parsedChangedPropsIds": [changed],
    }
    if state:
        sent["state"] = state
    return json.dumps(sent, ensure_ascii=False, separators=(",", ":")).encode()


def _named(declared: dict[str, Any]) -> Spot:
    return {"id": declared["id"], "property": declared["property"]}


class Worker:
    """A running worker on a store; ``ask`` uses one connection that stays open."""

    def __init__(self, url: str, threads: int = 1) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="dubang-bench-")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environ = {**os.environ, "DUBANG_DATABASE_URL": url, "DUBANG_INSTANCE": self.folder.name, "DUBANG_HOST": "127.0.0.1"}
        environ |= {"DUBANG_PORT": str(self.port), "DUBANG_CACHE_URL": ""}
        words = [
            "--workers",
            "1",
            "--worker-class",
            "gthread",
            "--threads",
            str(threads),
            "--keep-alive",
            "75",
            "--timeout",
            "600",
            "--no-control-socket",
        ]
        self.log = Path(self.folder.name) / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", *words, "--bind", f"127.0.0.1:{self.port}", "bench.serve:create()"],
                cwd=ROOT,
                env=environ,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - the bench has one thread
            )
        self._await_start()
        self.headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate, br, zstd",
            "Origin": f"http://127.0.0.1:{self.port}",
            "Sec-Fetch-Site": "same-origin",
        }
        listed = json.loads(self._get("/_dash-dependencies"))
        self.declared: dict[str, dict[str, Any]] = {}
        for each in listed:
            wanted = spots(each["output"])
            for spot in wanted if isinstance(wanted, list) else [wanted]:
                self.declared.setdefault(f"{spot['id']}.{spot['property']}", each)

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.wait(60)
        self.folder.cleanup()

    def _await_start(self) -> None:
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up and self.process.poll() is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
            try:
                self._get("/healthz")
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"the worker did not start: {self.said()}")

    def _get(self, path: str) -> bytes:
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        return answer.read()

    def prepare(self, spot: str, values: list[object], states: list[object] | None = None) -> bytes:
        """The request of the callback that fills ``component.property``."""
        return body(self.declared[spot], values, states or [])

    def ask(self, request: bytes) -> tuple[float, bytes]:
        """(seconds until the answer was read, the answer). RuntimeError unless it is a 200."""
        began = time.perf_counter()
        self.connection.request("POST", CALLBACK, body=request, headers=self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        seconds = time.perf_counter() - began
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} for {request[:400]!r}: {text[:400]!r}\n{self.said()}")
        return seconds, text

    def get(self, path: str) -> tuple[float, int, bytes]:
        """(seconds until the answer was read, its bytes on the line, what it says) of a page's own question. RuntimeError unless a 200."""
        headers = {name: value for name, value in self.headers.items() if name != "Content-Type"} | {"Accept-Encoding": "gzip"}
        began = time.perf_counter()
        self.connection.request("GET", path, headers=headers)
        answer = self.connection.getresponse()
        text = answer.read()
        seconds = time.perf_counter() - began
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} for {path[:400]}: {text[:400]!r}\n{self.said()}")
        packed = answer.headers.get("Content-Encoding") == "gzip"
        return seconds, len(text), gzip.decompress(text) if packed else text

    @cached_property
    def pid(self) -> int:
        """Of the one worker process."""
        (child,) = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(child)

    def worked(self) -> float:
        """Seconds the worker's threads have had a processor."""
        return sum(int(p.read_text().split()[0]) for p in Path(f"/proc/{self.pid}/task").glob("*/schedstat")) / 1e9

    def said(self) -> str:
        """The end of what the worker wrote to its log."""
        return self.log.read_text(errors="replace")[-4000:]

    def memory(self) -> dict[str, int]:
        """Bytes of the worker process: resident now, and at most so far."""
        lines = dict(line.split(":", 1) for line in Path(f"/proc/{self.pid}/status").read_text().splitlines())
        return {"now": int(lines["VmRSS"].split()[0]) * 1024, "most": int(lines["VmHWM"].split()[0]) * 1024}
