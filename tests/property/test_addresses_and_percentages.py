"""Addresses can hold anything and still mean something; percentages never round to more than the truth."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from urllib.parse import urlencode

from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.formatting import DASH, percent
from data.filters import KINDS, LEVELS, PAGE_SIZES, SORTS, Filters

KEYS = ("campaign", "round", "kind", "theme", "category", "source", "department", "region", "level", "as_of", "known_at", "basic", "rows",
        "sort", "dir", "page", "size", "lang")  # fmt: skip
values = st.text(max_size=40) | st.sampled_from(
    ("1", "0", "-1", "٣", "99999999999", "county", "finding", "finding,task", "2022-09-30", "2022-02-30", "0000-00-00", "desc", "due_current",
     "a,b,,a", "%", "'; drop table item", "<script>", "\x00", "+", "１２", "10_0", "50", "1e3", "水", "r1", "status:closed")
)  # fmt: skip


@given(st.text(max_size=300))
@example("&".join(f"k{n}=1" for n in range(500)))
@example("campaign=" + ",".join(str(n) for n in range(500)))
@example("\ud800")
@example("%ff%fe=%c0%80&as_of=%e4")
def test_no_text_breaks_an_address(text):
    filters = Filters.from_query(text)
    assert Filters.from_query(filters.to_query()) == filters


@given(
    st.dictionaries(
        st.sampled_from(KEYS), values | st.lists(values, max_size=3) | st.none() | st.integers() | st.floats() | st.binary(max_size=5)
    )
)
def test_what_is_read_is_sound_and_its_address_means_the_same(query):
    filters = Filters.from_query(query)
    assert filters.level in (None, *LEVELS) and filters.sort in (None, *SORTS)
    assert filters.size in PAGE_SIZES and 1 <= filters.page <= 10_000_000
    assert set(filters.kind) <= set(KINDS)
    for day in (filters.as_of, filters.known_at):
        assert day is None or (isinstance(day, date) and 1970 <= day.year <= 2099)
    address = filters.to_query()
    assert Filters.from_query(address) == filters
    assert Filters.from_query("?" + address).to_query() == address
    assert hash(filters) == hash(Filters.from_query(address))


@given(st.dictionaries(st.sampled_from(KEYS), values))
def test_the_order_of_an_address_means_nothing(query):
    pairs = list(query.items())
    forth, back = (Filters.from_query(urlencode(p, errors="replace")) for p in (pairs, pairs[::-1]))
    assert forth == back


@given(st.integers(0, 10**7), st.integers(0, 10**7))
@example(4347, 4387)
@example(9995, 10000)
@example(9999, 10000)
@example(1, 10**7)
@example(1, 2000)
@example(3, 2000)
@example(73, 74)
@example(31, 32)
def test_percentages_round_half_to_even_once_and_never_to_all_or_nothing(n, d):
    n, d = min(n, d), max(n, d)
    text = percent(n, d)
    if not d:
        assert text == DASH
        return
    assert (text == "100.0%") == (n == d)
    assert (text == "0.0%") == (n == 0)
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(n) * 100 / Decimal(d)
        rounded = exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
    if n not in (0, d):
        rounded = min(max(rounded, Decimal("0.1")), Decimal("99.9"))
    assert text == f"{rounded}%"
    # floats that stand for the same counts say the same
    assert percent(float(n), float(d)) == text


@given(st.none() | st.just(float("nan")), st.integers(0, 100))
def test_nothing_over_something_is_a_dash(n, d):
    assert percent(n, d) == DASH
