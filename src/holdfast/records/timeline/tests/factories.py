"""Tasks for tests: `TaskFactory(customer=…, assignee=…, due_on=…, done=True)`."""

from datetime import UTC, date, datetime

import factory

from holdfast.records.timeline.models import Task


class TaskFactory(factory.django.DjangoModelFactory):
    """An open call; with `done=True` finished by its assignee on the due day."""

    class Meta:
        model = Task

    class Params:
        done = factory.Trait(
            done_at=factory.LazyAttribute(lambda task: datetime.combine(task.due_on, datetime.min.time(), tzinfo=UTC)),
            done_by=factory.SelfAttribute("assignee"),
            outcome="谈好了",
        )

    customer = factory.SubFactory("holdfast.records.customers.tests.factories.CustomerFactory")
    assignee = factory.SubFactory("holdfast.foundation.accounts.tests.factories.UserFactory")
    title = factory.Sequence(lambda n: f"致电第 {n} 位客户")
    kind = "call"
    due_on = date(2026, 11, 25)
