"""Standings made by hand, for what reads them: every number chosen here, none computed."""

from dataclasses import replace
from datetime import date

import numpy as np

from data.ranking.scheme import BONUS, VETO, Adjustment, Indicator, PeerGroup, Scheme, Words
from data.ranking.standing import Counted, Period, Places, Ranks, Scores, Standing

ON_TIME = Indicator("on_time", Words("按期率", "On-time rate"), "rectification", 60.0, "on_time_rate", None, 0.0, 1.0)
AIR = Indicator("air", Words("PM2.5改善幅度", "PM2.5 improvement"), "environment", 40.0, None, "pm25_change", "group", -12.5)
SCHEME = Scheme(
    code="hand",
    version="2022.1",
    name=Words("手工方案", "Scheme by hand"),
    period="week",
    level="county",
    indicators=(ON_TIME, AIR),
    # not in alphabetical order, on purpose
    families={"rectification": Words("整改", "Rectification"), "environment": Words("环境质量", "Environment")},
    basis="苏环督〔2022〕7号",
    lists=("level", "improvement"),
    groups=(PeerGroup("districts", Words("市辖区", "Districts"), ends_with=("区",)),),
    adjustments=(
        Adjustment("named", Words("省级通报表扬", "Commended"), BONUS, 1.0),
        Adjustment("fraud", Words("数据造假", "Fraud"), VETO, 0.0),
    ),
    bonus_cap=3.0,
    source='code = "hand"\n',
    sha256="ab" * 32,
)
WEEK = Period("2022-W40", "week", date(2022, 10, 3), date(2022, 10, 9), date(2022, 10, 9), False)
CODES = ["320102", "320104", "320105"]
NAN = float("nan")


def standing(**changes: object) -> Standing:
    """Three districts of Nanjing: 41 of 50, 18 of 20, and one without any item; the third is not ranked."""
    places = Places(
        region_id=np.array([11, 12, 13], dtype=np.int64),
        code=list(CODES),
        name_zh=["玄武区", "秦淮区", "建邺区"],
        name_en=["Xuanwu", "Qinhuai", "Jianye"],
        parent_zh=["南京市"] * 3,
        parent_en=["Nanjing"] * 3,
        group=np.array([0, 0, -1], dtype=np.int64),
        group_codes=["districts"],
        group_zh=["市辖区"],
        group_en=["Districts"],
    )
    counted = Counted(
        numerator=np.array([[41.0, NAN], [18.0, NAN], [NAN, NAN]]),
        denominator=np.array([[50.0, NAN], [20.0, NAN], [0.0, NAN]]),
        value=np.array([[0.82, -3.25], [0.9, -0.0], [NAN, NAN]]),
        low=np.array([[0.692, NAN], [0.699, NAN], [NAN, NAN]]),
        high=np.array([[0.902, NAN], [0.972, NAN], [NAN, NAN]]),
        reason=[["", ""], ["", ""], ["no_items", "no_value"]],
        bonus=np.array([1.0, 0.0, 0.0]),
        penalty=np.zeros(3),
        veto=np.array([False, False, False]),
        has_items=np.array([True, True, False]),
        signals={"last_day": np.array([[3.0, 9.0], [0.0, 4.0], [0.0, 0.0]]), "extended": np.zeros((3, 2))},
        events=[[("named", 1.0, "2022-10-04", "通报表扬", "苏环督〔2022〕9号")], [], []],
    )
    scores = Scores(
        position=np.array([[0.82, 0.26], [0.9, 0.0], [NAN, NAN]]),
        weight=np.array([[60.0, 40.0], [60.0, 40.0], [60.0, 40.0]]),
        contribution=np.array([[49.2, 10.4], [54.0, 0.0], [0.0, 0.0]]),
        score=np.array([60.6, 54.0, NAN]),
        low=np.array([52.1, 42.0, NAN]),
        high=np.array([65.0, 58.0, NAN]),
        dormant=np.array([False, False]),
        missing=np.array([0.0, 0.0, 1.0]),
        reason=["", "", "no_items"],
    )
    level = Ranks(
        key=np.array([60.6, 54.0, NAN]),
        rank=np.array([1, 2, 0], dtype=np.int64),
        tied=np.array([False, False, False]),
        group_rank=np.array([1, 2, 0], dtype=np.int64),
        group_tied=np.array([False, False, False]),
        band_low=np.array([1, 1, 0], dtype=np.int64),
        band_high=np.array([2, 2, 0], dtype=np.int64),
        reason=["", "", "no_items"],
    )
    made = Standing(
        scheme=SCHEME,
        period=WEEK,
        selection="",
        known_at=None,
        simulated=False,
        places=places,
        counted=counted,
        scores=scores,
        ranks={"level": level, "improvement": replace(level, key=np.array([2.5, -1.0, NAN]))},
        before_period="2022-W39",
        before_edition=1,
        before={"320102": {"level": (2, False, 58.1)}, "320105": {"level": (0, False, None)}},
        units={"air": ("%", 1)},
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def changed(made: Standing, k: int, i: int, numerator: float, denominator: float, score: float, rank: list[int]) -> Standing:
    """The same standing after a correction of one indicator of one place: its n/d, its score, and everybody's rank."""
    counted, scores, level = made.counted, made.scores, made.ranks["level"]
    n, d, v, s, key = (each.copy() for each in (counted.numerator, counted.denominator, counted.value, scores.score, level.key))
    n[k, i], d[k, i], v[k, i] = numerator, denominator, numerator / denominator
    s[k] = key[k] = score
    ranks = {**made.ranks, "level": replace(level, key=key, rank=np.array(rank, dtype=np.int64))}
    return replace(made, counted=replace(counted, numerator=n, denominator=d, value=v), scores=replace(scores, score=s), ranks=ranks)
