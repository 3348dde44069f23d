"""What the bench of exported files says was met and what was missed."""

from bench.export_browser import Pictures, picture_text
from bench.exports import GROWS, ExportRun, Rows, export_text, query


def run(slow=0.014):
    """A no-op takes 1 ms; every chart's CSV 5 ms, but one chart's ``slow``; the other formats 10 ms."""
    found = ExportRun("sqlite", nothing=[0.001] * 9)
    for form in ("csv", "json", "xlsx", "pptx", "docx"):
        for chart in ("a", "b", "c"):
            found.files[chart, form] = [0.005 if form == "csv" else 0.010] * 3
    found.files["c", "csv"] = [slow, slow, 0.100]
    return found


def test_a_format_is_judged_by_its_slowest_chart():
    text = export_text([run()])
    assert "| SQLite | 1.00 ms | csv | 5.0 | 100.0 | 14.0 | c | 15 | met |" in text
    assert "| csv | 5.0 | 100.0 | 16.0 | c | 15 | missed |" in export_text([run(slow=0.016)])


def test_rows_are_judged_by_what_the_worker_grew():
    found = run()
    found.rows = Rows(1_000_000, 200_000_000, 40.0, GROWS)
    assert "1,000,000 rows as CSV (200 MB) in 40.0 s, 25,000 rows a second" in export_text([found]) and found.rows.met()
    assert not Rows(1, 1, 1.0, GROWS + 1).met()


def test_a_picture_is_judged_beside_its_drawing_alone():
    found = Pictures({"png": [199.0, 199.0, 900.0], "svg": [210.0]}, {"png": [100.0, 100.0, 1.0], "svg": [100.0]})
    text = picture_text(found)
    assert "| png | 199 ms | 100 ms | 1.99 | met |" in text and "| svg | 210 ms | 100 ms | 2.10 | missed |" in text


def test_every_chart_is_asked_as_its_page_asks():
    assert query("river-quality", 1) == "campaign=js-2022&as_of=2022-11-29&water=SIM-BING"
    assert query("loop-funnel", 0) == "campaign=js-2022&as_of=2022-11-30"
