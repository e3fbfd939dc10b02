from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "holdfast.foundation.accounts"
    label = "accounts"

    def ready(self) -> None:
        from holdfast.foundation.accounts.rules import PERMISSION_NAMES
        from holdfast.foundation.audit.rules.words import register_values

        register_values("accounts.role", "words", {str(word): name for word, name in PERMISSION_NAMES.items()})
        post_migrate.connect(ensure_roles, sender=self, dispatch_uid="accounts.roles")


def ensure_roles(using: str, **kwargs: Any) -> None:
    """The built-in roles stand wherever the tables stand, also after a test has emptied them."""
    from holdfast.foundation.accounts import services

    if using == "default" and kwargs.get("plan") != []:
        services.ensure_roles()
