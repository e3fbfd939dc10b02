"""Two customers become one and two again, with one row of everything that can hang on a customer."""

from __future__ import annotations

import datetime as dt

import pytest

from holdfast.common.refusals import Refusal
from holdfast.foundation.audit.models import Batch, Change
from holdfast.records.customers import queries, services
from holdfast.records.customers.models import Collaborator, Customer, DuplicatePair, SearchEntry, Standing
from holdfast.records.customers.services.repointing import relations_of
from holdfast.records.customers.tests.factories import CustomerFactory, StandingFactory
from holdfast.records.timeline import services as timeline
from tests.related import DAY, differences, dump, rows_of, rows_that_differ

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


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
    timeline.rebuild_entries()  # the history tells of rows that were made past the services, too
    before = dump()

    batch = services.merge_customers(keep, drop, by=admin)
    between = dump()
    services.undo_merge(batch, by=admin)

    assert set(walked[keep.pk]) == {f"{model._meta.label}.{field.name}" for model, field in relations_of(Customer)}
    assert differences(before, between), "the merge changed nothing"
    assert rows_that_differ(before, dump()) == []


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

    assert rows_that_differ(before, dump()) == []


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


def test_a_merged_entry_is_a_signpost_that_nobody_changes_or_takes_out_again(two, admin, owner):
    keep, drop, _third = two
    services.merge_customers(keep, drop, by=admin)

    with pytest.raises(Refusal, match="已经并入"):
        services.change_customer(drop, by=owner, phone="0512-11112222")
    assert services.restore_customers([drop], by=admin) == 0
