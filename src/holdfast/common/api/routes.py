"""A room's addresses: method, path, words needed, parameters, shapes and every error they may answer with."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router, Schema
from ninja.security import HttpBearer
from pydantic import create_model

from holdfast.common.api.params import DEFAULT_LIMIT, MOST_ROWS, Asked, Param, choice, read_params, text, whole
from holdfast.common.api.problems import Problem
from holdfast.common.api.shapes import BulkOut, Out, iso, plain_decimal

Function = TypeVar("Function", bound=Callable[..., Any])
TAKEN_APART = ("cursor", "limit", "sort", "fields", "expand")


class ErrorDetail(Schema):
    """One of several things wrong; the first stands above as well."""

    code: str
    message: str
    field: str | None = None


class ErrorFacts(Schema):
    code: str
    message: str
    field: str | None = None
    details: list[ErrorDetail] = []


class ErrorOut(Schema):
    """The one shape of every refusal: what happened and what to do next, in the language of Accept-Language."""

    error: ErrorFacts


class Token(HttpBearer):
    """A token whose words, of those its person holds, cover the address; the door has looked it up already."""

    def __init__(self, *words: str) -> None:
        super().__init__()
        self.words = tuple(str(word) for word in words)

    def __call__(self, request: HttpRequest) -> Any:
        token = getattr(request, "api_token", None)
        if token is not None and (missing := [word for word in self.words if not request.user.may(word)]):  # type: ignore[union-attr]
            raise Problem("no_right", 403, words=", ".join(missing))
        return token

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return self(request)


@dataclass(frozen=True)
class Whole:
    """One row with its version, and where it can be read."""

    data: dict[str, Any]
    etag: str = ""
    location: str = ""


def answer(data: Any, status: int = 200) -> HttpResponse:
    """JSON as it goes out: moments in UTC, days ISO, decimals as text."""
    whole_row = data if isinstance(data, Whole) else Whole(data)
    body = json.dumps(whole_row.data, default=_plain, ensure_ascii=False, separators=(",", ":"))
    response = HttpResponse(body, status=status, content_type="application/json; charset=utf-8")
    if whole_row.etag:
        response["ETag"] = whole_row.etag
    if whole_row.location:
        response["Location"] = whole_row.location
    return response


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    return plain_decimal(value) if isinstance(value, Decimal) else str(value)


Witness = Callable[[HttpRequest, str, Asked, Sequence[dict[str, Any]]], None]
_witnesses: list[Witness] = []


def register_witness(witness: Witness) -> None:
    """The door is told of every page of rows before it goes out: request, operation, what was asked, the rows."""
    _witnesses[:] = [witness]


KEY_HEADER = {
    "in": "header", "name": "Idempotency-Key", "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$"},
}  # fmt: skip
MATCH_HEADER = {
    "in": "header", "name": "If-Match", "required": False, "schema": {"type": "string", "maxLength": 100},
}  # fmt: skip
BYTES = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
ALWAYS = (400, 401, 403, 429, 500, 503)
WRITING = (409, 413, 415, 422)


class Room(Router):
    """The addresses of one room. `words` of each are the permission words that a token needs for it."""

    def __init__(self, tag: str) -> None:
        super().__init__(tags=[tag])

    def lists(
        self, path: str, name: str, title: str, *, gives: type[Out], words: Sequence[str], params: Sequence[Param] = (),
        sorts: Sequence[str] = (), expand: Sequence[str] = (),
        more: Callable[[HttpRequest], Sequence[Param]] | None = None,
    ) -> Callable[[Function], Function]:  # fmt: skip
        """GET of many rows, in keyset pages; `more` are parameters that only the reader's own data tell."""
        known = [*params, text("cursor", 600), whole("limit", 1, MOST_ROWS), *_fields_of(gives), *_expand_of(expand)]
        known += [choice("sort", sorts)] if sorts else []
        shape = create_model(f"{gives.__name__}Page", __base__=Schema, data=(list[gives], ...), next=(str | None, ...))  # type: ignore[valid-type]
        errors = (404, 422) if "{" in path else (422,)
        return self._adds("GET", path, name, title, {200: shape}, words, known, errors=errors, more=more, listing=name)

    def gets(
        self, path: str, name: str, title: str, *, gives: type[Schema], words: Sequence[str], params: Sequence[Param] = (),
        expand: Sequence[str] = (),
    ) -> Callable[[Function], Function]:  # fmt: skip
        """GET of one thing."""
        known = [*params, *_fields_of(gives), *_expand_of(expand)]
        return self._adds("GET", path, name, title, {200: gives}, words, known, errors=(404, 422))

    def downloads(self, path: str, name: str, title: str, *, words: Sequence[str]) -> Callable[[Function], Function]:
        """GET of a file's bytes."""
        shapes: dict[int, Any] = {200: None}
        return self._adds("GET", path, name, title, shapes, words, errors=(404,), content=BYTES)

    def adds(
        self, path: str, name: str, title: str, *, gives: type[Schema], words: Sequence[str]
    ) -> Callable[[Function], Function]:
        """POST that makes one thing."""
        return self._adds("POST", path, name, title, {201: gives}, words, errors=(404, *WRITING), headers=[KEY_HEADER])

    def uploads(
        self, path: str, name: str, title: str, *, gives: type[Schema], words: Sequence[str]
    ) -> Callable[[Function], Function]:
        """POST of a file with its form (multipart/form-data); the same bytes sent again are kept once by the service."""
        return self._adds("POST", path, name, title, {201: gives}, words, errors=(404, *WRITING))

    def adds_many(self, path: str, name: str, title: str, *, words: Sequence[str]) -> Callable[[Function], Function]:
        """POST of up to 500 rows, each with its own result: 200 when all were written, else 207."""
        shapes = {200: BulkOut, 207: BulkOut}
        return self._adds("POST", path, name, title, shapes, words, errors=WRITING, headers=[KEY_HEADER])

    def does(
        self, path: str, name: str, title: str, *, gives: type[Schema], words: Sequence[str]
    ) -> Callable[[Function], Function]:
        """POST that does something to one thing."""
        headers = [KEY_HEADER, MATCH_HEADER]
        return self._adds("POST", path, name, title, {200: gives}, words, errors=(404, 412, *WRITING), headers=headers)

    def changes(
        self, path: str, name: str, title: str, *, gives: type[Schema], words: Sequence[str]
    ) -> Callable[[Function], Function]:
        """PATCH: only what is sent changes."""
        shapes = {200: gives}
        return self._adds(
            "PATCH", path, name, title, shapes, words, errors=(404, 412, *WRITING), headers=[MATCH_HEADER]
        )

    def removes(self, path: str, name: str, title: str, *, words: Sequence[str]) -> Callable[[Function], Function]:
        """DELETE."""
        shapes: dict[int, Any] = {204: None}
        return self._adds(
            "DELETE", path, name, title, shapes, words, errors=(404, 409, 412, 422), headers=[MATCH_HEADER]
        )

    def _adds(
        self, method: str, path: str, name: str, title: str, shapes: dict[int, Any], words: Sequence[str],
        params: Sequence[Param] = (), *, errors: Sequence[int] = (), headers: Sequence[dict[str, Any]] = (),
        content: dict[str, Any] | None = None, more: Callable[[HttpRequest], Sequence[Param]] | None = None,
        listing: str = "",
    ) -> Callable[[Function], Function]:  # fmt: skip
        """Add one operation; the function gets `asked` if it names it, and may give a row, `Whole` or (row, status)."""
        told = {**shapes, **dict.fromkeys(sorted({*ALWAYS, *errors}), ErrorOut)}

        def register(function: Function) -> Function:
            self.add_api_operation(
                path,
                [method],
                _bound(function, params, next(iter(shapes)), more, listing),
                auth=Token(*words),
                response=told,
                operation_id=name,
                summary=title,
                description=inspect.getdoc(function),
                url_name=name,
                openapi_extra={
                    "parameters": [*(param.described() for param in params), *headers],
                    **({"responses": {200: {"content": content}}} if content else {}),
                },
            )
            return function

        return register


