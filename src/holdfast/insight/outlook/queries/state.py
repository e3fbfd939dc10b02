"""The newest outlook."""

from __future__ import annotations

from holdfast.insight.outlook.models import Outlook


def newest() -> Outlook | None:
    return Outlook.objects.first()
