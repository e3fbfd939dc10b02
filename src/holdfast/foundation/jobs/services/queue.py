"""huey, the queue: it only carries a job's number; the table is the truth."""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from huey import Huey, PostgresHuey, SqliteHuey

from holdfast.foundation.jobs.services.running import run_by_id

log = logging.getLogger("holdfast.jobs")


@cache
def queue() -> Huey:
    """A SQLite file in the data folder, or PostgreSQL where `HOLDFAST_QUEUE` names one."""
    if settings.QUEUE_URL:
        return PostgresHuey("holdfast", dsn=settings.QUEUE_URL, results=False, utc=False)
    path = settings.DATA / "queue.sqlite3"
    return SqliteHuey("holdfast", filename=str(path), results=False, utc=False, timeout=20)


@cache
def task() -> Any:
    """The one task there is."""

    def run(job_id: int) -> None:
        close_old_connections()
        try:
            run_by_id(job_id)
        finally:
            close_old_connections()

    return queue().task(name="run")(run)


def send(job_id: int) -> None:
    try:
        task()(job_id)
    except Exception:  # the queue is a messenger: what it loses, the sweep sends again
        log.exception("job %s could not be handed to the queue; the sweep will send it again", job_id)


def waiting() -> set[int]:
    """Numbers of the jobs that the queue still carries."""
    task()
    return {message.args[0] for message in queue().pending()}
