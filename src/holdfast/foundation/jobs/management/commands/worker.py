"""The background worker: huey's threads and the clock, started by `holdfast serve`."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections
from django.utils.module_loading import import_string

from holdfast.foundation.jobs import services
from holdfast.foundation.jobs.services import queue, registry

log = logging.getLogger("holdfast.jobs")
THREADS = 2
CLOCK_SECONDS = 15
SECONDS_TO_STOP = 8


class Command(BaseCommand):
    """Run jobs and the clock until told to stop."""

    help = "Run background jobs and the clock (started by `holdfast serve`)."

    def handle(self, *args: Any, **options: Any) -> None:
        services.discover()
        queue.task()
        consumer = queue.queue().create_consumer(
            workers=THREADS, periodic=False, max_delay=1.0, graceful_signal="TERM", shutdown_timeout=SECONDS_TO_STOP
        )
        registry.is_stopping = consumer.stop_flag.is_set
        services.recover_own()
        clock = threading.Thread(target=run_clock, args=(consumer.stop_flag.wait,), daemon=True, name="clock")
        clock.start()
        consumer.run()
        os._exit(0)  # a job that does not stop in time is queued again when the worker starts


def run_clock(wait: Callable[[float], bool]) -> None:
    """Every quarter of a minute: abandoned and unsent jobs, and what the clock says."""
    while True:
        try:
            tick()
        except Error:  # the database is busy or restarting: the next tick comes soon
            log.exception("the clock could not reach the database")
        finally:
            close_old_connections()
        if wait(CLOCK_SECONDS):
            return


def tick() -> None:
    services.sweep(waiting=queue.waiting())
    entries = import_string(settings.SCHEDULE)
    services.enqueue_due(entries)
    services.forget_frequent(entries)
    services.forget_old()
