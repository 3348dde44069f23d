"""The charts of a ranking as tables: ranks as printed, scores with the scheme's decimals, rates with their two numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd
from dash import html

from dashboard import frame
from dashboard.captions import race
from dashboard.captions.indicator_table import indicators
from dashboard.captions.rank_contributions import ROUNDING
from dashboard.exports.kinds import kinds
from dashboard.formatting import DASH, MINUS, count, missing, of, percent, points
from dashboard.i18n import has, t
from dashboard.links import race as race_link
from dashboard.site import address
from dashboard.view import View
from data.filters import Filters

Row = Mapping[str, object]

# more rows than this are read in the exported sheet
MOST = 400
# columns of each table; one that starts with @ is put together from several
TABLES: dict[str, tuple[str, ...]] = {
    "county-ranking": ("@place", "region", "score", "change", "@of", "@band", "small_base", "signals", "reason_text"),
    "rank-intervals": ("@place", "region", "score", "score_low", "score_high", "@band", "@of", "small_base", "told_apart"),
    "rank-contributions": ("region", "part_name", "value_text", "@of", "weight_used", "contribution", "lost", "next_contribution", "gap"),
    "rank-what-if": ("region", "rank", "@tried", "change_tried", "score", "score_tried", "robust"),
    "rank-changes": (
        "period_name", "edition", "region", "rank_old", "rank_new", "score_old", "score_new", "indicator_name", "@old", "@new", "why",
    ),
    "contest-result": ("@place", "region", "score", "judges", "lowest", "highest", "trimmed", "@criteria"),
    "indicator-table": ("@place", "region", "score", "@indicators", "bonus", "penalty", "reason_text"),
    "rank-history": (),
    "rank-race": (),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Column:
    heading: str
    text: Callable[[Row], str]
    link: Callable[[Row], str] | None = None
    head: bool = False


def ranking_table(chart: str, df: pd.DataFrame, filters: Filters, view: View) -> list[object]:
    """The frame as an HTML table, and a line about what is left out. Places lead to themselves, counts of a place's items to their rows.
    Raises KeyError for a chart that has no table here."""
    names = [str(name) for name in df.columns]
    if not len(df):
        TABLES[chart]
        return [html.P(t("figure.none", view.lang), className="table-note")]
    shown = _over_periods(df, filters, view) if not TABLES[chart] else _columns(TABLES[chart], df, filters, view)
    rows = _by_place(df) if not TABLES[chart] else [dict(zip(names, row, strict=True)) for row in frame.rows(df.head(MOST), *names)]
    head = html.Thead(html.Tr([html.Th(each.heading, scope="col") for each in shown]))
    body = html.Tbody([html.Tr([_cell(each, row) for each in shown]) for row in rows[:MOST]])
    caption = html.Caption(t(f"chart.{chart}", view.lang), className="visually-hidden")
    out: list[object] = [html.Table([caption, head, body], className="figures-table")]
    whole = len(rows) if not TABLES[chart] else len(df)
    if whole > MOST:
        words = t("progress.table_cut", view.lang, n=count(MOST, view.lang), all=count(whole, view.lang))
        out.append(html.P(words, className="table-note"))
    return out


def heading(column: str, df: pd.DataFrame, view: View) -> str:
    """A column's name for readers: the frame's own, else that of the locale, else the machine's."""
    labels = df.attrs.get("labels") or {}
    if column in labels:
        return str(labels[column])
    return t(f"column.{column}", view.lang) if has(f"column.{column}", view.lang) else column


def text(value: object, kind: str, df: pd.DataFrame, view: View) -> str:
    """One value as it is printed."""
    if kind == "flag":
        return t("ranking.cell.yes", view.lang) if not missing(value) and value else "" if not missing(value) else DASH
    if missing(value):
        return DASH
    if kind == "score":
        return race.printed(value, race.decimals(df), signed=race.improving(df))  # type: ignore[arg-type]
    if kind == "rate":
        return percent(value, 1, view.lang)  # type: ignore[arg-type]
    if kind == "change":
        return f"+{value}" if value > 0 else f"{MINUS}{-value}" if value < 0 else "0"  # type: ignore[operator]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return count(value, view.lang)
    return str(value)


def _cell(column: _Column, row: Row) -> object:
    words = column.text(row)
    link = column.link(row) if column.link else ""
    inside: object = html.A(words, href=link, **{"data-nav": "plain"}) if link and words not in ("", DASH, "0") else words
    return html.Th(inside, scope="row") if column.head else html.Td(inside)


def _columns(wanted: tuple[str, ...], df: pd.DataFrame, filters: Filters, view: View) -> list[_Column]:
    present, held = set(map(str, df.columns)), kinds(df)
    out: list[_Column] = []
    for name in wanted:
        if name == "@indicators":
            out += [_indicator(each, df, held, view) for each in indicators(df)]
        elif name == "@criteria":
            out += [_plain(each, df, held, view) for each in df.attrs.get("labels") or () if each in present]
        elif name in _BUILT:
            parts, key = _BUILT[name]
            if set(parts) <= present:
                out.append(_Column(t(f"ranking.table.{key}", view.lang), _built(name, view), _rows_of(view) if name == "@of" else None))
        elif name == "region":
            out.append(_Column(heading(name, df, view), lambda row: str(row["region"]), _place(filters, view), head=True))
        elif name in present:
            out.append(_signals(df, view) if name == "signals" else _plain(name, df, held, view))
    return out


