"""The chance that an invoice will be late: only the past speaks, and it speaks better than a plain share."""

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis.churn import auc, brier, calibration
from holdfast.analysis.integrity import late_chances, shrunk_share
from holdfast.analysis.tests.invoices import invoices, payers
from holdfast.analysis.tests.ledgers import on

NEVER = 10**6


def chances(table):
    return late_chances(table)["p_late"].to_numpy(zero_copy_only=False)


def day_numbers(table, name):
    return np.array([NEVER if day is None else (day - on(0)).days for day in table[name].to_pylist()])


def as_known_on(table, day):
    """The same file as it stood at the end of a day: later rows are not there, later payments not yet made."""
    rows = table.filter(pa.array(day_numbers(table, "issued_on") <= day))
    paid = day_numbers(rows, "paid_on")
    columns = {name: rows[name] for name in rows.column_names}
    columns["paid_on"] = pa.array([on(d) if d <= day else None for d in paid], pa.date32())
    columns["disputed"] = pa.array(np.where(paid <= day, rows["disputed"].to_numpy(zero_copy_only=False), False))
    return pa.table(columns)


def past_share(table, late):
    """Each customer's own late share as known at issue, drawn to 8 invoices of 30 %: the plain way, invoice by invoice."""
    who = table["customer_id"].to_numpy(zero_copy_only=False)
    issued, due = day_numbers(table, "issued_on"), day_numbers(table, "due_on")
    cases, size = np.zeros(len(who)), np.zeros(len(who))
    for row in range(len(who)):
        before = (who == who[row]) & (due < issued[row]) & (issued < issued[row])
        cases[row], size[row] = late[before].sum(), before.sum()
    return shrunk_share(cases, size, 0.3)


@pytest.mark.slow
@pytest.mark.shows("CRE-02")
@pytest.mark.parametrize("day", [120, 365, 500])
def test_later_rows_later_payments_and_later_disputes_change_no_chance(day):
    table, _ = payers(11, customers=60)

    whole = chances(table)[day_numbers(table, "issued_on") <= day]
    then = chances(as_known_on(table, day))

    assert then == pytest.approx(whole, abs=1e-12)


@pytest.mark.slow
@pytest.mark.shows("CRE-02")
def test_an_invoices_own_outcome_never_touches_its_own_chance():
    table, _ = payers(12, customers=30)
    paid = table["paid_on"].to_pylist()
    before = chances(table)

    for row in (5, 200, table.num_rows - 1):
        turned = [on(900) if place == row else day for place, day in enumerate(paid)]
        other = table.set_column(
            table.column_names.index("paid_on"), "paid_on", pa.array(turned, pa.date32())
        ).set_column(table.column_names.index("disputed"), "disputed", pa.array([True] * table.num_rows))
        same = table.set_column(table.column_names.index("disputed"), "disputed", pa.array([True] * table.num_rows))
        assert chances(other)[row] == pytest.approx(chances(same)[row], abs=1e-12)
    assert ((before > 0) & (before < 1)).all()


@pytest.mark.slow
@pytest.mark.shows("CRE-02")
def test_chances_beat_the_base_rate_and_the_customers_own_past_share():
    figures = [judged(*payers(seed)) for seed in range(1, 7)]

    model_auc, plain_auc, model_brier, plain_brier, base_brier, error = np.mean(figures, axis=0)
    assert model_auc > plain_auc + 0.002
    assert model_brier < plain_brier - 0.002
    assert model_brier < 0.92 * base_brier
    assert error < 0.04


def judged(table, late):
    """AUC, Brier and calibration of the invoices after the first half year, beside the plain share and the base rate."""
    told = day_numbers(table, "issued_on") > 180
    plain, chance, happened = past_share(table, late)[told], chances(table)[told], late[told]
    rate = happened.mean()
    return (
        *(auc(chance, happened), auc(plain, happened), brier(chance, happened), brier(plain, happened)),
        *(rate * (1 - rate), calibration(chance, happened).error),
    )


@pytest.mark.slow
def test_the_order_of_rows_changes_nothing():
    table, _ = payers(4, customers=50)
    order = np.random.default_rng(2).permutation(table.num_rows)

    assert chances(table.take(order)) == pytest.approx(chances(table)[order], abs=1e-9)


def test_who_pays_late_is_expected_to_and_who_never_did_is_not():
    rows = [("late", 10 * n, 10 * n + 5, 10 * n + 30, 100) for n in range(30)]
    rows += [("prompt", 10 * n, 10 * n + 5, 10 * n + 2, 100) for n in range(30)]

    chance = chances(invoices(rows))

    assert chance[29] > 0.8
    assert chance[59] < 0.2
    assert chance[0] == pytest.approx(chance[30])


def test_the_first_invoice_of_all_has_the_share_expected_before_anything_is_known():
    assert chances(invoices([("a", 0, 30, None, 100)]))[0] == pytest.approx(0.25)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(None, 0, 30, 40, 100)] * 3,
        [("a", None, 30, 40, 100)],
        [("a", 0, None, None, None)] * 5,
        [("a", 0, -400, 50_000, 0)] * 5,
        [("a", 40, 30, 20, 100), ("a", 80_000, 80_030, None, -5)],
    ],
    ids=["none", "no customer", "no day", "no terms", "odd days", "due before issue"],
)
def test_meagre_or_odd_rows_have_a_chance_wherever_they_have_a_day(rows):
    found = late_chances(invoices(rows))["p_late"].to_pylist()

    assert [value is None for value in found] == [row[1] is None for row in rows]
    assert all(0 < value < 1 for value in found if value is not None)
