"""Promises to pay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.commerce.models import Invoice, PaymentPromise
from holdfast.records.commerce.services import judging, telling
from holdfast.records.commerce.services.book import subject_of
from holdfast.records.commerce.services.receivable_rows import PromiseRow, built_promise


def add_promise(
    invoice: Invoice, *, promised_on: date, amount_minor: int, by: User | None, batch: Batch | None = None,
    **fields: Any,
) -> PaymentPromise:  # fmt: skip
    """The customer promised to pay so much of an invoice by that day; further fields as in PromiseRow."""
    row: PromiseRow = {"invoice": invoice, "promised_on": promised_on, "amount_minor": amount_minor, **fields}  # type: ignore[typeddict-item]
    return add_promises([row], by=by, batch=batch)[0]


@transaction.atomic
def add_promises(rows: Iterable[PromiseRow], *, by: User | None, batch: Batch | None = None) -> list[PaymentPromise]:
    """Many promises in one transaction, in the order of `rows`; those whose day has passed are judged at once."""
    promises = [built_promise(row, by=by) for row in rows]
    for promise in promises:
        _check(promise)
    PaymentPromise.objects.bulk_create(promises)
    entries = [(one, None, audit.snapshot(one), subject_of(one.invoice)) for one in promises]
    audit.record_many(entries, actor=by, verb="add", batch=batch)
    judging.judge(one.invoice_id for one in promises)
    _read_kept(promises)
    telling.tell_promises(promises)
    return promises


def _read_kept(promises: list[PaymentPromise]) -> None:
    ids = [one.pk for one in promises]
    for start in range(0, len(ids), judging.SEVERAL):
        some = PaymentPromise.objects.filter(pk__in=ids[start : start + judging.SEVERAL])
        kept = dict(some.values_list("pk", "kept"))
        for one in promises[start : start + judging.SEVERAL]:
            one.kept = kept[one.pk]


def _check(promise: PaymentPromise) -> None:
    """Only a standing invoice can be promised, and no more than it asks."""
    invoice, words = promise.invoice, {"number": promise.invoice.number}
    if invoice.is_credit or invoice.voided_at:
        raise Refusal(_("%(number)s 是红字发票或已作废，没有可承诺的付款。") % words, "amount")
    if promise.amount_minor > invoice.amount_minor:
        raise Refusal(_("承诺的金额超过了发票 %(number)s 的金额，请检查后再试。") % words, "amount")


@transaction.atomic
def remove_promise(promise: PaymentPromise, *, by: User | None, batch: Batch | None = None) -> None:
    """Take back a promise that was recorded by mistake."""
    audit.record(
        actor=by, verb="delete", target=promise, before=audit.snapshot(promise), batch=batch,
        subject=subject_of(promise.invoice),
    )  # fmt: skip
    telling.forget_promise(promise.pk)
    promise.delete()
