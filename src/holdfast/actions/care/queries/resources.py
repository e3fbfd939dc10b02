"""Hours and gifts by tier: what was planned, what was spent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Sum

from holdfast.actions.care.queries.duties import duties_in, with_counted
from holdfast.common.months import Month, today
from holdfast.foundation.accounts.models import User


@dataclass(frozen=True)
class ResourceLine:
    """One star in a month: customers, minutes planned and spent. `share` of all spent minutes, 0–1."""

    stars: int
    customers: int
    planned: int
    spent: int
    share: float

    @property
    def rate(self) -> float | None:
        return self.spent / self.planned if self.planned else None

    @property
    def per_customer(self) -> float:
        """Minutes spent a customer."""
        return self.spent / self.customers if self.customers else 0.0


def resources(month: Month, viewer: User, on: date | None = None) -> list[ResourceLine]:
    """Stars 5 → 1 with planned and spent minutes of a month, for what the viewer sees; one question to the database."""
    found = with_counted(duties_in(month, on or today()).visible_to(viewer).filter(kind="minutes")).order_by()
    rows = list(
        found.values("stars").annotate(
            customers=Count("customer", distinct=True), planned=Sum("due"), spent=Sum("done_now")
        )
    )
    whole = sum(row["spent"] for row in rows)
    lines = [ResourceLine(**row, share=row["spent"] / whole if whole else 0.0) for row in rows]
    return sorted(lines, key=lambda line: -line.stars)
