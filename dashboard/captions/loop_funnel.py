"""Words of the loop funnel: how far items have come, and the slowest step."""

import pandas as pd

from dashboard import frame
from dashboard.captions import wording
from dashboard.formatting import days, missing, percent, ratio
from dashboard.i18n import t
from dashboard.view import View
from data import columns as c
from data.filters import Filters

# loop, stage, stage_name, reached, effective, median_days, p90_days, timed
Step = tuple[str, str, str, int, int, float, float, int]


def steps(df: pd.DataFrame) -> list[Step]:
    """The stages in order, with the number that ``share`` is of."""
    out: list[Step] = []
    rows = frame.rows(df, "loop", c.STAGE, "stage_name", "reached", c.SHARE, c.MEDIAN_DAYS, c.P90_DAYS, "timed")
    for loop, stage, name, reached, share, median, p90, timed in rows:
        whole = round(reached / share) if share and not missing(share) else 0
        out.append((loop, stage, name, reached, whole, median, p90, timed))
    # a stage that nothing has reached has no share to read the whole from
    wholes: dict[str, int] = {}
    for step in out:
        wholes[step[0]] = max(wholes.get(step[0], 0), step[4])
    return [(*step[:4], wholes[step[0]], *step[5:]) for step in out]


def slowest(found: list[Step]) -> Step | None:
    """The step with the longest median, if anything was timed."""
    timed = [step for step in found if step[7] and not missing(step[5])]
    return max(timed, key=lambda step: step[5]) if timed else None


def title(df: pd.DataFrame, view: View) -> str:
    """The slowest step, or how many came to the end."""
    found = steps(df)
    if not any(step[3] for step in found):
        return t("figure.funnel.title.none", view.lang)
    slow = slowest(found)
    if slow is not None and slow[5] > 0:
        return t("figure.funnel.title.slowest", view.lang, stage=slow[2], median=length(slow[5], view))
    last = found[-1]
    return t("figure.funnel.title.reached", view.lang, share=percent(last[3], last[4], view.lang), stage=last[2])


def subtitle(df: pd.DataFrame, view: View) -> str:
    """Measure, denominator and as-of day."""
    return wording.subtitle(df, view, t("figure.funnel.subtitle", view.lang))


def length(number: float, view: View) -> str:
    """Days as text, to half a day."""
    return days(ratio(round(number * 2), 2), view.lang)


def loop_funnel(df: pd.DataFrame, filters: Filters, view: View) -> str:
    """``截至…1000个问题进入“发现问题”；到达“销号”的745个，占74.5%；最慢的一步是…。``"""
    found = steps(df)
    if not any(step[3] for step in found):
        return wording.sentence(df, filters, view, [t("caption.funnel.none", view.lang)])
    parts = []
    for k, (loop, _, name, reached, whole, *_) in enumerate(found):
        if not whole:
            # a loop that no item of the selection is in
            continue
        if k == 0 or loop != found[k - 1][0]:
            said = {"stage": name, "share": percent(reached, whole, view.lang), "n": wording.pieces(reached, df, view)}
            if reached == whole:
                parts.append(t("caption.funnel.from", view.lang, items=wording.items(reached, df, view), stage=name))
            else:
                parts.append(t("caption.funnel.from_part", view.lang, whole=wording.items(whole, df, view), **said))
        else:
            share = percent(reached, whole, view.lang)
            parts.append(t("caption.funnel.to", view.lang, stage=name, n=wording.pieces(reached, df, view), share=share))
    slow = slowest(found)
    if slow is not None:
        median, p90 = length(slow[5], view), length(slow[6], view)
        parts.append(t("caption.funnel.slowest", view.lang, stage=slow[2], median=median, p90=p90))
    return wording.sentence(df, filters, view, parts)
