"""Freight, rebates and service of an order: spread exactly over its lines, taken off its profit, hidden like costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit import services as audit
from holdfast.records.commerce import facts, queries, rules, services
from holdfast.records.commerce.models import Order, OrderLine
from holdfast.records.commerce.tests.factories import OrderFactory
from holdfast.records.customers.tests.factories import CustomerFactory

THREE = [(1, "100", "60"), (1, "100", "60"), (1, "100", "60")]
DAY = date(2026, 10, 13)


@given(total=st.integers(0, 10**12), weights=st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=9))
def test_shares_are_exact_and_follow_the_weights(total, weights):
    parts = rules.shares(total, weights)

    sizes = [abs(weight) for weight in weights] if any(weights) else [1] * len(weights)
    assert sum(parts) == total
    assert all(abs(part * sum(sizes) - total * size) < sum(sizes) for part, size in zip(parts, sizes, strict=True))


def test_without_direct_costs_everything_is_as_it_was(db):
    order = OrderFactory(lines=THREE)

    assert (order.direct_cost_minor, order.profit_minor, order.margin) == (None, 12_000, 0.4)
    assert set(order.lines.values_list("direct_minor", flat=True)) == {None}
    assert {(row["cost_minor"], row["direct_cost_minor"]) for row in facts.lines()} == {(6_000, 0)}
    assert (facts.orders().get()["cost_minor"], facts.orders().get()["direct_cost_minor"]) == (18_000, 0)


@pytest.mark.shows("CRE-03")
def test_direct_costs_come_off_the_profit_to_the_cent(db):
    order = OrderFactory(lines=THREE, freight_minor=50, rebate_minor=0, service_cost_minor=50, ordered_on=DAY)

    assert (order.direct_cost_minor, order.profit_minor) == (100, 11_900)
    assert list(order.lines.values_list("direct_minor", flat=True)) == [34, 33, 33]
    assert sum(line.profit_minor for line in order.lines.all()) == 11_900
    assert [row["direct_cost_minor"] for row in facts.lines()] == [34, 33, 33]
    assert facts.orders().get()["direct_cost_minor"] == 100
    assert queries.customer_money(order.customer, until=DAY).profit_12m_minor == 11_900
    assert queries.month_revenue(order.customer, 1, until=DAY)[0].profit_minor == 11_900


def test_an_order_with_an_unknown_cost_still_has_no_profit(db):
    order = OrderFactory(lines=[(1, "100", None)], freight_minor=50)

    assert (order.profit_minor, order.lines.get().profit_minor) == (None, None)


def test_changed_direct_costs_are_spread_anew_and_taken_back_by_an_undo(db):
    order, by = OrderFactory(lines=THREE, freight_minor=100), UserFactory(role="sales_manager")
    batch = audit.open_batch("x", by=by)

    services.change_order(order, freight_minor=10, rebate_minor=200, by=by, batch=batch)
    assert (Order.objects.get().direct_cost_minor, list(OrderLine.objects.values_list("direct_minor", flat=True))) == (
        210,
        [70, 70, 70],
    )
    audit.undo(batch, by=by)

    assert (Order.objects.get().direct_cost_minor, list(OrderLine.objects.values_list("direct_minor", flat=True))) == (
        100,
        [34, 33, 33],
    )


def test_direct_costs_below_zero_are_refused(db):
    with pytest.raises(Refusal, match="不能小于零"):
        OrderFactory(lines=THREE, freight_minor=-1)


@pytest.mark.time_machine("2026-11-22T10:00:00+08:00", tick=False)
@pytest.mark.parametrize(("role", "sees"), [("sales_manager", True), ("sales", False)])
def test_direct_costs_are_asked_and_shown_only_where_profit_is(db, role, sees):
    person = UserFactory(role=role)
    customer = CustomerFactory(owner=person)
    order = OrderFactory(customer=customer, lines=THREE, freight_minor=7_700)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(order.get_absolute_url()).content.decode()
    form = client.get(f"{order.get_absolute_url()}edit/").context["form"]

    assert ("77.00" in page) is sees
    assert ("freight" in form.fields) is sees
    lines = {
        f"lines-0-{name}": value
        for name, value in {"line": order.lines.first().pk, "text": "滤芯", "quantity": "1", "price": "100"}.items()
    }
    answer = client.post(
        f"{order.get_absolute_url()}edit/",
        {**form.initial, **lines, "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "rebate": "1.50", "seen": ""},
    )
    assert answer.status_code == 302
    kept = Order.objects.get()
    assert (kept.freight_minor, kept.rebate_minor) == ((7_700, 150) if sees else (7_700, None))
    assert kept.amount_minor == Decimal("100") * 100