def _fields_of(gives: type[Schema]) -> list[Param]:
    names = sorted(set(gives.model_fields) - {"id"}) if issubclass(gives, Out) else []
    return [_names("fields", names)] if names else []


def _expand_of(names: Sequence[str]) -> list[Param]:
    return [_names("expand", names)] if names else []


def _names(name: str, options: Sequence[str]) -> Param:
    """Several names, parted by commas."""
    known = frozenset(options)

    def read(given: str) -> frozenset[str]:
        asked = frozenset(part.strip() for part in given.split(",") if part.strip())
        if unknown := sorted(asked - known - {"id"}):
            raise Problem("bad_choice", 422, field=name, name=f"{name}={unknown[0][:60]}", options=", ".join(options))
        return asked

    return Param(name, read, {"type": "string", "maxLength": 1000, "example": ",".join(list(options)[:3])})


def _bound(
    function: Callable[..., Any],
    params: Sequence[Param],
    status: int,
    more: Callable[[HttpRequest], Sequence[Param]] | None = None,
    listing: str = "",
) -> Callable[..., HttpResponse]:
    """The function as ninja calls it: its query parameters read strictly, its answer made JSON."""
    signature = inspect.signature(function, eval_str=True)
    takes_asked = "asked" in signature.parameters

    @wraps(function)
    def view(request: HttpRequest, **given: Any) -> HttpResponse:
        asked = _asked(read_params(request.GET, [*params, *(more(request) if more else ())]))
        result = function(request, **given, **({"asked": asked} if takes_asked else {}))
        if isinstance(result, HttpResponseBase):
            return cast(HttpResponse, result)
        if result is None:
            return HttpResponse(status=status)
        if listing:
            for witness in _witnesses:
                witness(request, listing, asked, result["data"])
        return answer(*result) if isinstance(result, tuple) else answer(result, status)

    kept = [one for one in signature.parameters.values() if one.name != "asked"]
    view.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
    return view


def _asked(values: dict[str, Any]) -> Asked:
    return Asked(
        values={name: value for name, value in values.items() if name not in TAKEN_APART},
        limit=values.get("limit", DEFAULT_LIMIT),
        cursor=values.get("cursor", ""),
        sort=values.get("sort", ""),
        fields=values.get("fields", frozenset()),
        expand=values.get("expand", frozenset()),
    )
