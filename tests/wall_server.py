"""The app in a process of its own, which a test may kill: ``python -m tests.wall_server <address of the store> <instance folder> <port>``."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class Server:
    """One such process on a port that stays its own."""

    def __init__(self, database: str, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._command = [sys.executable, "-m", "tests.wall_server", database, str(folder), str(self.port)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("DUBANG_")}
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(self._command, cwd=ROOT, env=env, **quiet)  # type: ignore[call-overload]
        over = time.monotonic() + 60
        while self.status("/readyz") != 200:
            assert time.monotonic() < over and self._process.poll() is None, "the server did not start"
            time.sleep(0.05)

    def kill(self) -> None:
        """As a power cut does it: no farewell to anybody."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(10)

    def status(self, path: str) -> int:
        """What an address answers; 0 when nobody does."""
        return status(self.address + path)


def status(address: str) -> int:
    """The status of an answer; 0 when there is none."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code
    except OSError:
        return 0


if __name__ == "__main__":
    from werkzeug.serving import make_server

    from app import create_app
    from config import Settings

    url, instance, port = sys.argv[1:]
    made = create_app(Settings.from_env({}, database_url=url, instance=instance))
    make_server("127.0.0.1", int(port), made.server, threaded=True).serve_forever()
