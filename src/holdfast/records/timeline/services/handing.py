"""Put tasks off, change them, finish or hand over many at once. A hand-over is one batch and can be taken back whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.timeline.models import TASK_KINDS, Task
from holdfast.records.timeline.services.tasks import checked_rule, checked_title, finish_task
from holdfast.records.timeline.services.telling import tell_given
from holdfast.records.timeline.services.writing import changed, still_open, subject_of

HAND_OVER = "timeline.hand_over"
CHANGEABLE = {"kind", "title", "due_on", "due_time", "remind_minutes", "repeat"}


@transaction.atomic
def snooze_task(task: Task, *, due_on: date, by: User, due_time: time | None = None) -> Task:
    """Put an open task off to a later day; its reminder moves along, a rule to repeat stays as it is."""
    locked = still_open(task)
    if due_on < today():
        raise Refusal(_("到期日已经过去，请选今天或以后。"), "due_on")
    return changed(locked, by, "snooze", due_on=due_on, due_time=due_time)


@transaction.atomic
def snooze_tasks(tasks: Iterable[Task], *, due_on: date, by: User, due_time: time | None = None) -> int:
    """Put many off to one day; a time of day they have stays unless another is given. How many."""
    count = 0
    for task in tasks:
        snooze_task(task, due_on=due_on, by=by, due_time=due_time or task.due_time)
        count += 1
    return count


@transaction.atomic
def change_task(task: Task, *, by: User, **values: Any) -> Task:
    """Change what an open task says: kind, title, due_on, due_time, remind_minutes, repeat."""
    if unknown := sorted(values.keys() - CHANGEABLE):
        raise TypeError(f"a task has no {', '.join(unknown)} to change")
    locked = still_open(task)
    if "title" in values:
        values["title"] = checked_title(values["title"])
    if values.get("kind", "call") not in TASK_KINDS:
        raise Refusal(_("没有「%(kind)s」这种任务，请另选一种。") % {"kind": values["kind"]}, "kind")
    if "repeat" in values:
        values["repeat"] = checked_rule(values["repeat"])
    return changed(locked, by, "change", **values)


@transaction.atomic
def finish_tasks(tasks: Iterable[Task], *, outcome: str, by: User) -> int:
    """Finish many with the same outcome; how many. Those that somebody finished meanwhile are left alone."""
    keys = [task.pk for task in tasks]
    found = Task.objects.select_for_update(of=("self",)).filter(pk__in=keys, done_at=None).order_by("due_on", "pk")
    given = list(found.select_related("assignee", "customer"))
    for task in given:
        finish_task(task, outcome=outcome, by=by)
    return len(given)


@transaction.atomic
def hand_over_tasks(tasks: Iterable[Task], *, to: User, by: User, note: str = "") -> tuple[Batch, int]:
    """Give open tasks to one colleague, as one batch that `undo_hand_over` takes back; the batch and how many moved.

    Tasks that are done, or that colleague's already, are left alone; none to move is a Refusal.
    """
    if not to.is_active:
        raise Refusal(_("%(name)s 的账号已停用，请选另一位负责人。") % {"name": to.name}, "to")
    keys = [task.pk for task in tasks]
    moving: list[Task] = []
    for start in range(0, len(keys), 500):
        some = Task.objects.select_for_update(of=("self",)).filter(pk__in=keys[start : start + 500], done_at=None)
        moving += list(some.exclude(assignee=to).order_by("due_on", "pk"))
    if not moving:
        raise Refusal(_("没有可以转交的任务：要么已经完成，要么已经归 %(name)s。") % {"name": to.name})
    batch = audit.open_batch(HAND_OVER, by=by, note=" · ".join(part for part in (f"→ {to.name}", note.strip()) if part))
    _move(moving, to, by, batch)
    tell_given(moving, by)
    return batch, len(moving)


def _move(tasks: list[Task], to: User, by: User, batch: Batch) -> None:
    entries = []
    for task in tasks:
        before = audit.snapshot(task)
        task.assignee, task.updated_at, task.escalated_at = to, timezone.now(), None
        entries.append((task, before, audit.snapshot(task), subject_of(task)))
    Task.objects.bulk_update(tasks, ["assignee", "updated_at", "escalated_at"], batch_size=500)
    audit.record_many(entries, actor=by, verb="reassign", batch=batch)


def undo_hand_over(batch: Batch, *, by: User) -> int:
    """Give every task of a hand-over back; refused when one was changed since. How many went back."""
    if batch.kind != HAND_OVER:
        raise Refusal(_("这不是一次任务转交，不能在这里撤销。"))
    return audit.undo(batch, by=by)["restored"]
