"""The door: who asks, how often, in which language, and whether it was asked before."""

from __future__ import annotations

import hashlib
import re

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404
from django.utils import translation

from holdfast.common.api.problems import Problem
from holdfast.doors.api.problems import refused
from holdfast.doors.api.rooms import Found, find
from holdfast.foundation.accounts import queries as accounts
from holdfast.foundation.accounts import services
from holdfast.foundation.accounts.models import ApiAnswer, ApiToken
from holdfast.foundation.accounts.services.tokens import digest_of

KEY = re.compile(r"[!-~]{1,100}")
KEPT_HEADERS = ("ETag", "Location")
BODIES = ("POST", "PATCH", "PUT")
FORM_BYTES = 1 << 20


def enter(request: HttpRequest) -> HttpResponse:
    """Answer one request: always JSON, always in the language of Accept-Language."""
    with translation.override(translation.get_language_from_request(request)):
        try:
            response = _through(request)
        except Exception as problem:
            response = refused(problem)
        response["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
    response["Cache-Control"] = "no-store"
    response["Vary"] = "Authorization, Accept-Language"
    return response


def _through(request: HttpRequest) -> HttpResponse:
    token = _token_of(request)
    limit = settings.API_PER_MINUTE
    if wait := services.take_turn(token, limit=limit, ip=_address(request)):
        raise Problem("too_many", 429, limit=limit, wait=wait)
    _act_as(request, token)
    found = _found(request)
    if found.takes_file(request.method or ""):
        _check_form(request)
        return found.view(request)
    if request.method in BODIES:
        _check_body(request, found)
    key = request.headers.get("Idempotency-Key")
    if request.method == "POST" and key is not None:
        return _once(request, token, key, found)
    return found.view(request)


def _token_of(request: HttpRequest) -> ApiToken:
    kind, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise Problem("no_token", 401)
    token = accounts.api_token_of(digest_of(secret.strip()))
    if token is None:
        raise Problem("bad_token", 401)
    return token


def _address(request: HttpRequest) -> str | None:
    return request.META.get("REMOTE_ADDR") or None


def _act_as(request: HttpRequest, token: ApiToken) -> None:
    """The person of the token, narrowed to the token's words; a session that came along counts for nothing."""
    user = token.user
    user.words = user.words & frozenset(token.words)  # in place of the cached property: for this request alone
    request.user = user
    request.api_token = token  # type: ignore[attr-defined]


def _found(request: HttpRequest) -> Found:
    try:
        found = find(request.path_info)
    except Resolver404 as error:
        raise Problem("no_address", 404) from error
    if request.method not in found.methods:
        raise Problem("bad_method", 405, method=request.method or "", known=", ".join(sorted(found.methods)))
    return found


def _check_body(request: HttpRequest, found: Found) -> None:
    """Size and kind, before anything is read; an address that takes no body takes any kind of none."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise RequestDataTooBig
    takes_body = found.takes_body(request.method or "")
    if (takes_body or length not in ("", "0")) and request.content_type != "application/json":
        raise Problem("bad_type", 415)


def _check_form(request: HttpRequest) -> None:
    """A file comes as a form; one that is far too large is refused unread."""
    length, limit = request.META.get("CONTENT_LENGTH") or "0", settings.FILE_LIMIT_BYTES
    if length.isdecimal() and int(length) > limit + FORM_BYTES:
        raise Problem("too_large", 413, limit=limit >> 20)
    if request.content_type != "multipart/form-data":
        raise Problem("bad_form_type", 415)


def _once(request: HttpRequest, token: ApiToken, key: str, found: Found) -> HttpResponse:
    """Work and kept answer in one transaction: both stand, or neither; asked twice at once, the second waits."""
    if not KEY.fullmatch(key):
        raise Problem("bad_key", 422, field="Idempotency-Key")
    with transaction.atomic():
        kept, is_new = services.open_answer(token, key, _digest(request))
        if not is_new:
            return _again(kept, _digest(request))
        response = found.view(request)
        if response.status_code >= 500:
            transaction.set_rollback(True)
        else:
            headers = {name: response[name] for name in KEPT_HEADERS if name in response}
            body = response.content.decode()
            services.keep_answer(kept, status=response.status_code, headers=headers, body=body)
        return response


def _digest(request: HttpRequest) -> str:
    said = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    return hashlib.sha256(said).hexdigest()


def _again(kept: ApiAnswer, digest: str) -> HttpResponse:
    if kept.digest != digest:
        raise Problem("key_reused", 422, field="Idempotency-Key")
    response = HttpResponse(kept.body, status=kept.status, content_type="application/json; charset=utf-8")
    for name, value in kept.headers.items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response
