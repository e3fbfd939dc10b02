"""What the bodies of a request name by key, looked up once for all of them and within the reader's scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from holdfast.common.api import Problem
from holdfast.foundation.accounts.models import User
from holdfast.records.commerce import queries
from holdfast.records.commerce.models import Invoice, Order, Product
from holdfast.records.customers.models import Customer

SEVERAL = 400


class Known:
    """Customers, orders, invoices and products that rows (not yet checked) name; a few queries however many rows."""

    def __init__(self, viewer: User, rows: Iterable[Mapping[str, Any]]) -> None:
        self.viewer = viewer
        given = [row for row in rows if isinstance(row, Mapping)]
        lines = [line for row in given for line in _list(row.get("lines")) if isinstance(line, Mapping)]
        shares = [one for row in given for one in _list(row.get("allocations")) if isinstance(one, Mapping)]
        customers = Customer.objects.visible_to(viewer).select_related("owner")
        self._customers = _found(customers, _keys(given, "customer_id"))
        orders = queries.visible_orders(viewer)
        self._orders = _found(orders, _keys(given, "returns_id") | _keys(given, "order_id"))
        self._invoices = _found(Invoice.objects.visible_to(viewer), _keys(shares, "invoice_id"))
        self._products: dict[Any, Any] = {**_found(Product.objects.all(), _keys(lines, "product_id"))}
        codes = {line["product_code"] for line in lines if isinstance(line.get("product_code"), str)}
        self._products.update(queries.products_by_code(codes))

    def customer(self, key: int) -> Customer:
        return _named(self._customers, key, "customer_id")

    def order(self, key: int, field: str = "returns_id") -> Order:
        return _named(self._orders, key, field)

    def invoice(self, key: int, field: str = "invoice_id") -> Invoice:
        return _named(self._invoices, key, field)

    def product(self, key: int | str, field: str) -> Product:
        return _named(self._products, key, field)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _keys(rows: Iterable[Mapping[str, Any]], name: str) -> set[int]:
    return {key for row in rows if isinstance(key := row.get(name), int) and not isinstance(key, bool)}


def _found(rows: Any, keys: set[int]) -> dict[int, Any]:
    wanted: list[int] = sorted(keys)
    found: dict[int, Any] = {}
    for start in range(0, len(wanted), SEVERAL):
        found |= {row.pk: row for row in rows.filter(pk__in=wanted[start : start + SEVERAL])}
    return found


def _named(found: Mapping[Any, Any], key: Any, field: str) -> Any:
    if key not in found:
        raise Problem("not_known", 422, field=field, name=f"{field} {key}")
    return found[key]
