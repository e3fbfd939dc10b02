"""A report as its pages and files need it, for one reader."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from holdfast.doors.reports import writers
from holdfast.doors.reports.models import MonthlyReport
from holdfast.doors.reports.queries.checks import actions_of
from holdfast.doors.reports.queries.figures import figures_for
from holdfast.foundation.accounts.models import User


def content_for(report: MonthlyReport, viewer: User) -> dict[str, Any]:
    """Figures, sections, lead sentence, chart data and actions, in the reader's language and scope."""
    figures = figures_for(report, viewer)
    return {
        "report": report,
        "figures": figures,
        "sections": writers.sections(figures) if figures else [],
        "lead": writers.lead(figures) if figures else "",
        "charts": writers.screen_charts(figures) if figures else {},
        "actions": actions_of(report, viewer),
        "company": settings.COMPANY,
    }
