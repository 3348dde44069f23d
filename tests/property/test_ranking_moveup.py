"""What it would take to move up, kept: the items named are closed with real events, everything is counted anew, and the rank is as promised."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, insert, select

from data.engine import make_engine
from data.filters import Filters
from data.loops.catalogue import load_loops
from data.measures import MEASURES
from data.queries.selection import ALL, Selection
from data.ranking.closing import JOINS, LEAVES, OPEN, STAYS, closable
from data.ranking.count import take
from data.ranking.moveup import Step, Way, needs, ways
from data.ranking.ranks import rank
from data.ranking.scheme import EXCLUDE, GROUP_FLOOR, IMPROVEMENT, LEVEL, MARK, Indicator, PeerGroup, Scheme, Words
from data.ranking.score import score
from data.ranking.standing import Period, Standing
from data.rollup.index import CampaignIndex
from data.rollup.moment import SETS
from data.rollup.refresh import read_blocks, refresh
from data.schema import item, item_event
from data.store import CampaignInfo, State, Store
from tests.property.histories import CODES, DAYS, START, item_of, write_campaign, write_items
from tests.unit.ranking_values import indicator, standing
from tests.unit.ranking_values import scheme as scheme_by_hand

RATES = [measure for measure in MEASURES.values() if measure.denominator]
GROUPS = (PeerGroup("districts", Words("市辖区", "Districts"), ends_with=("区",)),)
CLOSEOUT = scheme_by_hand(indicator("closeout", 100, "closeout_rate"))


class Undone(Exception):
    """Ends a transaction so that nothing of it stays."""


class Desk:
    """A store as it is inside one transaction, which is taken back at the end: what counting and closing read of it."""

    def __init__(self, conn: Connection, store: Store, campaign_id: int) -> None:
        self.conn, self.store, self.campaign_id = conn, store, campaign_id
        self._state = State(1, store.tree(), [CampaignInfo(campaign_id, "drawn", "inspection", "", "", None, None, None, None, False)], {})
        self._index: CampaignIndex | None = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        yield self.conn

    def state(self) -> State:
        return self._state

    def tree(self):  # type: ignore[no-untyped-def]
        return self._state.tree

    def campaigns(self) -> list[CampaignInfo]:
        return self._state.campaigns

    def index(self, campaign_id: int, known_at: object = None, state: object = None) -> CampaignIndex:
        if self._index is None:
            self._index = CampaignIndex(read_blocks(self.conn, campaign_id, 0, {}), self.tree(), 0)
        return self._index

    def remembered(self, key: str, make: Callable[[], object]) -> object:
        return make()

    def close(self, owner: int, period: Period) -> None:
        """Close an item out at the end of the period's day, as an import would: one more event, folded in the same transaction."""
        row = self.conn.execute(select(item).where(item.c.item_id == owner)).one()
        last = self.conn.execute(select(func.max(item_event.c.event_no)).where(item_event.c.item_id == owner)).scalar() or 0
        stage = "exited" if "exited" in load_loops()[row.loop].stages else "closed"
        event = {"item_id": owner, "event_no": last + 1, "kind": "stage", "stage": stage}
        event |= {"effective_at": datetime.combine(period.as_of, time(23, 59, 59)), "recorded_at": datetime(2024, 1, 1)}
        self.conn.execute(insert(item_event).values(event))
        refresh(self.conn, self.campaign_id, [row.region_id])
        self._index = None

    @contextmanager
    def supposing(self) -> Iterator[None]:
        """What is closed inside is open again afterwards."""
        with self.conn.begin_nested() as point:
            yield
            point.rollback()
        self._index = None


@pytest.fixture(scope="module")
def board(sqlite_template, tmp_path_factory):
    path = shutil.copyfile(sqlite_template, tmp_path_factory.mktemp("moveup") / "dubang.db")
    store = Store(make_engine(f"sqlite:///{path}"))
    yield store
    store.engine.dispose()


def at_a_desk(store: Store, drawn, example: Callable[[Desk], None]) -> None:  # type: ignore[no-untyped-def]
    """Run an example on a campaign of these items, none of which does anything in the last second of a day."""
    calm = [replace(one, events=tuple(replace(event, clock=min(event.clock, 2)) for event in one.events)) for one in drawn]
    regions = [store.tree().get(place).region_id for place in CODES]  # type: ignore[union-attr]
    try:
        with store.writing() as conn:
            campaign_id = write_campaign(conn, "drawn")
            write_items(conn, "drawn", campaign_id, regions, calm)
            refresh(conn, campaign_id, regions)
            example(Desk(conn, store, campaign_id))
            raise Undone
    except Undone:
        pass


