"""A file made ready for the store: read, mapped, harmonised, validated. Nothing is written here."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np

from data import calendar
from data.filters import KINDS
from data.ledgers import values
from data.ledgers.chain import Chain, build
from data.ledgers.harmonise import SheetRows, harmonise
from data.ledgers.header import Layout, find_layout
from data.ledgers.places import place_rows
from data.ledgers.problems import WARNING, LedgerError
from data.ledgers.profile import Profile
from data.ledgers.read import Book, Sheet, load_bytes, read_book
from data.ledgers.statuses import StatusReader
from data.ledgers.table import Objects, Table, joined
from data.ledgers.validate import check_days, set_keys
from data.loops.catalogue import Loop, load_loops, loop_of_kind
from data.regions.match import RegionMatcher
from data.store import CampaignInfo, Store

Progress = Callable[[str, float], None]
_CODE = re.compile(r"[^\s\x00-\x1f\x7f<>\"'`;\\,/?#%&]{1,60}")


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to import. ``campaign`` is a code; ``new_campaign`` the name under which to create it when it does not exist.

    ``as_known``: the day the ledger speaks of (default today). ``profile``: a Profile, or the name of a kept one.
    ``key_columns``: headers or fields that together name an item. ``year``: for days written without one.
    ``full_export``: whether items that the file no longer lists are to be named. ``region``: code or name, for
    ledgers without region columns and to settle ambiguous names. ``round``: for rows that name none.
    """

    campaign: str
    new_campaign: str | None = None
    kind: str | None = None
    as_known: date | None = None
    profile: Profile | str | None = None
    key_columns: tuple[str, ...] = ()
    year: int | None = None
    sheet: str | None = None
    full_export: bool = True
    region: str | None = None
    round: str | None = None
    imported_by: str | None = None
    lang: str = "zh-CN"


@dataclass(slots=True)
class Prepared:
    """A file ready to be shown or loaded."""

    data: bytes
    sha256: str
    file_name: str
    form: str
    options: ImportOptions
    profile: Profile
    campaign: CampaignInfo | None
    kind: str
    kind_given: bool
    loops: dict[str, Loop]
    as_known: date
    region_id: int | None
    sheets: list[tuple[Sheet, Layout]]
    left_out: list[str]
    table: Table
    chain: Chain
    key_headers: tuple[str, ...]
    seconds: float = 0.0
    columns: dict[str, Objects] = field(default_factory=dict)

    @property
    def signature(self) -> str:
        """What decides how a row is read, beside the row: columns, profile, kind."""
        mapped = [(c.header, c.field) for _, layout in self.sheets for c in layout.columns if c.field != "serial"]
        statuses = sorted(self.profile.statuses.items())
        return repr((mapped, statuses, self.profile.constants, self.profile.date_order, self.kind, self.options.year))

    @property
    def fingerprint(self) -> str:
        """The same import is recognised by this."""
        o = self.options
        said = (
            self.sha256,
            o.campaign,
            self.kind,
            self.profile.as_dict(),
            self.as_known.isoformat(),
            o.sheet,
            o.key_columns,
            o.year,
            o.region,
            o.round,
        )
        return sha256(repr(said).encode()).hexdigest()


def _silent(step: str, share: float) -> None:
    """No progress wanted."""


