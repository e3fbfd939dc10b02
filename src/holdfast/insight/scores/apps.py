from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoresConfig(AppConfig):
    name = "holdfast.insight.scores"
    label = "scores"

    def ready(self) -> None:
        """Name what the pages give out as files."""
        from holdfast.foundation.audit.rules import exports

        exports.register_export("scores.set", _("数字背后的客户"), _chips)


def _chips(viewer: Any, filters: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    from holdfast.insight.scores.views.exports import set_chips

    return set_chips(viewer, filters)
