"""Scoring the last finished month and the open one: time waited, processor time of all threads and processes, memory."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from holdfast.common.months import Month, today
from holdfast.insight.facts import services as facts
from holdfast.insight.scores import services as scores
from holdfast.insight.scores.models import Run
from holdfast.records.customers.models import Standing


def measure(timed: Callable[..., Any]) -> None:
    month = Month.of(today())
    snapshot = _worked(timed, "snapshot of all facts", facts.take_snapshot)
    _worked(timed, "score last month", lambda: scores.score_month(month.previous, snapshot=snapshot))
    _worked(timed, "score this month and publish", lambda: scores.score_month(month, snapshot=snapshot))
    _worked(timed, "score this month again, nothing changed", lambda: scores.score_month(month, snapshot=snapshot))
    run = Run.objects.get(month=str(month))
    Standing.objects.update(as_of=run.as_of - timedelta(days=1))
    _worked(timed, "publish what was published the day before", lambda: scores.publish(run))


def _worked(timed: Callable[..., Any], name: str, work: Callable[[], Any]) -> Any:
    """As `timed`, and the processor time of this process and of those it started."""
    start = _processor()
    found = timed(name, work)
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{'':48} {_processor() - start:8.2f} s of processor, largest child {children:,.0f} MB", flush=True)
    return found


def _processor() -> float:
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + child.ru_utime + child.ru_stime
