"""Tomorrow's call list: whom to call, why, and at which number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from holdfast.doors.desk.queries.workbench import at_risk, with_people
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Contact, Customer, Standing
from holdfast.records.timeline import queries as timeline
from holdfast.records.timeline.models import Task


@dataclass(frozen=True)
class Call:
    """One line of the list: the customer with its standing, tasks due, and the person to ask for."""

    customer: Customer
    tasks: list[Task]

    @property
    def standing(self) -> Standing | None:
        return getattr(self.customer, "standing", None)

    @property
    def contact(self) -> Contact | None:
        return next(iter(self.customer.contacts.all()), None)

    @property
    def whom(self) -> Contact | Customer:
        """Whose number it is."""
        return self.contact if self.contact and self.contact.phone else self.customer

    @property
    def is_urgent(self) -> bool:
        return bool(self.standing and self.standing.risk == "high")


def call_list(viewer: User, customers: QuerySet[Customer], *, until: date, limit: int) -> list[Call]:
    """Customers with a warning by the money at stake, then those with an open task of the viewer due by the day."""
    due: dict[int, list[Task]] = {}
    for task in timeline.open_tasks(viewer, assignee=viewer, until=until)[:limit]:
        due.setdefault(task.customer_id, []).append(task)
    warned = at_risk(customers, limit)
    known = {customer.pk for customer in warned}
    rest = with_people(customers.filter(pk__in=[pk for pk in due if pk not in known])).order_by("pk")
    return [Call(customer, due.get(customer.pk, [])) for customer in [*warned, *rest]][:limit]
