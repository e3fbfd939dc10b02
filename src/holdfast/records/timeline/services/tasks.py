"""The writers of tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, TypedDict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.records.customers.models import Customer
from holdfast.records.timeline.models import TASK_KINDS, Task
from holdfast.records.timeline.queries import tasks_by_source
from holdfast.records.timeline.queries.task_entries import CONTACT_TASKS, TASK_SOURCE, task_rows
from holdfast.records.timeline.rules import repeat_from
from holdfast.records.timeline.services.entries import push_entries, remove_entry
from holdfast.records.timeline.services.interactions import add_interaction, remove_interaction
from holdfast.records.timeline.services.series import follow, take_back_next
from holdfast.records.timeline.services.telling import tell_given
from holdfast.records.timeline.services.writing import changed, remind_at, still_open, subject_of

TITLE_LENGTH = 200
OUTCOME_LENGTH = 400


class TaskRow(TypedDict, total=False):
    """customer, title, assignee and due_on required; `source` names what opened it, as `reports.action:12`."""

    customer: Customer
    kind: str
    title: str
    assignee: User
    due_on: date
    source: str
    due_time: time | None
    remind_minutes: int | None
    repeat: dict[str, Any] | None


def open_task(
    customer: Customer,
    *,
    title: str,
    assignee: User,
    due_on: date,
    by: User | None,
    kind: str = "call",
    source: str = "",
    due_time: time | None = None,
    remind_minutes: int | None = 0,
    repeat: dict[str, Any] | None = None,
) -> Task:
    """Open a task; with a `source` once only: asked again, the one that stands comes back.

    It reminds `remind_minutes` before it is due (None: never); `repeat` is a rule as `rules.Repeat.as_json()` gives it.
    """
    row: TaskRow = {
        "customer": customer, "kind": kind, "title": title, "assignee": assignee, "due_on": due_on, "source": source,
        "due_time": due_time, "remind_minutes": remind_minutes, "repeat": repeat,
    }  # fmt: skip
    return open_tasks([row], by=by)[0]


@transaction.atomic
def open_tasks(rows: Iterable[TaskRow], *, by: User | None) -> list[Task]:
    """Open many tasks at once, in the order of `rows`; those whose source already opened one come back as they are."""
    given = list(rows)
    known = tasks_by_source(row.get("source", "") for row in given)
    new: list[Task] = []
    tasks = [_opened(row, by, known, new) for row in given]
    Task.objects.bulk_create(new)
    audit.record_many([(task, None, audit.snapshot(task), subject_of(task)) for task in new], actor=by, verb="open")
    tell_given(new, by)
    return tasks


def _opened(row: Mapping[str, Any], by: User | None, known: dict[str, Task], new: list[Task]) -> Task:
    """The task that its source has opened, else a new one."""
    source = row.get("source") or ""
    if source in known:
        return known[source]
    task = _built(row, by)
    new.append(task)
    if source:
        known[source] = task
    return task


def _built(row: Mapping[str, Any], by: User | None) -> Task:
    title, kind = checked_title(row.get("title")), row.get("kind") or "call"
    if kind not in TASK_KINDS:
        raise Refusal(_("没有「%(kind)s」这种任务，请另选一种。") % {"kind": kind}, "kind")
    if not row["assignee"].is_active:
        raise Refusal(_("%(name)s 的账号已停用，请选另一位负责人。") % {"name": row["assignee"].name}, "assignee")
    task = Task(
        customer=row["customer"],
        kind=kind,
        title=title,
        assignee=row["assignee"],
        due_on=row["due_on"],
        opened_by=by,
        source=row.get("source") or "",
        due_time=row.get("due_time"),
        remind_minutes=row.get("remind_minutes", 0),
        repeat=checked_rule(row.get("repeat")),
    )
    task.remind_at = remind_at(task)
    return task


def checked_title(title: str | None) -> str:
    """What is to be done, in at most 200 characters; a Refusal when nothing is said."""
    found = (title or "").strip()
    if not found:
        raise Refusal(_("请写明要做什么，再派任务。"), "title")
    return found[:TITLE_LENGTH]


def checked_rule(kept: dict[str, Any] | None) -> dict[str, Any] | None:
    """The rule as the column keeps it; a Refusal when there is no such rule."""
    try:
        rule = repeat_from(kept)
    except (ValueError, KeyError, TypeError):
        raise Refusal(_("没有这种重复方式，请另选一种。"), "repeat") from None
    return rule.as_json() if rule else None


@transaction.atomic
def finish_task(
    task: Task, *, outcome: str, by: User, on: date | None = None, minutes: int | None = None, is_last: bool = False
) -> Task:
    """Close a task with what came of it. Refused without an outcome, and when it is closed already.

    A call or visit done is a contact with the customer: it is kept as one, with the minutes it took. Of a series the
    next is opened, unless this `is_last`.
    """
    locked = still_open(task)
    outcome = outcome.strip()
    if not outcome:
        raise Refusal(_("请写下结果，哪怕一句话：下次接手的人要靠它。"), "outcome")
    if len(outcome) > OUTCOME_LENGTH:
        raise Refusal(_("结果最多 %(limit)s 个字，请写短一些。") % {"limit": OUTCOME_LENGTH}, "outcome")
    values: dict[str, Any] = {"repeat": None} if is_last else {}
    done = changed(locked, by, "finish", done_at=_moment(on), done_by=by, outcome=outcome, **values)
    follow(done, by)
    _tell(done, by, minutes)
    return done


def _tell(task: Task, by: User, minutes: int | None) -> None:
    """Into the customer's history: as a contact where it was one, else as a task done."""
    if task.kind not in CONTACT_TASKS or task.done_at is None:
        push_entries(task_rows([task]))
        return
    add_interaction(
        task.customer, channel=task.kind, at=task.done_at, minutes=minutes, summary=f"{task.title}\n{task.outcome}",
        by=by, planned=task, source=f"timeline.task:{task.pk}",
    )  # fmt: skip


def _moment(on: date | None) -> datetime:
    if on is None or on == today():
        return timezone.now()
    if on > today():
        raise Refusal(_("完成日期在未来，请检查日期。"), "on")
    return timezone.make_aware(datetime.combine(on, time(12)))


@transaction.atomic
def reassign_task(task: Task, *, to: User, by: User | None, due_on: date | None = None) -> Task:
    """Hand an open task to somebody else, perhaps with another day."""
    locked = still_open(task)
    if not to.is_active:
        raise Refusal(_("%(name)s 的账号已停用，请选另一位负责人。") % {"name": to.name}, "assignee")
    moved = changed(locked, by, "reassign", assignee=to, due_on=due_on or locked.due_on)
    tell_given([moved], by)
    return moved


@transaction.atomic
def reopen_task(task: Task, *, by: User) -> Task:
    """Take back a finish that was a mistake; what was written as outcome stays in the journal."""
    locked = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if locked.done_at is None:
        raise Refusal(_("任务还没有完成，不必重新打开。"))
    for contact in locked.interactions.all():
        remove_interaction(contact, by=by)
    remove_entry(TASK_SOURCE, locked.pk)
    take_back_next(locked, by)
    return changed(locked, by, "reopen", done_at=None, done_by=None, outcome="")
