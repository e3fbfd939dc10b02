"""Every exception in the one error shape; nothing is ever answered with a trace."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import ValidationError as ShapeError

from holdfast.common.api.problems import Problem
from holdfast.common.api.routes import answer
from holdfast.common.refusals import Refusal
from holdfast.doors.api.words import field_sentence, sentence

log = logging.getLogger("holdfast.api")
Error = dict[str, Any]
MOST_DETAILS = 20
PLACES = {"body", "query", "path", "header", "response"}


def tell(problem: Exception) -> tuple[int, Error]:
    """Status and error of anything that may be raised below an address."""
    if isinstance(problem, Problem):
        return problem.status, _error(problem.code, sentence(problem.code, problem.facts), problem.field)
    if isinstance(problem, Refusal):
        return 422, _error("refused", str(problem.message), problem.field)
    if isinstance(problem, ValidationError):
        return _bad_fields(problem.errors)
    if isinstance(problem, ShapeError):
        return _bad_fields(problem.errors(include_url=False, include_input=False))
    return _other(problem)


def _other(problem: Exception) -> tuple[int, Error]:
    if isinstance(problem, PermissionDenied):
        return 403, _error("forbidden", str(problem) or sentence("forbidden"))
    if isinstance(problem, RequestDataTooBig):
        return 413, _error("too_large", sentence("too_large", {"limit": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20}))
    if isinstance(problem, HttpError):  # what ninja makes of anything that a body's reading raises
        return tell(problem.__cause__ if isinstance(problem.__cause__, Exception) else Problem("bad_json", 400))
    for kind, status, code in KINDS:
        if isinstance(problem, kind):
            return status, _error(code, sentence(code))
    return _unexpected(problem)


KINDS: list[tuple[type[Exception], int, str]] = [
    (AuthenticationError, 401, "no_token"),
    (Http404, 404, "not_found"),
    (MultiPartParserError, 400, "bad_form"),
    (SuspiciousOperation, 400, "bad_form"),
    (IntegrityError, 409, "conflict"),
    (DataError, 422, "invalid"),
    (OperationalError, 503, "busy"),
]


def _unexpected(problem: Exception) -> tuple[int, Error]:
    reference = secrets.token_hex(4)
    log.error("reference %s", reference, exc_info=problem)
    return 500, _error("failed", sentence("failed", {"reference": reference}))


def _error(code: str, message: str, field: str | None = None, details: Iterable[Error] = ()) -> Error:
    return {"code": code, "message": message, "field": field, "details": list(details)}


def _bad_fields(errors: Iterable[Any]) -> tuple[int, Error]:
    """Each field that does not fit; the first one is the error itself."""
    details = [_detail(error) for error in errors][:MOST_DETAILS]
    first = details[0] if details else {"code": "invalid", "message": sentence("invalid"), "field": None}
    message = f"{first['field']}: {first['message']}" if first["field"] else str(first["message"])
    return 422, _error("invalid", message, first["field"], details)


def _detail(error: Any) -> Error:
    parts = [str(part) for part in error["loc"] if str(part) not in PLACES]
    # The body's own name in the function says nothing to whoever sent it.
    where = parts[1:] if error["loc"] and error["loc"][0] == "body" and len(parts) > 1 else parts
    message = field_sentence(error["type"], error.get("ctx") or {})
    return {"code": error["type"], "message": message, "field": ".".join(where)[:200] or None}


def refused(problem: Exception) -> HttpResponse:
    """The answer to a problem, with the headers that belong to its status."""
    status, error = tell(problem)
    response = answer({"error": error}, status)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="holdfast"'
    wait = problem.facts.get("wait") if isinstance(problem, Problem) else 1 if status == 503 else None
    if wait is not None:
        response["Retry-After"] = str(wait)
    return response
