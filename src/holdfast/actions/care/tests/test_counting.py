import datetime as dt

import pytest
import time_machine

from holdfast.actions.care import queries, services
from holdfast.actions.care.models import Duty, Tally
from holdfast.actions.care.tests.factories import called, star_customer, visited
from holdfast.common.months import Month
from holdfast.foundation.audit import services as audit
from holdfast.records.customers import services as customers
from holdfast.records.timeline import services as timeline
from holdfast.records.timeline.tests.factories import TaskFactory

pytestmark = pytest.mark.django_db
D = dt.date
NOVEMBER, TODAY = Month(2026, 11), D(2026, 11, 22)


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


def kept(viewer):
    return queries.execution(NOVEMBER, viewer).total.kept


def test_a_figure_over_many_is_a_sum_of_counts_and_knows_what_came_since(owner, manager):
    first, second = star_customer(owner, 5), star_customer(owner, 5)
    services.open_duties(NOVEMBER)
    visited(first, D(2026, 11, 3))
    services.count_duties()
    counted = kept(manager)

    visited(second, D(2026, 11, 4))
    TaskFactory(customer=second, assignee=owner, kind="call", due_on=D(2026, 11, 22), done=True)

    assert (counted, kept(manager)) == (1, 3)
    assert Duty.objects.get(customer=second, kind="visit").counted == 0


def test_counting_by_day_takes_up_what_came_since(owner, manager):
    customer = star_customer(owner, 5)
    services.open_duties(NOVEMBER)
    services.count_duties()
    visited(customer, D(2026, 11, 3))

    changed = services.count_duties(everything=False)

    assert changed == 2  # the visit, and its minutes
    assert Duty.objects.get(kind="visit").counted == 1
    assert services.count_duties(everything=False) == 0


def test_a_contact_taken_back_is_gone_with_the_next_full_counting(owner, manager):
    customer = star_customer(owner, 5)
    services.open_duties(NOVEMBER)
    visited(customer, D(2026, 11, 3))
    services.count_duties()
    timeline.remove_interaction(customer.interactions.get(), by=owner)
    own = queries.my_duties(owner, TODAY).missing

    services.count_duties()

    assert own == 6  # one's own page counts at once
    assert kept(manager) == 0


def test_a_closed_month_of_the_company_is_summed_once_and_tells_the_same(owner, teammate, admin, manager):
    for person, stars in ((owner, 5), (owner, 4), (teammate, 5)):
        customer = star_customer(person, stars)
        visited(customer, D(2026, 10, 6))
        called(customer, D(2026, 10, 7), D(2026, 10, 8))
    services.open_duties(Month(2026, 10))
    before = queries.execution(Month(2026, 10), admin)
    services.close_duties(TODAY)
    services.close_duties(TODAY)

    after, theirs = (queries.execution(Month(2026, 10), viewer) for viewer in (admin, manager))

    assert Tally.objects.filter(month="2026-10").count() == 6
    assert after == before
    assert theirs.total == before.total  # counted from the rows themselves: a manager sees a department
    points = [queries.trend(viewer, Month(2026, 11))[-2] for viewer in (admin, manager)]
    assert points[0] == points[1]
    assert points[0]["kept"] == before.total.kept == 9


def test_a_month_with_an_open_window_is_not_summed_yet(owner):
    star_customer(owner, 5)
    services.open_duties(Month(2026, 10))

    services.close_duties(D(2026, 11, 5))

    assert not Tally.objects.exists()


def test_two_customers_merged_keep_one_duty_of_each_kind_and_undone_both_again(owner, admin):
    first, second = star_customer(owner, 5), star_customer(owner, 4)
    services.open_duties(NOVEMBER)
    services.plan_tasks(TODAY)
    services.add_gift(second, item="茶叶", cost_minor=100, on=TODAY, by=owner)
    before = sorted(Duty.objects.values_list("customer", "kind", "due"))

    batch = customers.merge_customers(first, second, by=admin)
    merged = Duty.objects.filter(customer=first).count()
    services.plan_tasks(TODAY)
    audit.undo(batch, by=admin)

    assert merged == 3
    assert sorted(Duty.objects.values_list("customer", "kind", "due")) == before
