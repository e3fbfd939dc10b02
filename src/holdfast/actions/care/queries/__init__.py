"""Read standards, duties with what was done, the execution rate, gifts and plans of focus customers."""

from holdfast.actions.care.queries.customer import CustomerCare, customer_care
from holdfast.actions.care.queries.duties import (
    Asked,
    closing_duties,
    duties_in,
    duty_rows,
    running_duties,
    with_counted,
    with_done,
)
from holdfast.actions.care.queries.execution import Execution, Line, execution, trend
from holdfast.actions.care.queries.focus import focus_plans, is_in_focus
from holdfast.actions.care.queries.gifts import GiftBudget, gift_budgets, gift_money, gifts_in, pending_gifts
from holdfast.actions.care.queries.mine import Mine, MyCustomer, my_duties
from holdfast.actions.care.queries.resources import ResourceLine, resources
from holdfast.actions.care.queries.standards import (
    Table,
    is_one_for_all,
    standard_of,
    switches,
    table_on,
    tables,
    unowned_by_star,
)

__all__ = [
    "Asked", "CustomerCare", "Execution", "GiftBudget", "Line", "Mine", "MyCustomer", "ResourceLine", "Table",
    "closing_duties", "customer_care", "duties_in", "duty_rows", "execution", "focus_plans", "gift_budgets", "gift_money",
    "gifts_in", "is_in_focus", "is_one_for_all", "my_duties", "pending_gifts", "resources", "running_duties",
    "standard_of", "switches", "table_on", "tables", "trend", "unowned_by_star", "with_counted", "with_done",
]  # fmt: skip
