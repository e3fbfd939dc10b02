"""A month's rows page by page, for programs: however large the company, only the row groups of that page are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission, Scope
from holdfast.insight.scores.models import Run
from holdfast.insight.scores.queries.months import Which, run_of
from holdfast.insight.scores.readers import rows_behind, rows_of
from holdfast.records.customers.models import Customer


def month_page(which: Which, viewer: User, columns: Sequence[str], *, after: int = 0, size: int) -> pa.Table:
    """At most `size` rows of customers that the viewer sees, by customer_id, behind `after`.

    Errors: LookupError for a month without scores; FileMissing.
    """
    run = which if isinstance(which, Run) else run_of(which)
    if run is None:
        raise LookupError(f"no scores of {which}")
    if viewer.scope == Scope.ALL and viewer.may(Permission.CUSTOMER_VIEW):
        return rows_behind(run, after, size, columns)
    found: list[pa.Table] = []
    for ids in _batches(viewer, after, size):
        found.append(rows_of(run, ids, columns))
        if sum(table.num_rows for table in found) >= size:
            break
    return pa.concat_tables(found).slice(0, size) if found else rows_behind(run, after, 0, columns)


def _batches(viewer: User, after: int, size: int) -> Iterator[list[int]]:
    """Keys of visible customers in order; some have no row in the month, so more than one batch may be needed."""
    seen = Customer.objects.visible_to(viewer).order_by("pk").values_list("pk", flat=True)
    while ids := list(seen.filter(pk__gt=after)[:size]):
        yield ids
        after = ids[-1]


def month_row(which: Which, viewer: User, columns: Sequence[str], key: int) -> pa.Table:
    """One visible customer's row, or none. Errors: as `month_page`."""
    table = month_page(which, viewer, columns, after=key - 1, size=1)
    return table.filter(pc.equal(table["customer_id"], key))
