"""What a report contains and when it may change; the checksum of its figures."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from typing import Any

NAMES_AT_MOST = 1000
PROPOSED_AT_MOST = 8
DAYS_TO_ACT = 10
# What the list of a customer asks for first: list → kind of task.
KIND_OF_LIST = {"left": "win_back", "declining": "stop_decline", "warnings": "call"}
RESULTS = ("bought_again", "not_yet", "rose", "fell_less", "fell_further", "no_data")


def checksum(figures: dict[str, Any]) -> str:
    """SHA-256 of the figures in one canonical writing: the same figures give the same sum on every machine."""
    text = json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def due_day(drafted_on: date) -> date:
    """Ten days to act, moved to Monday where that is a weekend."""
    day = drafted_on + timedelta(days=DAYS_TO_ACT)
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() >= 5 else 0)


def result_of(kind: str, before_minor: int, now_minor: int, then_minor: int) -> str:
    """What the figures say of an action a month later, in minor units of revenue.

    `before_minor`: the month before the report's, `then_minor`: the report's month, `now_minor`: the month after.
    A win-back worked if the customer bought; a stopped decline if he bought more than in the report's month.
    """
    if kind == "win_back":
        return "bought_again" if now_minor > 0 else "not_yet"
    if now_minor > then_minor:
        return "rose"
    if before_minor <= then_minor:
        return "no_data" if now_minor == then_minor == 0 else "fell_further"
    return "fell_less" if then_minor - now_minor < before_minor - then_minor else "fell_further"


def worked(result: str) -> bool:
    return result in {"bought_again", "rose"}
