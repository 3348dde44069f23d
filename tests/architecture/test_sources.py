"""What no source file of the project may hold."""

import ast
import re
from functools import cache

import pytest

from tests.architecture.rooms import files, name, project_texts

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
ADDRESS = re.compile(
    r"https?://(?!\{settings\.host\}|%s:%d/|127\.0\.0\.1|localhost|\[::1\]|(?:www\.)?w3\.org/|schemas\.(?:openxmlformats\.org|microsoft\.com)/)[^\s\"'`<>)]*"
)
PROTOCOL_RELATIVE = re.compile(r"""(?:url\(\s*|src\s*=\s*|href\s*=\s*|import\s+)["']?//[a-z0-9]""")
OTHER_MACHINE = re.compile(r"(?<![\w.])/(?:root|work)/\w|(?<![\w.])/home/\w|/Users/\w|[A-Z]:\\\\?Users")
LINES = 400


@cache
def nodes(path):
    """Every node of a module."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def strings(path):
    """(line, text) of every string of a module but those that stand alone, which document what is above or around them."""
    docs = {node.value for node in nodes(path) if isinstance(node, ast.Expr)}
    for node in nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docs:
            yield node.lineno, node.value


def calls(path):
    """(line, called name, owner's name or None, call) of every call of a module."""
    for node in nodes(path):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name):
                yield node.lineno, called.id, None, node
            elif isinstance(called, ast.Attribute):
                yield node.lineno, called.attr, called.value.id if isinstance(called.value, ast.Name) else "", node


def test_source_files_stay_under_400_lines():
    """A migration is a record, not a room: it is as long as the tables it made."""
    sources = [p for p in files(".py", ".js", ".css", ".sh") if "versions" not in p.parts]
    long = {name(p): n for p in sources if (n := len(p.read_text(encoding="utf-8").splitlines())) >= LINES}
    assert long == {}


def test_chinese_words_live_in_data_files():
    found = [f"{name(p)}:{line} {text[:40]!r}" for p in files(".py") for line, text in strings(p) if HAN.search(text)]
    assert found == []


def test_nothing_is_asked_of_another_host():
    found = []
    for path in files(".py", ".js", ".css", ".svg", ".html"):
        text = path.read_text(encoding="utf-8")
        found += [f"{name(path)}: {m.group()}" for m in ADDRESS.finditer(text)]
        if path.suffix in (".js", ".css", ".svg", ".html"):
            found += [f"{name(path)}: {m.group()}" for m in PROTOCOL_RELATIVE.finditer(text)]
    assert found == []


def constant(node):
    """Whether an SQL text is written in the source as a whole: a literal, or one of several."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.IfExp):
        return constant(node.body) and constant(node.orelse)
    if isinstance(node, ast.JoinedStr):
        # numbers and names that the module itself fixes
        inner = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        return all(isinstance(part, ast.Name) and part.id.isupper() for part in inner)
    return False


def composed(node):
    """Whether a text is put together from parts: f-string, %, + or format."""
    if isinstance(node, ast.JoinedStr):
        return not constant(node)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, (ast.Mod, ast.Add)) and not isinstance(node.left, ast.Name)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"


# names of tables and columns come from data/schema.py there, and nothing else does
COMPOSES_NAMES = {"data/bulk.py"}


def sql_made_at_run_time(path):
    from_sqlalchemy = {
        alias.asname or alias.name
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "sqlalchemy"
        for alias in node.names
    }
    for line, called, owner, call in calls(path):
        first = call.args[0] if call.args else None
        text = called in ("text", "TextClause") and (owner in ("sa", "sqlalchemy") or (owner is None and called in from_sqlalchemy))
        whole = called == "literal_column" or ((text or called == "exec_driver_sql") and not constant(first))
        made = called in ("execute", "executemany", "executescript", "read_sql", "read_sql_query") and composed(first)
        if whole or made:
            yield f"{name(path)}:{line} {called}"


def test_sql_is_never_put_together_from_texts():
    # bench fills databases of its own with generated rows
    rooms = [p for p in files(".py") if name(p) not in COMPOSES_NAMES and not name(p).startswith("bench/")]
    found = [problem for p in rooms for problem in sql_made_at_run_time(p)]
    assert found == []


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("text('SELECT 1')", False),
        ("text(query)", True),
        ("text(f'SELECT {name}')", True),
        ("text('SELECT ' + name)", True),
        ("conn.execute(f'SELECT {name}')", True),
        ("conn.execute('SELECT %s' % name)", True),
        ("conn.execute(select(item))", False),
        ("literal_column(name)", True),
        ("conn.exec_driver_sql('BEGIN' if write else 'BEGIN IMMEDIATE')", False),
        ("cursor.execute(f'PRAGMA busy_timeout={BUSY_MS}')", False),
        ("problem.text(lang)", False),
    ],
)
def test_the_sql_rule_tells_literals_from_the_rest(tmp_path, monkeypatch, line, refused):
    path = tmp_path / "query.py"
    path.write_text(f"from sqlalchemy import text\n{line}\n", encoding="utf-8")
    monkeypatch.setattr("tests.architecture.test_sources.name", lambda p: p.name)
    assert bool(list(sql_made_at_run_time(path))) is refused


def test_tables_leave_through_the_export_room_alone():
    """pandas writes cells that spreadsheets run as formulas; dashboard/exports does not."""
    found = [
        f"{name(p)}:{line} {called}" for p in files(".py") for line, called, _, _ in calls(p) if called in ("to_csv", "to_excel", "to_html")
    ]
    assert found == []


def test_graphs_are_made_in_one_place():
    """dcc.Graph shows a share-to-cloud button unless it is told not to; the one place tells it."""
    makers = {name(p) for p in files(".py") for _, called, owner, _ in calls(p) if called == "Graph" and owner in (None, "dcc", "")}
    assert len(makers) <= 1, makers


def test_figures_are_plain_dicts():
    found = [
        name(p)
        for p in files(".py")
        for node in nodes(p)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        and any("plotly" in m for m in [*(a.name for a in node.names), getattr(node, "module", "") or ""])
    ]
    assert found == []


def test_nothing_unfinished_is_left_lying():
    marks = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b|raise NotImplemented")
    found = [f"{name(p)}: {m.group()}" for p in files(".py", ".js", ".css", ".sh") for m in marks.finditer(p.read_text(encoding="utf-8"))]
    assert found == []


def test_no_file_speaks_of_the_machine_it_was_written_on():
    found = [
        f"{name(p)}: {m.group()}" for p in project_texts() for m in OTHER_MACHINE.finditer(p.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []
