"""Customers in named situations for the tests of the desk."""

from datetime import date, timedelta

from holdfast.records.customers.tests.factories import CustomerFactory, StandingFactory

TODAY = date(2026, 11, 22)
OVERDUE = [["overdue", {"elapsed": 41, "usual": 23}]]


def days_ago(*numbers):
    return [(TODAY - timedelta(days=days)).isoformat() for days in numbers]


def risky(owner, name="苏州澄光精密机械有限公司", *, risk="high", stake=6820000, **fields):
    """A customer who is late by his own rhythm, with money at stake."""
    joined = [{"name": "王建国", "title": "生产部长", "phone": "13812346621", "is_primary": True}]
    customer = CustomerFactory(owner=owner, department=owner.department, name=name, **{"contacts": joined, **fields})
    StandingFactory(
        customer=customer, stars=5, stage="declining", risk=risk, movement="declining", reasons=OVERDUE, at_stake_minor=stake,
        recent_days=days_ago(110, 87, 64, 41), last_on=TODAY - timedelta(days=41), purchase_days=4, typical_gap_days=23.0,
        revenue_12m_minor=6820000, p_gap=0.97,
    )  # fmt: skip
    return customer
