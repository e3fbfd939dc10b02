"""Pages of tasks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers.models import Customer
from holdfast.records.timeline import forms, queries, rules, services
from holdfast.records.timeline.models import Task
from holdfast.records.timeline.views.pages import customer_asked_for, done, form_page

MOST = 200
DONE_SHOWN = 50
WHICH = {
    "mine": gettext_lazy("我的"),
    "all": gettext_lazy("我能看到的"),
    "overdue": gettext_lazy("逾期"),
    "repeat": gettext_lazy("重复的"),
    "done": gettext_lazy("已完成"),
}


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def tasks(request: StaffRequest) -> HttpResponse:
    """Mine, everybody's that I see, overdue ones, those that repeat, or what is done; of one colleague."""
    which = request.GET.get("which", "mine")
    which = which if which in WHICH else "mine"
    people = queries.people_with_tasks(request.user) if which != "mine" else queries.nobody()
    person = next((one for one in people if str(one.pk) == request.GET.get("assignee")), None)
    context = {
        "which": which,
        "views": list(WHICH.items()),
        "people": people,
        "person": person,
        "may_open": request.user.may(Permission.TASK_EDIT),
        **_tasks(request, which, person),
    }
    return show(request, "timeline/tasks.html", context)


def _tasks(request: StaffRequest, which: str, person: User | None) -> dict[str, Any]:
    viewer = request.user
    if which == "done":
        return {"done": queries.done_tasks(viewer, assignee=person)[:DONE_SHOWN]}
    wanted = queries.open_tasks(viewer, assignee=viewer if which == "mine" else person)
    if which == "overdue":
        wanted = wanted.filter(due_on__lt=today())
    if which == "repeat":
        wanted = wanted.filter(repeat__isnull=False)
    found = list(wanted[: MOST + 1])
    groups = [(code, rules.GROUPS[code], some) for code, some in rules.grouped(found[:MOST], today())]
    return {"groups": groups, "is_cut": len(found) > MOST, "most": MOST}


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def customer_tasks(request: StaffRequest, pk: int) -> HttpResponse:
    """The next steps, for the customer page; what was done stands in the history."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    context = {
        "customer": customer,
        "open": queries.tasks_of(request.user, customer).filter(done_at=None)[:DONE_SHOWN],
        "may_open": request.user.may(Permission.TASK_EDIT),
        "today": today(),
    }
    return show(request, "timeline/customer_tasks.html", context)


def visible_task(request: StaffRequest, pk: int) -> Task:
    return get_object_or_404(queries.visible_tasks(request.user), pk=pk)


def task_to_work_on(request: StaffRequest, pk: int) -> Task:
    """One's own task, or any visible one for those who may give tasks."""
    task = visible_task(request, pk)
    if task.assignee_id != request.user.pk and not request.user.may(Permission.TASK_EDIT):
        raise PermissionDenied(_("这项任务归 %(name)s 负责，请与负责人联系。") % {"name": task.assignee.name})
    return task


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def task(request: StaffRequest, pk: int) -> HttpResponse:
    found = visible_task(request, pk)
    is_mine = found.assignee_id == request.user.pk
    may_edit = request.user.may(Permission.TASK_EDIT)
    context = {"task": found, "may_work": is_mine or may_edit, "may_edit": may_edit, "today": today()}
    return show(request, "timeline/task.html", context)


@needs(Permission.TASK_EDIT)
@require_http_methods(["GET", "POST"])
def task_new(request: StaffRequest) -> HttpResponse:
    customer = customer_asked_for(request)
    initial = {"assignee": request.user.pk, "due_on": today(), "kind": "call", "remind": "0"}
    form = forms.TaskForm(request.POST or None, viewer=request.user, customer=customer, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            opened = services.open_task(by=request.user, **form.fields_for_service())
            words = {"name": opened.assignee.name, "title": opened.title}
            return done(request, _("已派给 %(name)s：%(title)s") % words, opened.customer)
    return form_page(request, "timeline/task_form.html", form, customer=customer)


@needs(Permission.CUSTOMER_VIEW)
@require_http_methods(["GET", "POST"])
def task_finish(request: StaffRequest, pk: int) -> HttpResponse:
    found = task_to_work_on(request, pk)
    form = forms.FinishForm(request.POST or None, task=found, initial={"on": today()})
    if form.is_valid():
        with refusals_on(form):
            services.finish_task(found, by=request.user, **form.fields_for_service())
            return done(request, _finished_words(found), found.customer)
    return form_page(request, "timeline/finish.html", form, task=found)


def _finished_words(task: Task) -> str:
    """What was finished and, of a series, when it is due again."""
    coming = Task.objects.filter(follows=task).first()
    if coming is None:
        return _("已完成：%(title)s") % {"title": task.title}
    return _("已完成：%(title)s；下一次 %(day)s") % {"title": task.title, "day": services.due_text(coming)}


@needs(Permission.TASK_EDIT)
@require_http_methods(["GET", "POST"])
def task_reassign(request: StaffRequest, pk: int) -> HttpResponse:
    found = visible_task(request, pk)
    form = forms.ReassignForm(request.POST or None, viewer=request.user, task=found)
    if form.is_valid():
        with refusals_on(form):
            moved = services.reassign_task(found, by=request.user, **form.cleaned_data)
            return done(request, _("已转给 %(name)s") % {"name": moved.assignee.name}, moved.customer)
    return form_page(request, "timeline/reassign.html", form, task=found)


@needs(Permission.CUSTOMER_VIEW)
@require_POST
def task_reopen(request: StaffRequest, pk: int) -> HttpResponse:
    found = task_to_work_on(request, pk)
    try:
        services.reopen_task(found, by=request.user)
        messages.success(request, _("已重新打开：%(title)s") % {"title": found.title})
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, "timeline:task", found.pk)
