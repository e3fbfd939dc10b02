"""What a filter of the list is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from holdfast.foundation.accounts.models import User

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Chip:
    """One applied filter in words; `name` is its parameter."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class Choices:
    """A filter of several values; `where(values, viewer)` is its condition, `pairs(viewer)` what may be chosen."""

    name: str
    label: Any
    pairs: Callable[[User], Pairs]
    where: Callable[[list[str], User], Q]
    needs_profit: bool = False


@dataclass(frozen=True)
class Span:
    """A filter from – to; the address holds what people write (yuan, days, percent), `where` takes stored units."""

    name: str
    label: Any
    unit: Any
    where: Callable[[Decimal | None, Decimal | None], Q]
    needs_profit: bool = False
    is_money: bool = False


@dataclass(frozen=True)
class Days:
    """A filter from day to day, both within."""

    name: str
    label: Any
    where: Callable[[date | None, date | None], Q]
