"""The leaderboard as race lanes: the last three are what the eye meets first, then who leads, then everybody between."""

from collections import Counter

import pandas as pd

from dashboard import theme
from dashboard.captions import race
from dashboard.captions.county_ranking import subtitle, title
from dashboard.captions.race import Row
from dashboard.figures import canvas, lanes
from dashboard.figures.lanes import Board, Lane
from dashboard.formatting import count, of, percent
from dashboard.i18n import t
from dashboard.view import Style, View

# so many places are drawn whole; of more, the first and the last and those picked
MOST = {Style.PAGE: 30, Style.IMAGE: 24, Style.SCREEN: 14, Style.SLIDE: 14}
ENDS = {Style.PAGE: (10, 10), Style.IMAGE: (10, 10), Style.SCREEN: (8, 3), Style.SLIDE: (8, 3)}
# names of places that are not ranked, in one line
_NAMES = 12
# a lane of the wall, in em, when everything is drawn close together, and one whose name takes two lines
_LANE, _LANE_OF_TWO = 1.85, 2.7
# less high than this, the marks are explained elsewhere
_SMALL = 420
# how much of the brand's colour an ordinary lane has
_QUIET = 0.38


def county_ranking(df: pd.DataFrame, view: View) -> dict[str, object]:
    """Lanes by rank; places that are not ranked stand below as a list with reasons. Clicks carry ``pick=<region_code>``."""
    found = race.rows(df, view)
    order = race.ranked(found)
    if not order:
        return canvas.empty(view, title(df, view))
    picked = {str(code) for code in df.attrs.get("picked") or ()}
    lane = _LANE_OF_TWO if any(canvas.em(row.name) > lanes.name_em(view) for row in order) else _LANE
    kept, gaps = chosen([row.code for row in order], picked, view, lane)
    late = {row.code for row in race.last(order)} if race.complete(df, order) and not df.attrs.get("saturated") else set()
    shown = [_lane(order[k], df, view, picked, late) for k in kept]
    low, high = _span(shown, race.improving(df))
    small = bool(view.room[1]) and view.room[1] < _SMALL
    key = [] if small else _key([order[k] for k in kept], df, view)
    board = Board(shown, gaps, key, [] if small else _not_ranked(found, view), (low, high or 1.0))
    return lanes.draw(board, view, title(df, view), subtitle(df, view))


def chosen(codes: list[str], picked: set[str], view: View, lane: float = _LANE) -> tuple[list[int], dict[int, str]]:
    """Which of the ranked places are drawn, by position, and the words before those that do not follow on the one above. ``lane``: em."""
    most, (first, last) = MOST[view.style], ENDS[view.style]
    if view.room[1]:
        # as many lanes as the wall has room for, with the line about those between
        least = 4 if lane == _LANE else 2
        most = max(least, round(view.room[1] / (lanes.font(view) * lane)) - (1 if view.room[1] < _SMALL else 3))
        last = max(1, min(3, most - 2))
        first = most - last
    if len(codes) <= most:
        return list(range(len(codes))), {}
    kept = sorted({*range(first), *range(len(codes) - last, len(codes)), *(k for k, code in enumerate(codes) if code in picked)})
    gaps = {}
    for k in range(1, len(kept)):
        between = kept[k] - kept[k - 1] - 1
        if between:
            gaps[k] = t("ranking.between", view.lang, n=count(between, view.lang))
    return kept, gaps


def _span(shown: list[Lane], gains: bool) -> tuple[float, float]:
    """From where to where bars reach: a score from 0 to 100, or further with a bonus; a gain as far as its interval."""
    if not gains:
        return 0.0, max([100.0, *(lane.value for lane in shown)])
    ends = [end for lane in shown for end in (lane.value, lane.low, lane.high) if end is not None]
    return min([0.0, *ends]), max([0.0, *ends])


