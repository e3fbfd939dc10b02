"""What the shell needs on every page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string


def house(request: HttpRequest) -> dict[str, Any]:
    """Company name and side bar; the side bar is made only where a template shows it."""
    return {"company": settings.COMPANY, "navigation": SimpleLazyObject(lambda: _navigation(request))}


def _navigation(request: HttpRequest) -> list[dict]:
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return []
    return import_string(settings.NAVIGATION)(request)
