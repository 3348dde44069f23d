"""Locking a period (期), and correcting one: what was found then stays as it is, for good.

A lock writes a row of ``period_lock`` and nothing ever changes or removes one. It takes what the store knows at that moment:
reports that come later belong to the next period, unless a correction takes them in. A correction is a further edition, counted
under the rules of the edition before it, with a reason and a visible difference; the old edition keeps its address and its numbers.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from data.filters import LIVE, Filters
from data.ranking import periods, race, schemes
from data.ranking.changes import Change, diff
from data.ranking.editions import (
    Checked,
    Edition,
    append,
    before,
    editions,
    editions_in,
    frozen,
    newest,
    ranks_of,
    results_hash,
    selection_of,
    sha256_of,
    verify,
)
from data.ranking.faults import SchemeError
from data.ranking.freeze import freeze
from data.ranking.lock_words import LockError, said, who, words
from data.ranking.scheme import Scheme
from data.ranking.standing import Period, Standing
from data.store import Store

LONGEST_REASON = 2000
# what the column holds
LONGEST_SELECTION = 500
Find = Callable[[], Standing | None]


def lock(
    store: Store,
    scheme_code: str,
    period: str,
    *,
    selection: str = "",
    by: str,
    reason: str | None = None,
    now: datetime | None = None,
) -> int:
    """Lock a period as it stands now; gives the number of its first edition, 1.

    ``selection``: the canonical query of the campaigns, "" for the scheme's own. ``by``: who does it. ``reason``: a remark, optional.
    ``now``: the moment in UTC without an offset, for histories. Raises LockError, and then nothing was written: scheme or period
    unknown, still running, without data, nobody ranked, locked already.
    """
    scheme, asked, here = _asked(store, scheme_code, period, selection)
    if here is None:
        raise LockError("period_unknown", scheme=scheme.name, period=period)
    by, why = who(by), said(reason, None, "reason_long", LONGEST_REASON)
    with store.reading() as conn:
        _refuse_locked(conn, asked, here)
    if here.running:
        raise LockError("period_running", **_period(here), end=here.end.isoformat(), day=here.as_of.isoformat())

    def find() -> Standing | None:
        return race.standing("all", store, asked)

    # counted once before the transaction, so that other writers wait for the writing alone
    _rankable(find(), here)
    with store.writing() as conn:
        _refuse_locked(conn, asked, here)
        standing = _rankable(find(), here)
        return append(conn, standing, selection_of(asked), 1, None, by=by, reason=why, now=now)


def correct(
    store: Store,
    scheme_code: str,
    period: str,
    *,
    selection: str = "",
    by: str,
    reason: str | None,
    new_rules: bool = False,
    now: datetime | None = None,
) -> int:
    """Publish what the store knows now of a locked period as its next edition; gives that edition's number.

    The rules are those of the edition before, unless ``new_rules`` says that the scheme's newest version shall hold for the period
    too. Raises LockError, and then nothing was written: not locked, no reason, no difference, and whatever ``lock`` refuses.
    """
    scheme, asked, found = _asked(store, scheme_code, period, selection)
    by, why = who(by), said(reason, None, "reason_long", LONGEST_REASON)
    with store.reading() as conn:
        last = _last(conn, asked, scheme, found)
    if not why:
        raise LockError("reason_needed")
    rules = scheme if new_rules else frozen(store, last.lock_id).scheme
    # the days that were locked, also where the calendar of the campaigns says otherwise by now
    here = race.period_of(last, rules.period)

    def find() -> Standing | None:
        return race.computed(store, rules, here, asked)

    _rankable(find(), here)
    with store.writing() as conn:
        last = _last(conn, asked, scheme, here)
        standing = _rankable(find(), here)
        if results_hash(conn, last.lock_id) == sha256_of(freeze(standing)):
            raise LockError("unchanged", **_period(here), edition=last.edition)
        return append(conn, standing, selection_of(asked), last.edition + 1, last.sha256, by=by, reason=why, now=now)


# ----------------------------------------------------------------------------- before anything is written


def _asked(store: Store, scheme_code: str, period: str, selection: str) -> tuple[Scheme, Filters, Period | None]:
    try:
        scheme = schemes.find(store, scheme_code)
    except SchemeError:
        raise LockError("scheme_unknown", scheme=scheme_code) from None
    campaigns = Filters.from_query(selection).campaign
    asked = Filters(campaign=campaigns, scheme=scheme.code, period=period, edition=LIVE)
    if selection_of(asked) != selection or len(selection) > LONGEST_SELECTION:
        raise LockError("selection_unusable", selection=selection)
    return scheme, asked, periods.find(store, scheme, asked) if period else None


def _period(period: Period) -> dict[str, object]:
    return {"period": lambda lang: periods.period_name(period, lang)}


def _refuse_locked(conn: Connection, asked: Filters, here: Period) -> None:
    found = editions_in(conn, str(asked.scheme), selection_of(asked), here.code)
    if found:
        last = found[-1]
        raise LockError("locked_already", **_period(here), edition=last.edition, when=last.when, by=_named(last.locked_by))


def _last(conn: Connection, asked: Filters, scheme: Scheme, here: Period | None) -> Edition:
    found = editions_in(conn, scheme.code, selection_of(asked), here.code if here else asked.period)
    if found:
        return found[-1]
    if here is None:
        raise LockError("period_unknown", scheme=scheme.name, period=asked.period)
    raise LockError("not_locked", **_period(here))


def _named(who: str | None) -> object:
    return who or (lambda lang: words("somebody", lang))


def _rankable(standing: Standing | None, here: Period) -> Standing:
    if standing is None or not len(standing.places):
        raise LockError("no_data", **_period(here))
    counted = standing.counted
    if not counted.has_items.any() and not (counted.value == counted.value).any():
        raise LockError("no_data", **_period(here))
    if not any((ranks.rank > 0).any() for ranks in standing.ranks.values()):
        raise LockError("nothing_ranked", **_period(here))
    return standing


__all__ = [
    "Change",
    "Checked",
    "Edition",
    "LockError",
    "before",
    "correct",
    "diff",
    "editions",
    "frozen",
    "lock",
    "newest",
    "ranks_of",
    "selection_of",
    "verify",
]
