"""The wall: who is being scored and how many have scored, then the result, line by line from the last place (assets/contest_wall.js)."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard.formatting import day
from dashboard.i18n import t
from dashboard.view import View

# of the wall's 1080 units of height: what head and foot leave to the result, what a part's heading takes, what lies between two lines
HEIGHT, PART, BETWEEN = 850, 115, 16
LARGEST, SMALLEST = 44.0, 20.0


def wall(told: Mapping[str, Any], view: View) -> html.Div:
    """``told`` as for the officer's board, without judges, and ``lines`` once revealed:
    [{part, name, rank (None: not ranked), tied, score (text)}]."""
    lang = view.lang
    marks = [html.Span(t("contest.demo.mark", lang), className="wall-demo")] if told["simulated"] else []
    head = html.Header([html.H1(told["name"]), html.P([day(told["held_on"], lang, year=True), *marks])], className="wall-head")
    body = _result(told, view) if told["lines"] else _running(told, view)
    return html.Div([head, *body], className="wall", **{"data-contest": str(told["contest_id"])})


def _running(told: Mapping[str, Any], view: View) -> list[object]:
    lang = view.lang
    turns: Sequence[Mapping[str, Any]] = told["turns"]
    now = [turn for turn in turns if turn["state"] == "open"]
    out: list[object] = []
    if len(now) == 1:
        (turn,) = now
        out.append(
            html.Section(
                [
                    html.P(t("contest.wall.now", lang), className="wall-label"),
                    html.H2(turn["name"], className="wall-now"),
                    _bar(turn),
                    html.P(t("contest.wall.of", lang, scored=turn["scored"], expected=turn["expected"]), className="wall-of"),
                ],
                className="wall-one",
            )
        )
    elif not now:
        out.append(html.P(t("contest.wall.closed" if told["state"] == "closed" else "contest.wall.draft", lang), className="wall-wait"))
    out.append(
        html.Ol(
            [
                html.Li(
                    [
                        html.Span(turn["name"], className="wall-name"),
                        html.Span(
                            t("contest.state.waiting", lang) if turn["state"] == "waiting" else f"{turn['scored']} / {turn['expected']}",
                            className="wall-figure",
                        ),
                    ],
                    className=f"wall-turn wall-{turn['state']}",
                    **({"aria-current": "step"} if turn["state"] == "open" else {}),
                )
                for turn in turns
            ],
            className="wall-turns",
            style=_columns(len(turns), 8),
        )
    )
    return out


def _bar(turn: Mapping[str, Any]) -> html.Div:
    share = turn["scored"] / turn["expected"] if turn["expected"] else 0
    return html.Div(html.Div(className="wall-filled", style={"width": f"{share:.2%}"}), className="wall-bar", **{"aria-hidden": "true"})


def _result(told: Mapping[str, Any], view: View) -> list[object]:
    lang = view.lang
    out: list[object] = []
    parts = list(dict.fromkeys(line["part"] for line in told["lines"]))
    high, grids = 0, list[dict[str, str]]()
    for part in parts:
        lines = [line for line in told["lines"] if line["part"] == part]
        if len(parts) > 1:
            out.append(html.H2(t(f"contest.part.{part}", lang), className="wall-part"))
        grid = _columns(len(lines), 10 if len(parts) == 1 else 6)
        high += int(grid["--rows"])
        grids.append(grid)
        out.append(html.Ol([_line(line, lang) for line in lines], className="wall-result", style=grid))
    # all of it fits under the head: what is left of the height, by rows, is the size of the letters
    left = HEIGHT - PART * (len(parts) if len(parts) > 1 else 0)
    for grid in grids:
        grid["--size"] = f"{min(LARGEST, max(SMALLEST, (left / max(1, high) - BETWEEN) / 1.4)):.1f}"
    out.append(
        html.P(
            [
                html.Button(t("contest.wall.next", lang), type="button", className="switch", **{"data-wall": "next"}),
                html.Button(t("contest.wall.all", lang), type="button", className="switch", **{"data-wall": "all"}),
                html.Span(t("contest.wall.keys", lang)),
                html.Span(told["rule"]),
            ],
            className="wall-foot",
        )
    )
    return out


def _line(line: Mapping[str, Any], lang: str) -> html.Li:
    rank = line["rank"]
    place = "—" if rank is None else t("contest.wall.place_tied" if line["tied"] else "contest.wall.place", lang, n=rank)
    score = "—" if line["score"] is None else t("contest.wall.score", lang, score=line["score"])
    return html.Li(
        [
            html.Span(place, className="wall-place"),
            html.Span(line["name"], className="wall-name"),
            html.Span(score, className="wall-figure"),
        ],
        className="wall-line" + (" wall-first" if rank == 1 else ""),
        # lines of one rank appear together
        **{"data-rank": str(rank or 0), "data-part": line["part"]},
    )


def _columns(n: int, high: int) -> dict[str, str]:
    """A grid that fills columns from the top: about ``high`` lines in each, at most four columns."""
    columns = min(4, max(1, math.ceil(n / high)))
    return {"--rows": str(max(1, math.ceil(n / columns))), "--columns": str(columns)}
