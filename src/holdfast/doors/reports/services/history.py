"""Two reports for a company that starts with a past: the demo's."""

from __future__ import annotations

from holdfast.common.months import Month
from holdfast.doors.reports.models import MonthlyReport
from holdfast.doors.reports.services.reports import draft_report, review_report, sign_report
from holdfast.foundation.accounts.models import User
from holdfast.records.timeline import queries as timeline
from holdfast.records.timeline import services as tasks


def make_history(last: Month, *, drafter: User, reviewer: User, signer: User, outcomes: list[str]) -> MonthlyReport:
    """Sign the report of the month before `last`, finish half of its actions, and draft the one of `last`."""
    report = review_report(draft_report(last.previous, by=drafter), by=reviewer)
    report = sign_report(report, seen_sha256=report.sha256, by=signer)
    opened = timeline.tasks_by_source([action.source for action in report.actions.all()])
    for place, task in enumerate(opened.values()):
        if place % 2 == 0:
            tasks.finish_task(task, outcome=outcomes[place // 2 % len(outcomes)], by=task.assignee)
    return draft_report(last, by=drafter)
