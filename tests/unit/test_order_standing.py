"""How an order stands at the end of a day follows from its events alone."""

from datetime import date

import pytest

from data.orders.model import OrderEvent, standing
from data.orders.read import counts

DUE = date(2022, 10, 21)


def day(number: int, month: int = 10) -> date:
    return date(2022, month, number)


def events(*told):
    """``("signed", 15)`` or ``("extended", 19, date)``, after issuing on the 14th."""
    every = [("issued", 14), *told]
    return [OrderEvent(k, what, day(on), *more) for k, (what, on, *more) in enumerate(every, 1)]


@pytest.mark.parametrize(
    ("told", "on", "name", "late"),
    [
        ([], 13, None, None),
        ([], 14, "issued", None),
        ([], 20, "issued", None),
        # the deadline is the end of its day, and so is the look at it (M5)
        ([], 21, "overdue", 0),
        ([], 22, "overdue", 1),
        ([("signed", 15)], 14, "issued", None),
        ([("signed", 15)], 15, "signed", None),
        ([("signed", 15)], 21, "overdue", 0),
        ([("signed", 15), ("done", 21)], 20, "signed", None),
        ([("signed", 15), ("done", 21)], 21, "done", None),
        # done late is done
        ([("done", 25)], 24, "overdue", 3),
        ([("done", 25)], 25, "done", None),
        ([("signed", 15), ("done", 18), ("returned", 20)], 19, "done", None),
        ([("signed", 15), ("done", 18), ("returned", 20)], 20, "signed", None),
        ([("signed", 15), ("done", 18), ("returned", 20)], 23, "overdue", 2),
        ([("signed", 15), ("returned", 16)], 16, "issued", None),
        ([("done", 18), ("returned", 19)], 19, "issued", None),
        ([("signed", 15), ("extended", 20, date(2022, 10, 28))], 19, "signed", None),
        ([("signed", 15), ("extended", 20, date(2022, 10, 28))], 27, "signed", None),
        ([("signed", 15), ("extended", 20, date(2022, 10, 28))], 28, "overdue", 0),
        # extended when it was overdue already: the past stays as it was
        ([("extended", 24, date(2022, 10, 28))], 23, "overdue", 2),
        ([("extended", 24, date(2022, 10, 28))], 24, "issued", None),
        ([("withdrawn", 25)], 24, "overdue", 3),
        ([("withdrawn", 25)], 25, "withdrawn", None),
        ([("withdrawn", 25)], 30, "withdrawn", None),
    ],
)
def test_standing(told, on, name, late):
    found = standing(events(*told), DUE, day(on))
    assert (found and (found.standing, found.days_overdue)) == (name and (name, late))


def test_the_days_of_what_happened():
    told = events(("signed", 15), ("extended", 18, date(2022, 10, 28)), ("done", 20), ("returned", 22), ("done", 26))
    now = standing(told, DUE, day(30))
    assert now is not None
    assert (now.issued_on, now.signed_on, now.done_on, now.withdrawn_on, now.due_on) == (day(14), day(15), day(26), None, day(28))
    between = standing(told, DUE, day(23))
    assert between is not None
    assert (between.done_on, between.standing) == (None, "signed")


def test_nothing_ordered_counts_nothing_in_every_standing():
    assert counts([], DUE) == {"overdue": 0, "issued": 0, "signed": 0, "done": 0, "withdrawn": 0}
