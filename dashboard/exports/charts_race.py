"""Charts of rankings as series: scores, ranks over periods, intervals, where points come from, other weights."""

import pandas as pd

from dashboard import frame
from dashboard.captions import race
from dashboard.captions.rank_contributions import ROUNDING, shown
from dashboard.captions.rank_history import axis_names, highlighted, read, turns
from dashboard.captions.rank_race import LANES
from dashboard.captions.rank_what_if import moved, moves
from dashboard.exports.series import BAR, INTERVAL, LINE, RANK, SCORE, STACKED, Native, Series, label, numbers, singles, taken
from dashboard.formatting import DASH, count, missing
from dashboard.i18n import t
from dashboard.view import View

# slopes that can be told apart in one picture
SLOPES = 12
# lines keep their order of colours from chart to chart; red is left to what is last
_LINES = ("brand", "map-kind-2", "map-kind-3", "map-kind-4", "status-rectified", "map-kind-5", "ink-2", "status-due-soon")


def scores(df: pd.DataFrame, view: View) -> Native | None:
    """A bar a ranked place by its score, the last ones in red where everybody is ranked."""
    found = race.rows(df, view)
    at = {row.code: k for k, row in enumerate(found)}
    order = race.ranked(found)
    if not order:
        return None
    late = {row.code for row in race.last(order)} if race.complete(df, order) and not df.attrs.get("saturated") else set()
    places = [at[row.code] for row in order]
    colours = ["status-overdue" if row.code in late else "brand" for row in order]
    out = len(found) - len(order)
    return Native(
        BAR, SCORE, label("region", df, view), [f"{race.short(row.rank, row.tied, view)}  {row.name}" for row in order],
        [taken(df, "score", places, name=label("score", df, view), colours=colours)],
        decimals=race.decimals(df), more=t("office.not_ranked", view.lang, n=out) if out else "",
    )  # fmt: skip


def contest(df: pd.DataFrame, view: View) -> Native | None:
    """A bar an entry, by rank."""
    ranks, tied, names = race.optional(df, "rank", "tied", "region")
    places = [k for k, rank in enumerate(ranks) if not missing(rank)]
    if not places:
        return None
    said = [f"{race.short(int(ranks[k]), race.yes(tied[k]), view)}  {names[k]}" for k in places]
    series = taken(df, "score", places, name=label("score", df, view), colour="brand")
    return Native(BAR, SCORE, label("region", df, view), said, [series], decimals=race.decimals(df))


def history(df: pd.DataFrame, view: View) -> Native | None:
    """Lines of the places drawn apart on the page; as a table all places, by their newest rank."""
    found = read(df, view)
    drawn = highlighted(found)
    if not found.periods or not drawn:
        return None
    if not found.picked and (order := turns(found)):
        # whom the title names
        drawn = list(dict.fromkeys([*drawn, order[-1][1], order[0][1]]))
    codes, periods = (list(map(str, each)) for each in race.optional(df, "region_code", "period"))
    at = {(code, period): k for k, (code, period) in enumerate(zip(codes, periods, strict=True))}
    held = numbers(df, "rank")
    series = []
    for n, code in enumerate(drawn):
        mine = [at.get((code, period)) for period, _ in found.periods]
        values = [None if k is None else held[k] for k in mine]
        series.append(Series(found.names[code], "rank", values, [[] if k is None else [k] for k in mine], colour=_LINES[n % len(_LINES)]))
    said = [name.replace("\n", " ") for name in axis_names(found, range(len(found.periods)), view)]
    lowest = max((value for value in held if value is not None), default=None)
    if lowest is None:
        return None
    last = found.periods[-1][0]
    ranked = sorted(found.places, key=lambda code: (_held(held, at.get((code, last))) is None, _held(held, at.get((code, last))) or 0))
    grid = [[label("region", df, view), *said]]
    for code in ranked:
        grid.append([found.names[code], *(_printed(_held(held, at.get((code, period)))) for period, _ in found.periods)])
    left = len(found.places) - len(drawn)
    return Native(
        LINE, RANK, t("office.period", view.lang), said, series, top=lowest, grid=grid,
        under=race.subtitle(df, view, t("office.under.history", view.lang)),
        more=t("office.more_lines", view.lang, n=count(left, view.lang)) if left else "",
    )  # fmt: skip


def _held(held: list[float | int | None], k: int | None) -> float | int | None:
    return None if k is None else held[k]


def _printed(rank: float | int | None) -> str:
    return DASH if rank is None else str(int(rank))


