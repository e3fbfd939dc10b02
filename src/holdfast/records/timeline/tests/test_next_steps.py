"""The next step of each customer, as a column of the customer list."""

import datetime as dt

import pytest

from holdfast.common.months import today
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.timeline import queries
from holdfast.records.timeline.tests.factories import TaskFactory

pytestmark = pytest.mark.django_db


def test_the_nearest_open_task_stands_in_the_customers_row(owner, login):
    customer = CustomerFactory(owner=owner)
    TaskFactory(customer=customer, assignee=owner, title="寄样品", due_on=today() + dt.timedelta(days=9))
    TaskFactory(customer=customer, assignee=owner, title="致电致歉", due_on=today())
    TaskFactory(customer=customer, assignee=owner, title="已做完", due_on=today() - dt.timedelta(days=9), done=True)

    html = login(owner).get("/customers/").content.decode()

    assert "今天 致电致歉" in html
    assert "寄样品" not in html
    assert "已做完" not in html


def test_titles_are_escaped_and_late_ones_stand_out(owner):
    customer = CustomerFactory(owner=owner)
    TaskFactory(customer=customer, assignee=owner, title="<b>急</b>", due_on=today() - dt.timedelta(days=2))

    [cell] = queries.next_steps(owner, [customer.pk]).values()

    assert "<b>" not in cell
    assert "t-act" in cell


def test_others_tasks_on_customers_out_of_sight_are_not_told(owner, stranger):
    customer = CustomerFactory(owner=owner)
    TaskFactory(customer=customer, assignee=owner)

    assert queries.next_steps(stranger, [customer.pk]) == {}


def test_a_page_of_customers_takes_one_query(owner, django_assert_num_queries):
    customers = [CustomerFactory(owner=owner) for _turn in range(3)]
    for customer in customers:
        TaskFactory(customer=customer, assignee=owner)
    owner.scope  # noqa: B018 - roles are read once per request

    with django_assert_num_queries(1):
        assert len(queries.next_steps(owner, [customer.pk for customer in customers])) == 3
