from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CareConfig(AppConfig):
    name = "holdfast.actions.care"
    label = "care"

    def ready(self) -> None:
        post_migrate.connect(ensure_defaults, sender=self, dispatch_uid="care.defaults")


def ensure_defaults(using: str, **kwargs: Any) -> None:
    """The proposal stands wherever the tables stand, also after a test has emptied them."""
    from holdfast.actions.care import services

    if using == "default" and kwargs.get("plan") != []:
        services.ensure_defaults()
