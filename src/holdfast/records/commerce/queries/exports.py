"""What an export of the receivables holds: one row an open invoice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from holdfast.common import money
from holdfast.foundation.accounts.models import User
from holdfast.records.commerce import rules
from holdfast.records.commerce.models import Invoice, PaymentPromise
from holdfast.records.commerce.queries.receivables import latest_promises

CHUNK = 1000
COLUMNS = [
    (gettext_lazy("发票号"), "id"), (gettext_lazy("客户编号"), "id"), (gettext_lazy("客户"), "text"),
    (gettext_lazy("归属人"), "text"), (gettext_lazy("开票日"), "date"), (gettext_lazy("到期日"), "date"),
    (gettext_lazy("逾期天数"), "integer"), (gettext_lazy("账龄"), "text"), (gettext_lazy("金额"), "money"),
    (gettext_lazy("未收"), "money"), (gettext_lazy("争议日"), "date"), (gettext_lazy("承诺付款日"), "date"),
    (gettext_lazy("承诺金额"), "money"), (gettext_lazy("承诺结果"), "text"), (gettext_lazy("备注"), "text"),
]  # fmt: skip


def receivable_columns() -> list[tuple[str, str]]:
    """(heading, kind as `sheets.Column` takes it) in the reader's language."""
    return [(str(heading), kind) for heading, kind in COLUMNS]


def receivable_rows(found: QuerySet[Invoice]) -> Iterator[list[Any]]:
    """A row an invoice in the order of the list; read in thousands, never all at once."""
    rows = found.iterator(chunk_size=CHUNK)
    while invoices := list(islice(rows, CHUNK)):
        promises = latest_promises(invoice.pk for invoice in invoices)
        for invoice in invoices:
            yield _row(invoice, promises.get(invoice.pk))


def _row(invoice: Invoice, promise: PaymentPromise | None) -> list[Any]:
    customer = invoice.customer
    return [
        invoice.number, customer.code, customer.name, customer.owner.name if customer.owner else "",
        invoice.issued_on, invoice.due_on, invoice.overdue_days,
        str(rules.BUCKET_NAMES[rules.bucket_of(invoice.overdue_days)]), _major(invoice.amount_minor),
        _major(invoice.open_minor), invoice.disputed_on if invoice.is_disputed else None,
        promise.promised_on if promise else None, _major(promise.amount_minor) if promise else None,
        promise_word(promise) if promise else "", invoice.note,
    ]  # fmt: skip


def _major(minor: int) -> Decimal:
    return money.to_major(minor, settings.CURRENCY)


def promise_word(promise: PaymentPromise) -> str:
    if promise.is_broken:
        return _("失约")
    return _("守约") if promise.kept else _("待兑现")


def export_chips(viewer: User, filters: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The filter of an earlier export in words."""
    found = []
    if code := filters.get("bucket"):
        found.append((_("账龄"), str(rules.BUCKET_NAMES.get(code, _("全部逾期")))))
    if filters.get("owner"):
        owner = User.objects.filter(pk=filters["owner"]).first() if str(filters["owner"]).isdecimal() else viewer
        found.append((_("归属人"), owner.name if owner else str(filters["owner"])))
    if filters.get("disputed"):
        found.append((_("争议"), _("有争议")))
    if code := filters.get("promise"):
        found.append((_("承诺"), _("失约") if code == "broken" else _("待兑现")))
    if filters.get("q"):
        found.append((_("查找"), str(filters["q"])))
    return found
