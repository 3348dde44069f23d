"""The result of a contest as lanes: who is first, and how far the judges were apart."""

import pandas as pd

from dashboard import theme
from dashboard.captions import race
from dashboard.captions.contest_result import subtitle, title, unscored
from dashboard.figures import canvas, lanes
from dashboard.figures.lanes import Board, Lane
from dashboard.formatting import count, missing
from dashboard.i18n import t
from dashboard.view import View

_QUIET = 0.38


def contest_result(df: pd.DataFrame, view: View) -> dict[str, object]:
    """Lanes by rank; the thin line reaches from the lowest to the highest score given. Nobody is painted as last."""
    ranges = zip(*race.optional(df, "lowest", "highest", "judges"), strict=True)
    order = sorted(
        ((row, *each) for row, each in zip(race.rows(df, view), ranges, strict=True) if row.rank is not None), key=lambda each: each[0].rank
    )
    if not order:
        return canvas.empty(view, title(df, view))
    brand = theme.token("brand", view)
    shown = []
    for row, low, high, judges in order:
        words = [] if missing(judges) else [t("ranking.contest.judges", view.lang, n=count(judges, view.lang))]
        shown.append(
            Lane(
                code=row.code,
                place=race.short(row.rank, row.tied, view),
                name=row.name,
                value=row.score or 0.0,
                text=race.bare(row.score, df),
                colour=brand if row.rank == 1 else theme.mix(theme.token("surface", view), brand, _QUIET),
                low=race.value(low),
                high=race.value(high),
                notes=words,
                hover=f"<b>{canvas.clean(row.name)}</b> · {race.place(row.rank, row.tied, view)}<br>{race.score(row.score, df, view)}",
            )
        )
    top = max([100.0, *(lane.value for lane in shown)])
    key = [t("ranking.contest.key", view.lang)] if any(lane.low is not None for lane in shown) else []
    without = unscored(df, view)
    foot = [t("ranking.contest.unscored", view.lang, names=race.listed(without, view))] if without else []
    return lanes.draw(Board(shown, key=key, foot=foot, span=(0.0, top)), view, title(df, view), subtitle(df, view))
