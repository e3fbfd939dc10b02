"""Filters on the company's own fields, as far as a viewer may see them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.db.models.lookups import Contains, GreaterThanOrEqual, In, IsNull, LessThanOrEqual
from django.utils.translation import gettext as _

from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import CustomField
from holdfast.records.customers.queries.custom import CustomValue, custom_fields
from holdfast.records.customers.queries.listing.shapes import Choices, Days, Pairs, Span
from holdfast.records.customers.rules.custom import choice_pairs

NONE = "none"


def _filterable(viewer: User, *kinds: str) -> list[CustomField]:
    return [field for field in custom_fields(viewer) if field.is_filterable and field.kind in kinds]


def custom_choices(viewer: User) -> list[Choices]:
    """Choices and yes or no: any of the values, or none entered."""
    fields = _filterable(viewer, "choice", "yes_no")
    return [Choices(field.param, field.title, _pairs(field), _one_of(field)) for field in fields]


def _pairs(field: CustomField) -> Callable[[User], Pairs]:
    def pairs(_viewer: User) -> Pairs:
        found = list(choice_pairs(field)) if field.kind == "choice" else [("1", _("是")), ("0", _("否"))]
        return [*found, (NONE, _("未填"))]

    return pairs


def _value(field: CustomField) -> CustomValue:
    return CustomValue(field.code, field.kind)


def _one_of(field: CustomField) -> Callable[[list[str], User], Q]:
    def where(values: list[str], _viewer: User) -> Q:
        chosen: list[Any] = [value for value in values if value != NONE]
        if field.kind == "yes_no":
            chosen = [int(value) for value in chosen]
        found = Q(In(_value(field), chosen)) if chosen else Q(pk__in=[])
        return found | Q(IsNull(_value(field), True)) if NONE in values else found

    return where


def custom_typed(viewer: User) -> list[Choices]:
    """Text: any of the words is part of it."""
    return [
        Choices(field.param, field.title, lambda _viewer: [], _holds(field)) for field in _filterable(viewer, "text")
    ]


def _holds(field: CustomField) -> Callable[[list[str], User], Q]:
    def where(values: list[str], _viewer: User) -> Q:
        found = Q()
        for value in values:
            found |= Q(Contains(_value(field), value))
        return found

    return where


def custom_spans(viewer: User) -> list[Span]:
    """Numbers from – to."""
    return [Span(field.param, field.title, "", _between(field)) for field in _filterable(viewer, "number")]


def custom_days(viewer: User) -> list[Days]:
    """Days from – to."""
    return [Days(field.param, field.title, _between(field)) for field in _filterable(viewer, "date")]


def _between(field: CustomField) -> Callable[[Any, Any], Q]:
    def where(low: Decimal | date | None, high: Decimal | date | None) -> Q:
        found = Q()
        if low is not None:
            found &= Q(GreaterThanOrEqual(_value(field), _plain(low)))
        if high is not None:
            found &= Q(LessThanOrEqual(_value(field), _plain(high)))
        return found

    return where


def _plain(end: Decimal | date) -> Any:
    return end.isoformat() if isinstance(end, date) else float(end)
