"""When clock-run work is due, when a running job counts as abandoned, and what the health check asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

STALE_AFTER = timedelta(seconds=60)
UNSENT_AFTER = timedelta(seconds=30)
KEPT_FOR = timedelta(days=90)
MOST_ATTEMPTS = 2

TITLES: dict[str, Any] = {}


def title_of(name: str) -> str:
    """What people read for the name of a piece of work."""
    return str(TITLES.get(name) or name)


Finding = tuple[str, str, str]
Check = Callable[[], list[Finding]]
_checks: dict[str, Check] = {}


def register_check(name: str, check: Check) -> None:
    """Add to `holdfast doctor`: `check()` gives (ok | warn | fail, what was found, what to do)."""
    _checks[name] = check


def checks() -> dict[str, Check]:
    return dict(_checks)


@dataclass(frozen=True)
class Entry:
    """One line of the clock: a registered name, every day at a time of day or every so many minutes."""

    name: str
    at: time | None = None
    every: timedelta | None = None
    args: dict[str, Any] = field(default_factory=dict)


def last_due(entry: Entry, now: datetime) -> datetime:
    """The latest moment up to `now` at which the entry should have run."""
    if entry.every:
        return now - entry.every
    today = now.replace(hour=entry.at.hour, minute=entry.at.minute, second=0, microsecond=0) if entry.at else now
    return today if today <= now else today - timedelta(days=1)


def is_due(entry: Entry, *, now: datetime, last_run: datetime) -> bool:
    """Whether it has not run since it last should have: a machine that slept at night catches up in the morning."""
    return last_run < last_due(entry, now)
