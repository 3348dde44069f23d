"""The project's source files, room by room."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOTS = ("app.py", "manage.py", "config.py")
PACKAGES = ("pages", "callbacks", "dashboard", "data")
BESIDE = ("bench", "tools", "assets")
TEXT = {".py", ".js", ".css", ".json", ".md", ".toml", ".txt", ".svg", ".html", ".sh", ".mako", ".csv", ""}
_GENERATED = {".venv", ".git", "__pycache__", "instance", "dist", "test-results"}


def files(*suffixes: str, tests: bool = False) -> list[Path]:
    """Source files with one of the suffixes (all: none given); with ``tests`` those of the tests too."""
    found = [ROOT / name for name in ROOTS if (ROOT / name).exists()]
    for room in (*PACKAGES, *BESIDE, *(("tests",) if tests else ())):
        found += sorted(p for p in (ROOT / room).rglob("*") if p.is_file())
    return [p for p in found if (not suffixes or p.suffix in suffixes) and not _GENERATED & set(p.parts) and not p.name.startswith(".")]


def project_texts() -> list[Path]:
    """Every text file that a checkout holds."""
    rooms = [p for p in ROOT.iterdir() if p.name not in _GENERATED and (p.name == ".ci" or not p.name.startswith(".") or p.is_file())]
    found = (p for room in rooms for p in ([room] if room.is_file() else room.rglob("*")))
    return [p for p in found if p.is_file() and p.suffix in TEXT and not _GENERATED & set(p.parts)]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
