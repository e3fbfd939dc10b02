"""Tasks for tests: `TaskFactory(customer=…, assignee=…, due_on=…, done=True)`."""

from datetime import UTC, date, datetime

import factory
from django.utils import timezone

from holdfast.records.timeline.models import Entry, Interaction, Participant, Task


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


class InteractionFactory(factory.django.DjangoModelFactory):
    """A call of 12 minutes by its author, who took part."""

    class Meta:
        model = Interaction
        skip_postgeneration_save = True

    customer = factory.SubFactory("holdfast.records.customers.tests.factories.CustomerFactory")
    author = factory.SubFactory("holdfast.foundation.accounts.tests.factories.UserFactory")
    channel = "call"
    at = datetime(2026, 11, 20, 2, tzinfo=UTC)
    on = factory.LazyAttribute(lambda row: timezone.localdate(row.at))
    minutes = 12
    summary = "谈年度价"

    @factory.post_generation
    def participants(self, create, given, **kwargs):
        for user in given if given is not None else [self.author]:
            Participant.objects.create(interaction=self, user=user)


class EntryFactory(factory.django.DjangoModelFactory):
    """A line of the history that no room tells about."""

    class Meta:
        model = Entry

    customer = factory.SubFactory("holdfast.records.customers.tests.factories.CustomerFactory")
    source = "shop.order"
    source_id = factory.Sequence(lambda n: n + 1)
    kind = "order"
    at = datetime(2026, 11, 20, 4, tzinfo=UTC)
