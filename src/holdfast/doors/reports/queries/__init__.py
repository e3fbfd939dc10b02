"""What a report says, and who may read it."""

from holdfast.doors.reports.queries.checks import actions_of, checks_for, last_signed_before
from holdfast.doors.reports.queries.content import content_for
from holdfast.doors.reports.queries.figures import build_figures, figures_for
from holdfast.doors.reports.queries.reports import candidates, month_report, reports

__all__ = [
    "actions_of",
    "build_figures",
    "candidates",
    "checks_for",
    "content_for",
    "figures_for",
    "last_signed_before",
    "month_report",
    "reports",
]
