"""What stands in this room from the beginning: the standard that the product proposes, and the switches."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from holdfast.actions.care.models import Standard, StandardVersion, Switches

FROM_THE_START = date(2000, 1, 1)
# A proposal, as sales companies of a few hundred customers keep it; the company changes it on the page 服务标准.
PROPOSED = {
    5: (2, "month", 4, "month", 2, 200_000, "12", 480, "manager"),
    4: (1, "month", 2, "month", 4, 80_000, "8", 240, "senior"),
    3: (1, "quarter", 1, "month", 8, 30_000, "5", 90, "sales"),
    2: (0, "quarter", 2, "quarter", 24, 0, "3", 30, "sales"),
    1: (0, "quarter", 1, "quarter", 48, 0, "0", 10, "assistant"),
}


def ensure_defaults() -> None:
    """Put the proposal and the switches where a company has none."""
    if not StandardVersion.objects.exists():
        version = StandardVersion.objects.create(number=1, starts_on=FROM_THE_START)
        Standard.objects.bulk_create([_standard(version, stars) for stars in PROPOSED])
    if not Switches.objects.exists():
        Switches.objects.create()


def _standard(version: StandardVersion, stars: int) -> Standard:
    visits, visits_every, contacts, contacts_every, reply, gifts, discount, minutes, level = PROPOSED[stars]
    return Standard(
        version=version, stars=stars, visits=visits, visits_every=visits_every, contacts=contacts,
        contacts_every=contacts_every, reply_hours=reply, gift_budget_minor=gifts, discount_percent=Decimal(discount),
        service_minutes=minutes, owner_level=level,
    )  # fmt: skip
