from datetime import date
from decimal import Decimal as D

import pytest

from holdfast.records.commerce import rules

DAY = date(2026, 10, 13)


def line(**changes):
    plain = {
        "text": "滤芯", "quantity": D(3), "price": D("10"), "list_price": None, "cost_price": None, "tax_rate": D(0),
        "is_tax_included": True,
    }  # fmt: skip
    return plain | changes


def test_a_line_is_rounded_half_up_once():
    found = rules.amounts(line(quantity=D("0.5"), price=D("0.01")), rate=D(1), currency="CNY")

    assert found.amount_minor == 1


def test_tax_in_the_price_is_no_revenue():
    taxed = line(quantity=D(1), price=D("113"), tax_rate=D("0.13"))

    found = rules.amounts(taxed, rate=D(1), currency="CNY")

    assert (found.amount_minor, found.revenue_minor) == (11300, 10000)


def test_tax_on_top_of_the_price_leaves_the_revenue_alone():
    taxed = line(quantity=D(1), price=D("100"), tax_rate=D("0.13"), is_tax_included=False)

    found = rules.amounts(taxed, rate=D(1), currency="CNY")

    assert (found.amount_minor, found.revenue_minor) == (10000, 10000)


def test_foreign_prices_are_converted_and_the_cost_is_our_own():
    abroad = line(quantity=D(2), price=D("100"), list_price=D("120"), cost_price=D("300"))

    found = rules.amounts(abroad, rate=D("7.1234"), currency="CNY")

    assert found == rules.Amounts(amount_minor=142468, revenue_minor=142468, cost_minor=60000, list_minor=170962)


def test_yen_have_no_cents_and_yuan_have():
    found = rules.amounts(line(quantity=D(1), price=D("1000")), rate=D("0.0471"), currency="CNY")

    assert found.amount_minor == 4710


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, None),
        ({"quantity": D(0)}, "no_quantity"),
        ({"quantity": None}, "no_quantity"),
        ({"text": " "}, "no_product"),
        ({"price": None}, "no_price"),
        ({"quantity": D(10) ** 15}, "too_large"),
        ({"quantity": D(10) ** 9, "price": D(10) ** 11}, "too_large"),
        ({"tax_rate": D(13)}, "bad_tax"),
        ({"tax_rate": D("-0.1")}, "bad_tax"),
        ({"shipped_on": date(2026, 10, 12)}, "shipped_early"),
        ({"shipped_on": date(2026, 10, 20), "delivered_on": date(2026, 10, 19)}, "delivered_early"),
        ({"shipped_on": DAY, "delivered_on": DAY}, None),
    ],
)
def test_what_is_wrong_with_a_line_has_a_code_and_a_sentence(changes, problem):
    found = rules.line_problem(line(**changes), ordered_on=DAY)

    assert found == problem
    assert problem is None or "请" in str(rules.PROBLEMS[problem])


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"number": "S1", "ordered_on": DAY, "lines": [1]}, None),
        ({"number": " ", "ordered_on": DAY, "lines": [1]}, "no_number"),
        ({"number": "S1", "ordered_on": None, "lines": [1]}, "no_day"),
        ({"number": "S1", "ordered_on": DAY, "lines": []}, "no_lines"),
        ({"number": "S1", "ordered_on": DAY, "lines": [1], "rate": D(0)}, "bad_rate"),
    ],
)
def test_what_is_wrong_with_an_order_has_a_code(row, problem):
    assert rules.order_problem(row) == problem


def test_a_return_counts_down_however_it_was_written():
    assert rules.signed(D(3), "return") == rules.signed(D(-3), "return") == D(-3)
    assert rules.signed(D(3), "sale") == D(3)