def newest(df: pd.DataFrame, view: View) -> Native | None:
    """The scores of the race's newest period, of the first lanes and the places picked; as a table the same places over all periods."""
    found = read(df, view)
    if not found.periods:
        return None
    last = found.periods[-1][0]
    picked = {str(code) for code in df.attrs.get("picked") or ()}
    rows = list(zip(*race.optional(df, "period", "region_code", "slot", "rank", "tied"), strict=True))
    mine = [k for k, (period, code, slot, rank, _) in enumerate(rows) if str(period) == last and not missing(rank)
            and (missing(slot) or int(slot) <= LANES or str(code) in picked)]  # fmt: skip
    if not mine:
        return None
    said = [f"{race.short(int(rows[k][3]), race.yes(rows[k][4]), view)}  {found.names[str(rows[k][1])]}" for k in mine]
    colours = ["brand" if not picked or str(rows[k][1]) in picked else "status-rectified" for k in mine]
    held = {(str(row[1]), str(row[0])): k for k, row in enumerate(rows)}
    scored = numbers(df, "score")
    names = [name.replace("\n", " ") for name in axis_names(found, range(len(found.periods)), view)]
    grid = [[label("region", df, view), *names]]
    for k in mine:
        code = str(rows[k][1])
        cells = [held.get((code, period)) for period, _ in found.periods]
        grid.append([found.names[code], *(race.bare(_held(scored, each), df) for each in cells)])
    places = len({code for _, code, *_ in rows})
    return Native(
        BAR, SCORE, label("region", df, view), said, [taken(df, "score", mine, name=label("score", df, view), colours=colours)],
        decimals=race.decimals(df), under=race.subtitle(df, view, t("office.under.newest", view.lang)), grid=grid,
        more=t("office.more_lanes", view.lang, n=count(places - len(mine), view.lang)) if places > len(mine) else "",
    )  # fmt: skip


def intervals(df: pd.DataFrame, view: View) -> Native | None:
    """A bar a place with its interval, by rank."""
    found = race.rows(df, view)
    at = {row.code: k for k, row in enumerate(found)}
    order = race.ranked(found)
    if not order:
        return None
    places = [at[row.code] for row in order]
    series = [
        taken(df, column, places, name=label(column, df, view), colour=colour)
        for column, colour in (("score", "status-in-progress"), ("score_low", "ink-2"), ("score_high", "ink-2"))
    ]
    said = [f"{race.short(row.rank, row.tied, view)}  {row.name}" for row in order]
    return Native(INTERVAL, SCORE, label("region", df, view), said, series, decimals=race.decimals(df))


def contributions(df: pd.DataFrame, view: View) -> Native | None:
    """Points earned and lost of each part, of one place or of two side by side; as a table all places."""
    mine = shown(df, view)
    if not mine:
        return None
    codes, parts = (list(map(str, each)) for each in race.optional(df, "region_code", "part"))
    at = {(code, part): k for k, (code, part) in enumerate(zip(codes, parts, strict=True))}
    order = list(dict.fromkeys((part.id, part.name) for place in mine for part in place.parts))
    earned = {k for name in ("contribution", "lost") for k, points in enumerate(numbers(df, name)) if points}
    bars = [
        (name if len(mine) == 1 else f"{name}  {place.name}", at[place.code, part])
        for part, name in order
        for place in mine
        # a bonus that one of two has is no row of the other
        if at.get((place.code, part)) in earned
    ]
    if not bars:
        return None
    places = [k for _, k in bars]
    lost = numbers(df, "lost")
    series = [
        taken(df, "contribution", places, name=label("contribution", df, view), colour="brand"),
        Series(label("lost", df, view), "lost", [lost[k] for k in places], singles(places), colour="status-in-progress"),
    ]
    return Native(
        STACKED, SCORE, t("office.part", view.lang), [name for name, _ in bars], series, decimals=race.decimals(df),
        grid=_parts(df, view),
    )  # fmt: skip


def _parts(df: pd.DataFrame, view: View) -> list[list[str]]:
    """All places by rank, a column a part."""
    codes, ids, named, ranks = race.optional(df, "region_code", "part", "part_name", "rank")
    decimals = race.decimals(df)
    # parts without a value anywhere say nothing in a table
    parts: dict[str, str] = {}
    said: dict[str, dict[str, str]] = {}
    rank: dict[str, int | None] = {}
    names: dict[str, str] = {}
    rows = zip(codes, race.names(df, view), ranks, ids, named, numbers(df, "contribution"), strict=True)
    for code, name, held, part, part_name, points in rows:
        names[code], rank[code] = name, race.whole(held)
        if part != ROUNDING:
            said.setdefault(code, {})[part] = race.printed(points, decimals, signed=True).removeprefix("+")
            if points:
                parts[part] = str(part_name)
    order = {part: parts[part] for part in dict.fromkeys(ids) if part in parts}
    grid = [[label("rank", df, view), label("region", df, view), *order.values()]]
    for code in sorted(names, key=lambda each: (rank[each] is None, rank[each] or 0)):
        mine = said.get(code, {})
        grid.append([_printed(rank[code]), names[code], *(mine.get(part, DASH) for part in order)])
    return grid


def what_if(df: pd.DataFrame, view: View) -> Native | None:
    """A slope from the official rank to the tried one, of the places that move furthest; None when none moves."""
    found = moves(df, view)
    order = moved(found)
    if not order:
        return None
    at = {str(code): k for k, code in enumerate(frame.columns(df, "region_code")[0])}
    drawn = sorted(order[:SLOPES], key=lambda move: (move.tried, move.rank))
    series = [
        Series(move.name, "rank; rank_tried", [move.rank, move.tried], [[at[move.code]]] * 2, colour=_LINES[n % len(_LINES)])
        for n, move in enumerate(drawn)
    ]
    left = len(order) - len(drawn)
    return Native(
        LINE, RANK, t("office.weights", view.lang), [t("ranking.whatif.official", view.lang), t("ranking.whatif.tried", view.lang)], series,
        top=max(max(move.rank, move.tried) for move in drawn), tabled=True,
        more=t("ranking.whatif.more", view.lang, n=len(drawn), m=left) if left else "",
    )  # fmt: skip
