"""A large company, skewed as real ones are: few customers order most, many share a surname, one team holds half."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from holdfast.common.months import today
from holdfast.foundation.accounts import services as accounts
from holdfast.foundation.accounts.models import Role, User
from holdfast.records.commerce import services as commerce
from holdfast.records.customers import services as customers

PASSWORD = "bench-only-password"
LINES_A_CUSTOMER = 10
FAMILIES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
TOWNS = ["苏州", "无锡", "常州", "杭州", "宁波", "上海", "合肥", "东莞", "佛山", "泉州"]
TRADES = ["精密机械", "纺织", "食品", "模具", "电气", "化工", "包装", "五金", "光电", "汽配"]


def fill(count: int, timed: Callable[..., Any]) -> dict[str, User]:
    """People, customers and orders; both fills are measured, since they are what an import does."""
    people = _people()
    rng = Random(11)
    made: list[int] = []
    timed("fill customers through services", lambda: made.extend(_customers(rng, count, people)), count, "customers")
    lines = count * LINES_A_CUSTOMER
    timed("fill orders through services", lambda: _orders(rng, made, people["admin"]), lines, "lines")
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


def _customers(rng: Random, count: int, people: dict[str, User]) -> Iterator[int]:
    """500 belong to one salesperson; the others to a team that holds half, or to nobody."""
    for start in range(0, count, 500):
        rows = [_customer(rng, number, people) for number in range(start, min(count, start + 500))]
        for customer in customers.add_customers(rows, by=people["admin"]):
            yield customer.pk


def _customer(rng: Random, number: int, people: dict[str, User]) -> dict[str, Any]:
    town, trade = rng.choice(TOWNS), rng.choice(TRADES)
    owner = people["seller"] if number % 400 == 7 and number < 200_000 else people["team"] if number % 2 else None
    person = rng.choice(FAMILIES) + rng.choice("建国志明晓梅文静海涛")
    return {
        "code": f"B{number:07d}", "name": f"{town}{rng.choice('鼎恒瑞泰宏盛嘉禾立铭')}{number}{trade}有限公司", "city": town,
        "industry": trade, "phone": f"139{number:08d}", "owner": owner, "department": owner.department if owner else None,
        "contacts": [{"name": person, "phone": f"138{number:08d}", "is_primary": True}],
    }  # fmt: skip


def _orders(rng: Random, ids: list[int], admin: User) -> None:
    """Ten lines a customer on the mean; one customer in a hundred holds three lines in ten."""
    end = today()
    heavy = ids[::100]
    orders = len(ids) * LINES_A_CUSTOMER // 2
    rows: list[dict[str, Any]] = []
    for number in range(orders):
        pk = rng.choice(heavy) if rng.random() < 0.3 else rng.choice(ids)
        rows.append(_order(rng, number, pk, end))
        if len(rows) == 500:
            commerce.add_orders(rows, by=admin)
            rows = []
    if rows:
        commerce.add_orders(rows, by=admin)


def _order(rng: Random, number: int, customer_id: int, end: date) -> dict[str, Any]:
    lines = [
        {"text": "bench", "quantity": Decimal(rng.randint(1, 20)), "price": Decimal(rng.randint(100, 90_000)) / 100,
         "cost_price": Decimal(50)}
        for _ in range(2)
    ]  # fmt: skip
    day = end - timedelta(days=int(1000 * rng.random() ** 1.3))
    return {"number": f"BO{number:08d}", "customer_id": customer_id, "ordered_on": day, "lines": lines}
