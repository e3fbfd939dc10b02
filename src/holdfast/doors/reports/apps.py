from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "holdfast.doors.reports"
    label = "reports"

    def ready(self) -> None:
        """What this room gives out has a name in the register of exports."""
        from holdfast.foundation.audit.rules.exports import register_export

        register_export("reports.monthlyreport", _("维析月报"))
