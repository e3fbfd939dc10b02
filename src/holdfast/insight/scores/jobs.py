"""Scoring in the background: asked for by a person, and every night by the clock."""

from __future__ import annotations

from typing import Any

from holdfast.foundation.accounts.models import User
from holdfast.foundation.jobs.services import Progress, register
from holdfast.insight.scores import services
from holdfast.insight.scores.models import Run


@register("scores.score")
def score(progress: Progress, *, month: str = "", by_id: int | None = None) -> dict[str, Any]:
    """Score a month and those that rest on it, or without a month everything up to today."""
    by = User.objects.filter(pk=by_id).first() if by_id else None
    if month:
        return _told(services.score_from(month, by=by, tell=progress.step))
    return _told(services.score_up_to_now(by=by, tell=progress.step))


@register("scores.nightly")
def nightly(progress: Progress) -> dict[str, Any]:
    """Close the last month if it is still open, score the running one."""
    return _told(services.score_up_to_now(tell=progress.step))


@register("scores.matrix")
def matrix(progress: Progress, *, month: str) -> dict[str, Any]:
    """The customer × product pairs of one month."""
    run = Run.objects.select_related("definition").filter(month=month).first()
    return {"month": month, "made": bool(run and services.keep_pairs(run))}


PAIRED = 2  # of the months just scored, the newest ones get their customer × product pairs at once


def _told(runs: list[Run]) -> dict[str, Any]:
    for run in runs[-PAIRED:]:
        services.keep_pairs(run)
    return {"months": [run.month for run in runs], "customers": runs[-1].summary["customers"] if runs else 0}
