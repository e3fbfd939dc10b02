"""Hours spent on each customer where nobody wrote them down (methods §1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.ledger import ranked
from holdfast.analysis.params import Params
from holdfast.analysis.tables import Source, TableError, arrow

KINDS = ("visit", "call", "order", "ticket")


@dataclass(frozen=True)
class EffortParams(Params):
    """Hours that one activity of each kind usually takes; only their proportions count. Other kinds count as `other`.

    Errors: ValueError where one is below 0.
    """

    visit: float = 2.0
    call: float = 0.2
    order: float = 0.3
    ticket: float = 0.5
    other: float = 0.2

    def __post_init__(self) -> None:
        if min(self.to_dict().values()) < 0:
            raise ValueError("no activity takes less than 0 hours")


DEFAULTS = EffortParams()


def shared_hours(activities: Source, paid_hours: Mapping[str, float], params: EffortParams = DEFAULTS) -> pa.Table:
    """Each employee's paid hours shared out over the customers he worked for; one row per customer, sorted.

    In: one row an activity: employee_id, customer_id, kind (visit, call, order, ticket or another), count (optional, 1
    if not given); paid hours of each employee over the same time. Out: customer_id, effort_hours; they add up to the
    paid hours of all employees who did anything. Who is not in `paid_hours` has no hours to share.
    Formula: paid hours × weight of the customer's activities ÷ weight of all of the employee's.
    Errors: TableError where a column is missing. Source: methods §1.1 (visit 2 h, call 0.2 h, order 0.3 h, ticket 0.5 h).
    """
    table = arrow(activities)
    for name in ("employee_id", "customer_id", "kind"):
        if name not in table.column_names:
            raise TableError("column_missing", "activities", name, "is missing")
    table = table.filter(pc.and_(table["employee_id"].is_valid(), table["customer_id"].is_valid()))
    weight = np.array([getattr(params, kind) if kind in KINDS else params.other for kind in table["kind"].to_pylist()])
    if "count" in table.column_names:
        weight = weight * np.maximum(table["count"].cast(pa.float64()).fill_null(0.0).to_numpy(), 0.0)
    employees, who = ranked(table["employee_id"])
    customers, whose = ranked(table["customer_id"])
    whole = np.bincount(who, weight, minlength=len(employees))
    paid = np.array([max(paid_hours.get(employee, 0.0), 0.0) for employee in employees.to_pylist()])
    rate = np.where(whole > 0, paid / np.where(whole > 0, whole, 1.0), 0.0)
    hours = np.bincount(whose, weight * rate[who], minlength=len(customers)) if len(who) else np.zeros(0)
    return pa.table({"customer_id": customers, "effort_hours": hours})
