import datetime as dt

import pytest
from django.utils import timezone

from holdfast.common.refusals import Refusal
from holdfast.foundation.jobs import rules, services
from holdfast.foundation.jobs.models import Job
from holdfast.foundation.jobs.services import registry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def work(monkeypatch):
    """Work that counts to n; `trouble` says how it ends."""
    services.discover()  # the rooms' own work is known before the list is copied
    monkeypatch.setattr(registry, "_works", dict(registry._works))

    @services.register("test.count")
    def count(progress, n, trouble=""):
        for i in range(n):
            progress._written = 0
            progress.step(i + 1, n)
        if trouble == "refusal":
            raise Refusal("不行，因为是测试。")
        if trouble == "error":
            raise ValueError("secret detail")
        return {"counted": n}

    return count


def test_a_job_is_stored_run_and_done(owner):
    job = services.enqueue("test.count", by=owner, n=3)
    assert job.state == "queued"

    services.run_now(job)

    assert (job.state, job.result, job.done, job.total, job.attempts) == ("done", {"counted": 3}, 3, 3, 1)
    assert job.percent == 100


def test_an_unknown_name_is_told_where_it_is_asked_for():
    with pytest.raises(LookupError, match="no job is registered"):
        services.enqueue("test.nothing")


def test_a_refusal_is_kept_in_its_own_words(owner):
    job = services.run_now(services.enqueue("test.count", by=owner, n=1, trouble="refusal"))

    assert (job.state, job.error) == ("failed", "不行，因为是测试。")


def test_an_unexpected_error_keeps_a_reference_and_not_the_detail(owner, caplog):
    job = services.enqueue("test.count", by=owner, n=1, trouble="error")

    with pytest.raises(ValueError, match="secret"):
        services.run_now(job)

    job.refresh_from_db()
    assert job.state == "failed"
    assert "secret" not in job.error
    assert caplog.records[0].args[0] in job.error


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_step(owner):
    waiting = services.cancel(services.enqueue("test.count", by=owner, n=3), by=owner)
    running = services.enqueue("test.count", by=owner, n=3)
    Job.objects.filter(pk=running.pk).update(is_cancel_asked=True)

    services.run_now(running)

    assert waiting.state == "cancelled"
    assert (running.state, running.done) == ("cancelled", 1)
    with pytest.raises(Refusal, match="已经结束"):
        services.cancel(running, by=owner)


def test_two_workers_never_run_the_same_job(owner):
    job = services.run_now(services.enqueue("test.count", by=owner, n=1))

    services.run_by_id(job.pk)

    job.refresh_from_db()
    assert job.attempts == 1


def stale_job(**fields):
    old = timezone.now() - dt.timedelta(seconds=61)
    return Job.objects.create(
        name="test.count", args={"n": 1}, state="running", worker="elsewhere:1", heartbeat_at=old, **fields
    )


def test_a_stale_job_is_queued_once_more_and_then_reported():
    job = stale_job(attempts=1)

    assert services.sweep() == {"again": 1, "failed": 0, "sent": 0}
    job.refresh_from_db()
    assert job.state == "queued"

    Job.objects.filter(pk=job.pk).update(
        state="running", attempts=2, heartbeat_at=timezone.now() - dt.timedelta(seconds=61)
    )
    assert services.sweep() == {"again": 0, "failed": 1, "sent": 0}
    job.refresh_from_db()
    assert (job.state, bool(job.error)) == ("failed", True)


def test_a_job_with_a_fresh_heartbeat_is_left_alone():
    job = stale_job(attempts=1)
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now())

    assert services.sweep() == {"again": 0, "failed": 0, "sent": 0}


def test_what_the_queue_lost_is_sent_again(monkeypatch):
    sent = []
    monkeypatch.setattr("holdfast.foundation.jobs.services.sweeping.send", sent.append)
    lost, held = (Job.objects.create(name="test.count", args={"n": 1}) for _ in range(2))
    Job.objects.update(created_at=timezone.now() - dt.timedelta(minutes=2))

    services.sweep(waiting={held.pk})

    assert sent == [lost.pk]


NINE = dt.datetime(2026, 10, 3, 9, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("entry", "last_run", "due"),
    [
        (rules.Entry("n", at=dt.time(2)), NINE - dt.timedelta(hours=6), False),
        (rules.Entry("n", at=dt.time(2)), NINE - dt.timedelta(hours=8), True),
        (rules.Entry("n", at=dt.time(10)), NINE - dt.timedelta(hours=22), False),
        (rules.Entry("n", at=dt.time(10)), NINE - dt.timedelta(hours=24), True),
        (rules.Entry("n", every=dt.timedelta(hours=1)), NINE - dt.timedelta(minutes=59), False),
        (rules.Entry("n", every=dt.timedelta(hours=1)), NINE - dt.timedelta(minutes=61), True),
    ],
)
def test_clock_run_work_is_due_once_after_its_moment(entry, last_run, due):
    assert rules.is_due(entry, now=NINE, last_run=last_run) is due


def test_the_clock_asks_once_for_each_due_job_and_skips_unknown_names(admin):
    type(admin).objects.update(created_at=timezone.now() - dt.timedelta(days=3))
    entries = [
        rules.Entry("test.count", every=dt.timedelta(hours=1), args={"n": 2}),
        rules.Entry("not.there", at=dt.time(2)),
    ]

    first, second = services.enqueue_due(entries), services.enqueue_due(entries)

    assert [(job.name, job.args) for job in first] == [("test.count", {"n": 2})]
    assert second == []


def test_old_jobs_are_forgotten(owner):
    old, new = (services.run_now(services.enqueue("test.count", by=owner, n=1)) for _ in range(2))
    Job.objects.filter(pk=old.pk).update(finished_at=timezone.now() - dt.timedelta(days=91))

    services.forget_old()

    assert list(Job.objects.values_list("pk", flat=True)) == [new.pk]
