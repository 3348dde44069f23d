"""The default ranking worked out a second time, in plain Python, from lists of items, figures and events: what an auditor would do.

Nothing of data.ranking is used: the rules are those of ``manage.py scheme show county-default``, the counts are rows of ``item-list``.
"""

import json
import tomllib
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

import manage
from callbacks.exports import export_bytes

# indicator: family, weight, value that earns nothing, value that earns all
SCHEME = {
    "on_time": ("r", 25, 0.5, 1.0),
    "schedule": ("r", 15, -0.3, 0.0),
    "first_pass": ("r", 15, 0.5, 1.0),
    "long_overdue": ("r", 10, 0.2, 0.0),
    "pm25_change": ("e", 20, 5.0, -10.0),
    "section_compliance": ("e", 5, 0.5, 1.0),
    "case_closure": ("p", 5, 0.5, 1.0),
    "case_repeats": ("p", 5, 0.3, 0.0),
}
# which items are counted is read off the file that is shipped; how they are counted is not
_FILE = Path(manage.__file__).parent / "data" / "ranking" / "schemes" / "county-default.toml"
KINDS = ",".join(tomllib.loads(_FILE.read_text(encoding="utf-8"))["scheme"]["kinds"])
POINTS = {
    "commended": 1.5,
    "experience_copied": 1,
    "named_by_inspection": -3,
    "media_exposure": -2,
    "interviewed": -4,
    "false_rectification": -5,
}
FINDINGS = ("on_time", "due", "scheduled", "scheduled_rectified", "passed_first", "verified_first", "long_overdue")
CASES = ("closed", "discovered", "matured", "relapsed")


def rows(store, chart, query):
    return json.loads(export_bytes(store, chart, query, "json"))["rows"]


def counted(store, day):
    """{set: {county: how many}} on a day, item by item."""

    def county(kinds, name):
        return Counter(each["region_code"] for each in rows(store, "item-list", f"kind={kinds}&rows={name}&as_of={day}&region=320000"))

    return {name: county(KINDS, name) for name in FINDINGS} | {name: county("case", name) for name in CASES}


def figures(store, series, first, last):
    """{county: (value, n, d)} of a series: the newest figure between two days; of one day the row recorded last."""
    query = """select r.gb2260_code, v.value, v.numerator, v.denominator from indicator_value v
               join indicator_series s on s.series_id = v.series_id join region r on r.region_id = v.region_id
               where s.code = :series and v.as_of between :first and :last order by v.as_of, v.value_id"""
    with store.reading() as conn:
        found = conn.execute(text(query), {"series": series, "first": first, "last": last}).all()
    return {code: (n / d if value is None else value, n, d) for code, value, n, d in found}


def adjusted(store, first, last):
    """{county: points added or taken} by events of the period, one happening once under its gravest heading; None: a veto."""
    query = """select r.gb2260_code, e.adjustment, e.event_key from score_event e join region r on r.region_id = e.region_id
               where e.happened_on between :first and :last and e.voids is null
               and e.event_id not in (select voids from score_event where voids is not null)"""
    with store.reading() as conn:
        found = conn.execute(text(query), {"first": first, "last": last}).all()
    once = {}
    for code, heading, key in found:
        held = once.setdefault((code, key), heading)
        if heading == "data_fraud" or (held != "data_fraud" and abs(POINTS[heading]) > abs(POINTS[held])):
            once[code, key] = heading
    out = {}
    for (code, _), heading in once.items():
        plus, minus, veto = out.get(code, (0, 0, False))
        given = POINTS.get(heading, 0)
        out[code] = (plus + max(given, 0), minus - min(given, 0), veto or heading == "data_fraud")
    return {code: None if veto else (min(plus, 3), min(minus, 8)) for code, (plus, minus, veto) in out.items()}


