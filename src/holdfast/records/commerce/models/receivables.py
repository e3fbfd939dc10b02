"""What customers owe and what they paid: invoices, payments, which paid which, and promises to pay."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from holdfast.common.models import Base
from holdfast.common.months import today
from holdfast.foundation.accounts.models import User
from holdfast.records.commerce.models.orders import Order, company_currency, is_everybody
from holdfast.records.customers.models import Customer

INVOICE_KINDS = {"invoice": _("发票"), "credit_note": _("红字发票")}
METHODS = {
    "bank": _("银行转账"), "cash": _("现金"), "wechat": _("微信"), "alipay": _("支付宝"),
    "bill": _("承兑汇票"), "other": _("其他"),
}  # fmt: skip
# An invoice of which something is still to come: these conditions stand in the indexes word for word.
OPEN = Q(open_minor__gt=0, voided_at=None, written_off_on=None)
DISPUTED = Q(disputed_on__isnull=False, dispute_lost=None)
COVERED = ["open_minor", "voided_at", "written_off_on"]  # so that sums are read from the index alone


def invoice_kinds() -> list[tuple[str, Any]]:
    return list(INVOICE_KINDS.items())


def methods() -> list[tuple[str, Any]]:
    return list(METHODS.items())


class ReceivableQuerySet(models.QuerySet[Any]):
    """Invoices or payments: rows with a customer."""

    def visible_to(self, viewer: User) -> ReceivableQuerySet:
        """Those of the customers that the viewer sees."""
        seen = Customer.objects.visible_to(viewer).order_by().values("pk")
        return self if is_everybody(viewer) else self.filter(customer__in=seen)

    def standing(self) -> ReceivableQuerySet:
        """Without the voided ones."""
        return self.filter(voided_at=None)

    def open(self) -> ReceivableQuerySet:
        """Invoices of which money is still expected: not paid, not voided, not written off."""
        return self.filter(OPEN)


class Invoice(Base):
    """One invoice or credit note, day-dated in the company's time zone.

    `amount_minor` with tax, in the company's minor units, above zero; a credit note's is below zero. `open_minor` is
    what of it no allocation has settled yet, with the same sign; `paid_on` the day it became zero (null: open). Both
    are kept by the services. `dispute_lost`: true = settled against the customer (he owes it), false = he was right,
    null = not settled. A written-off invoice keeps its open amount as the loss; a voided one counts nowhere.
    """

    number = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=invoice_kinds, default="invoice")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="invoices")
    order = models.ForeignKey(Order, models.PROTECT, null=True, blank=True, related_name="invoices")
    issued_on = models.DateField()
    due_on = models.DateField()
    currency = models.CharField(max_length=3, default=company_currency)
    rate = models.DecimalField(max_digits=18, decimal_places=8, default=1)
    amount_minor = models.BigIntegerField()
    open_minor = models.BigIntegerField(editable=False)
    paid_on = models.DateField(null=True, blank=True, editable=False)
    disputed_on = models.DateField(null=True, blank=True)
    dispute_lost = models.BooleanField(null=True, blank=True)
    written_off_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    objects = ReceivableQuerySet.as_manager()
    personal_fields = {"note": "blank"}

    class Meta:
        ordering = ["-issued_on", "-pk"]
        indexes = [
            models.Index(fields=["due_on", "customer", *COVERED], name="invoice_open_due", condition=OPEN),
            models.Index(fields=["customer", "due_on", *COVERED], name="invoice_open_customer", condition=OPEN),
            models.Index(fields=["customer", "-issued_on"], name="invoice_customer"),
            models.Index(fields=["customer"], name="invoice_credit", condition=Q(open_minor__lt=0)),
            models.Index(fields=["issued_on", "customer", "amount_minor", "voided_at"], name="invoice_day"),
            models.Index(fields=["disputed_on"], name="invoice_disputed", condition=DISPUTED),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="invoice", amount_minor__gt=0, open_minor__gte=0, open_minor__lte=F("amount_minor"))
                | Q(kind="credit_note", amount_minor__lt=0, open_minor__lte=0, open_minor__gte=F("amount_minor")),
                name="invoice_open_within_amount",
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="invoice_rate_positive"),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on")), name="invoice_due_not_before_issued"),
            models.CheckConstraint(condition=Q(paid_on=None) | Q(open_minor=0), name="invoice_paid_only_without_open"),
            models.CheckConstraint(
                condition=Q(dispute_lost=None) | Q(disputed_on__isnull=False), name="invoice_dispute_has_day"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return f"/commerce/invoices/{self.pk}/"

    @property
    def is_credit(self) -> bool:
        return self.kind == "credit_note"

    @property
    def settled_minor(self) -> int:
        return self.amount_minor - self.open_minor

    @property
    def is_open(self) -> bool:
        return self.open_minor > 0 and self.voided_at is None and self.written_off_on is None

    @property
    def is_disputed(self) -> bool:
        return self.disputed_on is not None and self.dispute_lost is None

    @property
    def days_beyond(self) -> int | None:
        """Days from the due day to the day it was paid, negative when early; of an open one, to today."""
        if self.is_credit or self.voided_at is not None:
            return None
        return ((self.paid_on or today()) - self.due_on).days

    @property
    def overdue_days(self) -> int:
        """Days past due of an open invoice, else 0."""
        return max(self.days_beyond or 0, 0) if self.is_open else 0


class Payment(Base):
    """Money received, day-dated; in the company's minor units.

    `open_minor` is what of it stands as unallocated credit. A negative payment is a bounce or refund of `reverses`:
    its sum is taken off that payment, and never allocated itself. A voided payment counts nowhere.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="payments")
    received_on = models.DateField()
    amount_minor = models.BigIntegerField()
    open_minor = models.BigIntegerField(default=0, editable=False)
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    method = models.CharField(max_length=8, choices=methods, default="bank")
    reference = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=200, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    objects = ReceivableQuerySet.as_manager()
    personal_fields = {"note": "blank", "reference": "keep"}

    class Meta:
        ordering = ["-received_on", "-pk"]
        indexes = [
            models.Index(fields=["customer", "-received_on"], name="payment_customer"),
            models.Index(fields=["-received_on", "-id"], name="payment_day"),
            models.Index(fields=["customer"], name="payment_credit", condition=Q(open_minor__gt=0)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, reverses=None, open_minor__gte=0, open_minor__lte=F("amount_minor"))
                | Q(amount_minor__lt=0, reverses__isnull=False, open_minor=0),
                name="payment_open_within_amount",
            )
        ]

    def __str__(self) -> str:
        return f"{self.received_on} {self.reference}".strip()

    def get_absolute_url(self) -> str:
        return f"/commerce/payments/{self.pk}/"

    @property
    def is_reversal(self) -> bool:
        return self.amount_minor < 0


