"""Writing down what a customer said, and correcting it while it is fresh."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from holdfast.common.months import today
from holdfast.common.web import go, needs, refusals_on
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers.models import Customer
from holdfast.records.feedback import forms, queries, services
from holdfast.records.feedback.models import Comment
from holdfast.records.timeline.views.pages import customer_asked_for, form_page, way_back


@needs(Permission.FEEDBACK_EDIT)
@require_http_methods(["GET", "POST"])
def comment_new(request: StaffRequest) -> HttpResponse:
    """记一句客户的话: the words, where they were heard, and done."""
    customer = customer_asked_for(request)
    initial = {"channel": "phone", "said_on": today()}
    form = forms.CommentForm(request.POST or None, viewer=request.user, customer=customer, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            whose: Customer = customer or form.cleaned_data["customer"]
            services.add_comment(whose, by=request.user, **form.fields_for_service())
            messages.success(request, _("已记下 %(name)s 说的话") % {"name": whose.name})
            return go(request, way_back(request) or whose.get_absolute_url())
    return form_page(request, "feedback/comment_form.html", form, customer=customer)


def _own(request: StaffRequest, pk: int) -> Comment:
    """One's own comment, while it may still be corrected."""
    found = get_object_or_404(queries.visible_comments(request.user), pk=pk)
    if not queries.may_change(request.user, found):
        raise PermissionDenied(_("客户的话只有记下的人能改，而且只在 %(n)s 天之内。") % {"n": queries.CHANGE_DAYS})
    return found


@needs(Permission.FEEDBACK_EDIT)
@require_http_methods(["GET", "POST"])
def comment_edit(request: StaffRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    form = forms.CommentForm(request.POST or None, viewer=request.user, comment=found)
    if form.is_valid():
        with refusals_on(form):
            services.correct_comment(found, by=request.user, **form.fields_for_service())
            messages.success(request, _("已改好"))
            return go(request, found.get_absolute_url())
    return form_page(request, "feedback/comment_form.html", form, customer=found.customer, comment=found)


@needs(Permission.FEEDBACK_EDIT)
@require_POST
def comment_remove(request: StaffRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    whose = found.customer
    services.remove_comment(found, by=request.user)
    messages.success(request, _("已删去这句话；变更日志里还留着原文"))
    return go(request, whose.get_absolute_url())
