"""Two customers become one and two again, with one row of everything that can hang on a customer."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from holdfast.common.refusals import Refusal
from holdfast.foundation.audit.models import Batch, Change
from holdfast.records.commerce import services as commerce
from holdfast.records.customers import queries, services
from holdfast.records.customers.models import Collaborator, Contact, Customer, DuplicatePair, SearchEntry, Standing
from holdfast.records.customers.services.repointing import relations_of
from holdfast.records.customers.tests.factories import ContactFactory, CustomerFactory, StandingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAY = dt.date(2026, 3, 2)
USCC = "91320505MA1XYZAB0D"
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
    pytest.fail(f"{field} needs a value: add its kind to VALUES, or its model to MAKERS, in tests/test_merging.py")


VALUES: list[tuple[type[models.Field], Callable[[], Any]]] = [
    (models.DateTimeField, lambda: dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)),
    (models.DateField, lambda: DAY),
    (models.BooleanField, lambda: False),
    (models.DecimalField, lambda: Decimal(next(numbers))),
    (models.FloatField, lambda: 1.0),
    (models.IntegerField, lambda: 1),
    (models.UUIDField, lambda: __import__("uuid").UUID(int=next(numbers))),
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
}


def rows_of(customer: Customer, third: Customer) -> list[str]:
    """One row of every model that points to a customer, by every column that does; the columns' names."""
    done = []
    for model, field in relations_of(Customer):
        label = model._meta.label
        if model is Customer:
            earlier = CustomerFactory(owner=None, name=f"早先并入{customer.pk}有限公司")
            services.merge_customers(customer, earlier, by=None)
        elif model is Customer.tags.through:
            services.tag_customers([customer], tag=f"标签{customer.pk}", by=None)
        elif label == "customers.Relation":
            ends = {"customer": third, "other": third, field.name: customer}
            model.objects.create(kind="supplier", **ends)
        elif label == "customers.DuplicatePair":
            if field.name == "first":
                model.objects.create(first=third, second=customer, score=50, state="dismissed")
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


@pytest.fixture
def two(owner, teammate):
    third = CustomerFactory(owner=owner, name="第三家客户有限公司")
    keep = CustomerFactory(
        owner=owner, name="苏州澄光精密机械有限公司", phone="0512-62345678", city="", first_seen_on=DAY,
        contacts=[{"name": "王建国", "phone": "13862116621"}],
    )  # fmt: skip
    drop = CustomerFactory(
        owner=teammate, name="澄光精密机械（苏州）", city="苏州", email="sales@chengguang.cn",
        first_seen_on=DAY - dt.timedelta(days=400),
        contacts=[{"name": "王建国", "title": "采购经理"}, {"name": "李芳", "phone": "13912345678"}],
    )  # fmt: skip
    return keep, drop, third


@pytest.mark.shows("ARC-14", "ARC-06")
def test_after_merge_and_undo_every_table_is_as_it_was(two, admin):
    keep, drop, third = two
    walked = {customer.pk: rows_of(customer, third) for customer in (keep, drop)}
    before = dump()

    batch = services.merge_customers(keep, drop, by=admin)
    between = dump()
    services.undo_merge(batch, by=admin)

    assert set(walked[keep.pk]) == {f"{model._meta.label}.{field.name}" for model, field in relations_of(Customer)}
    assert differences(before, between), "the merge changed nothing"
    assert differences(before, dump()) == {}


@pytest.mark.shows("ARC-14", "ARC-05")
def test_after_a_merge_nothing_hangs_on_the_dropped_one(two, admin):
    keep, drop, third = two
    for customer in (keep, drop):
        rows_of(customer, third)

    services.merge_customers(keep, drop, by=admin)

    left = [
        f"{model._meta.label}.{field.name}"
        for model, field in relations_of(Customer)
        if model not in (SearchEntry, Customer.tags.through)
        and model._base_manager.filter(**{field.name: drop.pk}).exists()
    ]
    assert left == []
    drop.refresh_from_db()
    assert (drop.merged_into, drop.is_archived) == (keep, True)


def test_blanks_are_filled_choices_kept_and_people_of_both_folded(two, admin):
    keep, drop, _third = two

    services.merge_customers(keep, drop, by=admin, choices={"name": "drop"})

    keep.refresh_from_db()
    assert (keep.name, keep.city, keep.email) == ("澄光精密机械（苏州）", "苏州", "sales@chengguang.cn")
    assert keep.phone == "0512-62345678"
    assert keep.first_seen_on == DAY - dt.timedelta(days=400)
    people = {contact.name: contact for contact in keep.contacts.all()}
    assert people.keys() == {"王建国", "李芳"}
    assert (people["王建国"].title, people["王建国"].phone) == ("采购经理", "13862116621")
    assert [contact.name for contact in keep.contacts.all() if contact.is_primary] == ["王建国"]


