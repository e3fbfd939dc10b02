from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from holdfast.foundation.accounts import services as accounts
from holdfast.foundation.accounts.tests.factories import DepartmentFactory, UserFactory
from holdfast.foundation.notices import queries as notices
from holdfast.foundation.notices.models import Notice
from holdfast.foundation.notices.services import deliver
from holdfast.foundation.notices.tests.postbox import postbox, text_of
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.timeline import services
from holdfast.records.timeline.models import Task
from holdfast.records.timeline.tests.factories import TaskFactory

__all__ = ["postbox"]
pytestmark = pytest.mark.django_db
NOW = "2026-11-22T08:30:00+08:00"
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def customer(owner):
    return CustomerFactory(owner=owner, name="苏州澄光精密机械有限公司")


def opened(customer, user, **more):
    given = {"title": "致电王建国", "assignee": user, "due_on": TODAY, "by": user}
    return services.open_task(customer, **{**given, **more})


def told(user):
    return [notice.title for notice in notices.worded(user, notices.inbox(user))]


@pytest.mark.shows("SAL-02")
def test_a_task_reminds_once_at_nine_on_its_day(customer, owner, clock):
    task = opened(customer, owner)
    assert services.remind() == 0

    clock.shift(timedelta(minutes=30))
    assert services.remind() == 1
    assert services.remind() == 0

    assert told(owner) == ["任务到期：致电王建国"]
    notice = Notice.objects.get()
    assert notice.url == reverse("timeline:task", args=[task.pk])
    assert notice.payload == {"task": task.pk}


@pytest.mark.parametrize(
    ("due_time", "minutes", "moment"),
    [
        (time(15), 0, "2026-11-24T15:00:00+08:00"),
        (time(15), 60, "2026-11-24T14:00:00+08:00"),
        (None, 24 * 60, "2026-11-23T09:00:00+08:00"),
        (None, 7 * 24 * 60, "2026-11-24T09:00:00+08:00"),
        (time(15), None, None),
    ],
)
def test_a_reminder_comes_as_long_before_as_was_asked(customer, owner, due_time, minutes, moment):
    task = opened(customer, owner, due_on=date(2026, 11, 24), due_time=due_time, remind_minutes=minutes)

    assert task.remind_at == (datetime.fromisoformat(moment) if moment else None)


def test_a_task_due_before_it_was_written_does_not_remind(customer, owner, clock):
    clock.shift(timedelta(hours=3))

    assert opened(customer, owner).remind_at is None


def test_put_off_it_reminds_anew(customer, owner, clock):
    task = opened(customer, owner)
    clock.shift(timedelta(hours=1))
    services.remind()

    services.snooze_task(task, due_on=date(2026, 11, 25), by=owner)
    clock.shift(timedelta(days=3))
    services.remind()

    assert Notice.objects.filter(kind="timeline.task_due").count() == 2


@pytest.mark.parametrize("how", ["finish", "snooze", "reassign"])
def test_the_bell_falls_silent_once_the_task_is_settled(customer, owner, teammate, clock, how):
    task = opened(customer, owner)
    clock.shift(timedelta(hours=1))
    services.remind()
    assert notices.count_unread(owner) == 1

    if how == "finish":
        services.finish_task(task, outcome="办好了", by=owner)
    elif how == "snooze":
        services.snooze_task(task, due_on=date(2026, 11, 25), by=owner)
    else:
        services.reassign_task(task, to=teammate, by=owner)

    assert notices.count_unread(owner) == 0


def test_a_finished_task_is_not_reminded_of(customer, owner, clock):
    task = opened(customer, owner)
    services.finish_task(task, outcome="办好了", by=owner)
    clock.shift(timedelta(days=1))

    assert services.remind() == 0


def test_a_kill_between_two_chunks_loses_and_doubles_nothing(customer, owner, monkeypatch):
    moment = timezone.now() - timedelta(minutes=1)
    TaskFactory.create_batch(5, customer=customer, assignee=owner, remind_at=moment)
    monkeypatch.setattr("holdfast.records.timeline.services.reminding.AT_ONCE", 2)

    class Killed(Exception):
        pass

    class Progress:
        def step(self, done):
            raise Killed

    with pytest.raises(Killed):
        services.remind(progress=Progress())
    assert Notice.objects.count() == 2

    services.remind()
    assert Notice.objects.count() == 5


def test_many_reminders_cost_few_queries(customer, owner, django_assert_max_num_queries):
    moment = timezone.now() - timedelta(minutes=1)
    TaskFactory.create_batch(200, customer=customer, assignee=owner, remind_at=moment)

    with django_assert_max_num_queries(16):
        assert services.remind() == 200


