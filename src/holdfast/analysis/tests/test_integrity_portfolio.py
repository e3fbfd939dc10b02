"""The payments part of the monthly report: methods §1.2 and §11."""

import numpy as np
import pytest

from holdfast.analysis import integrity as engine
from holdfast.analysis.integrity import IntegrityParams
from holdfast.analysis.tests.invoices import invoices, payers
from holdfast.analysis.tests.ledgers import on

pytestmark = pytest.mark.shows("CRE-04")


def test_days_outstanding_are_as_published():
    # Source: methods §1.2: AR 300k, sales 1.8M, 365 d, current 220k → 60.83, 44.61, 16.22.
    rows = [("a", 0, 30, 20, 150_000_000), ("a", 300, 400, None, 22_000_000), ("a", 250, 280, None, 8_000_000)]

    found = engine.portfolio(invoices(rows), as_of=on(364))

    assert (found.receivables_minor, found.sales_minor) == (30_000_000, 180_000_000)
    assert (found.dso, found.best_dso, found.delinquent) == pytest.approx((60.83, 44.61, 16.22), abs=5e-3)


@pytest.mark.parametrize(
    ("due", "age"),
    [
        *((200, "not_due"), (201, "not_due"), (199, "1_30"), (170, "1_30"), (169, "31_60"), (140, "31_60")),
        *((139, "61_90"), (110, "61_90"), (109, "over_90"), (None, "no_terms")),
    ],
)
def test_what_is_open_is_sorted_by_days_beyond_terms(due, age):
    found = engine.portfolio(invoices([("a", 0, due, None, 700)]), as_of=on(200))

    assert {name: amount for name, amount in found.ages.items() if amount} == {age: 700}


def test_days_beyond_terms_and_bands_are_those_of_the_published_invoices():
    # Source: methods §1.2: (10,000, 0 d) (5,000, +30) (3,000, −20) (2,000, +60) → index 70, ADBT 10.5.
    four = [("a", 0, 30, 30, 10_000), ("a", 0, 30, 60, 5_000), ("a", 0, 30, 10, 3_000), ("a", 0, 30, 90, 2_000)]
    others = [("b", 0, 30, 30, 5), ("c", 0, 30, 60, 5), ("d", 0, 30, 61, 5), ("e", 0, 300, None, 5)]

    assert engine.portfolio(invoices(four), as_of=on(100)).adbt == pytest.approx(10.5)
    found = engine.portfolio(invoices([*four, *others]), as_of=on(100))
    assert found.bands == {"low": 1, "medium": 2, "high": 1}


def test_the_ages_of_any_book_add_up_to_the_minor_unit():
    table, _ = payers(5, customers=60)

    for day in (100, 400, 900):
        found = engine.portfolio(table, as_of=on(day), params=IntegrityParams(window_days=0))
        book = engine.integrity(table, as_of=on(day))
        assert sum(found.ages.values()) == found.receivables_minor == sum(book["open_minor"].to_pylist())
        assert found.dso == pytest.approx(found.best_dso + found.delinquent)


def test_who_owes_more_than_the_limit_is_named_with_the_excess():
    rows = [("a", 0, 30, None, 900), ("b", 0, 30, None, 100), ("c", 0, 30, None, 700), ("d", 0, 30, 20, 9_000)]

    found = engine.portfolio(invoices(rows), as_of=on(50), limits={"a": 500, "b": 100, "c": 0, "d": 5, "x": 1})

    assert list(found.breaches.items()) == [("c", 700), ("a", 400)]


def test_a_book_of_nothing_has_no_days():
    found = engine.portfolio(invoices([]), as_of=on(50))

    assert (found.receivables_minor, found.dso, found.adbt) == (0, None, None)
    assert set(found.bands.values()) == {0}
    assert np.sum(list(found.ages.values())) == 0
