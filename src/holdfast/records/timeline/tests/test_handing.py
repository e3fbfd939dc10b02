from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts import services as accounts
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit.models import Batch, Change
from holdfast.foundation.notices.models import Notice
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.timeline import services
from holdfast.records.timeline.models import Task
from holdfast.records.timeline.rules import Repeat
from holdfast.records.timeline.tests.factories import TaskFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
WEEKLY = Repeat("week", 1, date(2026, 11, 18), (2,)).as_json()


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False) as moved:
        yield moved


@pytest.fixture
def customer(owner):
    return CustomerFactory(owner=owner)


# --- a series -------------------------------------------------------------------------------------------------------
@pytest.mark.shows("SAL-02")
def test_finishing_one_of_a_series_opens_the_next(customer, owner):
    task = services.open_task(
        customer, title="周报", kind="other", assignee=owner, due_on=date(2026, 11, 25), by=owner, repeat=WEEKLY,
        due_time=time(15), remind_minutes=60,
    )  # fmt: skip

    services.finish_task(task, outcome="发了", by=owner)

    coming = Task.objects.get(done_at=None)
    assert (coming.due_on, coming.due_time, coming.remind_minutes) == (date(2026, 12, 2), time(15), 60)
    assert coming.follows == task
    assert coming.remind_at.isoformat() == "2026-12-02T06:00:00+00:00"
    assert Change.objects.filter(model="timeline.task", object_id=str(coming.pk), verb="open").exists()


def test_what_was_missed_does_not_pile_up(customer, owner):
    task = TaskFactory(customer=customer, assignee=owner, due_on=date(2026, 10, 7), repeat=WEEKLY)

    services.finish_task(task, outcome="补上", by=owner)

    assert Task.objects.get(done_at=None).due_on == date(2026, 11, 25)


def test_the_last_of_a_series_opens_no_next(customer, owner):
    task = TaskFactory(customer=customer, assignee=owner, repeat=WEEKLY)

    services.finish_task(task, outcome="最后一次", by=owner, is_last=True)

    assert not Task.objects.filter(done_at=None).exists()


def test_putting_one_off_leaves_the_rule(customer, owner):
    task = TaskFactory(customer=customer, assignee=owner, due_on=date(2026, 11, 25), repeat=WEEKLY)

    moved = services.snooze_task(task, due_on=date(2026, 11, 27), by=owner)
    services.finish_task(moved, outcome="晚两天", by=owner)

    assert Task.objects.get(done_at=None).due_on == date(2026, 12, 2)


def test_reopened_by_mistake_finished_the_next_goes_again(customer, owner):
    task = TaskFactory(customer=customer, assignee=owner, repeat=WEEKLY)
    services.finish_task(task, outcome="点错了", by=owner)

    services.reopen_task(task, by=owner)

    assert list(Task.objects.filter(done_at=None)) == [task]


def test_a_series_of_somebody_who_left_goes_on_with_who_finished_it(customer, owner, teammate):
    task = TaskFactory(customer=customer, assignee=owner, repeat=WEEKLY)
    owner.is_active = False
    owner.save()

    services.finish_task(task, outcome="接手", by=teammate)

    assert Task.objects.get(done_at=None).assignee == teammate


# --- one task -------------------------------------------------------------------------------------------------------
def test_a_task_is_not_put_off_into_the_past(customer, owner):
    task = TaskFactory(customer=customer, assignee=owner)

    with pytest.raises(Refusal, match="已经过去"):
        services.snooze_task(task, due_on=TODAY - timedelta(days=1), by=owner)


def test_a_change_is_journalled_and_moves_the_reminder(customer, owner):
    task = services.open_task(customer, title="致电", assignee=owner, due_on=date(2026, 11, 25), by=owner)

    kept = services.change_task(task, by=owner, title="拜访", kind="visit", due_time=time(14), remind_minutes=None)

    assert (kept.title, kept.kind, kept.remind_at) == ("拜访", "visit", None)
    change = Change.objects.get(model="timeline.task", verb="change")
    assert change.subject == f"customers.customer:{customer.pk}"
    assert change.before["title"] == "致电"


@pytest.mark.parametrize(
    ("values", "match"),
    [({"title": " "}, "写明"), ({"kind": "dance"}, "dance"), ({"repeat": {"unit": "x"}}, "重复方式")],
)
def test_a_change_that_cannot_be_is_refused(customer, owner, values, match):
    task = TaskFactory(customer=customer, assignee=owner)

    with pytest.raises(Refusal, match=match):
        services.change_task(task, by=owner, **values)


