"""What a reader adds up must add up: sets into their total, counties into cities into provinces, rates within their bounds."""

import itertools
import math
import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from data.engine import make_engine
from data.filters import LEVELS, Filters
from data.measures import MEASURES
from data.queries.headline import headline
from data.queries.measure_table import measure_table
from data.queries.progress_by_region import COUNTS, RATES, progress_by_region
from data.queries.selection import Selection
from data.queries.status_structure import status_structure
from data.rollup.refresh import refresh
from data.schema import campaign, extension, item, item_event, rollup
from data.store import Store, bump
from tests.property.histories import CODES, campaigns, days, write_campaign, write_items

CODE = "random"


@pytest.fixture(scope="module")
def write(sqlite_template, tmp_path_factory):
    """``write(items) -> Store``: the same store, holding nothing but one campaign of these items."""
    path = shutil.copyfile(sqlite_template, tmp_path_factory.mktemp("totals") / "dubang.db")
    store = Store(make_engine(f"sqlite:///{path}"))
    regions = [store.tree().get(code).region_id for code in CODES]
    numbers = itertools.count()

    def written(items) -> tuple[Store, str]:
        # a code of its own, so that nothing in memory can stand in for what is in the tables
        code = f"{CODE}-{next(numbers)}"
        with store.writing() as conn:
            for table in (item_event, extension, item, rollup, campaign):
                conn.execute(delete(table))
            campaign_id = write_campaign(conn, code)
            write_items(conn, code, campaign_id, regions, items)
            refresh(conn, campaign_id, regions)
            bump(conn, "example")
        return store, code

    yield written
    store.engine.dispose()


def asked(code, day, basic, **more) -> Filters:
    return Filters(campaign=(code,), as_of=day, count_basic=basic, **more)


@settings(max_examples=20)
@given(campaigns(least=2, most=14), days, st.booleans())
def test_states_add_up_to_the_total_at_every_level(write, items, day, basic):
    store, code = write(items)
    totals = {}
    for level in LEVELS:
        frame = progress_by_region("all", store, asked(code, day, basic, level=level))
        for row in [*frame.to_dict("records"), frame.attrs["total"]]:
            assert row["effective"] == row["rectified"] + row["open"]
            assert row["discovered"] >= row["withdrawn"] + row["merged"] + row["effective"]
            assert row["closed"] <= row["rectified"]
            assert row["on_time"] <= row["due_rectified"] <= row["due"] <= row["effective"]
            assert row["overdue"] + row["due_rectified"] <= row["due"]
        totals[level] = {name: int(frame[name].sum()) for name in COUNTS}
        assert totals[level] == {name: frame.attrs["total"][name] for name in COUNTS}
    # every level, places above it counted in rows of their own, makes the same total
    assert len({tuple(total.items()) for total in totals.values()}) == 1
    selection = Selection("all", store, asked(code, day, basic))
    n = selection.totals(("discovered", "withdrawn", "merged", "kept", "effective", "due", "not_due", "no_due", "scheduled"))
    assert n["discovered"] == n["withdrawn"] + n["merged"] + n["kept"] + n["effective"]
    assert n["effective"] == n["due"] + n["not_due"] + n["no_due"] == n["scheduled"] + n["no_due"]
    assert selection.count("due") == sum(selection.totals(("due_rectified", "overdue")).values()) + _suspended_and_due(selection)
    structure = status_structure("all", store, asked(code, day, basic))
    assert structure["count"].sum() == n["discovered"]
    assert not n["discovered"] or math.isclose(structure["share"].sum(), 1)


def _suspended_and_due(selection) -> int:
    """Open items past their deadline that are suspended: listed apart from the overdue."""
    return sum(len(p.moment.positions(p.moment["suspended"] & p.moment["due"] & p.moment["open"])) for p in selection.parts)


@settings(max_examples=15)
@given(campaigns(least=2, most=14), days, st.booleans(), st.sampled_from(CODES))
def test_a_place_counts_what_its_parts_and_itself_count(write, items, day, basic, place):
    store, code = write(items)
    inside = progress_by_region("all", store, asked(code, day, basic, region=place))
    counties = progress_by_region("all", store, asked(code, day, basic, level="county"))
    tree = store.tree()
    own = tree.within(tree.get(place).region_id)
    held = counties[np.array([tree.get(c).region_id in own for c in counties.region_code], dtype=bool)]
    assert {name: int(inside[name].sum()) for name in COUNTS} == {name: int(held[name].sum()) for name in COUNTS}
    # and a viewer confined to the place sees those numbers and no others
    confined = progress_by_region(place, store, asked(code, day, basic, level="county"))
    assert {name: int(confined[name].sum()) for name in COUNTS} == {name: int(held[name].sum()) for name in COUNTS}


@settings(max_examples=15)
@given(campaigns(least=1, most=12), days, st.booleans())
def test_rates_lie_between_0_and_1_or_are_null_with_a_reason(write, items, day, basic):
    store, code = write(items)
    filters = asked(code, day, basic)
    frame = progress_by_region("all", store, filters)
    for row in frame.to_dict("records"):
        for name in RATES:
            empty = row[MEASURES[name].denominator] == 0
            assert math.isnan(row[name]) if empty else 0 <= row[name] <= 1
        assert not row["closeout_rate"] > row["completion_rate"]
    total, reasons = frame.attrs["total"], frame.attrs["reasons"]
    for name in RATES:
        assert (total[name] is None) == (name in reasons)
        assert total[name] is None or 0 <= total[name] <= 1
    for row in headline("all", store, filters).to_dict("records"):
        missing = row["value"] is None or row["value"] != row["value"]
        assert missing == isinstance(row["reason"], str)
    for row in measure_table("all", store, filters).to_dict("records"):
        assert math.isnan(row["value"]) == isinstance(row["reason"], str)
        if not math.isnan(row["denominator"]) and not math.isnan(row["numerator"]) and not math.isnan(row["value"]):
            balance = row["measure"] in MEASURES and MEASURES[row["measure"]].minus is not None
            assert (-1 if balance else 0) <= row["value"] <= 1, row["measure"]
