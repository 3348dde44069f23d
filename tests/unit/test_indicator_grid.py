"""How the table of indicators prints a figure: rates with their two numbers, balances in percentage points, series in their unit."""

from dashboard.components import indicator_grid
from dashboard.components.ranking_tables import ranking_table
from dashboard.view import View
from data.filters import Filters
from tests.unit import ranking_frames as frames

ZH, EN = View(), View("en")


def cells(view, **attrs):
    frame = frames.table()
    frame.attrs.update({"formats": {"pm25": ("%", 1)}, **attrs})
    rows, _ = indicator_grid.block(frame, 0, 10, [], {}, view)
    return [(row["on_time_value"], row["pm25_value"]) for row in rows], str(ranking_table("indicator-table", frame, Filters(), view))


def test_a_rate_is_a_percentage_and_a_balance_percentage_points():
    found, table = cells(ZH)
    assert found == [("97.5% 39/40", "−4.2%"), ("—", "−2.1%")]
    assert "97.5%（39/40）" in table
    found, table = cells(ZH, balances=["on_time"])
    assert found[0][0] == "+97.5个百分点 39/40" and "+97.5个百分点（39/40）" in table
    assert cells(EN, balances=["on_time"])[0][0][0] == "+97.5 pp 39/40"