class Allocation(Base):
    """How much of one payment, or of one credit note, settles one invoice; above zero."""

    payment = models.ForeignKey(Payment, models.CASCADE, null=True, related_name="allocations")
    credit = models.ForeignKey(Invoice, models.CASCADE, null=True, related_name="used")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="allocations")
    amount_minor = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="allocation_positive"),
            models.CheckConstraint(
                condition=Q(payment__isnull=False, credit=None) | Q(payment=None, credit__isnull=False),
                name="allocation_one_source",
            ),
            models.UniqueConstraint(fields=["payment", "invoice"], name="allocation_payment_once"),
            models.UniqueConstraint(fields=["credit", "invoice"], name="allocation_credit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id or self.credit_id}→{self.invoice_id}"


class PaymentPromise(Base):
    """What a customer promised on `made_on` to pay of an invoice by `promised_on`; above zero, company's minor units.

    `kept`: true once enough had come in by the promised day, false when the day passed without, null until then.
    """

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="promises")
    made_on = models.DateField()
    promised_on = models.DateField()
    amount_minor = models.BigIntegerField()
    kept = models.BooleanField(null=True, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    personal_fields = {"note": "blank"}

    class Meta:
        ordering = ["-promised_on", "-pk"]
        indexes = [
            models.Index(fields=["invoice", "promised_on"], name="promise_invoice"),
            models.Index(fields=["promised_on"], name="promise_waiting", condition=Q(kept=None)),
            models.Index(fields=["invoice"], name="promise_broken", condition=Q(kept=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="promise_positive"),
            models.CheckConstraint(condition=Q(promised_on__gte=F("made_on")), name="promise_not_before_made"),
        ]

    def __str__(self) -> str:
        return f"{self.promised_on}"

    @property
    def is_broken(self) -> bool:
        """Also between midnight and the night's judging."""
        return self.kept is False or (self.kept is None and self.promised_on < today())
