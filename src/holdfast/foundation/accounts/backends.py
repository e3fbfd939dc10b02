"""What a locked account gets to see."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def locked_out(request: HttpRequest, credentials: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
    """After repeated failures: wait, said calmly, with the status that machines understand."""
    return render(request, "accounts/locked.html", status=429)
