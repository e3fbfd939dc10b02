"""The reader's language, and sessions that end when nobody works."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from holdfast.foundation.accounts import services
from holdfast.foundation.accounts.models import User

Answer = Callable[[HttpRequest], HttpResponse]
TOUCH_EVERY_SECONDS = 600


class LanguageMiddleware:
    """The person's own choice, else the cookie, else what the browser asks for."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = _own_language(request) or translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


def _own_language(request: HttpRequest) -> str:
    chosen = getattr(request.user, "language", "") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else ""


class SessionMiddleware:
    """Keep a session alive while somebody works, without a write on every request; ask for a new password once due.

    What a person was shown is kept by nobody in between, and asked for again after the login has ended.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            if not request.headers.get("X-Poll"):  # a page left open asks by itself; nobody works
                self._touch(request, request.user)
            if request.user.must_change_password and not _may_wait(request):
                return redirect("accounts:password")
        response = self.get_response(request)
        if isinstance(request.user, User):
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def _touch(self, request: HttpRequest, user: User) -> None:
        now = int(time.time())
        if now - request.session.get("touched", 0) > TOUCH_EVERY_SECONDS:
            request.session["touched"] = now
            services.note_seen(user)


def _may_wait(request: HttpRequest) -> bool:
    return request.path in {
        reverse("accounts:password"),
        reverse("accounts:logout"),
        reverse("accounts:language"),
    }
