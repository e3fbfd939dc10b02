"""Query parameters: declared once, read strictly, described in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.dateparse import parse_date, parse_datetime

from holdfast.common.api.problems import Problem

DEFAULT_LIMIT = 50
MOST_ROWS = 500
BIGGEST = 2**63 - 1
Reader = Callable[[str], Any]


class Unreadable(ValueError):
    """The text is no value of the parameter's kind."""


@dataclass(frozen=True)
class Param:
    """One query parameter; `read` turns its text into a value, `schema` is its JSON schema.

    `label`, a lazy text, explains it where the glossary of the door does not.
    """

    name: str
    read: Reader
    schema: Mapping[str, Any]
    is_many: bool = False
    label: Any = None

    def named(self, label: Any) -> Param:
        return replace(self, label=label)

    def described(self) -> dict[str, Any]:
        """The parameter as the OpenAPI document has it; its description is added by the door."""
        schema: dict[str, Any] = dict(self.schema)
        if self.is_many:
            schema = {"type": "array", "items": schema}
        shape: dict[str, Any] = {"in": "query", "name": self.name, "required": False, "schema": schema}
        if self.is_many:
            shape |= {"style": "form", "explode": True}
        return shape | self._explained()

    def _explained(self) -> dict[str, Any]:
        if self.label is None:
            return {}
        told = {}
        for key, language in (("x-description-zh", "zh-hans"), ("description", "en")):
            with translation.override(language):
                told[key] = str(self.label)
        return told


@dataclass
class Asked:
    """What a request asks for; `values` holds only what was given."""

    values: dict[str, Any] = field(default_factory=dict)
    limit: int = DEFAULT_LIMIT
    cursor: str = ""
    sort: str = ""
    fields: frozenset[str] = frozenset()
    expand: frozenset[str] = frozenset()

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    def wants(self, part: str) -> bool:
        """Whether `expand` names this part."""
        return part in self.expand

    def cut(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row with the asked fields alone; `id` always stays."""
        if not self.fields:
            return row
        return {name: value for name, value in row.items() if name in self.fields or name == "id"}


def text(name: str, longest: int = 100, *, many: bool = False) -> Param:
    return Param(name, lambda given: _text(given, longest), {"type": "string", "maxLength": longest}, many)


def _text(given: str, longest: int) -> str:
    if len(given) > longest:
        raise Unreadable
    return given


def whole(name: str, least: int = 1, most: int = BIGGEST) -> Param:
    return Param(name, lambda given: _whole(given, least, most), {"type": "integer", "minimum": least, "maximum": most})


def _whole(given: str, least: int, most: int) -> int:
    digits = given.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 20):
        raise Unreadable
    if not least <= int(given) <= most:
        raise Unreadable
    return int(given)


def number(name: str) -> Param:
    return Param(name, _number, {"type": "number"})


def _number(given: str) -> Decimal:
    try:
        value = Decimal(given)
    except InvalidOperation as error:
        raise Unreadable from error
    if not value.is_finite() or abs(value) > 10**13:
        raise Unreadable
    return value


def day(name: str) -> Param:
    return Param(name, _day, {"type": "string", "format": "date", "example": "2026-10-01"})


def _day(given: str) -> date:
    try:
        found = parse_date(given)
    except ValueError as error:
        raise Unreadable from error
    if found is None:
        raise Unreadable
    return found


def moment(name: str) -> Param:
    return Param(name, _moment, {"type": "string", "format": "date-time", "example": "2026-10-01T00:00:00Z"})


def _moment(given: str) -> datetime:
    """With its zone; without one in the company's. A `+` that arrived as a blank is understood."""
    try:
        found = parse_datetime(given.replace(" ", "+") if given.count("T") == 1 else given)
        whole_day = parse_date(given) if found is None else None
        if whole_day is not None:
            found = datetime(whole_day.year, whole_day.month, whole_day.day)
        aware = timezone.make_aware(found) if found is not None and found.tzinfo is None else found
        if aware is not None:
            aware.astimezone(timezone.get_default_timezone())
    except (ValueError, OverflowError) as error:
        raise Unreadable from error
    if aware is None:
        raise Unreadable
    return aware


def flag(name: str) -> Param:
    return Param(
        name, lambda given: _one_of(given.lower(), ("true", "false", "1", "0")) in ("true", "1"), {"type": "boolean"}
    )


def choice(name: str, options: Sequence[str], *, many: bool = False) -> Param:
    known = list(options)
    return Param(name, lambda given: _one_of(given, known), {"type": "string", "enum": known}, many)


def _one_of(given: str, options: Sequence[str]) -> str:
    if given not in options:
        raise Unreadable
    return given


def read_params(given: QueryDict, params: Sequence[Param]) -> dict[str, Any]:
    """Name → value of the parameters given; Problem 400 for an unknown name, 422 for a value that does not fit."""
    known = {param.name: param for param in params}
    _refuse_unknown(given, known)
    values: dict[str, Any] = {}
    for name, texts in given.lists():
        param = known[name]
        some = [_read(param, one) for one in texts if one != ""]
        if some:
            values[name] = some if param.is_many else some[-1]
    return values


def _refuse_unknown(given: QueryDict, known: Mapping[str, Param]) -> None:
    if unknown := sorted(set(given) - set(known)):
        raise Problem(
            "unknown_parameter",
            400,
            field=unknown[0][:100],
            name=unknown[0][:100],
            known=", ".join(sorted(known)) or "—",
        )


def _read(param: Param, given: str) -> Any:
    try:
        if "\x00" in given or not given.isprintable():
            raise Unreadable
        return param.read(given)
    except Unreadable:
        options = ", ".join(map(str, param.schema.get("enum", ())))
        code = "bad_choice" if options else "bad_parameter"
        kind = param.schema.get("format") or param.schema["type"]
        raise Problem(code, 422, field=param.name, name=param.name, options=options, kind=kind) from None