# ----------------------------------------------------------------------------- schemes and standings


def scheme_of(dice: Random) -> Scheme:
    """A scheme of two to five rates: floors that stand or move with the group, caps, kinds, weights."""
    indicators = []
    for k, measure in enumerate(dice.sample(RATES, dice.randint(2, 5))):
        best, worst = (1.0, 0.0) if measure.higher_is_better else (0.0, 1.0)
        if measure.minus:
            best, worst = dice.choice(((0.0, -1.0), (0.5, -0.5)))
        floor = dice.choice((GROUP_FLOOR, worst, worst + (best - worst) / 5))
        kinds = dice.choice(((), (), ("finding",), ("finding", "case", "task")))
        weight = float(dice.choice((10, 25, 40)))
        family = dice.choice(("a", "b"))
        indicators.append(
            Indicator(f"i{k}", Words(measure.id, measure.id), family, weight, measure.id, None, floor, best, dice.choice((1.0, 1.2)), kinds)
        )
    return Scheme(
        code="drawn",
        version=str(dice.random()),
        name=Words("方案", "Scheme"),
        period="week",
        level="county",
        indicators=tuple(indicators),
        families={"a": Words("甲", "A"), "b": Words("乙", "B")},
        groups=dice.choice(((), GROUPS)),
        decimals=dice.choice((1, 2)),
        small_base=dice.choice((0, 3)),
        small_base_rule=dice.choice((MARK, MARK, EXCLUDE)),
        missing_limit=dice.choice((0.3, 1.0)),
        improvement_exempt=None,
    )


def stand(desk: Desk, scheme: Scheme, period: Period, before) -> Standing:  # type: ignore[no-untyped-def]
    """The standing counted now, with both lists."""
    taken = take(desk, scheme, period, Filters())  # type: ignore[arg-type]
    scores = score(scheme, taken.places, taken.counted)
    lists = {by: rank(scheme, taken.places, taken.counted, scores, by, before) for by in (LEVEL, IMPROVEMENT)}
    return Standing(scheme, period, "", None, False, taken.places, taken.counted, scores, lists, before=before)


def period_of(day: int) -> Period:
    when = START + timedelta(days=day)
    return Period("drawn", "week", when - timedelta(days=6), when, when, False)


def placed(standing: Standing, place: str, by: str) -> tuple[int, bool, float]:
    at, ranks = standing.places.code.index(place), standing.ranks[by]
    return int(ranks.rank[at]), bool(ranks.tied[at]), float(ranks.key[at])


# ----------------------------------------------------------------------------- the promise


def test_closing_the_items_named_gives_exactly_the_rank_promised_and_fewer_do_not(board) -> None:
    kept: list[Way] = []

    @settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(0, 2**32))
    def keeps(seed) -> None:  # type: ignore[no-untyped-def]
        dice = Random(seed)
        drawn, day = [item_of(dice.getrandbits(40)) for _ in range(dice.randint(20, 60))], dice.randint(60, DAYS)
        before = {place: {LEVEL: (1, False, dice.choice((30.0, 50.0, 70.0)))} for place in CODES}

        def example(desk: Desk) -> None:
            for by in (LEVEL, LEVEL, IMPROVEMENT):
                scheme, period = scheme_of(dice), period_of(day)
                now = stand(desk, scheme, period, before)
                for place in now.places.code:
                    found = ways(now, desk, place, by)  # type: ignore[arg-type]
                    for way in found:
                        check(desk, now, before, place, by, way)
                        kept.append(way)
                    if not found and placed(now, place, by)[0] > 1 and dice.random() < 0.3:
                        refuse(desk, now, before, place, by)

        at_a_desk(board, drawn, example)

    keeps()
    # the promises are not kept for want of any
    assert len(kept) >= 20
    assert len({way.set for way in kept}) >= 2
    assert any(way.items > 1 for way in kept)


def check(desk: Desk, now: Standing, before, place: str, by: str, way: Way) -> None:  # type: ignore[no-untyped-def]
    """Close the items of a way one by one, as far as its last step: ranks get better where it says, and nowhere else."""
    assert way.rank_from == placed(now, place, by)[0] > way.rank_to
    first = way.steps[0]
    assert (first.items, first.rank, first.tied, first.score) == (way.items, way.rank_to, way.tied, way.score_to)
    held = closable(now, desk, now.places.code.index(place))  # type: ignore[arg-type]
    assert held is not None
    order = held.item_id[held.chosen(way.set)].tolist()
    assert (len(order), tuple(order[: way.items])) == (way.of, way.item_ids)
    said, best, found = list(way.steps), way.rank_from, []
    with desk.supposing():
        for number, owner in enumerate(order[: said[-1].items], 1):
            desk.close(owner, now.period)
            reached = placed(stand(desk, now.scheme, now.period, before), place, by)
            if 0 < reached[0] < best:
                best = reached[0]
                found.append(Step(number, *reached))
    assert found == said


