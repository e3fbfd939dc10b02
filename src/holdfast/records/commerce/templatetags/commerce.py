"""How prices and quantities read: {% load commerce %}."""

from __future__ import annotations

from decimal import Decimal

from django import template

from holdfast.common import formats

register = template.Library()


@register.filter
def figure(value: Decimal | None, least: int = 0) -> str:
    """1234.500000 → 1,234.5; with `least` decimals kept: 12 → 12.00."""
    if value is None:
        return formats.DASH
    places = -int(value.normalize().as_tuple().exponent)
    return formats.number(value, max(places, int(least), 0))
