"""The officer's pages of a contest and the wall. Judges' phones ask contest_phone.py; contest_links.py makes the sheets of links."""

from collections.abc import Callable
from typing import Annotated, Any

from dash import ALL, Dash, Input, Output, State, ctx, html, no_update
from pydantic import BaseModel, Field

from callbacks import contest_links, contest_phone
from callbacks.cached import Answers
from callbacks.guard import bind, current_scope
from dashboard import ids
from dashboard.components.contest_board import LONG, board, contest_list
from dashboard.components.contest_wall import wall
from dashboard.i18n import t
from dashboard.view import View
from data.contest import contests, links
from data.contest.model import REVEALED, Contest, ContestError
from data.contest.plan import read_plan
from data.contest.progress import handed_in, stamp, turns
from data.contest.results import read, results
from data.contest.rosters import Rosters
from data.store import Store

Text = Annotated[str, Field(max_length=8000)] | None
Long = Annotated[str, Field(max_length=60_000)] | None
Id = Annotated[str, Field(max_length=20)] | None
# by store: what the walls and boards of one store are drawn from
_ROSTERS: dict[int, Rosters] = {}
FIELDS = ("name", "day", *LONG, "trim", "step", "peers")


class Listed(BaseModel):
    """What the list is made from."""

    changed: int | None
    view: Text


class New(BaseModel):
    """The form of a new contest."""

    clicks: int | None
    name: Text
    day: Text
    counties: Long
    leaders: Long
    departments: Long
    criteria: Long
    questions: Long
    trim: int | float | None
    step: int | float | None
    peers: Annotated[list[str], Field(max_length=1)] | None
    changed: int | None
    view: Text


class Tick(BaseModel):
    """What the wall sends."""

    ticks: int | None
    contest: Id
    seen: Text
    view: Text


class Look(BaseModel):
    """What the board sends."""

    ticks: int | None
    changed: int | None
    contest: Id
    seen: Text
    view: Text


class Step(BaseModel):
    """A click on the board."""

    clicks: Annotated[list[int | None], Field(max_length=20_000)]
    contest: Id
    changed: int | None
    view: Text


def register(app: Dash, store: Store, answers: Answers) -> None:
    """Bind the pages, the wall, the judges' phones and the sheets of links."""
    contest_phone.register(app, store)
    contest_links.register(app, store)
    _register_list(app, store)
    _register_board(app, store)

    def shown(ticks: int | None, contest: str | None, seen: str | None, view: str | None) -> list[object]:
        current_scope()
        look = View.from_query(view)
        told = _told(store, contest, look, seen)
        if told is None:
            return [no_update, no_update]
        if "missing" in told:
            return [html.H1(t("contest.missing", look.lang)), ""]
        return [wall(told, look), told["stamp"]]

    bind(
        app,
        "contest:wall",
        shown,
        [Output(ids.CONTEST_WALL, "children"), Output(ids.CONTEST_WALL_SEEN, "data")],
        [Input(ids.CONTEST_WALL_TICK, "n_intervals")],
        [State(ids.CONTEST_WALL_OF, "data"), State(ids.CONTEST_WALL_SEEN, "data"), State(ids.VIEW, "data")],
        permission="view",
        model=Tick,
    )


def _register_list(app: Dash, store: Store) -> None:
    def listed(changed: int | None, view: str | None) -> object:
        look = View.from_query(view)
        with store.reading() as conn:
            rows = contests.listing(conn)
        english = look.lang == "en"
        named = [{**row, "name": (row["name_en"] if english else None) or row["name_zh"]} for row in rows]
        return contest_list(named, look)

    bind(
        app,
        "contest:list",
        listed,
        Output(ids.CONTEST_LIST, "children"),
        [Input(ids.CONTEST_MADE, "data")],
        [State(ids.VIEW, "data")],
        permission="contest",
        model=Listed,
    )

    def create(clicks: int | None, *given: Any) -> list[object]:
        values, (changed, view) = dict(zip(FIELDS, given, strict=False)), given[len(FIELDS) :]
        lang = View.from_query(view).lang
        if not clicks:
            return [no_update, no_update]
        try:
            trim, step = values["trim"], values["step"]
            plan = read_plan(
                name=values["name"] or "",
                held_on=values["day"] or "",
                **{name: values[name] or "" for name in LONG},
                trim=int(trim) if isinstance(trim, (int, float)) and trim == trim and abs(trim) < 1000 and trim == int(trim) else None,
                step=step if step in (1, 0.5, 0.1) else 1,
                peers=bool(values["peers"]),
            )
            with store.writing() as conn:
                contests.create(conn, plan, store.tree())
        except ContestError as problem:
            return [html.P(problem.text(lang), className="contest-refused", role="alert"), no_update]
        return [html.P(t("contest.created", lang, name=plan.name), className="contest-done"), (changed or 0) + 1]

    bind(
        app,
        "contest:create",
        create,
        [Output(ids.CONTEST_LIST_SAID, "children"), Output(ids.CONTEST_MADE, "data")],
        [Input(ids.CONTEST_CREATE, "n_clicks")],
        [
            *(State(ids.contest_field(name), "value") for name in FIELDS),
            State(ids.CONTEST_MADE, "data"),
            State(ids.VIEW, "data"),
        ],
        permission="contest",
        model=New,
        prevent_initial_call=True,
    )