def test_what_is_no_part_of_a_change_is_a_mistake_of_the_caller(customer, owner):
    with pytest.raises(TypeError, match="assignee"):
        services.change_task(TaskFactory(customer=customer), by=owner, assignee=owner)


# --- many -----------------------------------------------------------------------------------------------------------
@pytest.mark.shows("OWN-08")
def test_a_leavers_tasks_go_to_a_colleague_at_once_and_come_back_whole(customer, owner, teammate, admin):
    tasks = TaskFactory.create_batch(30, customer=customer, assignee=owner)
    done = TaskFactory(customer=customer, assignee=owner, done=True)

    batch, count = services.hand_over_tasks([*tasks, done], to=teammate, by=admin, note="方圆离职")
    assert count == 30
    assert Task.objects.filter(assignee=teammate).count() == 30
    assert batch.changes.count() == 30
    assert Notice.objects.get(user=teammate).payload["n"] == 30

    assert services.undo_hand_over(batch, by=admin) == 30
    assert Task.objects.filter(assignee=owner, done_at=None).count() == 30


def test_a_hand_over_is_not_taken_back_over_somebody_elses_work(customer, owner, teammate, admin):
    task = TaskFactory(customer=customer, assignee=owner)
    batch, _count = services.hand_over_tasks([task], to=teammate, by=admin)
    services.finish_task(task, outcome="已经做了", by=teammate)

    with pytest.raises(Refusal, match="又被改动"):
        services.undo_hand_over(batch, by=admin)


@pytest.mark.parametrize("problem", ["inactive", "nothing"])
def test_a_hand_over_that_cannot_be_is_refused(customer, owner, teammate, problem):
    tasks = TaskFactory.create_batch(2, customer=customer, assignee=owner if problem == "inactive" else teammate)
    teammate.is_active = problem != "inactive"

    with pytest.raises(Refusal, match="已停用" if problem == "inactive" else "没有可以转交"):
        services.hand_over_tasks(tasks, to=teammate, by=owner)


def test_handing_over_hundreds_costs_few_queries(customer, owner, teammate, admin, django_assert_max_num_queries):
    tasks = TaskFactory.create_batch(300, customer=customer, assignee=owner)

    with django_assert_max_num_queries(20):
        services.hand_over_tasks(tasks, to=teammate, by=admin)


def test_only_a_hand_over_is_taken_back_here(admin):
    with pytest.raises(Refusal, match="不是一次任务转交"):
        services.undo_hand_over(Batch.objects.create(kind="import"), by=admin)


def test_many_are_finished_with_one_outcome(customer, owner):
    tasks = TaskFactory.create_batch(3, customer=customer, assignee=owner, kind="other")

    assert services.finish_tasks(tasks, outcome="一并办了", by=owner) == 3
    assert set(Task.objects.values_list("outcome", flat=True)) == {"一并办了"}
    assert services.finish_tasks(tasks, outcome="再来", by=owner) == 0


# --- pages ----------------------------------------------------------------------------------------------------------
def bulk(browser, action, tasks, **more):
    return browser.post(reverse("timeline:task_bulk"), {"action": action, "pk": [task.pk for task in tasks], **more})


@pytest.mark.shows("OWN-08")
def test_ticked_tasks_are_handed_over_and_the_page_offers_to_undo(customer, owner, teammate, manager, login):
    tasks = TaskFactory.create_batch(2, customer=customer, assignee=owner)
    browser = login(manager)

    assert "转交 2 项任务" in bulk(browser, "hand_over", tasks).content.decode()
    page = browser.get(bulk(browser, "hand_over", tasks, is_asked=1, to=teammate.pk)["Location"])
    assert "已把 2 项任务转给 于佳" in page.content.decode()

    batch = Batch.objects.get()
    browser.post(reverse("timeline:hand_over_undo", args=[batch.pk]))
    assert Task.objects.filter(assignee=owner).count() == 2


def test_ticked_tasks_out_of_scope_or_of_others_are_left_alone(customer, owner, stranger, login):
    task = TaskFactory(customer=customer, assignee=owner)
    auditor = UserFactory(role="auditor")

    for person in (stranger, auditor):
        bulk(login(person), "finish", [task], is_asked=1, outcome="不该写上")
    assert bulk(login(auditor), "hand_over", [task]).status_code == 403
    assert bulk(login(owner), "burn", [task]).status_code == 404

    task.refresh_from_db()
    assert task.is_open


