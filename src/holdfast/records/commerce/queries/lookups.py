"""Rows by the keys that files carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
