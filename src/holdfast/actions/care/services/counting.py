"""Count what was done for the running duties, so that a figure over many customers is a sum of columns."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from holdfast.actions.care.models import Counting, Duty
from holdfast.actions.care.queries.duties import open_windows, touched_since, with_done
from holdfast.records.timeline.models import Interaction

CHUNK = 5_000


def count_duties(*, everything: bool = True) -> int:
    """Count all running duties, or only those of customers with something new since; how many figures changed."""
    last = Counting.objects.order_by("pk").first()
    newest = Interaction.objects.aggregate(last=Max("pk"))["last"] or 0
    at = timezone.now()
    found = open_windows()
    if last is not None and not everything:
        found = found.filter(customer__in=touched_since(last))
    changed = _count(found)
    Counting.objects.update_or_create(pk=last.pk if last else 1, defaults={"interaction": newest, "at": at})
    return changed


def _count(found: Any) -> int:
    """In pages by key; rows whose figure stands are not written."""
    changed, last = 0, 0
    while keys := list(found.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        last = keys[-1]
        counted = with_done(Duty.objects.filter(pk__in=keys))
        differs = counted.filter(Q(counted=None) | ~Q(counted=F("done_now")))
        changed += _keep(dict(differs.values_list("pk", "done_now")))
    return changed


@transaction.atomic
def _keep(counted: dict[int, int]) -> int:
    by_count: dict[int, list[int]] = {}
    for key, done in counted.items():
        by_count.setdefault(done, []).append(key)
    open_now = Duty.objects.filter(closed_at=None)
    return sum(open_now.filter(pk__in=keys).update(counted=done) for done, keys in by_count.items())
