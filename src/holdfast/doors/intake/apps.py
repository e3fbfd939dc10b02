from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "holdfast.doors.intake"
    label = "intake"

    def ready(self) -> None:
        """What this room gives out has a name in the register of exports; uploads go with an erasure."""
        from holdfast.doors.intake.services.forgetting import forget_uploads
        from holdfast.foundation.audit.rules.exports import register_export
        from holdfast.records.customers.services import register_erasure

        register_erasure("uploads", forget_uploads)
        register_export("intake.rejected", _("导入中未写入的行"))
