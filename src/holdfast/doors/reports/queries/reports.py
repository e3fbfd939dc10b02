"""Which reports there are, and for which customers an action may be added."""

from __future__ import annotations

from django.db.models import QuerySet

from holdfast.common.months import Month
from holdfast.doors.reports.models import MonthlyReport
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer


def reports() -> QuerySet[MonthlyReport]:
    """All reports, newest first, without their figures: a list needs none."""
    people = ("drafted_by", "reviewed_by", "signed_by")
    return MonthlyReport.objects.defer("figures").select_related(*people).order_by("-month")


def month_report(month: Month) -> MonthlyReport | None:
    return (
        MonthlyReport.objects.select_related("drafted_by", "reviewed_by", "signed_by").filter(month=str(month)).first()
    )


def candidates(report: MonthlyReport, viewer: User) -> QuerySet[Customer]:
    """Customers on the report's lists that this person sees and that have no action yet."""
    lists = report.figures["lists"]
    ids = {row["customer_id"] for name in ("left", "declining", "warnings") for row in lists[name]["rows"][:300]}
    free = ids - set(report.actions.exclude(customer=None).values_list("customer_id", flat=True))
    return Customer.objects.visible_to(viewer).filter(pk__in=free).order_by("name")
