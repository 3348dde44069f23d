"""Rewrites the parts of the documents that follow from the source: the settings tables and the store's diagram.

python tools/documents.py            rewrite them
python tools/documents.py --check    say which are out of step; exit 1 if any is
"""

import ast
import json
import sys
from dataclasses import fields
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import Column, Table  # noqa: E402

from config import Settings  # noqa: E402
from data.schema import metadata  # noqa: E402

# tables keyed by item_id: no constraint crosses items, so that they can be distributed by it
_BY_ITEM = ("item_department", "item_event", "extension", "verification", "item_link", "milestone")
_UNCONSTRAINED = [("item", name, "item_id") for name in _BY_ITEM] + [
    ("import_batch", "item_event", "batch_id"),
    ("import_original", "import_batch", "sha256"),
    ("object", "item", "object_id"),
    ("object", "check", "object_id"),
    ("object", "zone", "object_id"),
    ("object", "section_quality", "object_id"),
    ("water_body", "object", "water_body_id"),
    ("water_body", "water_body", "flows_into_id"),
    ("zone", "zone_flag", "zone_id"),
    ("item", "zone_flag", "item_id"),
    ("item", "dispatch_order_item", "item_id"),
    ("campaign", "rollup_stale", "campaign_id"),
    ("region", "rollup_stale", "region_id"),
]


def _comments() -> dict[str, str]:
    """The comment above each setting, as one sentence."""
    lines = (ROOT / "config.py").read_text(encoding="utf-8").splitlines()
    (settings,) = (n for n in ast.parse("\n".join(lines)).body if isinstance(n, ast.ClassDef) and n.name == "Settings")
    out: dict[str, str] = {}
    for node in settings.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            said: list[str] = []
            at = node.lineno - 2
            while lines[at].strip().startswith("#"):
                said.insert(0, lines[at].strip().lstrip("# "))
                at -= 1
            out[node.target.id] = " ".join(said)
    return out


def _default(value: object) -> str:
    text = str(value).replace(str(ROOT), ".")
    return f"`{text}`" if text else "–"


def settings_table(lang: str) -> str:
    """Every setting: environment variable, default, meaning."""
    meanings = _comments() if lang == "en" else json.loads((ROOT / f"tools/settings.{lang}.json").read_text(encoding="utf-8"))
    head = {"en": "| Variable | Default | Meaning |"}.get(lang) or meanings["head"]
    rows = [f"| `DUBANG_{f.name.upper()}` | {_default(f.default)} | {meanings[f.name]} |" for f in fields(Settings)]
    return "\n".join([head, "| --- | --- | --- |", *rows])


def _column(table: Table, column: Column[object]) -> str:
    keys = [mark for mark, holds in (("PK", column.primary_key), ("FK", bool(column.foreign_keys))) if holds]
    kind = type(column.type).__name__.lower()
    note = "" if column.nullable else ' "not null"'
    return f"    {kind} {column.name} {', '.join(keys)}".rstrip() + ("" if column.primary_key else note)


def diagram() -> str:
    """The tables and what refers to what, as a mermaid ER diagram; dotted: not a constraint of the database."""
    lines = ["```mermaid", "erDiagram"]
    for table in metadata.tables.values():
        for key in sorted(table.foreign_keys, key=lambda k: k.parent.name):
            lines.append(f'  {key.column.table.name} ||--o{{ {table.name} : "{key.parent.name}"')
    lines += [f'  {one} ||..o{{ {many} : "{column}"' for one, many, column in _UNCONSTRAINED]
    for table in metadata.tables.values():
        lines += [f"  {table.name} {{", *(_column(table, c) for c in table.columns), "  }"]
    return "\n".join([*lines, "```"])


PARTS = {
    ("README.md", "settings"): lambda: settings_table("en"),
    ("README.zh-CN.md", "settings"): lambda: settings_table("zh-CN"),
    ("docs/store.md", "diagram"): diagram,
}


def renewed(document: str, part: str) -> str:
    """The document's text with one generated part as it should be; ValueError when its marks are missing."""
    text = (ROOT / document).read_text(encoding="utf-8")
    begin, end = f"<!-- {part}: written by tools/documents.py -->\n", f"\n<!-- /{part} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{document}: no marks around the part {part}")
    return before + begin + PARTS[document, part]() + end + after


def main(check: bool) -> int:
    stale = []
    for document, part in PARTS:
        text = renewed(document, part)
        if text != (ROOT / document).read_text(encoding="utf-8"):
            stale.append(f"{document}: {part}")
            if not check:
                (ROOT / document).write_text(text, encoding="utf-8")
    if stale:
        print("out of step:" if check else "rewritten:", ", ".join(stale))
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
