"""Writing chances: only rows that differ, in sets, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from holdfast.insight.outlook.models import LateChance
from holdfast.records.commerce.models import Invoice

FIELDS = ("p_late", "base", "late_days", "reasons")


@transaction.atomic
def keep_chances(rows: Sequence[dict[str, Any]], after: int, until: int) -> int:
    """Make the chances of invoices with after < key ≤ until these rows ({"invoice_id", …FIELDS}); how many changed."""
    between = {"invoice__gt": after, "invoice__lte": until}
    kept = {row["invoice_id"]: row for row in LateChance.objects.filter(**between).values("invoice_id", *FIELDS)}
    there = set(Invoice.objects.filter(pk__gt=after, pk__lte=until).values_list("pk", flat=True))
    wanted = {row["invoice_id"]: row for row in rows if row["invoice_id"] in there}
    changed = [LateChance(**row) for key, row in wanted.items() if kept.get(key) != row]
    LateChance.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["invoice"], update_fields=list(FIELDS)
    )  # fmt: skip
    gone = set(kept) - set(wanted)
    LateChance.objects.filter(invoice__in=gone).delete()
    return len(changed) + len(gone)
