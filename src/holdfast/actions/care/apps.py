from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CareConfig(AppConfig):
    name = "holdfast.actions.care"
    label = "care"

    def ready(self) -> None:
        from holdfast.actions.care import services
        from holdfast.actions.care.services import wording
        from holdfast.foundation.audit.rules.exports import register_export
        from holdfast.records.customers.services import register_handover

        register_export("care.rows", _("服务标准的应做与缺口"))
        register_handover("focus", title=_("重点客户的计划"), count=services.count_focus, move=services.hand_over_focus)
        wording.register()
        post_migrate.connect(ensure_defaults, sender=self, dispatch_uid="care.defaults")


def ensure_defaults(using: str, **kwargs: Any) -> None:
    """The proposal stands wherever the tables stand, also after a test has emptied them."""
    from holdfast.actions.care import services

    if using == "default" and kwargs.get("plan") != []:
        services.ensure_defaults()
