"""Rows by the keys that files carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from holdfast.records.commerce.models import Order, Product

SEVERAL = 500


def _parts(keys: Iterable[str]) -> Iterator[list[str]]:
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), SEVERAL):
        yield wanted[start : start + SEVERAL]


def orders_by_number(numbers: Iterable[str]) -> dict[str, Order]:
    """Orders by number, voided ones too; for writers, so without a viewer."""
    return {order.number: order for part in _parts(numbers) for order in Order.objects.filter(number__in=part)}


def products_by_code(codes: Iterable[str]) -> dict[str, Product]:
    return {product.code: product for part in _parts(codes) for product in Product.objects.filter(code__in=part)}


def product_named(text: str) -> Product | None:
    """The product whose code, or code and name as its option shows them, or whole name this is."""
    code = text.split(" ", 1)[0]
    for wanted in ({"code__iexact": text}, {"code__iexact": code}, {"name": text}):
        if (found := Product.objects.filter(**wanted).order_by("-is_active", "pk").first()) is not None:
            return found
    return None


def next_number(day: date, kind: str = "sale") -> str:
    """A free order number of that day: SO20261122-001, returns RT20261122-001."""
    start = f"{'RT' if kind == 'return' else 'SO'}{day:%Y%m%d}-"
    used = Order.objects.filter(number__startswith=start).values_list("number", flat=True)
    last = max((int(tail) for number in used if (tail := number.removeprefix(start)).isdecimal()), default=0)
    return f"{start}{last + 1:03d}"
