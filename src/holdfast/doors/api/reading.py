"""Bodies as JSON that a database can keep: whatever cannot is refused before any room sees it."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

from holdfast.common.api.params import BIGGEST
from holdfast.common.api.problems import Problem

DEEPEST = 12


class StrictParser(Parser):
    """JSON without NaN, zero bytes, broken text, or numbers beyond what a column holds."""

    def parse_body(self, request: HttpRequest) -> Any:
        if not request.body.strip():
            raise Problem("bad_json", 400)
        try:
            data = json.loads(request.body, parse_constant=_refuse_constant, parse_int=_whole)
        except (ValueError, RecursionError) as error:
            raise Problem("bad_json", 400) from error
        _check(data, 0)
        return data

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> Any:
        """Fields of a form, and of a query."""
        result = super().parse_querydict(data, list_fields, request)
        _check({name: value for name, value in result.items() if isinstance(value, str | list)}, 0)
        return result


def _refuse_constant(_name: str) -> NoReturn:
    raise Problem("bad_json", 400)


def _whole(digits: str) -> int:
    if len(digits) > 20 or abs(int(digits)) > BIGGEST:
        raise Problem("bad_number", 422)
    return int(digits)


def _check(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise Problem("too_deep", 422)
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for name, one in value.items():
            _check_text(name)
            _check(one, depth + 1)
    elif isinstance(value, list):
        for one in value:
            _check(one, depth + 1)


def _check_text(value: str) -> None:
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Problem("bad_text", 422)
