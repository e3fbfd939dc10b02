import datetime as dt
from collections import Counter

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.actions.care import queries, rules, services
from holdfast.actions.care.models import Duty, DutyTask
from holdfast.actions.care.tests.factories import called, set_stars, star_customer, visited
from holdfast.common.months import Month, today
from holdfast.foundation.audit.models import Change
from holdfast.foundation.jobs import services as jobs
from holdfast.foundation.jobs.models import Job
from holdfast.records.customers.tests.factories import ContactFactory
from holdfast.records.timeline import services as timeline
from holdfast.records.timeline.models import Task

pytestmark = pytest.mark.django_db
D = dt.date
NOVEMBER, FIRST = Month(2026, 11), D(2026, 11, 2)


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel("2026-11-02T02:30:00+08:00", tick=False):
        yield


def due_tasks(customer=None, kind=None):
    found = Task.objects.filter(source__startswith="care.due:")
    found = found.filter(customer=customer) if customer else found
    return list((found.filter(kind=kind) if kind else found).order_by("due_on", "pk"))


@pytest.mark.shows("TIE-07", "CAR-01")
def test_what_is_due_becomes_dated_tasks_of_the_owner_on_working_days(owner):
    customer = star_customer(owner, 5)

    told = services.care_for(FIRST)

    visits, calls = due_tasks(customer, "visit"), due_tasks(customer, "call")
    assert (len(visits), len(calls), told["opened"]) == (2, 4, 6)
    assert {task.assignee for task in visits + calls} == {owner}
    assert all(rules.is_workday(task.due_on) and FIRST <= task.due_on <= NOVEMBER.last for task in visits + calls)
    assert visits[0].due_on <= D(2026, 11, 13) < visits[1].due_on
    assert visits[0].source == f"care.due:{customer.pk}:2026-11-02:visit:1"
    assert [str(task.source_word) for task in visits] == ["关怀计划"] * 2


@pytest.mark.shows("TIE-07")
def test_run_twice_nothing_more_is_opened(owner):
    star_customer(owner, 5)
    services.care_for(FIRST)
    before = Task.objects.count()

    again = services.care_for(FIRST)

    assert (again["opened"], again["finished"], again["withdrawn"]) == (0, 0, 0)
    assert Task.objects.count() == before


def test_a_visit_made_without_its_task_closes_the_nearest_one(owner):
    customer = star_customer(owner, 5)
    services.care_for(FIRST)
    with time_machine.travel("2026-11-04T10:00:00+08:00"):
        visited(customer, D(2026, 11, 3))

        told = services.plan_tasks(today())

    first, second = due_tasks(customer, "visit")
    assert (told["finished"], told["opened"]) == (1, 0)
    assert (first.is_open, second.is_open) == (False, True)
    assert first.done_by == owner
    assert "2026-11-03" in first.outcome
    assert queries.my_duties(owner, D(2026, 11, 4)).customers[0].missing == 1 + 4


def test_a_contact_written_down_for_its_task_leaves_the_others_alone(owner):
    customer = star_customer(owner, 5)
    services.care_for(FIRST)
    first = due_tasks(customer, "visit")[0]
    with time_machine.travel("2026-11-05T10:00:00+08:00"):
        timeline.finish_task(first, outcome="看过设备", by=owner)
        visited(customer, D(2026, 11, 5), planned=first)

        told = services.plan_tasks(today())

    assert told == {"opened": 0, "finished": 0, "withdrawn": 0}
    assert len([task for task in due_tasks(customer, "visit") if task.is_open]) == 1


def test_after_one_of_two_visits_the_second_is_what_remains(owner):
    customer = star_customer(owner, 5)
    services.open_duties(NOVEMBER)
    with time_machine.travel("2026-11-04T10:00:00+08:00"):
        visited(customer, D(2026, 11, 3))
        services.plan_tasks(today())

    (task,) = due_tasks(customer, "visit")
    assert "第 2 次，共 2 次" in task.title


def test_a_lowered_duty_withdraws_the_tasks_that_are_too_many_and_the_journal_keeps_them(owner):
    customer = star_customer(owner, 5)
    services.care_for(FIRST)
    Duty.objects.filter(kind="contact").update(due=1)

    told = services.plan_tasks(FIRST)

    assert told == {"opened": 0, "finished": 0, "withdrawn": 3}
    assert len(due_tasks(customer, "call")) == 1
    assert (
        Change.objects.filter(verb="withdraw", subject=f"customers.customer:{customer.pk}", after__isnull=True).count()
        == 3
    )


