"""个人信息: what the person concerned asked for, and what was done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.audit.rules import words
from holdfast.foundation.jobs import services as jobs
from holdfast.foundation.jobs.models import Job
from holdfast.records.customers import services
from holdfast.records.customers.forms.small import RequestForm
from holdfast.records.customers.models import Customer, PrivacyRequest
from holdfast.records.customers.rules.merging import MOVED
from holdfast.records.customers.rules.privacy import KEPT
from holdfast.records.customers.views.needs import seen_customer

WORDS = (Permission.CUSTOMER_VIEW, Permission.PRIVACY_ADMIN)


@needs(*WORDS)
@require_http_methods(["GET", "POST"])
def privacy(request: StaffRequest, pk: int) -> HttpResponse:
    """Requests of one customer with their clock; POST writes a new one down."""
    customer = seen_customer(request, pk)
    initial = {"asked_on": today(), "kind": "access"}
    form = RequestForm(request.POST or None, customer=customer, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            services.open_request(customer, by=request.user, **form.cleaned_data)
            messages.success(request, _("已登记请求"))
            return go(request, "customers:privacy", customer.pk)
    context = {
        "customer": customer,
        "form": form,
        "requests": [_told(row) for row in _requests(request).filter(customer=customer)],
        "today": today(),
    }
    return show(request, "customers/privacy.html", context, status=422 if form.errors else 200)


def _requests(request: StaffRequest) -> Any:
    return PrivacyRequest.objects.visible_to(request.user).select_related("contact", "by", "customer")


def _told(row: PrivacyRequest) -> dict[str, Any]:
    """A request with what was done about it, in words."""
    result = row.result or {}
    job = Job.objects.filter(name="customers.erase", args={"request_id": row.pk}).order_by("-pk").first()
    return {
        "row": row,
        "is_late": row.done_at is None and row.due_on < today(),
        "job": job if row.done_at is None else None,
        "erased": [
            (MOVED.get(label) or words.model_name(label), count)
            for label, count in result.get("erased", {}).items()
            if label != "customers.searchentry"
        ],
        "entries": result.get("entries"),
        "kept": [
            (words.model_name(label), KEPT[label][0], day)
            for label, day in result.get("kept", {}).items()
            if label in KEPT
        ],
        "left": [(words.model_name(label), count) for label, count in result.get("left", {}).items()],
        "is_erased": "left" in result,
    }


@needs(*WORDS)
@require_POST
@never_cache
def privacy_answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Do what was asked: send the package, or let the erasure begin."""
    row = get_object_or_404(_requests(request), pk=pk)
    customer: Customer = row.customer
    try:
        if row.kind == "access":
            answer = HttpResponse(services.access_package(row, by=request.user), content_type="application/zip")
            answer.headers["Content-Disposition"] = f'attachment; filename="archive-{customer.code}.zip"'
            return answer
        if row.kind != "erase" or row.done_at is not None:
            raise Refusal(_("这项请求已经办完，请刷新后查看。"))
        if request.POST.get("sure") != "1":
            raise Refusal(_("请先勾选“我明白删除不能撤销”。"))
        jobs.enqueue("customers.erase", by=request.user, request_id=row.pk)
        messages.info(request, _("正在删除；办完后这里会写明删了什么、依法留下什么"))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, "customers:privacy", customer.pk)
