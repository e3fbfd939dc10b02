"""礼品: what was given, what is left of each star's budget, what waits for an answer."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from holdfast.actions.care import queries, services
from holdfast.actions.care.forms import GiftForm
from holdfast.actions.care.models import Gift
from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers.models import Customer

PAGE = 50


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def gifts(request: StaffRequest) -> HttpResponse:
    """The gifts of ?year= with the budget by star."""
    year = _year(request)
    budgets = queries.gift_budgets(request.user, year, today())
    context = {
        "year": year,
        "years": [today().year - step for step in range(4)],
        "budgets": [one for one in budgets if one.customers or one.gifts or one.waiting_minor],
        "budget_minor": sum(one.budget_minor for one in budgets),
        "given_minor": sum(one.given_minor for one in budgets),
        "pending": list(queries.pending_gifts(request.user)[:PAGE]),
        "page": Paginator(queries.gifts_in(request.user, year), PAGE).get_page(request.GET.get("page")),
        "may_answer": request.user.may(Permission.STANDARD_EDIT),
        "me": request.user.pk,
    }
    return show(request, "care/gifts.html", context)


def _year(request: StaffRequest) -> int:
    asked = request.GET.get("year", "")
    return int(asked) if len(asked) == 4 and asked.isdecimal() else today().year


@needs(Permission.TASK_EDIT)
@require_http_methods(["GET", "POST"])
def gift_new(request: StaffRequest) -> HttpResponse:
    """Keep a gift for ?customer=."""
    asked = request.GET.get("customer", "")
    seen = Customer.objects.visible_to(request.user).select_related("standing")
    customer = get_object_or_404(seen, pk=asked if asked.isdecimal() and len(asked) < 18 else 0)
    form = GiftForm(request.POST or None, customer=customer)
    if form.is_valid():
        with refusals_on(form):
            gift = services.add_gift(customer, **form.for_service(), by=request.user)
            messages.success(
                request, _("已登记：%(item)s") % {"item": gift.item} if not gift.is_over else _("已登记，等主管批准。")
            )
            return go(request, customer)
    standard = queries.standard_of(customer, today())
    budget = standard.gift_budget_minor if standard else 0
    given = queries.gift_money([customer.pk], today().year).get(customer.pk, 0)
    context = {"form": form, "customer": customer, "budget_minor": budget, "left_minor": budget - given}
    return show(request, "care/gift_new.html", context, status=422 if form.is_bound else 200)


@needs(Permission.STANDARD_EDIT)
@require_POST
def gift_answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Approve or refuse a gift over its budget."""
    gift = get_object_or_404(Gift.objects.visible_to(request.user), pk=pk)
    is_approved = request.POST.get("answer") == "approve"
    try:
        services.answer_gift(gift, is_approved=is_approved, by=request.user)
        messages.success(
            request, _("已批准：%(item)s") % {"item": gift.item} if is_approved else _("已驳回，不计入预算。")
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, "care:gifts")