def _register_board(app: Dash, store: Store) -> None:
    def look(ticks: int | None, changed: int | None, contest: str | None, seen: str | None, view: str | None) -> list[object]:
        shown = View.from_query(view)
        told = _told(store, contest, shown, seen, judges=True)
        if told is None:
            return [no_update, no_update, no_update]
        if "missing" in told:
            return [t("contest.missing", shown.lang), [], ""]
        return [told["name"], board(told, shown), told["stamp"]]

    bind(
        app,
        "contest:board",
        look,
        [
            Output(ids.CONTEST_NAME, "children"),
            Output(ids.CONTEST_BOARD, "children"),
            Output(ids.CONTEST_BOARD_SEEN, "data"),
        ],
        [Input(ids.CONTEST_BOARD_TICK, "n_intervals"), Input(ids.CONTEST_CHANGED, "data")],
        [State(ids.CONTEST_BOARD_OF, "data"), State(ids.CONTEST_BOARD_SEEN, "data"), State(ids.VIEW, "data")],
        permission="contest",
        model=Look,
    )

    def act(clicks: list[int | None], contest: str | None, changed: int | None, view: str | None) -> list[object]:
        clicked = ctx.triggered_id
        # a button that has just been drawn reports itself without a click
        if not isinstance(clicked, dict) or not ctx.triggered or not ctx.triggered[0]["value"]:
            return [no_update, no_update]
        lang = View.from_query(view).lang
        try:
            _act(store, _id(contest), str(clicked.get("do")), clicked.get("on"))
        except ContestError as problem:
            return [html.P(problem.text(lang), className="contest-refused", role="alert"), (changed or 0) + 1]
        return ["", (changed or 0) + 1]

    bind(
        app,
        "contest:step",
        act,
        [Output(ids.CONTEST_SAID, "children"), Output(ids.CONTEST_CHANGED, "data")],
        [Input({"type": "contest-step", "do": ALL, "on": ALL}, "n_clicks")],
        [State(ids.CONTEST_BOARD_OF, "data"), State(ids.CONTEST_CHANGED, "data"), State(ids.VIEW, "data")],
        permission="contest",
        model=Step,
        prevent_initial_call=True,
    )


def _id(text: str | None) -> int:
    if not text or not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ContestError("no_contest")
    return int(text)


def _act(store: Store, contest_id: int, do: str, on: object) -> None:
    """One step of the officer. Raises ContestError."""
    whole: dict[str, Callable[..., object]] = {
        "next": contests.open_next,
        "all": contests.open_all,
        "close": contests.close_all,
        "reveal": contests.reveal,
    }
    one: dict[str, Callable[..., object]] = {
        "open": contests.open_entry,
        "shut": contests.close_entry,
        "release": links.release,
        "remove": contests.remove_judge,
    }
    with store.writing() as conn:
        if do in whole:
            whole[do](conn, contest_id)
        elif not isinstance(on, int) or isinstance(on, bool):
            raise ContestError("no_entry")
        elif do in one:
            one[do](conn, contest_id, on)
        elif do.startswith("back-") and do[5:].isdigit() and len(do) < 15:
            contests.give_back(conn, contest_id, int(do[5:]), on)
        else:
            raise ContestError("no_entry")


def _told(store: Store, contest: str | None, view: View, seen: str | None, judges: bool = False) -> dict[str, Any] | None:
    """What the board and the wall are drawn from; None when nothing has changed since ``seen``."""
    lang = view.lang
    try:
        contest_id = _id(contest)
        with store.reading() as conn:
            mark = f"{stamp(conn, contest_id)}-{view.to_query()}"
            if mark == seen:
                return None
            found, counted = turns(conn, contest_id, _ROSTERS.setdefault(store.token, Rosters()))
            sheets = read(conn, contest_id) if found.state == REVEALED else {}
            had = handed_in(conn, contest_id) if judges else {}
    except ContestError:
        return {"missing": True} if seen != "" or contest else None
    waiting = [turn.entry for turn in counted if turn.entry.state == "waiting"]
    told: dict[str, Any] = {
        "contest_id": contest_id,
        "name": found.name(lang),
        "held_on": found.held_on,
        "state": found.state,
        "simulated": found.simulated,
        "stamp": mark,
        "rule": _rule(found, lang),
        "next": waiting[0].name(lang) if waiting else None,
        "turns": [
            {
                "entry": turn.entry.entry_id,
                "name": turn.entry.name(lang),
                "part": turn.entry.part,
                "state": turn.entry.state,
                "scored": turn.scored,
                "expected": turn.expected,
            }
            for turn in counted
        ],
        "lines": _lines(found, sheets, lang),
    }
    if judges:
        told["judges"] = [
            {
                "judge": each.judge_id,
                "name": each.name,
                "role": each.role,
                "linked": each.linked,
                "bound": each.bound,
                "in": had.get(each.judge_id, set()),
                "not": {entry.entry_id for entry in found.entries if found.why_not(each, entry)},
            }
            for each in found.judges
            if not each.removed
        ]
    return told


def _rule(found: Contest, lang: str) -> str:
    if found.trim:
        return t("contest.rule.trim", lang, n=found.trim, least=2 * found.trim + 1)
    return t("contest.rule.mean", lang)


def _lines(found: Contest, sheets: dict[int, Any], lang: str) -> list[dict[str, Any]]:
    """The result as the wall prints it; a part that nobody scored is left out."""
    if found.state != REVEALED:
        return []
    lines = results(found, sheets)
    scored = {line.entry.part for line in lines if line.score is not None}
    return [
        {
            "part": line.entry.part,
            "name": line.entry.name(lang),
            "rank": line.rank,
            "tied": line.tied,
            "score": None if line.score is None else f"{line.score:.{found.decimals}f}",
        }
        for line in lines
        if line.entry.part in scored
    ]