def test_a_task_withdrawn_may_come_again(owner):
    customer = star_customer(owner, 5)
    services.care_for(FIRST)
    duty = Duty.objects.get(kind="contact")
    Duty.objects.filter(pk=duty.pk).update(due=1)
    services.plan_tasks(FIRST)
    Duty.objects.filter(pk=duty.pk).update(due=4)

    assert services.plan_tasks(FIRST)["opened"] == 3
    assert len(due_tasks(customer, "call")) == 4


def test_switched_off_nothing_is_opened_but_what_was_done_is_still_closed(owner, manager):
    customer = star_customer(owner, 5)
    services.care_for(FIRST)
    services.change_switches(by=manager, open_tasks=False)
    star_customer(owner, 5)
    with time_machine.travel("2026-11-04T10:00:00+08:00"):
        visited(customer, D(2026, 11, 3))

        told = services.care_for(today())

    assert (told["opened"], told["finished"]) == (0, 1)


def test_when_a_window_is_closed_its_open_tasks_are_withdrawn(owner):
    star_customer(owner, 5)
    services.care_for(FIRST)

    services.close_duties(D(2026, 12, 20))

    assert not due_tasks()
    assert Duty.objects.filter(kind="visit", done=0, closed_at__isnull=False).exists()


def test_in_the_month_in_which_the_house_begins_nothing_is_owed_for_the_days_before(owner):
    with time_machine.travel("2026-11-16T02:30:00+08:00"):
        star_customer(owner, 5)

        services.care_for(today())

    visit = Duty.objects.get(kind="visit")
    assert (visit.starts_on, visit.due) == (D(2026, 11, 16), 1)


def test_the_next_month_is_owed_whole(owner):
    customer = star_customer(owner, 5)
    services.care_for(FIRST)

    with time_machine.travel("2026-12-01T02:30:00+08:00"):
        set_stars(customer, 4)
        services.care_for(today())

    visit = Duty.objects.get(kind="visit", starts_on=D(2026, 12, 1))
    assert (visit.due, visit.stars) == (1, 4)


def test_titles_are_in_the_language_of_who_does_the_work(owner):
    owner.language = "en"
    owner.save()
    star_customer(owner, 5)

    services.care_for(FIRST)

    assert "visit" in due_tasks(kind="visit")[0].title.lower()


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    stars=st.lists(st.integers(1, 5), min_size=1, max_size=6),
    visits=st.lists(st.tuples(st.integers(0, 5), st.integers(2, 27)), max_size=8),
    on=st.integers(2, 29),
)
def test_open_and_done_never_come_to_more_than_the_standard(owner, stars, visits, on):
    """Whatever was done on whatever days, and on whatever day the work runs."""
    made = [star_customer(owner, star) for star in stars]
    services.open_duties(NOVEMBER)
    services.plan_tasks(FIRST)
    with time_machine.travel(dt.datetime(2026, 11, on, 4, tzinfo=dt.UTC)):
        for place, day in visits:
            if place < len(made) and day <= on:
                visited(made[place], D(2026, 11, day), channel="visit" if day % 2 else "call")
        services.plan_tasks(today())
        again = services.plan_tasks(today())

    assert again == {"opened": 0, "finished": 0, "withdrawn": 0}
    for duty in queries.with_done(Duty.objects.filter(kind__in=["visit", "contact"])):
        still_open = DutyTask.objects.filter(duty=duty, task__done_at=None).count()
        assert still_open == max(0, duty.due - duty.done_now)
        assert duty.links.count() <= max(duty.due, 0)
    for customer in made:
        customer.tasks.all().delete()
        customer.duties.all().delete()
        customer.delete()


@pytest.mark.slow
def test_the_days_of_one_person_are_level(owner):
    for _n in range(20):
        star_customer(owner, 4)

    services.care_for(FIRST)

    counts = Counter(task.due_on for task in due_tasks())
    days = rules.workdays(FIRST, NOVEMBER.last)
    assert set(counts) <= set(days)
    assert max(counts.values()) - min(counts[day] for day in days) <= 3


