"""Whether promises to pay were kept: reckoned from what came in, whenever that changes and every night."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from holdfast.common.months import today
from holdfast.records.commerce import rules
from holdfast.records.commerce.models import Allocation, Invoice, PaymentPromise
from holdfast.records.commerce.services import telling

SEVERAL = 400


def judge(invoice_ids: Iterable[int]) -> int:
    """Reckon `kept` of all promises about these invoices anew; how many changed.

    Derived, so not journalled: after an undo it is reckoned again.
    """
    ids, changed = sorted(set(invoice_ids)), 0
    for start in range(0, len(ids), SEVERAL):
        some = ids[start : start + SEVERAL]
        changed += _judge(list(PaymentPromise.objects.filter(invoice__in=some).select_related("invoice")))
    return changed


def judge_restored(pks: list[str]) -> None:
    """After an undo put invoices back: promises are judged, and their lines in the history made, anew."""
    telling.tell_invoices(Invoice.objects.filter(pk__in=pks))
    judge(int(pk) for pk in pks)


def judge_due() -> int:
    """Every promise whose day has passed unjudged; how many changed."""
    late = PaymentPromise.objects.filter(kept=None, promised_on__lt=today())
    return judge(late.order_by().values_list("invoice", flat=True))


def _judge(promises: Sequence[PaymentPromise]) -> int:
    if not promises:
        return 0
    receipts, day, changed = _receipts({one.invoice_id for one in promises}), today(), []
    for one in promises:
        kept = rules.was_kept(
            amount=one.amount_minor, made_on=one.made_on, promised_on=one.promised_on,
            receipts=receipts[one.invoice_id], paid_on=one.invoice.paid_on, today=day,
        )  # fmt: skip
        if kept != one.kept:
            one.kept = kept
            changed.append(one)
    PaymentPromise.objects.bulk_update(changed, ["kept"], batch_size=SEVERAL)
    telling.tell_promises(changed)
    return len(changed)


def _receipts(invoice_ids: Iterable[int]) -> dict[int, list[tuple[date, int]]]:
    found: dict[int, list[tuple[date, int]]] = defaultdict(list)
    rows = Allocation.objects.filter(invoice__in=list(invoice_ids), payment__isnull=False)
    for invoice_id, day, minor in rows.values_list("invoice_id", "payment__received_on", "amount_minor"):
        found[invoice_id].append((day, minor))
    return found
