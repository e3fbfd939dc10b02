"""Whose failures count together, and what a locked account gets to see."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def login_typed(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The login as the failures are counted: without regard to case, as logins are told apart."""
    typed = (credentials or {}).get("username") or request.POST.get("username", "")
    return str(typed).strip().lower()[:255]


def locked_out(request: HttpRequest, credentials: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
    """After repeated failures: wait, said calmly, with the status that machines understand."""
    return render(request, "accounts/locked.html", status=429)
