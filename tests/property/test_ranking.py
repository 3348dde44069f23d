"""What must hold of any ranking, over random schemes and counts."""

from random import Random

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from data.ranking import explain, whatif
from data.ranking.ranks import competition, printed
from data.ranking.standing import Standing
from tests.unit.ranking_values import indicator, scheme, standing

COMPLETION = ("completion_rate", "closeout_rate", "due_completion_rate")
LESS = ("overdue_rate", "long_overdue_rate")
seeds = st.integers(0, 2**40)


def scheme_of(dice: Random, measures=COMPLETION + LESS, floors=("group", "number"), most=5):
    """One to five indicators in one to three families."""
    out = []
    for k in range(dice.randint(1, most)):
        measure = dice.choice((*measures, None))
        less = measure in LESS
        floor = "group" if dice.choice(floors) == "group" else dice.choice((1.0, 0.6) if less else (0.0, 0.4))
        more = {"target": 0.0 if less else 1.0, "cap": dice.choice((1.0, 1.0, 1.2)), "series": None if measure else "s"}
        out.append(indicator(f"i{k}", dice.randint(1, 10), measure or "", family=dice.choice("xyz"), floor=floor, **more))
    total = sum(each.weight for each in out)
    scaled = [type(each)(**{**vars(each), "weight": each.weight * 100 / total}) for each in out]
    return scheme(*scaled, decimals=dice.choice((0, 1, 2)), missing_limit=dice.choice((0.3, 1.0)), bonus_cap=3, penalty_cap=3)


def rows_of(dice: Random, drawn, least=1, most=9, gaps=0.15):
    """Small counts, so that ties and missing values are frequent; a series has a share without parts."""

    def cell(one):
        if dice.random() < gaps:
            return None
        whole = dice.choice((1, 2, 4, 5, 8, 40))
        part = dice.choice((0, whole, dice.randint(0, whole)))
        return part / whole if one.series else (part, whole)

    return [[cell(one) for one in drawn.indicators] for _ in range(dice.randint(least, most))]


def drawn_standing(dice: Random, **more) -> Standing:
    drawn = scheme_of(dice)
    rows = rows_of(dice, drawn, **more)
    groups = [dice.choice(("g", "h", None)) for _ in rows] if dice.random() < 0.5 else None
    adjust = [[dice.choice((0, 0, 1.5, 3)) for _ in rows] for _ in range(2)]
    return standing(
        drawn, rows, groups, bonus=adjust[0], penalty=adjust[1], veto=tuple(k for k in range(len(rows)) if dice.random() < 0.05)
    )


@given(seeds)
def test_the_order_in_which_places_stand_never_changes_a_rank(seed) -> None:
    dice = Random(seed)
    drawn = scheme_of(dice)
    rows = rows_of(dice, drawn, least=2)
    groups = [dice.choice(("g", "h", None)) for _ in rows]
    turn = dice.sample(range(len(rows)), len(rows))
    # both fields have every group, so that a group keeps its number
    a = standing(drawn, [*rows, [None] * len(drawn.indicators)], [*groups, "g"]).ranks["level"]
    b = standing(drawn, [*(rows[k] for k in turn), [None] * len(drawn.indicators)], [*(groups[k] for k in turn), "g"]).ranks["level"]
    for name in ("rank", "tied", "group_rank", "group_tied", "band_low", "band_high"):
        assert getattr(a, name)[turn].tolist() == getattr(b, name)[: len(turn)].tolist(), name
    assert np.array_equal(a.key[turn], b.key[: len(turn)], equal_nan=True)
    assert [a.reason[k] for k in turn] == b.reason[: len(turn)]


@given(seeds)
def test_equal_printed_scores_share_a_rank_and_the_next_is_skipped(seed) -> None:
    ranks = drawn_standing(Random(seed)).ranks["level"]
    keys = [key for key, rank in zip(ranks.key.tolist(), ranks.rank.tolist(), strict=True) if rank]
    for key, rank, tied, reason in zip(ranks.key.tolist(), ranks.rank.tolist(), ranks.tied.tolist(), ranks.reason, strict=True):
        assert (rank == 0) == bool(reason)
        if rank:
            assert rank == 1 + sum(other > key for other in keys)
            assert tied == (keys.count(key) > 1)


@given(seeds)
def test_the_parts_of_a_score_add_up_to_it_and_the_gap_to_the_distance(seed) -> None:
    found = drawn_standing(Random(seed))
    for code, score in zip(found.places.code, found.scores.score.tolist(), strict=True):
        parts = explain.contributions(found, code)
        assert bool(parts) == (score == score)
        assert not parts or abs(sum(part.contribution for part in parts) - score) < 1e-9
        gap = explain.gap(found, code)
        if gap is not None:
            ahead = found.places.code.index(gap.codes[0])
            assert abs(sum(gap.parts.values()) - (found.scores.score[ahead] - score)) < 1e-9
            assert gap.printed > 0
            assert gap.rank < found.ranks["level"].rank[found.places.code.index(code)]


