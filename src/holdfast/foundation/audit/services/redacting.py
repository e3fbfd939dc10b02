"""Take personal values out of journal entries: the one way in which an entry may be rewritten (decision 0015)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from holdfast.foundation.audit.models import Change, Redaction

CHUNK = 500
# What stands where something was erased: a black bar, which every language reads.
ERASED = "▇▇▇"
TOLD = ("label", "before", "after")


@transaction.atomic
def redact(
    changes: QuerySet[Change],
    clean: Callable[[str, str, Any], Any],
    *,
    by: Model | None,
    reason: str,
    subject: str,
) -> int:
    """Rewrite what entries tell: `clean(model, column, value)` gives the value without what is to go.

    Who did what, when and to which row stays, and so does the number of entries. The redaction itself is kept: by whom,
    why (a code), about which subject, how many entries. How many entries were rewritten.
    """
    permit = Redaction.objects.create(by_id=by.pk if by else None, reason=reason, subject=subject)
    rewritten, after = 0, 0
    while chunk := list(changes.order_by("pk").filter(pk__gt=after)[:CHUNK]):
        after = chunk[-1].pk
        rewritten += sum(_rewrite(change, clean) for change in chunk)
    Redaction.objects.filter(pk=permit.pk).update(closed_at=timezone.now(), entries=rewritten)
    return rewritten


def _rewrite(change: Change, clean: Callable[[str, str, Any], Any]) -> bool:
    values = {name: getattr(change, name) for name in TOLD}
    fresh = {name: clean(change.model, name, value) for name, value in values.items() if value}
    changed = {name: value for name, value in fresh.items() if value != values[name]}
    if changed:
        Change.objects.filter(pk=change.pk).update(**changed)
    return bool(changed)
