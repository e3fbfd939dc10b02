"""The one way into /api/v1/, and the pages that describe it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from holdfast.common.web import needs, show
from holdfast.foundation.accounts.models import StaffRequest

# The API is imported where it is asked for: a process that serves pages alone does not pay for it.


@csrf_exempt  # no cookie opens anything here: only the token of the Authorization header does
@login_not_required
def v1(request: HttpRequest, rest: str) -> HttpResponse:
    """Every address of the API."""
    from holdfast.doors.api.door import enter

    return enter(request)


@login_not_required
@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document; it holds no data, so that tools can read it without a token."""
    from holdfast.doors.api.description import openapi

    return JsonResponse(openapi(), json_dumps_params={"ensure_ascii": False})


@needs()
@require_safe
def docs(request: StaffRequest) -> HttpResponse:
    """How the API works, and its chapters."""
    from holdfast.doors.api.chapters import chapters

    return show(request, "api/docs.html", {"chapters": chapters(), "host": _host(request)})


@needs()
@require_safe
def docs_chapter(request: StaffRequest, tag: str) -> HttpResponse:
    """One room's addresses with their parameters and shapes, and a box to try each."""
    from holdfast.doors.api.chapters import chapter

    found = chapter(tag)
    if found is None:
        raise Http404
    return show(request, "api/chapter.html", {"chapter": found, "host": _host(request)})


def _host(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
