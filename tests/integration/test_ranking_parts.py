"""Parts of scores and tried weights as frames, on the demo store: they say what the list of ranks says, and lead to its rows."""

import pytest

from data.filters import Filters
from data.measures import MEASURES
from data.queries.county_ranking import county_ranking
from data.queries.item_list import item_list
from data.queries.rank_contributions import COLUMNS, rank_contributions
from data.queries.rank_what_if import rank_what_if
from data.ranking import race

ALL = Filters()


def test_the_parts_of_every_place_add_up_to_its_printed_score(demo_store) -> None:
    ranking, parts = (query("all", demo_store, ALL) for query in (county_ranking, rank_contributions))
    ranked = ranking[ranking["rank"].notna()]
    assert len(ranked) > 80
    total = parts.groupby("region_code")["contribution"].sum()
    gap = parts.groupby("region_code")["gap"].sum(min_count=1)
    for code, score in zip(ranked["region_code"], ranked["score"], strict=True):
        assert total[code] == pytest.approx(score, abs=1e-9)
    assert (gap[ranked["region_code"][ranked["rank"] > 1]] > 0).all()
    assert gap[ranked["region_code"].iloc[0]] != gap[ranked["region_code"].iloc[0]]
    off = parts[parts["part"] == "rounding"]
    assert len(off) > 80 and off["contribution"].abs().max() <= 0.005 + 1e-9 and set(off["part_name"]) == {"修约"}
    assert parts["rank"].dropna().is_monotonic_increasing
    assert list(parts.columns) == list(COLUMNS)


def test_a_part_leads_to_as_many_rows_as_it_says(demo_store) -> None:
    """Items of the set are the numerator, or the denominator without it."""
    scheme = race.scheme_of(demo_store, ALL)
    measures = {indicator.id: MEASURES[indicator.measure] for indicator in scheme.indicators if indicator.measure}
    code = county_ranking("all", demo_store, ALL)["region_code"].iloc[-5]
    parts = rank_contributions("all", demo_store, Filters(pick=(code,)))
    assert set(parts["region_code"]) == {code}
    looked = 0
    for row in parts.to_dict("records"):
        if row["part"] not in measures:
            assert not row["rows_query"] or row["rows_query"] != row["rows_query"]
            continue
        if row["reason"]:
            continue
        measure, query = measures[row["part"]], Filters.from_query(row["rows_query"])
        count = item_list("all", demo_store, query).attrs["count"]
        minus = item_list("all", demo_store, query.but(rows=measure.minus)).attrs["count"] if measure.minus else 0
        assert query.region == code
        assert count - minus in (row["numerator"], row["denominator"] - row["numerator"])
        looked += 1
    assert looked >= 4


def test_the_next_better_place_is_the_one_before_in_the_list(demo_store) -> None:
    ranking = county_ranking("all", demo_store, ALL)
    codes = ranking["region_code"].tolist()
    third = rank_contributions("all", demo_store, Filters(pick=(codes[2],)))
    assert set(third["next_code"]) == {codes[1]}
    assert third["gap"].sum() == pytest.approx(ranking["score"][1] - ranking["score"][2], abs=1e-9)
    first = rank_contributions("all", demo_store, Filters(pick=(codes[0],)))
    assert first["next_code"].isna().all()
    assert first["gap"].isna().all()


def test_weights_as_they_are_leave_every_rank_and_other_weights_are_named(demo_store) -> None:
    ranking, same = county_ranking("all", demo_store, ALL), rank_what_if("all", demo_store, ALL)
    assert same["region_code"].tolist() == ranking["region_code"].tolist()
    assert same["rank"].tolist() == same["rank_tried"].tolist() == ranking["rank"].tolist()
    assert same["score_tried"].dropna().tolist() == ranking["score"].dropna().tolist()
    assert same.attrs["ranked"] == ranking.attrs["ranked"]
    assert same.attrs["kept"] == sum(value is True for value in same["robust"])
    scheme = race.scheme_of(demo_store, ALL)
    tried = rank_what_if("all", demo_store, Filters(weights=(f"{scheme.indicators[0].id}:100",)))
    assert sum(tried.attrs["weights"].values()) == pytest.approx(100)
    heavy = scheme.indicators[0]
    assert tried.attrs["weights"][heavy.id] == pytest.approx(100 * 100 / (200 - heavy.weight))
    moved = tried["change_tried"].dropna()
    assert (moved != 0).sum() > 20
    assert moved.tolist() == (tried["rank"] - tried["rank_tried"]).dropna().tolist()
    assert tried["rank_tried"].dropna().is_monotonic_increasing


def test_a_viewer_confined_to_a_city_sees_its_rows_with_the_ranks_of_all(demo_store) -> None:
    whole, own = (rank_what_if(scope, demo_store, ALL) for scope in ("all", "320100"))
    assert 5 < len(own) < len(whole)
    ranks = dict(zip(whole["region_code"], whole["rank"], strict=True))
    assert [ranks[code] for code in own["region_code"]] == own["rank"].tolist()
    assert set(rank_contributions("320100", demo_store, ALL)["region_code"]) == set(own["region_code"])


def test_an_empty_store_has_the_columns_and_no_rows(sqlite_store) -> None:
    for query in (rank_contributions, rank_what_if):
        found = query("all", sqlite_store, ALL)
        assert len(found) == 0
        assert "region_code" in found
    assert rank_what_if("all", sqlite_store, ALL).attrs["kept"] == 0
