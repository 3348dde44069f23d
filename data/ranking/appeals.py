"""Appeals (申诉) against one place's result in one edition of a locked period.

An appeal is recorded, shown with the period, and decided once. It never changes a number: what it shows to be wrong is put right in
the ledgers, and published as a correction (data/ranking/locks.py).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from data import calendar
from data.ranking.editions import Edition, civil, editions, frozen
from data.ranking.lock_words import LockError, one_line, said, who, words
from data.ranking.scheme import Words
from data.ranking.standing import Standing
from data.schema import appeal, period_lock, region
from data.store import Store, bump

OPEN, UPHELD, PARTLY, DISMISSED, WITHDRAWN = "open", "upheld", "partly", "dismissed", "withdrawn"
#: how an appeal may end
OUTCOMES = (UPHELD, PARTLY, DISMISSED, WITHDRAWN)
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Appeal:
    """One appeal. ``made_at``, ``decided_at`` in UTC without an offset; ``indicator`` None: the result as a whole. ``place`` is the name
    that the edition printed, whatever the place is called now."""

    appeal_id: int
    lock_id: int
    scheme_code: str
    selection: str
    period: str
    edition: int
    region_id: int
    code: str
    place: Words
    indicator: str | None
    indicator_name: Words | None
    text: str
    made_at: datetime
    made_by: str | None
    outcome: str
    decided_at: datetime | None
    decided_by: str | None
    answer: str | None

    @property
    def decided(self) -> bool:
        return self.outcome != OPEN


def outcome_name(outcome: str, lang: str) -> str:
    """The outcome for readers."""
    return words(f"outcome.{outcome}", lang)


def add(
    store: Store,
    scheme_code: str,
    period: str,
    edition: int | None,
    place: str,
    text: str,
    *,
    by: str,
    selection: str = "",
    indicator: str | None = None,
    now: datetime | None = None,
) -> int:
    """Record an appeal; gives its number. ``edition`` None: the newest; ``place``: code or full name as the edition has it;
    ``indicator``: an indicator's id. Raises LockError, and then nothing was written."""
    found = _edition(store, scheme_code, selection, period, edition)
    why, by = said(text, "text_needed", "text_long", LONGEST), who(by)
    standing = frozen(store, found.lock_id)
    at = _place(standing, place, found)
    known = standing.scheme.by_id
    if indicator and indicator not in known:
        raise LockError(
            "indicator_unknown", period=period, edition=found.edition, indicator=indicator, known=", ".join(f"{i}" for i in known)
        )
    row = {
        "lock_id": found.lock_id,
        "region_id": int(standing.places.region_id[at]),
        "made_at": now or calendar.now_utc(),
        "made_by": by,
        "indicator": indicator or None,
        "text": why,
        "outcome": OPEN,
    }
    with store.writing() as conn:
        key = conn.execute(insert(appeal).values(**row)).inserted_primary_key
        bump(conn, f"appeal {scheme_code} {period}")
    assert key is not None
    return int(key[0])


def decide(store: Store, appeal_id: int, outcome: str, answer: str, *, by: str, now: datetime | None = None) -> None:
    """End an appeal, once. ``outcome``: one of OUTCOMES. Raises LockError, and then nothing was written."""
    if outcome not in OUTCOMES:
        raise LockError("outcome_unknown", outcome=outcome, known=", ".join(OUTCOMES))
    kept, by = said(answer, "answer_needed", "text_long", LONGEST), who(by)
    with store.writing() as conn:
        _refuse_decided(conn, appeal_id)
        values = {"outcome": outcome, "answer": kept, "decided_at": now or calendar.now_utc(), "decided_by": by}
        conn.execute(update(appeal).where(appeal.c.appeal_id == appeal_id, appeal.c.outcome == OPEN).values(**values))
        bump(conn, f"appeal {appeal_id} {outcome}")