def test_due_tasks_are_found_by_their_index(customer, owner):
    TaskFactory.create_batch(20, customer=customer, assignee=owner)
    if connection.vendor != "sqlite":
        pytest.skip("the plan is read on SQLite")

    plan = Task.objects.filter(done_at=None, remind_at__lte=timezone.now()).order_by("remind_at").explain()

    assert "task_to_remind" in plan


def test_who_lost_sight_of_the_task_reads_no_title(customer, owner, stranger, clock):
    task = opened(customer, owner)
    clock.shift(timedelta(hours=1))
    services.remind()
    Notice.objects.update(user=stranger)

    assert told(stranger) == ["任务到期，但它已不在您能看到的任务里"]
    assert task.title not in str(told(stranger))


def test_work_given_by_somebody_else_is_told_ones_own_is_not(customer, owner, manager):
    opened(customer, owner)
    assert told(owner) == []

    opened(customer, owner, title="回访", by=manager)
    services.open_tasks(
        [{"customer": customer, "title": f"第 {n} 项", "assignee": owner, "due_on": TODAY} for n in range(3)],
        by=manager,
    )

    assert told(owner) == ["关敏 交给您 3 项任务", "关敏 交给您一项任务：回访"]


@pytest.mark.shows("SAL-02")
def test_the_digest_lists_what_is_due_today_and_overdue(customer, owner, postbox, clock):
    from holdfast.foundation.notices.services import set_preference

    accounts.change_user(owner, by=None, email="fang@example.com")
    set_preference(owner, mail="digest", digest_at=time(8), quiet_from=time(20), quiet_until=time(8))
    opened(customer, owner, title="致电 13812346621", due_on=TODAY)
    TaskFactory(customer=customer, assignee=owner, title="早该做的", due_on=date(2026, 11, 18))
    TaskFactory(customer=customer, assignee=owner, title="以后的事", due_on=date(2026, 12, 18))

    deliver("job:1")

    letter = text_of(postbox.letters[0])
    assert "致电 138****6621" in letter
    assert "早该做的" in letter
    assert "逾期" in letter
    assert "以后的事" not in letter
    assert customer.name in letter


# --- left lying -----------------------------------------------------------------------------------------------------
@pytest.fixture
def led(department, manager):
    accounts.change_department(department, name=department.name, parent=None, manager=manager, by=None)
    return department


def test_the_manager_is_told_once_of_tasks_left_lying(customer, owner, manager, led, settings):
    TaskFactory.create_batch(2, customer=customer, assignee=owner, due_on=TODAY - timedelta(days=3))
    TaskFactory(customer=customer, assignee=owner, due_on=TODAY - timedelta(days=2))

    assert services.escalate() == 2
    assert services.escalate() == 0

    assert told(manager) == ["方圆 有 2 项任务逾期至少 3 天"]
    assert told(owner) == []


def test_managers_own_tasks_go_to_the_manager_above(owner, manager, led):
    head = UserFactory(name="总经理", role="admin")
    top = DepartmentFactory(name="总部", manager=head)
    accounts.change_department(led, name=led.name, parent=top, manager=manager, by=None)
    manager.refresh_from_db()
    TaskFactory(assignee=manager, due_on=TODAY - timedelta(days=9))

    services.escalate()

    assert told(head) == ["关敏 有 1 项任务逾期至少 3 天"]


def test_nobody_is_told_where_the_setting_says_never_or_nobody_leads(customer, owner, settings):
    TaskFactory(customer=customer, assignee=owner, due_on=TODAY - timedelta(days=30))
    settings.ESCALATE_DAYS = 0
    assert services.escalate() == 0

    settings.ESCALATE_DAYS = 3
    assert services.escalate() == 1
    assert not Notice.objects.exists()


def test_the_inbox_of_tasks_looks_each_thing_up_once(customer, owner, manager, login):
    browser, url = login(owner), reverse("notices:inbox")

    def cost():
        with CaptureQueriesContext(connection) as queries:
            browser.get(url)
        return len(queries)

    for n in range(2):
        opened(customer, owner, title=f"回访{n}", by=manager)
    TaskFactory.create_batch(2, customer=customer, assignee=owner, remind_at=datetime(2026, 11, 1, tzinfo=UTC))
    services.remind()
    cost()
    few = cost()
    for n in range(20):
        opened(customer, owner, title=f"又回访{n}", by=manager)
    TaskFactory.create_batch(20, customer=customer, assignee=owner, remind_at=datetime(2026, 11, 1, tzinfo=UTC))
    services.remind()

    assert cost() == few
