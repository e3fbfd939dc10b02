from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CareConfig(AppConfig):
    name = "holdfast.actions.care"
    label = "care"

    def ready(self) -> None:
        from holdfast.foundation.audit.rules.exports import register_export

        register_export("care.rows", _("服务标准的应做与缺口"))
        post_migrate.connect(ensure_defaults, sender=self, dispatch_uid="care.defaults")


def ensure_defaults(using: str, **kwargs: Any) -> None:
    """The proposal stands wherever the tables stand, also after a test has emptied them."""
    from holdfast.actions.care import services

    if using == "default" and kwargs.get("plan") != []:
        services.ensure_defaults()
