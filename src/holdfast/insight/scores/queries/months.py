"""Runs, and the rows of a month that a viewer may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import QuerySet

from holdfast.analysis.days import Comparison, Window, comparison, month_window
from holdfast.common.months import Month
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission, Scope
from holdfast.insight.scores.models import Run
from holdfast.insight.scores.readers import only, read_month
from holdfast.insight.scores.rules.columns import COMPARISONS, MOVEMENT_COLUMNS
from holdfast.records.customers.models import Customer

Which = Run | Month | str
Side = Literal["previous", "current"]


def run_of(month: Month | str) -> Run | None:
    """The run of one month."""
    return Run.objects.select_related("definition", "frozen_by").filter(month=str(month)).first()


def newest_run() -> Run | None:
    """The run of the latest month: the one that Standing shows."""
    return runs().first()


def runs() -> QuerySet[Run]:
    """All runs, newest first."""
    return Run.objects.select_related("definition", "frozen_by").order_by("-month")


def visible_ids(viewer: User | None) -> pa.Array | None:
    """The customers that a viewer sees; None where that is everybody."""
    if viewer is None or (viewer.scope == Scope.ALL and viewer.may(Permission.CUSTOMER_VIEW)):
        return None
    return pa.array(Customer.objects.visible_to(viewer).values_list("pk", flat=True), pa.int64())


def month_rows(which: Which, viewer: User | None = None, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of the customers that the viewer sees, sorted by customer_id.

    Errors: LookupError for a month without scores; FileMissing.
    """
    run = which if isinstance(which, Run) else run_of(which)
    if run is None:
        raise LookupError(f"no scores of {which}")
    names = list(columns) if columns is not None else None
    if names is not None and "customer_id" not in names:
        names = ["customer_id", *names]
    table, ids = read_month(run, names), visible_ids(viewer)
    return table if ids is None else only(table, ids)


def movement_rows(which: Which, viewer: User | None = None, comparison: Comparison = "month") -> pa.Table:
    """Who moved from window to window; one row per customer with money in either.

    Out: customer_id, previous_minor, current_minor, delta_minor, previous_orders, current_orders, movement, due.
    """
    prefix = COMPARISONS[comparison]
    table = month_rows(which, viewer, [f"{prefix}{name}" for name in MOVEMENT_COLUMNS])
    table = table.rename_columns([name.removeprefix(prefix) for name in table.column_names])
    return table.filter(pc.is_valid(table["movement"]))


def windows_of(run: Run, kind: Comparison = "month") -> tuple[Window, Window]:
    """The two windows (previous, current) that a run's movement compares; half-open."""
    month = Month.parse(run.movement_month)
    return comparison(month_window(month.year, month.number), kind)
