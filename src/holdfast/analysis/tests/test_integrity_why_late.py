"""Why an invoice may be late: the parts are the whole chance, and the test of it is fair to the plain rule."""

from datetime import timedelta

import numpy as np
import pytest

from holdfast.analysis.integrity import WHY_PARTS, late_chances, late_tested, why_late
from holdfast.analysis.tests.invoices import invoices, payers
from holdfast.analysis.tests.ledgers import on


def column(table, name):
    return table[name].to_numpy(zero_copy_only=False)


def logit(p):
    return np.log(p) - np.log1p(-p)


@pytest.mark.slow
@pytest.mark.shows("CRE-02")
def test_the_parts_add_up_to_the_chance_and_the_chance_is_that_of_late_chances():
    table, _ = payers(21, customers=60)

    why = why_late(table)

    parts = sum(column(why, f"w_{name}") for name in WHY_PARTS)
    assert column(why, "p_late") == pytest.approx(column(late_chances(table), "p_late"), abs=1e-9)
    assert logit(column(why, "base")) + parts == pytest.approx(logit(column(why, "p_late")), abs=1e-6)


@pytest.mark.slow
def test_what_is_told_is_what_was_known_on_the_day_of_issue():
    table = invoices(
        [
            ("a", 0, 10, 30, 100_00),  # 20 days late
            ("a", 40, 50, 45, 100_00),  # early
            ("a", 60, 70, None, 300_00),  # owed and late when the next is issued
            ("a", 80, 90, None, 200_00),
        ]
    )

    last = {name: why_late(table)[name][3].as_py() for name in ("known", "late", "open_late", "amount_ratio")}

    assert last == {"known": 3, "late": 2, "open_late": 1, "amount_ratio": pytest.approx(200 / (500 / 3))}


def test_days_of_lateness_are_his_own_drawn_to_everybodys_by_four_payments():
    table = invoices([("a", 0, 10, 30, 100_00), ("a", 40, 50, None, 100_00), ("b", 40, 50, None, 100_00)])

    days = column(why_late(table), "late_days")

    everybody = (20 + 15 * 4) / (1 + 4)
    assert days[1] == pytest.approx((20 + 4 * everybody) / (1 + 4))
    assert days[2] == pytest.approx(everybody)
    assert days[0] == pytest.approx(15)


def test_an_invoice_without_a_day_of_issue_is_told_nothing():
    table = invoices([("a", 0, 10, 30, 100_00), ("a", None, 50, None, 100_00)])

    row = why_late(table).slice(1, 1).to_pylist()[0]

    assert {row["p_late"], row["base"], row["late_days"], row["w_history"]} == {None}


@pytest.mark.slow
@pytest.mark.shows("CRE-02")
def test_the_model_beats_the_plain_rule_where_habits_last():
    table, late = payers(22, customers=150)
    as_of = on(719)

    found = late_tested(table, as_of=as_of)

    due = np.array([(day - on(0)).days for day in table["due_on"].to_pylist()])
    inside = (due < 719) & (due >= 719 - 365)
    assert (found.n, found.late) == (inside.sum(), late[inside].sum())
    assert found.beats
    assert found.auc > found.auc_rule
    assert found.brier < found.brier_rule < found.brier_base
    assert sum(band.n for band in found.bands) == found.n


@pytest.mark.slow
def test_where_lateness_is_a_coin_the_model_says_that_it_is_no_better():
    rng = np.random.default_rng(5)
    rows = [(f"c{n % 30:02}", n, n + 10, n + 10 + (5 if rng.random() < 0.4 else -3), 100_00) for n in range(400)]

    found = late_tested(invoices(rows), as_of=on(420))

    assert found.auc == pytest.approx(0.5, abs=0.08)
    assert found.brier >= found.brier_base - 0.005


@pytest.mark.parametrize("rows", [[], [("a", 0, 10, 30, 100)], [("a", n, n + 9, n + 2, 100) for n in range(90)]])
def test_too_little_known_gives_no_figures_but_the_counts(rows):
    found = late_tested(invoices(rows), as_of=on(0) + timedelta(days=100))

    assert (found.n, found.late, found.auc, found.beats) == (len(rows), sum(r[3] > r[2] for r in rows), None, None)
