"""The bench's invented campaign is one that could be: its items agree with their events."""

import json

import numpy as np
import pytest

from bench import histories
from bench.charts import quantile
from bench.histories import CLOSED, DAYS, DISCOVERED, EXTENDED, STAGES, VOIDED, invent
from bench.serve import body, spots

COUNTIES = 60


@pytest.fixture(scope="module")
def invented():
    return invent(4_000, COUNTIES)


def events_of(h):
    out = [[] for _ in range(h.items)]
    for owner, number, what, day, voids in zip(*(c.tolist() for c in (h.owner, h.event_no, h.what, h.day, h.voids)), strict=True):
        out[owner].append((number, what, day, voids))
    return out


def test_every_item_is_discovered_first_and_its_events_are_numbered_in_order(invented):
    for events in events_of(invented):
        assert events[0][1] == DISCOVERED
        assert [number for number, *_ in events] == list(range(1, len(events) + 1))
        days = [day for _, _, day, _ in events]
        assert days == sorted(days) and days[-1] < DAYS


def test_about_five_events_an_item_in_every_county(invented):
    assert 4.5 < len(invented.owner) / invented.items < 6
    assert set(invented.county.tolist()) == set(range(COUNTIES))
    assert {invented.category.max() + 1, invented.department.max() + 1} == {histories.CATEGORIES, histories.DEPARTMENTS}


def test_the_stage_of_an_item_is_its_last_that_was_not_taken_back(invented):
    taken_back = 0
    for n, events in enumerate(events_of(invented)):
        gone = {voids for _, what, _, voids in events if what == VOIDED}
        taken_back += len(gone)
        assert all(events[number - 1][1] == CLOSED for number in gone)
        number, what, day, _ = [e for e in events if e[1] in STAGES and e[0] not in gone][-1]
        assert (what, day) == (invented.stage[n], invented.stage_day[n]), number
    assert taken_back


def test_an_item_has_a_later_deadline_exactly_when_it_was_extended(invented):
    extended = {owner for owner, what in zip(invented.owner.tolist(), invented.what.tolist(), strict=True) if what == EXTENDED}
    assert extended == set(np.flatnonzero(invented.due_extended >= 0).tolist())
    assert (invented.due_extended > invented.due)[sorted(extended)].all()


def test_the_store_never_knows_before_and_learns_in_order(invented):
    assert (invented.known >= invented.day).all()
    same = invented.owner[1:] == invented.owner[:-1]
    assert (invented.known[1:] >= invented.known[:-1])[same].all()


def test_the_same_numbers_give_the_same_campaign(invented):
    again, other = invent(4_000, COUNTIES), invent(4_000, COUNTIES, seed=1)
    assert np.array_equal(again.day, invented.day)
    assert not np.array_equal(other.county, invented.county)


@pytest.mark.parametrize(("share", "value"), [(0.5, 10.5), (0.95, 19), (0.99, 20), (1.0, 20)])
def test_quantiles_go_by_nearest_rank(share, value):
    assert quantile(list(range(20, 0, -1)), share) == value


def test_requests_are_those_of_the_browser():
    declared = {
        "output": "..graph-x.figure...title-x.children..",
        "inputs": [{"id": "filters", "property": "data"}],
        "state": [{"id": "view", "property": "data"}],
    }
    sent = json.loads(body(declared, ["level=county"], [None]))
    assert sent == {
        "output": "..graph-x.figure...title-x.children..",
        "outputs": [{"id": "graph-x", "property": "figure"}, {"id": "title-x", "property": "children"}],
        "inputs": [{"id": "filters", "property": "data", "value": "level=county"}],
        "changedPropIds": ["filters.data"],
        "parsedChangedPropsIds": ["filters.data"],
        "state": [{"id": "view", "property": "data", "value": None}],
    }
    assert spots("nothing.children") == {"id": "nothing", "property": "children"}
