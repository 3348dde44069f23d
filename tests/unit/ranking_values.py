"""Standings made by hand: a few places, a few indicators, counts as (n, d), series as a number, None where there is nothing."""

from datetime import date

import numpy as np

from data.ranking import noise
from data.ranking.ranks import rank
from data.ranking.scheme import IMPROVEMENT, LEVEL, Indicator, PeerGroup, Scheme, Words
from data.ranking.score import score
from data.ranking.standing import Counted, Period, Places, Standing

NAMES = "玄武区 秦淮区 建邺区 鼓楼区 浦口区 栖霞区 雨花台区 江宁区 六合区 溧水区 高淳区".split()


def indicator(id_, weight, measure="completion_rate", *, family="f", floor=0.0, target=1.0, series=None, **more):
    return Indicator(id_, Words(id_, id_), family, weight, None if series else measure, series, floor, target, **more)


def scheme(*indicators, **more):
    families = {each.family: Words(each.family, each.family) for each in indicators}
    return Scheme("test", "1", Words("试", "test"), "week", "county", tuple(indicators), families, **more)


def places(n, groups=None):
    codes = sorted({group for group in groups or () if group is not None})
    return Places(
        region_id=np.arange(n, dtype=np.int64) + 1,
        code=[f"32{k:04d}" for k in range(n)],
        name_zh=[NAMES[k % len(NAMES)] for k in range(n)],
        name_en=[f"Place {k}" for k in range(n)],
        parent_zh=["南京市"] * n,
        parent_en=["Nanjing"] * n,
        group=np.array([-1 if groups is None or groups[k] is None else codes.index(groups[k]) for k in range(n)], dtype=np.int64),
        group_codes=codes,
        group_zh=list(codes),
        group_en=list(codes),
    )


def counted(rows, size=None, bonus=None, penalty=None, veto=(), has_items=None):
    """``rows``: for each place a list of (n, d), a number, or None."""
    shape = (len(rows), len(rows[0]) if rows else size or 0)
    n, d, value = (np.full(shape, np.nan) for _ in range(3))
    reason = [[""] * shape[1] for _ in rows]
    for i, row in enumerate(rows):
        for k, cell in enumerate(row):
            if cell is None or (isinstance(cell, tuple) and not cell[1]):
                reason[i][k] = "none_due"
            elif isinstance(cell, tuple):
                n[i, k], d[i, k] = cell
                value[i, k] = cell[0] / cell[1]
            else:
                value[i, k] = cell
    low, high = noise.wilson(n, d)
    everyone = len(rows)
    return Counted(
        n, d, value, low, high, reason,
        np.array(bonus if bonus is not None else [0.0] * everyone, dtype=np.float64),
        np.array(penalty if penalty is not None else [0.0] * everyone, dtype=np.float64),
        np.array([k in veto for k in range(everyone)], dtype=bool),
        np.array(has_items if has_items is not None else [any(c is not None for c in row) for row in rows], dtype=bool),
        {}, [[] for _ in rows],
    )  # fmt: skip


def standing(scheme_, rows, groups=None, before=None, **more):
    """A standing of the rows; ``before``: level score of each place a period earlier (None: was not ranked)."""
    who, figures = places(len(rows), groups), counted(rows, len(scheme_.indicators), **more)
    scores = score(scheme_, who, figures)
    then = {code: {LEVEL: (0 if s is None else 1, False, s)} for code, s in zip(who.code, before, strict=True)} if before else {}
    lists = [LEVEL, *([IMPROVEMENT] if before else [])]
    return Standing(
        scheme=scheme_,
        period=Period("2022-W47", "week", date(2022, 11, 21), date(2022, 11, 27), date(2022, 11, 27), False),
        selection="",
        known_at=None,
        simulated=False,
        places=who,
        counted=figures,
        scores=scores,
        ranks={by: rank(scheme_, who, figures, scores, by, then) for by in lists},
        before_period="2022-W46" if before else None,
        before=then,
    )


def groups_of(*codes):
    return tuple(PeerGroup(code, Words(code, code)) for code in codes)
