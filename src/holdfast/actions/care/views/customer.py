"""The panel 服务标准 of the customer page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from holdfast.actions.care import queries
from holdfast.actions.care.rules import KINDS
from holdfast.actions.care.views import shown
from holdfast.common.months import today
from holdfast.common.web import needs, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers.models import Customer


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def panel(request: StaffRequest, pk: int) -> HttpResponse:
    """Due, done, missing with days left; what else the star is owed; how the star came about."""
    seen = Customer.objects.visible_to(request.user).select_related("standing", "owner")
    customer = get_object_or_404(seen, pk=pk)
    care = queries.customer_care(request.user, customer, today())
    standard = care.standard
    left = (standard.gift_budget_minor if standard else 0) - care.gifts_minor
    context: dict[str, Any] = {
        "customer": customer,
        "care": care,
        "standard": standard,
        "kinds": KINDS,
        "rows": [(duty, progress, care.tasks.get(duty.pk)) for duty, progress in care.now],
        "tones": shown.TONES,
        "bar_tones": shown.BAR_TONES,
        "gift_left": left,
        "changed_star": care.held and care.held != care.stars,
        "may_gift": request.user.may(Permission.TASK_EDIT),
        "may_override": request.user.may(Permission.STAR_OVERRIDE),
        "sees_value": request.user.may(Permission.VALUE_VIEW),
        "may_focus": request.user.may(Permission.STANDARD_EDIT),
    }
    return show(request, "care/customer.html", context)
