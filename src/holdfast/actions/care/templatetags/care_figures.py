"""How this room's figures are written."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from holdfast.common import formats

register = template.Library()


@register.filter
def hours(minutes: Any) -> str:
    """Working time as hours, never as days: 90 → 1.5 小时; below an hour as minutes."""
    if minutes is None or minutes < 60:
        return formats.length(minutes)
    return _("%(n)s 小时") % {"n": formats.number(minutes / 60, 0 if minutes >= 6000 or minutes % 60 == 0 else 1)}
