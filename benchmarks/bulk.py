"""Write a large company straight into the tables: quicker than the services, and outside what is timed.

Skewed as real companies are: one customer in a hundred holds three lines in ten, 5,000 people share a surname and the
first character of their names, one department holds half. No journal entries are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from holdfast.common.months import today
from holdfast.records.commerce.models import Order, OrderLine
from holdfast.records.customers.models import Contact, Customer, SearchEntry
from holdfast.records.customers.services.rows import fill_keys
from holdfast.records.customers.services.searching import built_entry

CHUNK = 20_000
SELLERS = 500
SAME_NAME = 5_000
LINES_AN_ORDER = 2
TOWNS = ["苏州", "无锡", "常州", "杭州", "宁波", "上海", "合肥", "东莞", "佛山", "泉州"]
TRADES = ["精密机械", "纺织", "食品", "模具", "电气", "化工", "包装", "五金", "光电", "汽配"]
MARKS = "鼎恒瑞泰宏盛嘉禾立铭华兴德源永安"
FAMILIES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "国志明晓梅文静海涛军丽强磊洋艳勇芳敏"


def write(count: int, people: dict[str, Any], lines: int) -> None:
    """Customers with one contact each, and orders of two lines up to `lines`; nothing may stand there before."""
    rng = np.random.default_rng(11)
    with _without_indexes([Customer, Contact, SearchEntry]):
        _customers(count, people, rng)
    with _without_indexes([Order, OrderLine]):
        _orders(count, lines // LINES_AN_ORDER, rng)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(_NoStyle(), [Customer, Contact, Order, OrderLine]):
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")  # as its own vacuum would; on SQLite nobody does


class _NoStyle:
    """Plain words for `sequence_reset_sql`."""

    def __getattr__(self, _name: str) -> Callable[[str], str]:
        return lambda text: text


# --- customers ----------------------------------------------------------------------------------------------------
def _customers(count: int, people: dict[str, Any], rng: np.random.Generator) -> None:
    every = (_customer(number, count, people, rng) for number in range(count))
    while chunk := list(islice(every, CHUNK)):
        customers, contacts = [one for one, _ in chunk], [one for _, one in chunk]
        with transaction.atomic():
            insert(Customer, (_values(Customer, one) for one in customers))
            insert(Contact, (_values(Contact, one) for one in contacts))
            entries = (built_entry(one, [contact]) for one, contact in chunk)
            insert(SearchEntry, (_values(SearchEntry, entry) for entry in entries))


def _customer(number: int, count: int, people: dict[str, Any], rng: np.random.Generator) -> tuple[Customer, Contact]:
    draw = rng.integers(0, 1 << 30, 8)
    town, trade = TOWNS[draw[0] % len(TOWNS)], TRADES[draw[1] % len(TRADES)]
    owner = _owner(number, count, people)
    customer = Customer(
        pk=number + 1, code=f"B{number:07d}", city=town, industry=trade, phone=f"139{number:08d}", owner=owner,
        name=f"{town}{MARKS[draw[2] % len(MARKS)]}{MARKS[draw[3] % len(MARKS)]}{number}{trade}有限公司",
        department=owner.department if owner else None, first_seen_on=today() - timedelta(days=int(draw[4] % 1500)),
    )  # fmt: skip
    fill_keys(customer)
    is_same = number % max(count // SAME_NAME, 1) == 3
    first = "王建" if is_same else FAMILIES[draw[5] % len(FAMILIES)] + GIVEN[draw[6] % len(GIVEN)]
    phone = f"138{number:08d}"
    person = Contact(
        pk=number + 1, customer_id=number + 1, name=first + GIVEN[draw[7] % len(GIVEN)], phone=phone, phone_key=phone,
        is_primary=True,
    )  # fmt: skip
    return customer, person


def _owner(number: int, count: int, people: dict[str, Any]) -> Any:
    if number % max(count // SELLERS, 2) == 1 and number // max(count // SELLERS, 2) < SELLERS:
        return people["seller"]
    return people["team"] if number % 2 == 0 else None


# --- orders -------------------------------------------------------------------------------------------------------
def _orders(count: int, orders: int, rng: np.random.Generator) -> None:
    """In the order of their days, as they would have come in."""
    heavy = rng.permutation(count)[: max(count // 100, 1)]
    who = np.where(rng.random(orders) < 0.3, rng.choice(heavy, orders), rng.integers(0, count, orders)) + 1
    ago = np.sort((1000 * rng.random(orders) ** 1.3).astype(np.int64))[::-1]
    quantity, price = rng.integers(1, 21, (orders, LINES_AN_ORDER)), rng.integers(100, 90_000, (orders, LINES_AN_ORDER))
    amount = quantity * price
    revenue = (amount * 100 + 56) // 113
    cost = revenue * rng.integers(40, 90, (orders, 1)) // 100
    days = [today() - timedelta(days=back) for back in range(1001)]
    now = timezone.now()
    for start in range(0, orders, CHUNK):
        rows = range(start, min(orders, start + CHUNK))
        with transaction.atomic():
            insert(Order, (_order(row, who, days[ago[row]], amount, revenue, cost, now) for row in rows))
            insert(OrderLine, _lines(rows, quantity, price, amount, revenue, cost))


def _order(row: int, who: Any, day: Any, amount: Any, revenue: Any, cost: Any, now: Any) -> list[Any]:
    given = {
        "id": row + 1, "number": f"BO{row:08d}", "customer_id": int(who[row]), "ordered_on": day,
        "amount_minor": int(amount[row].sum()), "revenue_minor": int(revenue[row].sum()),
        "cost_minor": int(cost[row].sum()), "created_at": now, "updated_at": now,
    }  # fmt: skip
    return _filled(Order, given)


def _lines(rows: range, quantity: Any, price: Any, amount: Any, revenue: Any, cost: Any) -> Iterator[list[Any]]:
    for row in rows:
        for place in range(LINES_AN_ORDER):
            worth = price[row, place] / 100
            given = {
                "id": row * LINES_AN_ORDER + place + 1, "order_id": row + 1, "position": place + 1, "text": "滤芯",
                "quantity": int(quantity[row, place]), "price": worth, "list_price": worth, "tax_rate": 0.13,
                "cost_price": cost[row, place] / quantity[row, place] / 100, "amount_minor": int(amount[row, place]),
                "revenue_minor": int(revenue[row, place]), "cost_minor": int(cost[row, place]),
                "list_minor": int(revenue[row, place]),
            }  # fmt: skip
            yield _filled(OrderLine, given)


# --- tables -------------------------------------------------------------------------------------------------------
_DEFAULTS: dict[type[Model], list[tuple[str, Any]]] = {}


def _filled(model: type[Model], given: dict[str, Any]) -> list[Any]:
    """Values of every column in the model's order; what is not given takes the field's default."""
    if model not in _DEFAULTS:
        _DEFAULTS[model] = [
            (field.attname, None if field.primary_key else field.get_db_prep_save(field.get_default(), connection))
            for field in model._meta.concrete_fields
        ]
    found = [given.get(name, default) for name, default in _DEFAULTS[model]]
    return [value.isoformat(" ") if hasattr(value, "tzinfo") else value for value in found]


def _values(model: type[Model], row: Model) -> list[Any]:
    fields = model._meta.concrete_fields
    return [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]


def insert(model: type[Model], rows: Iterable[Sequence[Any]]) -> None:
    """All columns of the model in order, by the quickest way of the database."""
    quote, fields = connection.ops.quote_name, model._meta.concrete_fields
    table, columns = quote(model._meta.db_table), ", ".join(quote(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        plain = cursor.cursor.connection.cursor()
        marks = ", ".join("?" * len(fields))
        plain.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", map(_plain, rows))


def _plain(row: Sequence[Any]) -> list[Any]:
    return [str(value) if hasattr(value, "isoformat") else value for value in row]


@contextmanager
def _without_indexes(models: Sequence[type[Model]]) -> Iterator[None]:
    """Indexes that no constraint needs are dropped, and made again when the rows stand."""
    tables = tuple(model._meta.db_table for model in models)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_keys=OFF")
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX%%' "
                f"AND tbl_name IN ({', '.join(['%s'] * len(tables))})", tables
            )  # fmt: skip
        else:
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE 'CREATE INDEX%%' AND tablename = ANY(%s)",
                [list(tables)],
            )
        found = cursor.fetchall()
        for name, _sql in found:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        for _name, sql in found:
            cursor.execute(sql.replace("%", "%%") if connection.vendor != "sqlite" else sql)
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=NORMAL")
            cursor.execute("PRAGMA foreign_keys=ON")
