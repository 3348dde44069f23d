"""Hand-made frames with the columns the queries promise (docs/architecture.md), for figure and caption tests."""

from datetime import date, timedelta

import pandas as pd

AS_OF = date(2022, 10, 31)

CITIES = [
    # code, name, discovered, withdrawn, merged, rectified, closed, due, due_rectified, on_time, overdue, due_soon
    ("320500", "苏州市", 210, 6, 4, 198, 180, 190, 189, 181, 1, 2),
    ("320200", "无锡市", 150, 5, 5, 136, 120, 130, 128, 122, 2, 1),
    ("320100", "南京市", 188, 4, 4, 170, 151, 172, 164, 158, 8, 2),
    ("320900", "盐城市", 120, 2, 1, 90, 61, 110, 84, 70, 26, 1),
    ("320800", "淮安市", 34, 1, 1, 24, 20, 30, 23, 21, 7, 0),
]
RATES = ("completion_rate", "closeout_rate", "due_completion_rate", "on_time_rate")


def rate(numerator, denominator):
    return numerator / denominator if denominator else None


def region_row(code, name, u, w, g, r, x, due, due_r, on_time, overdue, soon, level="prefecture", children=True):
    e = u - w - g
    return {
        "region_code": code,
        "region": name,
        "level": level,
        "has_children": children,
        "discovered": u,
        "withdrawn": w,
        "merged": g,
        "effective": e,
        "rectified": r,
        "closed": x,
        "open": e - r,
        "due": due,
        "due_rectified": due_r,
        "on_time": on_time,
        "overdue": overdue,
        "due_soon": soon,
        "completion_rate": rate(r, e),
        "closeout_rate": rate(x, e),
        "due_completion_rate": rate(due_r, due),
        "on_time_rate": rate(on_time, due),
    }


def with_attrs(frame, **attrs):
    frame.attrs.update({"as_of": AS_OF, "known_at": None, "simulated": False, "reasons": {}, **attrs})
    return frame


def progress(rows=CITIES, *, simulated=False, level="prefecture", children=True):
    records = [region_row(*row, level=level, children=children) for row in rows]
    records.sort(key=lambda r: (r["completion_rate"] is None, -(r["completion_rate"] or 0)))
    counts = (
        "discovered",
        "withdrawn",
        "merged",
        "effective",
        "rectified",
        "closed",
        "open",
        "due",
        "due_rectified",
        "on_time",
        "overdue",
        "due_soon",
    )
    total = {key: sum(r[key] for r in records) for key in counts}
    total |= {
        "completion_rate": rate(total["rectified"], total["effective"]),
        "closeout_rate": rate(total["closed"], total["effective"]),
        "due_completion_rate": rate(total["due_rectified"], total["due"]),
        "on_time_rate": rate(total["on_time"], total["due"]),
    }
    reasons = {}
    if not total["effective"]:
        reasons |= {"completion_rate": "no_items", "closeout_rate": "no_items"}
    if not total["due"]:
        reasons |= {"due_completion_rate": "none_due", "on_time_rate": "none_due"}
    columns = list(region_row("1", "x", *[1] * 10))
    return with_attrs(pd.DataFrame(records, columns=columns), total=total, reasons=reasons, simulated=simulated)


def many(n, *, long_names=False):
    """n counties; county i has i+1 items of which a varying part is rectified."""
    rows = []
    for i in range(n):
        e = 20 + i % 37
        r = e - (i * 7) % 11
        overdue = min(e - r, i % 4)
        name = f"双江拉祜族佤族布朗族傣族自治县{i}" if long_names else f"某县{i}"
        rows.append((f"{530000 + i}", name, e, 0, 0, r, r // 2, r + overdue, r, r - r // 5, overdue, min(e - r - overdue, 1)))
    return progress(rows, level="county", children=False)


def status(counts=None):
    counts = {"closed": 24, "on_schedule": 7, "behind_schedule": 1, "merged": 24} if counts is None else counts
    total = sum(counts.values())
    rows = [{"status": s, "count": n, "share": n / total if total else None} for s, n in counts.items()]
    return with_attrs(pd.DataFrame(rows, columns=["status", "count", "share"]), total={"count": total})


def curve(days=60, *, deviation=-0.032, basis="due"):
    start = date(2022, 9, 15)
    planned = [min(1.0, (i + 1) / days) for i in range(days)]
    last = (AS_OF - start).days
    rows = []
    for i in range(days):
        day = start + timedelta(days=i)
        actual = max(0.0, planned[i] + deviation * i / last) if i <= last else None
        rows.append((day, planned[i], actual, round(planned[i] * 1000), None if actual is None else round(actual * 1000), 1000))
    frame = pd.DataFrame(rows, columns=["day", "planned", "actual", "planned_count", "actual_count", "total"])
    return with_attrs(frame, deviation=deviation, basis=basis)


def funnel():
    rows = [
        ("sm1-finding", "discovered", "发现问题", 1000, 1.0, None, None, 0),
        ("sm1-finding", "fed_back", "当面反馈", 990, 0.99, 1.0, 3.0, 990),
        ("sm1-finding", "rectified_reported", "上报完成", 870, 0.87, 21.0, 58.0, 870),
        ("sm1-finding", "closed", "销号", 745, 0.745, 6.0, 15.0, 745),
    ]
    return with_attrs(pd.DataFrame(rows, columns=["loop", "stage", "stage_name", "reached", "share", "median_days", "p90_days", "timed"]))


def cells(kind="category", regions=None, columns=None):
    regions = regions or [("320100", "南京市"), ("320900", "盐城市"), ("320800", "淮安市")]
    columns = columns or [("air", "大气污染"), ("water", "水污染"), ("waste", "固体废物和危险废物")]
    rows = []
    for i, (code, name) in enumerate(regions):
        for j, (key, label) in enumerate(columns):
            if (i, j) == (2, 1):
                continue
            e = 4 if (i, j) == (2, 0) else 40 + i * 7 + j
            r = e - (i * 5 + j)
            r = max(r, 0)
            rows.append((code, name, key, label, e, r, min(e - r, i), r / e))
    names = ["region_code", "region", kind, f"{kind}_name", "effective", "rectified", "overdue", "completion_rate"]
    return with_attrs(pd.DataFrame(rows, columns=names))


def ageing(counts=(20, 9, 5, 2, 1)):
    total = sum(counts)
    edges = [("1-7", 1, 7), ("8-15", 8, 15), ("16-30", 16, 30), ("31-60", 31, 60), ("61+", 61, None)]
    rows = [(b, lo, hi, n, n / total if total else None) for (b, lo, hi), n in zip(edges, counts, strict=True)]
    return with_attrs(pd.DataFrame(rows, columns=["bucket", "from_days", "to_days", "count", "share"]), total={"count": total})


def headline():
    rows = [
        ("effective", 650, None, 650, None, 612, None, 612),
        ("completion_rate", 618, 650, 618 / 650, None, 560, 612, 560 / 612),
        ("closeout_rate", 532, 650, 532 / 650, None, 470, 612, 470 / 612),
        ("due_completion_rate", None, 0, None, "none_due", None, 0, None),
        ("overdue", 44, 632, 44, None, 39, 600, 39),
    ]
    columns = ["measure", "numerator", "denominator", "value", "reason", "numerator_before", "denominator_before", "value_before"]
    return with_attrs(pd.DataFrame(rows, columns=columns))
