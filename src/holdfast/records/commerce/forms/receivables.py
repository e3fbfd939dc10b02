"""What people type about invoices, payments and promises to pay."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from holdfast.common import formats, money
from holdfast.common.months import today
from holdfast.foundation.accounts.models import User
from holdfast.records.commerce import queries, rules
from holdfast.records.commerce.forms.orders import PICKER, customer_named, day_input, decimal_field, plain
from holdfast.records.commerce.models import INVOICE_KINDS, METHODS, Invoice, Order, Payment
from holdfast.records.customers.models import Customer

SETTLE = {
    "oldest": gettext_lazy("先到期的先核销"),
    "invoice": gettext_lazy("只核销这张发票"),
    "none": gettext_lazy("先不核销，记为未核销款"),
}
BUCKET_WORDS = {"overdue": gettext_lazy("全部逾期"), **rules.BUCKET_NAMES}
PROMISE_WORDS = {"broken": gettext_lazy("承诺已失约"), "waiting": gettext_lazy("承诺待兑现")}
SORT_WORDS = {
    "weight": gettext_lazy("按金额×逾期天数"), "amount": gettext_lazy("按未收金额，大的在前"),
    "due": gettext_lazy("按到期日，早的在前"),
}  # fmt: skip


def amount_field(label: Any, **more: Any) -> forms.DecimalField:
    field = decimal_field(label, money.minor_digits(settings.CURRENCY), **more)
    field.required = True
    return field


def minor_of(amount: Decimal, rate: Decimal = Decimal(1)) -> int:
    return money.to_minor(amount * rate, settings.CURRENCY)


def major(minor: int) -> str:
    """For a box that somebody edits."""
    return plain(money.to_major(minor, settings.CURRENCY))


class ReceivableFilters(forms.Form):
    """The address of the receivables, cleaned; whatever does not fit is left out rather than refused."""

    by = forms.ChoiceField(required=False, choices=[("customer", "customer"), ("invoice", "invoice")])
    q = forms.CharField(required=False, max_length=60)
    bucket = forms.ChoiceField(required=False, choices=list(BUCKET_WORDS.items()))
    owner = forms.RegexField(r"^(me|\d{1,18})$", required=False)
    customer = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    disputed = forms.BooleanField(required=False)
    promise = forms.ChoiceField(required=False, choices=list(PROMISE_WORDS.items()))
    sort = forms.ChoiceField(required=False, choices=list(SORT_WORDS.items()))

    def params(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class MoneyForm(forms.Form):
    """A form that begins with a customer the viewer sees."""

    customer = forms.CharField(
        label=gettext_lazy("客户"), max_length=200, help_text=gettext_lazy("客户编号或全名，输入两个字就有提示")
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        self.fields["customer"].widget.attrs.update(PICKER)

    def clean_customer(self) -> Customer:
        return customer_named(self.viewer, self.cleaned_data["customer"])


class InvoiceForm(MoneyForm):
    number = forms.CharField(
        label=gettext_lazy("发票号"), max_length=60, required=False, help_text=gettext_lazy("留空则自动编号")
    )
    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=lambda: list(INVOICE_KINDS.items()))
    order = forms.CharField(
        label=gettext_lazy("订单号"), max_length=60, required=False, help_text=gettext_lazy("不清楚可留空")
    )
    issued_on = forms.DateField(label=gettext_lazy("开票日期"), widget=day_input())
    due_on = forms.DateField(label=gettext_lazy("到期日"), widget=day_input())
    amount = amount_field(gettext_lazy("金额"), min_value=0, help_text=gettext_lazy("含税；红字发票也填正数"))
    currency = forms.CharField(label=gettext_lazy("币种"), max_length=3, min_length=3)
    rate = decimal_field(gettext_lazy("汇率"), 8, help_text=gettext_lazy("一单位外币折合多少本币"))
    note = forms.CharField(label=gettext_lazy("备注"), max_length=200, required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, invoice: Invoice | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invoice = invoice
        if invoice is not None:
            self.fields["number"].required = True
            self.fields["number"].help_text = ""
            del self.fields["kind"]

    def clean_issued_on(self) -> Any:
        day = self.cleaned_data["issued_on"]
        if day > today():
            raise forms.ValidationError(str(rules.MONEY_PROBLEMS["future_issue"]))
        return day

    def clean_currency(self) -> str:
        return self.cleaned_data["currency"].upper()

    def clean_order(self) -> Order | None:
        number = self.cleaned_data["order"].strip()
        if not number:
            return None
        found = queries.visible_orders(self.viewer).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("没有找到订单 %(number)s，请核对号码，或留空。") % {"number": number})
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("currency") == settings.CURRENCY:
            data["rate"] = Decimal(1)
        elif data.get("currency") and not data.get("rate"):
            self.add_error("rate", _("外币发票请填写当日汇率。"))
        return data

    def fields_for_service(self) -> dict[str, Any]:
        data = self.cleaned_data
        names = ("customer", "order", "issued_on", "due_on", "currency", "rate", "note")
        kind = self.invoice.kind if self.invoice else data["kind"]
        given = {name: data[name] for name in names}
        given["number"] = data["number"] or queries.next_invoice_number(data["issued_on"], kind)
        given["amount_minor"] = self._amount_minor(kind)
        return given if self.invoice else {**given, "kind": kind}

    def _amount_minor(self, kind: str) -> int:
        """What stood there stays to the cent, if neither amount nor rate were touched."""
        if self.invoice is not None and not {"amount", "rate", "currency"} & set(self.changed_data):
            return self.invoice.amount_minor
        minor = minor_of(self.cleaned_data["amount"], self.cleaned_data["rate"])
        return -minor if kind == "credit_note" else minor


def invoice_initial(invoice: Invoice) -> dict[str, Any]:
    amount = money.to_major(abs(invoice.amount_minor), settings.CURRENCY) / invoice.rate
    places = Decimal(1).scaleb(-money.minor_digits(settings.CURRENCY))
    return {
        "customer": f"{invoice.customer.code} {invoice.customer.name}",
        "number": invoice.number,
        "order": invoice.order.number if invoice.order else "",
        "issued_on": invoice.issued_on,
        "due_on": invoice.due_on,
        "amount": plain(amount.quantize(places)),
        "currency": invoice.currency,
        "rate": plain(invoice.rate),
        "note": invoice.note,
        "seen": invoice.updated_at.isoformat(),
    }


class PaymentForm(MoneyForm):
    received_on = forms.DateField(label=gettext_lazy("到账日期"), widget=day_input())
    amount = amount_field(gettext_lazy("金额"), min_value=0)
    method = forms.ChoiceField(label=gettext_lazy("收款方式"), choices=lambda: list(METHODS.items()))
    reference = forms.CharField(
        label=gettext_lazy("流水号"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("银行流水或票据号，便于对账"),
    )
    settle = forms.ChoiceField(label=gettext_lazy("核销"), choices=lambda: list(SETTLE.items()))
    note = forms.CharField(label=gettext_lazy("备注"), max_length=200, required=False)

    def __init__(self, *args: Any, invoice: Invoice | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invoice = invoice
        words = {**SETTLE, "invoice": _("只核销发票 %(number)s") % {"number": invoice.number}} if invoice else SETTLE
        choices = [(code, word) for code, word in words.items() if invoice or code != "invoice"]
        self.fields["settle"].choices = choices  # type: ignore[attr-defined]

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day > today():
            raise forms.ValidationError(str(rules.MONEY_PROBLEMS["future_receipt"]))
        return day

    def fields_for_service(self) -> dict[str, Any]:
        data = self.cleaned_data
        names = ("customer", "received_on", "method", "reference", "note")
        minor = minor_of(data["amount"])
        given = {**{name: data[name] for name in names}, "amount_minor": minor}
        if data["settle"] == "invoice" and self.invoice is not None:
            given["allocations"] = [(self.invoice, min(minor, self.invoice.open_minor))]
        elif data["settle"] == "none":
            given["allocations"] = []
        return given


class PromiseForm(forms.Form):
    promised_on = forms.DateField(label=gettext_lazy("承诺付款日"), widget=day_input())
    promised_amount = amount_field(gettext_lazy("承诺金额"), min_value=0)
    promise_note = forms.CharField(label=gettext_lazy("谁答应的、怎么说的"), max_length=200, required=False)

    def clean_promised_on(self) -> Any:
        day = self.cleaned_data["promised_on"]
        if day < today():
            raise forms.ValidationError(_("承诺付款日已经过去，请填今天或以后的日期。"))
        return day

    def fields_for_service(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "promised_on": data["promised_on"],
            "amount_minor": minor_of(data["promised_amount"]),
            "note": data["promise_note"],
        }


class DayForm(forms.Form):
    """The day since when an invoice is disputed, or on which it was written off."""

    on = forms.DateField(label=gettext_lazy("日期"), widget=day_input())

    def clean_on(self) -> Any:
        if self.cleaned_data["on"] > today():
            raise forms.ValidationError(_("日期在未来，请填今天或以前的日期。"))
        return self.cleaned_data["on"]


class BounceForm(forms.Form):
    """How much of a payment bounced or went back, and when."""

    received_on = forms.DateField(label=gettext_lazy("退回日期"), widget=day_input())
    amount = amount_field(gettext_lazy("退回金额"), min_value=0)
    reason = forms.CharField(label=gettext_lazy("备注"), max_length=200, required=False)


class AllocateForm(forms.Form):
    """One open invoice of the customer and how much of the money settles it; no invoice: oldest due first."""

    invoice = forms.ModelChoiceField(
        label=gettext_lazy("发票"), queryset=Invoice.objects.none(), required=False,
        empty_label=gettext_lazy("先到期的先核销"),
    )  # fmt: skip
    amount = decimal_field(gettext_lazy("金额"), 2, min_value=0, help_text=gettext_lazy("留空则尽量核销"))

    def __init__(self, *args: Any, source: Payment | Invoice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source
        field = self.fields["invoice"]
        field.queryset = queries.open_of(source.customer)  # type: ignore[attr-defined]
        field.label_from_instance = _invoice_label  # type: ignore[attr-defined]

    def pairs(self) -> list[tuple[Invoice, int]] | None:
        invoice, amount = self.cleaned_data["invoice"], self.cleaned_data["amount"]
        if invoice is None:
            return None
        return [(invoice, minor_of(amount) if amount else min(invoice.open_minor, abs(self.source.open_minor)))]


def _invoice_label(invoice: Invoice) -> str:
    return f"{invoice.number} · {formats.day(invoice.due_on, 'plain')} · {formats.money(invoice.open_minor)}"
