"""What the shell needs on every page."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


def house(request: HttpRequest) -> dict[str, Any]:
    """The company's name, and the ways through the house; they are made only where a template shows them.

    navigation: the side bar's groups. shortcuts: the ＋ menu. phone_tabs: the phone's bar. doors: ways up for lower rooms.
    """
    parts = {"navigation": "groups", "shortcuts": "shortcuts", "phone_tabs": "tabs", "doors": "doors"}
    ways = {name: SimpleLazyObject(_way(request, function)) for name, function in parts.items()}
    return {"company": settings.COMPANY, **ways}


def _way(request: HttpRequest, function: str) -> Callable[[], Any]:
    def make() -> Any:
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated:
            return {} if function == "doors" else []
        return getattr(import_module(settings.NAVIGATION), function)(request)

    return make
