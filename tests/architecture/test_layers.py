"""Who may import whom: the contracts of pyproject.toml hold, and each of them bites."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.rooms import PACKAGES, ROOT, ROOTS, files, name

LINT = Path(sys.executable).with_name("lint-imports")


def lint(folder, *only):
    chosen = [part for contract in only for part in ("--contract", contract)]
    done = subprocess.run([LINT, "--no-cache", "--no-logo", *chosen], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_project_keeps_its_contracts():
    code, said = lint(ROOT)
    assert code == 0, said


BREACHES = {
    ("floors", "pages/home.py"): "import callbacks.charts",
    ("floors", "callbacks/charts.py"): "import pages.home",
    ("floors", "dashboard/ids.py"): "import callbacks.charts",
    ("floors", "data/filters.py"): "import dashboard.ids",
    ("roots", "callbacks/charts.py"): "from app import create_app",
    ("roots", "pages/home.py"): "import manage",
    ("roots", "data/store.py"): "from config import Settings",
    ("dashboard-takes", "dashboard/ids.py"): "from data.store import Store",
    ("data-knows-no-web", "data/store.py"): "import plotly.graph_objects",
    ("data-knows-no-web", "data/columns.py"): "from flask import request",
    ("sql-in-data", "callbacks/charts.py"): "from sqlalchemy import select",
    ("sql-in-data", "pages/home.py"): "import sqlalchemy.orm",
}


@pytest.mark.parametrize(("contract", "file"), BREACHES, ids=lambda part: part)
def test_a_breach_is_refused(tmp_path, contract, file):
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"), encoding="utf-8")
    tree = [f"{room}/__init__.py" for room in PACKAGES]
    tree += ["pages/home.py", "callbacks/charts.py", "dashboard/ids.py", "data/filters.py", "data/columns.py", "data/store.py"]
    for path in tree:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("", encoding="utf-8")
    allowed = "from data.filters import Filters\nfrom data.columns import REGION\n"
    (tmp_path / "dashboard/ids.py").write_text(allowed, encoding="utf-8")
    (tmp_path / "data/store.py").write_text("import sqlalchemy\n", encoding="utf-8")
    assert lint(tmp_path, contract)[0] == 0
    with (tmp_path / file).open("a", encoding="utf-8") as out:
        out.write(BREACHES[contract, file] + "\n")
    code, said = lint(tmp_path, contract)
    assert code == 1 and "BROKEN" in said, said


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize("root", ROOTS)
def test_the_roots_know_no_sql(root):
    assert not {m for m in imported(ROOT / root) if m.split(".")[0] in ("sqlalchemy", "alembic", "psycopg")}


@pytest.mark.parametrize("module", ["config.py", "data/filters.py", "data/columns.py"])
def test_what_every_floor_may_import_needs_the_standard_library_alone(module):
    assert {m.split(".")[0] for m in imported(ROOT / module)} <= sys.stdlib_module_names


def test_every_init_is_empty_but_that_of_callbacks():
    filled = [name(p) for p in files(".py", tests=True) if p.name == "__init__.py" and p.read_text(encoding="utf-8").strip()]
    assert [p for p in filled if p != "callbacks/__init__.py"] == []


def test_no_room_is_a_drawer():
    drawers = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
    assert [name(p) for p in files(".py", tests=True) if p.stem in drawers or p.parent.name in drawers] == []
