"""When money is late, how a payment is spread, and what may stand on an invoice. No database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from holdfast.records.commerce.rules.orders import MINOR_LIMIT

Key = TypeVar("Key")

# Why an invoice, a payment or a promise is refused: code → sentence.
MONEY_PROBLEMS: Mapping[str, Promise] = {
    "no_invoice_number": _("缺少发票号，请填写后再试。"),
    "invoice_number_taken": _("发票号已经用过，请换一个，或打开原来的发票修改。"),
    "no_issue_day": _("缺少开票日期，请填写后再试。"),
    "no_due_day": _("缺少到期日，请填写后再试。"),
    "due_early": _("到期日早于开票日，请检查日期。"),
    "no_amount": _("缺少金额，或金额为零，请填写后再试。"),
    "amount_too_large": _("金额超出可记录的范围，请检查是否多写了位数。"),
    "negative_invoice": _("发票金额应大于零；冲减请另开红字发票。"),
    "bad_rate": _("汇率必须大于零，请检查后再试。"),
    "no_received_day": _("缺少到账日期，请填写后再试。"),
    "unknown_method": _("没有这种收款方式，请从列表中选。"),
    "no_promised_day": _("缺少承诺付款日，请填写后再试。"),
    "promised_early": _("承诺付款日早于承诺当天，请检查日期。"),
    "not_positive": _("金额应大于零，请检查后再试。"),
    "future_issue": _("开票日期在未来，请检查日期。"),
    "future_receipt": _("到账日期在未来，请到账后再记。"),
    "lost_without_dispute": _("没有争议日，就没有争议结果；请先填写争议日。"),
}

# Age bands of open invoices by days past due: code → (first day, last day or None).
BUCKETS: Mapping[str, tuple[int | None, int | None]] = {
    "not_due": (None, 0), "d30": (1, 30), "d60": (31, 60), "d90": (61, 90), "over90": (91, None),
}  # fmt: skip
BUCKET_NAMES: Mapping[str, Promise] = {
    "not_due": _("未到期"), "d30": _("逾期 1–30 天"), "d60": _("逾期 31–60 天"), "d90": _("逾期 61–90 天"),
    "over90": _("逾期 90 天以上"),
}  # fmt: skip
BUCKET_SHORT: Mapping[str, Promise] = {
    "not_due": _("未到期"), "d30": _("1–30 天"), "d60": _("31–60 天"), "d90": _("61–90 天"), "over90": _("90 天以上"),
}  # fmt: skip
OVERDUE = tuple(BUCKETS)[1:]


def bucket_of(days_past_due: int) -> str:
    """The age band of an open invoice; the due day itself is not overdue."""
    return next(code for code, (_first, last) in BUCKETS.items() if last is None or days_past_due <= last)


def bucket_days(code: str, day: date) -> tuple[date | None, date | None]:
    """First and last due day of the invoices that lie in a band on `day`; None where it is open."""
    first, last = BUCKETS[code]
    return (
        None if last is None else day - timedelta(days=last),
        None if first is None else day - timedelta(days=first),
    )


def spread(amount: int, owed: Iterable[tuple[Key, int]]) -> list[tuple[Key, int]]:
    """An amount over what is owed, in the given order, each filled before the next; never more than either side."""
    parts: list[tuple[Key, int]] = []
    for key, minor in owed:
        if amount <= 0:
            break
        if minor > 0:
            parts.append((key, min(amount, minor)))
            amount -= parts[-1][1]
    return parts


def was_kept(
    *,
    amount: int,
    made_on: date,
    promised_on: date,
    receipts: Sequence[tuple[date, int]],
    paid_on: date | None,
    today: date,
) -> bool | None:
    """Whether enough came in from the promise on by the promised day, or all was paid by then; None: still time.

    `receipts`: (day, minor units) of what was received for the invoice.
    """  # fmt: skip
    came = sum(minor for day, minor in receipts if made_on <= day <= promised_on)
    if came >= amount or (paid_on is not None and paid_on <= promised_on):
        return True
    return False if promised_on < today else None


def invoice_problem(row: Mapping[str, Any]) -> str | None:
    """Code of the first thing wrong with an invoice's own fields (keys as in InvoiceRow), or None."""
    if not (row.get("number") or "").strip():
        return "no_invoice_number"
    issued, due, amount = row.get("issued_on"), row.get("due_on"), row.get("amount_minor")
    if issued is None or due is None:
        return "no_issue_day" if issued is None else "no_due_day"
    if due < issued:
        return "due_early"
    if row.get("kind") != "credit_note" and amount and amount < 0:
        return "negative_invoice"
    if row.get("rate") is not None and row["rate"] <= 0:
        return "bad_rate"
    if row.get("dispute_lost") is not None and row.get("disputed_on") is None:
        return "lost_without_dispute"
    return amount_problem(amount)


def payment_problem(row: Mapping[str, Any], methods: Iterable[str]) -> str | None:
    """Code of the first thing wrong with a payment's own fields (keys as in PaymentRow), or None."""
    if row.get("received_on") is None:
        return "no_received_day"
    if (row.get("method") or "bank") not in methods:
        return "unknown_method"
    return amount_problem(row.get("amount_minor"))


def amount_problem(amount: int | None) -> str | None:
    if not amount:
        return "no_amount"
    return "amount_too_large" if abs(amount) >= MINOR_LIMIT else None


def promise_problem(row: Mapping[str, Any]) -> str | None:
    """Code of the first thing wrong with a promise to pay (made_on, promised_on, amount_minor), or None."""
    if row.get("promised_on") is None:
        return "no_promised_day"
    if row["promised_on"] < row["made_on"]:
        return "promised_early"
    amount = row.get("amount_minor")
    return "not_positive" if amount is not None and amount < 0 else amount_problem(amount)
