"""Whose failures count together, and what a locked account gets to see."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def login_typed(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The login as the failures are counted: without regard to case, as logins are told apart."""
    typed = (credentials or {}).get("username") or request.POST.get("username", "")
    return str(typed).strip().lower()[:255]


def locked_out(request: HttpRequest, credentials: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
    """After repeated failures: wait, said calmly, with the status that machines understand."""
    return render(request, "accounts/locked.html", status=429)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: open too long, or from another site. Says what to do, and nothing is written."""
    text = _("这一页放得太久，或浏览器没有带上登录信息。请返回、刷新页面后再试；没有写入任何内容。")
    return render(request, "403.html", {"reason": text}, status=403)
