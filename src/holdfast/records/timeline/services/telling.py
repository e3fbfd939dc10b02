"""Tell colleagues that work was given to them."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from holdfast.foundation.accounts.models import User
from holdfast.foundation.notices import services as notices
from holdfast.records.timeline.models import Task

GIVEN = "timeline.task_given"
MOST_NAMED = 20


def tell_given(tasks: Iterable[Task], by: User | None) -> None:
    """One notice to each colleague about the open tasks that somebody else gave; nobody is told of one's own doing."""
    if by is None:
        return
    given: dict[User, list[Task]] = {}
    for task in tasks:
        if task.is_open and task.assignee_id != by.pk:
            given.setdefault(task.assignee, []).append(task)
    moment = int(timezone.now().timestamp() * 1000)
    if given:
        notices.notify_many([_row(person, some, by, moment) for person, some in given.items()])


def _row(person: User, tasks: list[Task], by: User, moment: int) -> notices.NoticeRow:
    keys = [task.pk for task in tasks[:MOST_NAMED]]
    is_one = len(tasks) == 1
    return {
        "user": person,
        "kind": GIVEN,
        "key": f"task:{keys[0]}:{moment}",
        "payload": {"tasks": keys, "n": len(tasks), "by": by.pk},
        "url": reverse("timeline:task", args=[keys[0]]) if is_one else reverse("timeline:tasks"),
    }
