import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from holdfast.actions.care import queries, services
from holdfast.actions.care.models import Duty
from holdfast.actions.care.tests.factories import set_stars, star_customer, visited
from holdfast.common.months import Month
from holdfast.foundation.accounts.tests.factories import UserFactory
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


def due(customer, kind, month=NOVEMBER):
    return [
        (duty.due, duty.starts_on, duty.ends_on)
        for duty in Duty.objects.filter(customer=customer, kind=kind, ends_on__gte=month.first).order_by("starts_on")
    ]


def done(customer, kind="visit"):
    return queries.with_done(Duty.objects.filter(customer=customer, kind=kind)).get().done_now


@pytest.mark.shows("T8", "TIE-06", "TIE-07")
def test_a_five_star_customer_due_two_visits_with_one_done_shows_as_a_gap_with_days_left(owner):
    customer = star_customer(owner, 5)
    services.open_duties(NOVEMBER)
    visited(customer, D(2026, 11, 5))

    mine = queries.my_duties(owner, TODAY)

    (row,) = mine.gaps
    visit = next(progress for duty, progress in row.duties if duty.kind == "visit")
    assert (visit.due, visit.done, visit.missing, visit.days_left) == (2, 1, 1, 9)
    assert row.customer == customer
    assert mine.missing == 1 + 4  # one visit, and the four contacts


@pytest.mark.shows("TIE-06")
@pytest.mark.parametrize(
    ("stars", "visits", "contacts"),
    [
        (5, [(2, D(2026, 11, 1), D(2026, 11, 30))], [(4, D(2026, 11, 1), D(2026, 11, 30))]),
        (3, [(1, D(2026, 11, 1), D(2026, 12, 31))], [(1, D(2026, 11, 1), D(2026, 11, 30))]),
        (1, [], [(1, D(2026, 11, 1), D(2026, 12, 31))]),
    ],
)
def test_each_star_is_owed_its_standard(owner, stars, visits, contacts):
    customer = star_customer(owner, stars)

    services.open_duties(NOVEMBER)

    assert due(customer, "visit") == visits
    assert due(customer, "contact") == contacts


def test_a_quarter_seen_from_its_first_month_owes_all_of_it(owner):
    customer = star_customer(owner, 3)

    services.open_duties(Month(2026, 10))
    services.open_duties(NOVEMBER)

    assert due(customer, "visit") == [(1, D(2026, 10, 1), D(2026, 12, 31))]


def test_opening_twice_opens_nothing_more(owner):
    star_customer(owner, 5)
    services.open_duties(NOVEMBER)

    again = services.open_duties(NOVEMBER)

    assert again == {"customers": 0, "cut": 0, "duties": 0}


def test_nobody_without_an_owner_a_star_or_in_the_archive_is_owed_anything(owner):
    star_customer(None, 5)
    star_customer(owner, None)
    star_customer(owner, 5, archived=True)

    services.open_duties(NOVEMBER)

    assert not Duty.objects.exists()


@pytest.mark.shows("TIE-06")
def test_a_hollow_star_is_served_by_its_hint_and_marked_unless_switched_off(owner, manager):
    customer = star_customer(owner, 4, hollow=True)
    services.change_switches(by=manager, use_provisional=False)
    services.open_duties(NOVEMBER)
    none = Duty.objects.count()

    services.change_switches(by=manager, use_provisional=True)
    services.open_duties(NOVEMBER)

    assert none == 0
    assert due(customer, "visit") == [(1, D(2026, 11, 1), D(2026, 11, 30))]
    assert Duty.objects.filter(is_provisional=True).count() == 3


# --- within the month ---------------------------------------------------------------------------------------------


@pytest.mark.shows("TIE-12")
def test_a_star_that_changes_during_the_month_acts_from_the_next_month_on(owner):
    customer = star_customer(owner, 4)
    services.open_duties(NOVEMBER)
    set_stars(customer, 5)

    services.open_duties(NOVEMBER)
    november = due(customer, "visit")
    services.open_duties(NOVEMBER.next)

    assert november == [(1, D(2026, 11, 1), D(2026, 11, 30))]
    assert due(customer, "visit", NOVEMBER.next) == [(2, D(2026, 12, 1), D(2026, 12, 31))]


