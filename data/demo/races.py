"""The demo's horse race: simulated indicator series, score events, and twelve weeks that were locked one after the other."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from data import calendar
from data.demo.dice import Dice
from data.demo.places import City, County
from data.demo.texts import texts
from data.ranking import appeals, locks
from data.ranking.events import Event, put_events
from data.ranking.lock_words import LockError
from data.ranking.series import Figure, Series, put_figures
from data.store import Store, bump

# reports come in on Monday at 10:00, and the week is locked at 17:00 (UTC+8)
_REPORTED, _LOCKED = timedelta(hours=2), timedelta(hours=9)
_WEEK = timedelta(days=7)
# in three counties nobody measures a river section
_WITHOUT_SECTIONS = 3


@dataclass(frozen=True)
class Cast:
    """The counties that the story needs: from the most diligent down, and from the least diligent up."""

    best: list[County]
    worst: list[County]

    @property
    def middle(self) -> County:
        return self.best[len(self.best) // 2]

    @property
    def misreported(self) -> County:
        """The county whose figure was reported with the wrong sign."""
        return self.best[len(self.best) // 3]


def cast(cities: list[City]) -> Cast:
    """Who plays which part."""
    counties = sorted((c for city in cities for c in city.counties), key=lambda c: (-c.effort, c.code))
    # spotless and hopeless ones have their own story
    ordinary = [c for c in counties if not c.spotless and c.effort > -2]
    return Cast(ordinary, [c for c in reversed(counties) if c.effort <= -2] + list(reversed(ordinary)))


def write_recorded(conn: Connection, cities: list[City], dice: Dice) -> None:
    """Series and events, in the transaction that writes the demo campaigns."""
    body = texts("races")
    counties = [county for city in cities for county in city.counties]
    sundays = _sundays(body["first_sunday"], body["last_sunday"])
    players = cast(cities)
    change = _pm25_change(counties, sundays, dice)
    fix = body["correction"]
    change[date.fromisoformat(fix["sunday"])] = [
        Figure(f.region_id, f.as_of, fix["sign_error"]) if f.region_id == players.misreported.region_id else f
        for f in change[date.fromisoformat(fix["sunday"])]
    ]
    for code, weeks in (("pm25_change", change), ("section_compliance", _compliance(counties, sundays, dice))):
        for sunday, figures in weeks.items():
            put_figures(conn, _series(code), figures, recorded_at=_monday(sunday) + _REPORTED, origin=body["origin"])
    for told in body["events"]:
        place = getattr(players, told["to"])[told["rank"]]
        day = date.fromisoformat(told["day"])
        event = Event(place.region_id, told["adjustment"], day, None, told["reason"], told["document"], told.get("key", ""))
        put_events(conn, [event], recorded_at=calendar.end_of_day_utc(day), simulated=True)


def lock_weeks(store: Store, cities: list[City]) -> None:
    """Lock the weeks in the order of time, with the appeal and the correction that came between; a week with too little is left open."""
    body = texts("races")
    players = cast(cities)
    fix = body["correction"]
    for sunday in _sundays(body["first_locked"], body["last_sunday"]):
        week = _week(sunday)
        try:
            locks.lock(store, body["scheme"], week, by=body["by"], now=_monday(sunday) + _LOCKED)
        except LockError:
            # a demo of a few items only
            continue
        for appeal in body["appeals"]:
            if appeal["sunday"] == sunday.isoformat():
                _appeal(store, appeal, week, players, fix)
        if fix["sunday"] == sunday.isoformat():
            _correct(store, week, sunday, players.misreported)


def _correct(store: Store, week: str, sunday: date, place: County) -> None:
    body = texts("races")
    fix = body["correction"]
    with store.writing() as conn:
        recorded = datetime.fromisoformat(fix["recorded"])
        figures = [Figure(place.region_id, sunday, fix["right"])]
        put_figures(conn, _series("pm25_change"), figures, recorded_at=recorded, origin=body["origin"])
        bump(conn, "demo correction")
    reason = fix["reason"].format(place=place.name, wrong=fix["sign_error"], right=_printed(fix["right"]))
    locks.correct(store, body["scheme"], week, by=body["by"], reason=reason, now=datetime.fromisoformat(fix["locked"]))


def _appeal(store: Store, told: dict[str, str], week: str, players: Cast, fix: dict[str, float]) -> None:
    body = texts("races")
    place = players.misreported if told["of"] == "correction" else players.middle
    text = told["text"].format(wrong=fix["sign_error"], right=abs(fix["right"]))
    by, made = told["by"].format(place=place.name), datetime.fromisoformat(told["made"])
    number = appeals.add(store, body["scheme"], week, None, place.code, text, by=by, indicator=told["indicator"], now=made)
    if "outcome" in told:
        appeals.decide(store, number, told["outcome"], told["answer"], by=body["by"], now=datetime.fromisoformat(told["decided"]))


def _series(code: str) -> Series:
    body = texts("races")
    of = body["series"][code]
    return Series(code, of["zh"], of["en"], of["unit"], of["decimals"], of["standard"], body["origin"], simulated=True)


def _sundays(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + _WEEK * n for n in range((end - start).days // 7 + 1)]


def _week(sunday: date) -> str:
    year, week, _ = sunday.isocalendar()
    return f"{year}-W{week:02d}"


def _monday(sunday: date) -> datetime:
    """Midnight UTC of the day after."""
    return datetime.combine(sunday + timedelta(days=1), datetime.min.time())


def _printed(value: float) -> str:
    return f"{value:g}".replace("-", "\u2212")


def _pm25_change(counties: list[County], sundays: list[date], dice: Dice) -> dict[date, list[Figure]]:
    """Change on a year ago in %: the weather of all, the standing of a county, and a week that resembles the one before."""
    level = [dice.normal(-3.5, 3.0) - 0.8 * county.effort for county in counties]
    own = [dice.normal(0.0, 2.5) for _ in counties]
    weather = 0.0
    out: dict[date, list[Figure]] = {}
    for sunday in sundays:
        weather = 0.7 * weather + dice.normal(0.0, 1.5)
        own = [0.85 * before + dice.normal(0.0, 1.3) for before in own]
        values = (round(min(25.0, max(-25.0, a + b + weather)), 1) for a, b in zip(level, own, strict=True))
        out[sunday] = [Figure(county.region_id, sunday, value) for county, value in zip(counties, values, strict=True)]
    return out


def _compliance(counties: list[County], sundays: list[date], dice: Dice) -> dict[date, list[Figure]]:
    """Sections at their target class, of those assessed; a section keeps its state from week to week as a rule."""
    without = {int(dice.u() * len(counties)) for _ in range(_WITHOUT_SECTIONS)}
    states = [
        [] if n in without else [dice.chance(0.88 + 0.03 * max(-2.0, min(2.0, county.effort))) for _ in range(dice.within(2, 9))]
        for n, county in enumerate(counties)
    ]
    out: dict[date, list[Figure]] = {sunday: [] for sunday in sundays}
    for sunday in sundays:
        for county, state in zip(counties, states, strict=True):
            state[:] = [not dice.chance(0.03) if good else dice.chance(0.25) for good in state]
            if state:
                out[sunday].append(Figure(county.region_id, sunday, sum(state) / len(state), float(sum(state)), float(len(state))))
    return out
