"""The demo's meetings: orders of every standing, rungs taken one after another, and something left to decide."""

from datetime import date

from data.escalation.model import RUNGS
from data.escalation.read import read_decisions
from data.filters import Filters
from data.orders.model import STANDINGS
from data.orders.read import read_orders
from data.queries.escalation_candidates import escalation_candidates
from data.queries.orders import orders
from data.screens.playlists import find, standard

HERE = Filters(campaign=("js-2022",))
MEETINGS = [date(2022, 11, 25), date(2022, 11, 11), date(2022, 10, 28)]


def test_three_meetings_ordered_about_25_things_and_some_are_overdue(demo_store):
    df = orders("all", demo_store, HERE)
    assert len(df) == 25
    assert df.attrs["meetings"] == MEETINGS
    assert (df.attrs["as_of"], df.attrs["meeting_on"], df.attrs["simulated"]) == (date(2022, 11, 30), MEETINGS[0], True)
    assert all(df.attrs["standings"][name] for name in STANDINGS)
    assert df.attrs["counts"]["overdue"] and df.attrs["earlier_overdue"]
    with demo_store.reading() as conn:
        held = read_orders(conn)
    assert all(order.simulated for order in held)
    # nothing happens after the demo's last day, nor is it recorded before it happens
    assert max(event.effective_on for order in held for event in order.events) <= date(2022, 11, 30)
    assert all(event.recorded_at.date() >= event.effective_on for order in held for event in order.events)
    # items of an order were overdue when it was issued, and lie in its region
    assert sum(len(order.item_ids) for order in held) > 100


def test_rungs_follow_one_another_and_are_marked(demo_store):
    with demo_store.reading() as conn:
        decided = read_decisions(conn)
    assert all(each.simulated and each.decided_by and each.evidence for each in decided)
    confirmed = [each for each in decided if each.verdict == "confirmed"]
    assert {each.rung for each in confirmed} >= {"reminder", "circular", "listed_supervision"}
    assert any(each.verdict == "dismissed" for each in decided)
    by_region: dict[int, list[int]] = {}
    for each in confirmed:
        by_region.setdefault(each.region_id, []).append(RUNGS.index(each.rung))
    assert all(grades == sorted(grades) for grades in by_region.values())
    assert 0 < len(escalation_candidates("all", demo_store, HERE)) <= 20


def test_the_meetings_have_a_playlist_of_their_own_and_it_is_marked(demo_store):
    with demo_store.reading() as conn:
        found = find(conn, "meeting")
    assert found is not None and found.simulated and found.query == "campaign=js-2022"
    assert [entry.scene for entry in found.entries] == [entry.scene for entry in standard().entries]