def value_of(code, sets, series):
    """{indicator: (value, n, d)}; a value over an empty set is None, never 0."""

    def share(top, bottom, minus=None):
        n, d = sets[top][code] - (sets[minus][code] if minus else 0), sets[bottom][code]
        return (n / d if d else None), n, d

    return {
        "on_time": share("on_time", "due"),
        "schedule": share("scheduled_rectified", "scheduled", "due"),
        "first_pass": share("passed_first", "verified_first"),
        "long_overdue": share("long_overdue", "due"),
        "pm25_change": series["pm25_change"].get(code, (None, None, None)),
        "section_compliance": series["section_compliance"].get(code, (None, None, None)),
        "case_closure": share("closed", "discovered"),
        "case_repeats": share("relapsed", "matured"),
    }


def points_of(values):
    """{indicator: (weight used, points)}: the weight of what is missing goes to its family, that of a family without anything to all."""
    known = [name for name in SCHEME if values[name][0] is not None]
    used = {}
    for name, (family, weight, _, _) in SCHEME.items():
        whole = sum(w for f, w, _, _ in SCHEME.values() if f == family)
        held = sum(SCHEME[k][1] for k in known if SCHEME[k][0] == family)
        used[name] = weight * whole / held if name in known else 0
    scale = 100 / sum(used.values())
    out = {}
    for name, (_, _, floor, target) in SCHEME.items():
        way = 0 if name not in known else min(1, max(0, (values[name][0] - floor) / (target - floor)))
        out[name] = (used[name] * scale, used[name] * scale * way)
    return out


@pytest.mark.parametrize("query", ["", "period=2022-W39&edition=live", "period=2022-W40&edition=live"])
def test_a_second_reckoning_finds_the_same_figures_points_scores_and_ranks(demo_store, query):
    body = json.loads(export_bytes(demo_store, "county-ranking", query, "json"))
    last = date.fromisoformat(body["as_of"])
    first = last - timedelta(days=last.weekday())
    sets = counted(demo_store, last)
    series = {name: figures(demo_store, name, first - timedelta(days=7), last) for name in ("pm25_change", "section_compliance")}
    events = adjusted(demo_store, first, last)
    parts = {(each["region_code"], each["part"]): each for each in rows(demo_store, "rank-contributions", query)}
    table = {each["region_code"]: each for each in rows(demo_store, "indicator-table", query)}

    scores = {}
    for place in body["rows"]:
        code = place["region_code"]
        values = value_of(code, sets, series)
        missing = sum(weight for name, (_, weight, _, _) in SCHEME.items() if values[name][0] is None)
        added = events.get(code, (0, 0))
        if added is None or missing > 30:
            assert place["rank"] is None and place["reason"] == ("veto" if added is None else "missing")
            continue
        plus, minus = added
        assert (place["bonus"], place["penalty"]) == (plus, minus)
        total = 0
        for name, (used, earned) in points_of(values).items():
            said, of = parts[code, name], table[code]
            value, n, d = values[name]
            assert (said["numerator"], said["denominator"]) == (of[f"{name}_n"], of[f"{name}_d"]) == (n, d), (code, name)
            assert said["value"] == of[f"{name}_value"] == pytest.approx(value, abs=1e-12) if value is not None else said["value"] is None
            assert (said["weight_used"], said["contribution"]) == pytest.approx((used, earned), abs=1e-9), (code, name)
            assert of[f"{name}_points"] == (None if value is None else pytest.approx(earned, abs=1e-9))
            total += earned
        scores[code] = round(total + plus - minus, 2)
        assert place["score"] == table[code]["score"] == pytest.approx(scores[code], abs=1e-9)
        every = sum(each["contribution"] for (at, _), each in parts.items() if at == code)
        assert every == pytest.approx(place["score"], abs=1e-9)

    assert len(scores) > 90
    for place in body["rows"]:
        code = place["region_code"]
        if code in scores:
            better, same = sum(each > scores[code] for each in scores.values()), sum(each == scores[code] for each in scores.values())
            assert (place["rank"], place["tied"]) == (1 + better, same > 1) == (table[code]["rank"], table[code]["tied"])
