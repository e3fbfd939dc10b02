"""The readers of tasks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from holdfast.common import formats
from holdfast.common.months import today
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Scope
from holdfast.foundation.audit.models import Batch
from holdfast.records.customers.models import Customer
from holdfast.records.timeline.models import Task


def visible_tasks(viewer: User) -> QuerySet[Task]:
    return Task.objects.visible_to(viewer).select_related("customer", "assignee", "opened_by", "done_by")


def open_tasks(viewer: User, assignee: User | None = None, until: date | None = None) -> QuerySet[Task]:
    """Open tasks the viewer sees, nearest due day first; of one person, due by a day."""
    found = visible_tasks(viewer).filter(done_at=None)
    if assignee is not None:
        found = found.filter(assignee=assignee)
    if until is not None:
        found = found.filter(due_on__lte=until)
    return found.order_by("due_on", F("due_time").asc(nulls_last=True), "pk")


def people_with_tasks(viewer: User) -> QuerySet[User]:
    """Colleagues within the viewer's reach who have open tasks, also those whose account is switched off; by name."""
    people = User.objects.filter(Exists(Task.objects.filter(assignee=OuterRef("pk"), done_at=None).order_by()))
    if viewer.scope != Scope.ALL:
        people = people.filter(Q(pk=viewer.pk) | Q(department__in=viewer.department_ids))
    return people.order_by("name", "pk")


def nobody() -> QuerySet[User]:
    return User.objects.none()


def hand_overs(viewer: User) -> QuerySet[Batch]:
    """The viewer's own hand-overs of tasks that still stand, newest first."""
    mine = Batch.objects.filter(kind="timeline.hand_over", actor=viewer, undone_at=None)
    return mine.annotate(n_changes=Count("changes")).order_by("-pk")


def done_tasks(viewer: User, assignee: User | None = None) -> QuerySet[Task]:
    """Finished tasks, the last one first."""
    found = visible_tasks(viewer).exclude(done_at=None)
    if assignee is not None:
        found = found.filter(assignee=assignee)
    return found.order_by("-done_at", "-pk")


def tasks_of(viewer: User, customer: Customer) -> QuerySet[Task]:
    """A customer's tasks, open ones first by due day, then the finished ones."""
    return visible_tasks(viewer).filter(customer=customer).order_by(F("done_at").desc(nulls_first=True), "due_on", "pk")


def count_overdue(viewer: User, on: date) -> int:
    """The viewer's own open tasks whose day has passed."""
    return Task.objects.filter(assignee=viewer, done_at=None, due_on__lt=on).count()


def tasks_left(user: User) -> str:
    """The objection against switching off an account that still has open tasks; nothing without one."""
    count = Task.objects.filter(assignee=user, done_at=None).count()
    text = _("名下还有 %(n)s 项未完成的任务。请先在任务页转交，再停用账号。")
    return text % {"n": count} if count else ""


def next_steps(viewer: User, customer_ids: list[int]) -> dict[int, SafeString]:
    """Customer → the day and title of its nearest open task that the viewer sees, for a cell of the customer list."""
    found = Task.objects.visible_to(viewer).filter(done_at=None, customer__in=customer_ids)
    nearest: dict[int, Task] = {}
    for task in found.order_by("due_on", "pk"):
        nearest.setdefault(task.customer_id, task)
    return {pk: _next_step(task) for pk, task in nearest.items()}


def _next_step(task: Task) -> SafeString:
    late = (task.due_on - today()).days
    tone = "t-act" if late <= 0 else "t-watch" if late == 1 else ""
    day = formats.day(task.due_on)
    return format_html('<span class="next-step {}" title="{}">{} {}</span>', tone, task.title, day, task.title)


def tasks_by_source(sources: Iterable[str]) -> dict[str, Task]:
    """Tasks by what opened them; for writers, so without a viewer."""
    wanted = sorted(set(sources) - {""})
    found: dict[str, Task] = {}
    for start in range(0, len(wanted), 500):
        some = Task.objects.filter(source__in=wanted[start : start + 500]).select_related("assignee", "done_by")
        found |= {task.source: task for task in some}
    return found