def test_a_quarter_under_way_ends_where_a_new_star_begins_and_owes_its_share_by_days(owner):
    customer = star_customer(owner, 2)  # two contacts a quarter
    services.open_duties(Month(2026, 10))
    set_stars(customer, 5)

    services.open_duties(NOVEMBER)

    assert due(customer, "contact", Month(2026, 10)) == [
        (1, D(2026, 10, 1), D(2026, 10, 31)),  # 2 × 31/92 = 0.67
        (4, D(2026, 11, 1), D(2026, 11, 30)),
    ]


def test_from_a_month_back_to_a_quarter_only_the_rest_of_it_is_owed(owner):
    customer = star_customer(owner, 5)
    services.open_duties(Month(2026, 10))
    set_stars(customer, 2)

    services.open_duties(NOVEMBER)

    assert due(customer, "contact") == [(1, D(2026, 11, 1), D(2026, 12, 31))]  # 2 × 61/92 = 1.33


def test_a_quarter_with_the_same_terms_runs_on_under_another_star(owner, manager):
    customer = star_customer(owner, 3)
    services.open_duties(Month(2026, 10))
    version = queries.table_on(TODAY).version
    version.standards.filter(stars=4).update(visits=1, visits_every="quarter")
    set_stars(customer, 4)

    services.open_duties(NOVEMBER)

    assert due(customer, "visit") == [(1, D(2026, 10, 1), D(2026, 12, 31))]


@pytest.mark.parametrize(("seen_on", "visits"), [(D(2026, 11, 16), 1), (D(2026, 11, 2), 2), (D(2026, 11, 28), 0)])
def test_who_came_during_the_month_is_owed_the_share_of_the_days_left(owner, seen_on, visits):
    customer = star_customer(owner, 5, first_seen_on=seen_on)

    services.open_duties(NOVEMBER)

    assert due(customer, "visit") == [(visits, seen_on, D(2026, 11, 30))]


def test_who_got_an_owner_during_the_month_is_owed_from_that_day(owner, admin):
    with time_machine.travel("2026-09-01T10:00:00+08:00"):
        customer = star_customer(None, 5)
    with time_machine.travel("2026-11-16T10:00:00+08:00"):
        customers.assign_customers([customer], to=owner, by=admin)

    services.open_duties(NOVEMBER)

    assert due(customer, "visit") == [(1, D(2026, 11, 16), D(2026, 11, 30))]


def test_who_was_handed_from_one_to_another_is_owed_the_whole_month(owner, teammate, admin):
    with time_machine.travel("2026-09-01T10:00:00+08:00"):
        customer = star_customer(owner, 5)
    customers.assign_customers([customer], to=teammate, by=admin)

    services.open_duties(NOVEMBER)

    assert due(customer, "visit") == [(2, D(2026, 11, 1), D(2026, 11, 30))]


# --- what counts --------------------------------------------------------------------------------------------------


def test_a_day_counts_once_however_often_one_met_on_it(owner):
    customer = star_customer(owner, 5)
    services.open_duties(NOVEMBER)

    visited(customer, D(2026, 11, 5), D(2026, 11, 5), D(2026, 11, 6))

    assert done(customer) == 2


@pytest.mark.shows("CAR-01")
def test_calls_messages_and_meetings_that_we_began_are_contacts_and_visits_are_not(owner):
    customer = star_customer(owner, 5)
    services.open_duties(NOVEMBER)

    for day, channel in enumerate(["call", "wechat", "email", "meeting", "visit"], start=2):
        visited(customer, D(2026, 11, day), channel=channel)
    visited(customer, D(2026, 11, 12), channel="call", direction="in")

    assert (done(customer, "contact"), done(customer, "visit")) == (4, 1)


def test_contacts_before_and_after_the_window_do_not_count(owner):
    customer = star_customer(owner, 5)
    services.open_duties(NOVEMBER)

    visited(customer, D(2026, 10, 31), D(2026, 11, 1), D(2026, 11, 21))

    assert done(customer) == 2


def test_a_finished_task_counts_where_the_contact_itself_was_not_written_down(owner):
    customer = star_customer(owner, 5)
    services.open_duties(NOVEMBER)
    for day in (D(2026, 11, 5), D(2026, 11, 6)):
        TaskFactory(customer=customer, assignee=owner, kind="visit", due_on=day, done=True)
    TaskFactory(customer=customer, assignee=owner, kind="other", due_on=D(2026, 11, 7), done=True)

    visited(customer, D(2026, 11, 5))

    assert done(customer) == 2


