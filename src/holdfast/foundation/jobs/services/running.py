"""Run one job, whatever happens to it."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.jobs.models import Job
from holdfast.foundation.jobs.services import registry

log = logging.getLogger("holdfast.jobs")
BEAT_SECONDS = 10


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"[:80]


def run_by_id(job_id: int) -> None:
    """What the worker does with a number from the queue; a number that is not waiting any more is left alone."""
    if job := _claim(job_id):
        with _heartbeat(job):
            _run(job)


def run_now(job: Job) -> Job:
    """Run a stored job in this process, for the command line and tests; unexpected errors rise after being kept."""
    claimed = _claim(job.pk)
    if claimed is None:
        raise LookupError(f"job {job.pk} is not waiting")
    error = _run(claimed)
    job.refresh_from_db()
    if error:
        raise error
    return job


def _claim(job_id: int) -> Job | None:
    """Exactly one worker gets a waiting job."""
    now = timezone.now()
    taken = Job.objects.filter(pk=job_id, state="queued").update(
        state="running", started_at=now, heartbeat_at=now, attempts=F("attempts") + 1, worker=worker_name()
    )
    return Job.objects.select_related("by").get(pk=job_id) if taken else None


def _run(job: Job) -> Exception | None:
    language = (job.by.language if job.by else "") or settings.LANGUAGE_CODE
    with translation.override(language):
        try:
            result = registry.registered(job.name)(registry.Progress(job), **job.args)
        except registry.Cancelled:
            _finish(job, "cancelled")
        except registry.Interrupted:
            _put_back(job)
        except Refusal as refusal:
            _finish(job, "failed", error=refusal.message)
        except Exception as error:
            _finish(job, "failed", error=_logged(job))
            return error
        else:
            _finish(job, "done", result=result)
    return None


def _put_back(job: Job) -> None:
    """An orderly stop is no failed attempt."""
    mine = Job.objects.filter(pk=job.pk, state="running", worker=worker_name())
    mine.update(state="queued", attempts=F("attempts") - 1, heartbeat_at=None)


def _logged(job: Job) -> str:
    reference = secrets.token_hex(4)
    log.exception("reference %s: job %s %s failed", reference, job.pk, job.name)
    return _("运行时出了意外，请把编号 %(reference)s 告诉系统管理员，日志里有详情。") % {"reference": reference}


def _finish(job: Job, state: str, *, result: dict | None = None, error: str = "") -> None:
    Job.objects.filter(pk=job.pk, state="running", worker=worker_name()).update(
        state=state, result=result, error=error, done=job.done, total=job.total, finished_at=timezone.now()
    )


@contextmanager
def _heartbeat(job: Job) -> Iterator[None]:
    """Beat beside the work, so that only a dead process goes stale and never a long step."""
    over = threading.Event()
    beat = threading.Thread(target=_beat, args=(job.pk, over), daemon=True, name=f"beat-{job.pk}")
    beat.start()
    try:
        yield
    finally:
        over.set()
        beat.join(timeout=2)


def _beat(job_id: int, over: threading.Event) -> None:
    while not over.wait(BEAT_SECONDS):
        try:
            Job.objects.filter(pk=job_id).update(heartbeat_at=timezone.now())
        except DatabaseError as error:  # the database is busy: the next beat comes soon
            log.info("heartbeat of job %s left out: %s", job_id, error)
    connection.close()
