from datetime import UTC, date, datetime

import pytest
import time_machine

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts import services as accounts
from holdfast.foundation.audit.models import Change
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.timeline import queries, rules, services
from holdfast.records.timeline.models import Entry, Interaction, Task
from holdfast.records.timeline.tests.factories import TaskFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def customer(owner):
    return CustomerFactory(owner=owner)


def opened(customer, owner, **fields):
    plain = {"title": "致电", "assignee": owner, "due_on": TODAY, "by": owner}
    return services.open_task(customer, **{**plain, **fields})


def test_an_open_task_knows_who_when_and_why(customer, owner, teammate):
    task = opened(customer, owner, assignee=teammate, kind="visit")

    assert (task.assignee, task.opened_by, task.is_open) == (teammate, owner, True)
    entry = Change.objects.get(model="timeline.task")
    assert (entry.verb, entry.subject) == ("open", f"customers.customer:{customer.pk}")


def test_one_source_opens_one_task(customer, owner):
    first = opened(customer, owner, source="reports.action:12")

    again = opened(customer, owner, source="reports.action:12", title="另一句")

    assert again == first
    assert Task.objects.get().title == "致电"


def test_many_are_opened_at_once_in_their_order(customer, owner, django_assert_num_queries):
    row = {"customer": customer, "title": "致电", "assignee": owner, "due_on": TODAY}
    old = opened(customer, owner, source="a.b:1")
    rows = [{**row, "source": f"a.b:{n}"} for n in (3, 1, 2, 3)] + [row]

    with django_assert_num_queries(5):
        tasks = services.open_tasks(rows, by=owner)

    assert [task.source for task in tasks] == ["a.b:3", "a.b:1", "a.b:2", "a.b:3", ""]
    assert tasks[1] == old
    assert tasks[0] is tasks[3]
    assert Task.objects.count() == 4


@pytest.mark.parametrize(
    ("changes", "field"), [({"title": " "}, "title"), ({"kind": "dance"}, "kind"), ({"assignee": None}, "assignee")]
)
def test_a_task_that_cannot_stand_is_refused_on_its_field(customer, owner, teammate, changes, field):
    if field == "assignee":
        teammate.is_active = False
        changes = {"assignee": teammate}

    with pytest.raises(Refusal) as refused:
        opened(customer, owner, **changes)

    assert refused.value.field == field


def test_a_task_is_finished_with_its_outcome_once(owner):
    task = TaskFactory(assignee=owner)

    done = services.finish_task(task, outcome=" 谈好了 ", by=owner)

    assert (done.outcome, done.done_by, done.done_at) == ("谈好了", owner, datetime(2026, 11, 22, 2, tzinfo=UTC))
    with pytest.raises(Refusal, match="已经完成"):
        services.finish_task(task, outcome="再来", by=owner)


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"outcome": " "}, "outcome"), ({"outcome": "长" * 401}, "outcome"), ({"on": date(2026, 11, 23)}, "on")],
)
def test_a_finish_without_outcome_or_in_the_future_is_refused(owner, fields, field):
    task = TaskFactory(assignee=owner)

    with pytest.raises(Refusal) as refused:
        services.finish_task(task, by=owner, **{"outcome": "好", **fields})

    assert refused.value.field == field
    assert Task.objects.get().is_open


def test_a_task_is_handed_on_with_another_day(owner, teammate):
    task = TaskFactory(assignee=owner)

    moved = services.reassign_task(task, to=teammate, due_on=date(2026, 12, 1), by=owner)

    assert (moved.assignee, moved.due_on) == (teammate, date(2026, 12, 1))
    assert Change.objects.get(verb="reassign").before["assignee_id"] == owner.pk


def test_a_mistaken_finish_is_taken_back(owner):
    task = TaskFactory(assignee=owner, done=True)

    reopened = services.reopen_task(task, by=owner)

    assert (reopened.is_open, reopened.outcome) == (True, "")
    with pytest.raises(Refusal, match="还没有完成"):
        services.reopen_task(task, by=owner)


@pytest.mark.shows("SAL-06", "CAR-03")
@pytest.mark.parametrize(("kind", "minutes", "contacts"), [("call", 25, 1), ("visit", None, 1), ("thank", 25, 0)])
def test_a_call_or_visit_done_is_a_contact_with_the_customer(customer, owner, kind, minutes, contacts):
    task = TaskFactory(customer=customer, assignee=owner, kind=kind)

    services.finish_task(task, outcome="对方要锁价", by=owner, minutes=minutes)

    kept = list(task.interactions.all())
    assert len(kept) == contacts
    assert all((row.channel, row.minutes, row.author) == (kind, minutes, owner) for row in kept)
    assert Entry.objects.get(customer=customer).text == f"{task.title}\n对方要锁价"


@pytest.mark.parametrize("kind", ["call", "thank"])
def test_a_finish_taken_back_takes_its_line_out_of_the_history(customer, owner, kind):
    task = TaskFactory(customer=customer, assignee=owner, kind=kind)
    services.finish_task(task, outcome="好", by=owner)

    services.reopen_task(task, by=owner)

    assert not Entry.objects.exists()
    assert not Interaction.objects.exists()


def test_tasks_finished_before_contacts_were_kept_are_told_too(customer, owner):
    TaskFactory(customer=customer, assignee=owner, done=True)
    contact = TaskFactory(customer=customer, assignee=owner)
    services.finish_task(contact, outcome="好", by=owner)

    counts = services.rebuild_entries("timeline.task")

    assert counts == {"timeline.task": {"missing": 1, "changed": 0, "extra": 0, "right": 0}}


# --- reading ------------------------------------------------------------------------------------------------------


def test_open_tasks_come_by_due_day_and_only_visible_ones(owner, stranger, manager, customer):
    later = TaskFactory(customer=customer, assignee=owner, due_on=date(2026, 12, 1))
    sooner = TaskFactory(customer=customer, assignee=manager, due_on=TODAY)
    TaskFactory(customer=customer, assignee=owner, done=True)

    assert list(queries.open_tasks(owner)) == [sooner, later]
    assert list(queries.open_tasks(owner, assignee=owner)) == [later]
    assert list(queries.open_tasks(owner, until=TODAY)) == [sooner]
    assert not queries.open_tasks(stranger).exists()


def test_ones_own_task_is_seen_even_where_the_customer_is_not(stranger, customer):
    task = TaskFactory(customer=customer, assignee=stranger)

    assert list(queries.open_tasks(stranger)) == [task]


def test_a_customers_tasks_are_open_ones_by_day_then_the_last_done_first(owner, customer):
    old = TaskFactory(customer=customer, assignee=owner, due_on=date(2026, 10, 1), done=True)
    new = TaskFactory(customer=customer, assignee=owner, due_on=date(2026, 11, 1), done=True)
    second = TaskFactory(customer=customer, assignee=owner, due_on=date(2026, 12, 2))
    first = TaskFactory(customer=customer, assignee=owner, due_on=date(2026, 12, 1))

    assert list(queries.tasks_of(owner, customer)) == [first, second, new, old]


@pytest.mark.parametrize(
    ("day", "group"),
    [(21, "overdue"), (22, "today"), (23, "week"), (29, "week"), (30, "later")],
)
def test_tasks_fall_into_groups_by_their_day(day, group):
    assert rules.group_of(date(2026, 11, day), TODAY) == group


@pytest.mark.shows("OWN-08")
def test_an_account_with_open_tasks_is_not_switched_off(admin, owner):
    TaskFactory(assignee=owner)

    with pytest.raises(Refusal, match="任务"):
        accounts.deactivate(owner, by=admin)
