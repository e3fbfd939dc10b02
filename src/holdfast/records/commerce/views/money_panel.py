"""应收与回款 of one customer, on the customer page or on a page of its own."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from holdfast.common.web import needs, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.commerce import queries
from holdfast.records.commerce.queries.foresight import foresight
from holdfast.records.commerce.views.receivables import ageing_parts
from holdfast.records.customers.models import Customer

SHOWN = 6


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def customer_money(request: StaffRequest, pk: int) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    age = queries.ageing_of(customer)
    address = f"{reverse('commerce:receivables')}?by=invoice&customer={customer.pk}"
    invoices = list(queries.open_of(customer)[: SHOWN + 1])
    promises = queries.latest_promises(invoice.pk for invoice in invoices)
    told = foresight(invoice.pk for invoice in invoices if not invoice.overdue_days)
    payments = list(queries.payments_of(customer)[:SHOWN])
    context = {
        "customer": customer,
        "ageing": age,
        "parts": ageing_parts(age, address),
        "all_url": address,
        "terms": queries.terms_of(customer, age),
        "history": queries.payment_history(customer),
        "invoices": [
            {"invoice": one, "promise": promises.get(one.pk), "told": told.get(one.pk)} for one in invoices[:SHOWN]
        ],
        "has_more": len(invoices) > SHOWN,
        "payments": payments,
        "is_new": not (payments or invoices or queries.invoices_of(customer).exists()),
        "may_edit": request.user.may(Permission.INVOICE_EDIT),
    }
    return show(request, "commerce/customer_money.html", context)
