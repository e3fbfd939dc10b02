from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "holdfast.doors.reports"
    label = "reports"

    def ready(self) -> None:
        """What this room gives out has a name in the register of exports."""
        from holdfast.foundation.audit.rules.exports import register_export
        from holdfast.records.customers.services import register_rewritten

        register_export("reports.monthlyreport", _("维析月报"))
        register_rewritten("reports.monthlyreport", reseal)


def reseal(pks: list[int]) -> None:
    """An erasure took a name out of the figures: their checksum is made anew, the figures themselves are as signed."""
    from holdfast.doors.reports import rules
    from holdfast.doors.reports.models import MonthlyReport

    for report in MonthlyReport.objects.filter(pk__in=pks):
        MonthlyReport.objects.filter(pk=report.pk).update(sha256=rules.checksum(report.figures))
