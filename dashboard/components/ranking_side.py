"""The places looked at closely: where each stands and how sure that is, what moves it up, what to look at beside its rank."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from dash import html

from dashboard import frame, ids
from dashboard.captions import race as words
from dashboard.components.ranking_head import last_three
from dashboard.formatting import DASH, MINUS, count, missing, of, percent
from dashboard.i18n import t
from dashboard.links import race
from dashboard.site import address
from dashboard.view import View
from data.filters import Filters

SIGNALS = ("last_day", "extended", "withdrawn", "merged", "returned")
# the items a signal counts, where a set of that name can be listed
_SETS = {
    "withdrawn": ("withdrawn", "discovered"),
    "merged": ("merged", "discovered"),
    "extended": (None, "discovered"),
    "last_day": (None, None),
}

# code of a place -> what would move it up: values with rank_from, rank_to, score_to and either items, set, steps or indicator, value_from,
# value_to
Ways = Mapping[str, Sequence[Any]]


def ranking_side(df: pd.DataFrame, parts: pd.DataFrame, ways: Ways, filters: Filters, view: View) -> list[object]:
    """``df``: the frame of ``county-ranking``; ``parts``: of ``rank-contributions`` for the picked places."""
    lang = view.lang
    rows = {row.code: row for row in words.rows(df, view)}
    picked = [code for code in filters.pick if code in rows]
    lost = [code for code in filters.pick if code not in rows]
    out: list[object] = []
    if lost:
        out.append(html.P(t("rankings.side.lost", lang, names=t("format.join", lang).join(lost)), className="page-note"))
    if not picked:
        return [*out, *_invitation(df, filters, view)]
    # of thousands of places only those looked at
    bare = pd.DataFrame(df, copy=False)
    records = {str(row["region_code"]): row for row in _records(bare[bare["region_code"].isin(picked)])}
    if len(picked) == 1:
        return [*out, *_one(rows[picked[0]], records[picked[0]], df, parts, ways.get(picked[0], ()), filters, view)]
    return [*out, *_compared(picked, rows, records, df, parts, ways, filters, view)]


def _records(df: pd.DataFrame) -> list[dict[str, Any]]:
    names = [str(name) for name in df.columns]
    return [dict(zip(names, row, strict=True)) for row in frame.rows(df, *names)]


def _invitation(df: pd.DataFrame, filters: Filters, view: View) -> list[object]:
    lang = view.lang
    out: list[object] = [
        html.H2(t("rankings.side.none", lang), className="chart-title"),
        html.P(t("rankings.side.how", lang), className="quiet"),
    ]
    last = last_three(df)
    if last:
        links = [
            html.A(name, href=race(filters, view, pick=(code,)), className="race-pick", **{"data-nav": "plain"}) for code, name in last
        ]
        out.append(html.P([html.Span(t("rankings.side.last", lang)), *links], className="race-offers"))
        if len(last) > 1:
            pair = tuple(sorted(code for code, _ in last[:2]))
            out.append(html.P(html.A(t("rankings.side.compare_last", lang), href=race(filters, view, pick=pair), **{"data-nav": "plain"})))
    return out


def _one(
    row: words.Row, record: dict[str, Any], df: pd.DataFrame, parts: pd.DataFrame, ways: Sequence[Any], filters: Filters, view: View
) -> list[object]:
    lang = view.lang
    out: list[object] = [
        html.Header(
            [
                html.H2(row.name, className="chart-title"),
                html.Button(
                    t("rankings.side.compare", lang), id="race-compare", className="switch", type="button", **{"aria-pressed": "false"}
                ),
                html.A(t("rankings.side.unpick", lang), href=race(filters, view, pick=()), className="chart-link", **{"data-nav": "plain"}),
            ],
            className="race-side-head",
        ),
        html.P(_standing(row, record, df, view), className="race-side-rank"),
    ]
    if row.rank is None:
        out.append(html.P(t("rankings.side.not_ranked", lang, why=row.reason_text or DASH), className="page-note"))
    gap = _gap(parts, row, df, view)
    out += [html.P(gap, className="race-gap")] if gap else []
    out += _ways(ways, row, df, parts, view)
    items = _items(row.code, df, parts, filters)
    if row.rank is not None:
        out.append(_sureness(row, df, view))
    out.append(_signals(record, items, view))
    out.append(html.P(_links(items, view), className="race-side-links"))
    return out


def _standing(row: words.Row, record: dict[str, Any], df: pd.DataFrame, view: View) -> list[object]:
    """``第12，76.40分，▲2（上期第14），组内第3``"""
    lang = view.lang
    out: list[object] = [html.Strong(words.place(row.overall if row.overall is not None else row.rank, row.tied, view)), " "]
    out.append(html.Span(words.score(row.score, df, view, signed=words.improving(df)), className="race-side-score"))
    if row.change is not None and row.before is not None:
        key = "up" if row.change > 0 else "down" if row.change < 0 else "same"
        arrow = t(f"ranking.{key}", lang, n=abs(row.change)) if key != "same" else t("ranking.same", lang)
        out.append(html.Span(t("rankings.side.change", lang, arrow=arrow, before=count(row.before, lang)), className="race-side-change"))
    group = words.whole(record.get("group_rank"))
    if group and record.get("group_name") and not missing(record["group_name"]):
        place = words.place(group, bool(record.get("group_tied")), view)
        out.append(html.Span(t("rankings.side.group", lang, group=record["group_name"], place=place), className="race-side-change"))
    return out


def _gap(parts: pd.DataFrame, row: words.Row, df: pd.DataFrame, view: View) -> str:
    """How far it is to the next rank, and which part most of it is; a gain has no parts."""
    if words.improving(df):
        return ""
    own = [each for each in _records(parts) if str(each["region_code"]) == row.code and not missing(each.get("gap"))]
    if not own:
        return ""
    gap = sum(float(each["gap"]) for each in own)
    most = max(own, key=lambda each: float(each["gap"]))
    names = {each.code: each for each in words.rows(df, view)}
    ahead = names.get(str(own[0].get("next_code")))
    if ahead is None or gap <= 0:
        return ""
    points = words.distance(gap, df, view)
    said = t("rankings.side.gap", view.lang, name=ahead.name, place=words.place(ahead.overall, ahead.tied, view), points=points)
    if float(most["gap"]) > 0:
        said += t("rankings.side.gap_most", view.lang, part=most["part_name"], points=words.distance(most["gap"], df, view))
    return said


def _ways(ways: Sequence[Any], row: words.Row, df: pd.DataFrame, parts: pd.DataFrame, view: View) -> list[object]:
    lang = view.lang
    if not ways:
        return [html.P(t("rankings.side.no_way", lang), className="quiet")] if row.rank not in (None, 1) else []
    said = [html.Li(way_text(each, df, view) if hasattr(each, "set") else need_text(each, df, parts, view)) for each in ways]
    return [html.H3(t("rankings.side.up", lang)), html.Ul(said, className="race-ways")]


def way_text(way: Any, df: pd.DataFrame, view: View) -> str:
    """``销号 7 件超期问题，名次由 12 升至 9，得分 81.20 分，其他地区不变``"""
    lang = view.lang
    text = _gives(t(f"rankings.way.{way.set}", lang, n=count(way.items, lang)), way, df, view)
    further = list(getattr(way, "steps", ()))[1:]
    if further:
        most = further[-1]
        text += t("rankings.way.most", lang, n=count(most.items, lang), rank=count(most.rank, lang))
    return text


def need_text(need: Any, df: pd.DataFrame, parts: pd.DataFrame, view: View) -> str:
    """``PM2.5 同比由 −1.2 到 −3.4，名次由 12 升至 9``: for figures that come from outside."""
    names = {str(each["part"]): str(each["part_name"]) for each in _records(parts)}
    name = names.get(need.indicator, need.indicator)
    before, after = (f"{value:g}".replace("-", MINUS) for value in (need.value_from, need.value_to))
    return _gives(t("rankings.way.value", view.lang, name=name, before=before, after=after), need, df, view)


def _gives(what: str, way: Any, df: pd.DataFrame, view: View) -> str:
    lang = view.lang
    score = words.score(way.score_to, df, view, signed=words.improving(df))
    return t("rankings.way.gives", lang, what=what, before=count(way.rank_from, lang), after=count(way.rank_to, lang), score=score)


def _sureness(row: words.Row, df: pd.DataFrame, view: View) -> html.Details:
    """The second reading, one click away: with how many places it cannot be told apart. The rank itself stays."""
    lang = view.lang
    said: list[object] = []
    if row.band:
        low, high = row.band
        others = sum(1 for each in words.rows(df, view) if each.overall is not None and low <= each.overall <= high) - 1
        key = "rankings.side.band" if others > 0 else "rankings.side.band_alone"
        said.append(html.P(t(key, lang, n=count(max(others, 0), lang), low=count(low, lang), high=count(high, lang))))
    if row.low is not None and row.high is not None:
        low_text, high_text = words.bare(row.low, df), words.bare(row.high, df)
        said.append(html.P(t("rankings.side.interval", lang, low=low_text, high=high_text)))
    if row.small:
        said.append(html.P(t("rankings.side.small", lang, of=of(row.numerator, row.denominator, lang), name=row.base or DASH)))
    said.append(html.P(t("rankings.side.caution", lang), className="quiet"))
    return html.Details([html.Summary(t("rankings.side.sure", lang)), *said], className="race-sure")


def _signals(record: dict[str, Any], items: Filters, view: View) -> html.Div:
    """What to look at beside the rank: shares with their n/d; they are never points."""
    lang = view.lang
    raised = set(str(record.get("signals") or "").split(",")) if not missing(record.get("signals")) else set()
    rows = []
    for name in SIGNALS:
        n, d = words.value(record.get(f"{name}_n")), words.value(record.get(f"{name}_d"))
        if d is None:
            continue
        marked = name in raised
        sets = _SETS.get(name, (None, None))
        cells = [_linked(each, rows_of, items, view) for each, rows_of in zip((n, d), sets, strict=True)]
        share = percent(n, d, lang) if d else DASH
        words_of = t(f"rankings.signal.{name}", lang)
        about = [html.Strong(t("rankings.signal.mark", lang) + words_of)] if marked else [words_of]
        rows.append(
            html.Tr(
                [html.Th(about, scope="row"), html.Td(share), html.Td([cells[0], "/", cells[1]])], className="signal-on" if marked else ""
            )
        )
    if not rows:
        return html.Div()
    caption = html.Caption(t("rankings.signal.title", lang), className="race-signals-title")
    return html.Div(html.Table([caption, html.Tbody(rows)], className="figures-table race-signals"))


def _linked(number: float | None, rows: str | None, items: Filters, view: View) -> object:
    text = count(number, view.lang)
    if rows is None or not number:
        return text
    return html.A(text, href=address("/progress", items.but(rows=rows), view) + "#" + ids.ROWS, **{"data-nav": "plain"})


def _items(code: str, df: pd.DataFrame, parts: pd.DataFrame, filters: Filters) -> Filters:
    """The items that the ranking counts of a place: those of every part that counts any."""
    counted = [Filters.from_query(str(each["rows_query"])) for each in _records(parts) if not missing(each.get("rows_query"))]
    kinds = {kind for each in counted for kind in each.kind} if all(each.kind for each in counted) else set()
    campaigns = {code for each in counted for code in each.campaign} if all(each.campaign for each in counted) else set()
    return Filters(
        campaign=filters.campaign or tuple(sorted(campaigns)),
        kind=tuple(sorted(kinds)),
        region=code,
        as_of=df.attrs.get("as_of"),
        known_at=df.attrs.get("known_at"),
    )


def _links(items: Filters, view: View) -> list[object]:
    lang = view.lang
    return [
        html.A(t("rankings.side.items", lang), href=address("/progress", items, view), **{"data-nav": "plain"}),
        " ",
        html.A(t("rankings.side.overdue", lang), href=address("/progress", items.but(rows="overdue"), view), **{"data-nav": "plain"}),
    ]


# ----------------------------------------------------------------------------- side by side


def _compared(
    picked: Sequence[str],
    rows: Mapping[str, words.Row],
    records: Mapping[str, dict[str, Any]],
    df: pd.DataFrame,
    parts: pd.DataFrame,
    ways: Ways,
    filters: Filters,
    view: View,
) -> list[object]:
    """Several places as columns: standing, and every part of the score with its numbers."""
    lang = view.lang
    order = sorted(picked, key=lambda code: (rows[code].overall is None, rows[code].overall or 0, list(rows).index(code)))
    names = {code: rows[code].name for code in order}
    heads = [
        html.Th(
            [
                html.Span(names[code]),
                html.A(
                    "×",
                    href=race(filters, view, pick=tuple(each for each in filters.pick if each != code)),
                    className="race-drop",
                    **{"data-nav": "plain", "aria-label": t("rankings.side.drop", lang, name=names[code])},
                ),
            ],
            scope="col",
        )
        for code in order
    ]
    body = [
        _line(t("rankings.side.rank", lang), [html.Strong(words.place(rows[c].overall, rows[c].tied, view)) for c in order]),
        _line(t("rankings.side.score", lang), [words.bare(rows[c].score, df, signed=words.improving(df)) for c in order]),
    ]
    by_part: dict[str, dict[str, dict[str, Any]]] = {}
    for each in _records(parts):
        by_part.setdefault(str(each["part"]), {})[str(each["region_code"])] = each
    for held in by_part.values():
        name = next(iter(held.values()))["part_name"]
        got = [words.value(held[code]["contribution"]) if code in held else None for code in order]
        best = max((each for each in got if each is not None), default=None)
        cells = []
        for code, points in zip(order, got, strict=True):
            cells.append(
                [_points(points, best, df, len({each for each in got if each is not None}) > 1), _value(held.get(code), filters, view)]
            )
        body.append(_line(str(name), cells))
    title = t("rankings.side.compared", lang, names=t("format.join", lang).join(names.values()))
    out: list[object] = [
        html.Header(
            [
                html.H2(title, className="chart-title"),
                html.A(t("rankings.side.unpick", lang), href=race(filters, view, pick=()), className="chart-link", **{"data-nav": "plain"}),
            ],
            className="race-side-head",
        ),
        html.Div(
            html.Table(
                [html.Caption(title, className="visually-hidden"), html.Thead(html.Tr([html.Td(""), *heads])), html.Tbody(body)],
                className="figures-table race-compared",
            ),
            className="chart-table",
        ),
    ]
    if len(order) == 2:
        first, second = (words.value(rows[code].score) for code in order)
        if first is not None and second is not None and first != second:
            said = t("rankings.side.apart", lang, a=names[order[0]], b=names[order[1]], points=words.distance(first - second, df, view))
            out.insert(1, html.P(said, className="race-gap"))
    return out


def _line(name: str, cells: Sequence[object]) -> html.Tr:
    return html.Tr([html.Th(name, scope="row"), *(html.Td(each) for each in cells)])


def _points(points: float | None, best: float | None, df: pd.DataFrame, differ: bool) -> object:
    text = words.bare(points, df, signed=False) if points is None or points >= 0 else words.bare(points, df, signed=True)
    return html.Strong(text) if differ and points is not None and points == best else html.Span(text)


def _value(record: dict[str, Any] | None, filters: Filters, view: View) -> object:
    """``92.0% 46/50``, a link to the rows where there are some."""
    if record is None:
        return ""
    text = str(record.get("value_text") or "") if not missing(record.get("value_text")) else ""
    n, d = words.value(record.get("numerator")), words.value(record.get("denominator"))
    if d:
        text = f"{text} {of(n, d, view.lang)}".strip() if of(n, d, view.lang) not in text else text
    query = record.get("rows_query")
    if not text:
        return ""
    if missing(query) or not query:
        return html.Small(text)
    return html.Small(html.A(text, href=address("/progress", Filters.from_query(str(query)), view), **{"data-nav": "plain"}))
