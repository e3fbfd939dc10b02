"""Money in integer minor units; prices and quantities as decimals, rounded half up once per line."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

MINOR_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "KWD": 3, "BHD": 3}


def minor_digits(currency: str) -> int:
    return MINOR_DIGITS.get(currency.upper(), 2)


def to_minor(amount: Decimal, currency: str = "CNY") -> int:
    """Decimal amount in major units → whole minor units, half up (away from zero)."""
    scaled = amount.scaleb(minor_digits(currency))
    return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def to_major(minor: int, currency: str = "CNY") -> Decimal:
    return Decimal(minor).scaleb(-minor_digits(currency))


def line_amount(quantity: Decimal, price: Decimal, currency: str = "CNY") -> int:
    """Quantity × unit price in minor units, rounded once."""
    return to_minor(quantity * price, currency)


def without_tax(amount_minor: int, rate: Decimal, included: bool) -> int:
    """The part of a line's amount that is revenue; `rate` 0.13 means 13 %."""
    if not included or not rate:
        return amount_minor
    return int((Decimal(amount_minor) / (1 + rate)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def converted(amount_minor: int, rate: Decimal) -> int:
    """Minor units of a foreign currency × the day's rate, in minor units of the company's."""
    return int((Decimal(amount_minor) * rate).quantize(Decimal(1), rounding=ROUND_HALF_UP))
