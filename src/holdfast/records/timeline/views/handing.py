"""Put a task off, change it; finish or hand over many at once, and take a hand-over back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.timeline import forms, queries, services
from holdfast.records.timeline.models import Task
from holdfast.records.timeline.views.pages import done, form_page, way_back
from holdfast.records.timeline.views.tasks import task_to_work_on, visible_task

MOST = 500
UNDO_SHOWN = 8
ACTIONS = ("finish", "hand_over", "snooze")


@needs(Permission.CUSTOMER_VIEW)
@require_http_methods(["GET", "POST"])
def task_snooze(request: StaffRequest, pk: int) -> HttpResponse:
    found = task_to_work_on(request, pk)
    initial = {"due_on": max(found.due_on, today() + timedelta(days=1)), "due_time": found.due_time}
    form = forms.SnoozeForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            moved = services.snooze_task(found, by=request.user, **form.cleaned_data)
            return done(request, _("已推迟到 %(day)s") % {"day": services.due_text(moved)}, moved.customer)
    return form_page(request, "timeline/snooze.html", form, task=found, quick=forms.QUICK_DAYS)


@needs(Permission.TASK_EDIT)
@require_http_methods(["GET", "POST"])
def task_edit(request: StaffRequest, pk: int) -> HttpResponse:
    found = visible_task(request, pk)
    form = forms.EditTaskForm(request.POST or None, task=found)
    if form.is_valid():
        with refusals_on(form):
            kept = services.change_task(found, by=request.user, **form.fields_for_service())
            return done(request, _("任务已修改：%(title)s") % {"title": kept.title}, kept.customer)
    return form_page(request, "timeline/task_edit.html", form, task=found)


# --- many at once -------------------------------------------------------------------------------------------------
@needs(Permission.CUSTOMER_VIEW)
@require_POST
def task_bulk(request: StaffRequest) -> HttpResponse:
    """First which tasks and what; then to whom, until when, or with which outcome."""
    action = request.POST.get("action", "")
    if action not in ACTIONS:
        raise Http404
    if action == "hand_over" and not request.user.may(Permission.TASK_EDIT):
        raise PermissionDenied(_("您的角色没有这项权限，可向系统管理员申请。"))
    tasks = _chosen(request)
    if not tasks:
        messages.warning(request, _("没有选中可以办的任务。先在列表里勾选，再点一次。"))
        return go(request, way_back(request) or "timeline:tasks")
    form = _bulk_form(action, request)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            return _do(request, action, tasks, form.cleaned_data)
    context = {"form": form, "action": action, "tasks": tasks, "back": way_back(request), "quick": forms.QUICK_DAYS}
    return show(request, "timeline/bulk.html", context, status=422 if form.errors else 200)


def _chosen(request: StaffRequest) -> list[Task]:
    """Open tasks that were ticked and that this person may work on."""
    keys = [int(pk) for pk in request.POST.getlist("pk")[:MOST] if pk.isdecimal() and len(pk) < 19]
    found = queries.open_tasks(request.user).filter(pk__in=keys)
    if not request.user.may(Permission.TASK_EDIT):
        found = found.filter(assignee=request.user)
    return list(found)


def _bulk_form(action: str, request: StaffRequest) -> django_forms.Form:
    data = request.POST if "is_asked" in request.POST else None
    if action == "hand_over":
        return forms.HandOverForm(data, viewer=request.user)
    return forms.FinishManyForm(data) if action == "finish" else forms.SnoozeForm(data)


def _do(request: StaffRequest, action: str, tasks: list[Task], values: dict[str, Any]) -> HttpResponse:
    if action == "hand_over":
        return _handed_over(request, tasks, values)
    if action == "finish":
        count = services.finish_tasks(tasks, outcome=values["outcome"], by=request.user)
        messages.success(request, _("已完成 %(n)s 项任务") % {"n": count})
    else:
        count = services.snooze_tasks(tasks, by=request.user, **values)
        messages.success(request, _("已推迟 %(n)s 项任务") % {"n": count})
    return go(request, way_back(request) or "timeline:tasks")


def _handed_over(request: StaffRequest, tasks: Any, values: dict[str, Any]) -> HttpResponse:
    batch, count = services.hand_over_tasks(tasks, to=values["to"], by=request.user, note=values["note"])
    words = _("已把 %(n)s 项任务转给 %(name)s") % {"n": count, "name": values["to"].name}
    messages.success(request, words, extra_tags=reverse("timeline:hand_over_undo", args=[batch.pk]))
    return go(request, way_back(request) or "timeline:tasks")


# --- all of one person --------------------------------------------------------------------------------------------
@needs(Permission.TASK_EDIT)
@require_http_methods(["GET", "POST"])
def hand_over(request: StaffRequest) -> HttpResponse:
    """Everything open that one colleague has, to another: on leaving, on moving."""
    person = _person(request)
    tasks = queries.open_tasks(request.user, assignee=person) if person else Task.objects.none()
    form = forms.HandOverForm(request.POST or None, viewer=request.user, without=person)
    if form.is_bound and person is None:
        form.add_error(None, _("请先选谁的任务要转交。"))
    if form.is_valid():
        with refusals_on(form):
            return _handed_over(request, tasks, form.cleaned_data)
    context = {
        "form": form, "person": person, "count": tasks.count(), "tasks": tasks[:12],
        "people": queries.people_with_tasks(request.user),
        "batches": queries.hand_overs(request.user)[:UNDO_SHOWN], "back": way_back(request),
    }  # fmt: skip
    return show(request, "timeline/hand_over.html", context, status=422 if form.is_bound else 200)


def _person(request: StaffRequest) -> User | None:
    """Whose tasks: among those within reach who have some; else nobody, and the page asks."""
    asked = request.GET.get("from", "")
    if not asked.isdecimal() or len(asked) > 18:
        return None
    return queries.people_with_tasks(request.user).filter(pk=int(asked)).first()


@needs(Permission.TASK_EDIT)
@require_POST
def hand_over_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take one's own hand-over back."""
    batch = get_object_or_404(queries.hand_overs(request.user), pk=pk)
    try:
        count = services.undo_hand_over(batch, by=request.user)
        messages.success(request, _("已撤销转交，%(n)s 项任务回到原来的负责人") % {"n": count})
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, way_back(request) or "timeline:tasks")
