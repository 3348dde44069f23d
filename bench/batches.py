"""How long a batch takes, and how much memory: four charts for each of the demo store's 95 counties, as slides, from the command line."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.stores import Workshop
from bench.wall_serve import CAMPAIGN, demo

ROOT = Path(__file__).resolve().parents[1]
CHARTS = ("progress-by-region", "status-structure", "planned-vs-actual", "loop-funnel")
PLACE, COUNTIES = "320000", 95
# what is asked of it on two cores, from the command to the zip
SECONDS, BYTES = 30.0, 500_000_000
_LOOK = 0.05


@dataclass(frozen=True, slots=True)
class BatchRun:
    """``seconds`` from the command to the zip; ``peak`` bytes that all its processes held together (what they share counted once; None
    where the system does not say); ``files`` in the zip."""

    backend: str
    files: int
    seconds: float
    peak: int | None

    def met(self) -> bool:
        return self.seconds < SECONDS and (self.peak is None or self.peak < BYTES)


def batch(workshop: Workshop, backend: str = "sqlite") -> BatchRun:
    """Make the batch once. Raises RuntimeError when it is not made whole."""
    with tempfile.TemporaryDirectory(prefix="dubang-batch-") as folder:
        command = [
            sys.executable, str(ROOT / "manage.py"), "batch", "make", "--charts", ",".join(CHARTS), "--formats", "pptx",
            "--level", "county", "--region", PLACE, "--query", f"campaign={CAMPAIGN}", "-o", f"{folder}/out.zip",
        ]  # fmt: skip
        told = {**os.environ, "DUBANG_DATABASE_URL": demo(workshop, backend), "DUBANG_INSTANCE": folder}
        began, peak = time.perf_counter(), 0
        with (Path(folder) / "said").open("w+b") as said:
            process = subprocess.Popen(command, cwd=ROOT, env=told, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
            while process.poll() is None:
                peak = max(peak, _held(process.pid))
                time.sleep(_LOOK)
            seconds = time.perf_counter() - began
            said.seek(0)
            if process.returncode:
                raise RuntimeError(said.read().decode("utf-8", "replace"))
        return BatchRun(backend, len(CHARTS) * COUNTIES, seconds, peak or None)


def _held(pid: int) -> int:
    """Bytes that a process and those it started hold: of what several hold, each counts its share."""
    total = 0
    for each in (pid, *_children(pid)):
        try:
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def _children(pid: int) -> list[int]:
    try:
        own = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [each for child in own for each in (child, *_children(child))]
