"""Names of work, registered by each room's `jobs.py`, and the progress handed to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Any

from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from holdfast.foundation.jobs import rules
from holdfast.foundation.jobs.models import Job

Work = Callable[..., dict | None]
_works: dict[str, Work] = {}
WRITE_EVERY_SECONDS = 0.5


class Cancelled(Exception):
    """Raised inside the work when somebody asked to stop it."""


def register(name: str, title: Any = "") -> Callable[[Work], Work]:
    """Make a function runnable by name: `fn(progress, **args) -> dict | None`; `title` (lazy) is what people read."""

    def keep(work: Work) -> Work:
        rules.TITLES[name] = title
        if _works.get(name, work).__qualname__ != work.__qualname__:
            raise ValueError(f"job {name!r} is registered twice")
        _works[name] = work
        return work

    return keep


@cache
def discover() -> None:
    """Read every room's `jobs.py`, once, when a name is first asked for: pages and commands start without them."""
    autodiscover_modules("jobs")


def registered(name: str) -> Work:
    discover()
    return _works[name]


def is_registered(name: str) -> bool:
    discover()
    return name in _works


class Interrupted(Exception):
    """Raised inside the work when the worker itself has to stop; the job goes back to the queue."""


def is_stopping() -> bool:
    """Whether this process was told to stop; the worker puts its own answer here."""
    return False


class Progress:
    """How far the work is; telling it is cheap, so tell it often, between transactions."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._written = 0.0

    def step(self, done: int, total: int | None = None) -> None:
        """Keep the count and the heartbeat; raises Cancelled when somebody asked to stop."""
        self.job.done = done
        self.job.total = total if total is not None else self.job.total
        now = time.monotonic()
        if now - self._written >= WRITE_EVERY_SECONDS or done == self.job.total:
            self._written = now
            self._write()

    def _write(self) -> None:
        mine = Job.objects.filter(pk=self.job.pk)
        mine.update(done=self.job.done, total=self.job.total, heartbeat_at=timezone.now())
        if mine.filter(is_cancel_asked=True).exists():
            raise Cancelled
        if is_stopping():
            raise Interrupted
