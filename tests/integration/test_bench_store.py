"""A small store of the bench is a whole one: its lists, counts and rollup agree."""

from sqlalchemy import func, select

from bench.draws import LEVELS, Draws
from bench.write import LAST, START, write
from data.filters import Filters
from data.queries.item_detail import item_detail
from data.queries.item_list import item_list
from data.queries.progress_by_region import progress_by_region
from data.rollup.refresh import refresh
from data.schema import item, item_event
from data.store import bump

ITEMS = 400


def load(store):
    with store.writing() as conn:
        campaign_id, regions = write(conn, ITEMS)
        refresh(conn, campaign_id, regions)
        bump(conn, "bench")


def test_items_are_counted_as_they_were_written(store):
    load(store)
    total = progress_by_region("all", store, Filters(as_of=LAST)).attrs["total"]
    with store.reading() as conn:
        by_stage = dict(conn.execute(select(item.c.stage, func.count()).group_by(item.c.stage)).all())
        events = conn.execute(select(func.count()).select_from(item_event)).scalar_one()
    assert total["discovered"] == ITEMS == sum(by_stage.values())
    assert (total["merged"], total["withdrawn"]) == (by_stage["merged"], by_stage["withdrawn"])
    assert total["closed"] == by_stage["closed"] > ITEMS / 2
    assert 4 * ITEMS < events < 6 * ITEMS
    assert progress_by_region("all", store, Filters(as_of=START)).attrs["total"]["discovered"] < ITEMS / 10


def test_an_items_row_repeats_what_its_events_say(store):
    load(store)
    shown = item_list("all", store, Filters(as_of=LAST, rows="stage:closed", size=25))
    for item_id in shown["item_id"].tolist():
        found = item_detail("all", store, item_id)
        standing = [e for e in found["events"] if e["kind"] == "stage" and e["standing"]]
        assert found["stage"] == "closed" == standing[-1]["stage"]
        assert found["stage_on"] == standing[-1]["effective_at"].date()
        assert len(found["extensions"]) == sum(e["kind"] == "due" for e in found["events"][2:])


def test_views_are_never_drawn_twice_and_lie_in_the_campaign(sqlite_store):
    url = sqlite_store.engine.url.render_as_string(hide_password=False)
    load(sqlite_store)
    draws = Draws.of(url, 1)
    drawn = [draws.view() for _ in range(300)]
    assert len({view.to_query() for view in drawn}) == 300
    assert all(START <= view.as_of <= LAST for view in drawn)
    assert {len([d for d in (v.round, v.theme, v.category, v.source, v.department) if d]) for v in drawn} == {0, 1, 2, 3}
    tree = sqlite_store.tree()
    for view in drawn:
        place = tree.get(view.region) if view.region else None
        above = LEVELS.index(place.level) if place else 0
        assert view.level is None or LEVELS.index(view.level) > above
    assert [v.to_query() for v in drawn[:5]] == [draws_again.to_query() for draws_again in _first(url, 5)]


def _first(url, count):
    draws = Draws.of(url, 1)
    return [draws.view() for _ in range(count)]
