"""One row of everything that can hang on a customer, and a dump of all tables: for merging, erasing and handing over."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from holdfast.records.commerce import services as commerce
from holdfast.records.customers import services
from holdfast.records.customers.models import Contact, Customer
from holdfast.records.customers.services.repointing import relations_of
from holdfast.records.customers.tests.factories import ContactFactory, CustomerFactory, StandingFactory
from holdfast.records.feedback import services as feedback
from holdfast.records.timeline import services as timeline

DAY = dt.date(2026, 3, 2)
numbers = itertools.count(1)


# --- one row of every model that points to a customer -------------------------------------------------------------
def filled(field: models.Field, customer: Customer) -> Any:
    """A value that a column of that kind takes."""
    if isinstance(field, models.ForeignKey):
        target = field.related_model
        if target is Customer:
            return customer
        if target is Contact:
            return customer.contacts.first() or ContactFactory(customer=customer)
        return target._base_manager.first() or made(target, customer)
    if isinstance(field, models.JSONField):
        return {}
    if field.choices:
        return field.flatchoices[0][0]
    for kind, value in VALUES:
        if isinstance(field, kind):
            return value()
    pytest.fail(f"{field} needs a value: add its kind to VALUES, or its model to MAKERS, in tests/related.py")


VALUES: list[tuple[type[models.Field], Callable[[], Any]]] = [
    (models.DateTimeField, lambda: dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)),
    (models.DateField, lambda: DAY),
    (models.BooleanField, lambda: False),
    (models.DecimalField, lambda: Decimal(next(numbers))),
    (models.FloatField, lambda: 1.0),
    (models.IntegerField, lambda: 1),
    (models.UUIDField, lambda: uuid.UUID(int=next(numbers))),
    (models.CharField, lambda: f"t{next(numbers)}"),
    (models.TextField, lambda: f"t{next(numbers)}"),
    (models.BinaryField, lambda: b"t"),
]


def made(model: type[models.Model], customer: Customer) -> models.Model:
    values = {
        field.name: filled(field, customer)
        for field in model._meta.concrete_fields
        if not field.null and not field.has_default() and not (field.primary_key and not field.is_relation)
    }
    return model._base_manager.create(**values)


def an_order(customer, **_given):
    return commerce.add_order(
        customer, number=f"ORD-{next(numbers)}", ordered_on=DAY, by=None,
        lines=[{"text": "滤芯", "quantity": Decimal(2), "price": Decimal("10")}],
    )  # fmt: skip


# Models whose rows the general way cannot make: what two of them may not be, or what their rules ask.
MAKERS: dict[str, Callable[[Customer, Customer], Any]] = {
    "customers.Contact": lambda customer, other: ContactFactory(customer=customer, name=f"人{customer.pk}"),
    "customers.SearchEntry": lambda customer, other: customer.search_entry,
    "customers.Standing": lambda customer, other: StandingFactory(customer=customer),
    "commerce.Order": lambda customer, other: an_order(customer),
    "feedback.Comment": lambda customer, other: feedback.add_comment(
        customer, said_at=dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC), text=f"说了{customer.pk}", by=None
    ),
    "timeline.Interaction": lambda customer, other: timeline.add_interaction(
        customer,
        channel="call",
        direction="out",
        at=dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC),
        minutes=5,
        summary=f"谈了{customer.pk}",
        by=None,
    ),
}


def rows_of(customer: Customer, third: Customer) -> list[str]:
    """One row of every model that points to a customer, by every column that does; the columns' names."""
    done = []
    for model, field in relations_of(Customer):
        label = model._meta.label
        if model is Customer:
            earlier = CustomerFactory(owner=None, kind=customer.kind, name=f"早先并入{customer.pk}有限公司")
            services.merge_customers(customer, earlier, by=None)
        elif model is Customer.tags.through:
            services.tag_customers([customer], tag=f"标签{customer.pk}", by=None)
        elif label == "customers.Relation":
            ends = {"customer": third, "other": third, field.name: customer}
            model.objects.create(kind="supplier", **ends)
        elif label == "customers.DuplicatePair":
            if field.name == "first":
                first, second = sorted((third, customer), key=lambda row: row.pk)
                model.objects.create(first=first, second=second, score=50, state="dismissed")
        elif label in MAKERS:
            MAKERS[label](customer, third)
        else:
            made(model, customer)
        done.append(f"{label}.{field.name}")
    return done


# --- a dump of all tables -----------------------------------------------------------------------------------------
# The journal keeps both the merge and its undo; nothing else may differ, not even a key or a time stamp.
JOURNAL = {"audit.Batch", "audit.Change"}


def dump() -> dict[str, list[Any]]:
    """Every row of every table the models know, many-to-many tables too."""
    every = [model for model in apps.get_models(include_auto_created=True) if model._meta.label not in JOURNAL]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in every}


def differences(before, after):
    return {label: (before[label], after[label]) for label in before if before[label] != after[label]}


def rows_that_differ(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> list[str]:
    """What differs, row by row, short enough to read."""
    told = []
    for label, (old, new) in differences(before, after).items():
        told += [f"{label} -{row}" for row in old if row not in new] + [
            f"{label} +{row}" for row in new if row not in old
        ]
    return told