def safe_name(file_name: str) -> str:
    """The last part of a file's name, without control and direction characters; only ever shown."""
    last = re.split(r"[/\\]", file_name)[-1]
    return "".join(c for c in last if c.isprintable() and c not in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068")[:200] or "ledger"


def prepare(store: Store, source: Path | str | bytes, file_name: str, options: ImportOptions, progress: Progress | None = None) -> Prepared:
    """Read and judge a file. LedgerError when it cannot be taken at all."""
    say = progress or _silent
    started = time.perf_counter()
    profile = _profile(store, options)
    campaign = _campaign(store, options)
    as_known = options.as_known or calendar.today()
    if as_known > calendar.today():
        raise LedgerError("as_known_future", day=as_known.isoformat())
    data = load_bytes(source)
    say("read", 0.02)
    book = read_book(data, profile.encoding, profile.delimiter)
    say("map", 0.35)
    sheets, left_out = _layouts(book, options.sheet or profile.sheet, profile)
    name = safe_name(file_name)
    kind, given = _kind(options, profile, sheets, name, campaign)
    tree = store.tree()
    with store.reading() as conn:
        matcher = RegionMatcher.load(conn, tree)
    region_id = _region(matcher, options.region or profile.default_region)
    home = region_id if options.region else (campaign.region_id if campaign else None)
    default = region_id if region_id is not None else (campaign.region_id if campaign else None)
    readers: dict[str, StatusReader] = {}

    def loop_of(item_kind: str) -> Loop:
        return load_loops()[profile.loop] if profile.loop else loop_of_kind(item_kind)

    def reader(item_kind: str) -> StatusReader:
        if item_kind not in readers:
            readers[item_kind] = StatusReader(loop_of(item_kind), profile.statuses)
        return readers[item_kind]

    parts: list[Table] = []
    texts: list[dict[str, Objects]] = []
    for sheet, layout in sheets:
        rows = SheetRows(sheet, layout, options.year or profile.year, profile.date_order)
        part = harmonise(rows, profile, kind, reader, sheet.name or name)
        if not place_rows(rows, part, profile, matcher, home, default, options.lang):
            raise LedgerError("no_region")
        if options.round and "round" not in part.text:
            part.text["round"] = np.full(part.n, options.round[:100], dtype=object)
        for kept, other in layout.doubles:
            part.problems.add(part.sheets[0], None, kept.header, "", "two_columns", WARNING, other=other.header)
        wanted = {*options.key_columns, *profile.key_columns}
        texts.append({c.header: rows.taken(c, list(rows.texts(c))) for c in layout.columns} if wanted else {})
        parts.append(part)
    table = joined(parts)
    columns = {h: np.concatenate([t.get(h, np.full(p.n, None, dtype=object)) for t, p in zip(texts, parts, strict=True)]) for h in texts[0]}
    say("check", 0.5)
    found_assumed = check_days(table, as_known.toordinal())
    keys = set_keys(table, options.key_columns or profile.key_columns, profile.empty_key == "content", columns)
    loops = {k: loop_of(k) for k in set(table.kind.tolist()) | {kind}}
    chain = build(table, loops, found_assumed, as_known.toordinal())
    say("load", 0.6)
    return Prepared(
        data, sha256(data).hexdigest(), name, book.form, options, profile, campaign, kind, given, loops,
        as_known, region_id, sheets, left_out,
        table, chain, keys, time.perf_counter() - started,
    )  # fmt: skip


def _profile(store: Store, options: ImportOptions) -> Profile:
    if isinstance(options.profile, Profile):
        return options.profile
    if options.profile:
        from data.ledgers import profile as kept

        with store.reading() as conn:
            return kept.load(conn, options.profile)
    return Profile("")


def _campaign(store: Store, options: ImportOptions) -> CampaignInfo | None:
    found = next((c for c in store.campaigns() if c.code == options.campaign), None)
    if found is None:
        if not options.new_campaign or not options.new_campaign.strip():
            raise LedgerError("campaign_unknown", campaign=options.campaign)
        if not _CODE.fullmatch(options.campaign):
            raise LedgerError("campaign_code", campaign=options.campaign)
    return found


def _layouts(book: Book, wanted: str | None, profile: Profile) -> tuple[list[tuple[Sheet, Layout]], list[str]]:
    """The sheets that hold a ledger, and the names of those left out."""
    sheets = book.sheets
    if wanted is not None:
        sheets = [s for s in sheets if s.name == wanted] or [s for s in sheets if values.folded(s.name) == values.folded(wanted)]
        if not sheets:
            raise LedgerError("sheet_missing", sheet=wanted, known=", ".join(s.name for s in book.sheets))
    if not any(s.n_rows for s in sheets):
        raise LedgerError("file_empty")
    taken: list[tuple[Sheet, Layout]] = []
    left_out: list[str] = []
    lost: LedgerError | None = None
    for sheet in sheets:
        if sheet.n_rows == 0 or (sheet.hidden and wanted is None and len(sheets) > 1):
            left_out += [sheet.name] if sheet.n_rows else []
            continue
        layout = find_layout(sheet, profile)
        if layout is None:
            left_out.append(sheet.name)
            continue
        if layout.missing:
            lost = LedgerError("profile_column", column=layout.missing[0], known=", ".join(c.header for c in layout.columns))
            left_out.append(sheet.name)
            continue
        taken.append((sheet, layout))
    if not taken:
        raise lost or LedgerError("no_header", rows=40)
    # beside a real ledger a small sheet with a word or two in common is a legend or a summary
    most = max(_mapped(layout) for _, layout in taken)
    kept = [(s, lay) for s, lay in taken if _mapped(lay) * 2 > most and len(lay.rows)]
    if not kept:
        raise LedgerError("no_rows")
    left_out += [s.name for s, lay in taken if not any(s is k for k, _ in kept)]
    return kept, left_out


def _mapped(layout: Layout) -> int:
    return sum(1 for c in layout.columns if c.field)


def _kind(
    options: ImportOptions, profile: Profile, sheets: list[tuple[Sheet, Layout]], file_name: str, campaign: CampaignInfo | None
) -> tuple[str, bool]:
    """The kind of item, and whether it was said rather than concluded from headers and names."""
    said = options.kind or profile.kind
    if said:
        if said not in KINDS:
            raise LedgerError("kind_unknown", kind=said, known=", ".join(KINDS))
        return said, True
    if profile.loop and load_loops()[profile.loop].kinds:
        return load_loops()[profile.loop].kinds[0], True
    headers = " ".join(c.header for _, layout in sheets for c in layout.columns)
    titles = " ".join(values.plain(v) for s, lay in sheets for r in range(lay.header_from) for v in s.row(r) if v)
    names = " ".join(s.name for s, _ in sheets)
    about = f"{campaign.name_zh} {campaign.type}" if campaign else options.new_campaign or ""
    for where in (headers, titles, names, file_name, about):
        for kind, pattern in values.words()["kind_hints"]:
            if re.search(pattern, where, re.IGNORECASE):
                return kind, False
    return "finding", False


def _region(matcher: RegionMatcher, said: str | None) -> int | None:
    if not said:
        return None
    place = matcher.tree.get(said.strip())
    if place is not None:
        return place.region_id
    match = matcher.match(text=said)
    if match.region_id is None:
        if match.problem == "ambiguous":
            raise LedgerError("region_ambiguous", value=said, candidates=", ".join(matcher.full_names(match)))
        raise LedgerError("region_option", value=said)
    return match.region_id
