"""What one person owes customers in the running windows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from holdfast.actions.care.models import Duty, DutyTask
from holdfast.actions.care.queries.duties import running_duties, with_done
from holdfast.actions.care.rules import Progress, progress_of
from holdfast.actions.care.rules.kinds import SERVED_KINDS
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer
from holdfast.records.timeline.models import Task


@dataclass(frozen=True)
class MyCustomer:
    """One customer with its duties; `task` is the nearest open task opened for them."""

    customer: Customer
    stars: int
    is_provisional: bool
    duties: list[tuple[Duty, Progress]]
    task: Task | None

    @property
    def missing(self) -> int:
        return sum(progress.missing for _duty, progress in self.duties)

    @property
    def days_left(self) -> int:
        """Until the nearest window with a gap ends; 0 without a gap."""
        return min((progress.days_left for _duty, progress in self.duties if progress.missing), default=0)

    @property
    def state(self) -> str:
        states = {progress.state for _duty, progress in self.duties}
        return next((state for state in ("missed", "soon", "open") if state in states), "done")


@dataclass(frozen=True)
class Mine:
    """All of one person's customers with duties: gaps first, the nearest end and the higher star before others."""

    customers: list[MyCustomer]
    due: int
    kept: int

    @property
    def gaps(self) -> list[MyCustomer]:
        return [one for one in self.customers if one.missing]

    @property
    def missing(self) -> int:
        return self.due - self.kept

    @property
    def rate(self) -> float | None:
        return self.kept / self.due if self.due else None


def my_duties(viewer: User, on: date, owner: User | None = None) -> Mine:
    """What `owner` (the viewer without one) owes customers that the viewer sees; three questions to the database."""
    found = running_duties(on).filter(owner=owner or viewer, kind__in=SERVED_KINDS, due__gt=0)
    duties = list(with_done(found.visible_to(viewer)).select_related("customer").order_by("customer", "kind"))
    tasks = nearest_tasks([duty.pk for duty in duties])
    groups: dict[int, list[Duty]] = {}
    for duty in duties:
        groups.setdefault(duty.customer_id, []).append(duty)
    customers = [_my_customer(some, tasks, on) for some in groups.values()]
    progress = [one for customer in customers for _duty, one in customer.duties]
    return Mine(
        customers=sorted(customers, key=lambda one: (not one.missing, one.days_left, -one.stars, one.customer.pk)),
        due=sum(one.due for one in progress),
        kept=sum(one.kept for one in progress),
    )


def _my_customer(duties: list[Any], tasks: dict[int, Task], on: date) -> MyCustomer:
    first = max(duties, key=lambda duty: duty.starts_on)
    return MyCustomer(
        customer=first.customer,
        stars=first.stars,
        is_provisional=first.is_provisional,
        duties=[(duty, progress_of(duty.due, duty.done_now, duty.window, on)) for duty in reversed(duties)],
        task=min((tasks[duty.pk] for duty in duties if duty.pk in tasks), key=_day, default=None),
    )


def _day(task: Task) -> tuple[date, int]:
    return task.due_on, task.pk


def nearest_tasks(duties: list[int]) -> dict[int, Task]:
    """Duty → its nearest open task."""
    found: dict[int, Task] = {}
    for start in range(0, len(duties), 500):
        links = DutyTask.objects.filter(duty__in=duties[start : start + 500], task__done_at=None)
        for link in links.select_related("task").order_by("task__due_on", "task"):
            found.setdefault(link.duty_id, link.task)
    return found
