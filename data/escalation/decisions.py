"""A person decides about a proposal, or on their own: confirmed, dismissed, revoked. This is the only place that writes ``escalation``.

Interview and circular are administrative reminders, not penalties: whom they are addressed to, why, and whether they are made public
must be on record. Nothing is overwritten: a revocation is a row of its own that names the decision it takes back.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert

from data import calendar
from data.escalation.candidates import candidates
from data.escalation.model import CONFIRMED, DISMISSED, REVOKED, RUNGS, Candidate, EscalationError, word, words
from data.escalation.read import read_decisions
from data.escalation.rules import rule_sets
from data.filters import Filters
from data.ranking.scheme import Words
from data.regions.tree import Region
from data.schema import escalation
from data.scope import ALL, region_of
from data.store import Store, bump

LONGEST_REASON, LONGEST_OFFICE, LONGEST_DOCUMENT = 2000, 200, 100


@dataclass(frozen=True, slots=True)
class Paper:
    """What a confirmed rung has on paper. ``public`` None: nobody has said yet."""

    on: date | None
    office: str
    document_no: str
    public: bool | None
    reason: str


def confirm(
    store: Store,
    scope: str,
    filters: Filters,
    region: str,
    rule: str,
    paper: Paper,
    *,
    by: str,
    today: date | None = None,
    decided_at: datetime | None = None,
) -> int:
    """A person takes the rung that a rule proposes for a region; gives the decision's number.

    The evidence is counted again here, never taken from the form. EscalationError when the proposal does not stand any more, or when
    office, document number, publicity, day, reason or the person is missing; then nothing was written.
    """
    who, place = _who(by), _region(store, scope, region)
    found = _proposal(store, scope, filters, place, rule)
    row = _papers(paper, today) | _proposed(store, filters, found)
    with store.writing() as conn:
        _refuse_taken(conn, store, place, found)
        return _write(conn, row | {"verdict": CONFIRMED, "decided_by": who, "decided_at": decided_at})


def record(store: Store, scope: str, filters: Filters, region: str, rung: str, paper: Paper, *, by: str, today: date | None = None) -> int:
    """A person takes a rung that no rule proposed; gives the decision's number. EscalationError as ``confirm``."""
    who, place = _who(by), _region(store, scope, region)
    if rung not in RUNGS:
        known = [Words(word("rung", each), word("rung", each, "en")) for each in RUNGS]
        raise EscalationError("rung_unknown", known=Words("、".join(w.zh for w in known), ", ".join(w.en for w in known)))
    row = _papers(paper, today) | {"region_id": place.region_id, "rung": rung, "simulated": _simulated(store, filters)}
    with store.writing() as conn:
        return _write(conn, row | {"campaign_id": _campaign(store, filters), "verdict": CONFIRMED, "decided_by": who})


def dismiss(
    store: Store,
    scope: str,
    filters: Filters,
    region: str,
    rule: str,
    reason: str,
    on: date | None,
    *,
    by: str,
    today: date | None = None,
    decided_at: datetime | None = None,
) -> int:
    """A person sets a proposal aside and says why; it stays away for the rule's time. EscalationError as ``confirm``."""
    who, place = _who(by), _region(store, scope, region)
    found = _proposal(store, scope, filters, place, rule)
    row = {"effective_on": _day(on, today), "reason": _said(reason)} | _proposed(store, filters, found)
    with store.writing() as conn:
        _refuse_taken(conn, store, place, found)
        return _write(conn, row | {"verdict": DISMISSED, "decided_by": who, "decided_at": decided_at})


def revoke(store: Store, scope: str, escalation_id: int, reason: str, on: date | None, *, by: str, today: date | None = None) -> int:
    """A person takes back a decision, with a reason; both stay on record. EscalationError when there is none, or it was revoked."""
    who, said, day = _who(by), _said(reason), _day(on, today)
    with store.writing() as conn:
        held = next((each for each in read_decisions(conn) if each.escalation_id == escalation_id), None)
        if held is None or not _seen(store, scope, held.region_id):
            raise EscalationError("decision_unknown", decision=escalation_id)
        if held.revoked_on is not None:
            raise EscalationError("revoked_already", decision=escalation_id, day=held.revoked_on.isoformat())
        if day < held.effective_on:
            raise EscalationError("revoked_before", day=held.effective_on.isoformat())
        row: dict[str, Any] = {"region_id": held.region_id, "campaign_id": held.campaign_id, "rung": held.rung, "rule": held.rule}
        row |= {
            "verdict": REVOKED,
            "evidence": {"revokes": escalation_id},
            "effective_on": day,
            "reason": said,
            "simulated": held.simulated,
        }
        return _write(conn, row | {"decided_by": who})


