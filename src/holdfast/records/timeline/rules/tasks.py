"""How tasks fall into groups by their day. No database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GROUPS: dict[str, Promise] = {
    "overdue": _("逾期"),
    "today": _("今天"),
    "week": _("七天之内"),
    "later": _("以后"),
}
WEEK = timedelta(days=7)


class Due(Protocol):
    due_on: date


Task = TypeVar("Task", bound=Due)


def group_of(due_on: date, today: date) -> str:
    """The group of an open task: overdue, today, week or later."""
    if due_on < today:
        return "overdue"
    if due_on == today:
        return "today"
    return "week" if due_on <= today + WEEK else "later"


def grouped(tasks: Iterable[Task], today: date) -> list[tuple[str, list[Task]]]:
    """Open tasks by group, in the order of GROUPS, groups without a task left out."""
    found: dict[str, list[Task]] = {code: [] for code in GROUPS}
    for task in tasks:
        found[group_of(task.due_on, today)].append(task)
    return [(code, some) for code, some in found.items() if some]