@pytest.mark.shows("OWN-04", "OWN-07")
def test_whoever_owned_the_dropped_one_goes_on_seeing_the_customer(two, admin, teammate):
    keep, drop, _third = two

    services.merge_customers(keep, drop, by=admin)

    assert Customer.objects.visible_to(teammate).filter(pk=keep.pk).exists()
    assert not Collaborator.objects.get(customer=keep, user=teammate).can_edit


@pytest.mark.shows("ARC-10", "OWN-04")
def test_old_names_and_codes_lead_to_the_kept_one(two, admin):
    keep, drop, _third = two

    services.merge_customers(keep, drop, by=admin)

    assert queries.search_customers(admin, "澄光精密机械苏州") == [keep]
    assert queries.search_customers(admin, drop.code) == [keep]
    assert queries.customers_by_code([drop.code]) == {drop.code: keep}
    found = queries.find_duplicates([{"name": "澄光精密机械（苏州）", "email": "SALES@chengguang.cn"}])
    assert [match.customer_id for match in found[0]] == [keep.pk]


def test_the_second_of_two_who_merge_at_once_is_told(two, admin):
    keep, drop, _third = two
    services.merge_customers(keep, drop, by=admin, seen=(keep.version, drop.version))

    with pytest.raises(Refusal, match="已经并入"):
        services.merge_customers(keep, drop, by=admin, seen=(keep.version, drop.version))


def test_what_changed_since_it_was_shown_is_not_merged(two, admin, owner):
    keep, drop, _third = two
    seen = (keep.version, drop.version)
    services.change_customer(drop, by=owner, phone="0512-11112222")

    with pytest.raises(Refusal, match="有人改过"):
        services.merge_customers(keep, drop, by=admin, seen=seen)

    assert not Batch.objects.exists()


@pytest.mark.shows("ARC-14")
def test_an_undo_is_refused_once_the_kept_one_was_changed_and_names_it(two, admin, owner):
    keep, drop, _third = two
    batch = services.merge_customers(keep, drop, by=admin)
    keep.refresh_from_db()
    services.change_customer(keep, by=owner, phone="0512-11112222")
    before = dump()

    with pytest.raises(Refusal, match="苏州澄光精密机械"):
        services.undo_merge(batch, by=admin)

    assert differences(before, dump()) == {}


def test_a_company_and_a_person_or_two_credit_codes_are_not_merged(owner, admin):
    company, person = CustomerFactory(owner=owner), CustomerFactory(owner=owner, kind="person", name="王建国")

    with pytest.raises(Refusal, match="个人"):
        services.merge_customers(company, person, by=admin)
    with pytest.raises(Refusal, match="同一份"):
        services.merge_customers(company, company, by=admin)


def test_a_merge_that_would_close_a_circle_of_parents_is_refused(owner, admin):
    top, middle, bottom = (CustomerFactory(owner=owner) for _turn in range(3))
    services.add_relation(middle, kind="parent", other=top, by=owner)
    services.add_relation(bottom, kind="parent", other=middle, by=owner)

    with pytest.raises(Refusal, match="成环"):
        services.merge_customers(top, bottom, by=admin)

    bottom.refresh_from_db()
    assert bottom.merged_into is None


def test_two_of_a_group_merge_and_their_own_relation_goes(owner, admin):
    parent, child = CustomerFactory(owner=owner), CustomerFactory(owner=owner)
    relation = services.add_relation(child, kind="parent", other=parent, by=owner)

    batch = services.merge_customers(parent, child, by=admin)

    assert not type(relation).objects.exists()
    services.undo_merge(batch, by=admin)
    assert type(relation).objects.get() == relation


def test_a_dismissed_pair_stays_dismissed_for_the_kept_one(owner, admin):
    keep, drop, third = (CustomerFactory(owner=owner) for _turn in range(3))
    DuplicatePair.objects.create(first=drop, second=third, score=60, state="dismissed")
    DuplicatePair.objects.create(first=keep, second=drop, score=90)

    services.merge_customers(keep, drop, by=admin)

    pair = DuplicatePair.objects.get()
    assert (pair.first, pair.second, pair.state) == (keep, third, "dismissed")


def test_a_standing_passes_to_a_kept_one_that_has_none(owner, admin):
    keep, drop = CustomerFactory(owner=owner), CustomerFactory(owner=owner)
    StandingFactory(customer=drop, stars=4)

    batch = services.merge_customers(keep, drop, by=admin)

    assert Standing.objects.get().customer == keep
    services.undo_merge(batch, by=admin)
    assert Standing.objects.get().customer == drop


def test_every_row_that_moved_stands_in_the_journal(two, admin):
    keep, drop, third = two
    rows_of(drop, third)

    batch = services.merge_customers(keep, drop, by=admin)

    told = Change.objects.filter(batch=batch, model="commerce.order").get()
    assert (told.before["customer_id"], told.after["customer_id"]) == (drop.pk, keep.pk)
    assert told.subject == f"customers.customer:{keep.pk}"
