"""The queue of suggestions, two entries side by side, and the way back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers import queries, services
from holdfast.records.customers.forms.small import MergeWithForm
from holdfast.records.customers.models import Customer
from holdfast.records.customers.queries import merging as found
from holdfast.records.customers.rules.merging import MERGE_FIELDS

VIEW, MERGE = Permission.CUSTOMER_VIEW, Permission.CUSTOMER_MERGE


@needs(VIEW)
@require_safe
def duplicates(request: StaffRequest) -> HttpResponse:
    """Suggestions, the likeliest first; those dismissed; merges that can be taken back."""
    which = request.GET.get("which", "open")
    which = which if which in ("open", "dismissed", "merged") else "open"
    context: dict[str, object] = {"which": which, "may_merge": request.user.may(MERGE)}
    if which == "merged":
        context["merges"] = found.merges(request.user)[:100] if request.user.may(MERGE) else []
    else:
        context["page"] = found.duplicate_pairs(request.user, state=which, after=request.GET.get("after", ""))
    here = reverse("customers:duplicates")
    context["tabs"] = [
        {"title": title, "url": f"{here}?which={code}", "active": code == which}
        for code, title in (("open", _("待处理")), ("dismissed", _("不是同一家")), ("merged", _("已合并")))
    ]
    return show(request, "customers/duplicates.html", context)


@needs(VIEW, Permission.CUSTOMER_EDIT)
@require_POST
def pair_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """不是同一家, or back into the queue."""
    pair = get_object_or_404(found.visible_pairs(request.user), pk=pk)
    try:
        if request.POST.get("answer") == "reopen":
            services.reopen_pair(pair, by=request.user)
            messages.success(request, _("已放回待处理"))
        else:
            services.dismiss_pair(pair, by=request.user)
            messages.success(request, _("记住了：不是同一家，以后不再提示"))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, "customers:duplicates")


def _mergeable(request: StaffRequest, pk: int) -> Customer:
    customer = get_object_or_404(queries.visible_customers(request.user), pk=pk)
    if not queries.may_edit(request.user, customer):
        raise PermissionDenied(_("这位客户您只能查看。需要修改时，请找归属人。"))
    return customer


@needs(VIEW, MERGE)
@require_http_methods(["GET", "POST"])
def merge_with(request: StaffRequest, pk: int) -> HttpResponse:
    """Name the other entry by hand."""
    customer = _mergeable(request, pk)
    form = MergeWithForm(request.POST or None, viewer=request.user)
    if form.is_valid():
        return go(request, "customers:merge", customer.pk, form.cleaned_data["other"].pk)
    context = {"customer": customer, "form": form, "title": _("合并到这份档案")}
    return show(request, "customers/small_form.html", context, status=422 if form.errors else 200)


@needs(VIEW, MERGE)
@require_http_methods(["GET", "POST"])
def merge(request: StaffRequest, keep: int, drop: int) -> HttpResponse:
    """Both entries side by side; POST makes them one."""
    kept, dropped = _mergeable(request, keep), _mergeable(request, drop)
    given = request.POST if request.method == "POST" else request.GET
    choices = {name: given[name] for name in MERGE_FIELDS if given.get(name) in ("keep", "drop")}
    problem = ""
    if request.method == "POST":
        try:
            batch = services.merge_customers(kept, dropped, by=request.user, choices=choices, seen=_seen(request))
            undo = reverse("customers:merge_undo", args=[batch.pk])
            told = {"drop": dropped.name, "keep": kept.name}
            messages.success(request, _("已把 %(drop)s 并入 %(keep)s") % told, extra_tags=undo)
            return go(request, kept.get_absolute_url())
        except Refusal as refusal:
            problem = refusal.message
            kept, dropped = _mergeable(request, keep), _mergeable(request, drop)
    context = {
        "keep": kept, "drop": dropped, "problem": problem,
        "preview": found.merge_preview(request.user, kept, dropped, choices),
    }  # fmt: skip
    return show(request, "customers/merge.html", context, status=422 if problem else 200)


def _seen(request: StaffRequest) -> tuple[int, int]:
    """The versions that were on the screen; none of them counts as an old one."""
    first, _comma, second = request.POST.get("seen", "").partition(",")
    return (int(first), int(second)) if first.isdecimal() and second.isdecimal() else (0, 0)


@needs(VIEW, MERGE)
@require_POST
def merge_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Two of one again."""
    batch = get_object_or_404(found.merges(request.user), pk=pk)
    try:
        services.undo_merge(batch, by=request.user)
        messages.success(request, _("已撤销合并，两份档案恢复原样"))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, f"{reverse('customers:duplicates')}?which=merged")
