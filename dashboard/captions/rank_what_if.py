"""Words of ranks under other weights: who would move, and how many hold their rank under any weights near the scheme's."""

from dataclasses import dataclass

import pandas as pd

from dashboard.captions import race
from dashboard.formatting import count, missing
from dashboard.i18n import t
from dashboard.view import View
from data.filters import Filters


@dataclass(frozen=True, slots=True)
class Move:
    """A place's official and tried rank; ``change`` is positive where it would rise."""

    code: str
    name: str
    rank: int
    tried: int
    tied: bool
    tried_tied: bool

    @property
    def change(self) -> int:
        return self.rank - self.tried


def moves(df: pd.DataFrame, view: View) -> list[Move]:
    """Every place that has both ranks, in the frame's order."""
    columns = race.optional(df, "region_code", "rank", "tied", "rank_tried", "tied_tried")
    out = []
    for name, (code, rank, tied, tried, tried_tied) in zip(race.names(df, view), zip(*columns, strict=True), strict=True):
        if not missing(rank) and not missing(tried):
            pairs = (not missing(tied) and bool(tied), not missing(tried_tied) and bool(tried_tied))
            out.append(Move(str(code), name, int(rank), int(tried), *pairs))
    return out


def moved(found: list[Move]) -> list[Move]:
    """Those that would move, the largest moves first."""
    return sorted((move for move in found if move.change), key=lambda move: (-abs(move.change), move.rank))


def title(df: pd.DataFrame, view: View) -> str:
    """How many places would move, and which one furthest."""
    lang, found = view.lang, moves(df, view)
    if not found:
        return t("ranking.title.none", lang)
    order = moved(found)
    if not order:
        return t("ranking.whatif.title_none", lang)
    most = order[0]
    key = "ranking.whatif.title" if most.change > 0 or len(order) == 1 else "ranking.whatif.title_fallen"
    return t(key, lang, n=len(order), name=most.name, first=count(most.rank, lang), last=count(most.tried, lang))


def subtitle(df: pd.DataFrame, view: View) -> str:
    """Which side is official."""
    return race.subtitle(df, view, t("ranking.subtitle.whatif", view.lang))


def rank_what_if(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``…试算权重下12个地区名次变化：6个上升、6个下降；…；权重在±20%内任意调整，40个地区（共92个）名次都不变；正式名次不受影响。``"""
    lang, found = view.lang, moves(df, view)
    if not found:
        return race.sentence(df, view, [t("ranking.clause.none", lang)])
    order = moved(found)
    parts = [t("ranking.whatif.title_still", lang)]
    if order:
        up = sum(move.change > 0 for move in order)
        parts = [t("ranking.whatif.moved", lang, n=len(order), up=up, down=len(order) - up)]
        words = [
            t("ranking.whatif.one", lang, name=move.name, first=count(move.rank, lang), last=count(move.tried, lang))
            for move in order[: race.NAMED]
        ]
        parts.append(t("ranking.whatif.most", lang, names=race.listed(words, view)))
    kept = race.whole(df.attrs.get("kept"))
    if kept is not None:
        whole = race.whole(df.attrs.get("ranked"))
        key = "ranking.whatif.kept" if kept else "ranking.whatif.kept_none"
        parts.append(t(key, lang, n=count(kept, lang), all=count(len(found) if whole is None else whole, lang)))
    parts.append(t("ranking.whatif.official_stands", lang))
    return race.sentence(df, view, parts)
