"""The demo's scheduling meetings: what they ordered and what became of it, and the rungs that were taken. Simulated like all the rest."""

from collections import Counter
from datetime import date, timedelta
from functools import partial

from sqlalchemy import Connection

from data import calendar
from data.calendar import day_number, day_of
from data.demo.dice import Dice, Lot
from data.demo.texts import texts
from data.demo.workdays import LAST, workday_after
from data.escalation.candidates import candidates
from data.escalation.decisions import Paper, confirm, dismiss
from data.escalation.model import Candidate
from data.filters import Filters
from data.identity import from_hex
from data.orders.follow import follow
from data.orders.issue import Draft, issue
from data.orders.model import DONE, EXTENDED, RETURNED, SIGNED, WITHDRAWN
from data.queries.item_list import item_list
from data.queries.labels import label
from data.queries.progress_by_region import progress_by_region
from data.regions.tree import RegionTree
from data.scope import ALL
from data.screens import playlists
from data.screens.playlists import Playlist
from data.store import Store

_SIGNED, _DONE, _BACK, _LATER = 0.9, 0.72, 0.12, 0.08
_ONE_DAY = timedelta(days=1)


def write_meetings(store: Store, province: str, dice: Dice) -> None:
    """Hold the meetings in the order of time: those most behind are given orders, the rules propose, and a person decides."""
    body = texts("meetings")
    number = body["first_number"]
    for told in body["meetings"]:
        day = date.fromisoformat(told["day"])
        drafts = [_draft(store, place, day, dice) for place in _behind(store, day, body["orders"])]
        if told is body["meetings"][-1]:
            drafts.append(_to_all(province, day))
        tree = store.tree()
        with store.writing() as conn:
            for n, draft in enumerate(drafts):
                _write(conn, tree, draft, dice, withdrawn=n == body["orders"] - 1 and told is body["meetings"][1])
        number = _decide(store, day, told["confirm"], told["dismiss"], number)
    _playlist(store, body["playlist"], body["campaign"])


def _playlist(store: Store, told: dict[str, str], campaign: str) -> None:
    """The playlist of the meetings: the standard one, about the campaign they are held for."""
    entries = playlists.standard().entries
    made = Playlist(told["code"], told["name"], 0, f"campaign={campaign}", "zh-CN", "dark", entries, simulated=True)
    with store.writing() as conn:
        playlists.save(conn, made, None)


def _filters(day: date) -> Filters:
    return Filters(campaign=(texts("meetings")["campaign"],), as_of=day)


def _behind(store: Store, day: date, most: int) -> list[str]:
    """Codes of the counties with the most overdue, as the meeting saw them."""
    df = progress_by_region(ALL, store, _filters(day).but(level="county"))
    rows = [(int(n), code) for code, n in zip(df["region_code"].tolist(), df["overdue"].tolist(), strict=True) if n]
    return [code for _, code in sorted(rows, key=lambda row: (-row[0], row[1]))[:most]]


# ----------------------------------------------------------------------------- orders


def _draft(store: Store, place: str, day: date, dice: Dice) -> Draft:
    body = texts("meetings")
    found = item_list(ALL, store, _filters(day).but(region=place, rows="overdue", size=200))
    rows = list(zip(found["item_id"].tolist(), found["department"].tolist(), strict=True))
    lead = Counter(department for _, department in rows if department).most_common(1)[0][0]
    picked = [item for item, department in rows if department == lead][: body["items"]]
    method = Lot(body["methods"]).draw(dice)
    text = body["texts"][method].format(department=label(store, "zh-CN", "department", lead), n=len(picked))
    due = day_of(workday_after(day_number(day) + dice.one(body["terms"])))
    ids = [number for number in map(from_hex, picked) if number is not None]
    return Draft(day, place, method, text, due, lead, body["campaign"], item_ids=ids)


def _to_all(province: str, day: date) -> Draft:
    """One order to everybody, which is not due yet."""
    body = texts("meetings")
    told = body["whole"]
    return Draft(day, province, told["method"], told["text"], day + timedelta(days=told["due_in"]), campaign=body["campaign"])


def _write(conn: Connection, tree: RegionTree, draft: Draft, dice: Dice, withdrawn: bool) -> None:
    """Issue an order and append what happened to it until the demo's last day."""
    body = texts("meetings")
    by, notes, today = body["by"], body["notes"], day_of(LAST)
    assert isinstance(draft.meeting_on, date)
    assert isinstance(draft.due_on, date)
    order_id = issue(conn, tree, draft, by=by, today=today, simulated=True, recorded_at=calendar.end_of_day_utc(draft.meeting_on))
    for what, on, new_due in _course(draft.meeting_on, draft.due_on, dice, withdrawn):
        if on > today:
            break
        recorded = calendar.end_of_day_utc(on)
        follow(conn, tree, order_id, what, on, due_on=new_due, note=notes.get(what), by=by, today=today, recorded_at=recorded)


def _course(day: date, due: date, dice: Dice, withdrawn: bool) -> list[tuple[str, date, date | None]]:
    """What happens to an order, when, and the new deadline of an extension."""
    if withdrawn:
        return [(WITHDRAWN, day + _ONE_DAY, None)]
    if not dice.chance(_SIGNED):
        return []
    day += timedelta(days=dice.within(0, 2))
    events: list[tuple[str, date, date | None]] = [(SIGNED, day, None)]
    if dice.chance(_LATER):
        day, due = max(day, due - 2 * _ONE_DAY), due + timedelta(days=7)
        events.append((EXTENDED, day, due))
    if dice.chance(_DONE):
        # most are done shortly before they are due, some of them late
        day = max(day + _ONE_DAY, due + timedelta(days=dice.within(-6, 3)))
        events.append((DONE, day, None))
        if dice.chance(_BACK):
            events.append((RETURNED, day + 2 * _ONE_DAY, None))
    return events


# ----------------------------------------------------------------------------- what was decided


def _decide(store: Store, day: date, confirmed: int, dismissed: int, number: int) -> int:
    """Some of what the rules propose on a day is taken, some set aside; the rest stays open. Gives the next document number."""
    body = texts("meetings")
    filters = _filters(day)
    papers = body["papers"]
    found = [each for each in candidates(ALL, store, filters) if each.rule.rung in papers]
    told = partial(confirm, store, ALL, filters, by=body["by"], today=day, decided_at=calendar.end_of_day_utc(day))
    for each in found[:confirmed]:
        told(_code(store, each), each.rule.id, _paper(store, each, day, number))
        number += 1
    aside = partial(dismiss, store, ALL, filters, by=body["by"], today=day, decided_at=calendar.end_of_day_utc(day))
    for each in found[confirmed : confirmed + dismissed]:
        aside(_code(store, each), each.rule.id, body["dismissed"], day)
    return number


def _code(store: Store, each: Candidate) -> str:
    return store.tree().by_id(each.region_id).code


def _paper(store: Store, each: Candidate, day: date, number: int) -> Paper:
    told = texts("meetings")["papers"][each.rule.rung]
    office = told["office"].format(region=store.tree().label(each.region_id))
    return Paper(day, office, told["document"].format(number=number), told["public"], told["reason"])
