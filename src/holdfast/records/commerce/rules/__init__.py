"""What may stand on orders, invoices and payments, and what follows from it. No database."""

from holdfast.records.commerce.rules.orders import (
    MINOR_LIMIT,
    PROBLEMS,
    Amounts,
    amounts,
    line_problem,
    order_problem,
    signed,
)
from holdfast.records.commerce.rules.receivables import (
    BUCKET_NAMES,
    BUCKET_SHORT,
    BUCKETS,
    MONEY_PROBLEMS,
    OVERDUE,
    amount_problem,
    bucket_days,
    bucket_of,
    invoice_problem,
    payment_problem,
    promise_problem,
    spread,
    was_kept,
)

__all__ = [
    "BUCKETS",
    "BUCKET_NAMES",
    "BUCKET_SHORT",
    "MINOR_LIMIT",
    "MONEY_PROBLEMS",
    "OVERDUE",
    "PROBLEMS",
    "Amounts",
    "amount_problem",
    "amounts",
    "bucket_days",
    "bucket_of",
    "invoice_problem",
    "line_problem",
    "order_problem",
    "payment_problem",
    "promise_problem",
    "signed",
    "spread",
    "was_kept",
]