@given(seeds)
def test_bands_and_intervals_hold_what_is_official(seed) -> None:
    found = drawn_standing(Random(seed))
    ranks, scores = found.ranks["level"], found.scores
    who = ranks.rank > 0
    assert (ranks.band_low[who] <= ranks.rank[who]).all()
    assert (ranks.rank[who] <= ranks.band_high[who]).all()
    assert (ranks.band_high[who] <= who.sum()).all()
    assert (scores.low[who] <= scores.score[who] + 1e-9).all()
    assert (scores.score[who] <= scores.high[who] + 1e-9).all()


@given(seeds)
def test_one_more_item_done_never_worsens_the_own_score(seed) -> None:
    dice = Random(seed)
    drawn = scheme_of(dice, measures=COMPLETION)
    rows = rows_of(dice, drawn, least=2)
    groups = [dice.choice(("g", None)) for _ in rows]
    me = dice.randrange(len(rows))
    # an item done counts for every indicator of completion that has it undone
    open_ = [k for k, cell in enumerate(rows[me]) if isinstance(cell, tuple) and cell[0] < cell[1]]
    assume(open_)
    some = set(dice.sample(open_, dice.randint(1, len(open_))))
    after = [list(row) for row in rows]
    after[me] = [(cell[0] + 1, cell[1]) if k in some else cell for k, cell in enumerate(rows[me])]
    a, b = standing(drawn, rows, groups), standing(drawn, after, groups)
    assert b.scores.score[me] >= a.scores.score[me] - 1e-9
    if a.ranks["level"].rank[me]:
        assert b.ranks["level"].rank[me] <= a.ranks["level"].rank[me]


@given(seeds)
def test_a_better_value_never_means_fewer_points(seed) -> None:
    dice = Random(seed)
    drawn = scheme_of(dice)
    rows = rows_of(dice, drawn, least=2, gaps=0.0)
    me, k = dice.randrange(len(rows)), dice.randrange(len(drawn.indicators))
    better = [list(row) for row in rows]
    cell = rows[me][k]
    less = drawn.indicators[k].measure in LESS
    if isinstance(cell, tuple):
        better[me][k] = (0 if less else cell[1], cell[1])
    else:
        better[me][k] = cell + dice.random()
    assert standing(drawn, better).scores.score[me] >= standing(drawn, rows).scores.score[me] - 1e-9


@given(seeds)
def test_nothing_to_count_is_never_worse_than_nought(seed) -> None:
    dice = Random(seed)
    drawn = scheme_of(dice, measures=COMPLETION, floors=("number",))
    rows = rows_of(dice, drawn, gaps=0.0, least=2)
    k = dice.randrange(len(drawn.indicators))
    assume(len(drawn.indicators) > 1)
    nought, null = ([list(row) for row in rows] for _ in range(2))
    nought[0][k], null[0][k] = (0, 8) if drawn.indicators[k].measure else 0.0, None
    a, b = standing(drawn, nought), standing(drawn, null)
    assert b.scores.score[0] >= a.scores.score[0] - 1e-9
    family = [j for j, one in enumerate(drawn.indicators) if one.family == drawn.indicators[k].family and j != k]
    heirs = family or [j for j in range(len(drawn.indicators)) if j != k]
    # its weight goes where something is earned, and would have earned nothing
    if a.scores.contribution[0, heirs].sum() > 1e-6:
        assert b.scores.score[0] > a.scores.score[0]
    assert b.counted.reason[0][k]
    assert b.scores.contribution[0, k] == 0


@settings(max_examples=80)
@given(seeds, st.sampled_from((0.05, 0.2)))
def test_a_robust_place_keeps_its_rank_under_any_weights_near_the_schemes(seed, share) -> None:
    dice = Random(seed)
    found = drawn_standing(dice, most=6, gaps=dice.choice((0.0, 0.1)))
    keeps = whatif.robust(found, share)
    official = found.ranks["level"].rank
    assert not keeps[official == 0].any()
    for _ in range(25):
        drawn = {i.id: i.weight * (1 + share * dice.choice((-1, 1, dice.uniform(-1, 1)))) for i in found.scheme.indicators}
        tried = whatif.reweighed(found, drawn).ranks["level"].rank
        assert (tried > 0).tolist() == (official > 0).tolist()
        assert tried[keeps].tolist() == official[keeps].tolist()


@given(seeds)
def test_the_official_weights_tried_change_nothing(seed) -> None:
    found = drawn_standing(Random(seed))
    tried = whatif.reweighed(found, {i.id: i.weight for i in found.scheme.indicators})
    assert tried.ranks["level"].rank.tolist() == found.ranks["level"].rank.tolist()
    assert np.array_equal(tried.ranks["level"].key, found.ranks["level"].key, equal_nan=True)


@given(st.lists(st.floats(-20, 120), min_size=1, max_size=40), st.integers(0, 3))
def test_printing_keeps_the_order_and_never_rounds_up_to_a_hundred(scores, decimals) -> None:
    values = np.array(scores)
    said = printed(values, decimals)
    order = np.argsort(values)
    assert (np.diff(said[order]) >= 0).all()
    assert not ((said == 100) & (values < 100 - 1e-9)).any()
    assert not ((said == 0) & (np.abs(values) > 1e-9)).any()
    rank, tied = competition(said, np.ones(len(said), dtype=bool))
    assert sorted(rank.tolist()) == sorted(1 + sum(other > one for other in said.tolist()) for one in said.tolist())
    assert tied.tolist() == [said.tolist().count(one) > 1 for one in said.tolist()]
