"""Whatever the day and the selection: every count that reaches its threshold is told, with the number that the pages show, and no other."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from data.filters import Filters
from data.queries import warnings as queries
from data.queries.item_list import item_list
from data.queries.selection import Selection
from data.queries.warnings import warnings
from data.warnings.rules import read
from tests import campaign

SETS = {"late": "overdue", "three": "due_urgent", "seven": "due_soon", "ten": "due_in:10", "again": "relapsed_in:40"}


def _rules() -> str:
    one = [{"level": "blue", "at_least": 1}]
    names = {"names": {"zh-CN": "规则", "en": "Rule"}, "bands": one}
    rules = [{"id": "late", "kind": "overdue"}, {"id": "again", "kind": "relapse", "days": 40}]
    rules += [{"id": name, "kind": "due", "days": days} for name, days in (("three", 3), ("seven", 7), ("ten", 10))]
    rules.append({"id": "behind", "kind": "schedule", "least": 1, "bands": [{"level": "blue", "at_least": 0.0001}]})
    return json.dumps({"fresh_months": 1, "rules": [names | rule for rule in rules]})


@given(
    st.integers(0, 200), st.sampled_from(["province", "prefecture", "county"]), st.sampled_from(["", campaign.CODE, campaign.TASK_CODE]),
    st.sampled_from(["", "ecology", "housing"]), st.sampled_from([None, "320100", campaign.XUANWU]), st.booleans(), st.booleans(),
)  # fmt: skip
@example(138, "province", campaign.TASK_CODE, "", None, False, False)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_numbers_are_those_of_the_selection(sqlite_small_store, after, level, code, office, region, basic, earlier):
    store = sqlite_small_store
    day = date(2022, 4, 20) + timedelta(days=after)
    filters = Filters(
        campaign=(code,) if code else (), department=(office,) if office else (), region=region, level=level, as_of=day, count_basic=basic,
        known_at=day if earlier else None,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(queries, "rules", lambda: read(_rules()))
        df = warnings("all", store, filters)
    told = {(row.key.partition("?")[0]): row for row in df.itertuples()}
    rows = Selection("all", store, filters).rows()
    expected = set()
    chosen = store.tree().get(region)

    def subject(region_id):
        """A row above the chosen region counts that region alone, and is about it."""
        above = {each.region_id for each in store.tree().ancestors(chosen.region_id)} if chosen else set()
        return chosen.code if region_id in above else store.tree().by_id(region_id).code

    for rule, name in SETS.items():
        for region_id, number in zip(rows.region_ids, rows.count(name).tolist(), strict=True):
            if number:
                key = f"{rule}:{subject(region_id)}"
                expected.add(key)
                assert told[key].numerator == number
                # the link leads to as many rows
                piece = Filters.from_query(told[key].rows)
                shown = item_list("all", store, filters.but(region=piece.region, rows=piece.rows))
                assert shown.attrs["count"] == number
                assert told[key].since is not None and told[key].since <= day
    counts = [rows.count(name).tolist() for name in ("scheduled", "scheduled_rectified", "due")]
    for region_id, scheduled, done, due in zip(rows.region_ids, *counts, strict=True):
        if due > done:
            key = f"behind:{subject(region_id)}"
            expected.add(key)
            assert (told[key].numerator, told[key].denominator, told[key].value) == (due - done, scheduled, (due - done) / scheduled)
    assert set(told) == expected
    assert df.attrs["counts"]["blue"] == {"open": len(told), "acknowledged": 0}
