"""What ``manage.py period | appeal …`` does: plain functions that print. Each returns the exit status: 0, or 1 when refused or damaged."""

import getpass
from collections.abc import Callable

from data.filters import Filters
from data.ranking import appeals, locks, periods, race
from data.ranking.editions import Edition, civil, editions, frozen, newest, selection_of, verify
from data.ranking.lock_words import LockError, words
from data.ranking.periods import period_name
from data.ranking.standing import Standing
from data.store import Store

Print = Callable[[str], None]
HASH_SHOWN = 8


def who(said: str | None = None) -> str:
    """The name given, else the account that gives the command."""
    if said:
        return said
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "?"


def _selection(campaigns: tuple[str, ...]) -> str:
    return selection_of(Filters.from_query({"campaign": list(campaigns)}))


def _scheme(store: Store, scheme: str | None) -> str:
    found = race.scheme_of(store, Filters(scheme=scheme))
    if found is None:
        raise LockError("scheme_unknown", scheme=scheme)
    return found.code


def _asked(store: Store, scheme: str, selection: str, period: str, edition: int | None) -> Edition:
    held = editions(store, scheme, selection, period)
    if not held:
        raise LockError("not_locked", period=period)
    if edition is None:
        return held[-1]
    for each in held:
        if each.edition == edition:
            return each
    raise LockError("edition_unknown", period=period, edition=edition, known=", ".join(str(each.edition) for each in held))


def list_periods(store: Store, scheme: str | None = None, campaigns: tuple[str, ...] = (), lang: str = "zh-CN", out: Print = print) -> int:
    """Print the periods of a scheme, newest first: running, open, or locked with every edition."""
    try:
        code = _scheme(store, scheme)
    except LockError as problem:
        return _refused(problem, lang, out)
    selection = _selection(campaigns)
    asked = Filters.from_query(selection).but(scheme=code)
    rules = race.scheme_of(store, asked)
    assert rules is not None
    known = {each.code: each for each in periods.periods(store, rules, asked)}
    known |= {each.period: race.period_of(each, rules.period) for each in newest(store, code, selection) if each.period not in known}
    out(words("cli.periods", lang, scheme=rules.name(lang), code=code, n=len(known)))
    for period in sorted(known.values(), key=lambda each: each.start, reverse=True):
        held = editions(store, code, selection, period.code)
        state = words("cli.running" if period.running else "cli.open", lang) if not held else ""
        out("  ".join(part for part in (period.code, period_name(period, lang), state) if part))
        for each in held:
            out("    " + _line(each, lang))
    return 0


def _line(each: Edition, lang: str) -> str:
    by = each.locked_by or words("somebody", lang)
    text = words("cli.edition", lang, n=each.edition, when=each.when, by=by, hash=each.sha256[:HASH_SHOWN], version=each.scheme_version)
    return text + (words("cli.reason", lang, reason=each.reason) if each.reason else "")


def lock(
    store: Store,
    period: str,
    scheme: str | None = None,
    campaigns: tuple[str, ...] = (),
    by: str | None = None,
    reason: str | None = None,
    lang: str = "zh-CN",
    out: Print = print,
) -> int:
    """Lock a period and print its hash, or why not."""
    try:
        code = _scheme(store, scheme)
        locks.lock(store, code, period, selection=_selection(campaigns), by=who(by), reason=reason)
    except LockError as problem:
        return _refused(problem, lang, out)
    return _made(store, code, _selection(campaigns), period, lang, out)


def correct(
    store: Store,
    period: str,
    reason: str,
    scheme: str | None = None,
    campaigns: tuple[str, ...] = (),
    by: str | None = None,
    new_rules: bool = False,
    lang: str = "zh-CN",
    out: Print = print,
) -> int:
    """Publish a correction and print what it changed, or why not."""
    selection = _selection(campaigns)
    try:
        code = _scheme(store, scheme)
        locks.correct(store, code, period, selection=selection, by=who(by), reason=reason, new_rules=new_rules)
    except LockError as problem:
        return _refused(problem, lang, out)
    _made(store, code, selection, period, lang, out)
    return show_diff(store, period, code, campaigns, lang=lang, out=out)


def _made(store: Store, scheme: str, selection: str, period: str, lang: str, out: Print) -> int:
    out(period + "  " + _line(editions(store, scheme, selection, period)[-1], lang))
    return 0


def show(
    store: Store,
    period: str,
    scheme: str | None = None,
    campaigns: tuple[str, ...] = (),
    edition: int | None = None,
    lang: str = "zh-CN",
    out: Print = print,
) -> int:
    """Print the ranks of a locked edition, checked against its hash."""
    selection = _selection(campaigns)
    try:
        found = _asked(store, _scheme(store, scheme), selection, period, edition)
        standing = frozen(store, found.lock_id)
    except LockError as problem:
        return _refused(problem, lang, out)
    out(f"{period_name(standing.period, lang)}  {standing.scheme.name(lang)}")
    out(_line(found, lang))
    for line in rank_lines(standing, lang):
        out(line)
    return 0


