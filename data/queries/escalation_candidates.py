"""Regions for which the rules propose a rung of escalation. Proposed only: a person confirms or dismisses."""

from collections import Counter

from pandas import DataFrame, Series

from data.escalation.candidates import candidates
from data.escalation.model import RUNGS, Candidate, word
from data.filters import Filters
from data.queries.selection import Selection
from data.store import Store

COLUMNS = (
    "region_code", "region", "level", "rung", "rung_name", "rule", "rule_name", "evidence", "basis", "last_rung", "last_rung_name",
    "last_on", "last_document",
)  # fmt: skip
_BETWEEN = {"zh-CN": "\uff1b", "en": "; "}


def escalation_candidates(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row for each region that is proposed, COLUMNS: the gravest rung first, within one what was found most of first.

    ``level``: of the region; ``rung``: reminder, circular, listed_supervision, interview, exposure, special_inspection or
    accountability_transfer; ``rule``: the rule's id; ``evidence``: what was found, as one text with its numerators and denominators;
    ``basis``: the rule's legal basis; ``last_…``: the newest rung confirmed before, None without one.

    ``attrs``: ``counts`` {rung: {level: n}}, in the order of the rows; ``findings``: for each row [(sentence, query piece that leads to
    its rows or None)].
    """
    selection = Selection(scope, store, filters)
    found = candidates(scope, store, filters)
    rows = [_row(selection, each, lang) for each in found]
    columns = {name: Series([row[k] for row in rows], dtype=object) for k, name in enumerate(COLUMNS)}
    counts: dict[str, dict[str, int]] = {}
    for rung in reversed(RUNGS):
        levels = Counter(each.rule.level for each in found if each.rule.rung == rung)
        if levels:
            counts[rung] = dict(levels)
    return selection.frame(columns, lang, counts=counts, findings=[[(one.said(lang), one.rows) for one in each.findings] for each in found])


def _row(selection: Selection, each: Candidate, lang: str) -> tuple[object, ...]:
    tree, rule, last = selection.tree, each.rule, each.last
    place = tree.by_id(each.region_id)
    before = (None, None, None, None) if last is None else (last.rung, word("rung", last.rung, lang), last.effective_on, last.document_no)
    said = _BETWEEN.get(lang, "; ").join(finding.said(lang) for finding in each.findings)
    name = tree.full_name(place.region_id, lang)
    return (
        place.code, name, place.level, rule.rung, word("rung", rule.rung, lang), rule.id, rule.name(lang), said, rule.basis(lang), *before,
    )  # fmt: skip
