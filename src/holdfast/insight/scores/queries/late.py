"""Late facts: orders of a signed month that were written or changed after its signing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from holdfast.common.months import Month
from holdfast.foundation.audit.models import Change
from holdfast.insight.scores.models import Run
from holdfast.records.commerce.models import Order


@dataclass(frozen=True)
class LateFact:
    """One order; `what` is written, changed, voided or deleted, `ordered_on` the day by which it belongs to the month.

    `amount_minor` is the order's revenue without tax as it stands now, None once deleted.
    """

    order_id: int | None
    number: str
    customer_id: int
    ordered_on: date
    changed_at: datetime
    what: str
    amount_minor: int | None
    month: str


def late_facts(month: Month | str, *, since: datetime | None = None) -> list[LateFact]:
    """Orders dated in a signed month, before or after their change, that were touched after its signing; newest first.

    `since` narrows to changes after a later moment. Empty for a month that is not signed.
    """
    run = Run.objects.filter(month=str(month), state="signed").first()
    if run is None or run.frozen_at is None:
        return []
    after = max(run.frozen_at, since) if since else run.frozen_at
    standing = {fact.order_id: fact for fact in _standing(run.month, after)}
    gone = [fact for fact in _moved_or_deleted(run.month, after) if fact.order_id not in standing]
    return sorted([*standing.values(), *gone], key=lambda fact: (fact.changed_at, fact.number), reverse=True)


def late_facts_for_report(month: Month | str) -> list[LateFact]:
    """What the report of `month` must list: of every month signed before, what changed since the report before it.

    A change that an earlier, signed report has already listed does not come again.
    """
    earlier = Run.objects.filter(month__lt=str(month), state="signed").order_by("month")
    last = max((run.frozen_at for run in earlier if run.frozen_at), default=None)
    mine = Run.objects.filter(month=str(month), state="signed").first()
    found = [fact for run in earlier for fact in late_facts(run.month, since=last)]
    return [fact for fact in found if mine is None or mine.frozen_at is None or fact.changed_at <= mine.frozen_at]


def _standing(month: str, after: datetime) -> Iterable[LateFact]:
    whole = Month.parse(month)
    orders = Order.objects.filter(ordered_on__range=(whole.first, whole.last), updated_at__gt=after)
    for order in orders.iterator(chunk_size=2000):
        what = "voided" if order.voided_at else "written" if order.created_at > after else "changed"
        yield LateFact(
            order.pk, order.number, order.customer_id, order.ordered_on, order.updated_at, what, order.revenue_minor,
            month,
        )  # fmt: skip


def _moved_or_deleted(month: str, after: datetime) -> Iterable[LateFact]:
    """Orders that stood in the month and no longer do: the journal still knows them."""
    changes = Change.objects.filter(
        model="commerce.order", at__gt=after, before__ordered_on__startswith=f"{month}-"
    ).order_by("at")
    first: dict[str, LateFact] = {}
    for change in changes.iterator(chunk_size=2000):
        before, now = change.before or {}, change.after or {}
        if change.object_id in first or str(now.get("ordered_on", "")).startswith(month):
            continue
        first[change.object_id] = LateFact(
            int(change.object_id) if now else None,
            str(before.get("number", "")),
            int(before.get("customer_id", 0)),
            date.fromisoformat(before["ordered_on"]),
            change.at,
            "changed" if now else "deleted",
            now.get("revenue_minor"),
            month,
        )
    return first.values()
