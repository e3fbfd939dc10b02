from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "holdfast.doors.intake"
    label = "intake"

    def ready(self) -> None:
        """What this room gives out has a name in the register of exports."""
        from holdfast.foundation.audit.rules.exports import register_export

        register_export("intake.rejected", _("导入中未写入的行"))
