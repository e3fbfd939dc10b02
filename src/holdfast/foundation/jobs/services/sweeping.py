"""Find abandoned and unsent jobs, forget old ones, and ask for what the clock says."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, Min, ProtectedError, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.foundation.accounts.models import User
from holdfast.foundation.jobs import rules
from holdfast.foundation.jobs.models import Job
from holdfast.foundation.jobs.services import registry
from holdfast.foundation.jobs.services.asking import enqueue, send

log = logging.getLogger("holdfast.jobs")


def sweep(*, now: datetime | None = None, waiting: Iterable[int] = ()) -> dict[str, int]:
    """Queue abandoned jobs once more, then report them; send again what the queue lost (`waiting` = what it holds)."""
    now = now or timezone.now()
    stale = Job.objects.filter(state="running", heartbeat_at__lt=now - rules.STALE_AFTER)
    counts = _again_or_failed(stale)
    lost = Job.objects.filter(state="queued", created_at__lt=now - rules.UNSENT_AFTER).exclude(pk__in=waiting)
    ids = list(lost.order_by("pk").values_list("pk", flat=True)[:500])
    for job_id in ids:
        send(job_id)
    return {**counts, "sent": len(ids)}


def recover_own() -> dict[str, int]:
    """At a worker's start: jobs that a dead process of this machine was at need no waiting for a stale heartbeat."""
    running = Job.objects.filter(state="running", worker__startswith=f"{socket.gethostname()}:"[:80])
    dead = [job.pk for job in running if not _is_alive(job.worker)]
    return _again_or_failed(Job.objects.filter(pk__in=dead))


def _is_alive(worker: str) -> bool:
    pid = int(worker.rpartition(":")[2] or 0)
    if pid in (0, os.getpid()):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _again_or_failed(abandoned: QuerySet[Job]) -> dict[str, int]:
    counts = {"again": 0, "failed": 0}
    for job in abandoned:
        mine = Job.objects.filter(pk=job.pk, state="running", attempts=job.attempts, worker=job.worker)
        if job.is_cancel_asked:
            mine.update(state="cancelled", finished_at=timezone.now())
        elif job.attempts < rules.MOST_ATTEMPTS:
            counts["again"] += mine.update(state="queued", heartbeat_at=None)
            send(job.pk)
        else:
            counts["failed"] += mine.update(
                state="failed", finished_at=timezone.now(), error=_("后台进程两次中断，任务没有完成。请重新发起。")
            )
            log.error("job %s %s was abandoned twice", job.pk, job.name)
    return counts


def enqueue_due(entries: Iterable[rules.Entry], *, now: datetime | None = None) -> list[Job]:
    """Ask for every clock-run job that should have run since it last did; a name nobody registered is skipped."""
    now = timezone.localtime(now)
    known = [entry for entry in entries if registry.is_registered(entry.name)]
    latest = dict(
        Job.objects.filter(name__in=[entry.name for entry in known])
        .order_by()
        .values_list("name")
        .annotate(at=Max("created_at"))
    )
    since = User.objects.aggregate(at=Min("created_at"))["at"] or now
    due = [entry for entry in known if rules.is_due(entry, now=now, last_run=latest.get(entry.name, since))]
    return [enqueue(entry.name, **entry.args) for entry in due]


def forget_old(*, now: datetime | None = None) -> int:
    """Delete jobs that ended more than 90 days ago and that no other row points to; how many."""
    old = Job.objects.filter(finished_at__lt=(now or timezone.now()) - rules.KEPT_FOR).order_by("pk")
    return sum(_forget(job) for job in old[:1000])


def forget_frequent(entries: Iterable[rules.Entry]) -> int:
    """Of work done every few minutes only the last run stays, and what failed: it would bury the rest; how many went."""
    gone = 0
    for entry in entries:
        if entry.every:
            done = Job.objects.filter(name=entry.name, state="done", by=None).order_by("-pk")
            newest = list(done.values_list("pk", flat=True)[:1])
            gone += done.exclude(pk__in=newest).delete()[0]
    return gone


def _forget(job: Job) -> int:
    try:
        job.delete()
    except ProtectedError:
        return 0
    return 1