# columns that a built one needs, and the key of its heading
_BUILT: dict[str, tuple[tuple[str, ...], str]] = {
    "@place": (("rank", "tied"), "place"),
    "@tried": (("rank_tried", "tied_tried"), "tried"),
    "@of": (("numerator", "denominator"), "of"),
    "@band": (("band_low", "band_high"), "band"),
    "@old": (("numerator_old", "denominator_old"), "old"),
    "@new": (("numerator_new", "denominator_new"), "new"),
}


def _built(name: str, view: View) -> Callable[[Row], str]:
    (first, second), _ = _BUILT[name]

    def words(row: Row) -> str:
        a, b = row[first], row[second]
        if missing(a):
            return DASH
        if name in ("@place", "@tried"):
            return race.short(int(a), not missing(b) and bool(b), view)  # type: ignore[call-overload]
        if missing(b):
            return DASH
        return f"{a}–{b}" if name == "@band" else of(a, b, view.lang)  # type: ignore[arg-type]

    return words


def _plain(name: str, df: pd.DataFrame, held: Mapping[str, str], view: View) -> _Column:
    kind = held.get(name, "")

    def words(row: Row) -> str:
        if kind == "score" and row.get("part") == ROUNDING and not missing(row[name]):
            # what printing adds is less than the last decimal printed
            return race.printed(row[name], race.decimals(df) + 3, signed=True)  # type: ignore[arg-type]
        return text(row[name], kind, df, view)

    return _Column(heading(name, df, view), words)


def _signals(df: pd.DataFrame, view: View) -> _Column:
    def words(row: Row) -> str:
        codes = "" if missing(row["signals"]) else str(row["signals"])
        return race.listed([race.signal(code, view) for code in codes.split(",") if code], view)

    return _Column(heading("signals", df, view), words)


def _indicator(name: str, df: pd.DataFrame, held: Mapping[str, str], view: View) -> _Column:
    """``85.2%（23/27） 21.30``: value, its two numbers, points."""
    series, balances = (df.attrs.get("formats") or {}).get(name), df.attrs.get("balances") or ()

    def words(row: Row) -> str:
        value = row[f"{name}_value"]
        if missing(value):
            return DASH
        n, d = row[f"{name}_n"], row[f"{name}_d"]
        said = text(value, held[f"{name}_value"], df, view)
        if series is not None:
            unit, places = series
            said = f"{race.printed(value, int(places), signed=True).lstrip('+')}{unit}"  # type: ignore[arg-type]
        elif not missing(d) and d:
            rate = points(value, view.lang) if name in balances else percent(n, d, view.lang)  # type: ignore[arg-type]
            said = t("caption.rate", view.lang, rate=rate, of=of(n, d, view.lang))  # type: ignore[arg-type]
        return f"{said} {text(row[f'{name}_points'], 'score', df, view)}"

    return _Column(heading(name, df, view), words)


def _place(filters: Filters, view: View) -> Callable[[Row], str]:
    """A place leads to the page with itself picked."""

    def link(row: Row) -> str:
        code = row.get("region_code")
        return "" if missing(code) or not code else race_link(filters, view, pick=(str(code),))

    return link


def _rows_of(view: View) -> Callable[[Row], str]:
    """Where a frame says which rows a count is of, the count leads to them."""

    def link(row: Row) -> str:
        query = row.get("rows_query")
        return "" if missing(query) or not query else address("/progress", Filters.from_query(str(query)), view)

    return link


def _by_place(df: pd.DataFrame) -> list[Row]:
    """A row a place, its periods as keys, the newest ranks first."""
    periods = list(dict.fromkeys(frame.columns(df, "period")[0]))
    out: dict[str, dict[str, object]] = {}
    for period, code, region, rank, tied, score in frame.rows(df, "period", "region_code", "region", "rank", "tied", "score"):
        out.setdefault(code, {"region_code": code, "region": region})[f"@{period}"] = (rank, tied, score)

    def newest(row: Mapping[str, object]) -> float:
        rank = row.get(f"@{periods[-1]}", (None,))[0]  # type: ignore[index]
        return float("inf") if missing(rank) else float(rank)

    return sorted(out.values(), key=newest)


def _over_periods(df: pd.DataFrame, filters: Filters, view: View) -> list[_Column]:
    """The place, then a column a period: rank and score."""
    periods = list(dict.fromkeys(zip(*frame.columns(df, "period", "period_name"), strict=True)))

    def words(period: object) -> Callable[[Row], str]:
        def said(row: Row) -> str:
            found = row.get(f"@{period}")
            rank = race.whole(found[0]) if isinstance(found, tuple) else None
            if rank is None or not isinstance(found, tuple):
                return DASH
            printed = race.printed(found[2], race.decimals(df))
            return t("ranking.table.rank_score", view.lang, rank=race.short(rank, race.yes(found[1]), view), score=printed)

        return said

    first = _Column(heading("region", df, view), lambda row: str(row["region"]), _place(filters, view), head=True)
    return [first, *(_Column(str(name), words(period)) for period, name in periods)]
