from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoresConfig(AppConfig):
    name = "holdfast.insight.scores"
    label = "scores"

    def ready(self) -> None:
        """Name what the pages give out as files."""
        from holdfast.foundation.audit.rules import exports

        exports.register_export("scores.set", _("数字背后的客户"), _chips_by("set_chips"))
        exports.register_export("scores.matrix", _("客户 × 产品"), _chips_by("pair_chips"))


def _chips_by(name: str) -> Callable[[Any, Mapping[str, Any]], Sequence[tuple[str, str]]]:
    """The function of that name, which can only be imported once the rooms are ready."""

    def chips(viewer: Any, filters: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
        from holdfast.insight.scores.views import exports

        found: Sequence[tuple[str, str]] = getattr(exports, name)(viewer, filters)
        return found

    return chips
