"""All rooms' addresses in one API, made on first use: a process that serves pages alone does not pay for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver
from django.urls import path as url_path
from django.urls.resolvers import RegexPattern
from ninja import NinjaAPI
from ninja.utils import replace_path_param_notation

from holdfast.common.api.problems import register_teller
from holdfast.common.api.routes import Room
from holdfast.doors.api.problems import refused, tell
from holdfast.doors.api.reading import StrictParser

PREFIX = "/api/v1/"
ROOMS = (
    "holdfast.foundation.accounts.api",
    "holdfast.records.customers.api",
    "holdfast.records.timeline.api",
    "holdfast.records.commerce.api",
    "holdfast.records.feedback.api",
    "holdfast.insight.scores.api",
    "holdfast.insight.outlook.api",
    "holdfast.insight.voice.api",
    "holdfast.actions.care.api",
    "holdfast.foundation.notices.api",
    "holdfast.foundation.audit.api",
    "holdfast.doors.api.events",
)
ABOUT = """The archive of customers for life, for programs.

Send `Authorization: Bearer hf_…`; a token is made under "My account · API tokens", belongs to one person, and never
sees or does more than that person. What lies outside the person's scope is answered 404, a missing permission 403.

**Amounts** are whole numbers in the currency's minor unit (`amount_minor`: 12345 is 123.45); unit prices and
quantities are decimals as text. **Days** are `YYYY-MM-DD` in the company's time zone, **moments** UTC.
**Phones and e-mail addresses** are masked (`138****1234`) unless the token may see them whole; a masked value that
is sent back is refused, never stored. Costs and profit are absent for a token without `see_profit`.

**Pages:** lists hold up to `limit` rows (50, at most 500) and `next`, the cursor of the next page, or null.
**Synchronising:** `updated_since` gives what changed since a moment, oldest change first; keep the newest
`updated_at` and ask again from there. **Fewer fields:** `fields=name,phone`.

**Twice the same:** with an `Idempotency-Key` a POST is done once within 24 hours, and answered the same again.
**At the same time:** every single row has an `ETag`; send it back as `If-Match` and a row that somebody else changed
meanwhile is left alone (412). **Limits:** so many requests a minute for each token; beyond that 429 with `Retry-After`.
Errors have one shape: `{"error": {"code", "message", "field", "details"}}`, in the language of `Accept-Language`.
"""
_lock = threading.Lock()


@dataclass(frozen=True)
class Found:
    """An address with what it answers to."""

    view: Callable[[HttpRequest], HttpResponse]
    operations: tuple[Any, ...]

    @property
    def methods(self) -> set[str]:
        return {method for operation in self.operations for method in operation.methods}

    def takes_body(self, method: str) -> bool:
        return "body" in self._sources(method)

    def takes_file(self, method: str) -> bool:
        return "file" in self._sources(method)

    def _sources(self, method: str) -> set[str]:
        return {
            model.__ninja_param_source__
            for operation in self.operations
            if method in operation.methods
            for model in operation.models
        }


def api() -> NinjaAPI:
    """The API with every room's addresses; the same object each time."""
    with _lock:
        return _api()


@cache
def _api() -> NinjaAPI:
    made = NinjaAPI(
        title="Holdfast API", version="1", description=ABOUT, urls_namespace="v1", docs_url=None, openapi_url=None,
        parser=StrictParser(),
    )  # fmt: skip
    for kind in [*made._exception_handlers, Exception]:
        made.add_exception_handler(kind, _told)  # type: ignore[arg-type]
    for room in routers():
        made.add_router("", room)
    register_teller(tell)
    return made


def _told(_request: HttpRequest, problem: Exception) -> HttpResponse:
    return refused(problem)


def routers() -> list[Room]:
    return [import_module(name).router for name in ROOMS]


@cache
def _resolver() -> tuple[URLResolver, dict[Any, tuple[Any, ...]]]:
    """Resolves a path; and the operations behind each view."""
    patterns: list[Any] = []
    operations: dict[Any, tuple[Any, ...]] = {}
    for bound in api()._get_bound_routers():
        for route, path_view in bound.path_operations.items():
            view = path_view.get_view()
            operations[view] = tuple(path_view.operations)
            patterns.append(url_path(replace_path_param_notation(route).lstrip("/"), view))
    return URLResolver(RegexPattern(f"^{PREFIX}"), patterns), operations


def find(path: str) -> Found:
    """The address of a path; Resolver404 where there is none."""
    resolver, operations = _resolver()
    match = resolver.resolve(path)
    return Found(lambda request: match.func(request, *match.args, **match.kwargs), operations[match.func])
