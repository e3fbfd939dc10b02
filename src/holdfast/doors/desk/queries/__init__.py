"""What the workbench, the call list and the search read: always customers that the viewer sees."""

from holdfast.doors.desk.queries.calls import Call, call_list
from holdfast.doors.desk.queries.customer import customer_for_page
from holdfast.doors.desk.queries.workbench import (
    at_risk,
    birthdays_soon,
    customers_of,
    freshness,
    month_money,
    movements,
    recent_changes,
    risk_totals,
)

__all__ = [
    "Call",
    "at_risk",
    "birthdays_soon",
    "call_list",
    "customer_for_page",
    "customers_of",
    "freshness",
    "month_money",
    "movements",
    "recent_changes",
    "risk_totals",
]
