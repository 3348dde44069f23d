"""How a finding goes through its loop: from the day it is found to the last data day, or to the end of its story."""

from dataclasses import dataclass
from math import exp

from data.demo.book import Record
from data.demo.dice import Dice
from data.demo.texts import texts
from data.demo.workdays import LAST, is_workday, month_end, workday_after, workday_before

TEAM, COUNTY, CITY, PROVINCE = "inspection_team", "county_government", "prefecture_bureau", "province_bureau"
#: stages that take an item out of the count
GONE = ("withdrawn", "duplicate", "merged", "transferred")


@dataclass(frozen=True, slots=True)
class Temper:
    """What decides how a finding is dealt with. ``effort`` adds up county, department, category and round."""

    effort: float
    spotless: bool
    same_day: float
    term: int


def _say(kind: str, dice: Dice) -> str:
    return dice.one(texts("reasons")[kind])


def _evidence(dice: Dice) -> str:
    return _say("evidence", dice).format(n=dice.within(2, 9))


def on_time_chance(effort: float) -> float:
    """How likely a finding is dealt with by its deadline."""
    return 1.0 / (1.0 + exp(-(2.2 + effort)))


def completion_day(start: int, due: int, temper: Temper, dice: Dice) -> int:
    """The day rectification is reported: early, in the rush of the last days, or late; hardly ever on a day off."""
    if temper.spotless or dice.chance(on_time_chance(temper.effort)):
        if dice.chance(0.36):
            day = due - (0 if dice.chance(0.55) else dice.within(1, 2))
        else:
            day = start + int((due - start) * dice.u() ** exp(0.55 * temper.effort + 0.5))
        limit = due
    else:
        day = due + 1 + int(dice.wait(9.0 * exp(-0.4 * temper.effort)))
        limit = LAST + 400
    end = month_end(day)
    if 1 <= end - day <= 4 and end <= limit and dice.chance(0.3):
        day = end
    if not is_workday(day) and day != end and dice.chance(0.8):
        earlier = workday_before(day)
        day = earlier if earlier >= start else workday_after(day)
    if temper.spotless:
        day = min(day, LAST - 1)
    return max(day, start)


