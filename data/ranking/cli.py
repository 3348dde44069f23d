"""What ``manage.py scheme | series | events …`` does: plain functions that print. Each returns the exit status: 0, or 1 for faults."""

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Any

from data.ranking import events, schemes, series
from data.ranking.events import AUTO
from data.ranking.faults import NOTE, SchemeError, words
from data.ranking.intake import TableError
from data.ranking.scheme import Scheme
from data.ranking.scheme_file import MAX_BYTES, read_scheme
from data.ranking.wording import scheme_words
from data.store import Store

Print = Callable[[str], None]


def who() -> str | None:
    """The account that gives the command."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return None


def _say(key: str, lang: str, **values: object) -> str:
    return str(words()["says"][key][0 if lang == "zh-CN" else 1]).format_map(values)


def _units(store: Store, scheme: Scheme) -> dict[str, tuple[str, int]]:
    held = {row["code"]: (row["unit"] or "", row["decimals"]) for row in series.list_series(store)}
    return {i.id: held[i.series] for i in scheme.indicators if i.series in held}


def _tell(store: Store, scheme: Scheme, lang: str, out: Print) -> None:
    place = store.tree().get(scheme.region)
    for sentence in scheme_words(scheme, lang, _units(store, scheme), store.tree().full_name(place.region_id, lang) if place else None):
        out(sentence)


def _bytes(file: str) -> bytes:
    """As much of a file as tells whether it is too large."""
    with Path(file).open("rb") as opened:
        return opened.read(MAX_BYTES + 1)


def check_scheme(store: Store | None, file: str, lang: str = "zh-CN", out: Print = print) -> int:
    """Print the scheme of a file in words, or its faults; nothing is written. Without a store only what the file itself says is judged."""
    name = Path(file).name
    if store is None:
        scheme, faults = read_scheme(_bytes(file), name)
        for sentence in scheme_words(scheme, lang) if scheme is not None else ():
            out(sentence)
    else:
        with store.reading() as conn:
            scheme, faults = schemes.check(conn, _bytes(file), name)
        if scheme is not None:
            _tell(store, scheme, lang, out)
    for fault in faults:
        out(_say("note" if fault.severity == NOTE else "fault", lang, text=fault.text(lang)))
    errors = sum(fault.severity != NOTE for fault in faults)
    out(_say("scheme_wrong", lang, file=name, count=errors) if scheme is None else _say("scheme_good", lang, file=name))
    return int(scheme is None)


def load_scheme(store: Store, file: str, default: bool = False, lang: str = "zh-CN", out: Print = print) -> int:
    """Keep the scheme of a file in the store, or print its faults."""
    name = Path(file).name
    before = store.version()
    try:
        with store.writing() as conn:
            scheme = schemes.load(conn, _bytes(file), name, who(), default)
    except SchemeError as error:
        for fault in error.faults:
            out(_say("fault", lang, text=fault.text(lang)))
        out(_say("scheme_wrong", lang, file=name, count=len(error.faults)))
        return 1
    key = "scheme_loaded" if store.version() != before else "scheme_there"
    out(_say(key, lang, scheme=scheme.code, version=scheme.version, name=scheme.name(lang)))
    return 0


def list_schemes(store: Store, lang: str = "zh-CN", out: Print = print) -> int:
    """Print every version of every scheme; the default is marked."""
    for scheme in schemes.versions(store):
        out(f"{'*' if scheme.is_default else ' '} {scheme.code}  {scheme.version}  {scheme.name(lang)}  {scheme.sha256[:8]}")
    return 0


def show_scheme(store: Store, code: str, version: str | None = None, source: bool = False, lang: str = "zh-CN", out: Print = print) -> int:
    """Print a scheme in words, or the file it was read from."""
    try:
        scheme = schemes.find(store, code, version)
    except SchemeError as error:
        out(error.text(lang))
        return 1
    if source:
        out(scheme.source)
    else:
        _tell(store, scheme, lang, out)
    return 0


def import_series(store: Store, file: str, lang: str = "zh-CN", out: Print = print, **options: Any) -> int:
    """Bring a table of an indicator series in, or print its faults."""
    try:
        out(series.import_series(store, Path(file), Path(file).name, **options).text(lang))
    except TableError as error:
        for line in error.report(Path(file).name, lang):
            out(line)
        return 1
    return 0


def list_series(store: Store, lang: str = "zh-CN", out: Print = print) -> int:
    """Print the series of the store."""
    rows = series.list_series(store)
    for row in rows:
        name = row["name_en"] if lang == "en" and row["name_en"] else row["name_zh"]
        values = {key: row[key] for key in ("code", "figures", "places", "first", "last")}
        values["mark"] = _say("simulated", lang) if row["simulated"] else ""
        out(_say("series", lang, name=name, unit=row["unit"] or "-", **values))
    if not rows:
        out(_say("no_series", lang))
    return 0


def import_events(store: Store, file: str, lang: str = "zh-CN", out: Print = print, **options: Any) -> int:
    """Bring a table of score events in, or print its faults."""
    try:
        out(events.import_events(store, Path(file), Path(file).name, **options).text(lang))
    except TableError as error:
        for line in error.report(Path(file).name, lang):
            out(line)
        return 1
    return 0


def take_back_event(store: Store, event_id: int, reason: str, lang: str = "zh-CN", out: Print = print) -> int:
    """Take one score event back."""
    try:
        events.take_back(store, event_id, reason)
    except TableError as error:
        out(error.text(lang))
        return 1
    out(_say("event_back", lang, event=event_id))
    return 0


def list_events(store: Store, lang: str = "zh-CN", out: Print = print) -> int:
    """Print the score events, newest first."""
    names = {a.id: a.name for scheme in schemes.known(store) for a in scheme.adjustments}
    rows = events.list_events(store)
    for row in rows:
        values = {key: row[key] or "" for key in ("event_id", "happened_on", "reason", "document_no", "event_key")}
        if str(values["event_key"]).startswith(AUTO):
            values["event_key"] = ""
        values["place"] = store.tree().full_name(row["region_id"], lang)
        values["name"] = names[row["adjustment"]](lang) if row["adjustment"] in names else row["adjustment"]
        values["points"] = "" if row["points"] is None else f"{row['points']:g}"
        back = "" if row["back"] is None else _say("taken_back", lang, reason=row["back"])
        out(_say("event", lang, mark=_say("simulated", lang) if row["simulated"] else "", back=back, **values))
    if not rows:
        out(_say("no_events", lang))
    return 0