def refuse(desk: Desk, now: Standing, before, place: str, by: str) -> None:  # type: ignore[no-untyped-def]
    """Where no way is offered, none of the open items helps, however many are closed."""
    held = closable(now, desk, now.places.code.index(place))  # type: ignore[arg-type]
    assert held is not None
    with desk.supposing():
        for owner in held.item_id[held.chosen(OPEN)].tolist():
            desk.close(owner, now.period)
            assert not 0 < placed(stand(desk, now.scheme, now.period, before), place, by)[0] < placed(now, place, by)[0]


# ----------------------------------------------------------------------------- what closing changes


def test_what_closing_does_is_said_of_every_set_that_a_measure_counts() -> None:
    said = [*JOINS, *LEAVES, *STAYS]
    assert len(said) == len(set(said))
    # late but done follows from the others, and no measure counts it
    assert set(said) == set(SETS) - {"overdue_done"}
    assert {name for measure in MEASURES.values() for name in measure.sets} <= set(said)


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_closing_an_item_changes_each_set_as_the_table_says(board, seed) -> None:
    dice = Random(seed)
    drawn, period = [item_of(dice.getrandbits(40)) for _ in range(12)], period_of(dice.randint(60, DAYS))
    names = [*JOINS, *LEAVES, *STAYS]

    def sizes(desk: Desk, place: str) -> dict[str, int]:
        return Selection(ALL, desk, Filters(region=place, as_of=period.as_of)).totals(names)  # type: ignore[arg-type]

    def example(desk: Desk) -> None:
        now = stand(desk, CLOSEOUT, period, {})
        for at, place in enumerate(now.places.code):
            held = closable(now, desk, at)  # type: ignore[arg-type]
            assert held is not None
            before = sizes(desk, place)
            for k, owner in enumerate(held.item_id.tolist()):
                with desk.supposing():
                    desk.close(owner, period)
                    after = sizes(desk, place)
                assert {name: after[name] - before[name] for name in names} == {name: int(held.changes(name)[k]) for name in names}

    at_a_desk(board, drawn, example)


def test_nothing_is_promised_once_the_store_counts_otherwise(board) -> None:
    drawn = [item_of(seed) for seed in range(60)]

    def example(desk: Desk) -> None:
        now = stand(desk, CLOSEOUT, period_of(DAYS), {})
        behind = [place for place in now.places.code if ways(now, desk, place)]  # type: ignore[arg-type]
        assert behind
        (way, *_) = ways(now, desk, behind[0])  # type: ignore[arg-type]
        desk.close(way.item_ids[0], now.period)
        assert ways(now, desk, behind[0]) == []  # type: ignore[arg-type]
        assert ways(now, desk, "nowhere") == []  # type: ignore[arg-type]

    at_a_desk(board, drawn, example)


# ----------------------------------------------------------------------------- series


def test_the_value_a_series_would_need_gives_the_rank_and_the_next_worse_one_does_not() -> None:
    two = scheme_by_hand(
        indicator("a", 60, family="x"),
        indicator("pm", 40, series="pm", family="y", floor=GROUP_FLOOR, target=-10.0, higher_is_better=False),
    )
    rows = [[(9, 10), -4.0], [(8, 10), -2.5], [(8, 10), 6.0], [(1, 10), -2.0]]
    now = standing(two, rows)
    assert now.ranks[LEVEL].rank.tolist() == [1, 2, 3, 4]
    for me in (1, 2):
        (need,) = needs(now, now.places.code[me])
        assert (need.indicator, need.value_from, need.rank_from) == ("pm", rows[me][1], me + 1)

        def ranked(value: float, me: int = me) -> tuple[int, float]:
            after = standing(two, [[row[0], value] if k == me else row for k, row in enumerate(rows)]).ranks[LEVEL]
            return int(after.rank[me]), float(after.key[me])

        assert ranked(need.value_to) == (need.rank_to, need.score_to)
        assert need.rank_to < need.rank_from
        assert ranked(need.value_to + 0.01)[0] == need.rank_from
    assert needs(now, now.places.code[0]) == []
    far = standing(two, [[(10, 10), -10.0], [(0, 10), 3.0]])
    assert needs(far, far.places.code[1]) == []
