"""A large company: the bulk of it written straight into the tables, then some more through the services, timed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from benchmarks import bulk
from holdfast.common.months import today
from holdfast.foundation.accounts import services as accounts
from holdfast.foundation.accounts.models import Role, User
from holdfast.records.commerce import services as commerce
from holdfast.records.customers import services as customers

PASSWORD = "bench-only-password"
LINES_A_CUSTOMER = 10
ON_TOP = 10_000


def fill(count: int, timed: Callable[..., Any]) -> dict[str, User]:
    """People and the whole company; what the services write on top is what an import costs."""
    people = _people()
    timed("bulk fill (not part of the figures)", lambda: bulk.write(count, people, count * LINES_A_CUSTOMER), count)
    rng = Random(11)
    made: list[int] = []
    timed("add customers through services", lambda: made.extend(_customers(rng, count, people)), ON_TOP, "customers")
    timed("add orders through services", lambda: _orders(rng, made, people["admin"]), 2 * ON_TOP, "lines")
    return people


def _people() -> dict[str, User]:
    big = accounts.add_department(name="大区", by=None)
    small = accounts.add_department(name="小区", by=None)
    roles = {role.code: role for role in Role.objects.all()}
    people = {}
    for login, role, department in [("admin", "admin", big), ("seller", "sales", small), ("team", "sales", big)]:
        people[login] = accounts.add_user(
            login=login, name=login, password=PASSWORD, department=department, roles=[roles[role]], by=None
        )
    return people


def _customers(rng: Random, first: int, people: dict[str, User]) -> Iterator[int]:
    for start in range(first, first + ON_TOP, 500):
        rows = [_customer(rng, number, people) for number in range(start, start + 500)]
        for customer in customers.add_customers(rows, by=people["admin"]):
            yield customer.pk


def _customer(rng: Random, number: int, people: dict[str, User]) -> dict[str, Any]:
    town, trade, team = rng.choice(bulk.TOWNS), rng.choice(bulk.TRADES), people["team"]
    return {
        "code": f"B{number:07d}", "name": f"{town}{rng.choice(bulk.MARKS)}{number}{trade}有限公司", "city": town,
        "industry": trade, "phone": f"139{number:08d}", "owner": team, "department": team.department,
        "contacts": [{"name": rng.choice(bulk.FAMILIES) + "海涛", "phone": f"138{number:08d}", "is_primary": True}],
    }  # fmt: skip


def _orders(rng: Random, ids: list[int], admin: User) -> None:
    """Two lines each; one order a customer on the mean."""
    end = today()
    for start in range(0, ON_TOP, 500):
        rows = [_order(rng, number, rng.choice(ids), end) for number in range(start, start + 500)]
        commerce.add_orders(rows, by=admin)


def _order(rng: Random, number: int, customer_id: int, end: date) -> dict[str, Any]:
    lines = [
        {"text": "滤芯", "quantity": Decimal(rng.randint(1, 20)), "price": Decimal(rng.randint(100, 90_000)) / 100,
         "cost_price": Decimal(50)}
        for _ in range(2)
    ]  # fmt: skip
    day = end - timedelta(days=int(1000 * rng.random() ** 1.3))
    return {"number": f"BN{number:08d}", "customer_id": customer_id, "ordered_on": day, "lines": lines}
