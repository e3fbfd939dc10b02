"""Customer codes: given out as C000001, C000002 …, or brought along by an import."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db import connection
from django.db.models.functions import Length

from holdfast.common.refusals import Refusal
from holdfast.records.customers import rules
from holdfast.records.customers.models import Customer

GIVEN_OUT = re.compile(r"C(\d{6,})\Z", re.ASCII)
LOCK = 7_031_001  # any number that nothing else locks


def give_codes(customers: Sequence[Customer]) -> None:
    """Refuse codes that are taken; number those without one after the highest number given out."""
    brought = [customer.code for customer in customers if customer.code]
    _refuse_taken(brought)
    if len(brought) < len(customers):
        _lock_numbering()
        _number(customers, start=max(_highest(), *map(_number_of, brought), 0) + 1)


def _refuse_taken(codes: list[str]) -> None:
    taken = Customer.objects.filter(code__in=codes).order_by().values_list("code", flat=True)
    seen: set[str] = set()
    doubled = [code for code in codes if code in seen or seen.add(code)]  # type: ignore[func-returns-value]
    if found := next(iter([*taken[:1], *doubled]), None):
        raise Refusal(f"{found}: {rules.PROBLEMS['code_taken']}", field="code")


def _number(customers: Sequence[Customer], start: int) -> None:
    for customer in customers:
        if not customer.code:
            customer.code = f"C{start:06d}"
            start += 1


def _number_of(code: str) -> int:
    match = GIVEN_OUT.match(code)
    return int(match[1]) if match else 0


def _highest() -> int:
    """The highest number given out: a step down the index, width by width."""
    highest = 0
    for width in range(6, 12):
        found = _highest_of(width)
        if not found and highest:
            break
        highest = found or highest
        if highest < 10**width - 1:
            break
    return highest


def _highest_of(width: int) -> int:
    same = Customer.objects.annotate(length=Length("code")).filter(
        length=width + 1, code__gte="C" + "0" * width, code__lte="C" + "9" * width
    )
    for code in same.order_by("-code").values_list("code", flat=True)[:20]:
        if number := _number_of(code):
            return number
    return 0


def _lock_numbering() -> None:
    """Two people who add at once get different numbers; SQLite lets one write at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
