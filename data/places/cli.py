"""What ``manage.py places …`` does: plain functions that print. Each returns the exit status."""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from data.ledgers.problems import LedgerError
from data.places import pipeline
from data.places.model import Fault, PlaceOptions, Preview, label, word
from data.places.prepare import prepare
from data.store import Store

Print = Callable[[str], None]
REFUSED, FAILED = 1, 2
#: codes of the repairs a person can confirm
REPAIRS = ("swapped", "sign", "closed", "valid", "as_it_stands", "reversed")
_SHOWN = 20


def check(store: Store, file: str, report: str | None = None, out: Print = print, **given: Any) -> int:
    """Print what importing the file would do. 0: every row could be taken as it is, 1: some could not, 2: the file cannot be taken."""
    lang = given.get("lang") or "zh-CN"
    try:
        shown = pipeline.check(store, Path(file), Path(file).name, _options(given))
    except LedgerError as error:
        out(f"{Path(file).name}: {error.text(lang)}")
        return FAILED
    for line in preview_lines(shown, lang):
        out(line)
    _save(report, shown, lang, out)
    return REFUSED if shown.refused or shown.waiting else 0


def import_file(
    store: Store,
    file: str,
    repairs: Sequence[str] = (),
    rows: Sequence[int] = (),
    report: str | None = None,
    out: Print = print,
    **given: Any,
) -> int:
    """Import the file and print what was done. ``repairs``: codes whose rows are confirmed; ``rows``: single rows.

    Status as for ``check``.
    """
    lang = given.get("lang") or "zh-CN"
    unknown = next((code for code in repairs if code not in REPAIRS), None)
    if unknown is not None:
        out(label("repair_unknown", lang, code=unknown, known=", ".join(REPAIRS)))
        return FAILED
    path = Path(file)
    try:
        options = _options(given)
        confirmed = frozenset(rows) | (_confirmed(store, path, options, repairs) if repairs else frozenset())
        done = pipeline.run_import(store, path, path.name, options, confirmed)
    except LedgerError as error:
        if isinstance(error.preview, Preview):
            for line in preview_lines(error.preview, lang):
                out(line)
            _save(report, error.preview, lang, out)
        out(f"{path.name}: {error.text(lang)}")
        return FAILED
    assert done.preview is not None
    for line in preview_lines(done.preview, lang):
        out(line)
    if done.already:
        out(label("already", lang, batch=done.batch_id))
        return 0
    counts = {name: getattr(done, name) for name in ("new", "changed", "same", "repaired", "refused")}
    out(label("result", lang, batch=done.batch_id, **counts))
    if done.items:
        out(label("items", lang, items=done.items, campaign=options.campaign))
    _save(report, done.preview, lang, out)
    return REFUSED if done.refused else 0


def undo(store: Store, batch_id: int, lang: str = "zh-CN", out: Print = print) -> int:
    """Take a batch back and say so."""
    try:
        places = pipeline.undo(store, batch_id)
    except LedgerError as error:
        out(error.text(lang))
        return FAILED
    out(label("undone", lang, batch=batch_id, places=places))
    return 0


def history(store: Store, lang: str = "zh-CN", out: Print = print) -> int:
    """Print the imports, newest first."""
    rows = pipeline.history(store)
    for row in rows:
        line = label(
            "batch", lang, batch=row["batch_id"], when=f"{row['imported_at']:%Y-%m-%d %H:%M}", layer=f"layer:{row['layer']}",
            file=row["file_name"], new=row["places_new"], changed=row["places_changed"], same=row["places_same"], refused=row["refused"],
        )  # fmt: skip
        out(line + (label("batch_undone", lang) if row["undone_at"] else ""))
    if not rows:
        out(label("no_batches", lang))
    return 0


def preview_lines(shown: Preview, lang: str) -> list[str]:
    """What a check found, as lines of text; of the faults the first ones."""
    lines = [
        label("file", lang, file=shown.file_name, layer=f"layer:{shown.layer}", crs=shown.crs or "-"),
        label("counts", lang, rows=shown.rows, accepted=shown.accepted, warned=shown.warned, waiting=shown.waiting, refused=shown.refused),
    ]
    known = ", ".join(f"{label_of(name, lang)} = {header}" for name, header in shown.fields.items() if header)
    if known:
        lines.append(label("fields", lang, fields=known))
    lines += [label("note", lang, text=f"{n.text(lang)} {n.remedy(lang)}") for n in shown.notes]
    lines += [label("repairable", lang, code=code, what=f"repair:{code}", count=n) for code, n in shown.repairable.items()]
    lines += [_line(f, lang) for f in shown.faults[:_SHOWN]]
    more = len(shown.faults) + shown.cut - _SHOWN
    if more > 0:
        lines.append(label("more", lang, count=more))
    if shown.already is not None:
        lines.append(label("already", lang, batch=shown.already))
    return lines


def label_of(name: str, lang: str) -> str:
    """A field in the reader's words."""
    return str(word(f"field:{name}", lang)).removeprefix("field:")


def report_csv(shown: Preview, lang: str) -> bytes:
    """Every fault as a table that a spreadsheet opens."""
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(label("report_head", lang).split(","))
    for f in shown.faults:
        before, after = f.before or ("", ""), f.after or ("", "")
        cells = (f.row, f.where(lang), word(f"level:{f.level}", lang), label_of(f.field or "", lang), f.value, f.text(lang), f.remedy(lang))
        out.writerow([_harmless(c) for c in (*cells, f.repair or "", *before, *after)])
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: object) -> object:
    """A text that a spreadsheet would take for a formula, as text."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _line(fault: Fault, lang: str) -> str:
    return label("fault", lang, level=f"level:{fault.level}", stands=fault.where(lang), text=fault.text(lang), remedy=fault.remedy(lang))


def _save(report: str | None, shown: Preview, lang: str, out: Print) -> None:
    if report and shown.faults:
        Path(report).write_bytes(report_csv(shown, lang))
        out(label("saved", lang, path=report))


def _confirmed(store: Store, path: Path, options: PlaceOptions, repairs: Sequence[str]) -> frozenset[int]:
    """Rows all of whose repairs are among those confirmed."""
    ready = prepare(store, path, path.name, options)
    return frozenset(p.row for p in ready.places if p.offered and set(p.offered) <= set(repairs))


def _options(given: dict[str, Any]) -> PlaceOptions:
    columns = dict(pair.split("=", 1) for pair in given.pop("columns", ()) if "=" in pair)
    return PlaceOptions.from_dict({**given, "columns": columns})
