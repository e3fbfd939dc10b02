"""Writing chances, only rows that differ; the file of a month with a row a customer, and the sums of groups."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction

from holdfast.insight.outlook.models import DemandGroup, LateChance, Outlook
from holdfast.insight.outlook.rules.demand import Group
from holdfast.insight.scores.writers import GRACE_NS, ROWS_A_GROUP, sha256_of
from holdfast.records.commerce.models import Invoice

FOLDER = "outlook"
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


def write_customers(table: pa.Table, month: str) -> tuple[str, str]:
    """Write the file of a month; its path relative to DATA and its sha256. Files of other contents go after a while."""
    home = Path(settings.DATA) / FOLDER
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = home / f".{month}-{uuid.uuid4().hex}"
    try:
        pq.write_table(table, draft, compression="zstd", row_group_size=ROWS_A_GROUP)
        digest = sha256_of(draft)
        path = home / f"{month}-{digest[:12]}.parquet"
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    for old in home.glob("*.parquet"):
        if old != path and time.time_ns() - old.stat().st_mtime_ns > GRACE_NS:
            old.unlink(missing_ok=True)
    return f"{FOLDER}/{path.name}", digest


def keep_groups(outlook: Outlook, groups: Sequence[Group]) -> None:
    """The sums of this outlook instead of those it had."""
    outlook.groups.all().delete()
    rows = [
        DemandGroup(
            outlook=outlook, kind=one.kind, key=one.key[:120], customers=one.customers, total_minor=one.total_minor,
            history=one.history, ahead=one.ahead, told=one.told,
        )
        for one in groups
    ]  # fmt: skip
    DemandGroup.objects.bulk_create(rows)
