"""New orders, one or many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.commerce.models import Order, OrderLine
from holdfast.records.commerce.services import checks, journal, telling
from holdfast.records.commerce.services.rows import LINE_FIELDS, LineRow, OrderRow, built_lines, built_order
from holdfast.records.customers.models import Customer


def add_order(
    customer: Customer, *, number: str, ordered_on: date, lines: Sequence[LineRow], by: User,
    batch: Batch | None = None, **fields: Any,
) -> Order:  # fmt: skip
    """One order with its lines; further fields as in OrderRow. Refusals name the field."""
    row: OrderRow = {"number": number, "customer": customer, "ordered_on": ordered_on, "lines": lines, **fields}  # type: ignore[typeddict-item]
    return add_orders([row], by=by, batch=batch)[0]


@transaction.atomic
def add_orders(rows: Iterable[OrderRow], *, by: User | None, batch: Batch | None = None) -> list[Order]:
    """Many orders with their lines in one transaction; all or none. In the order of `rows`.

    Errors: Refusal with the order's number and line on the first row that may not stand.
    """
    given: list[Mapping[str, Any]] = list(rows)
    checks.check_rows(given)
    orders = [built_order(row) for row in given]
    lines = [built_lines(order, row["lines"]) for order, row in zip(orders, given, strict=True)]
    checks.check_numbers([order.number for order in orders])
    checks.check_links(orders)
    _insert(orders, [line for some in lines for line in some])
    checks.check_returned([order.returns_id for order in orders if order.returns_id])
    entries = [journal.created(order, some) for order, some in zip(orders, lines, strict=True)]
    audit.record_many(entries, actor=by, verb="add", batch=batch)
    telling.tell_new_orders(orders, lines)
    return orders


def _insert(orders: list[Order], lines: list[OrderLine]) -> None:
    try:
        with transaction.atomic():
            Order.objects.bulk_create(orders)
    except IntegrityError as error:
        raise Refusal(_("有人刚刚用了同样的订单号，请刷新后再试。"), "number") from error
    for line in lines:
        line.order_id = line.order.pk
    _insert_lines(lines)


def _insert_lines(lines: list[OrderLine]) -> None:
    """As bulk_create, at twice its speed: lines come by the million, and nobody needs their ids back."""
    names = ["order_id", *LINE_FIELDS]
    columns = ", ".join(connection.ops.quote_name(name) for name in names)
    table = connection.ops.quote_name(OrderLine._meta.db_table)
    sql = f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(names))})"
    with connection.cursor() as cursor:
        cursor.executemany(sql, [[_stored(line.__dict__[name]) for name in names] for line in lines])


def _stored(value: Any) -> Any:
    """Decimals and days as text: exact, and read alike by both databases."""
    return str(value) if isinstance(value, Decimal | date) else value