def test_ticked_tasks_are_put_off_by_a_button(customer, owner, login):
    tasks = TaskFactory.create_batch(2, customer=customer, assignee=owner, due_time=time(15))

    bulk(login(owner), "snooze", tasks, is_asked=1, days=3)

    assert set(Task.objects.values_list("due_on", "due_time")) == {(TODAY + timedelta(days=3), time(15))}


def test_nobody_takes_back_the_hand_over_of_somebody_else(customer, owner, teammate, manager, admin, login):
    batch, _n = services.hand_over_tasks([TaskFactory(customer=customer, assignee=owner)], to=teammate, by=admin)

    assert login(manager).post(reverse("timeline:hand_over_undo", args=[batch.pk])).status_code == 404


@pytest.mark.shows("OWN-08")
def test_all_of_one_persons_tasks_go_from_one_page_and_the_account_can_be_switched_off(
    owner, teammate, admin, login, customer
):
    elsewhere = CustomerFactory(owner=teammate)
    TaskFactory.create_batch(15, customer=elsewhere, assignee=owner)
    customer.delete()
    url = reverse("timeline:hand_over")
    browser = login(admin)
    assert "方圆 有 15 项" in browser.get(url, {"from": owner.pk}).content.decode()
    with pytest.raises(Refusal, match="15 项未完成"):
        accounts.deactivate(owner, by=admin)

    browser.post(f"{url}?from={owner.pk}", {"to": teammate.pk, "note": "方圆离职"})

    assert Task.objects.filter(assignee=teammate).count() == 15
    accounts.deactivate(owner, by=admin)
    assert "方圆离职" in browser.get(url).content.decode()


def test_the_hand_over_page_shows_nobody_out_of_reach(customer, owner, stranger, login):
    TaskFactory(customer=customer, assignee=owner)

    page = login(stranger).get(reverse("timeline:hand_over"), {"from": owner.pk}).content.decode()

    assert "方圆" not in page
    assert login(UserFactory(role="auditor")).get(reverse("timeline:hand_over")).status_code == 403


def test_the_page_of_tasks_sifts_by_what_and_who(customer, owner, teammate, manager, login):
    late = TaskFactory(customer=customer, assignee=owner, due_on=date(2026, 11, 20))
    series = TaskFactory(customer=customer, assignee=teammate, repeat=WEEKLY)
    browser, url = login(manager), reverse("timeline:tasks")

    def shown(**query):
        return {task for _code, _word, tasks in browser.get(url, query).context["groups"] for task in tasks}

    assert shown() == set()
    assert shown(which="all") == {late, series}
    assert shown(which="overdue") == {late}
    assert shown(which="repeat") == {series}
    assert shown(which="all", assignee=owner.pk) == {late}


def test_a_task_is_opened_with_time_reminder_and_rule(customer, owner, login):
    form = {
        "customer": customer.code, "kind": "visit", "title": "月度拜访", "assignee": owner.pk, "due_on": "2026-11-30",
        "due_time": "14:30", "remind": "1440", "repeat": "month_last", "repeat_n": "",
    }  # fmt: skip

    login(owner).post(reverse("timeline:task_new"), form)

    task = Task.objects.get()
    assert (task.due_time, task.remind_minutes, task.repeat_words) == (time(14, 30), 1440, "每月，月末最后一天")


def test_editing_a_title_leaves_the_rule_counting_from_where_it_began(customer, owner, login):
    task = TaskFactory(customer=customer, assignee=owner, due_on=date(2026, 12, 2), repeat=WEEKLY)
    browser, url = login(owner), reverse("timeline:task_edit", args=[task.pk])
    shown = browser.get(url).context["form"].initial

    form = {name: value for name, value in shown.items() if value is not None}
    browser.post(url, {**form, "title": "改个名"})

    task.refresh_from_db()
    assert task.title == "改个名"
    assert task.repeat == WEEKLY


def test_a_task_out_of_scope_is_neither_edited_nor_put_off(customer, owner, stranger, login):
    task = TaskFactory(customer=customer, assignee=owner)
    browser = login(stranger)

    for name in ("task_edit", "task_snooze"):
        assert browser.get(reverse(f"timeline:{name}", args=[task.pk])).status_code == 404
    assert login(UserFactory(role="auditor")).post(reverse("timeline:task_edit", args=[task.pk])).status_code == 403
    assert login(UserFactory(role="auditor")).post(reverse("timeline:task_snooze", args=[task.pk])).status_code == 403
