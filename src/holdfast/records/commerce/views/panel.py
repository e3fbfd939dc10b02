"""A customer's orders and money, on the customer page or on a page of their own."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from holdfast.common import formats
from holdfast.common.web import needs, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.commerce import queries
from holdfast.records.customers.models import Customer

SHOWN = 8


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def customer_orders(request: StaffRequest, pk: int) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    months = queries.month_revenue(customer)
    context = {
        "customer": customer,
        "money": queries.customer_money(customer),
        "orders": queries.orders_of(request.user, customer)[:SHOWN],
        "chart": _chart(customer, months, sees_profit=request.user.sees_profit),
        "may_edit": request.user.may(Permission.ORDER_EDIT),
    }
    return show(request, "commerce/customer_orders.html", context)


def _chart(customer: Customer, months: list[queries.MonthMoney], *, sees_profit: bool) -> dict[str, Any]:
    """Twelve bars of revenue, the margin inside each for those who may see it."""
    series = [{"name": _("收入"), "values": [month.revenue_minor for month in months], "tone": "brand"}]
    if sees_profit and any(month.profit_minor is not None for month in months):
        series.append({"name": _("毛利"), "values": [month.profit_minor for month in months], "tone": "gold"})
    return {
        "format": "money",
        "labels": [formats.month(month.month, "short") for month in months],
        "series": series,
        "urls": [_orders_url(customer, month) for month in months],
        "columns": [_("月份"), *[str(one["name"]) for one in series]],
    }


def _orders_url(customer: Customer, month: queries.MonthMoney) -> str:
    days = f"since={month.month.first}&until={month.month.last}"
    return f"{reverse('commerce:orders')}?customer={customer.pk}&{days}"