@pytest.mark.slow
def test_how_many_questions_planning_asks_does_not_hang_on_how_many_customers(owner):
    def questions():
        with CaptureQueriesContext(connection) as asked:
            services.plan_tasks(FIRST)
        return len(asked)

    star_customer(owner, 4)
    services.open_duties(NOVEMBER)
    few = questions()
    for _n in range(10):
        star_customer(owner, 4)
    services.open_duties(NOVEMBER)

    assert questions() <= few + 1


# --- greetings and thanks -----------------------------------------------------------------------------------------


def titled(prefix):
    return [
        (task.title, task.due_on) for task in Task.objects.filter(source__startswith=prefix).order_by("due_on", "pk")
    ]


@pytest.mark.shows("CAR-02")
@pytest.mark.parametrize(
    ("birth", "word"),
    [
        ({"birth_month": 11, "birth_day": 5}, "生日"),
        ({"birth_calendar": "lunar", "birth_month": 9, "birth_day": 27}, "农历生日"),  # 2026-11-05
    ],
)
def test_solar_and_lunar_birthdays_become_tasks_some_days_ahead(owner, birth, word):
    customer = star_customer(owner, 4)
    ContactFactory(customer=customer, name="王建国", **birth)
    services.open_birthdays(D(2026, 11, 1))
    early = titled("care.birthday")

    services.open_birthdays(FIRST)
    services.open_birthdays(D(2026, 11, 3))

    assert early == []
    ((title, day),) = titled("care.birthday")
    assert "王建国" in title
    assert word in title
    assert day == D(2026, 11, 5)


@pytest.mark.shows("CAR-02")
def test_birthdays_of_lower_stars_and_of_customers_without_an_owner_are_left_out(owner, manager):
    for customer in (star_customer(owner, 2), star_customer(None, 5)):
        ContactFactory(customer=customer, birth_month=11, birth_day=4)

    services.open_birthdays(FIRST)
    least = titled("care.birthday")
    services.change_switches(by=manager, birthday_stars=2)
    services.open_birthdays(FIRST)

    assert least == []
    assert len(titled("care.birthday")) == 1


@pytest.mark.shows("CAR-02")
def test_festival_greetings_are_spread_over_the_working_days_before(owner):
    for _n in range(6):
        star_customer(owner, 5)
    star_customer(owner, 3)
    with time_machine.travel("2026-09-19T02:30:00+08:00"):
        services.open_festivals(today())
        services.open_festivals(today())

    greetings = titled("care.festival")
    assert len(greetings) == 6
    assert all("中秋节" in title and rules.is_workday(day) and day < D(2026, 9, 25) for title, day in greetings)
    assert len({day for _title, day in greetings}) == len(rules.workdays(D(2026, 9, 19), D(2026, 9, 24)))


def test_festivals_that_were_not_chosen_are_let_pass(owner):
    star_customer(owner, 5)

    assert services.open_festivals(D(2026, 9, 28)) == 0  # national day is not among the two that come chosen


@pytest.mark.shows("CAR-07")
def test_once_a_quarter_those_who_brought_most_are_thanked(owner, manager):
    made = [star_customer(owner, 4) for _n in range(5)]
    for place, customer in enumerate(made):
        customer.standing.revenue_12m_minor = 1000 * place
        customer.standing.save()
    services.change_switches(by=manager, thank_count=2)

    services.open_thanks(FIRST)
    services.open_thanks(D(2026, 11, 20))

    tasks = Task.objects.filter(source__startswith="care.thanks:")
    assert {task.customer_id for task in tasks} == {made[3].pk, made[4].pk}
    assert {task.kind for task in tasks} == {"thank"}
    assert all(rules.is_workday(task.due_on) for task in tasks)


def test_greetings_can_be_switched_off(owner, manager):
    customer = star_customer(owner, 5)
    ContactFactory(customer=customer, birth_month=11, birth_day=4)
    services.change_switches(by=manager, greet_birthdays=False, greet_festivals=False, thank=False)

    told = services.care_for(FIRST)

    assert told["greetings"] == 0


# --- the clock ----------------------------------------------------------------------------------------------------


def test_the_night_does_it_by_itself(owner):
    star_customer(owner, 5)
    called(star_customer(owner, 5))

    jobs.run_now(Job.objects.create(name="care.nightly"))

    assert len(due_tasks()) == 12
