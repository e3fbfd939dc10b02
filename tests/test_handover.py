"""A colleague leaves: customers, seats and open tasks pass on together, and come back together."""

import datetime as dt

import pytest

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.records.customers import services
from holdfast.records.customers.models import Collaborator, Customer, OwnershipChange
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.timeline.models import Task
from holdfast.records.timeline.tests.factories import TaskFactory
from tests.related import dump, rows_that_differ

pytestmark = [pytest.mark.django_db, pytest.mark.shows("OWN-08")]
DAY = dt.date(2026, 12, 1)


@pytest.fixture
def leaver(department):
    return UserFactory(login="leaver", name="李离", department=department)


@pytest.fixture
def work(leaver, owner):
    mine, other = CustomerFactory(owner=leaver), CustomerFactory(owner=owner)
    TaskFactory(customer=mine, assignee=leaver, due_on=DAY)
    TaskFactory(customer=other, assignee=leaver, due_on=DAY)
    TaskFactory(customer=mine, assignee=leaver, due_on=DAY, done=True)
    shared = CustomerFactory()
    Collaborator.objects.create(customer=shared, user=leaver, can_edit=True)
    Collaborator.objects.create(customer=other, user=leaver)
    return mine, other, shared


def test_the_preview_counts_what_passes_on(work, leaver, admin):
    shares = {str(share.title): share.count for share in services.handover_preview(leaver, by=admin)}

    assert shares.items() >= {"客户": 1, "协作席位": 2, "未完成的任务": 2}.items()


def test_everything_passes_to_one_colleague_and_is_remembered(work, leaver, owner, admin):
    mine, _other, shared = work

    _batch, counts = services.hand_over(leaver, owner, by=admin, reason="离职")

    assert counts.items() >= {"customers": 1, "seats": 2, "tasks": 2}.items()
    assert Customer.objects.get(pk=mine.pk).owner == owner
    assert Task.objects.filter(assignee=owner, done_at=None).count() == 2
    assert Task.objects.filter(assignee=leaver, done_at=None).count() == 0
    assert [seat.customer for seat in Collaborator.objects.filter(user=owner)] == [shared]
    assert OwnershipChange.objects.get().reason == "离职"


def test_customers_may_go_to_different_colleagues_with_their_tasks(work, leaver, owner, teammate, admin):
    mine, _other, _shared = work

    services.hand_over(leaver, {mine.pk: teammate}, by=admin)

    assert Customer.objects.get(pk=mine.pk).owner == teammate
    assert {task.assignee for task in Task.objects.filter(done_at=None, customer=mine)} == {teammate}
    assert Task.objects.filter(assignee=leaver, done_at=None).count() == 1


def test_after_an_undo_every_table_is_as_it_was(work, leaver, owner, admin):
    before = dump()

    batch, _counts = services.hand_over(leaver, owner, by=admin)
    services.undo_handover(batch, by=admin)

    assert rows_that_differ(before, dump()) == []


def test_nobody_hands_over_to_a_closed_account_or_to_oneself(leaver, admin):
    with pytest.raises(Refusal, match="本人"):
        services.hand_over(leaver, leaver, by=admin)
    with pytest.raises(Refusal, match="停用"):
        services.hand_over(leaver, UserFactory(is_active=False), by=admin)


def test_a_manager_hands_over_only_customers_within_reach(leaver, owner, manager, stranger):
    CustomerFactory(owner=leaver)
    far = CustomerFactory(owner=leaver, department=stranger.department)

    services.hand_over(leaver, owner, by=manager)

    assert Customer.objects.get(pk=far.pk).owner == leaver
