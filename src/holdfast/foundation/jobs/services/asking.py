"""Put work on the list; stop it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.jobs.models import Job
from holdfast.foundation.jobs.services import registry


def enqueue(name: str, *, by: User | None = None, **args: Any) -> Job:
    """Store a job and, once the transaction is through, hand it to the queue. In tests it is only stored."""
    if not registry.is_registered(name):
        raise LookupError(f"no job is registered as {name!r}")
    job = Job.objects.create(name=name, args=args, by=by)
    if not settings.TESTING:
        transaction.on_commit(lambda: send(job.pk))
    return job


def send(job_id: int) -> None:
    """Hand a stored job to huey; a queue that is down is no loss, the sweep sends it again."""
    from holdfast.foundation.jobs.services import queue

    queue.send(job_id)


@transaction.atomic
def cancel(job: Job, *, by: User) -> Job:
    """Stop a job: at once while it waits, at its next step while it runs."""
    job = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if job.is_over:
        raise Refusal(_("这项任务已经结束，无需取消。"))
    job.is_cancel_asked = True
    if job.state == "queued":
        job.state, job.finished_at = "cancelled", timezone.now()
    job.save(update_fields=["is_cancel_asked", "state", "finished_at"])
    return job