@pytest.mark.shows("TIE-13")
def test_minutes_are_those_of_everybody_who_took_part_and_usual_ones_where_nobody_noted_them(owner, teammate):
    customer = star_customer(owner, 5)
    services.open_duties(NOVEMBER)

    visited(customer, D(2026, 11, 5), minutes=90, participants=[owner, teammate])
    visited(customer, D(2026, 11, 6), minutes=None)  # a visit usually takes 120

    assert done(customer, "minutes") == 90 * 2 + 120


# --- afterwards ---------------------------------------------------------------------------------------------------


def test_a_closed_window_keeps_what_was_done_whatever_is_written_down_later(owner):
    customer = star_customer(owner, 5)
    services.open_duties(Month(2026, 10))
    visited(customer, D(2026, 10, 5))
    closed = services.close_duties(TODAY)

    visited(customer, D(2026, 10, 6))

    assert closed == 3
    assert Duty.objects.get(kind="visit").done == 1
    assert done(customer) == 1


def test_contacts_may_be_written_down_for_a_week_after_the_end(owner):
    customer = star_customer(owner, 5)
    services.open_duties(Month(2026, 10))
    early = services.close_duties(D(2026, 11, 7))

    visited(customer, D(2026, 10, 30))

    assert early == 0
    assert done(customer) == 1
    assert services.close_duties(D(2026, 11, 8)) == 3


@pytest.mark.shows("TIE-12")
def test_a_changed_standard_never_rewrites_a_past_or_running_window(owner, manager):
    customer = star_customer(owner, 5)
    services.open_duties(NOVEMBER)
    rows = [
        {"stars": stars, "visits": 9, "contacts": stars, "reply_hours": 8, "service_minutes": 60}
        for stars in (1, 2, 3, 4, 5)
    ]

    services.add_version(rows, starts_on=D(2026, 12, 1), by=manager)
    services.open_duties(NOVEMBER)
    services.open_duties(NOVEMBER.next)

    assert [row[0] for row in due(customer, "visit")] == [2, 9]


def test_running_duties_follow_the_customer_to_its_new_owner_with_their_open_tasks(owner, teammate, admin):
    customer = star_customer(owner, 5)
    services.open_duties(NOVEMBER)
    services.plan_tasks(TODAY)
    by_hand = customer.tasks.order_by("pk").first()
    timeline.reassign_task(by_hand, to=admin, by=admin)
    customers.assign_customers([customer], to=teammate, by=admin)

    moved = services.follow_owners(TODAY)

    assert moved == 3
    assert set(Duty.objects.values_list("owner", flat=True)) == {teammate.pk}
    assert {task.assignee for task in customer.tasks.exclude(pk=by_hand.pk)} == {teammate}
    by_hand.refresh_from_db()
    assert by_hand.assignee == admin


def test_without_an_owner_open_tasks_are_withdrawn_and_the_gap_stays(owner, admin):
    customer = star_customer(owner, 5)
    services.open_duties(NOVEMBER)
    services.plan_tasks(TODAY)
    customers.assign_customers([customer], to=None, by=admin)

    services.follow_owners(TODAY)

    assert not customer.tasks.exists()
    assert Duty.objects.filter(owner=None).count() == 3


def test_what_an_archived_customer_was_owed_goes_with_its_tasks(owner, admin):
    customer = star_customer(owner, 5)
    services.open_duties(NOVEMBER)
    services.plan_tasks(TODAY)
    customers.archive_customers([customer], by=admin)

    services.follow_owners(TODAY)

    assert not Duty.objects.exists()
    assert not customer.tasks.exists()


def test_how_many_questions_opening_asks_does_not_hang_on_how_many_customers(owner):
    def questions(month):
        with CaptureQueriesContext(connection) as asked:
            services.open_duties(month)
        return len(asked)

    star_customer(owner, 5)
    questions(Month(2026, 9))
    few = questions(Month(2026, 10))
    for stars in (5, 4, 3, 2, 1) * 3:
        star_customer(owner, stars)

    assert questions(NOVEMBER) <= few + 4


def test_people_who_left_open_no_tasks(owner):
    star_customer(UserFactory(is_active=False), 5)
    services.open_duties(NOVEMBER)

    assert services.plan_tasks(TODAY)["opened"] == 0
