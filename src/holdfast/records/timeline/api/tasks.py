"""Tasks."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404

from holdfast.common.api import (
    Asked,
    In,
    Problem,
    Sort,
    Whole,
    bulk,
    choice,
    day,
    etag_of,
    listed,
    moment,
    page_of,
    rows_of,
    seen,
    whole,
)
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.records.timeline import queries, services
from holdfast.records.timeline.api.shapes import (
    EDIT,
    VIEW,
    FinishIn,
    Known,
    TaskIn,
    TaskOut,
    TaskPatch,
    router,
    task_out,
)
from holdfast.records.timeline.models import TASK_KINDS, Task

BY_DAY, SINCE = Sort("due", "due_on"), Sort("since", "updated_at")
NARROW = {
    "customer": lambda found, key: found.filter(customer=key),
    "assignee": lambda found, key: found.filter(assignee=key),
    "kind": lambda found, kind: found.filter(kind=kind),
    "state": lambda found, state: found.filter(done_at__isnull=state == "open"),
    "due_until": lambda found, until: found.filter(due_on__lte=until),
    "updated_since": lambda found, since: found.filter(updated_at__gte=since),
}


@router.lists(
    "/tasks", "list_tasks", "List tasks", gives=TaskOut, words=[VIEW],
    params=[
        whole("customer"), whole("assignee"), choice("kind", list(TASK_KINDS)), choice("state", ["open", "done"]),
        day("due_until"), moment("updated_since"),
    ],
)  # fmt: skip
def list_tasks(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Tasks of your customers, and your own; by their day, or with `updated_since` the oldest change first."""
    found = Task.objects.visible_to(request.user)
    for name, value in asked.values.items():
        found = NARROW[name](found, value)
    page = page_of(found, SINCE if "updated_since" in asked.values else BY_DAY, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(task_out(row)), page.next)


def _task(request: StaffRequest, pk: int) -> Task:
    found = queries.visible_tasks(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _whole(task: Task) -> Whole:
    return Whole(task_out(task), etag_of(task), f"/api/v1/tasks/{task.pk}")


@router.gets("/tasks/{int:pk}", "get_task", "Read a task", gives=TaskOut, words=[VIEW])
def get_task(request: StaffRequest, pk: int, asked: Asked) -> Whole:
    """One task."""
    task = _task(request, pk)
    return Whole(asked.cut(task_out(task)), etag_of(task))


@router.adds("/tasks", "create_task", "Open a task", gives=TaskOut, words=[VIEW, EDIT])
def create_task(request: StaffRequest, body: TaskIn) -> Whole:
    """Give somebody something to do for a customer by a day."""
    given = body.given()
    return _whole(services.open_tasks([_row(given, Known(request.user, [given]))], by=request.user)[0])  # type: ignore[list-item]


class TasksIn(In):
    rows: rows_of("TaskIn")  # type: ignore[valid-type]


@router.adds_many("/tasks/bulk", "create_tasks", "Open many tasks", words=[VIEW, EDIT])
def create_tasks(request: StaffRequest, body: TasksIn) -> tuple[dict[str, Any], int]:
    """Open up to 500 tasks, each with its own result."""
    known = Known(request.user, body.rows)
    return bulk(
        body.rows,
        check=lambda row: _row(TaskIn.model_validate(row).given(), known),
        write=lambda rows: services.open_tasks(rows, by=request.user),  # type: ignore[arg-type]
    )


def _row(given: dict[str, Any], known: Known) -> dict[str, Any]:
    assignee = given.pop("assignee_id", None) or known.viewer.pk
    customer = known.customer(given.pop("customer_id"))
    return {**given, "customer": customer, "assignee": known.person(assignee, "assignee_id")}


@router.changes("/tasks/{int:pk}", "update_task", "Hand a task over", gives=TaskOut, words=[VIEW, EDIT])
def update_task(request: StaffRequest, pk: int, body: TaskPatch) -> Whole:
    """Give an open task to somebody else, or another day."""
    given = body.given()
    if not given:
        raise Problem("invalid", 422)
    with transaction.atomic():
        task = _task(request, pk)
        seen(request, task)
        key = given.get("assignee_id") or task.assignee_id
        to = task.assignee if key == task.assignee_id else Known(request.user, [given]).person(key, "assignee_id")
        services.reassign_task(task, to=to, by=request.user, due_on=given.get("due_on"))
    return _whole(_task(request, pk))


@router.does("/tasks/{int:pk}/finish", "finish_task", "Finish a task", gives=TaskOut, words=[VIEW, EDIT])
def finish_task(request: StaffRequest, pk: int, body: FinishIn) -> Whole:
    """Close a task with what came of it; a call or visit becomes a contact in the history, with its minutes."""
    with transaction.atomic():
        task = _task(request, pk)
        seen(request, task)
        services.finish_task(task, by=request.user, outcome=body.outcome, on=body.on, minutes=body.minutes)
    return _whole(_task(request, pk))


@router.does("/tasks/{int:pk}/reopen", "reopen_task", "Reopen a task", gives=TaskOut, words=[VIEW, EDIT])
def reopen_task(request: StaffRequest, pk: int) -> Whole:
    """Take back a finish that was a mistake."""
    with transaction.atomic():
        task = _task(request, pk)
        seen(request, task)
        services.reopen_task(task, by=request.user)
    return _whole(_task(request, pk))
