"""What the workbench, the call list and the search read: always customers that the viewer sees."""

from holdfast.doors.desk.queries.calls import Call, call_list
from holdfast.doors.desk.queries.customer import customer_for_page
from holdfast.doors.desk.queries.workbench import (
    Movement,
    at_risk,
    birthdays_soon,
    customers_of,
    freshness,
    month_money,
    recent_changes,
    sees_everyone,
    standings,
)

__all__ = [
    "Call",
    "Movement",
    "at_risk",
    "birthdays_soon",
    "call_list",
    "customer_for_page",
    "customers_of",
    "freshness",
    "month_money",
    "recent_changes",
    "sees_everyone",
    "standings",
]