# ----------------------------------------------------------------------------- what must be so


def _write(conn: Connection, row: dict[str, Any]) -> int:
    row = row | {"decided_at": row.get("decided_at") or calendar.now_utc()}
    number: int = conn.execute(insert(escalation).values(row).returning(escalation.c.escalation_id)).scalar_one()
    bump(conn, f"escalation {row['verdict']}")
    return number


def _proposal(store: Store, scope: str, filters: Filters, place: Region, rule: str) -> Candidate:
    """What is proposed for the region by that rule now."""
    for each in candidates(scope, store, filters):
        if each.region_id == place.region_id and each.rule.id == rule:
            return each
    named = next((each.name for of in rule_sets() for each in of.rules if each.id == rule), Words(rule, rule))
    raise EscalationError("not_proposed", region=_name(store, place), rung=named)


def _refuse_taken(conn: Connection, store: Store, place: Region, found: Candidate) -> None:
    """Somebody else may have decided while this one was reading."""
    for each in read_decisions(conn):
        if each.region_id != place.region_id or each.rung != found.rule.rung or each.revoked_on is not None:
            continue
        days = found.rule.again_days if each.verdict == CONFIRMED else found.rule.dismissed_days
        if (found.as_of - each.effective_on).days < days:
            rung = words("rung", each.rung)
            raise EscalationError("taken_already", region=_name(store, place), day=each.effective_on.isoformat(), rung=rung, days=days)


def _proposed(store: Store, filters: Filters, found: Candidate) -> dict[str, Any]:
    evidence = {"as_of": found.as_of.isoformat(), "findings": [each.as_dict() for each in found.findings]}
    row: dict[str, Any] = {"region_id": found.region_id, "campaign_id": _campaign(store, filters), "rung": found.rule.rung}
    return row | {"rule": found.rule.id, "evidence": evidence, "simulated": _simulated(store, filters)}


def _papers(paper: Paper, today: date | None) -> dict[str, Any]:
    office, document = " ".join(paper.office.split()), " ".join(paper.document_no.split())
    if not office:
        raise EscalationError("office_needed")
    if not document:
        raise EscalationError("document_needed")
    for text, most in ((office, LONGEST_OFFICE), (document, LONGEST_DOCUMENT)):
        if len(text) > most:
            raise EscalationError("too_long", most=most, n=len(text))
    if paper.public is None:
        raise EscalationError("public_needed")
    row = {"effective_on": _day(paper.on, today), "office": office, "document_no": document, "public": paper.public}
    return row | {"reason": _said(paper.reason)}


def _said(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise EscalationError("reason_needed")
    if len(said) > LONGEST_REASON:
        raise EscalationError("too_long", most=LONGEST_REASON, n=len(said))
    return said


def _day(on: date | None, today: date | None) -> date:
    if on is None:
        raise EscalationError("day")
    if on > (today or calendar.today()):
        raise EscalationError("future", day=on.isoformat())
    return on


def _who(by: str) -> str:
    who = by.strip()[:100]
    if not who:
        raise EscalationError("who")
    return who


def _region(store: Store, scope: str, code: str) -> Region:
    place = store.tree().get(code)
    if place is None or not _seen(store, scope, place.region_id):
        raise EscalationError("region_unknown", region=code)
    return place


def _seen(store: Store, scope: str, region_id: int) -> bool:
    confined = region_of(scope)
    if confined == ALL:
        return True
    own = store.tree().get(confined)
    return own is not None and region_id in store.tree().within(own.region_id)


def _name(store: Store, place: Region) -> Words:
    tree = store.tree()
    return Words(tree.full_name(place.region_id), tree.full_name(place.region_id, "en"))


def _campaign(store: Store, filters: Filters) -> int | None:
    """The campaign that a decision belongs to: the one selected, when it is one only."""
    chosen = [c.campaign_id for c in store.campaigns() if c.code in filters.campaign]
    return chosen[0] if len(chosen) == 1 else None


def _simulated(store: Store, filters: Filters) -> bool:
    chosen = [c for c in store.campaigns() if not filters.campaign or c.code in filters.campaign]
    return any(c.simulated for c in chosen)
