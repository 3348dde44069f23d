"""A PostgreSQL server of the bench's own: in a folder, on a socket, as the distribution sets it up; stopped when the bench ends."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
import psycopg.sql

PR_SET_PDEATHSIG = 1
# room for one large load between checkpoints; everything else is PostgreSQL's default
SETTINGS = {"listen_addresses": "", "max_wal_size": "8GB", "log_min_messages": "fatal"}


def binaries() -> Path | None:
    """Where initdb and postgres are, or None."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    return versions[-1].parent if versions else None


def _account() -> dict[str, object]:
    """How to start PostgreSQL, which refuses to run as root."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL does not run as root, and there is no account postgres or nobody to run it as")


def die_with_parent() -> None:
    """For a child: the kernel interrupts it (for PostgreSQL a fast shutdown) when the bench ends, however it ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


@dataclass(slots=True)
class Cluster:
    """A running server; ``folder`` holds its data."""

    folder: Path
    sockets: Path
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, folder: Path) -> "Cluster":
        """Start the server of ``folder``, made if it is not there. Raises RuntimeError when it does not come up."""
        programs = binaries()
        if programs is None:
            raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
        account = _account()
        # socket paths must stay below 108 bytes
        sockets = Path(tempfile.mkdtemp(prefix="dubang-bench-"))
        folder.mkdir(parents=True, exist_ok=True)
        if account:
            for each in (sockets, folder):
                os.chown(each, account["user"], account["group"])  # type: ignore[arg-type]
        data = folder / "data"
        if not data.exists():
            words = ["-U", "dubang", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
            subprocess.run([programs / "initdb", "-D", data, *words], check=True, stdout=subprocess.DEVNULL, cwd=sockets, **account)  # type: ignore[call-overload]
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        with (sockets / "log").open("wb") as log:
            process = subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", sockets, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=sockets,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - the bench has one thread
                **account,  # type: ignore[call-overload]
            )
        cluster = cls(folder, sockets, process)
        cluster._wait()
        return cluster

    def _wait(self) -> None:
        give_up = time.monotonic() + 120
        while time.monotonic() < give_up and self.process.poll() is None:
            try:
                self._connect().close()
                return
            except psycopg.OperationalError:
                time.sleep(0.1)
        raise RuntimeError(f"PostgreSQL did not start: {(self.sockets / 'log').read_text(errors='replace')}")

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.sockets), user="dubang", dbname="postgres", autocommit=True, connect_timeout=3)

    def url(self, database: str) -> str:
        """The address of a database, which is made if it is not there."""
        with self._connect() as conn:
            if conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone() is None:
                conn.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(database)))
        return f"postgresql+psycopg://dubang@/{database}?host={self.sockets}"

    def drop(self, database: str) -> None:
        with self._connect() as conn:
            conn.execute(psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(psycopg.sql.Identifier(database)))

    def copy(self, source: str, target: str) -> None:
        """Make a database like another that nobody is using; one of that name is dropped before."""
        self.drop(target)
        names = [psycopg.sql.Identifier(each) for each in (target, source)]
        with self._connect() as conn:
            conn.execute(psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))

    def size(self, database: str) -> int:
        """Bytes on disk of a database."""
        with self._connect() as conn:
            row = conn.execute("SELECT pg_database_size(%s)", (database,)).fetchone()
        return int(row[0]) if row else 0

    def version(self) -> str:
        """Of the server."""
        with self._connect() as conn:
            return str(conn.info.parameter_status("server_version"))

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)
        shutil.rmtree(self.sockets, ignore_errors=True)