def run(record: Record, temper: Temper, earlier: list[Record], before: Record | None, dice: Dice) -> None:
    """Write the whole story of one finding.

    ``earlier`` are findings of the same kind in the same county, ``before`` the closed one that this one is a relapse of.
    """
    found = record.discovered
    if dice.chance(0.025):
        record.late(dice.within(2, 12))
    record.stage(found, "discovered", TEAM)
    if before is not None:
        record.link(before, "relapse_of")
    record.stage(found, "guided_on_site", TEAM)
    if dice.chance(temper.same_day):
        record.set_due(found + 3, TEAM)
        record.stage(found, "rectified_reported", COUNTY, evidence=_evidence(dice))
        _verify(record, temper, dice)
        return
    told = found if dice.chance(0.4) else workday_after(found + dice.within(1, 3))
    if not record.stage(told, "fed_back", TEAM):
        return
    if record.fields["long_term"]:
        _long_term(record, temper, dice)
        return
    due = told + temper.term
    if dice.chance(0.25):
        due = month_end(due)
    record.set_due(due, COUNTY)
    if not temper.spotless and _leaves(record, told, earlier, dice):
        return
    start = told + dice.within(0, min(4, temper.term // 3))
    if not record.stage(start, "rectifying", COUNTY):
        return
    if record.fields["severity"] == "major" and dice.chance(0.06):
        record.change(start + 1, CITY, "severity", "general", _say("downgraded", dice))
    if not temper.spotless and dice.chance(0.006) and not _pause(record, dice):
        return
    if not _extend(record, temper, dice):
        return
    _rectify(record, max(record.day, start), temper, dice)


def _leaves(record: Record, told: int, earlier: list[Record], dice: Dice) -> bool:
    """Whether the finding leaves the count: not true, known already, merged, somebody else's."""
    x = dice.u()
    day = workday_after(told + dice.within(2, 14))
    if x < 0.012:
        return record.stage(day, "withdrawn", CITY, _say("withdrawn", dice))
    if x < 0.016:
        return record.stage(day, "transferred", PROVINCE, _say("transferred", dice))
    if x < 0.045:
        target = next((other for other in reversed(earlier) if other.stage_now not in GONE), None)
        kind = "duplicate" if x < 0.026 else "merged"
        if target is not None and record.stage(day, kind, CITY, _say(kind, dice)):
            record.link(target, "duplicate_of" if kind == "duplicate" else "merged_into")
            return True
    return False


def _pause(record: Record, dice: Dice) -> bool:
    """Suspended for a while or for good; True when work goes on before the last data day."""
    if not record.stage(record.day + dice.within(2, 12), "suspended", CITY, _say("suspended", dice)) or dice.chance(0.6):
        return False
    return record.stage(record.day + dice.within(8, 25), "rectifying", COUNTY)


def _extend(record: Record, temper: Temper, dice: Dice) -> bool:
    """Now and then a deadline is put off before it has come; False when the application lies beyond the last data day."""
    chance = 0.075 if not temper.spotless else 0.01
    while dice.chance(chance):
        assert record.due is not None
        day = workday_before(record.due - dice.within(1, 6))
        if day <= record.day:
            return True
        longer = record.due + dice.one((10, 15, 15, 30))
        if not record.extend(day, longer, "prefecture" if dice.chance(0.8) else "province", _say("extension", dice)):
            # not applied for yet: work goes on under the old deadline
            return True
        chance = 0.08
    return True


def _long_term(record: Record, temper: Temper, dice: Dice) -> None:
    """Long-term work has no deadline; some of it is finished all the same."""
    if record.stage(record.day + dice.within(1, 10), "rectifying", COUNTY) and dice.chance(0.4 + 0.1 * temper.effort):
        day = workday_after(record.day + dice.within(15, 75))
        if record.stage(day, "rectified_reported", COUNTY, evidence=_evidence(dice)):
            _verify(record, temper, dice)


def _rectify(record: Record, start: int, temper: Temper, dice: Dice) -> None:
    assert record.due is not None
    day = completion_day(start, record.due, temper, dice)
    if dice.chance(0.004) and day - record.day >= 4:
        wrong = record.day + 1
        if not record.stage(wrong, "rectified_reported", COUNTY):
            return
        if not record.take_back(wrong + dice.within(1, 2), record.last_event, CITY, _say("void", dice)):
            return
    if day > record.due + 2 and dice.chance(0.3):
        record.note(dice.within(record.due + 1, day - 1), CITY, _say("note", dice))
    if dice.chance(0.05):
        record.late(dice.within(2, 12))
    if record.stage(day, "rectified_reported", COUNTY, evidence=_evidence(dice)):
        _verify(record, temper, dice)


def _verify(record: Record, temper: Temper, dice: Dice) -> None:
    """Verified, returned and done again until it passes; a little of what was closed comes back."""
    fails = 0.0 if temper.spotless else min(0.3, 0.072 * exp(-0.45 * temper.effort))
    reopens = not temper.spotless and dice.chance(0.028 * exp(-0.35 * temper.effort))
    for attempt in range(6):
        wait = 1 + int(dice.wait(6.6 * exp(-0.2 * temper.effort)))
        if temper.spotless:
            wait = min(wait, max(0, LAST - 1 - record.day))
        if not record.stage(workday_after(record.day + wait), "verifying", CITY):
            return
        method = "on_site" if dice.chance(0.7) else "desk" if dice.chance(0.7) else "remote"
        level = "prefecture" if dice.chance(0.75) else "province"
        sampling = "full" if dice.chance(0.7) else "random" if dice.chance(0.6) else "targeted"
        role = CITY if level == "prefecture" else PROVINCE
        concluded = record.day + dice.within(0, 6) if not temper.spotless else record.day
        concluded = concluded if is_workday(concluded) or temper.spotless else workday_after(concluded)
        end = month_end(concluded)
        # lists are cleared at the end of the month
        if 1 <= end - concluded <= 5 and not temper.spotless and dice.chance(0.3):
            concluded = end
        if concluded > LAST:
            record.verify(record.day, "pending", method, level, sampling)
            return
        how = {"method": method, "level": level, "sampling": sampling}
        if dice.chance(fails * (0.6 if attempt else 1.0)):
            record.conclude(concluded, "returned", role, passed=False, **how)
            if not _again(record, temper, dice, 13):
                return
            continue
        record.conclude(concluded, "closed", role, passed=True, **how)
        if not reopens or not record.stage(workday_after(record.day + dice.within(4, 45)), "reopened", role, _say("reopened", dice)):
            return
        reopens = False
        if not _again(record, temper, dice, 25):
            return


def _again(record: Record, temper: Temper, dice: Dice, longest: int) -> bool:
    """Rectified once more after a return or a relapse; False when that lies beyond the last data day."""
    if not record.stage(workday_after(record.day + dice.within(1, 3)), "rectifying", COUNTY):
        return False
    day = workday_after(record.day + dice.within(2, max(3, int(longest * exp(-0.3 * temper.effort)))))
    return record.stage(day, "rectified_reported", COUNTY, evidence=_evidence(dice))