def rank_lines(standing: Standing, lang: str) -> list[str]:
    """One line a place, by rank; the unranked last."""
    by = next(iter(standing.ranks))
    ranks, places, decimals = standing.ranks[by], standing.places, standing.scheme.decimals
    names = places.name_en if lang == "en" else places.name_zh
    order = sorted(range(len(places)), key=lambda k: (ranks.rank[k] == 0, ranks.rank[k], k))
    out = []
    for k in order:
        rank = f"{'=' if ranks.tied[k] else ''}{ranks.rank[k]}" if ranks.rank[k] else words("cli.unranked", lang)
        score = "" if not ranks.rank[k] else f"{ranks.key[k]:.{decimals}f}"
        out.append("  ".join(part for part in (f"{rank:>4}", places.code[k], names[k] or places.name_zh[k], score) if part))
    return out


def show_diff(
    store: Store,
    period: str,
    scheme: str | None = None,
    campaigns: tuple[str, ...] = (),
    old: int | None = None,
    new: int | None = None,
    lang: str = "zh-CN",
    out: Print = print,
) -> int:
    """Print what changed from one edition to another; default: to the newest from the one before."""
    selection = _selection(campaigns)
    try:
        code = _scheme(store, scheme)
        last = _asked(store, code, selection, period, new)
        if old is None and last.edition == 1:
            out(words("cli.single", lang, period=period))
            return 0
        first = _asked(store, code, selection, period, old or last.edition - 1)
        found = locks.diff(frozen(store, first.lock_id), frozen(store, last.lock_id))
    except LockError as problem:
        return _refused(problem, lang, out)
    corrected = sum(each.corrected for each in found)
    out(words("cli.diff", lang, n=corrected, old=first.edition, new=last.edition))
    for each in found:
        ranks = [str(rank or words("cli.unranked", lang)) for rank in (each.rank_old, each.rank_new)]
        out(words("cli.change", lang, name=each.name(lang), code=each.code, old=ranks[0], new=ranks[1], why=each.why(lang)))
    return 0


def check(store: Store, lang: str = "zh-CN", out: Print = print) -> int:
    """Open every lock of the store and print those that do not match their hash; status 1 when there is one."""
    found = verify(store)
    bad = [each for each in found if each.fault]
    for each in bad:
        e = each.edition
        out(words("cli.damaged", lang, scheme=e.scheme_code, period=e.period, n=e.edition, fault=each.fault))
    out(words("cli.verified", lang, n=len(found), bad=len(bad)))
    return int(bool(bad))


# ----------------------------------------------------------------------------- appeals


def add_appeal(
    store: Store,
    period: str,
    place: str,
    text: str,
    scheme: str | None = None,
    campaigns: tuple[str, ...] = (),
    edition: int | None = None,
    indicator: str | None = None,
    by: str | None = None,
    lang: str = "zh-CN",
    out: Print = print,
) -> int:
    """Record an appeal and print its number, or why not."""
    try:
        code, selection = _scheme(store, scheme), _selection(campaigns)
        number = appeals.add(store, code, period, edition, place, text, by=who(by), selection=selection, indicator=indicator)
    except LockError as problem:
        return _refused(problem, lang, out)
    out(words("cli.appealed", lang, n=number))
    return 0


def decide_appeal(
    store: Store, appeal: int, outcome: str, answer: str, by: str | None = None, lang: str = "zh-CN", out: Print = print
) -> int:
    """Answer an appeal, once, or print why not."""
    try:
        appeals.decide(store, appeal, outcome, answer, by=who(by))
    except LockError as problem:
        return _refused(problem, lang, out)
    out(words("cli.decided", lang, n=appeal, outcome=appeals.outcome_name(outcome, lang)))
    return 0


def list_appeals(
    store: Store,
    scheme: str | None = None,
    campaigns: tuple[str, ...] = (),
    period: str | None = None,
    lang: str = "zh-CN",
    out: Print = print,
) -> int:
    """Print the appeals of a scheme, or of one of its periods, in the order they were made."""
    try:
        found = appeals.listed(store, _scheme(store, scheme), _selection(campaigns), period)
    except LockError as problem:
        return _refused(problem, lang, out)
    for each in found:
        against = each.indicator_name(lang) if each.indicator_name else each.indicator or words("cli.whole", lang)
        outcome = appeals.outcome_name(each.outcome, lang)
        values = {"n": each.appeal_id, "period": each.period, "edition": each.edition, "place": each.place(lang), "against": against}
        out(words("cli.appeal", lang, **values, outcome=outcome, when=civil(each.made_at), by=each.made_by or words("somebody", lang)))
        out("    " + each.text.replace("\n", "\n    "))
        if each.answer:
            out("    → " + each.answer.replace("\n", "\n    "))
    if not found:
        out(words("cli.no_appeals", lang))
    return 0


def _refused(problem: LockError, lang: str, out: Print) -> int:
    out(problem.text(lang))
    return 1