def _lane(row: Row, df: pd.DataFrame, view: View, picked: set[str], late: set[str]) -> Lane:
    loud = row.code in late
    brand = theme.token("brand", view)
    top = row.rank == 1 and not df.attrs.get("saturated")
    colour = theme.token("status-overdue", view) if loud else brand if top else theme.mix(theme.token("surface", view), brand, _QUIET)
    return Lane(
        code=row.code,
        place=race.short(row.rank, row.tied, view),
        name=row.name,
        value=row.score or 0.0,
        text=race.bare(row.score, df, signed=race.improving(df)),
        colour=colour,
        move=movement(row, df, view),
        low=row.low,
        high=row.high,
        notes=_notes(row, df, view),
        hatched=row.small,
        picked=row.code in picked,
        loud=loud,
        hover=_hover(row, df, view),
    )


def movement(row: Row, df: pd.DataFrame, view: View) -> str:
    """``▲2``, ``▼1``, ``→``, ``新``; nothing where no period before is locked, or ranks are those of a group."""
    if not df.attrs.get("before_period_name") or race.in_group(df):
        return ""
    if row.change is None:
        return t("ranking.new", view.lang) if row.before is None else ""
    if not row.change:
        return t("ranking.same", view.lang)
    return t("ranking.up" if row.change > 0 else "ranking.down", view.lang, n=count(abs(row.change), view.lang))


def _notes(row: Row, df: pd.DataFrame, view: View) -> list[str]:
    """n/d, the mark of a small base, the overall rank of a group's member, and the signs of gaming."""
    out = []
    if row.denominator:
        out.append(of(row.numerator, row.denominator, view.lang) + (t("ranking.small_mark", view.lang) if row.small else ""))
    elif row.small:
        out.append(t("ranking.small_mark", view.lang).strip())
    if race.in_group(df) and row.overall is not None:
        out.append(t("ranking.overall", view.lang, n=count(row.overall, view.lang)))
    out += [race.signal(code, view) for code in row.signals]
    return out


def _hover(row: Row, df: pd.DataFrame, view: View) -> str:
    lang, gains = view.lang, race.improving(df)
    lines = [f"<b>{canvas.clean(row.name)}</b> · {race.place(row.rank, row.tied, view)}"]
    lines.append(race.score(row.score, df, view, signed=gains))
    if row.low is not None and row.high is not None:
        lines[-1] += t("ranking.hover.interval", lang, low=race.bare(row.low, df, gains), high=race.bare(row.high, df, gains))
    if row.denominator:
        rate = percent(row.numerator, row.denominator, lang)
        lines.append(f"{canvas.clean(row.base)} {rate} · {of(row.numerator, row.denominator, lang)}".strip())
    if row.band and row.band[0] != row.band[1]:
        lines.append(t("ranking.hover.band", lang, low=count(row.band[0], lang), high=count(row.band[1], lang)))
    if row.small:
        lines.append(t("ranking.hover.small", lang))
    if row.signals:
        lines.append(race.listed([race.signal(code, view) for code in row.signals], view))
    return "<br>".join(lines)


def _key(shown: list[Row], df: pd.DataFrame, view: View) -> list[str]:
    """What the marks mean, of those that are drawn."""
    lang, out = view.lang, []
    bases = Counter(row.base for row in shown if row.denominator and row.base)
    if bases:
        out.append(t("ranking.key.base", lang, name=bases.most_common(1)[0][0]))
    if any(row.low is not None for row in shown):
        out.append(t("ranking.key.interval", lang))
    if any(row.change or row.before is None for row in shown) and df.attrs.get("before_period_name") and not race.in_group(df):
        out.append(t("ranking.key.change", lang, period=df.attrs["before_period_name"]))
    if any(row.small for row in shown):
        out.append(t("ranking.key.small", lang))
    return out


def _not_ranked(found: list[Row], view: View) -> list[str]:
    """Who is not ranked and why, a line a reason."""
    lang = view.lang
    out = [row for row in found if row.rank is None]
    if not out:
        return []
    reasons = Counter(row.reason for row in out)
    text = [t("ranking.not_ranked", lang, n=count(len(out), lang))]
    for code, number in reasons.most_common():
        who = [row.name for row in out if row.reason == code]
        key = "ranking.not_ranked_some" if number > _NAMES else "ranking.not_ranked_all"
        names = race.listed(who[:_NAMES], view)
        text.append(t(key, lang, reason=race.reason(code, view), n=count(number, lang), names=names))
    return text
