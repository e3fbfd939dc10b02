"""Which standard is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Coalesce

from holdfast.actions.care.models import Standard, StandardVersion, Switches
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer, Standing

STARS = (5, 4, 3, 2, 1)
TERMS = (
    "visits", "visits_every", "contacts", "contacts_every", "reply_hours", "gift_budget_minor", "discount_percent",
    "service_minutes", "owner_level",
)  # fmt: skip


@dataclass(frozen=True)
class Table:
    """One version with its rows by (channel, stars); channel "" is for all."""

    version: StandardVersion
    rows: dict[tuple[str, int], Standard]

    def of(self, stars: int | None, channel: str = "") -> Standard | None:
        """The row of a star, that of the customer's channel before the common one."""
        if stars is None:
            return None
        return self.rows.get((channel, stars)) or self.rows.get(("", stars))

    @property
    def channels(self) -> list[str]:
        """Channels with rows of their own, the common one first."""
        return sorted({channel for channel, _stars in self.rows})

    def rows_of(self, channel: str) -> list[Standard]:
        return [self.rows[channel, stars] for stars in STARS if (channel, stars) in self.rows]


def tables() -> QuerySet[StandardVersion]:
    """Every version, the latest to start first."""
    return StandardVersion.objects.select_related("by").prefetch_related("standards")


def table_on(day: date) -> Table:
    """The table in force on a day: the latest that has started, of several from one day the newest.

    Errors: LookupError where no version reaches back so far (version 1 does).
    """
    version = tables().filter(starts_on__lte=day).first()
    if version is None:
        raise LookupError(f"no service standard on {day}")
    return Table(version, {(row.channel, row.stars): row for row in version.standards.all()})


def standard_of(customer: Customer, day: date) -> Standard | None:
    """What the customer's present star is owed on a day; None without a star."""
    standing: Standing | None = getattr(customer, "standing", None)
    return table_on(day).of(shown_star(standing, switches()), customer.channel)


def shown_star(standing: Standing | None, switches: Switches) -> int | None:
    """The star that counts: a hollow one only while the switch lets it."""
    if standing is None:
        return None
    return standing.shown_stars if switches.use_provisional else standing.stars


def switches() -> Switches:
    found = Switches.objects.order_by("pk").first()
    return found if found is not None else Switches()


def is_one_for_all(table: Table) -> bool:
    """Whether all stars are owed the same, in any channel: then stars steer nothing."""
    groups = [table.rows_of(channel) for channel in table.channels]
    return any(len(rows) > 1 and len({_terms(row) for row in rows}) == 1 for rows in groups)


def _terms(standard: Standard) -> tuple[Any, ...]:
    return tuple(getattr(standard, name) for name in TERMS)


def unowned_by_star(viewer: User) -> dict[int, int]:
    """Stars → customers in work without an owner, of four and five stars: nobody keeps their standard."""
    found = Customer.objects.visible_to(viewer).filter(archived_at=None, owner=None).order_by()
    starred = found.annotate(shown=Coalesce("standing__stars", "standing__stars_hint")).filter(shown__gte=4)
    return {row["stars"]: row["n"] for row in starred.values(stars=F("shown")).annotate(n=Count("pk"))}
