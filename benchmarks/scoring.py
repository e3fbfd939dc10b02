"""Scoring the last finished month and the open one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from holdfast.common.months import Month, today
from holdfast.insight.facts import services as facts
from holdfast.insight.scores import services as scores


def measure(timed: Callable[..., Any]) -> None:
    month = Month.of(today())
    snapshot = timed("snapshot of all facts", facts.take_snapshot)
    timed("score last month", lambda: scores.score_month(month.previous, snapshot=snapshot))
    timed("score this month and publish", lambda: scores.score_month(month, snapshot=snapshot))
    timed("score this month again, nothing changed", lambda: scores.score_month(month, snapshot=snapshot))
