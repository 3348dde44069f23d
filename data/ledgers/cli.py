"""What ``manage.py ledger …`` does: plain functions that print. Each returns the exit status."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from data.ledgers import pipeline
from data.ledgers.prepare import ImportOptions
from data.ledgers.problems import LedgerError, Problem
from data.ledgers.profile import Profile
from data.ledgers.report import label, marked_workbook, preview_lines, result_lines
from data.store import Store

Print = Callable[[str], None]
REFUSED, FAILED = 1, 2


def day(said: str | None) -> date | None:
    """A day given on the command line; LedgerError when it is none."""
    if not said:
        return None
    try:
        return date.fromisoformat(said.strip())
    except ValueError:
        raise LedgerError("day_unreadable", value=said) from None


def profile_of(store: Store, said: str | None) -> Profile | str | None:
    """``--profile``: a file, else the name of a kept profile."""
    if not said:
        return None
    return Profile.from_file(said) if Path(said).suffix.lower() == ".json" or Path(said).is_file() else said


def make_options(
    store: Store,
    campaign: str | None = None,
    new_campaign: str | None = None,
    kind: str | None = None,
    as_known: str | None = None,
    profile: str | None = None,
    key_columns: Sequence[str] = (),
    year: int | None = None,
    sheet: str | None = None,
    region: str | None = None,
    round_number: int | None = None,
    partial: bool = False,
    imported_by: str | None = None,
    lang: str = "zh-CN",
) -> ImportOptions:
    """Options of the command line as the pipeline takes them; LedgerError says what cannot be used."""
    if not campaign:
        known = ", ".join(c.code for c in store.campaigns()) or "-"
        raise LedgerError("campaign_needed", known=known)
    return ImportOptions(
        campaign,
        new_campaign,
        kind,
        day(as_known),
        profile_of(store, profile),
        tuple(key_columns),
        year,
        sheet,
        not partial,
        region,
        str(round_number) if round_number else None,
        imported_by,
        lang,
    )


def _save_marked(path: Path, problems: Sequence[Problem], options: ImportOptions, report: str | None, many: bool, out: Print) -> None:
    if not report or not problems:
        return
    profile = options.profile if isinstance(options.profile, Profile) else None
    # several files need a name each
    target = Path(report).with_name(f"{Path(report).stem}-{path.stem}.xlsx") if many else Path(report)
    target.write_bytes(
        marked_workbook(
            path.read_bytes(), problems, options.lang, profile.encoding if profile else None, profile.delimiter if profile else None
        )
    )
    out(label("saved", options.lang, path=target))


def check(store: Store, files: Sequence[str], report: str | None = None, out: Print = print, **given: Any) -> int:
    """Print what importing the files would do. 0: every row could be taken, 1: some could not, 2: a file cannot be taken at all.

    ``given``: the options of ``make_options``; without a campaign the file is judged as for a new one. ``report``:
    where to save the workbook with its faults marked.
    """
    lang = given.get("lang") or "zh-CN"
    if not given.get("campaign"):
        given |= {"campaign": "check", "new_campaign": "check"}
    given["partial"] = given.get("partial") or len(files) > 1
    try:
        options = make_options(store, **given)
    except LedgerError as error:
        out(error.text(lang))
        return FAILED
    status = 0
    for name in files:
        path = Path(name)
        try:
            shown = pipeline.check(store, path, path.name, options)
        except LedgerError as error:
            out(f"{path.name}: {error.text(lang)}")
            status = FAILED
            continue
        for line in preview_lines(shown, lang):
            out(line)
        _save_marked(path, shown.problems, options, report, len(files) > 1, out)
        if shown.counts["refused"]:
            status = max(status, REFUSED)
    return status


def import_files(store: Store, files: Sequence[str], report: str | None = None, out: Print = print, **given: Any) -> int:
    """Import the files, each in a transaction of its own, and print the reports. Arguments and exit status as for ``check``."""
    lang = given.get("lang") or "zh-CN"
    # several files are parts of one export: what one does not list is not missing, it stands in another
    given["partial"] = given.get("partial") or len(files) > 1
    try:
        options = make_options(store, **given)
    except LedgerError as error:
        out(error.text(lang))
        return FAILED
    status = 0
    for name in files:
        path = Path(name)
        try:
            result = pipeline.run_import(store, path, path.name, options)
        except LedgerError as error:
            if isinstance(error.preview, pipeline.Preview):
                for line in preview_lines(error.preview, lang):
                    out(line)
                _save_marked(path, error.preview.problems, options, report, len(files) > 1, out)
            out(f"{path.name}: {error.text(lang)}")
            status = FAILED
            continue
        for line in result_lines(result, lang):
            out(line)
        if isinstance(options.profile, Profile):
            pipeline.save_profile(store, options.profile)
        if result.already is None:
            _save_marked(path, result.preview.problems, options, report, len(files) > 1, out)
            if result.preview.counts["refused"]:
                status = max(status, REFUSED)
    return status


def undo(store: Store, batch_id: int, lang: str = "zh-CN", out: Print = print) -> int:
    """Take a batch back and say so."""
    try:
        items = pipeline.undo(store, batch_id)
    except LedgerError as error:
        out(error.text(lang))
        return FAILED
    out(label("undone", lang, batch=batch_id, items=items))
    return 0


def list_profiles(store: Store, save: str | None = None, lang: str = "zh-CN", out: Print = print) -> int:
    """Print the names of kept profiles; with ``save`` first keep the profile of that file."""
    if save:
        try:
            pipeline.save_profile(store, Profile.from_file(save))
        except LedgerError as error:
            out(error.text(lang))
            return FAILED
    names = pipeline.profiles(store)
    for name in names or [label("no_profiles", lang)]:
        out(name)
    return 0


def history(store: Store, lang: str = "zh-CN", out: Print = print) -> int:
    """Print the imports, newest first."""
    rows = pipeline.history(store)
    for row in rows:
        line = label(
            "batch", lang, batch=row["batch_id"], when=f"{row['imported_at']:%Y-%m-%d %H:%M}",
            campaign=row["campaign"], file=row["file_name"],
            as_known=row["as_known"], new=row["items_new"], changed=row["items_changed"],
            same=row["items_same"], refused=row["rows_refused"],
        )  # fmt: skip
        out(line + (label("batch_undone", lang) if row["undone_at"] else ""))
    if not rows:
        out(label("no_batches", lang))
    return 0
