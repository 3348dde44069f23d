"""How the selection's water sections stand in the newest month: how many of each class, and which miss their target."""

from pandas import DataFrame

from data.filters import Filters
from data.measures import rate
from data.queries.river_sections import river_sections
from data.store import Store
from data.waters import grades

# sections that are named
_NAMED = 12


def section_standing(scope: str, store: Store, filters: Filters, lang: str = "zh-CN") -> DataFrame:
    """One row for each class that a section of the newest month has, best first: ``grade``, ``count``, ``met`` and ``missed`` (of those
    with a target), ``share`` of the assessed (0–1). ``attrs``: what ``river_sections`` says of its totals, and ``late``
    [(name, grade, target)] of the sections that miss their target, worst first."""
    found = river_sections(scope, store, filters, lang)
    bare = DataFrame(found, copy=False)
    columns = [bare[name].tolist() for name in ("name", "grade", "target_grade", "current", "met")]
    rows = [row[:3] + row[4:] for row in zip(*columns, strict=True) if row[3] and row[1]]
    classes = [grade for grade in grades.GRADES if any(row[1] == grade for row in rows)]
    counts = [sum(row[1] == grade for row in rows) for grade in classes]
    met = [sum(row[1] == grade and row[3] is True for row in rows) for grade in classes]
    missed = [sum(row[1] == grade and row[3] is False for row in rows) for grade in classes]
    out = DataFrame(
        {
            "grade": classes,
            "count": counts,
            "met": met,
            "missed": missed,
            "share": [rate(n, len(rows)) for n in counts],
        }
    ).astype({"count": "int64", "met": "int64", "missed": "int64", "share": "float64"})
    late = sorted(
        (row[:3] for row in rows if row[3] is False),
        key=lambda each: (grades.rank(each[2]) or 0) - (grades.rank(each[1]) or 0),
    )
    out.attrs.update(found.attrs)
    out.attrs["late"] = late[:_NAMED]
    return out