def listed(store: Store, scheme_code: str, selection: str = "", period: str | None = None) -> list[Appeal]:
    """The appeals against a period in any of its editions (None: against all of the scheme's), in the order they were made."""

    def read() -> list[Appeal]:
        return _read(store, scheme_code, selection)

    found = store.remembered(f"appeals:{scheme_code}:{selection}", read)
    return [each for each in found if period is None or each.period == period]


# ----------------------------------------------------------------------------- one step each


def _read(store: Store, scheme_code: str, selection: str) -> list[Appeal]:
    a, p = appeal.c, period_lock.c
    query = (
        select(
            a.appeal_id, a.lock_id, p.scheme_code, p.selection, p.period, p.edition, a.region_id, a.indicator, a.text, a.made_at,
            a.made_by, a.outcome, a.decided_at, a.decided_by, a.answer, region.c.name_zh, region.c.name_en,
        )
        .join(period_lock, p.lock_id == a.lock_id)
        .join(region, region.c.region_id == a.region_id)
        .where(p.scheme_code == scheme_code, p.selection == selection)
        .order_by(a.made_at, a.appeal_id)
    )  # fmt: skip
    with store.reading() as conn:
        rows = [dict(row) for row in conn.execute(query).mappings()]
    printed: dict[int, Standing | None] = {row["lock_id"]: None for row in rows}
    for lock_id in printed:
        try:
            printed[lock_id] = frozen(store, lock_id)
        except LockError:
            # a damaged record is told of where it is opened; the appeals against it remain readable
            continue
    return [_appeal(row, printed[row["lock_id"]], store) for row in rows]


def _appeal(row: dict[str, object], standing: Standing | None, store: Store) -> Appeal:
    name_zh, name_en = str(row.pop("name_zh")), row.pop("name_en")
    place = Words(name_zh, str(name_en or ""))
    code = store.tree().by_id(int(str(row["region_id"]))).code
    indicator = row["indicator"]
    name = None
    if standing is not None:
        ids = standing.places.region_id.tolist()
        if row["region_id"] in ids:
            at = ids.index(row["region_id"])
            code, place = standing.places.code[at], Words(standing.places.name_zh[at], standing.places.name_en[at])
        known = standing.scheme.by_id.get(str(indicator))
        name = known.name if known else None
    return Appeal(**row, code=code, place=place, indicator_name=name)  # type: ignore[arg-type]


def _edition(store: Store, scheme_code: str, selection: str, period: str, edition: int | None) -> Edition:
    found = editions(store, scheme_code, selection, period)
    if not found:
        raise LockError("not_locked", period=period)
    if edition is None:
        return found[-1]
    for each in found:
        if each.edition == edition:
            return each
    raise LockError("edition_unknown", period=period, edition=edition, known=", ".join(str(each.edition) for each in found))


def _place(standing: Standing, place: str, found: Edition) -> int:
    places, wanted = standing.places, one_line(place)
    if wanted in places.code:
        return places.code.index(wanted)
    names = (places.name_zh, places.name_en)
    at = [k for k in range(len(places)) if wanted and any(wanted.casefold() == each[k].casefold() for each in names)]
    if len(at) > 1:
        raise LockError("place_ambiguous", place=wanted, n=len(at), codes=", ".join(places.code[k] for k in at))
    if not at:
        raise LockError("place_unknown", place=wanted, period=found.period, edition=found.edition)
    return at[0]


def _refuse_decided(conn: Connection, appeal_id: int) -> None:
    row = conn.execute(select(appeal.c.outcome, appeal.c.decided_at).where(appeal.c.appeal_id == appeal_id)).first()
    if row is None:
        raise LockError("appeal_unknown", appeal=appeal_id)
    if row.outcome != OPEN:
        raise LockError(
            "appeal_decided", appeal=appeal_id, when=civil(row.decided_at), outcome=lambda lang: outcome_name(row.outcome, lang)
        )


__all__ = ["DISMISSED", "OPEN", "OUTCOMES", "PARTLY", "UPHELD", "WITHDRAWN", "Appeal", "add", "decide", "listed", "outcome_name"]
