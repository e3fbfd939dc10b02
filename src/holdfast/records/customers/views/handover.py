"""A colleague leaves: who takes over, what passes on, and the way back."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission, Scope
from holdfast.foundation.audit.models import Batch
from holdfast.records.customers import services
from holdfast.records.customers.forms.small import HandOverForm

WORDS = (Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EDIT, Permission.CUSTOMER_ASSIGN)


@needs(*WORDS)
@require_http_methods(["GET", "POST"])
def handover(request: StaffRequest) -> HttpResponse:
    """Choose, see the counts, then hand over."""
    is_asked = request.method == "POST" or bool(request.GET.get("from_user"))
    given = request.POST if request.method == "POST" else request.GET
    form = HandOverForm(given if is_asked else None, viewer=request.user)
    preview = []
    if is_asked and form.is_valid():
        giver, taker = form.cleaned_data["from_user"], form.cleaned_data["to_user"]
        preview = services.handover_preview(giver, by=request.user)
        if "confirmed" in request.POST:
            with refusals_on(form):
                reason = form.cleaned_data["reason"]
                _batch, counts = services.hand_over(giver, taker, by=request.user, reason=reason)
                told = {"n": sum(counts.values()), "to": taker.name}
                messages.success(request, _("已交接 %(n)d 项给 %(to)s；在本页下方可以撤销") % told)
                return go(request, "customers:handover")
    context = {"form": form, "preview": preview, "batches": _batches(request.user)[:20]}
    return show(request, "customers/handover.html", context, status=422 if form.errors else 200)


def _batches(viewer: User) -> QuerySet[Batch]:
    """Hand-overs that still stand: one's own, or all for who sees the whole company."""
    rows = Batch.objects.filter(kind="handover", undone_at=None).select_related("actor").order_by("-pk")
    return rows if viewer.scope == Scope.ALL else rows.filter(actor=viewer)


@needs(*WORDS)
@require_POST
def handover_undo(request: StaffRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(_batches(request.user), pk=pk)
    try:
        services.undo_handover(batch, by=request.user)
        messages.success(request, _("已撤销交接，都回到原来的人名下"))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, "customers:handover")
