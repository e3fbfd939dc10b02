from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.timeline.models import Task
from holdfast.records.timeline.tests.factories import TaskFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
ONE = ["task", "task_finish", "task_reassign", "task_reopen"]


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def customer(owner):
    return CustomerFactory(owner=owner, name="苏州澄光精密机械有限公司", code="C100")


@pytest.fixture
def task(customer, owner):
    return TaskFactory(customer=customer, assignee=owner, title="致电王建国")


@pytest.mark.parametrize("name", ONE)
def test_a_task_out_of_scope_is_not_found(login, stranger, task, name):
    browser, url = login(stranger), reverse(f"timeline:{name}", args=[task.pk])

    assert (browser.post if name == "task_reopen" else browser.get)(url).status_code == 404


def test_the_customers_panel_out_of_scope_is_not_found(login, stranger, task):
    assert login(stranger).get(reverse("timeline:panel", args=[task.customer_id])).status_code == 404


@pytest.mark.parametrize("name", ["task_finish", "task_reassign", "task_new", "log", "task_reopen"])
def test_without_the_right_others_tasks_cannot_be_touched(login, task, name):
    auditor = UserFactory(role="auditor")
    url = reverse(f"timeline:{name}", args=[] if name in ("task_new", "log") else [task.pk])

    assert login(auditor).post(url).status_code == 403


def test_ones_own_task_is_finished_without_the_right_to_give_tasks(login, customer):
    auditor = UserFactory(role="auditor")
    task = TaskFactory(customer=customer, assignee=auditor)

    answer = login(auditor).post(reverse("timeline:task_finish", args=[task.pk]), {"outcome": "看过了"})

    task.refresh_from_db()
    assert answer.status_code == 302
    assert task.outcome == "看过了"


def test_the_page_groups_my_tasks_by_their_day(login, owner, customer, teammate):
    for day in (date(2026, 11, 20), date(2026, 11, 22), date(2026, 11, 25), date(2026, 12, 25)):
        TaskFactory(customer=customer, assignee=owner, due_on=day)
    TaskFactory(customer=customer, assignee=teammate)
    browser, url = login(owner), reverse("timeline:tasks")

    mine, seen = browser.get(url).context, browser.get(url, {"which": "all"}).context

    assert [(code, len(tasks)) for code, _word, tasks in mine["groups"]] == [
        ("overdue", 1), ("today", 1), ("week", 1), ("later", 1),
    ]  # fmt: skip
    assert sum(len(tasks) for _code, _word, tasks in seen["groups"]) == 5


def test_what_is_done_is_listed_with_its_outcome(login, owner, customer):
    TaskFactory(customer=customer, assignee=owner, done=True)

    page = login(owner).get(reverse("timeline:tasks"), {"which": "done"}).content.decode()

    assert "谈好了" in page


def test_nothing_to_do_says_what_to_do_next(login, owner):
    assert "没有待办的任务" in login(owner).get(reverse("timeline:tasks")).content.decode()


def test_the_page_asks_the_same_number_of_questions_however_long(login, owner, customer):
    browser, url = login(owner), reverse("timeline:tasks")

    def questions():
        browser.get(url)
        with CaptureQueriesContext(connection) as asked:
            browser.get(url)
        return len(asked)

    TaskFactory(customer=customer, assignee=owner)
    few = questions()
    for _n in range(8):
        TaskFactory(customer=customer, assignee=owner)

    assert questions() == few <= 7


@pytest.mark.parametrize("name", ["tasks", "panel", "task", "task_finish", "task_reassign", "task_new", "log"])
def test_the_fragment_is_that_part_of_the_page(login, owner, task, name):
    arguments = {"panel": [task.customer_id]}.get(name, [task.pk] if name in ONE else [])
    browser, url = login(owner), reverse(f"timeline:{name}", args=arguments)

    page, part = browser.get(url).content.decode(), browser.get(url, headers=HTMX).content.decode()

    def plain(text):  # the form's token differs from answer to answer
        return "".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)

    assert "<html" not in part
    assert plain(part).strip() in plain(page)


# --- doing --------------------------------------------------------------------------------------------------------


@pytest.mark.shows("ARC-15")
def test_a_task_is_given_finished_and_opened_again(login, owner, customer):
    browser = login(owner)
    data = {"kind": "call", "title": "致歉", "assignee": owner.pk, "due_on": "2026-11-25"}

    opened = browser.post(f"{reverse('timeline:task_new')}?customer={customer.pk}", data)
    task = Task.objects.get()
    browser.post(reverse("timeline:task_finish", args=[task.pk]), {"outcome": "谈好了", "on": "2026-11-21"})
    task.refresh_from_db()
    done_on = task.done_at.date()
    browser.post(reverse("timeline:task_reopen", args=[task.pk]))

    task.refresh_from_db()
    assert opened.headers["Location"] == f"/customers/{customer.pk}/"
    assert (task.title, task.assignee, task.customer) == ("致歉", owner, customer)
    assert done_on == date(2026, 11, 21)
    assert task.is_open


def test_an_empty_outcome_is_refused_and_shown(login, owner, task):
    answer = login(owner).post(reverse("timeline:task_finish", args=[task.pk]), {"outcome": " "})

    assert answer.status_code == 422
    assert answer.context["form"].errors["outcome"]
    assert Task.objects.get().is_open


def test_a_task_finished_by_somebody_else_meanwhile_is_refused(login, owner, task):
    browser, url = login(owner), reverse("timeline:task_finish", args=[task.pk])
    browser.post(url, {"outcome": "先"})

    answer = browser.post(url, {"outcome": "后"})

    assert answer.status_code == 422
    assert "已经完成" in answer.content.decode()


def test_a_task_is_handed_only_to_people_within_reach(login, manager, teammate, stranger, task):
    browser, url = login(manager), reverse("timeline:task_reassign", args=[task.pk])

    refused = browser.post(url, {"to": stranger.pk, "due_on": "2026-11-30"})
    browser.post(url, {"to": teammate.pk, "due_on": "2026-11-30"})

    task.refresh_from_db()
    assert refused.status_code == 422
    assert (task.assignee, task.due_on) == (teammate, date(2026, 11, 30))


def test_a_task_for_a_customer_out_of_scope_is_not_opened(login, stranger, customer):
    browser, url = login(stranger), reverse("timeline:task_new")
    data = {"kind": "call", "title": "致歉", "assignee": stranger.pk, "due_on": "2026-11-25", "customer": "C100"}

    named, asked = browser.post(url, data), browser.post(f"{url}?customer={customer.pk}", data)

    assert named.status_code == 422
    assert "没有找到「C100」" in named.content.decode()
    assert asked.status_code == 404
    assert not Task.objects.exists()


def test_done_leads_back_to_where_one_was(login, owner, task):
    browser, url = login(owner), reverse("timeline:task_finish", args=[task.pk])

    form = browser.get(url, headers={**HTMX, "HX-Current-URL": "http://testserver/tasks/?which=all"}).context
    answer = browser.post(url, {"outcome": "好", "back": form["back"]}, headers=HTMX)

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/tasks/?which=all")


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"]
)
def test_done_never_leads_to_somebody_elses_site(login, owner, task, back):
    answer = login(owner).post(reverse("timeline:task_finish", args=[task.pk]), {"outcome": "好", "back": back})

    assert answer.headers["Location"] == f"/customers/{task.customer_id}/"
