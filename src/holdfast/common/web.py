"""What every page does: ask for the right, show, go, take a refusal."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import PurePosixPath
from typing import Any, Protocol, cast

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal

View = Callable[..., HttpResponse]


class Holder(Protocol):
    """Whoever is logged in: holds permission words."""

    def may(self, word: str) -> bool: ...


log = logging.getLogger("holdfast.pages")


def needs(*permissions: str) -> Callable[[View], View]:
    """Let a person in who holds every one of these permission words; others get 403."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            person = cast(Holder, request.user)
            if not all(person.may(word) for word in permissions):
                raise PermissionDenied(_("您的角色没有这项权限，可向系统管理员申请。"))
            return view(request, *args, **kwargs)

        guarded.needed_words = permissions  # type: ignore[attr-defined]
        return guarded

    return wrap


def wants_fragment(request: HttpRequest) -> bool:
    """Asked by HTMX for a part of a page (not boosted, not restoring history)."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and not (
        headers.get("HX-Boosted") or headers.get("HX-History-Restore-Request")
    )


def fragment_of(template: str) -> str:
    """`sales/contract.html` → `sales/_contract.html`."""
    path = PurePosixPath(template)
    return str(path.with_name(f"_{path.name}"))


def show(request: HttpRequest, template: str, context: dict | None = None, status: int = 200) -> HttpResponse:
    """The page, or to HTMX the fragment that the page includes, so that both always agree."""
    name = fragment_of(template) if wants_fragment(request) else template
    response = render(request, name, context or {}, status=status)
    response.headers["Vary"] = "HX-Request, Cookie, Accept-Language"
    return response


def go(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """On to another page after something was written; HTMX is told by a header."""
    response = redirect(to, *args, **kwargs)
    if request.headers.get("HX-Request") != "true":
        return response
    return HttpResponse(status=204, headers={"HX-Redirect": response.headers["Location"]})


def ip_of(request: HttpRequest) -> str | None:
    """Where a request comes from, as the server sees it."""
    return request.META.get("REMOTE_ADDR") or None


@contextmanager
def refusals_on(form: BaseForm) -> Iterator[None]:
    """Put a refusal on the form field it names, or above the form."""
    try:
        yield
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A calm page with a reference number that also stands in the log."""
    reference = secrets.token_hex(4)
    log.error("reference %s: %s %s", reference, request.method, request.path)
    return render(request, "500.html", {"reference": reference}, status=500)
